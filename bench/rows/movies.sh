# Movies beside json-server 0.17.4, both with the same thousand films: a filtered list, a new movie; and one movie by its id.

row_movies() {
    need node nodejs; need npm npm
    npm install --silent --no-fund --no-audit --prefix "$work/npm" json-server@0.17.4 >/dev/null 2>&1
    awk -F'\t' '
        BEGIN { printf "{\"movies\":[" }
        {
            for (part = 1; part <= 3 && n < 1000; part++)
                printf "%s{\"id\":%d,\"title\":\"%s %d\",\"genre\":\"%s\",\"expiry_date\":\"2031-05-17\",\"release_year\":%d}",
                    (n++ ? "," : ""), n, $1, part, $2, $3
        }
        END { print "]}" }' "$top/TinyGrepServer/Movies/films.tsv" >"$work/films.json"
    local port=$((30000 + RANDOM % 10000))
    cp "$work/films.json" "$work/db.json"
    node "$work/npm/node_modules/.bin/json-server" --quiet --host 127.0.0.1 --port "$port" "$work/db.json" >/dev/null 2>&1 &
    servers+=("$!")
    local other=http://127.0.0.1:$port
    until curl -s -o /dev/null "$other/movies/1"; do sleep 0.1; done

    serve --open-tokens --rate-limit off --data "$work/movies"
    local token="Authorization: Bearer $(curl -s "$url/api/token" -d '{"user":"bench"}' | cut -d'"' -f4)"
    node -e '
        for (const film of JSON.parse(require("fs").readFileSync(process.argv[1])).movies) {
            delete film.id;
            console.log(JSON.stringify(film));
        }' "$work/films.json" |
        while read -r film; do
            printf 'next\nurl = "%s/api/v1/movies"\nheader = "%s"\njson = "%s"\noutput = /dev/null\n' "$url" "$token" "${film//\"/\\\"}"
        done | sed 1d | curl -s -K - >/dev/null
    [ "$(curl -s -H "$token" "$url/api" | grep -o '"title"' | wc -l)" = 1000 ]

    local list="$url/api/v1/movies?genre=eq.Horror&release_year=gte.1970&limit=10"
    local theirs_list="$other/movies?genre=Horror&release_year_gte=1970&_limit=10"
    clients=64 warm -H "'$token'" "$list" 2>/dev/null; clients=64 warm "$theirs_list"
    versus "clients=64 rate -H '$token' '$list'" "clients=64 rate '$theirs_list'"
    row "movies: filtered list, 64 clients" "$(whole "$ours")/s" "json-server $(whole "$theirs")/s" "$ratio" ">= 5"

    local one="$url/api/v1/movies/$(curl -s -H "$token" "$url/api/v1/movies?limit=1" | cut -d'"' -f6)"
    versus "clients=64 rate -H '$token' '$one'" "clients=64 rate $url/livez"
    row "a movie by id with its token, 64 clients" "$(whole "$ours")/s" "/livez $(whole "$theirs")/s" "$ratio" ">= 0.35"

    versus "clients=64 rate -H '$token' -s $top/bench/movies.lua $url/api/v1/movies" \
        "clients=64 rate -s $top/bench/movies.lua $other/movies"
    row "movies: create (ours durable), SQLite, 64 clients" "$(whole "$ours")/s" "json-server $(whole "$theirs")/s" "$ratio" ">= 5"
    versus "clients=1 rate -H '$token' -s $top/bench/movies.lua $url/api/v1/movies" "clients=1 rate -s $top/bench/movies.lua $other/movies"
    row "the same, 1 client" "$(whole "$ours")/s" "json-server $(whole "$theirs")/s" "$ratio" "stated"
    stop
}
