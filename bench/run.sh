#!/usr/bin/env bash
# Measures the server against what bounds it, on this machine, in one run: each row is the median of ROUNDS (3) rounds in
# which ours and the comparator take turns. Prints one table in Markdown.
#   bench/run.sh [ROW...]      all rows, or those whose name is given (see the end of this file)
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-4}
large_mib=${LARGE_MIB:-512}
work=$(mktemp -d)
servers=()
finish() { for id in "${servers[@]}"; do kill "$id" 2>/dev/null || true; done; rm -rf "$work"; }
trap finish EXIT

need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null && return
    [ "$(id -u)" = 0 ] && { apt-get install -qq -y "$2" || { apt-get update -qq; apt-get install -qq -y "$2"; }; } >/dev/null 2>&1
    command -v "$1" >/dev/null || { echo "bench: $1 is missing; install the package $2." >&2; exit 2; }
}

prepare() {
    need wrk wrk; need rg ripgrep; need hyperfine hyperfine; need curl curl; need cc gcc
    "$top/run.sh" --version >/dev/null
    cc -O2 -o "$work/spawnrate" "$top/bench/spawnrate.c"
    mkdir "$work/dicts"
    cat "$top"/dicts/*.txt "$top"/dicts/*.txt | head -c 60000 >"$work/dicts/sixty.txt"
    cp "$top/dicts/quotes.txt" "$work/dicts/"
}

make_large() { # a large dictionary with 300 lines that hold the needle
    [ -e "$work/dicts/large.txt" ] && return
    while [ "$(stat -c %s "$work/block" 2>/dev/null || echo 0)" -lt 1048576 ]; do cat "$top"/dicts/*.txt >>"$work/block"; done
    head -c 1048575 "$work/block" >"$work/mib"; echo >>"$work/mib"
    for ((i = 0; i < large_mib; i++)); do
        cat "$work/mib"
        if ((i * 300 / large_mib != (i + 1) * 300 / large_mib)); then echo "here is the needle number $i in the hay"; fi
    done >"$work/dicts/large.txt"
    cat "$work/dicts/large.txt" >/dev/null
    sleep 2.1 # young files take no short cuts
}

# serve NAME OPTION...: starts a server; its address is in $url, its process id in $server.
serve() {
    local out=$work/out.${#servers[@]}
    : >"$out"
    TINYGREP_DATA=$work/data "${program:-$top/run.sh}" --port 0 --dicts "${dicts:-$work/dicts}" --log-level warning "$@" \
        >"$out" 2>"$work/log" &
    server=$!
    servers+=("$server")
    until grep -q Listening "$out"; do kill -0 "$server" || { cat "$work/log" >&2; exit 1; }; sleep 0.02; done
    url=$(sed -n 's/^Listening on \(.*\)\/$/\1/p' "$out")
}

stop() { kill "$server"; wait "$server" || true; }

median() { sort -g | awk '{v[NR]=$1} END{print (NR%2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
warm() { for ((round = 0; round < 3; round++)); do rate "$@" >/dev/null; done; } # until the compiler has done its work
rate() {
    wrk -t1 -c"${clients:-16}" -d"${seconds}s" "$@" |
        awk '/Requests\/sec/{r=$2} /Non-2xx/{bad=$NF} END{if (bad) print "bench: " bad " errors" >"/dev/stderr"; print r}'
}
spawn_rate() { env -i LC_CTYPE=C.UTF-8 "$work/spawnrate" 3000 2 "$(command -v grep)" -n -a -e "queue$RANDOM" -- "$work/dicts/sixty.txt"; }
milliseconds() {
    hyperfine -N --warmup 5 --runs 7 --output pipe --export-csv "$work/h.csv" "$@" >/dev/null 2>&1
    tail -n 1 "$work/h.csv" | awk -F, '{print $(NF-4)*1000}'
}
median_latency() { # of a report of wrk, in milliseconds
    awk '$1=="50%"{v=$2; if (v ~ /us$/) print v/1000; else if (v ~ /ms$/) print v+0; else print v*1000}'
}
metric() { curl -s "$url/metrics" | awk -v name="$1" '$1==name{printf "%.0f", $2}'; }
resident() { awk '/VmRSS/{printf "%.0f", $2/1024}' /proc/"$server"/status; } # MiB

# versus OURS COMPARATOR: runs the two commands in turn; leaves medians in $ours and $theirs and the ratio in $ratio.
versus() {
    : >"$work/a"; : >"$work/b"
    for ((round = 0; round < rounds; round++)); do eval "$1" >>"$work/a"; eval "$2" >>"$work/b"; done
    ours=$(median <"$work/a") theirs=$(median <"$work/b")
    ratio=$(awk "BEGIN{printf \"%.2f\", $ours/$theirs}")
}

row() { echo "| $1 | $2 | $3 | $4 | $5 |"; }
whole() { printf '%.0f' "$1"; }

row_repeated() {
    serve; local script="-s $top/bench/repeated.lua"; warm $script "$url"; warm "$url/livez"
    local before=$(metric dotnet_gc_allocated_bytes_total) asked=$(metric tinygrep_cache_hits_total)
    rate $script "$url" >/dev/null
    local bytes=$(( ($(metric dotnet_gc_allocated_bytes_total) - before) / ($(metric tinygrep_cache_hits_total) - asked) ))
    versus "rate $script $url" "rate $url/livez"
    row "one repeated question" "$(whole "$ours")/s" "/livez $(whole "$theirs")/s" "$ratio" ">= 0.7"
    row "allocated for one repeated question" "$bytes B" "" "" "stated"
    stop
}
row_distinct() {
    serve; for ((lap = 0; lap < 3; lap++)); do warm -s "$top/bench/distinct.lua" "$url"; done # a thousand a second compile slowly
    versus "rate -s $top/bench/distinct.lua $url" spawn_rate
    row "distinct questions, --engine grep, 60 KB" "$(whole "$ours")/s" \
        "bare posix_spawn of the same grep $(whole "$theirs")/s" "$ratio" ">= 0.75"
    stop
}
row_auto() {
    serve --engine auto
    for ((lap = 0; lap < 3; lap++)); do warm -s "$top/bench/distinct.lua" "$url"; done
    versus "rate -s $top/bench/distinct.lua $url" "rate $url/livez"
    row "distinct literal questions, --engine auto, 60 KB" "$(whole "$ours")/s" "/livez $(whole "$theirs")/s" "$ratio" ">= 0.5"
    stop
}
row_large() {
    make_large
    local question="/api/v1/search?q=needle&dictionary=large.txt&limit=1000"
    serve --engine auto --cache-bytes 0
    [ "$(curl -s "$url$question&count_only=1" | grep -o '"count":[0-9]*' | tail -n 1)" = '"count":300' ]
    versus "milliseconds 'curl -s $url$question'" "milliseconds 'rg -n needle $work/dicts/large.txt'"
    row "literal in $large_mib MiB, 300 matches, --engine auto" "$(whole "$ours") ms" "rg -n $(whole "$theirs") ms" "$ratio" "<= 1.2"
    stop
    serve --engine grep --cache-bytes 0
    versus "milliseconds 'curl -s $url$question'" "milliseconds 'grep -n needle $work/dicts/large.txt'"
    row "the same, --engine grep" "$(whole "$ours") ms" "grep -n into a pipe $(whole "$theirs") ms" "$ratio" "<= 1.1"
    stop
}
row_all() {
    make_large
    serve
    ours=$(for ((round = 0; round < rounds; round++)); do
        curl -s -o /dev/null -w '%{speed_download}\n' "$url/api/v1/json" -d '{"action":"all","dictionary":"large.txt"}'
    done | median)
    row "all of $large_mib MiB" "$(awk "BEGIN{printf \"%.0f\", $ours/1e6}") MB/s" "" "" ">= 150 MB/s"
    row "the same: peak resident memory" "$(awk '/VmHWM/{printf "%.0f", $2/1024}' /proc/"$server"/status) MiB" "" "" "< 200 MB"
    stop
}
row_latency() {
    serve; rate "$url/livez" >/dev/null
    ours=$(for ((round = 0; round < rounds; round++)); do
        wrk -t1 -c16 -d"${seconds}s" --latency -s "$top/bench/repeated.lua" "$url" | median_latency
    done | median)
    row "small replies on keep-alive, 16 connections: p50" "$ours ms" "" "" "< 2 ms"
    stop
}
row_start() {
    : >"$work/a"
    for ((round = 0; round < 2 * rounds + 1; round++)); do
        local started=$(date +%s%N)
        serve
        curl -s -o /dev/null "$url/livez"
        echo $(( ($(date +%s%N) - started) / 1000000 )) >>"$work/a"
        stop
    done
    row "first answer after ./run.sh, built" "$(median <"$work/a") ms" "" "" "< 400 ms"
}
row_memory() {
    serve
    for ((round = 0; round < 60; round++)); do
        wrk -t1 -c8 -d5s -s "$top/bench/large.lua" "$url" >/dev/null
        [ "$(metric tinygrep_cache_misses_total)" -ge 10000 ] && break
    done
    row "after $(metric tinygrep_cache_misses_total) distinct questions with large answers: resident memory" \
        "$(resident) MiB, of it $(( $(metric tinygrep_cache_size_bytes) / 1048576 )) MiB cached answers" "" "" "< 400 MB"
    stop
}

for file in "$top"/bench/rows/*.sh; do . "$file"; done

prepare
echo "| workload | ours | comparator | ratio | goal |"
echo "|---|---|---|---|---|"
for name in ${*:-repeated distinct auto large all latency start native memory messages movies relay jobs page}; do "row_$name"; done
