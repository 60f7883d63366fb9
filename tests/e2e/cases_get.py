"""tessera get on honest ground: peers, trackers, resuming, ending."""
import os
import signal
import socket
import time

import client
import wirepeer
from client import DONE, INTERRUPTED, TIMEOUT, expect, get, start
from runner import Skip
from scripted import ScriptedTracker
from torrents import KIB, MIB, Torrent, awkward, single


def small():
    return awkward(piece_length=16 * KIB, big=200 * KIB + 77)


def tracker_of(case, address="127.0.0.1"):
    tracker = ScriptedTracker(address)
    case.defer(tracker.close)
    return tracker


def seed_of(case, torrent, **options):
    seed = wirepeer.Seed(torrent, **options)
    case.defer(seed.close)
    return seed


def port_of(case, tracker):
    """The port that a client under test announced."""
    case.wait_for(lambda: tracker.announces, "an announce", 10)
    return tracker.announces[-1].port


def from_peer(case):
    torrent = small()
    seed = seed_of(case, torrent)
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    expect(case, get(case, path, data, "--peer", seed.where), DONE)
    case.same_files(torrent, data, limit=0)
    case.equal(seed.repeats(), 0, "bytes fetched twice")


def hook(case):
    """What came is told to a program, once; what was there is not."""
    torrent = small()
    seed = seed_of(case, torrent)
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    told, conf = case.path("told"), case.path("hook.conf")
    with open(conf, "w", encoding="utf-8") as f:
        f.write("on-complete = { sh, -c, 'env | grep ^TESSERA_ | sort >>"
                " \"$0.new\"; mv \"$0.new\" \"$0\"', \"%s\" }\n" % told)
    options = ("--config", conf, "--label", "films")
    expect(case, get(case, path, data, "--peer", seed.where, *options), DONE)
    case.wait_for(lambda: os.path.exists(told), "the hook")
    with open(told, encoding="utf-8") as f:
        facts = dict(line.rstrip("\n").split("=", 1) for line in f)
    case.equal(facts["TESSERA_EVENT"], "complete", "event")
    case.equal(facts["TESSERA_HASH"], torrent.info_hash.hex(), "hash")
    case.equal(facts["TESSERA_SIZE"], str(torrent.size), "size")
    case.equal(facts["TESSERA_LABEL"], "films", "label")
    case.equal(facts["TESSERA_DIR"], data, "folder")
    case.equal(os.path.isdir(facts["TESSERA_PATH"]), True, "a folder there")
    os.unlink(told)
    expect(case, get(case, path, data, *options), DONE)
    # A program that is not there is said, and changes nothing else.
    other = case.new_dir("other")
    with open(conf, "w", encoding="utf-8") as f:
        f.write("on-complete = /nonexistent\n")
    expect(case, get(case, path, other, "--peer", seed.where, *options), DONE,
           "on-complete: /nonexistent: No such file")
    case.equal(os.path.exists(told), False, "told of what was there")


def from_tracker(address, scheme):
    def run(case):
        torrent, tracker = single(size=300 * KIB + 5), \
            tracker_of(case, address)
        seed = seed_of(case, torrent, address=address)
        tracker.extra_peers.append((seed.address, seed.port))
        path = torrent.save(case.path("a.torrent"), [tracker.url(scheme)])
        data = case.new_dir("data")
        expect(case, get(case, path, data), DONE)
        case.same_files(torrent, data, limit=0)
        case.equal([e for e in tracker.events() if e],
                   ["started", "completed", "stopped"], "events")
        first, last = tracker.announces[0], tracker.announces[-1]
        case.equal((first.left, last.left), (torrent.size, 0), "left")
        case.check(last.downloaded >= torrent.size, "downloaded is too low")
        case.equal(first.via, scheme, "scheme")
    return run


