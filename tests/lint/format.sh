#!/bin/sh
# format.sh [ROOT] -- clang-format would change nothing in a .c file; headers
# may align their comments by hand. Its versions do not agree among each other, so
# that only the one that the code was written with counts; without it this check
# is skipped, and says so.
set -eu
root=${1:-${srcdir:-.}}
wanted=14
clang_format=

for name in ${CLANG_FORMAT:-clang-format-$wanted clang-format}; do
    case $("$name" --version 2>/dev/null || :) in
    *" version $wanted."*)
        clang_format=$name
        break
        ;;
    esac
done
[ -n "$clang_format" ] || {
    echo "format.sh: no clang-format $wanted here: the format was not checked"
    exit 77
}
find "$root/src" "$root/tests" -name '*.c' | sort |
    xargs "$clang_format" --style=file --dry-run -Werror
