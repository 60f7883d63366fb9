"""Peers and trackers that lie, stall, or send nonsense, among honest ones:
each is contained, and the download completes."""
import gzip
import os
import resource
import socket
import struct
import threading
import time

import client
import wirepeer
from cases_get import seed_of, tracker_of
from client import DONE, clean_text, expect, get, start
from scripted import compact
from torrents import KIB, MIB, bencode, single
from wirepeer import (BITFIELD, EXTENDED, HAVE, HAVE_ALL, HAVE_NONE,
                      INTERESTED, PIECE, REQUEST, UNCHOKE, Closed, bitfield)

N_PIECES = 23           # of the torrent that the hostile peers are asked for
MEMORY_MIB = 96         # of resident memory, whatever they send


def torrent_of_hostile():
    return single("hostile", N_PIECES * 32 * KIB - 5, 32 * KIB)


def after_handshake(*parts):
    """A peer that says hello, then these bytes, then listens."""
    def behave(wire):
        wire.handshake()
        for part in parts:
            wire.raw(part)
        wire.drain()
        raise Closed
    return behave


def message(kind, payload=b""):
    return struct.pack(">IB", 1 + len(payload), kind) + payload


def three(index, begin, size):
    return struct.pack(">III", index & 0xFFFFFFFF, begin & 0xFFFFFFFF, size)


def before_handshake(data):
    def behave(wire):
        wire.raw(data)
        wire.drain()
        raise Closed
    return behave


def full():
    return message(BITFIELD, bitfield(N_PIECES, range(N_PIECES)))


def request(index, begin, size):
    """Interested, and then a request that no honest peer makes."""
    return after_handshake(full(), message(INTERESTED),
                           message(REQUEST, three(index, begin, size)))


def piece(index, begin, size):
    """A block that nobody asked for."""
    return after_handshake(message(PIECE, struct.pack(
        ">II", index & 0xFFFFFFFF, begin & 0xFFFFFFFF) + bytes(size)))


def slow_hello(wire):
    for byte in wirepeer.PROTOCOL:
        wire.raw(bytes([byte]))
        time.sleep(1)


# Each must be thrown out; the honest peer gives nothing until all are.
THROWN_OUT = {
    "length 2^32-1": after_handshake(b"\xff\xff\xff\xff" + bytes(100)),
    "length 1 MiB and 1": after_handshake(struct.pack(">I", MIB + 1)
                                          + b"\x07" + bytes(100)),
    "not bittorrent": before_handshake(b"GET / HTTP/1.1\r\n" * 10),
    "other protocol": before_handshake(b"\x13BitTorrent protocoL"
                                       + bytes(48)),
    "other info-hash": before_handshake(
        wirepeer.PROTOCOL + bytes(8) + b"x" * 20 + wirepeer.new_id()),
    "bitfield short": after_handshake(message(BITFIELD, b"\xff" * 2)),
    "bitfield long": after_handshake(message(BITFIELD, b"\xff" * 4)),
    "bitfield with a spare bit": after_handshake(
        message(BITFIELD, b"\xff" * 3)),
    "bitfield of 1 MiB": after_handshake(
        struct.pack(">IB", MIB, BITFIELD) + bytes(64 * KIB)),
    "have past the end": after_handshake(
        full(), message(HAVE, struct.pack(">I", N_PIECES))),
    "have 2^32-1": after_handshake(full(), message(HAVE, b"\xff" * 4)),
    "have of 3 bytes": after_handshake(full(), message(HAVE, b"\0\0\0")),
    "choke with payload": after_handshake(full(), message(0, b"1234")),
    "request of 11 bytes": after_handshake(
        full(), message(REQUEST, bytes(11))),
    "request past the end": request(N_PIECES, 0, 16 * KIB),
    "request at 2^32-1": request(0, -1, 2),
    "request of nothing": request(0, 0, 0),
    "request too long": request(0, 0, 128 * KIB + 1),
    "request past the piece": request(0, 24 * KIB, 16 * KIB),
    "piece of 7 bytes": after_handshake(full(), message(PIECE, bytes(7))),
    "piece past the end": piece(N_PIECES + 5, 0, 16 * KIB),
    "piece at 2^32-1": piece(0, -1, 16 * KIB),
    "block of 128 KiB": piece(0, 0, 128 * KIB),
}

