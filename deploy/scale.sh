#!/usr/bin/env bash
# Many servers on one machine: PostgreSQL, N servers that share it and one key file, nginx in front.
#   deploy/scale.sh N [options] [-- server options]   start what is not running, print the address, stop all on Ctrl-C
#   deploy/scale.sh restart   the servers one after the other, while the others answer
#   deploy/scale.sh status    what runs; exit code 3 unless all is ready
#   deploy/scale.sh stop      end all of it: nginx first, so that every request is answered
# Options:
#   --port P         nginx listens on P; the servers on P+1 … P+N, PostgreSQL on P+99. Default 8443.
#   --data FOLDER    database, keys, certificate, logs. Default data/scale beside run.sh.
#   --name NAME      the host name of address and certificate. Default localhost.
#   --listen ADDRESS the IPv4 address nginx listens on. Default 127.0.0.1.
#   --dicts FOLDER   the folder to search. Default dicts beside run.sh.
#   --program FOLDER a built program to run as it stands. Default: built by run.sh, and copied for each server, so that
#                    a restart brings a new build while the others still run the old one.
#   --detach         return when all is ready instead of waiting for Ctrl-C.
# Each process is known by its id and start time in FOLDER/run; no other process is ever signalled.
set -eu
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATH=$PATH:/usr/sbin:/sbin
most=64         # servers: ports between P and P+99
drain_delay=2   # seconds; longer than nginx leaves a server alone after a failed write, so one is back before the next one goes
ready_limit=60  # seconds that a process may take to become ready
end_limit=30    # seconds that it may take to end: --shutdown-timeout, the drain delay and some more

fail() { echo "scale.sh: $*" >&2; exit 1; }
usage() { echo "scale.sh: $*; try deploy/scale.sh --help" >&2; exit 2; }
is_number() { [[ $1 =~ ^[0-9]{1,5}$ ]]; }

# --- processes -------------------------------------------------------------------------------------------------------

# stat_field PID N: a field of /proc/PID/stat, 1 being the state; the name before it may hold blanks.
stat_field() {
    local line
    { line=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    set -- "$2" ${line##*) }
    shift "$1"
    echo "$1"
}

# id_of NAME: the process id, if that process still runs and is the one we started. A zombie has ended, once its threads have.
id_of() {
    local id started state
    { read -r id started <"$data/run/$1.pid"; } 2>/dev/null || return 1
    state=$(stat_field "$id" 1) && [ "$(stat_field "$id" 20)" = "$started" ] || return 1
    [ "$state" != Z ] || [ "$(stat_field "$id" 18)" -gt 1 ] 2>/dev/null || return 1
    echo "$id"
}

# launch NAME COMMAND...: in a session of its own, so that Ctrl-C here does not reach it; output goes to the log.
launch() {
    local name=$1
    shift
    setsid "$@" </dev/null >>"$data/log/$name.log" 2>&1 9>&- &
    echo "$! $(stat_field $! 20)" >"$data/run/$name.pid"
}

# wait_ready NAME COMMAND...: until the command succeeds.
wait_ready() {
    local name=$1 until=$((SECONDS + ready_limit))
    shift
    until "$@" >/dev/null 2>&1; do
        id_of "$name" >/dev/null || fail "$name ended at its start: $(tail -n 1 "$data/log/$name.log")"
        [ $SECONDS -lt $until ] || fail "$name is not ready after $ready_limit s; see $data/log/$name.log"
        sleep 0.05
    done
}

# ask NAME SIGNAL: sends it, if the process runs.
ask() {
    local id
    id=$(id_of "$1") || return 0
    kill "-$2" "$id" 2>/dev/null || ! id_of "$1" >/dev/null || fail "$1 (process $id) belongs to somebody else"
}

# wait_end NAME: until it has ended; by force when its time is up.
wait_end() {
    local until=$((SECONDS + end_limit)) forced=0
    while id_of "$1" >/dev/null; do
        if [ $SECONDS -ge $until ]; then
            echo "scale.sh: $1 did not end within $end_limit s and is killed" >&2
            ask "$1" KILL
            until=$((SECONDS + end_limit)) forced=1
        fi
        sleep 0.02
    done
    rm -f "$data/run/$1.pid"
    return $forced
}

# A killed nginx leaves its workers behind, which hold the port: they are in the session of the process we started.
end_orphans() {
    local id started child
    { read -r id started <"$data/run/nginx.pid"; } 2>/dev/null || return 0
    [ ! -e "/proc/$id" ] || [ "$(stat_field "$id" 1)" = Z ] || return 0
    while child=$(ps -o pid=,comm= -s "$id" 2>/dev/null | awk '$2 == "nginx" { print $1; exit }') && [ -n "$child" ]; do
        kill -KILL "$child" 2>/dev/null || true
        sleep 0.02
    done
}

servers() { local number; for ((number = 1; number <= count; number++)); do echo "server-$number"; done; }
port_of() { case $1 in nginx) echo "$port" ;; postgresql) echo $((port + 99)) ;; *) echo $((port + ${1#server-})) ;; esac; }
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# must_be_free NAME: its port; that of a process killed a moment ago is free in a moment.
must_be_free() {
    local attempt
    for ((attempt = 1; attempt <= 20; attempt++)); do
        is_taken "$(port_of "$1")" || return 0
        sleep 0.05
    done
    fail "port $(port_of "$1") for $1 is taken; give another --port"
}

is_ready() {
    id_of "$1" >/dev/null || return 1
    case $1 in
        nginx) curl -sko /dev/null --max-time 5 "https://$(reached):$port/livez" ;;
        postgresql) "$(postgresql_folder)/pg_isready" -q -t 5 -h 127.0.0.1 -p "$(port_of postgresql)" ;;
        *) curl -sfo /dev/null --max-time 5 "http://127.0.0.1:$(port_of "$1")/readyz" ;;
    esac
}
reached() { if [ "$listen" = 0.0.0.0 ]; then echo 127.0.0.1; else echo "$listen"; fi; }

