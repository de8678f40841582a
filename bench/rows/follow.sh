# Following: from the write of a line to its event at each of 100 clients that follow one question, while 1,000 lines a second are
# written, of which one in ten matches. Once in a folder of one log, and once in the kernel tree.

row_follow() {
    need python3 python3
    mkdir -p "$work/logs"; : >"$work/logs/app.log"
    follow_in "$work/logs" "one log" "< 50 ms"
}

row_follow_tree() { # 78,579 files beside the log
    prepare_tree
    : >"$tree/app.log"
    follow_in "$tree" "a log in the kernel tree" stated
    rm "$tree/app.log"
}

follow_in() { # FOLDER NAME GOAL
    dicts=$1 serve --engine grep
    [ "$1" != "${tree:-}" ] || index_ready
    python3 "$top/bench/follow.py" "$url" "$1/app.log" 100 1000 3 >/dev/null # until the compiler has done its work
    local before=$(awk '{print $14 + $15}' /proc/"$server"/stat)
    read -r p50 p99 events < <(python3 "$top/bench/follow.py" "$url" "$1/app.log" 100 1000 10)
    local used=$(( $(awk '{print $14 + $15}' /proc/"$server"/stat) - before ))
    row "follow, 100 clients, 1,000 lines a second, $2: written to told" \
        "p50 $p50 ms, p99 $p99 ms, $events events, $((used / 10)) % of a core" "" "" "$3"
    stop
}