# Each must be survived; being thrown out is as good as being ignored.
SURVIVED = {
    "bitfield twice": after_handshake(full(), full()),
    "bitfield after have": after_handshake(
        message(HAVE, bytes(4)), full()),
    "have all after bitfield": after_handshake(full(), message(HAVE_ALL)),
    "have none after have all": after_handshake(
        message(HAVE_ALL), message(HAVE_NONE)),
    "unknown message": after_handshake(message(99, b"what"), full()),
    "unrequested block": piece(0, 0, 16 * KIB),
    "keep-alives": after_handshake(bytes(4 * 5000)),
    "extended nonsense": after_handshake(message(EXTENDED, b"\0ddddd")),
    "extended deep": after_handshake(
        message(EXTENDED, b"\0" + b"l" * 20000 + b"e" * 20000)),
    "extended of unknown id": after_handshake(message(EXTENDED, b"\xc8xx")),
    "extended huge numbers": after_handshake(message(EXTENDED, b"\0" + bencode(
        {"m": {"ut_pex": 2**63 - 1}, "reqq": -5, "p": 2**40,
         "metadata_size": 2**62}))),
    "allowed fast past the end": after_handshake(
        message(17, struct.pack(">I", N_PIECES + 7))),
    "reject of what nobody asked": after_handshake(
        full(), message(16, three(0, 0, 16 * KIB))),
    "silent": before_handshake(b""),
    "one byte a second": slow_hello,
    "choke storm": after_handshake(
        full(), (message(UNCHOKE) + message(0)) * 2000),
    "interest storm": after_handshake(
        full(), (message(INTERESTED) + message(3)) * 2000),
}


