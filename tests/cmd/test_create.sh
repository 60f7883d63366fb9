#!/bin/sh
# What `tessera create` makes, and when it makes nothing.
. "${srcdir:-.}/tests/cmd/lib.sh"

# ---- a folder, made the same anywhere and at any time ----
mkdir -p data/b/c
awk 'BEGIN { for (i = 0; i < 20000; i++) print i }' >data/numbers
printf x >data/b/c/x
: >data/b/empty
printf y >data/b.txt
ln -s /etc data/link
mkfifo data/pipe
run 0 create --no-date -t http://a/announce,udp://b:1 -t https://c/ \
    -w http://s/ -c 'grüße' -p -s SRC data
says out 'data.torrent: 4 files, 106 KiB, 7 pieces of 16.0 KiB'
says err 'left out: data/link: a symbolic link'
says err 'left out: data/pipe: not a regular file'
cp data.torrent first.torrent
run 0 show --json data.torrent
says out '"trackers":[["http://a/announce","udp://b:1"],["https://c/"]]'
says out '"web_seeds":["http://s/"]'
says out '"comment":"grüße","created_by":null,"created":null,"source":"SRC"'
says out '"private":true'
says out '"files":[{"number":1,"path":"data/b/c/x","size":1,'
says out '"number":2,"path":"data/b/empty","size":0,'
says out '"number":3,"path":"data/b.txt","size":1,'
says out '"number":4,"path":"data/numbers","size":108890,'
run 0 show data.torrent
says out "info-hash     3274c6c0c38172de5d9b82bd4b58d9690d8a281c"

# ---- nothing is replaced unless asked ----
run 1 create data
says err 'exists already'
cmp -s data.torrent first.torrent || fail 'it was replaced'
run 0 create -q --force data
[ ! -s out ] || fail '-q says something'
if cmp -s data.torrent first.torrent; then fail 'it was not replaced'; fi
run 0 show data.torrent
says out 'created by    tessera'
ln -s nowhere dangling
run 4 create data -o dangling
[ -L dangling ] || fail 'a link was replaced'
rm data/link data/pipe dangling
ln -s /dev/null device
run 1 create --force data -o device
says err 'is not a regular file, and is not replaced'
[ -L device ] || fail 'a device was replaced'
rm device
cp data/numbers precious
cp data.torrent inner
for file in precious inner; do
    run 1 create --force "$file" -o "$file"
    says err "$file: the torrent that is being made"
done
run 1 create --force data -o precious
says err 'precious: is not a torrent, and is not replaced'
cmp -s precious data/numbers || fail 'data was replaced by a torrent'
cmp -s inner data.torrent || fail 'a torrent was replaced by its own'
: >precious
run 0 create -q --force data -o precious
rm precious inner
long=$(printf '%0255d' 0)
run 0 create -q data -o "$long"
rm "$long"

# ---- a name that no client writes as it is ----
mkdir odd
printf x >'odd/back\slash'
run 0 create -q odd
says err 'becomes back_slash: rename the file, or it cannot be seeded from here'

# ---- places ----
run 0 create data -o out.dir.torrent --no-date
(cd data && "$tessera" create . --no-date >/dev/null 2>&1) || fail 'create .'
cmp -s data/data.torrent out.dir.torrent || fail 'of . it is another one'
(cd data && "$tessera" create . --no-date --force >/dev/null 2>err) ||
    fail 'create . again'
grep -q 'left out: ./data.torrent' data/err || fail 'it holds itself'
rm data/data.torrent data/err
run 0 create data/numbers --no-date -l 64K -q
run 0 show numbers.torrent
says out 'pieces        2 of 64.0 KiB'
says out '     1     106 KiB  numbers'
run 0 create data/ -o slash.torrent --no-date -q
cmp -s slash.torrent out.dir.torrent || fail 'a slash at the end matters'

# ---- what is refused, and leaves nothing behind ----
# refused STATUS TEXT ARGS...
refused() {
    want_status=$1
    want_text=$2
    shift 2
    run "$want_status" create -o no.torrent "$@"
    says err "tessera create: "
    says err "$want_text"
    one_line err
    [ ! -e no.torrent ] || fail "create $*: it wrote"
}

: >empty
mkdir nothing
printf z >"$(printf 'new\nline')"
refused 1 'holds no data' empty
refused 1 'holds no data' nothing
refused 1 'control character' "$(printf 'new\nline')"
refused 4 'missing: ' missing
refused 1 'one PATH' data data
refused 1 'one PATH'
refused 1 'one PATH' ''
refused 1 'power of two' -l 20000 data
refused 1 '--piece-length' -l 8K data
refused 1 '--piece-length' -l 512M data
refused 1 '--tracker' -t ftp://a/ data
refused 1 '--tracker' -t http://a/, data
refused 1 '--tracker' -t udp://a/ data
refused 1 '--tracker' -t udp://a:65536/ data
refused 1 '--tracker' -t http://a:65536/ data
refused 1 '--web-seed' -w udp://a/ data
refused 1 '--web-seed' -w 'http://a/b c' data
refused 1 '--comment' -c "$(printf '\377')" data
refused 1 'regular file' /dev/null
run 4 create -o missing/x.torrent data
says err 'missing/'
if [ "$(id -u)" != 0 ]; then
    mkdir locked
    chmod 500 locked
    run 4 create -o locked/x.torrent data
    chmod 700 locked
    printf z >secret
    chmod 0 secret
    refused 4 'secret' secret
fi
run 0 create --help
says out 'Usage: tessera create'
for leftover in *.tmp .*.tmp; do
    [ ! -e "$leftover" ] || fail "left behind: $leftover"
done
finish