# --- PostgreSQL ------------------------------------------------------------------------------------------------------

# The programs that fit the cluster that is there; else the newest.
postgresql_folder() {
    local version=/usr/lib/postgresql/$(cat "$data/postgresql/PG_VERSION" 2>/dev/null || true)/bin
    [ -x "$version/postgres" ] || version=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -x "$version/postgres" ] || version=$(dirname "$(readlink -f "$(command -v postgres || true)")")
    [ -x "$version/postgres" ] && [ -x "$version/initdb" ] || return 1
    echo "$version"
}

# PostgreSQL refuses to run as root.
owner=()
[ "$(id -u)" != 0 ] || owner=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
as_owner() { "${owner[@]}" "$@"; }

start_postgresql() {
    local folder attempt
    folder=$(postgresql_folder) || fail "PostgreSQL is missing; install the package postgresql"
    if [ ! -e "$data/postgresql/PG_VERSION" ]; then
        rm -rf "$data/postgresql"
        mkdir -m 700 "$data/postgresql"
        (umask 077 && openssl rand -hex 24 >"$data/password" && openssl rand -hex 24 >"$data/admin-password" &&
            cp "$data/admin-password" "$data/postgresql/password")
        [ "$(id -u)" != 0 ] || chown -R postgres: "$data/postgresql"
        # The cluster takes its name when it is whole: a first start that was cut short begins anew.
        (cd / && as_owner "$folder/initdb" -D "$data/postgresql/new" -U postgres -A scram-sha-256 -E UTF8 --locale C.UTF-8 \
            --pwfile="$data/postgresql/password") \
            >"$data/log/initdb.log" 2>&1 || fail "initdb failed: $(tail -n 1 "$data/log/initdb.log")"
        mv "$data/postgresql/new" "$data/postgresql.whole"
        rm -r "$data/postgresql"
        mv "$data/postgresql.whole" "$data/postgresql"
    fi
    for ((attempt = 1; ; attempt++)); do # what a killed one leaves behind takes a moment to end
        (cd / && export LC_ALL=C.UTF-8 &&
            launch postgresql "${owner[@]}" "$folder/postgres" -D "$data/postgresql" -p "$(port_of postgresql)" \
            -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c "max_connections=$((count * 20 + 20))")
        (trap - EXIT; wait_ready postgresql is_ready postgresql) 2>"$data/log/postgresql-start.log" && break
        [ $attempt -lt 10 ] || { cat "$data/log/postgresql-start.log" >&2; exit 1; }
        sleep 0.3
    done
    # The servers log in as tinygrep, who is no superuser and owns its database alone. (In a folder made before, it is the superuser.)
    if [ -e "$data/admin-password" ] && ! query "SELECT 1 FROM pg_roles WHERE rolname = 'tinygrep'" | grep -q 1; then
        query "CREATE ROLE tinygrep LOGIN PASSWORD '$(cat "$data/password")'" >/dev/null
    fi
    if ! query "SELECT 1 FROM pg_database WHERE datname = 'tinygrep'" | grep -q 1; then
        query "CREATE DATABASE tinygrep OWNER tinygrep" >/dev/null
    fi
}

