# One long file: a log of 4.5 million lines, 471 MB, of which one in 15,000 ends in "timeout waiting for upstream cats".

make_log() { # leaves its folder in $logs
    logs=/tmp/tinygrep-bench/log
    [ -f "$logs/service.log" ] && return
    mkdir -p "$logs"
    python3 - "$logs/service.log" <<'PY'
import random, sys
random.seed(1)
levels = ["INFO"] * 8 + ["WARN", "ERROR"]
paths = ["/api/cats", "/api/dogs/42", "/api/v1/search", "/login", "/static/app.js", "/api/v1/messages"]
with open(sys.argv[1], "w") as log:
    for n in range(4_500_000):
        second = n // 52
        tail = " timeout waiting for upstream cats" if n % 15_000 == 7_777 else ""
        log.write(f"2026-11-{1 + second // 86400:02d}T{second // 3600 % 24:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{n % 1000:03d}Z "
                  f"{random.choice(levels)} [worker-{n % 16}] GET {random.choice(paths)} status={random.choice((200, 200, 200, 404, 500))} "
                  f"took={random.randrange(1, 2000)}ms request={random.getrandbits(64):016x}{tail}\n")
PY
    sleep 2.1 # young files take no short cuts
}

row_log() {
    make_log
    export LC_ALL=C.UTF-8 # grep's cost is that of UTF-8
    cat "$logs/service.log" >/dev/null
    local log=$logs/service.log
    dicts=$logs serve --engine auto --cache-bytes 0 --timeout 60s; index_ready
    versus "ask 5 '/api/v1/search?q=timeout+waiting+for+upstream&limit=1000'" "milliseconds 'rg -n -F timeout\ waiting\ for\ upstream $log'"
    row "log: a rare literal, auto" "$ours ms" "rg $(whole "$theirs") ms" "$ratio" "<= 0.25"
    versus "ask 5 '/api/v1/search?q=timeout+.*+cats%24&limit=1000'" "milliseconds 'rg -n timeout\ .*\ cats\$ $log'"
    row "log: a regular expression with a literal, auto" "$ours ms" "rg $(whole "$theirs") ms" "$ratio" "<= 0.25"
    versus "ask 1 '/api/v1/search?q=took%3D1%5B0-9%5D%5B0-9%5D7ms&count_only=true'" "once grep -c took=1[0-9][0-9]7ms $log"
    row "log: count of a common regular expression, auto" "$(whole "$ours") ms" "grep $(whole "$theirs") ms" "$ratio" "stated"
    versus "ask 1 '/api/v1/search?q=%5B0-9%5D%5B0-9%5D7%5Bm%5D%5Bs%5D&count_only=true'" "once grep -c [0-9][0-9]7[m][s] $log"
    row "log: a regular expression without a literal, auto" "$(whole "$ours") ms" "grep $(whole "$theirs") ms" "$ratio" "<= 0.6"
    versus "ask 1 '/api/v1/search?q=%5B0-9a-f%5D%7B16%7D%24&mode=extended&count_only=true'" "once grep -cE '[0-9a-f]{16}\$' $log"
    row "log: sixteen hexadecimal digits at the end of a line, auto" "$(whole "$ours") ms" "grep $(whole "$theirs") ms" "$ratio" "<= 0.1"
    stop
}
