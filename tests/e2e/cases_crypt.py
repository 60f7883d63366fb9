"""Encrypted connections: every mode against every other on the wire, peers of
another implementation (mse.py), and hostile ones."""
import os
import socket
import threading
import time

import mse
import wirepeer
from cases_get import port_of, small, tracker_of
from cases_hostile import hostile_peers
from client import DONE, TIMEOUT, expect, get, start
from wirepeer import Closed, Wire

MODES = ("plain", "preferred", "required")


class Relay:
    """Passes connections on, and keeps what went by."""

    def __init__(self, port):
        self.port, self.seen = port, []
        self.sock = socket.create_server(("127.0.0.1", 0))
        self.where = "127.0.0.1:%d" % self.sock.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.sock.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.port))
            for one, other in ((near, far), (far, near)):
                bytes_seen = bytearray()
                self.seen.append(bytes_seen)
                threading.Thread(target=self._pass, daemon=True,
                                 args=(one, other, bytes_seen)).start()

    @staticmethod
    def _pass(one, other, seen):
        try:
            while data := one.recv(65536):
                seen += data
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.sock.close()


def seed_in(case, torrent, mode):
    """tessera seeds in this mode; its port."""
    tracker, data = tracker_of(case), case.new_dir("seed")
    torrent.write(data)
    path = torrent.save(case.path("s.torrent"), [tracker.url()])
    start(case, path, data, "--seed", "--encryption", mode, name="seed",
          state="seed-state")
    return port_of(case, tracker)


def pair(theirs, ours):
    def run(case):
        torrent = small()
        relay = Relay(seed_in(case, torrent, theirs))
        case.defer(relay.close)
        path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
        expect(case, get(case, path, data, "--peer", relay.where,
                         "--encryption", ours), DONE)
        case.same_files(torrent, data, limit=0)
        payload = [any(mark in seen for seen in relay.seen) for mark in
                   (torrent.piece(3)[100:132], torrent.piece(5)[:32])]
        hello = relay.seen[0].startswith(wirepeer.PROTOCOL)
        if "required" in (theirs, ours) or ours == theirs == "preferred":
            case.check(not any(payload), "data went by in the clear")
        if "plain" in (theirs, ours) and "required" not in (theirs, ours):
            case.check(all(payload), "data was encrypted")
        case.equal(hello, ours == "plain", "a handshake in the clear")
    return run


class CryptSeed(wirepeer.Seed):
    """A seed that knows nothing but encrypted connections."""

    def __init__(self, torrent, take, pads=None):
        self.take, self.pads, self.methods = take, pads, []
        super().__init__(torrent)

    def serve(self, wire):
        try:
            wire.sock = mse.answer(wire.sock, self.torrent.info_hash,
                                   self.take, self.pads)
        except OSError as why:
            raise Closed(str(why)) from why
        self.methods.append(wire.sock.method)
        super().serve(wire)


def from_other(mode, take, pads, method):
    """We fetch from another implementation; in plain mode at the second
    try."""
    def run(case):
        torrent = small()
        seed = CryptSeed(torrent, take, pads)
        case.defer(seed.close)
        path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
        expect(case, get(case, path, data, "--peer", seed.where,
                         "--encryption", mode), DONE)
        case.same_files(torrent, data, limit=0)
        case.equal(seed.methods, [method], "methods")
    return run


def to_other(mode, offers):
    """It fetches from us, once for each: (offer, bytes in the handshake, size
    of pads, method); method None: we must close."""
    def run(case):
        torrent = small()
        port = seed_in(case, torrent, mode)
        hello = wirepeer.PROTOCOL + wirepeer.FAST + torrent.info_hash + wirepeer.new_id()
        for offer, with_hello, pads, method in offers:
            sock = socket.create_connection(("127.0.0.1", port), 5)
            try:
                stream = mse.dial(sock, torrent.info_hash, offer,
                                  hello if with_hello else b"", pads)
            except OSError:
                case.equal(None, method, "method of %d" % offer)
                continue
            case.equal(stream.method, method, "method of %d" % offer)
            wire = Wire(stream, torrent)
            if not with_hello:
                wire.raw(hello)
            theirs = wire.exactly(68)
            wire.their_reserved, wire.their_id = theirs[20:28], theirs[48:]
            case.check(wirepeer.fetch_all(wire, torrent) == torrent.data,
                       "other bytes")
            wire.close()
    return run


def plain_peer_of_required(case):
    """A peer without encryption is not talked to, and the user is told."""
    torrent = small()
    seed = wirepeer.Seed(torrent)
    case.defer(seed.close)
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    result = get(case, path, data, "--peer", seed.where, "--encryption",
                 "required", "--timeout", 2, "-v")
    expect(case, result, TIMEOUT)
    case.check("encrypted handshake" in result.err,
               "no word of it: %r" % result.err[-300:])
    case.equal(seed.payload, 0, "bytes fetched")