# query SQL: as the superuser. It goes in by standard input, since it may hold a password.
query() {
    local user=postgres file=$data/admin-password
    [ -e "$file" ] || user=tinygrep file=$data/password
    PGPASSWORD=$(cat "$file") PGCONNECT_TIMEOUT=10 "$(postgresql_folder)/psql" -XAtq -v ON_ERROR_STOP=1 \
        -h 127.0.0.1 -p "$(port_of postgresql)" -U "$user" -d postgres <<<"$1" 2>>"$data/log/postgresql.log" ||
        fail "PostgreSQL refused a statement; see $data/log/postgresql.log"
}

# --- servers ---------------------------------------------------------------------------------------------------------

start_server() {
    local name=$1 folder=$program
    must_be_free "$name"
    if [ -z "$folder" ]; then
        folder=$data/program/$name
        rm -rf "$folder"
        mkdir -p "$folder"
        cp -R "$top/TinyGrepServer/bin/Release/net10.0/." "$folder"
    fi
    # The database's password must not be seen in the list of processes; flags beat what else the environment says.
    (cd "$top" && TINYGREP_DATABASE=postgres://tinygrep:$(cat "$data/password")@127.0.0.1:$(port_of postgresql)/tinygrep \
        launch "$name" dotnet "$folder/TinyGrepServer.dll" --dicts "$dicts" "${server_options[@]}" \
        --host 127.0.0.1 --port "$(port_of "$name")" \
        --data "$data/server" --key-file "$data/server/keys.json" --public-url "https://$name_seen:$port" \
        --trusted-proxies 127.0.0.1 --drain-delay "${drain_delay}s")
}

# bring_up NAME: until it is ready. Its port is in nginx's list, so clients come while it starts.
bring_up() {
    trap - EXIT
    id_of "$1" >/dev/null || start_server "$1"
    wait_ready "$1" is_ready "$1"
}

# All at once: the first to ask for the database makes its tables, and the others wait for that.
bring_up_servers() {
    local name waiting=()
    for name in $(servers); do
        (bring_up "$name") &
        waiting+=($!)
    done
    for name in "${waiting[@]}"; do wait "$name" || exit 1; done
}

build() {
    [ -z "$program" ] || return 0
    "$top/run.sh" --version >/dev/null || fail "the program cannot be built"
}

# --- nginx -----------------------------------------------------------------------------------------------------------

# One made here is made again before it ends; another one, put in its place, is left alone.
make_certificate() {
    local file=$data/nginx/certificate.pem
    if [ -e "$file" ]; then
        [ "$(openssl x509 -in "$file" -noout -issuer -nameopt oneline 2>/dev/null)" = \
            "issuer=O = TinyGrepServer scale.sh, CN = $name_seen" ] || return 0
        ! openssl x509 -in "$file" -noout -checkend 604800 >/dev/null || return 0
    fi
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
        -subj "/O=TinyGrepServer scale.sh/CN=$name_seen" -addext "subjectAltName=DNS:$name_seen,DNS:localhost,IP:127.0.0.1" \
        -keyout "$data/nginx/key.pem" -out "$file") >"$data/log/openssl.log" 2>&1 ||
        fail "openssl failed: $(tail -n 1 "$data/log/openssl.log")"
}

