# lib.sh -- what the tests of the subcommands share. Sourced, with the working
# folder that of the build; leaves it for an empty one of its own.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
tessera=$(pwd)/tessera
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tessera-test.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
# Not the settings of whoever runs the tests.
XDG_CONFIG_HOME=$scratch/config
export XDG_CONFIG_HOME
# Nor anybody of the network.
TESSERA_OFFLINE=1
export TESSERA_OFFLINE

n_failed=0
fail() {
    echo "FAILED: $*"
    n_failed=$((n_failed + 1))
}

# run STATUS ARGS... -- run tessera, keep its output in out and err, and compare
# its exit status.
run() {
    want=$1
    shift
    status=0
    "$tessera" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    [ "$status" = "$want" ] ||
        fail "tessera $*: status $status, not $want: $(cat "$scratch/err")"
}

# says FILE TEXT -- FILE (out or err) has a line that holds TEXT.
says() {
    grep -qF -e "$2" "$scratch/$1" ||
        fail "no '$2' in $1 of tessera: $(cat "$scratch/$1")"
}

says_not() {
    if grep -qF -e "$2" "$scratch/$1"; then
        fail "'$2' in $1 of tessera"
    fi
}

# one_line FILE -- FILE (out or err) is one line without control characters.
one_line() {
    [ "$(wc -l <"$scratch/$1")" -eq 1 ] || fail "$1 is not one line"
    if tr -d '\n' <"$scratch/$1" | grep -q '[[:cntrl:]]'; then
        fail "control characters in $1"
    fi
}

finish() {
    [ "$n_failed" -eq 0 ] || exit 1
}
