#!/bin/sh
# symbols.sh [ROOT [BUILD]] -- what a file exports begins with its name, and is
# no data that can change. Asks nm of the layers' libraries in BUILD.
set -eu
root=${1:-${srcdir:-.}}
build=${2:-.}
lint=$(dirname "$0")
LC_ALL=C
export LC_ALL
nm=${NM:-nm}

command -v "$nm" >/dev/null || {
    echo "symbols.sh: no nm here: not checked"
    exit 77
}
libraries=$(cd "$build" && find src -name 'lib*.a' | sort)
[ -n "$libraries" ] || {
    echo "symbols.sh: no library in $build/src: nothing was checked"
    exit 1
}

# A line of nm -A -P is "LIBRARY[OBJECT]: SYMBOL TYPE ...". Symbols that begin
# with an underscore are the compiler's, such as those of sanitizers.
(cd "$build" && "$nm" -A -P -g $libraries 2>/dev/null) | awk '
{
    layer = $1
    sub(/^src\//, "", layer)
    sub(/\/.*/, "", layer)
    object = $1
    sub(/^.*\[/, "", object)
    sub(/\]:$/, "", object)
    sub(/^.*-/, "", object)
    sub(/\.o$/, "", object)
    file = "src/" layer "/" object ".c"
    symbol = $2
    type = $3
    if (symbol ~ /^_/ || type == "U" || type == "w" || type == "v")
        next
    if (type ~ /^[BCDGS]$/)
        print file ":" symbol "\t" file \
            ": exports data that can change: " symbol
    else if (symbol != object && index(symbol, object "_") != 1)
        print file ":" symbol "\t" file ": exports " symbol ", not " object "_*"
}' | awk -v allow="$root/tests/lint/symbols.allow" -f "$lint/report.awk"
