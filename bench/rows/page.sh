# The search page in Chromium: from the last key to the first result, in the shipped dictionaries and in the kernel tree, and how a long
# answer scrolls.

row_page() {
    dicts=$top/dicts serve
    row "search page: last key to first result, median of 20 words" "$(until_shown)" "" "" "< 100 ms"
    stop
    mkdir "$work/long"; for ((line = 1; line <= 10000; line++)); do echo "$line, a match"; done >"$work/long/long.txt"
    dicts=$work/long serve
    dotnet run "$top/bench/frames.cs" "$url/?q=match&mode=fixed" >"$work/a"
    row "search page: 10,000 matches scrolled, a frame's length" \
        "$(awk '{printf "p99 %s ms, longest %s ms of %s frames", $1, $2, $3}' "$work/a")" "" "" "stated"
    stop
}

row_page_tree() { # 78,579 files
    prepare_tree
    dicts=$tree serve --engine auto; index_ready
    row "search page in the kernel tree: last key to first result, median of 20 words" "$(until_shown)" "" "" "< 100 ms"
    stop
}

until_shown() { # each word is asked for the first time
    need chromium chromium
    dotnet run "$top/bench/page.cs" "$url" >"$work/a" || { echo "bench: the page could not be measured." >&2; exit 1; }
    awk '{print $1 " ms (slowest " $2 " ms)"}' "$work/a"
}
