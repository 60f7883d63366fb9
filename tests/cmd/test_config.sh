#!/bin/sh
# The configuration file as the program reads it: what it prints as an example is
# read without a warning; what is wrong is one line each and ends nothing; the
# command line wins over the file.
. "${srcdir:-.}/tests/cmd/lib.sh"
XDG_STATE_HOME=$scratch/state
export XDG_STATE_HOME
conf=$XDG_CONFIG_HOME/tessera/tessera.conf

head -c 20000 /dev/zero >data
run 0 create -q data

# All is there: `get` checks it and ends.
get() {
    run "${want:-0}" get -q -p 0 --no-lsd "$@" data.torrent
}

get
[ ! -e "$XDG_CONFIG_HOME" ] || fail 'a configuration folder was made'
[ ! -s err ] || fail "said without a configuration: $(cat err)"

run 0 --print-config
awk 'length($0) > 79 { print; bad = 1 } END { exit bad }' out ||
    fail 'the example is too wide'
mkdir -p "${conf%/*}"
cp out "$conf"
get
[ ! -s err ] || fail "the example is not understood: $(cat err)"

printf 'slots = 4\ndirr = x\n\nup = fast\non-complete = { "a\n' >"$conf"
get
says err "tessera get: $conf:2: unknown setting 'dirr': did you mean 'dir'?"
says err "tessera get: $conf:4: up: 'fast' is not a size such as 500K or 2M"
says err "tessera get: $conf:5: on-complete: a quote is not closed"
[ "$(wc -l <err)" -eq 3 ] || fail "not three lines: $(cat err)"

# What would get out by another way does not, because of a mistake.
for line in 'proxy = "sockz://127.0.0.1:1"' 'proxy = "socks5://127.0.0.1:1' \
    'bind = tun0' 'encryption = requird' 'ip-filter = { "a"'; do
    echo "$line" >"$conf"
    want=1 get
    says err ": ${line%% *}: nothing is begun without what is set there"
done
for line in 'proxi = "socks5://127.0.0.1:1"' 'ip_filter = { a }' 'Bind = ::1'; do
    echo "$line" >"$conf"
    want=1 get
    says err ': nothing is begun without what is set there'
done
# Nor because of one before it.
for line in 'on-complete = { "a' 'on-complete = { a,' 'log = "x' '/* so' \
    "dir = 'x"; do
    printf '%s\n\n proxy = socks5://127.0.0.1:1\n' "$line" >"$conf"
    want=1 get
    says err ": proxy: nothing is begun without what is set there"
done
printf 'on-complete = { "a\n#proxy =\nproxy-x = 1\nmax-peers = 2\n' >"$conf"
get
mkdir "$conf.d"
want=1 get --config "$conf.d"
rm "$conf"
mv "$conf.d" "$conf"
want=1 get
says err 'not a regular file: nothing is begun without it'
rmdir "$conf"

head -c 3000 /dev/urandom >"$conf"
get
[ "$(wc -l <err)" -le 21 ] || fail 'rubbish is warned of without an end'

# The file's folder holds no data, so that nothing would come.
mkdir elsewhere
echo 'dir = elsewhere' >"$conf"
want=3 get --timeout 1
get --dir .

echo 'dir = .' >other.conf
get --config other.conf
want=1 get --config missing.conf
says err 'tessera get: --config: missing.conf: cannot open'
one_line err

# A bound of seeding in the file does not make `get` seed.
printf 'seed-time = 1000\nseed-ratio = 5\n' >"$conf"
get

# The file's lists and those named are one filter.
echo 10.0.0.0/8 >ten
echo 11.0.0.0/8 >eleven
echo "ip-filter = { $PWD/ten }" >"$conf"
run 0 get -v -p 0 --ip-filter eleven --ip-filter ten data.torrent
says err 'IP filter: 3 ranges, 1 when merged'
want=4 get --ip-filter gone
says err 'IP filter: gone: cannot open: No such file or directory: nothing is begun'

printf 'log = general\nlog-file = "my log"\n' >"$conf"
get
grep -Eq '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} [a-z]+ [a-z]+: ' 'my log' ||
    fail 'no line with the time in the log file'
chmod 000 "$conf"
if [ "$(id -u)" -ne 0 ]; then
    want=1 get
    says err 'cannot open: Permission denied: nothing is begun without it'
fi

run 0 --print-keys
says out '  j Down '
awk 'length($0) > 79 { print; bad = 1 } END { exit bad }' out ||
    fail 'the list of keys is too wide'
finish
