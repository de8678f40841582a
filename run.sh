#!/usr/bin/env bash
# The one script to type: builds when a source is newer than the build, then runs.
#   ./run.sh [serve] [FOLDER] [options]   serve a folder, dicts/ by itself, on http://127.0.0.1:8080/
#   ./run.sh search TERM [PATH...]        ask without a server
#   ./run.sh test                install what tests need, build, check the format, run all tests
#   ./run.sh bench               measure (see bench/)                        ./run.sh --help        all options
#   ./run.sh pack                the packages for scripts and the command tinygrep, into artifacts/
#   ./run.sh publish             one native file, artifacts/tinygrep
#   ./run.sh demo-upstream       an upstream to try the relay with
set -eu
top=$(cd "$(dirname "$0")" && pwd)
project=$top/TinyGrepServer
build=$project/bin/Release/net10.0
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

fail() { echo "run.sh: $*" >&2; exit 2; }

# install PACKAGE...: as root on Debian or Ubuntu; elsewhere the caller's check says what is missing.
install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    dpkg -s "$@" >/dev/null 2>&1 && return
    { [ -n "$(ls /var/lib/apt/lists 2>/dev/null | grep -v -e lock -e partial)" ] || apt-get update -qq; } >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 ||
        { apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null; }
}

need_grep() {
    case $(grep --version 2>/dev/null || true) in
        *"GNU grep"*) ;;
        *) install grep || fail "GNU grep is missing; install the package grep." ;;
    esac
}

# Only what keeps data needs it; searching does not, so its absence is no failure.
need_sqlite() {
    { ldconfig -p 2>/dev/null || /sbin/ldconfig -p; } | command grep -q 'libsqlite3\.so\.0' || install libsqlite3-0 ||
        echo "run.sh: libsqlite3 is missing; install libsqlite3-0 before you store data." >&2
}

need_sdk() {
    case $(dotnet --version 2>/dev/null || true) in
        10.*) ;;
        *) fail "the .NET SDK 10 is missing; see https://dotnet.microsoft.com/download/dotnet/10.0" ;;
    esac
}

# Only the tests of the pages need a browser.
need_browser() {
    command -v chromium >/dev/null || install chromium || echo "run.sh: chromium is missing; tests of the pages will be inconclusive." >&2
}

# For tests alone: axe-core looks in the pages for what keeps people out, the others hold replies against /schema.
need_npm_packages() {
    local folder=${XDG_CACHE_HOME:-$HOME/.cache}/tinygrep-tests
    local modules=$folder/node_modules
    [ -f "$modules/axe-core/axe.min.js" ] && [ -d "$modules/ajv-formats" ] &&
        [ -d "$modules/@seriousme/openapi-schema-validator" ] && return
    { command -v npm >/dev/null || install npm; } && npm install --silent --no-audit --no-fund --prefix "$folder" \
        axe-core@4.10.3 ajv@8.20.0 ajv-formats@3.0.1 @seriousme/openapi-schema-validator@2.11.0 >/dev/null 2>&1 ||
        echo "run.sh: axe-core, ajv and openapi-schema-validator could not be installed with npm;" \
            "tests of accessibility and of /schema will be inconclusive." >&2
}

# The runtime dies in its own words under limits that are too small; the numbers are those of RuntimeLimits.cs. It raises the soft
# limit of open files itself. Root may start as many processes as it likes.
need_limits() {
    at_least 192 "$(ulimit -Hn)" "open files (-n)"
    at_least 6291456 "$(ulimit -v)" "KiB of address space (-v)"
    [ "$(id -u)" = 0 ] || at_least 64 "$(ulimit -u)" "processes and threads (-u)"
}
at_least() { [ "$2" = unlimited ] || [ "$2" -ge "$1" ] || fail "the limit is $2 $3, and at least $1 are needed: see ulimit."; }

