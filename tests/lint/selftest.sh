#!/bin/sh
# selftest.sh -- each lint passes a small good tree, and fails when one thing in
# it is made bad. A lint that cannot fail would look just like a clean tree.
set -eu
lint=$(cd "${srcdir:-.}/tests/lint" && pwd)
LC_ALL=C
export LC_ALL
work=$(mktemp -d "${TMPDIR:-/tmp}/lint.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
n_failed=0

# A tree of two layers in which there is nothing to find.
good_tree() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/src/util" "$work/tree/src/net" "$work/tree/src/cmd" \
        "$work/tree/tests/util" "$work/tree/tests/net" "$work/tree/tests/lint"
    cd "$work/tree"
    cp "$lint/../../.clang-format" .
    for layer in util net; do
        upper=$(echo "$layer" | tr a-z A-Z)
        printf '%s\n' "#ifndef ${upper}_THING_H" "#define ${upper}_THING_H" \
            '' 'int thing_do(int n);' '' '#endif' >"src/$layer/thing.h"
        printf '%s\n' '#include "config.h"' '' "#include \"$layer/thing.h\"" \
            '' '#include <stdio.h>' '' '#include "util/thing.h"' '' \
            'const int thing_limit = 3;' '' \
            '/* sprintf() is named in a comment: time(NULL) */' \
            'int thing_do(int n)' '{' \
            "    return n + (n == '\"') + (int)sizeof \"gets(\\\"rand(\";" \
            '}' >"src/$layer/thing.c"
        echo '#include "config.h"' >"tests/$layer/test_thing.c"
    done
    printf '%s\n' '#include "config.h"' '' '#include "cmd/get.h"' '' \
        '#include "net/thing.h"' >src/cmd/get.c
    printf '%s\n' '#ifndef CMD_GET_H' '#define CMD_GET_H' '#endif' \
        >src/cmd/get.h
    printf '%s\n' '#include "config.h"' '#include "cmd/get.h"' >src/main.c
}

fail() {
    echo "selftest: $1"
    cat "$work/out"
    n_failed=$((n_failed + 1))
}

run() {
    status=0
    "$lint/$1.sh" "$work/tree" "$work/tree" >"$work/out" 2>&1 || status=$?
}

# passes LINT: the tree as it is gives nothing.
passes() {
    run "$1"
    [ "$status" -eq 0 ] && [ ! -s "$work/out" ] ||
        fail "$1 finds something in a good tree ($2), status $status"
    good_tree
}

# finds LINT WORDS: the lint fails and says so in these words.
finds() {
    run "$1"
    { [ "$status" -eq 1 ] || [ "$status" -eq 123 ]; } &&
        grep -qF -e "$2" "$work/out" ||
        fail "$1 does not find: $2 (status $status)"
    good_tree
}

good_tree
for name in layers banned headers tests sizes; do
    passes $name "as it is"
done

echo '#include "net/thing.h"' >>src/util/thing.c
finds layers 'src/util/thing.c:16: layer util may not include "net/thing.h"'
echo '  #  include "proto/wire.h"' >>src/net/thing.h
finds layers 'layer net may not include "proto/wire.h"'
echo '#include "../util/thing.h"' >>src/net/thing.c
finds layers 'write it as "layer/name.h"'
echo '#include "thing.h"' >>src/net/thing.c
finds layers 'write it as "layer/name.h"'
mkdir src/swim && echo 'int x;' >src/swim/pool.c
finds layers 'layer "swim" is not in the table'

echo 'int f(char *s) { return sprintf (s, ""); }' >>src/net/thing.c
finds banned 'src/net/thing.c:16: sprintf() is banned here'
echo 'int f(int n) { return n + /* of it */ rand(); }' >>tests/net/test_thing.c
finds banned 'tests/net/test_thing.c:2: rand() is banned here'
printf '%s\n' '/* a' 'time() */ int f(void) { return "\"" + time(0); }' \
    >>src/util/thing.c