def bound(scheme):
    """--bind: trackers and peers see that address, it alone is listened on,
    and the other family is left alone."""
    def run(case):
        torrent, own = single(size=300 * KIB), "127.0.0.77"
        try:
            socket.create_server((own, 0)).close()
        except OSError as why:
            raise Skip("no address %s: %s" % (own, why)) from None
        tracker, tracker6 = tracker_of(case), tracker_of(case, "::1")
        seed = seed_of(case, torrent)
        tracker.extra_peers.append((seed.address, seed.port))
        path = torrent.save(case.path("a.torrent"), [
            tracker6.url(scheme), tracker.url(scheme)])
        data = case.new_dir("data")
        process = start(case, path, data, "--bind", own, "--seed")
        case.wait_for(lambda: "completed" in tracker.events(), "the end", 10)
        case.same_files(torrent, data, limit=0)
        case.equal(seed.callers, {own}, "addresses that the peer saw")
        case.equal({a.address for a in tracker.announces}, {own},
                   "addresses that the tracker saw")
        case.equal(tracker6.announces, [], "announces by IPv6")
        port = tracker.announces[-1].port
        wirepeer.connect(torrent, port, own).close()
        for other in ("127.0.0.1", "::1"):
            family = socket.AF_INET6 if ":" in other else socket.AF_INET
            with socket.socket(family) as sock:
                case.check(sock.connect_ex((other, port)) != 0,
                           "listens on %s too" % other)
        client.interrupt(process)
        case.equal(process.wait(6), INTERRUPTED, "status")
    return run


def second_tier(case):
    """The first tracker is not there; the one of the second tier is."""
    torrent, tracker = single(size=100 * KIB), tracker_of(case)
    seed = seed_of(case, torrent)
    tracker.extra_peers.append((seed.address, seed.port))
    dead = socket.socket()
    dead.bind(("127.0.0.1", 0))
    case.defer(dead.close)
    url = "http://127.0.0.1:%d/announce" % dead.getsockname()[1]
    path = torrent.save(case.path("a.torrent"), [url, tracker.url()])
    data = case.new_dir("data")
    expect(case, get(case, path, data), DONE)
    case.same_files(torrent, data, limit=0)


def seeds(case):
    """Existing data are checked, announced, and served; three fetch at
    once, one without the fast extension."""
    torrent, tracker = small(), tracker_of(case)
    data = case.new_dir("data")
    torrent.write(data)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    process = start(case, path, data, "--seed")
    port = port_of(case, tracker)
    case.equal(tracker.announces[-1].left, 0, "left")
    for reserved in (bytes(8), wirepeer.FAST, wirepeer.FAST_AND_EXTENDED):
        wire = wirepeer.connect(torrent, port, reserved=reserved)
        case.check(wirepeer.fetch_all(wire, torrent) == torrent.data,
                   "other bytes")
        wire.close()
    client.interrupt(process)
    case.equal(process.wait(6), INTERRUPTED, "status")
    case.equal(tracker.events()[-1], "stopped", "last event")
    case.same_files(torrent, data, limit=0)


def bitfield_again(case):
    """aria2 says what it has in a new bitfield when that is shorter than its
    HAVEs: a leech that does so is served on."""
    torrent, tracker = single(size=512 * KIB, piece_length=32 * KIB), \
        tracker_of(case)
    data = case.new_dir("data")
    torrent.write(data)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    start(case, path, data, "--seed")
    wire = wirepeer.connect(torrent, port_of(case, tracker))
    wire.send(wirepeer.HAVE_NONE)
    wire.send(wirepeer.INTERESTED)
    while wire.recv()[0] != wirepeer.UNCHOKE:
        pass
    for index in range(torrent.n_pieces):
        wirepeer.fetch_piece(wire, torrent, index)
        wire.send(wirepeer.BITFIELD, wirepeer.bitfield(
            torrent.n_pieces, range(index + 1)))


