#!/bin/sh
# headers.sh [ROOT] -- each .c includes "config.h" first and then its own
# header, which so proves that it compiles alone; each header has a guard with
# its name.
set -eu
root=${1:-${srcdir:-.}}
lint=$(dirname "$0")
LC_ALL=C
export LC_ALL

{
    find "$root/src" -name '*.c' | sort | xargs awk -v root="$root/" '
    function end_of_file()
    {
        if (file == "")
            return
        own = file
        sub(/^src\//, "", own)
        sub(/\.c$/, ".h", own)
        if (first != "\"config.h\"")
            print file "\t" file ": the first include is not \"config.h\""
        # main.c is the one that nothing calls.
        else if (file != "src/main.c" && second != "\"" own "\"")
            print file "\t" file ": the include after \"config.h\" is not \"" \
                own "\""
    }

    FNR == 1 {
        end_of_file()
        file = substr(FILENAME, length(root) + 1)
        first = second = ""
    }

    /^[ \t]*#[ \t]*include/ {
        included = $0
        sub(/^[^<"]*/, "", included)
        if (first == "")
            first = included
        else if (second == "")
            second = included
    }

    END { end_of_file() }'

    find "$root/src" -name '*.h' | sort | while read -r path; do
        file=${path#"$root/"}
        guard=$(echo "${file#src/}" | tr 'a-z/.' 'A-Z__')
        grep -q "^#ifndef $guard\$" "$path" &&
            grep -q "^#define $guard\$" "$path" ||
            printf '%s\t%s: the guard is not %s\n' "$file" "$file" "$guard"
    done
} | awk -v allow="$root/tests/lint/headers.allow" -f "$lint/report.awk"