def required_refuses_plain(case):
    torrent = small()
    port = seed_in(case, torrent, "required")
    try:
        wirepeer.connect(torrent, port)
        case.check(False, "a plain handshake was answered")
    except Closed:
        pass


# What a hostile peer says where a key is expected, or after it. All must be
# thrown out, and quickly.

def key(number):
    return number.to_bytes(96, "big")


def until_closed(script):
    def behave(wire):
        try:
            script(wire)
            while wire.sock.recv(4096):
                pass
        except OSError as why:
            raise Closed(str(why)) from why
        raise Closed
    return behave


def says(*parts):
    return until_closed(lambda wire: [wire.raw(part) for part in parts])


def no_vc(wire):
    wire.exactly(96)
    wire.raw(mse.secret()[1] + bytes(512) + os.urandom(600))


def bad_choice(value, pad):
    """The handshake is right up to what is chosen."""
    return until_closed(lambda wire: mse.answer(
        wire.sock, wire.torrent.info_hash, lie=(value, pad)))


THROWN_OUT = {
    "key of 0": says(key(0)),
    "key of 1": says(key(1)),
    "key of p - 1": says(key(mse.PRIME - 1)),
    "key above p": says(b"\xff" * 96),
    "noise": says(os.urandom(96 + 512 + 20)),
    "zeros": says(b"\x02" + bytes(2000)),
    "flood": says(b"\x02" + os.urandom(1 << 20)),
    "no VC": until_closed(no_vc),
    "choice of nothing": bad_choice(0, 0),
    "choice of both": bad_choice(3, 0),
    "choice unknown": bad_choice(1 << 31, 0),
    "endless padding": bad_choice(2, 65535),
}


# The same from one who dials; the torrent is known to all.
def hash_of_another(wire):
    mse.dial(wire.sock, b"x" * 20, pads=512)


def offer_of_nothing(wire):
    mse.dial(wire.sock, wire.torrent.info_hash, offer=0)


def greets_for_another(wire):
    wire.sock = mse.dial(wire.sock, wire.torrent.info_hash)
    wire.raw(wirepeer.PROTOCOL + bytes(8) + b"x" * 20 + wirepeer.new_id())


def greets_with_noise(wire):
    wire.sock = mse.dial(wire.sock, wire.torrent.info_hash,
                         initial=os.urandom(65535))


INCOMING = {
    **{name: THROWN_OUT[name] for name in (
        "key of 0", "key of 1", "key of p - 1", "key above p", "noise",
        "zeros", "flood")},
    **{script.__name__: until_closed(script) for script in (
        hash_of_another, offer_of_nothing, greets_for_another,
        greets_with_noise)}}


def incoming(case):
    """All are closed at once, and one that is honest is served after."""
    torrent = small()
    port = seed_in(case, torrent, "preferred")
    still = []
    for name, behave in INCOMING.items():
        sock = socket.create_connection(("127.0.0.1", port), 5)
        wire = Wire(sock, torrent)
        sock.settimeout(5)
        begun = time.monotonic()
        try:
            behave(wire)
        except Closed:
            pass
        if time.monotonic() - begun > 4:
            still.append(name)
        wire.close()
    case.equal(still, [], "not closed")
    stream = mse.dial(socket.create_connection(("127.0.0.1", port), 5),
                      torrent.info_hash)
    wire = Wire(stream, torrent)
    wire.handshake()
    case.check(wirepeer.fetch_all(wire, torrent) == torrent.data,
               "other bytes")


def add(runner):
    for theirs in MODES:
        for ours in MODES:
            runner.add("crypt-%s-from-%s" % (ours, theirs),
                       pair(theirs, ours), 20)
    both = mse.PLAIN | mse.RC4
    for name, mode, take, pads, method in (
            ("rc4", "preferred", both, 0, mse.RC4),
            ("plain-stream", "preferred", mse.PLAIN, 512, mse.PLAIN),
            ("required", "required", both, None, mse.RC4),
            ("second-try", "plain", mse.RC4, 512, mse.RC4)):
        runner.add("crypt-from-other-" + name,
                   from_other(mode, take, pads, method), 20)
    runner.add("crypt-to-other-preferred", to_other("preferred", (
        (both, True, 0, mse.RC4), (both, False, 512, mse.RC4),
        (mse.PLAIN, True, 512, mse.PLAIN),
        (mse.PLAIN, False, 0, mse.PLAIN))), 25)
    runner.add("crypt-to-other-plain", to_other("plain", (
        (both, True, None, mse.PLAIN), (mse.RC4, True, None, mse.RC4))), 20)
    runner.add("crypt-to-other-required", to_other("required", (
        (both, True, None, mse.RC4), (mse.PLAIN, True, None, None))), 20)
    runner.add("crypt-required-refuses-plain", required_refuses_plain, 20)
    runner.add("crypt-plain-peer-of-required", plain_peer_of_required, 20)
    runner.add("crypt-hostile-incoming", incoming, 25)
    runner.add("crypt-hostile", hostile_peers(THROWN_OUT, True, "preferred"),
               25)
