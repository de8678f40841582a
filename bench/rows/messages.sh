# Messages: durable writes of one and of 64 clients, grouped and each alone, on SQLite and on PostgreSQL; and reading one back.

start_postgres() { # leaves its URL in $database
    local binaries; binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$binaries" ] || { need pg_ctlcluster postgresql; binaries=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1); }
    local as=(); [ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    local port=$((20000 + RANDOM % 10000))
    chmod 711 "$work"; mkdir "$work/postgres"; [ "$(id -u)" != 0 ] || chown postgres "$work/postgres"
    (cd "$work/postgres" && "${as[@]}" "$binaries/initdb" -D data -U bench -A trust --locale C.UTF-8 >/dev/null)
    (cd "$work/postgres" && exec "${as[@]}" "$binaries/postgres" -D data -p "$port" -k "$work/postgres" -c listen_addresses=127.0.0.1) \
        >"$work/postgres.log" 2>&1 &
    servers+=("$!")
    until "$binaries/pg_isready" -q -h 127.0.0.1 -p "$port"; do sleep 0.1; done
    database=postgres://bench@127.0.0.1:$port/postgres
}

row_messages() {
    local write="-s $top/bench/messages.lua"
    serve; local grouped=$url first=$server
    serve --database "sqlite:$work/single/kept.db" --write-group 1; local single=$url
    clients=64 warm $write "$grouped"; clients=64 warm $write "$single"
    versus "clients=64 rate $write $grouped" "clients=64 rate $write $single"
    row "stored messages, SQLite, durable, 64 clients" "$(whole "$ours")/s" "one commit a message $(whole "$theirs")/s" "$ratio" ">= 3"
    versus "clients=1 rate $write $grouped" "clients=1 rate $write $single"
    row "the same, 1 client" "$(whole "$ours")/s" "one commit a message $(whole "$theirs")/s" "$ratio" "stated"
    stop; server=$first; url=$grouped
    local path=/messages/$(curl -s "$url/messages" --json '{"message":"foo"}' | cut -d'"' -f4)
    clients=64 warm "$url$path"; clients=64 warm "$url/livez"
    versus "clients=64 rate $url$path" "clients=64 rate $url/livez"
    row "a message read back, SQLite, 64 clients" "$(whole "$ours")/s" "/livez $(whole "$theirs")/s" "$ratio" ">= 0.6"
    stop
    start_postgres
    serve --database "$database"; clients=64 warm $write "$url"
    ours=$(for ((round = 0; round < rounds; round++)); do clients=64 rate $write "$url"; done | median)
    row "stored messages, PostgreSQL, durable, 64 clients" "$(whole "$ours")/s" "" "" "stated"
    ours=$(for ((round = 0; round < rounds; round++)); do clients=1 rate $write "$url"; done | median)
    row "the same, 1 client" "$(whole "$ours")/s" "" "" "stated"
    curl -s -o /dev/null "$url/messages" --json '{"message":"foo"}'
    clients=64 warm "$url$path"
    versus "clients=64 rate $url$path" "clients=64 rate $url/livez"
    row "a message read back, PostgreSQL, 64 clients" "$(whole "$ours")/s" "/livez $(whole "$theirs")/s" "$ratio" "stated"
    stop
}