# Sources newer than the build, or no build: build. Comparing with find takes milliseconds; asking dotnet takes seconds.
build() {
    if [ -f "$build/TinyGrepServer.dll" ] &&
        [ -z "$(find "$project" "$top/dicts" "$top"/Directory.*.props "$top/global.json" \
            -path "$project/bin" -prune -o -path "$project/obj" -prune -o \
            -type f -newer "$build/TinyGrepServer.dll" -print -quit)" ]; then
        return
    fi
    need_sdk
    need_sqlite
    # The analyzers take most of a build and change nothing in it; ./run.sh test has them.
    dotnet build "$project" -c Release -v quiet --nologo -p:RunAnalyzers=false >&2 || fail "the build failed."
    touch "$build/TinyGrepServer.dll"
}

# Apart from the usual build, whose files stay as they are. What follows goes to dotnet, such as -p:Version=1.2.3.
pack() {
    need_sdk
    local tool
    for tool in false true; do
        dotnet pack "$project" -c Release -v quiet --nologo --artifacts-path "$top/artifacts/build/pack" -o "$top/artifacts" -p:Tool=$tool \
            -p:CompileAhead=false -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false "$@" >&2 || fail "packing failed."
    done
    ls "$top"/artifacts/*.nupkg
}

# A linker and zlib are what the SDK does not bring.
need_linker() {
    { command -v clang || command -v gcc; } >/dev/null && [ -e /usr/include/zlib.h ] || install gcc libc6-dev zlib1g-dev ||
        fail "a C compiler or zlib is missing; install gcc and zlib1g-dev."
}

publish() {
    need_sdk
    need_linker
    dotnet publish "$project" -c Release -v quiet --nologo -r linux-x64 --artifacts-path "$top/artifacts/build" -o "$top/artifacts/native" \
        -p:PublishAot=true -p:NuGetLockFilePath="$top/artifacts/build/native.lock.json" -p:CompileAhead=false -p:RunAnalyzers=false \
        "$@" >&2 || fail "publishing failed."
    mv "$top/artifacts/native/TinyGrepServer" "$top/artifacts/tinygrep"
    echo "$top/artifacts/tinygrep"
}

run_tests() {
    need_sdk
    need_grep
    install fortunes wamerican-huge util-linux curl procps libsqlite3-0 sqlite3 postgresql nginx openssl prometheus python3-yaml ||
        echo "run.sh: fortunes, wamerican-huge, util-linux, curl, procps, sqlite3, postgresql, nginx, openssl, prometheus" \
            "or python3-yaml are missing; tests that need them will be inconclusive." >&2
    need_browser
    need_npm_packages
    cd "$top"
    dotnet restore TinyGrepServer.sln --locked-mode
    dotnet build TinyGrepServer.sln -c Release --no-restore -warnaserror
    # The build has held the sources against the rules of style; what it does not see is white space and the order of imports.
    dotnet format whitespace TinyGrepServer.sln --verify-no-changes --no-restore
    dotnet format style TinyGrepServer.sln --diagnostics IMPORTS --verify-no-changes --no-restore
    local log status=0
    log=$(mktemp)
    dotnet test --solution TinyGrepServer.sln -c Release --no-build --no-progress "$@" 2>&1 | tee "$log" || status=$?
    # The runner's summary, as one line.
    awk '/^ *total: /{total=$2} /^ *failed: /{failed=$2} /^ *succeeded: /{passed=$2} /^ *skipped: /{skipped=$2}
        END{printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped; exit passed == 0}' "$log" || status=1
    rm -f "$log"
    return $status
}

case ${1:-} in
    test) shift; set -o pipefail; run_tests "$@" ;;
    bench) shift; exec "$top/bench/run.sh" "$@" ;;
    pack) shift; pack "$@" ;;
    publish) shift; publish "$@" ;;
    *)
        need_limits
        need_grep
        build
        command -v dotnet >/dev/null || need_sdk
        exec dotnet "$build/TinyGrepServer.dll" "$@"
        ;;
esac
