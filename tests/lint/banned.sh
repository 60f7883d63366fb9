#!/bin/sh
# banned.sh [ROOT] -- calls that nobody makes, and calls that only some folders
# make. A table line is the calls, a colon, and the beginnings of the paths that
# may call them. Members of structs (host->send()) are other functions.
set -eu
root=${1:-${srcdir:-.}}
lint=$(dirname "$0")
LC_ALL=C
export LC_ALL

find "$root/src" "$root/tests" -name '*.[ch]' | sort |
    xargs awk -f "$lint/strip.awk" | awk -v root="$root/" '
BEGIN {
    rule("strcpy strcat sprintf vsprintf strncpy strtok atoi gets sscanf", "")
    rule("alloca rand time gettimeofday sleep", "")
    rule("malloc calloc realloc", "src/util/ tests/")
    rule("clock_gettime", "src/util/clock.c tests/bench/")
    rule("socket send recv", "src/net/ tests/")
    rule("poll", "src/net/ src/ui/outlet.c src/ui/terminal.c tests/")
    rule("open pread pwrite", "src/disk/ tests/")
}

function rule(calls, places,    names, n, i)
{
    n = split(calls, names, " ")
    for (i = 1; i <= n; i++)
        allowed[names[i]] = " " places
}

function may(file, call,    places, n, i)
{
    n = split(allowed[call], places, " ")
    for (i = 1; i <= n; i++) {
        if (index(file, places[i]) == 1)
            return 1
    }
    return 0
}

{
    text = substr($0, length(root) + 1)
    file = text
    sub(/:.*/, "", file)
    text = substr(text, length(file) + 2)
    line = text
    sub(/:.*/, "", line)
    text = substr(text, length(line) + 2)
    before = ""
    while (match(text, /[A-Za-z_][A-Za-z0-9_]*[ \t]*\(/)) {
        before = before substr(text, 1, RSTART - 1)
        call = substr(text, RSTART, RLENGTH - 1)
        sub(/[ \t]+$/, "", call)
        member = before ~ /(\.|->)[ \t]*$/
        if (!member && call in allowed && !may(file, call))
            print file ":" call "\t" file ":" line ": " call "() is banned here"
        before = before call "("
        text = substr(text, RSTART + RLENGTH)
    }
}' | awk -v allow="$root/tests/lint/banned.allow" -f "$lint/report.awk"
