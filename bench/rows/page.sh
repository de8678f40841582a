# The search page in Chromium: from the last key to the first result.

row_page() {
    need chromium chromium
    dicts=$top/dicts serve
    for ((round = 0; round < rounds; round++)); do dotnet run "$top/bench/page.cs" "$url"; done >"$work/a" # the first round finds no kept answer
    row "search page: last key to first result, median of 20 words" "$(awk '{print $1}' "$work/a" | head -n 1) ms (slowest $(awk '{print $2}' "$work/a" | head -n 1) ms)" "" "" "< 100 ms"
    stop
}
