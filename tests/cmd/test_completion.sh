#!/bin/sh
# The completions of the shells: what they offer, asked of the shells that are
# here. Says what was not checked for want of a shell.
. "${srcdir:-.}/tests/cmd/lib.sh"

run 0 --print-completion bash
cp out tessera.bash
run 0 --print-completion zsh
cp out _tessera
run 0 --print-completion=fish
cp out tessera.fish
run 1 --print-completion csh
says err '--print-completion: needs one of bash|zsh|fish'
run 1 --print-completion
: >one.torrent
: >other.txt
mkdir folder

checked=
skipped=

# offers SHELL LINE WANT... -- completing the last word of LINE offers WANT and,
# of the words in $not, none.
offers() {
    shell=$1
    line=$2
    shift 2
    "complete_$shell" "$line" >offered 2>&1 || fail "$shell: $(cat offered)"
    for word in "$@"; do
        grep -qx -e "$word" offered ||
            fail "$shell: '$line' does not offer '$word': $(cat offered)"
    done
    for word in $not; do
        if grep -qx -e "$word" offered; then
            fail "$shell: '$line' offers '$word'"
        fi
    done
}

# All that the three are asked alike.
ask() {
    not='show --port'
    offers "$1" 'tessera ge' get
    not=demo
    offers "$1" 'tessera get --se' --seed --seed-ratio --seed-time
    not='--seed --json'
    offers "$1" 'tessera create --pri' --private
    not='--seed demo'
    offers "$1" 'tessera --print-' --print-config --print-keys \
        --print-completion
    not=
    offers "$1" 'tessera --print-completion ' bash zsh fish
    checked="$checked $1"
}

complete_bash() {
    bash -c '. ./tessera.bash
        IFS=" " read -r -a COMP_WORDS <<<"$1"
        case $1 in *" ") COMP_WORDS+=("") ;; esac
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _tessera
        ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' - "$1"
}

if command -v bash >/dev/null; then
    bash -n tessera.bash || fail 'bash does not take its completions'
    ask bash
    not=other.txt
    offers bash 'tessera get ' one.torrent folder
    offers bash 'tessera ' get one.torrent folder
    not=one.torrent
    offers bash 'tessera get --dir ' folder
    not=
    offers bash 'tessera get --config ' other.txt
    loader=/usr/share/bash-completion/bash_completion
    if [ -r $loader ]; then
        mkdir -p share/bash-completion/completions
        cp tessera.bash share/bash-completion/completions/tessera
        XDG_DATA_HOME=$scratch/share bash -c ". $loader
            _completion_loader tessera
            complete -p tessera" >offered 2>&1 || :
        grep -q -e '-F _tessera tessera' offered ||
            fail "bash-completion does not find it: $(cat offered)"
    else
        skipped="$skipped bash-completion"
    fi
else
    skipped="$skipped bash"
fi

if command -v zsh >/dev/null; then
    zsh -n _tessera || fail 'zsh does not take its completions'
    checked="$checked zsh(syntax)"
else
    skipped="$skipped zsh"
fi

# fish lists what it offers with a tab before each note.
complete_fish() {
    HOME=$scratch fish -c 'source tessera.fish; complete -C "$argv[1]"' \
        "$1" | cut -f 1
}

if command -v fish >/dev/null; then
    fish -n tessera.fish || fail 'fish does not take its completions'
    ask fish
else
    skipped="$skipped fish"
fi

[ -z "$skipped" ] || echo "NOT CHECKED, for they are not here:$skipped"
[ -n "$checked" ] || exit 77
finish