def to_each_other(case):
    """A chain of two: one seeds, the other fetches and serves on."""
    torrent, tracker = single(size=2 * MIB + 3, piece_length=64 * KIB), \
        tracker_of(case)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    one, two = case.new_dir("one"), case.new_dir("two")
    torrent.write(one)
    start(case, path, one, "--seed", name="one", state="s1")
    port_of(case, tracker)
    leech = start(case, path, two, name="two", state="s2")
    case.equal(leech.wait(12), DONE, "status")
    case.same_files(torrent, two, limit=0)


def exchanged(case):
    """Of three, the third knows one that has hardly begun; it and the seed hear
    of each other from that one, whichever is first."""
    torrent = single(size=600 * KIB, piece_length=16 * KIB)
    trackers = tracker_of(case), tracker_of(case)
    seed_dir, data = case.new_dir("seed"), case.new_dir("data")
    torrent.write(seed_dir)
    first = torrent.save(case.path("1.torrent"), [trackers[0].url()])
    log = ("--log", "peer=debug")
    source = start(case, first, seed_dir, "--seed", *log, name="seed",
                   state="s1", finders=["pex"])
    seed = "127.0.0.1:%d" % port_of(case, trackers[0])
    second = torrent.save(case.path("2.torrent"), [trackers[1].url()])
    start(case, second, case.new_dir("middle"), "--down", "8K", "--up",
          "4K", "--peer", seed, name="middle", state="s2", finders=["pex"])
    middle = "127.0.0.1:%d" % port_of(case, trackers[1])
    alone = torrent.save(case.path("3.torrent"))
    last = start(case, alone, data, "--peer", middle, *log, name="last",
                 state="s3", finders=["pex"])
    case.equal(last.wait(15), DONE, "status")
    case.same_files(torrent, data, limit=0)
    case.check(": 1 peer, 1 new" in source.err() + last.err(),
               "not told by PEX")


def has_multicast():
    """Does this machine's loopback carry what local discovery sends?"""
    group, lo = "239.192.152.143", "127.0.0.1"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        try:
            ear.bind((group, 0))
            ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                           socket.inet_aton(group) + socket.inet_aton(lo))
            mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                             socket.inet_aton(lo))
            mouth.sendto(b"?", (group, ear.getsockname()[1]))
            ear.settimeout(2)
            return ear.recv(10) == b"?"
        except OSError:
            return False


def nearby(case):
    """Two on one machine find each other by calling out, on loopback alone."""
    if not has_multicast():
        raise Skip("no multicast on loopback")
    torrent = single(size=600 * KIB, name=os.urandom(8).hex())
    path = torrent.save(case.path("a.torrent"))
    seed_dir, data = case.new_dir("seed"), case.new_dir("data")
    torrent.write(seed_dir)
    options = ("--bind", "127.0.0.1", "--log", "peer=debug")
    start(case, path, seed_dir, "--seed", *options, name="seed", state="s1",
          finders=["lsd"])
    last = start(case, path, data, *options, name="last", state="s2",
                 finders=["lsd"])
    case.equal(last.wait(15), DONE, "status")
    case.same_files(torrent, data, limit=0)


def complete_already(case):
    """All is there: nothing is fetched, written or touched."""
    torrent = small()
    data = case.new_dir("data")
    torrent.write(data)
    before = {p: os.stat(os.path.join(data, p)).st_mtime_ns
              for p, _, _ in torrent.entries()}
    path = torrent.save(case.path("a.torrent"))
    expect(case, get(case, path, data), DONE)
    for name, mtime in before.items():
        case.equal(os.stat(os.path.join(data, name)).st_mtime_ns, mtime,
                   name + " was written")
    case.same_files(torrent, data, limit=0)


def partial_already(case):
    """Only what lacks is fetched."""
    torrent = small()
    here = set(range(0, torrent.n_pieces, 2))
    data = case.new_dir("data")
    torrent.write(data, here)
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    expect(case, get(case, path, data, "--peer", seed.where), DONE)
    case.same_files(torrent, data, limit=0)
    asked = {index for index, _ in seed.sent}
    case.equal(sorted(asked & here), [], "fetched though it was there")