finds banned 'src/util/thing.c:17: time() is banned here'
echo 'void *f(void) { return malloc(1); }' >>src/net/thing.c
finds banned 'malloc() is banned here'
echo 'int f(void) { return poll(0, 0, 0); }' >>src/util/thing.c
finds banned 'poll() is banned here'
echo 'int f(void) { return open("", 0); }' >>src/net/thing.c
finds banned 'open() is banned here'
echo 'int f(void) { return clock_gettime(0, 0); }' >>src/util/thing.c
finds banned 'clock_gettime() is banned here'
printf '%s\n' 'void *f(void) { return malloc(1); }' \
    'int g(struct h *h) { return h->time(h) + h.open (h) + lifetime(h); }' \
    >>src/util/thing.c
passes banned "what is allowed there"
echo 'int f(void) { return poll(0, 0, 0); }' >>src/util/thing.c
echo 'src/util/thing.c:poll a good reason' >tests/lint/banned.allow
passes banned "an exception"
echo 'src/util/thing.c:poll a good reason' >tests/lint/banned.allow
finds banned 'no longer needed: src/util/thing.c:poll'
echo 'int f(void) { return poll(0, 0, 0); }' >>src/util/thing.c
echo 'src/util/thing.c:poll' >tests/lint/banned.allow
finds banned 'no reason is given'

printf '%s\n' '#include <stdio.h>' '#include "config.h"' >src/net/thing.c
finds headers 'src/net/thing.c: the first include is not "config.h"'
printf '%s\n' '#include "config.h"' '#include <stdio.h>' >src/net/thing.c
finds headers 'the include after "config.h" is not "net/thing.h"'
echo '/* nothing else */' >src/net/thing.c
finds headers 'the first include is not "config.h"'
sed s/THING/THINGS/ src/net/thing.h >x && mv x src/net/thing.h
finds headers 'src/net/thing.h: the guard is not NET_THING_H'

rm tests/net/test_thing.c
finds tests 'src/net/thing.c: there is no tests/net/test_thing.c'
rm tests/net/test_thing.c
echo 'src/net/thing.c is data' >tests/lint/tests.allow
passes tests "an exception"

lines() {
    awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) print text }'
}
lines 586 '/**/' >>src/net/thing.c
finds sizes 'src/net/thing.c: 601 lines, more than 600'
lines 585 '/**/' >>src/net/thing.c
passes sizes "600 lines"
lines 195 '/**/' >>src/net/thing.h
finds sizes 'src/net/thing.h: 201 lines, more than 200'
{ printf '%s\n' 'static int' 'long_one(int n,' '         int m)' '{'
  lines 59 '    n++;'; echo '}'; } >>tests/net/test_thing.c
finds sizes 'tests/net/test_thing.c:5: long_one() has 61 lines, more than 60'
{ printf '%s\n' 'START_TEST(long_test)' '{'
  lines 59 '    n++;'; echo '}'; } >>tests/net/test_thing.c
finds sizes 'long_test() has 61 lines, more than 60'
{ printf '%s\n' 'int f(void)' '{'; lines 58 '    n++;'; echo '}'; } \
    >>tests/net/test_thing.c
passes sizes "a function of 60 lines"

run format
if [ "$status" -ne 77 ]; then
    passes format "as it is"
    printf '%s\n' 'int f( int n )' '{' 'return n;' '}' >>src/net/thing.c
    finds format 'src/net/thing.c:16'
else
    echo "selftest: format.sh not tested, for the reason it gives:"
    cat "$work/out"
fi
CLANG_FORMAT=no-such-program
export CLANG_FORMAT
run format
[ "$status" -eq 77 ] && grep -q 'not checked' "$work/out" ||
    fail "format without clang-format is not a skip that says so"

