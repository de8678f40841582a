# A real folder: the Linux kernel's source (Debian's linux-source-6.1), beside ripgrep, codesearch with its index ready, and find with
# grep. TREE is another folder. Questions differ each time where the row does not say otherwise; --cache-bytes 0 where they cannot.

prepare_tree() { # leaves the folder in $tree and 2,000 rare literals of it in $terms
    need rg ripgrep; need csearch codesearch; need python3 python3
    tree=${TREE:-/tmp/tinygrep-bench/linux-source-6.1} terms=$work/terms
    if [ ! -d "$tree" ]; then
        [ -f /usr/src/linux-source-6.1.tar.xz ] ||
            { apt-get install -qq -y linux-source-6.1 ||
                { apt-get update -qq; apt-get install -qq -y linux-source-6.1; }; } >/dev/null 2>&1
        mkdir -p "$(dirname "$tree")"
        tar xf /usr/src/linux-source-6.1.tar.xz -C "$(dirname "$tree")"
    fi
    grep -rhoP '^EXPORT_SYMBOL_GPL\(\K\w{14,}' "$tree/drivers" | sort -u | shuf --random-source=<(yes) -n 2000 >"$terms"
    export TERMS=$terms
    grep -rc . "$tree" >/dev/null || true # it is in the page cache for all of them
}

ask() { python3 "$top/bench/ask.py" "$url" "$@"; } # N PATH [TERMS]
once() { local began=$(date +%s%N); "$@" | cat >/dev/null; echo $(( ($(date +%s%N) - began) / 1000000 )); } # of what takes seconds
grep_all() { find "$tree" -type f -print0 | xargs -0 -P2 -n500 grep -cE "$1" || true; } # xargs tells that some found nothing
ask_thousands() { # leaves their number in $asked
    asked=0
    until [ "$asked" -ge 10000 ]; do
        wrk -t1 -c16 -d"${seconds}s" -s "$top/bench/rare.lua" "$url" >/dev/null
        asked=$(metric tinygrep_cache_misses_total)
    done
}
index_ready() {
    until [ "$(metric tinygrep_folder_dictionaries)" -gt 0 ] && [ "$(metric tinygrep_index_waiting)" = 0 ]; do
        sleep 0.2 # asking more often slows what is waited for
    done
}
share() { awk "BEGIN{printf \"1/%.0f\", $2/$1}"; } # OURS THEIRS: the ratio where ours is far less

