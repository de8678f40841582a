# The search page in Chromium: from the last key to the first result, and how a long answer scrolls.

row_page() {
    need chromium chromium
    dicts=$top/dicts serve
    for ((round = 0; round < rounds; round++)); do dotnet run "$top/bench/page.cs" "$url"; done >"$work/a" # the first round finds no kept answer
    row "search page: last key to first result, median of 20 words" "$(awk '{print $1}' "$work/a" | head -n 1) ms (slowest $(awk '{print $2}' "$work/a" | head -n 1) ms)" "" "" "< 100 ms"
    stop
    mkdir "$work/long"; for ((line = 1; line <= 10000; line++)); do echo "$line, a match"; done >"$work/long/long.txt"
    dicts=$work/long serve
    dotnet run "$top/bench/frames.cs" "$url/?q=match&mode=fixed" >"$work/a"
    row "search page: 10,000 matches scrolled, a frame's length" "$(awk '{printf "p99 %s ms, longest %s ms of %s frames", $1, $2, $3}' "$work/a")" "" "" "stated"
    stop
}