def peak_mib():
    """The most memory that any ended child had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // KIB


def bounded(case):
    if not client.sanitized():
        case.check(peak_mib() < MEMORY_MIB, "%d MiB of memory" % peak_mib())


def hostile_peers(table, thrown_out, encryption="plain"):
    """All of a table at once, each from an address of its own; the honest
    seed gives nothing until those that must be are thrown out."""
    def run(case):
        torrent, gate = torrent_of_hostile(), threading.Event()
        hostile = {}
        for i, (name, behave) in enumerate(table.items()):
            hostile[name] = wirepeer.Listener(
                torrent, behave, "127.0.1.%d" % (i + 1),
                reserved=wirepeer.FAST_AND_EXTENDED)
            case.defer(hostile[name].close)
        honest = seed_of(case, torrent, gate=gate)
        options = ["--encryption", encryption]
        for one in [honest, *hostile.values()]:
            options += ["--peer", one.where]
        path, data = torrent.save(case.path("a.torrent")), \
            case.new_dir("data")
        process = start(case, path, data, *options)
        case.wait_for(lambda: all(one.accepted for one in hostile.values()),
                      "a connection to each peer", 10)
        if thrown_out:
            deadline = time.monotonic() + 5
            still = [name for name, one in hostile.items()
                     if not one.closed.wait(max(
                         0, deadline - time.monotonic()))]
            case.check(not still, "still connected: " + ", ".join(still))
        gate.set()
        case.equal(process.wait(12), DONE, "status")
        case.same_files(torrent, data, limit=0)
        for name, one in hostile.items():
            case.check(one.error is None, "%s: %s" % (name, one.error))
        bounded(case)
        clean_text(case, process.out() + process.err(), "output")
    return run


def incoming(case):
    """The same nonsense from peers that connect to us."""
    torrent, tracker = torrent_of_hostile(), tracker_of(case)
    data = case.new_dir("data")
    torrent.write(data)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    process = start(case, path, data, "--seed")
    case.wait_for(lambda: tracker.announces, "an announce", 10)
    port = tracker.announces[0].port
    threads = []

    def attack(behave):
        sock = socket.create_connection(("127.0.0.1", port), 5)
        wire = wirepeer.Wire(sock, torrent, wirepeer.FAST_AND_EXTENDED)
        wire.sock.settimeout(3)
        try:
            behave(wire)
        except (Closed, OSError):
            pass
        wire.close()
    for behave in THROWN_OUT.values():
        threads.append(threading.Thread(target=attack, args=(behave,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    wire = wirepeer.connect(torrent, port)
    case.check(wirepeer.fetch_all(wire, torrent) == torrent.data,
               "other bytes")
    client.interrupt(process)
    case.equal(process.wait(6), client.INTERRUPTED, "status")


def never_reads(case):
    """A peer that asks and asks and never reads costs little memory."""
    torrent, tracker = single(size=4 * MIB, piece_length=256 * KIB), \
        tracker_of(case)
    data = case.new_dir("data")
    torrent.write(data)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    process = start(case, path, data, "--seed")
    case.wait_for(lambda: tracker.announces, "an announce", 10)
    wire = wirepeer.connect(torrent, tracker.announces[0].port)
    wire.send(HAVE_NONE)
    wire.send(INTERESTED)
    while wire.recv()[0] != UNCHOKE:
        pass
    asks = b"".join(message(REQUEST, three(i % 16, 0, 16 * KIB))
                    for i in range(1000))
    wire.sock.settimeout(0.3)
    try:
        for _ in range(200):
            wire.raw(asks)
    except Closed:
        pass
    time.sleep(0.5)
    case.check(process.alive(), "it ended")
    with open("/proc/%d/status" % process.pid) as status:
        kib = next(int(line.split()[1]) for line in status
                   if line.startswith("RssAnon"))
    if not client.sanitized():
        case.check(kib < 24 * KIB, "%d KiB of memory" % kib)


def liar(case):
    """One of three seeds sends wrong bytes for some pieces: it is found and
    dropped, little is wasted, and the others stay."""
    torrent = single(size=3 * MIB, piece_length=64 * KIB)
    bad = seed_of(case, torrent, address="127.0.1.1",
                  damage=set(range(0, torrent.n_pieces, 3)), rate=MIB)
    honest = [seed_of(case, torrent, address="127.0.1.%d" % i, rate=MIB // 2)
              for i in (2, 3)]
    options = []
    for one in [bad, *honest]:
        options += ["--peer", one.where]
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    expect(case, get(case, path, data, *options), DONE)
    case.same_files(torrent, data, limit=0)
    sent = bad.payload + sum(one.payload for one in honest)
    case.check(sent <= torrent.size + 8 * torrent.piece_length,
               "%d bytes wasted" % (sent - torrent.size))
    case.check(bad.accepted <= 2, "the liar was connected to again")


def only_liar(case):
    """Nothing but lies: the end is no endless loop, and no false success."""
    torrent = single(size=256 * KIB, piece_length=32 * KIB)
    bad = seed_of(case, torrent, damage=set(range(torrent.n_pieces)))
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    result = get(case, path, data, "--peer", bad.where, "--timeout", "2",
                 limit=10)
    case.check(result.status not in (DONE, client.BAD_TORRENT) and
               result.status > 0, "%r" % result)
    case.check(bad.payload <= 2 * torrent.size, "asked again and again")


def dies_midway(case):
    """A seed that closes after each few blocks, and one that stays silent
    after unchoking: the third gives what they did not."""
    torrent = single(size=1 * MIB, piece_length=64 * KIB)

    def short(wire):
        wire.handshake()
        wire.have_all()
        wire.send(UNCHOKE)
        for _ in range(6):
            kind, payload = wire.recv()
            if kind == REQUEST:
                index, begin, size = struct.unpack(">III", payload)
                wire.send(PIECE, payload[:8]
                          + torrent.piece(index)[begin:begin + size])

    def mute(wire):
        wire.handshake()
        wire.have_all()
        wire.send(UNCHOKE)
        wire.drain()
    rude = [wirepeer.Listener(torrent, behave, "127.0.1.%d" % (i + 1))
            for i, behave in enumerate((short, mute))]
    good = seed_of(case, torrent, address="127.0.1.9", rate=2 * MIB)
    options = []
    for one in [*rude, good]:
        case.defer(one.close)
        options += ["--peer", one.where]
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    expect(case, get(case, path, data, *options), DONE)
    case.same_files(torrent, data, limit=0)


def tracker_case(answer, words=()):
    """The tracker misbehaves; a peer of --peer gives all the same."""
    def run(case):
        torrent, tracker = single(size=200 * KIB), tracker_of(case)
        canary = socket.create_server(("127.0.0.1", 0))
        case.defer(canary.close)
        canary.settimeout(0.1)
        gate = threading.Event()
        seed = seed_of(case, torrent, gate=gate)
        tracker.answer = lambda handler: answer(case, tracker, handler,
                                                canary.getsockname()[1])
        path = torrent.save(case.path("a.torrent"), [tracker.url()])
        data = case.new_dir("data")
        process = start(case, path, data, "-v", "--peer", seed.where)
        case.wait_for(lambda: tracker.announces, "an announce", 10)
        time.sleep(0.7)
        gate.set()
        case.equal(process.wait(12), DONE, "status")
        case.same_files(torrent, data, limit=0)
        try:
            canary.accept()
            case.check(False, "it followed the tracker to the canary")
        except socket.timeout:
            pass
        case.check(len(tracker.announces) <= 12, "%d announces"
                   % len(tracker.announces))
        text = process.out() + process.err()
        clean_text(case, text, "output")
        for word in words:
            case.check(word in text, "%r is not in the output" % word)
        bounded(case)
    return run


def says_no(case, tracker, handler, canary):
    tracker.reply(handler, bencode(
        {"failure reason": "you are not welcome \x1b[31m\x1b]0;x\x07 \u202e"
         "\u009b here\r\n forged"}))


def warns(case, tracker, handler, canary):
    tracker.reply(handler, bencode(dict(tracker.peers_reply([]), **{
        "warning message": b"careful\x1b[2J \x9b31m \xff\xfe ok"})))


def status_500(case, tracker, handler, canary):
    tracker.reply(handler, b"oh \x1b[31m no", 500)


def not_bencode(case, tracker, handler, canary):
    tracker.reply(handler, b"<html>\x1b[31m it works </html>")


def huge_body(case, tracker, handler, canary):
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(64):
            handler.wfile.write(bytes(MIB))
    except OSError:
        pass


def gzip_bomb(case, tracker, handler, canary):
    body = gzip.compress(b"d8:intervali1800e5:peers67108864:"
                         + bytes(64 * MIB) + b"e", 9)
    tracker.reply(handler, body, headers=[("Content-Encoding", "gzip")])


def many_peers(case, tracker, handler, canary):
    """A hundred thousand peers that do not exist."""
    peers = b"".join(compact("127.9.%d.%d" % (i // 250, i % 250 + 1), 9)
                     for i in range(50000))
    tracker.reply(handler, bencode({"interval": 1800, "peers": peers}))


def odd_peers(case, tracker, handler, canary):
    tracker.reply(handler, bencode({
        "interval": -5, "min interval": 2**62, "complete": -1,
        "tracker id": b"\x1b" * 5000,
        "peers": compact("127.0.0.1", 0) + compact("0.0.0.0", 80)
        + compact("255.255.255.255", 80) + compact("224.0.0.1", 80)
        + b"\1\2\3"}))


def redirect_to(target):
    def answer(case, tracker, handler, canary):
        url = target
        if url.startswith("file:"):
            # If it were followed, this reply would lead to the canary.
            lure = case.path("lure")
            with open(lure, "wb") as out:
                out.write(bencode({"interval": 1800, "peers": compact(
                    "127.0.0.1", canary)}))
            url = "file://" + lure
        tracker.reply(handler, b"", 302, [
            ("Location", url.replace("CANARY", "127.0.0.1:%d" % canary))])
    return answer


def redirect_loop(case, tracker, handler, canary):
    tracker.reply(handler, b"", 302, [("Location", tracker.url())])


def never(case, tracker, handler, canary):
    time.sleep(25)


def half_reply(case, tracker, handler, canary):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    handler.wfile.write(b"d8:interval")


def udp_tracker_odd(case):
    """A UDP tracker that answers with datagrams of nothing, of strangers'
    transactions, too short and too long."""
    torrent, tracker = single(size=200 * KIB), tracker_of(case)
    gate = threading.Event()
    seed = seed_of(case, torrent, gate=gate)
    count = [0]

    def answer(data):
        count[0] += 1
        odd = [b"", bytes(8), b"\0\0\0\0" + os.urandom(4) + bytes(8),
               data[8:16], b"\0\0\0\3" + data[12:16] + b"no \x1b[31m",
               bytes(1400)]
        return odd[count[0] % len(odd)]
    tracker.udp_answer = answer
    path = torrent.save(case.path("a.torrent"), [tracker.url("udp")])
    data = case.new_dir("data")
    process = start(case, path, data, "-v", "--peer", seed.where)
    case.wait_for(lambda: count[0], "a datagram", 10)
    time.sleep(0.3)
    gate.set()
    case.equal(process.wait(12), DONE, "status")
    case.same_files(torrent, data, limit=0)
    clean_text(case, process.out() + process.err(), "output")


def hostile_client_name(case):
    """What a peer calls itself is shown; its escapes are not sent on."""
    torrent = single(size=200 * KIB)
    seed = seed_of(case, torrent, reserved=wirepeer.FAST_AND_EXTENDED,
                   client=b"evil\x1b[31m\x9b \xe2\x80\xae\r\n")
    path = torrent.save(case.path("a.torrent"))
    for option in ("-v", "--json"):
        result = get(case, path, case.new_dir("data" + option), option,
                     "--peer", seed.where)
        expect(case, result, DONE)
        clean_text(case, result.out + result.err, option)


def add(runner):
    runner.add("hostile-thrown-out", hostile_peers(THROWN_OUT, True), 25)
    runner.add("hostile-survived", hostile_peers(SURVIVED, False), 25)
    for function in (incoming, never_reads, liar, only_liar,
                     dies_midway, udp_tracker_odd, hostile_client_name):
        runner.add("hostile-" + function.__name__.replace("_", "-"),
                   function, 25)
    for name, answer, words in (
            ("failing", says_no, ["not welcome"]),
            ("warning", warns, ["careful"]),
            ("status-500", status_500, []),
            ("not-bencode", not_bencode, []),
            ("64-mib", huge_body, []),
            ("gzip-bomb", gzip_bomb, []),
            ("many-peers", many_peers, []),
            ("odd-peers", odd_peers, []),
            ("redirect-file", redirect_to("file:"), []),
            ("redirect-ftp", redirect_to("ftp://CANARY/x"), []),
            ("redirect-gopher", redirect_to("gopher://CANARY/x"), []),
            ("redirect-loop", redirect_loop, []),
            ("never-answers", never, []),
            ("half-reply", half_reply, [])):
        runner.add("tracker-" + name, tracker_case(answer, words), 25)