# Objects need a compiler; make check hands over the one that it uses.
compile() {
    : >config.h
    for layer in util net; do
        ${CC:-cc} -Isrc -I. -c "src/$layer/thing.c" -o "src/$layer/thing.o"
        ${AR:-ar} cr "src/$layer/lib$layer.a" "src/$layer/thing.o" 2>/dev/null
    done
    rm config.h
}
compile
passes symbols "as it is"
finds symbols 'nothing was checked'
echo 'int other(void) { return thing_limit; }' >>src/net/thing.c
compile
finds symbols 'src/net/thing.c: exports other, not thing_*'
echo 'int thing_count = 1;' >>src/net/thing.c
compile
finds symbols 'exports data that can change: thing_count'
echo 'int thing_zero;' >>src/net/thing.c
compile
finds symbols 'exports data that can change: thing_zero'
printf '%s\n' 'static int zero;' 'int other(void) { return zero++; }' \
    >>src/net/thing.c
compile
echo 'src/net/thing.c:oth* stand for other things' >tests/lint/symbols.allow
passes symbols "an exception for a prefix, and static data"

# A program of one command, and its manuals.
good_manual() {
    cat >"$work/program" <<'EOF'
#!/bin/sh
case $1 in
--help)
    echo "  -d, --dir DIR  where"
    echo "      --paused  wait"
    echo "      --version  tell"
    echo "  get  gets"
    ;;
--print-keys)
    echo "Everywhere"
    echo "  j Down                down"
    ;;
--print-config)
    printf '%s\n' '# where' 'dir = .' 'bind = ""'
    ;;
*)
    echo "  -d, --dir DIR  where"
    echo "  -o, --output FILE  where"
    echo "      --fast  quick"
    echo "  -h, --help  help"
    ;;
esac
EOF
    chmod +x "$work/program"
    printf '%s\n' '.Sh DESCRIPTION' '.Fl Fl version' '.Sh OPTIONS' '.Ss Shared' \
        '.It Fl d , Fl Fl dir Ar DIR' '.Ss Terminal UI' '.It Fl Fl paused' \
        '.Sh COMMANDS' '.Ss get' '.It Fl o , Fl Fl output Ar FILE' \
        '.It Fl Fl fast' '.Sh KEYS' '.It Ic j , Down' 'down' '.Sh FILES' \
        '.Ss put' >"$work/manual"
    printf '%s\n' '.It Va dir No = Li .' '.It Va bind No = Li \(dq\(dq' \
        >"$work/settings"
}
check_manual() {
    "$lint/manual.sh" "$work/manual" "$work/program" "$work/settings" \
        >"$work/out" 2>&1
}
manual_finds() {
    status=0
    check_manual || status=$?
    [ "$status" -eq 1 ] && grep -qF -e "$1" "$work/out" ||
        fail "manual does not find: $1 (status $status)"
    good_manual
}
good_manual
check_manual || fail "manual finds something where there is nothing"
sed -i.old '/Fl Fl fast/d' "$work/manual"
manual_finds 'option of get: lacks fast'
sed -i.old 's/Fl Fl fast/Fl Fl fast , Fl Fl slow/' "$work/manual"
manual_finds 'option of get: there is no slow'
sed -i.old 's/Fl o/Fl O/' "$work/manual"
manual_finds 'option of get: lacks output o'
sed -i.old 's/Ss get/Ss gets/' "$work/manual"
manual_finds 'no command get'
sed -i.old 's/Sh FILES/Ss fetch/; s/Sh KEYS/Ss KEYS/' "$work/manual"
manual_finds 'there is no command fetch'
sed -i.old 's/Fl Fl paused/Fl Fl dir/' "$work/manual"
manual_finds 'option of the UI: lacks paused'
sed -i.old '/Fl Fl version/d' "$work/manual"
manual_finds 'lacks --version'
sed -i.old 's/^down/up/' "$work/manual"
manual_finds 'key: lacks down'
sed -i.old '/Va dir/d' "$work/settings"
manual_finds 'setting: lacks dir = .'
sed -i.old 's/No = Li \./No = Li x/' "$work/settings"
manual_finds 'setting: there is no dir = x'
sed -i.old 's/--help)/--hello)/' "$work/program"
manual_finds 'names no command'

[ "$n_failed" -eq 0 ]
