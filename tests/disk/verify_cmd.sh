#!/bin/sh
# Runs "tessera verify" on a small torrent of three files, whole and damaged:
#     name   bytes   content    pieces of 16 KiB
#     a      20000   "a"...     0, 1
#     e      0
#     d/b    20000   "b"...     1, 2
set -u
tessera=./tessera
dir=$(mktemp -d "${TMPDIR:-.}/tessera-test-XXXXXX") || exit 99
trap 'chmod -R u+rwx "$dir"; rm -rf "$dir"' EXIT
n_failed=0

fail() {
    echo "FAILED: $*"
    n_failed=$((n_failed + 1))
}

# expect STATUS WORDS ARGUMENTS...: run verify; its output must hold the words.
expect() {
    want=$1
    words=$2
    shift 2
    "$tessera" verify "$@" >"$dir/out" 2>&1
    status=$?
    [ $status -eq "$want" ] || fail "verify $*: status $status, not $want"
    [ -z "$words" ] || grep -qF -- "$words" "$dir/out" ||
        fail "verify $*: no '$words' in: $(cat "$dir/out")"
}

repeat() { # LETTER COUNT
    awk -v c="$1" -v n="$2" 'BEGIN { while (n--) printf "%s", c }'
}

restore() {
    rm -rf "$dir/dl"
    mkdir -p "$dir/dl/t/d"
    repeat a 20000 >"$dir/dl/t/a"
    repeat b 20000 >"$dir/dl/t/d/b"
    : >"$dir/dl/t/e"
}

{
    printf 'd4:infod5:filesl'
    printf 'd6:lengthi20000e4:pathl1:aeed6:lengthi0e4:pathl1:eee'
    printf 'd6:lengthi20000e4:pathl1:d1:beee4:name1:t12:piece lengthi16384e'
    printf '6:pieces60:'
    printf '\022\377\064\173\117\047\326\236\037\062'
    printf '\216\157\113\125\163\343\146\156\022\057'
    printf '\101\150\074\113\255\210\312\107\063\030'
    printf '\363\110\323\010\256\036\125\266\166\241'
    printf '\306\255\365\201\071\342\106\156\307\143'
    printf '\203\076\250\107\260\176\251\274\301\242'
    printf 'ee'
} >"$dir/t.torrent"
t=$dir/t.torrent
dl=$dir/dl

restore
expect 0 "3 of 3 pieces right" "$t" "$dl"
expect 0 "t/d/b: complete" "$t" "$dl"
expect 0 '"complete":true' --json "$t" "$dl"
expect 0 "" -q "$t" "$dl"
[ -s "$dir/out" ] && fail "-q printed something"
(cd "$dl" && "$OLDPWD/tessera" verify -q ../t.torrent) ||
    fail "the current folder is not the default"

# A wrong byte in piece 2, which is of d/b alone.
printf x | dd of="$dl/t/d/b" bs=1 seek=19999 conv=notrunc 2>/dev/null
expect 5 "t/d/b: 1 bad piece" "$t" "$dl"
expect 5 "t/a: complete" "$t" "$dl"
expect 5 "bad pieces: 2" "$t" "$dl"
expect 5 '"bad":[[2,2]]' --json "$t" "$dl"
expect 5 "" -q "$t" "$dl"

# A wrong byte in piece 1, which a and d/b share.
restore
printf x | dd of="$dl/t/a" bs=1 seek=19999 conv=notrunc 2>/dev/null
expect 5 "t/a: 1 bad piece" "$t" "$dl"
expect 5 "t/d/b: 1 bad piece" "$t" "$dl"

# Missing, short, too long, empty ones.
restore
rm "$dl/t/d/b"
expect 5 "t/d/b: missing" "$t" "$dl"
expect 5 "t/a: 1 piece cannot be checked without the files beside" "$t" "$dl"
expect 5 "missing pieces: 1-2" "$t" "$dl"
expect 5 '"missing":[[1,2]]' --json "$t" "$dl"
[ -e "$dl/t/d/b" ] && fail "verify made a file"
restore
repeat b 15000 >"$dl/t/d/b"
expect 5 "t/d/b: short: 14.6 KiB of 19.5 KiB" "$t" "$dl"
restore
echo more >>"$dl/t/d/b"
expect 0 "t/d/b: complete (and 5 bytes too long)" "$t" "$dl"
rm "$dl/t/e"
expect 5 "t/e: missing" "$t" "$dl"
rm -rf "$dl/t"
expect 5 "missing pieces: 0-2" "$t" "$dl"

# A link is not followed, whatever it leads to.
restore
mv "$dl/t/a" "$dir/elsewhere"
ln -s ../../elsewhere "$dl/t/a"
expect 5 "t/a: not used: a link" "$t" "$dl"

# What is no torrent, no folder, no use.
restore
expect 4 "no-such: no such folder" "$t" "$dir/no-such"
[ -e "$dir/no-such" ] && fail "verify made a folder"
expect 4 "t.torrent: not a folder" "$t" "$t"
expect 2 "no-such.torrent" "$dir/no-such.torrent" "$dl"
expect 2 "dl/t/a: " "$dl/t/a" "$dl"
head -c 150 "$t" >"$dir/cut.torrent"
expect 2 "cut.torrent: " "$dir/cut.torrent" "$dl"
expect 1 "which torrent?"
expect 1 "too many arguments" "$t" "$dl" "$dl"
expect 1 "" --no-such-option "$t"
expect 0 "Usage: tessera verify" --help
if [ -c /dev/full ]; then
    "$tessera" verify "$t" "$dl" >/dev/full 2>/dev/null
    [ $? -eq 4 ] || fail "full disk behind standard output is not told"
fi

[ $n_failed -eq 0 ]