def longer_file(case):
    """A file that is longer than the torrent says is not cut."""
    torrent = single(size=100 * KIB)
    data = case.new_dir("data")
    with open(os.path.join(data, torrent.name), "wb") as out:
        out.write(torrent.data + b"more")
    path = torrent.save(case.path("a.torrent"))
    result = get(case, path, data, "--timeout", "2", limit=8)
    size = os.path.getsize(os.path.join(data, torrent.name))
    case.equal(size, torrent.size + 4, "size, after %r" % result)


def chosen_files(case):
    """--files: the others are not created; edges shared with them are."""
    torrent = Torrent("three", 16 * KIB, files=[
        ("first", 40 * KIB), ("second", 200 * KIB), ("third", 40 * KIB)])
    seed = seed_of(case, torrent)
    data = case.new_dir("data")
    path = torrent.save(case.path("a.torrent"))
    expect(case, get(case, path, data, "--files", "3", "--peer", seed.where),
           DONE)
    with open(os.path.join(data, "three", "third"), "rb") as file:
        case.check(file.read() == torrent.data[240 * KIB:], "other bytes")
    case.equal(sorted(os.listdir(os.path.join(data, "three"))), ["third"],
               "files")
    case.check({i for i, _ in seed.sent} <= set(range(15, 18)),
               "fetched pieces that nobody wanted")


def sequential(case):
    torrent = single(size=1 * MIB, piece_length=32 * KIB)
    seed = seed_of(case, torrent)
    data = case.new_dir("data")
    path = torrent.save(case.path("a.torrent"))
    expect(case, get(case, path, data, "--sequential", "--peer", seed.where),
           DONE)
    order = list(dict.fromkeys(index for index, _ in seed.sent))
    case.equal(order, sorted(order), "order of pieces")


def limited_rate(case):
    """1 MiB at 512 KiB/s takes its time, and not twice that."""
    torrent = single(size=1 * MIB, piece_length=32 * KIB)
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    begun = time.monotonic()
    expect(case, get(case, path, case.new_dir("data"), "--down", "512K",
                     "--peer", seed.where), DONE)
    took = time.monotonic() - begun
    case.check(1.2 <= took <= 4.5, "took %.1f s, not about 2" % took)


def json_lines(case):
    """Progress, then a result; each line an object with a type."""
    torrent, tracker = single(size=1 * MIB, piece_length=32 * KIB), \
        tracker_of(case)
    seed = seed_of(case, torrent, rate=700 * KIB)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    result = get(case, path, case.new_dir("data"), "--json", "--peer",
                 seed.where)
    expect(case, result, DONE)
    lines = client.json_objects(case, result.out)
    case.check(len(lines) >= 2, "no progress line")
    text = result.out.splitlines()[-1]
    case.check(torrent.hex in result.out, "the info-hash is not there")
    case.check("result" in text, "the last line is no result: " + text[:200])
    last = [line for line in lines if line["type"] == "progress"][-1]
    case.equal(last["downloaded_run"], torrent.size, "payload of the run")
    # 64 blocks with headers of 13 bytes, requests of 17, and two handshakes.
    case.check(68 + 64 * 13 <= last["overhead_down"] < 3000,
               "overhead down: %d" % last["overhead_down"])
    case.check(68 + 64 * 17 <= last["overhead_up"] < 3000,
               "overhead up: %d" % last["overhead_up"])


