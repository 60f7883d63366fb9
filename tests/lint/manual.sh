#!/bin/sh
# manual.sh [MANUAL [PROGRAM]] -- the manual and the tables of options do not
# drift apart: under a command's heading stand the options of its --help and no
# others, each with the same letter.
set -eu
manual=${1:-${srcdir:-.}/man/tessera.1}
program=${2:-./tessera}
LC_ALL=C
export LC_ALL
work=$(mktemp -d "${TMPDIR:-/tmp}/manual.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# "  -o, --output FILE  what" as "output o"; --help is said once for all.
options_of_help() {
    "$program" "$1" --help | sed -n \
        -e 's/^  -\([a-zA-Z]\), --\([a-z0-9-]*\).*/\2 \1/p' \
        -e 's/^      --\([a-z0-9-]*\).*/\1 /p' | grep -v '^help ' | sort
}

# ".It Fl o , Fl Fl output Ar FILE" below ".Ss COMMAND" in the same form.
options_of_manual() {
    awk -v command="$1" '
    $1 == ".Sh" { within = $2 == "COMMANDS"; ours = 0 }
    $1 == ".Ss" { ours = within && $2 == command }
    ours && $1 == ".It" && $2 == "Fl" {
        letter = ""
        for (i = 2; i <= NF; i++) {
            if ($i != "Fl")
                continue
            if ($(i + 1) != "Fl")
                letter = $(i + 1)
            else {
                print $(i + 2) " " letter
                letter = ""
                i += 2
            }
        }
    }' "$manual" | sort
}

status=0
commands=$("$program" --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p')
[ -n "$commands" ] || {
    echo "manual.sh: $program --help names no command"
    exit 1
}
for command in $commands; do
    grep -q "^\.Ss $command\$" "$manual" || {
        echo "$manual: no command $command"
        status=1
    }
    options_of_help "$command" >"$work/help"
    options_of_manual "$command" >"$work/manual"
    [ -s "$work/help" ] || {
        echo "manual.sh: $program $command --help names no option"
        status=1
    }
    comm -23 "$work/help" "$work/manual" | sed "s|^|$manual: $command: lacks --|" \
        >"$work/found"
    comm -13 "$work/help" "$work/manual" |
        sed "s|^|$manual: $command: there is no --|" >>"$work/found"
    [ ! -s "$work/found" ] || status=1
    cat "$work/found"
done
"$program" --help | grep -q -e --version || status=1
for command in $(sed -n '/^\.Sh COMMANDS/,/^\.Sh [^C]/s/^\.Ss //p' "$manual")
do
    echo "$commands" | grep -qx "$command" || {
        echo "$manual: there is no command $command"
        status=1
    }
done
exit $status
