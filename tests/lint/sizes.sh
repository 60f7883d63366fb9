#!/bin/sh
# sizes.sh [ROOT] -- .c files up to 600 lines, headers up to 200, functions up
# to 60 from brace to brace. A key of sizes.allow is a path, or PATH:FUNCTION.
set -eu
root=${1:-${srcdir:-.}}
lint=$(dirname "$0")
LC_ALL=C
export LC_ALL

find "$root/src" "$root/tests" -name '*.[ch]' | sort |
    xargs awk -v root="$root/" '
function end_of_file(    max)
{
    max = file ~ /\.h$/ ? 200 : 600
    if (n_lines > max)
        print file "\t" file ": " n_lines " lines, more than " max
}

FNR == 1 {
    end_of_file()
    file = substr(FILENAME, length(root) + 1)
    start = 0
}

{ n_lines = FNR }

# The name is the last word before a parenthesis at the start of a line.
/^[A-Za-z_].*\(/ || /^\*?[a-z_]+\(/ {
    name = $0
    sub(/^START_TEST\(/, "", name)
    sub(/[()].*/, "", name)
    sub(/.*[ *]/, "", name)
}

/^\{/ { start = FNR }

/^\}/ {
    if (start > 0 && FNR - start + 1 > 60)
        print file ":" name "\t" file ":" start ": " name "() has " \
            FNR - start + 1 " lines, more than 60"
    start = 0
}

END { end_of_file() }' | awk -v allow="$root/tests/lint/sizes.allow" \
    -f "$lint/report.awk"