def resumed_after(number):
    """Half way it is ended; the second run fetches little twice."""
    budget = {signal.SIGKILL: 1 * MIB, signal.SIGTERM: 512 * KIB}[number]

    def run(case):
        torrent = single(size=4 * MIB + 1, piece_length=64 * KIB)
        seed = seed_of(case, torrent, rate=1.5 * MIB)
        path, data = torrent.save(case.path("a.torrent")), \
            case.new_dir("data")
        process = start(case, path, data, "--peer", seed.where)
        case.wait_for(lambda: seed.payload > torrent.size // 2, "half", 10)
        process.signal(number)
        status = process.wait(6)
        case.equal(status, -signal.SIGKILL if number == signal.SIGKILL
                   else INTERRUPTED, "status")
        before = seed.payload
        expect(case, get(case, path, data, "--peer", seed.where), DONE)
        case.same_files(torrent, data, limit=0)
        case.check(before < torrent.size, "it was not half way")
        case.check(seed.payload <= torrent.size + budget,
                   "%d bytes came twice" % (seed.payload - torrent.size))
    return run


def changed_meanwhile(case):
    """Data that changed between two runs are not believed, though the state
    says that they are there."""
    torrent = single(size=1 * MIB + 1, piece_length=32 * KIB)
    seed = seed_of(case, torrent)
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    expect(case, get(case, path, data, "--peer", seed.where), DONE)
    with open(os.path.join(data, torrent.name), "r+b") as file:
        file.seek(5 * 32 * KIB)
        file.write(b"changed")
    expect(case, get(case, path, data, "--peer", seed.where), DONE)
    case.same_files(torrent, data, limit=0)


def broken_state(case):
    """Every state file cut in half: it still finishes."""
    torrent = single(size=1 * MIB + 1, piece_length=32 * KIB)
    seed = seed_of(case, torrent, rate=2 * MIB)
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    process = start(case, path, data, "--peer", seed.where)
    case.wait_for(lambda: seed.payload > torrent.size // 2, "half", 10)
    process.signal(signal.SIGTERM)
    process.wait(6)
    cut = 0
    for here, _, names in os.walk(case.path("state", "")):
        for name in names:
            name = os.path.join(here, name)
            if os.path.getsize(name) > 1:
                os.truncate(name, os.path.getsize(name) // 2)
                cut += 1
    case.check(cut, "there is no state file")
    expect(case, get(case, path, data, "--peer", seed.where), DONE)
    case.same_files(torrent, data, limit=0)


def nothing_came(case):
    torrent = single(size=100 * KIB)
    path = torrent.save(case.path("a.torrent"))
    begun = time.monotonic()
    expect(case, get(case, path, case.new_dir("data"), "--timeout", "1"),
           TIMEOUT)
    case.check(time.monotonic() - begun < 4, "it took too long")


def interrupted(number):
    def run(case):
        torrent, tracker = single(size=4 * MIB), tracker_of(case)
        seed = seed_of(case, torrent, rate=300 * KIB)
        path = torrent.save(case.path("a.torrent"), [tracker.url()])
        process = start(case, path, case.new_dir("data"), "--peer",
                        seed.where)
        case.wait_for(lambda: seed.payload and tracker.announces, "a start",
                      10)
        process.signal(number)
        case.equal(process.wait(5), INTERRUPTED, "status")
        case.equal(tracker.events(), ["started", "stopped"], "events")
    return run


def interrupted_twice(case):
    """The tracker does not take the goodbye; the second signal ends that."""
    torrent, tracker = single(size=4 * MIB), tracker_of(case)
    seed = seed_of(case, torrent, rate=300 * KIB)

    def answer(handler):
        if b"stopped" in handler.path.encode():
            time.sleep(20)
        tracker.reply(handler, b"d8:intervali1800e5:peers0:e")
    tracker.answer = answer
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    process = start(case, path, case.new_dir("data"), "--peer", seed.where)
    case.wait_for(lambda: seed.payload and tracker.announces, "a start", 10)
    client.interrupt(process)
    case.wait_for(lambda: "stopped" in tracker.events(), "goodbye", 3)
    time.sleep(0.2)
    case.check(process.alive(), "it did not wait for the tracker")
    begun = time.monotonic()
    client.interrupt(process)
    case.equal(process.wait(4), INTERRUPTED, "status")
    case.check(time.monotonic() - begun < 1 or client.sanitized(),
               "the second signal was slow")


def interrupted_once_slow(case):
    """One signal, and a tracker that never takes the goodbye: five seconds
    at most."""
    torrent, tracker = single(size=4 * MIB), tracker_of(case)
    tracker.answer = lambda handler: time.sleep(20)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    process = start(case, path, case.new_dir("data"))
    case.wait_for(lambda: tracker.announces, "a start", 10)
    client.interrupt(process)
    case.equal(process.wait(5.5), INTERRUPTED, "status")


def twice_at_once(case):
    """The second get of the same torrent says so; the first goes on."""
    torrent = single(size=1 * MIB)
    seed = seed_of(case, torrent, rate=500 * KIB)
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    first = start(case, path, data, "--peer", seed.where)
    case.wait_for(lambda: seed.payload, "a start", 10)
    second = get(case, path, data, "--peer", seed.where, limit=5)
    case.check(second.status not in (DONE, INTERRUPTED),
               "the second one: %r" % second)
    case.check(second.status > 0, "the second one crashed: %r" % second)
    case.check(second.err.strip(), "the second one said nothing")
    case.equal(first.wait(10), DONE, "status of the first")
    case.same_files(torrent, data, limit=0)


def several_torrents(case):
    torrents = [single("t%d.bin" % i, 200 * KIB + i, 32 * KIB)
                for i in range(3)]
    data, paths = case.new_dir("data"), []
    for torrent in torrents:
        tracker, seed = tracker_of(case), seed_of(case, torrent)
        tracker.extra_peers.append((seed.address, seed.port))
        paths.append(torrent.save(case.path(torrent.name + ".torrent"),
                                  [tracker.url()]))
    expect(case, client.run(case, *client.get_argv(paths[0], data),
                            *paths[1:]), DONE)
    for torrent in torrents:
        with open(os.path.join(data, torrent.name), "rb") as file:
            case.check(file.read() == torrent.data, torrent.name)


def torrent_from_url(case):
    """The .torrent itself comes over HTTP."""
    torrent, tracker = single(size=100 * KIB), tracker_of(case)
    seed = seed_of(case, torrent)
    tracker.answer = lambda handler: tracker.reply(
        handler, torrent.metainfo())
    data = case.new_dir("data")
    url = tracker.url().replace("/announce", "/a.torrent")
    expect(case, get(case, url, data, "--peer", seed.where), DONE)
    case.same_files(torrent, data, limit=0)


def seeds_to_ratio(case):
    """--seed-ratio 1: it ends when it has given all once."""
    torrent, tracker = single(size=256 * KIB, piece_length=32 * KIB), \
        tracker_of(case)
    data = case.new_dir("data")
    torrent.write(data)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    process = start(case, path, data, "--seed", "--seed-ratio", "1")
    wire = wirepeer.connect(torrent, port_of(case, tracker))
    wirepeer.fetch_all(wire, torrent)
    case.equal(process.wait(6), DONE, "status")


def add(runner):
    add_ = runner.add
    add_("from-peer", from_peer, 15)
    add_("hook", hook, 15)
    for name, address, scheme in (
            ("http", "127.0.0.1", "http"), ("udp", "127.0.0.1", "udp"),
            ("http6", "::1", "http"), ("udp6", "::1", "udp")):
        add_("tracker-" + name, from_tracker(address, scheme), 15)
    for scheme in ("http", "udp"):
        add_("bound-" + scheme, bound(scheme), 15)
    add_("resumed-after-kill", resumed_after(signal.SIGKILL), 20)
    add_("resumed-after-term", resumed_after(signal.SIGTERM), 20)
    for number in ("INT", "TERM", "HUP"):
        add_("interrupted-" + number.lower(),
             interrupted(getattr(signal, "SIG" + number)), 15)
    for function in (
            second_tier, seeds, bitfield_again, to_each_other, exchanged,
            nearby, complete_already, partial_already, longer_file, chosen_files, sequential,
            limited_rate, json_lines, changed_meanwhile, broken_state,
            nothing_came, interrupted_twice, interrupted_once_slow,
            twice_at_once, several_torrents, torrent_from_url,
            seeds_to_ratio):
        add_(function.__name__.replace("_", "-"), function, 20)