# Reads are spread over keep-alive connections that nginx closes before HttpListener does (15 s idle; on a runtime where its counter
# cannot be reset, the 101st request too). A failed read is simply retried, so a server is never taken out of rotation (a 503 from a full
# search queue is no reason to). Writes cannot be retried: they have connections of their own, and skip a server that has just failed one.
write_settings() {
    local name
    cp "$top/deploy/nginx.conf" "$data/nginx/nginx.conf"
    {
        printf 'upstream readers {\n    zone readers 64k;\n'
        for name in $(servers); do printf '    server 127.0.0.1:%s max_fails=0;\n' "$(port_of "$name")"; done
        printf '    keepalive 32;\n    keepalive_requests 90;\n    keepalive_timeout 10s;\n}\nupstream writers {\n    zone writers 64k;\n'
        for name in $(servers); do printf '    server 127.0.0.1:%s max_fails=1 fail_timeout=1s;\n' "$(port_of "$name")"; done
        printf '}\n'
    } >"$data/nginx/servers.conf"
    printf '%s;\n' "listen $listen:$port ssl http2" "server_name $name_seen" \
        "ssl_certificate certificate.pem" "ssl_certificate_key key.pem" >"$data/nginx/site.conf"
}

start_nginx() {
    local globals="daemon off; "
    [ "$(id -u)" != 0 ] || globals+="user nobody $(id -gn nobody);"
    make_certificate
    write_settings
    nginx -p "$data/nginx" -c "$data/nginx/nginx.conf" -e "$data/log/nginx.log" -g "$globals" -t >"$data/log/nginx-test.log" 2>&1 ||
        fail "nginx refuses its configuration: $(grep -m 1 emerg "$data/log/nginx-test.log")"
    launch nginx nginx -p "$data/nginx" -c "$data/nginx/nginx.conf" -e "$data/log/nginx.log" -g "$globals"
    wait_ready nginx is_ready nginx
}

# --- verbs -----------------------------------------------------------------------------------------------------------

need() {
    local program
    for program in nginx openssl curl dotnet setsid flock ps; do
        command -v "$program" >/dev/null || fail "$program is missing; install it"
    done
    [ "$(id -u)" != 0 ] || { command -v setpriv >/dev/null && id postgres >/dev/null 2>&1; } ||
        fail "as root, PostgreSQL needs setpriv and a user postgres; install util-linux and postgresql"
    postgresql_folder >/dev/null || fail "PostgreSQL is missing; install the package postgresql"
}

make_folder() {
    mkdir -p "$data" 2>/dev/null || fail "the folder $data cannot be made"
    [ -w "$data" ] || fail "the folder $data cannot be written"
    data=$(cd "$data" && pwd)
    mkdir -p "$data"/{run,log,nginx}
    chmod 711 "$data" "$data/nginx" # PostgreSQL and nginx's workers, who are not root, pass through
    chmod 700 "$data/run" "$data/log"
    as_owner test -x "$data" || fail "the user postgres may not enter $data; give another --data, such as /var/tmp/tinygrep"
}

# Only one of us at a time changes what runs in a folder.
lock() {
    exec 9>"$data/lock"
    flock -w 120 9 || fail "another scale.sh is at work in $data"
}
unlock() { exec 9>&-; }

# What was started is remembered, for the verbs that follow.
remember() { declare -p count port name_seen listen dicts program server_options | sed "s/^declare /declare -g /" >"$data/run/settings"; }
recall() { [ -e "$data/run/settings" ] && . "$data/run/settings"; }

start() {
    local name mends=no
    need
    make_folder
    lock
    if (recall); then
        local asked=$count:$port
        recall
        [ "$asked" = "$count:$port" ] || fail "$count servers behind port $port use $data already; stop them first"
    fi
    if ! everything_ready; then
        for name in postgresql $(servers) nginx; do id_of "$name" >/dev/null && mends=yes; done
        [ $mends = yes ] || trap unwind EXIT
        end_orphans
        for name in nginx $(servers) postgresql; do id_of "$name" >/dev/null || must_be_free "$name"; done
        build
        remember
        id_of postgresql >/dev/null || start_postgresql
        bring_up_servers
        id_of nginx >/dev/null || start_nginx
        trap - EXIT
    fi
    unlock
    echo "Serving on https://$name_seen:$port/ ($count servers; stop: $0 stop --data $data)"
}

# A first start that failed leaves nothing running.
unwind() {
    trap - EXIT INT TERM
    end_all || true
    exit 1
}

everything_ready() {
    local name
    for name in postgresql $(servers) nginx; do is_ready "$name" || return 1; done
}

