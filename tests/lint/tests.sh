#!/bin/sh
# tests.sh [ROOT] -- src/<layer>/<file>.c has its tests/<layer>/test_<file>.c.
# The front ends are tested as programs.
set -eu
root=${1:-${srcdir:-.}}
lint=$(dirname "$0")
LC_ALL=C
export LC_ALL

find "$root/src" -name '*.c' | sort | while read -r path; do
    file=${path#"$root/"}
    case $file in
    src/main.c | src/cmd/* | src/ui/*) continue ;;
    esac
    in_layer=${file#src/}
    test_file=tests/${in_layer%/*}/test_${in_layer##*/}
    [ -f "$root/$test_file" ] ||
        printf '%s\t%s: there is no %s\n' "$file" "$file" "$test_file"
done | awk -v allow="$root/tests/lint/tests.allow" -f "$lint/report.awk"
