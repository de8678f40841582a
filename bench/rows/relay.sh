# The relay before demo-upstream, 64 clients, with and without hedging.

# worked UPSTREAM: the requests for work that it has answered.
worked() { curl -s "$1/metrics" | awk '/^http_server_request_duration_seconds_count.*"\/api\/work"/{n+=$2} END{print n}'; }

# ask_relay BUDGET: 64 clients that ask until they get JSON; leaves the p50 and p99 of that time, the upstream's requests for
# each answer and the share of 502s in $p50, $p99, $cost and $bad.
ask_relay() {
    : >"$work/demo"
    "$top/run.sh" demo-upstream --port 0 --seed 1 --log-level warning >"$work/demo" 2>"$work/log" &
    local demo=$! upstream
    servers+=("$demo")
    until grep -q Listening "$work/demo"; do kill -0 "$demo" || { cat "$work/log" >&2; exit 1; }; sleep 0.02; done
    upstream=$(sed -n 's/^Listening on \(.*\)\/$/\1/p' "$work/demo")
    serve --upstream "$upstream/api/work" --upstream-require time --hedge-budget "$1"
    RELAY_TIMES=$work/warm wrk -t64 -c64 -d5s -s "$top/bench/relay.lua" "$url" >/dev/null
    : >"$work/times"
    local before asked all
    before=$(worked "$upstream")
    all=$(RELAY_TIMES=$work/times wrk -t64 -c64 -d"$((3 * seconds))s" -s "$top/bench/relay.lua" "$url" | awk '/requests in/{print $1}')
    asked=$(( $(worked "$upstream") - before ))
    kill "$demo"; wait "$demo" || true
    stop
    sort -g "$work/times" >"$work/sorted"
    local answers; answers=$(wc -l <"$work/sorted")
    p50=$(sed -n "$(((answers + 1) / 2))p" "$work/sorted") p99=$(sed -n "$(((answers * 99 + 99) / 100))p" "$work/sorted")
    cost=$(awk "BEGIN{printf \"%.2f\", $asked/$answers}") bad=$(awk "BEGIN{b=100*($all-$answers)/$all; printf \"%.0f\", b < 0 ? 0 : b}")
}
row_relay() {
    local budget off
    ask_relay 0%; off=$p99
    local without="p50 $(whole "$p50") ms, p99 $(whole "$p99") ms, 502s $bad %, $cost upstream requests an answer"
    for budget in 200% 20%; do
        ask_relay "$budget"
        row "relay, 64 clients, demo-upstream, --hedge-budget $budget: time to JSON" \
            "p50 $(whole "$p50") ms, p99 $(whole "$p99") ms, 502s $bad %, $cost upstream requests an answer" \
            "without hedging $without" "$(awk "BEGIN{printf \"%.2f\", $p99/$off}") of p99" "<= 0.75"
    done
}