end_all() {
    local name status=0
    ask nginx QUIT
    end_orphans
    wait_end nginx || status=1
    for name in $(servers); do ask "$name" TERM; done
    for name in $(servers); do wait_end "$name" || status=1; done
    ask postgresql INT # its fast shutdown: clients are gone
    wait_end postgresql || status=1
    rm -rf "$data/run" "$data/program" "$data/nginx/"*-temp "$data/nginx/nginx.pid"
    return $status
}

stop() {
    [ -d "$data" ] && data=$(cd "$data" && pwd) && recall || { echo "Nothing runs in $data."; return 0; }
    lock
    recall || return 0 # another one has stopped it meanwhile
    end_all
    unlock
    echo "Stopped."
}

status() {
    local name state all=0
    [ -d "$data" ] && data=$(cd "$data" && pwd) && recall || { echo "Nothing runs in $data."; return 3; }
    for name in postgresql $(servers) nginx; do
        state=ready
        is_ready "$name" || { all=3 state="not ready"; id_of "$name" >/dev/null || state="not running"; }
        printf '%-12s port %-5s process %-8s %s\n' "$name" "$(port_of "$name")" "$(id_of "$name" || echo -)" "$state"
    done
    return $all
}

restart() {
    local name other
    [ -d "$data" ] && data=$(cd "$data" && pwd) && recall || fail "nothing runs in $data"
    need
    lock
    recall || fail "nothing runs in $data"
    build
    [ "$count" -gt 1 ] || echo "scale.sh: with one server a restart interrupts" >&2
    for name in $(servers); do
        for other in $(servers); do [ "$other" = "$name" ] || (bring_up "$other"); done
        ask "$name" TERM
        wait_end "$name" || true
        (bring_up "$name")
        echo "$name is back."
    done
    unlock
}

# Until it is stopped from here or elsewhere.
wait_for_stop() {
    trap 'trap "" INT TERM; stop; exit $?' INT TERM HUP
    while [ -e "$data/run/settings" ]; do
        sleep 1 &
        wait $! || true
    done
}

# --- command line ----------------------------------------------------------------------------------------------------

verb="" count=0 port=8443 data=$top/data/scale name_seen=localhost listen=127.0.0.1 dicts=$top/dicts program="" detach=no server_options=()
while [ $# -gt 0 ]; do
    case $1 in
        --help | -h) sed -n '2,/^set -eu/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 0 ;;
        --detach) detach=yes ;;
        --port | --data | --name | --listen | --dicts | --program)
            [ $# -gt 1 ] && [ -n "$2" ] || usage "$1 needs a value"
            case $1 in
                --port) port=$2 ;;
                --data) data=$2 ;;
                --name) name_seen=$2 ;;
                --listen) listen=$2 ;;
                --dicts) dicts=$(cd "$2" 2>/dev/null && pwd) || usage "--dicts: there is no folder $2" ;;
                --program)
                    program=$(cd "$2" 2>/dev/null && pwd) && [ -e "$program/TinyGrepServer.dll" ] ||
                        usage "--program: there is no TinyGrepServer.dll in $2"
                    ;;
            esac
            shift
            ;;
        --) shift; server_options=("$@"); break ;;
        start | stop | status | restart) [ -z "$verb" ] || usage "one verb at a time"; verb=$1 ;;
        *) [ -z "$verb" ] && is_number "$1" || usage "what is '$1'?"; verb=start count=$((10#$1)) ;;
    esac
    shift
done
[ -n "$verb" ] || usage "say how many servers"
[ "$verb" != start ] || { [ "$count" -ge 1 ] && [ "$count" -le $most ]; } || usage "1..$most servers"
is_number "$port" && port=$((10#$port)) && [ "$port" -ge 1 ] && [ "$port" -le 65436 ] || usage "--port: expected 1..65436, not '$port'"
[[ $name_seen =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || usage "--name: expected a host name, not '$name_seen'"
[[ $listen =~ ^[0-9]{1,3}(\.[0-9]{1,3}){3}$ ]] || usage "--listen: expected an IPv4 address, not '$listen'"
name_seen=${name_seen,,}
"$verb"
[ "$verb$detach" != startno ] || wait_for_stop
