#!/bin/sh
# What `tessera show` prints, and how it refuses.
. "${srcdir:-.}/tests/cmd/lib.sh"

hash20=abcdefghijklmnopqrst
tail="12:piece lengthi16384e6:pieces20:${hash20}"

# ---- what it holds ----
printf 'd8:announce10:http://t/x13:announce-listll10:http://t/x8:udp://u:el10:https://v/ee7:comment7:one\ntwo10:created by2:me13:creation datei1700000000e4:infod5:filesld6:lengthi5e4:pathl1:d1:aeed4:attr1:p6:lengthi9e4:pathl1:peed6:lengthi0e4:pathl5:b\\.txeee4:name3:top%s7:privatei1e6:source1:Se8:url-list9:http://s/5:nodesll1:hi6881eeee' "$tail" >all.torrent
run 0 show all.torrent
says out 'name          top'
says out 'private       yes'
says out 'size          14 B (14 bytes)'
says out 'pieces        1 of 16.0 KiB (16384 bytes)'
says out 'tracker 1     http://t/x'
says out 'tracker 1     udp://u:'
says out 'tracker 2     https://v/'
says out 'web seed      http://s/'
says out 'node          h port 6881'
says out 'comment       one'
says out '              two'
says out 'created by    me'
says out 'created       2023-11-14 22:13:20 UTC'
says out 'source        S'
says out 'files         2'
says out '     1         5 B  top/d/a'
says out '     3         0 B  top/b_.tx  (renamed)'
says_not out 'pad'

run 0 show --json all.torrent
one_line out
says out '"torrent":"all.torrent","name":"top"'
says out '"trackers":[["http://t/x","udp://u:"],["https://v/"]]'
says out '"web_seeds":["http://s/"],"http_seeds":[],"nodes":[{"host":"h","port":6881}]'
says out '"comment":"one\u000atwo","created_by":"me","created":1700000000,"source":"S"'
says out '"files":[{"number":1,"path":"top/d/a","size":5,"executable":false,"renamed":false},{"number":3,'

# Standard input, and several at once: a bad one does not stop the others.
"$tessera" show - <all.torrent >out 2>err || fail "show -"
says out 'name          top'
run 2 show all.torrent missing.torrent --json all.torrent
[ "$(wc -l <out)" -eq 2 ] || fail 'two of three are not shown'
says err 'tessera show: missing.torrent: cannot open'

# A stranger's text does not reach the terminal as it is.
printf 'd7:comment9:\033[31mred\r4:infod6:lengthi5e4:name6:a\302\233\342\202\254%see' "$tail" >bad.torrent
run 2 show bad.torrent
one_line err
printf 'd7:comment9:\033[31mred\r10:created by4:\033]0;4:infod6:lengthi5e4:name10:a\342\200\256gpj.ex%see' "$tail" >esc.torrent
run 0 show esc.torrent
if grep -q "$(printf '[\033\r]')" out; then fail 'an escape in the text'; fi
if grep -q "$(printf '\342\200\256')" out; then fail 'bidi in the text'; fi
run 0 show --json esc.torrent
one_line out

# ---- what is refused ----
# refused NAME TEXT -- the file says no, in one line with its name and TEXT.
refused() {
    run 2 show "$1"
    one_line err
    says err "tessera show: $1: "
    says err "$2"
    [ ! -s out ] || fail "$1: something was printed"
}

printf 'hello' >text;             refused text 'byte 0'
: >empty;                         refused empty 'it is empty'
head -c 100 all.torrent >cut;     refused cut 'byte 100'
printf 'd4:infod6:lengthi5e4:name2:..%see' "$tail" >dots
refused dots 'leads out of its folder'
printf 'd4:infod6:lengthi5e4:name3:a/b%see' "$tail" >slash
refused slash "holds a '/'"
printf 'd4:infod6:lengthi99999e4:name1:a%see' "$tail" >pieces
refused pieces '1 hashes, but the sizes make 7 pieces'
printf 'd4:infod6:lengthi99999999999999999999e4:name1:a%see' "$tail" >huge
refused huge 'number over 64 bits'
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "l" }' >deep
refused deep 'nested too deeply'
mkdir folder;                     refused folder 'not a regular file'
head -c 16777217 /dev/zero >large; refused large ''
printf 'd4:infod12:meta versioni2e4:name1:aee' >v2; refused v2 'version 2'


# ---- magnet links: what they say, without asking anybody ----
hex=0123456789abcdef0123456789abcdef01234567
run 0 show "magnet:?xt=urn:btih:$hex&dn=a%1b%5bm+b&tr=udp://t:1&ws=http://w/&xs=http://x/a.torrent&x.pe=192.0.2.7:5&so=0,2-4"
says out "info-hash     $hex"
says out 'tracker       udp://t:1'
says out 'web seed      http://w/'
says out 'torrent at    http://x/a.torrent'
says out 'peer          192.0.2.7 port 5'
says out 'only files    1,3-5'
if grep -q "$(printf '[\033\r]')" out; then fail 'an escape in the text'; fi
run 0 show --json "$hex"
one_line out
says out "\"name\":null,\"info_hash\":\"$hex\",\"trackers\":[]"
run 0 show --json "magnet:?xt=urn:btih:$hex&so=0,2-4&dn=x"
says out '"files":[[1,1],[3,5]]}'
run 2 show 'magnet:?xt=urn:btmh:122001234567890123456789012345678901234567890123456789012345678901'
says err 'version 2'
run 2 show 'magnet:?xt=urn:btih:0123'
one_line err
run 1 show
says err 'no torrent given'
run 1 show --nonsense all.torrent
says err '--nonsense'
run 0 show --help
says out 'Usage: tessera show'
if [ -c /dev/full ]; then
    status=0
    "$tessera" show all.torrent >/dev/full 2>err || status=$?
    [ "$status" = 4 ] || fail "a full disk: status $status"
fi
finish
