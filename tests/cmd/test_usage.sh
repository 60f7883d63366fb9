#!/bin/sh
# Every wrong use is one clear line on stderr and a status, and nothing on stdout;
# every --help fits a terminal.
. "${srcdir:-.}/tests/cmd/lib.sh"
XDG_STATE_HOME=$scratch/state
export XDG_STATE_HOME

head -c 20000 /dev/zero >data
run 0 create -q data
: >empty
mkdir folder

# wrong STATUS TEXT ARGS... -- refused with one line that holds TEXT.
wrong() {
    want=$1
    text=$2
    shift 2
    run "$want" "$@"
    one_line err
    says err "$text"
    [ ! -s "$scratch/out" ] || fail "tessera $*: something on stdout"
}

wrong 1 'no terminal here'
wrong 1 "'nonsense': unknown command" nonsense
wrong 1 'no terminal here' 'magnet:?xt=a'
wrong 1 'no terminal here' 0123456789abcdefABCD01234567890123456789
wrong 1 'unknown command' 0123456789abcdefABCD0123456789012345678
wrong 1 '--version: takes no argument' --version=1
wrong 1 '--print-completion: needs one of bash|zsh|fish' --print-completion=b
wrong 1 '--nonsense: unknown option' --nonsense
for command in get show create verify; do
    wrong 1 '--nonsense: unknown option' $command --nonsense data.torrent
    wrong 1 '-X: unknown option' $command data.torrent -X
    wrong 1 '(see tessera' $command
    run 0 $command --help
    says out "Usage: tessera $command"
    awk 'length($0) > 79 { print; bad = 1 } END { exit bad }' out ||
        fail "$command --help is too wide"
done
for command in get show verify; do
    wrong 2 'missing.torrent: cannot open' $command missing.torrent
    wrong 2 'folder: not a regular file' $command folder
    wrong 2 'empty: not a torrent: it is empty' $command empty
    wrong 2 'standard input: not a torrent: it is empty' $command -
    wrong 2 "'': an empty name" $command ''
    wrong 2 'only http and https' $command ftp://192.0.2.1/a.torrent
done
for command in get show; do
    wrong 2 'a magnet link without the hash of a torrent' $command \
        'magnet:?xt=a'
done
wrong 2 'info-hash alone is of no use' verify \
    0123456789012345678901234567890123456789
wrong 2 'a magnet link is of no use' verify 'magnet:?xt=a'

port='--port 0 --no-lsd'
wrong 1 "--port: '70000' is not a number from 0 to 65535" \
    get --port 70000 data.torrent
wrong 1 "--port: needs an argument" get data.torrent --port
for list in 0 1-0 9-3 2 1- -1 1,,1 1, a ''; do
    wrong 1 "--files: '$list' is not a list" get $port --files "$list" \
        data.torrent
done
wrong 1 '--files: goes with one torrent' get --files 1 data.torrent data.torrent
for peer in nonsense 127.0.0.1 127.0.0.1:0 ::1:5 :5 ''; do
    wrong 1 "--peer: '$peer': not HOST:PORT" get --peer "$peer" data.torrent
done
for address in nonsense 127.0.0.1:80 '[::1]:80' localhost ''; do
    wrong 1 "--bind: '$address' is not an address" \
        get $port --bind "$address" data.torrent
done
wrong 4 'cannot use TCP port 192.0.2.1' get $port --bind 192.0.2.1 data.torrent
wrong 1 "--peer: '0.0.0.0:5': no address" get --peer 0.0.0.0:5 data.torrent
wrong 1 "--down: '5X' is not a size such as" get --down 5X data.torrent
wrong 1 "--max-peers: '0' is not a number from" get --max-peers 0 data.torrent
wrong 1 "--log: 'nonsense' is not a list of topics" get --log nonsense data.torrent
says err 'http, dht, all'
wrong 1 '--json and --quiet exclude' get --json -q data.torrent
wrong 1 'this torrent is named twice' get data.torrent data.torrent
wrong 4 'empty: not a folder' get $port --dir empty data.torrent

run 0 demo --help
says out 'Usage: tessera demo'
awk 'length($0) > 79 { print; bad = 1 } END { exit bad }' out ||
    fail 'demo --help is too wide'
wrong 1 '--nonsense: unknown option' demo --nonsense
wrong 1 'takes no arguments' demo data.torrent
wrong 1 "--size: '1000K' is not a size from 1M" demo --size 1000K
wrong 1 "--size: 'much' is not a size" demo --size much
wrong 1 "--peers: '0' is not a number from 1 to 50" demo --peers 0
wrong 1 "--peers: '51' is not a number from 1 to 50" demo --peers 51
wrong 1 "--rate: '-1' is not a size" demo --rate -1
wrong 1 '--rate: needs an argument' demo --rate
for place in "$scratch/missing" "$scratch/empty"; do
    TMPDIR=$place
    export TMPDIR
    wrong 4 "$place: " demo
done
unset TMPDIR

wrong 1 'needs one PATH' create data data
wrong 4 'missing: cannot look at it' create missing
wrong 1 'empty: holds no data' create empty
wrong 1 'exists already (--force' create data
wrong 1 "'nonsense' is no http, https or udp URL" create -t nonsense data
wrong 1 "--piece-length: '17' is not a size from 16K" create -l 17 data
wrong 1 'no power of two' create -l 17K data
wrong 1 'too many arguments' verify data.torrent folder folder
wrong 4 'empty: not a folder' verify data.torrent empty
# A URL's user and password are not for whoever reads the message.
wrong 2 'http://...@127.0.0.1:1/a: cannot connect' get \
    http://user:secret@127.0.0.1:1/a
says_not err secret

wrong 1 "--seed-ratio: '0x1' is not a number such as 1.5" get --seed-ratio 0x1 x
wrong 1 "--seed-ratio: ' 1' is not a number such as 1.5" get --seed-ratio ' 1' x
wrong 1 '--output: an empty name' create -o '' data

# What was not printed is not done.
for arg in --print-config --help --version 'create --help'; do
    status=0
    # shellcheck disable=SC2086
    "$tessera" $arg >/dev/full 2>err || status=$?
    [ "$status" = 4 ] || fail "$arg on a full disk: status $status"
    says err 'standard output cannot be written'
done

# Closed streams are not what is opened next.
status=0
"$tessera" create -q -f data <&- >&- 2>&- || status=$?
[ "$status" = 0 ] || fail "create without streams: status $status"
(
    XDG_STATE_HOME=$scratch/closed
    "$tessera" get --port 0 --no-lsd --no-dht -d closed/data --timeout 1 \
        data.torrent \
        <&- >&- 2>&- &
    pid=$!
    while [ ! -e "/proc/$pid/fd/5" ] && [ -e "/proc/$pid" ]; do :; done
    for fd in 0 1 2; do
        readlink "/proc/$pid/fd/$fd" || :
    done >streams
    wait "$pid" || :
)
if [ -s streams ] && grep -qv '^/dev/null$' streams; then
    fail "standard streams became $(cat streams)"
fi
rm -rf streams closed
[ ! -e state ] || [ -z "$(find state -name '*.resume')" ] ||
    fail 'state was written of what was refused'
finish