row_folder() {
    prepare_tree
    local size=$(du -sb "$tree" | cut -f1) began peer=$work/csearchindex
    began=$(date +%s%N); CSEARCHINDEX=$peer cindex "$tree" >/dev/null 2>&1
    local cindex=$(( ($(date +%s%N) - began) / 1000000 ))
    began=$(date +%s%N); dicts=$tree serve --engine auto --timeout 60s; index_ready
    row "folder: index ready after start, questions answered meanwhile" "$(( ($(date +%s%N) - began) / 1000000 )) ms" \
        "cindex $cindex ms" "" "<= 4,000 ms"
    row "folder: its size" "$(( $(metric tinygrep_index_bytes) * 1000 / size ))/1000 of the text" \
        "cindex $(( $(stat -c %s "$peer") * 1000 / size ))/1000" "" "<= 40/1000"
    stop
    for engine in auto grep; do
        dicts=$tree serve --engine "$engine" --cache-bytes 0 --timeout 60s; index_ready; ask 200 '/api/v1/search?q={}' "$terms" >/dev/null
        versus "ask 100 '/api/v1/search?q={}' '$terms'" "milliseconds 'rg -n -F zswap_frontswap_store $tree'"
        row "folder: a rare literal, $engine" "$ours ms" "rg $(whole "$theirs") ms" "$(share "$ours" "$theirs")" "<= 1/80"
        versus "ask 100 '/api/v1/search?q={}' '$terms'" "CSEARCHINDEX=$peer milliseconds 'csearch zswap_frontswap_store'"
        row "folder: the same beside csearch, $engine" "$ours ms" "csearch $theirs ms" "$ratio" "<= 1.2"
        versus "ask 30 '/api/v1/search?q=mutex_lock'" "milliseconds 'rg -n -F mutex_lock $tree'"
        row "folder: the first 100 of a common literal, $engine" "$ours ms" "rg, all $(whole "$theirs") ms" \
            "$(share "$ours" "$theirs")" "<= 1/$([ $engine = auto ] && echo 60 || echo 40)"
        versus "ask 10 '/api/v1/search?q=mutex_lock&count_only=true'" "milliseconds 'rg -c -F mutex_lock $tree'"
        row "folder: count of a common literal, $engine" "$(whole "$ours") ms" "rg -c $(whole "$theirs") ms" \
            "$ratio" "<= $([ $engine = auto ] && echo 0.2 || echo 0.4)"
        versus "ask 10 '/api/v1/search?q=spin_lock.*irqsave&count_only=true'" "milliseconds 'rg -c spin_lock.*irqsave $tree'"
        row "folder: count of a regular expression with a literal, $engine" "$(whole "$ours") ms" "rg -c $(whole "$theirs") ms" \
            "$ratio" "<= 0.35"
        versus "ask 1 '/api/v1/search?q=%5B0-9%5D%7B7%7D%5Ba-f%5D&mode=extended&count_only=true'" \
            "once grep_all '[0-9]{7}[a-f]'"
        row "folder: a regular expression without a literal, $engine" "$(whole "$ours") ms" \
            "find, xargs -P2 grep $(whole "$theirs") ms" "$ratio" "<= 1.0"
        stop
    done
    dicts=$tree serve --engine auto; index_ready
    versus "rate '$url/api/v1/search?q=zswap_frontswap_store'" "rate $url/livez"
    row "folder: the same question again, 16 connections" "$(whole "$ours")/s" "/livez $(whole "$theirs")/s" "$ratio" ">= 0.6"
    wrk -t1 -c64 -d"${seconds}s" -s "$top/bench/rare.lua" "$url" >/dev/null
    wrk -t1 -c64 -d"${seconds}s" --latency -s "$top/bench/rare.lua" "$url" >"$work/w"
    row "folder: distinct rare literals, 64 clients" \
        "$(awk '/Requests\/sec/{printf "%.0f", $2}' "$work/w")/s, p99 $(awk '$1=="99%"{print $2}' "$work/w")" "" "" ">= 500/s, < 300 ms"
    row "folder: list of dictionaries, first page" "$(ask 10 /api/v1/dictionaries) ms" "" "" "<= 20 ms"
    row "folder: start page" "$(ask 10 /) ms, $(curl -s "$url/" | wc -c) B" "" "" "<= 40 ms, 60 KB"
    ask_thousands
    row "folder: resident memory after $asked different questions" "$(resident) MiB" "" "" "<= 300 MB"
    stop
    program=$("$top/run.sh" publish) dicts=$tree serve --engine auto; index_ready; ask_thousands
    row "folder: the same, native file" "$(resident) MiB" "" "" "<= 300 MB"
    stop
}

# The same server on folders of other sizes: SIZES of them, the largest made of copies.
row_grows() {
    prepare_tree
    echo "| files | listening | index ready | index | resident | rare literal | the same again | list |"
    echo "|---|---|---|---|---|---|---|---|"
    for files in ${SIZES:-1000 10000 78579}; do
        local some=$work/some began; rm -rf "$some"; mkdir "$some"
        if [ "$files" = 78579 ]; then dicts=$tree; else
            dicts=$some
            for ((copy = 0; copy * 78000 < files; copy++)); do
                mkdir "$some/$copy"
                (cd "$tree" && find . -type f -print0 | head -z -n $((files - copy * 78000)) | xargs -0 cp --parents -t "$some/$copy")
            done
        fi
        began=$(date +%s%N); serve --engine auto
        local listening=$(( ($(date +%s%N) - began) / 1000000 )); index_ready
        local ready=$(( ($(date +%s%N) - began) / 1000000 ))
        local rare=$(ask 100 '/api/v1/search?q={}' "$terms")
        local again=$(ask 100 '/api/v1/search?q=zswap_frontswap_store')
        local list=$(ask 5 /api/v1/dictionaries)
        local index=$(( $(metric tinygrep_index_bytes) / 1048576 ))
        echo "| $files | $listening ms | $ready ms | $index MiB | $(resident) MiB | $rare ms | $again ms | $list ms |"
        stop
    done
}
