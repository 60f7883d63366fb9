#!/bin/sh
# manual.sh [MANUAL [PROGRAM [SETTINGS]]] -- the manuals and the tables of the
# program do not drift apart: under a command's heading stand the options of its
# --help and no others, each with the same letter; keys and settings are there as
# the program has them; and the manuals are good mdoc, where mandoc is here.
set -eu
manual=${1:-man/tessera.1}
program=${2:-./tessera}
settings=${3:-man/tessera.conf.5}
LC_ALL=C
export LC_ALL
work=$(mktemp -d "${TMPDIR:-/tmp}/manual.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# "  -o, --output FILE  what" as "output o"; what is said once for all is not.
options_of_help() {
    # shellcheck disable=SC2086 # no word for the terminal UI
    "$program" $1 --help | sed -n \
        -e 's/^  -\([a-zA-Z]\), --\([a-z0-9-]*\).*/\2 \1/p' \
        -e 's/^      --\([a-z0-9-]*\).*/\1 /p' |
        grep -v -e '^help ' -e '^version ' -e '^print-' | sort
}

# ".It Fl o , Fl Fl output Ar FILE" below ".Ss HEADING" in the same form, of the
# section COMMANDS or OPTIONS.
options_of_manual() {
    awk -v section="$1" -v heading="$2" '
    $1 == ".Sh" { within = $2 == section; ours = 0 }
    $1 == ".Ss" { ours = within && substr($0, 5) == heading }
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
    }' "$manual"
}

status=0

# compare WHAT MANUAL -- the lines of $work/help and $work/manual are the same.
compare() {
    [ -s "$work/help" ] || {
        echo "manual.sh: $program tells of no $1"
        status=1
    }
    comm -23 "$work/help" "$work/manual" | sed "s|^|$2: $1: lacks |" \
        >"$work/found"
    comm -13 "$work/help" "$work/manual" |
        sed "s|^|$2: $1: there is no |" >>"$work/found"
    [ ! -s "$work/found" ] || status=1
    cat "$work/found"
}

# --- Options ---------------------------------------------------------------

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
    {
        options_of_manual COMMANDS "$command"
        [ "$command" != get ] || options_of_manual OPTIONS Shared
    } | sort >"$work/manual"
    compare "option of $command" "$manual"
done
options_of_help '' >"$work/help"
{
    options_of_manual OPTIONS Shared
    options_of_manual OPTIONS 'Terminal UI'
} | sort >"$work/manual"
compare "option of the UI" "$manual"
for option in $("$program" --help |
    sed -n 's/^      \(--version\|--print-[a-z]*\).*/\1/p'); do
    grep -q "^\.Fl Fl ${option#--}" "$manual" || {
        echo "$manual: lacks $option"
        status=1
    }
done
for command in $(sed -n '/^\.Sh COMMANDS/,/^\.Sh [^C]/s/^\.Ss //p' "$manual")
do
    echo "$commands" | grep -qx "$command" || {
        echo "$manual: there is no command $command"
        status=1
    }
done

# --- Keys and settings -----------------------------------------------------

# What each key does, which is a line of its own in both.
"$program" --print-keys | sed -n 's/^  .\{22\}//p' | sort -u >"$work/help"
sed -n '/^\.Sh KEYS/,/^\.Sh [^K]/s/^[^.].*/&/p' "$manual" | sort -u \
    >"$work/manual"
compare key "$manual"

"$program" --print-config | sed -n 's/^\([a-z-]* = .*\)/\1/p' | sort >"$work/help"
sed -n 's/^\.It Va \(.*\) No = Li \(.*\)/\1 = \2/p' "$settings" |
    sed -e 's/\\(dq/"/g' -e 's/\\&//' | sort \
    >"$work/manual"
compare setting "$settings"

# --- The language ----------------------------------------------------------

if [ $# -gt 0 ]; then
    :
elif command -v mandoc >/dev/null; then
    mandoc -T lint -W warning "$manual" "$settings" || status=1
else
    echo "manual.sh: no mandoc here: the manuals' mdoc was not checked"
fi
exit $status
