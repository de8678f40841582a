# Jobs beside RQ (Debian's python3-rq, a Redis of our own that keeps nothing on disk): no-op jobs taken in, and no-op jobs done.
# Ours are durable before they are answered, and their ends before the next are begun.

start_redis() { # leaves its port in $redis_port
    need redis-server redis-server
    [ -x /usr/bin/rq ] || need rq python3-rq
    redis_port=$((10000 + RANDOM % 10000))
    redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >/dev/null &
    servers+=("$!")
    until redis-cli -p "$redis_port" ping >/dev/null 2>&1; do sleep 0.05; done
}

serve_jobs() { # OPTION...
    serve --open-tokens --diagnostics --rate-limit off "$@"
    export TOKEN=$(curl -s "$url/api/token" -d '{"user":"bench"}' | cut -d'"' -f4)
}
count_jobs() { curl -s -H "Authorization: Bearer $TOKEN" "$url/api/v1/jobs?limit=1" | sed "s/.*\"$1\":\([0-9]*\).*/\1/"; }
rq_jobs() { (cd "$top/bench" && /usr/bin/python3 rq_jobs.py "$redis_port" "$@"); }

# finish_rate OPTION...: takes jobs in without workers, then starts a server with workers; jobs done a second, its start included.
finish_rate() {
    serve_jobs --workers 0 "$@"
    clients=64 rate -s "$top/bench/jobs.lua" "$url" >/dev/null
    clients=64 rate -s "$top/bench/jobs.lua" "$url" >/dev/null
    local waiting=$(count_jobs waiting) started
    stop
    started=$(date +%s%N)
    serve_jobs "$@"
    until [ "$(count_jobs waiting)" = 0 ] && [ "$(count_jobs running)" = 0 ]; do sleep 0.05; done
    awk "BEGIN{print $waiting * 1e9 / ($(date +%s%N) - $started)}"
    stop
}

row_jobs_on() { # NAME GOALS OPTION...
    local name=$1 enqueue_goal=$2 finish_goal=$3; shift 3
    serve_jobs --workers 0 "$@"
    clients=64 warm -s "$top/bench/jobs.lua" "$url"
    versus "clients=64 rate -s $top/bench/jobs.lua $url" "rq_jobs enqueue $seconds"
    row "no-op jobs taken in, durable, $name, 64 clients" "$(whole "$ours")/s" \
        "RQ enqueue, one client, in memory $(whole "$theirs")/s" "$ratio" "$enqueue_goal"
    stop
    versus "finish_rate $*" "rq_jobs finish 2000"
    row "no-op jobs done, $name, 2 workers" "$(whole "$ours")/s" "RQ SimpleWorker $(whole "$theirs")/s" "$ratio" "$finish_goal"
}

row_jobs() {
    start_redis
    row_jobs_on SQLite ">= 0.5" ">= 10" --data "$work/jobs"
    [ -n "${database:-}" ] || start_postgres
    row_jobs_on PostgreSQL stated stated --data "$work/jobs" --database "$database"
}
