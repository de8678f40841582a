# The native file beside the usual build: from the start to the first answer of a search, what it holds then, how many questions it
# answers, and what lies on disk.

# started PROGRAM: the milliseconds, into $work/ms, and the resident MiB, into $work/mib, of several starts.
started() {
    : >"$work/ms"; : >"$work/mib"
    for ((lap = 0; lap < 2 * rounds + 1; lap++)); do
        local began=$(date +%s%N)
        program=$1 serve
        curl -s -o /dev/null "$url/api/v1/search?q=cache"
        echo $(( ($(date +%s%N) - began) / 1000000 )) >>"$work/ms"
        awk '/VmRSS/{print $2/1024}' "/proc/$server/status" >>"$work/mib"
        stop
    done
}

row_native() {
    local native=$("$top/run.sh" publish)
    local build=$top/TinyGrepServer/bin/Release/net10.0
    started "$native"; local ms=$(median <"$work/ms") mib=$(median <"$work/mib")
    started "$top/run.sh"; local usual=$(median <"$work/ms") usual_mib=$(median <"$work/mib")
    row "native file: first answer of a search after the start" "$(whole "$ms") ms" "./run.sh, built $(whole "$usual") ms" \
        "$(awk "BEGIN{printf \"%.2f\", $ms/$usual}")" "< 40 ms"
    row "native file: resident memory then" "$(whole "$mib") MiB" "./run.sh, built $(whole "$usual_mib") MiB" "" "< 45 MB"
    program=$native serve; local native_url=$url native_server=$server
    serve
    for name in repeated distinct; do
        local script="-s $top/bench/$name.lua"; warm $script "$native_url"; warm $script "$url"
        versus "rate $script $native_url" "rate $script $url"
        row "native file: $name questions, 16 connections" "$(whole "$ours")/s" "./run.sh $(whole "$theirs")/s" "$ratio" "stated"
    done
    stop; server=$native_server stop
    row "native file: size on disk" "$(du -m "$native" | cut -f1) MB" \
        "./run.sh, built $(du -sm "$build" | cut -f1) MB and the runtime" "" "stated"
}
