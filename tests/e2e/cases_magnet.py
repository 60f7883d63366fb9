"""Magnet links: metadata from our own processes and from scripted peers, honest
and not, then the data."""
import hashlib
import os
import threading

import cases_dht
import client
import wirepeer
from cases_get import seed_of, tracker_of
from client import BAD_TORRENT, DISK, DONE, TIMEOUT, USAGE, expect, run, start
from metapeer import (ITS_ID, MESSAGE_DATA, MESSAGE_REJECT, METADATA_PIECE,
                      MetadataPeer)
from socks import Socks
from torrents import KIB, MIB, awkward, bdecode_prefix, bencode, single
from webfiles import WebFiles
from wirepeer import EXTENDED, FAST_AND_EXTENDED, Closed

def link(torrent, *more):
    return "&".join(("magnet:?xt=urn:btih:" + torrent.hex,) + more)


def at(port):
    return "x.pe=127.0.0.1:%d" % port


def get(case, uri, folder, *options, limit=15):
    return run(case, "get", "--dir", folder, "--port", 0, "--no-dht",
               "--no-pex", "--no-lsd", *options, uri, limit=limit)


def wide():
    """A torrent whose metadata are several pieces."""
    return single("wide", 3 * MIB + 5, KIB)


def peer_of(case, torrent, **options):
    peer = MetadataPeer(torrent, **options)
    case.defer(peer.close)
    return peer


def from_peer(case):
    torrent = wide()
    peer = peer_of(case, torrent)
    data = case.new_dir("data")
    expect(case, get(case, link(torrent, at(peer.port)), data,
                     "--encryption", "plain"), DONE)
    case.same_files(torrent, data, limit=0)
    case.equal(peer.accepted, 1, "connections")
    n_pieces = -(-len(peer.metadata) // METADATA_PIECE)
    case.equal(peer.asked, n_pieces, "metadata pieces asked for")


def from_ours(case):
    """By tracker from our own process, which got it by magnet itself."""
    torrent, tracker = awkward(piece_length=16 * KIB, big=200 * KIB + 77), \
        tracker_of(case)
    peer = peer_of(case, torrent)
    announced = "tr=" + tracker.url()
    first = start(case, link(torrent, announced, at(peer.port)),
                  case.new_dir("first"), "--seed", name="first", state="one")
    case.wait_for(lambda: "completed" in tracker.events(), "the first", 15)
    case.equal(tracker.announces[0].left, METADATA_PIECE,
               "left, when it is not known")
    peer.close()
    tracker.extra_peers.append(("127.0.0.1", tracker.announces[-1].port))
    data = case.new_dir("data")
    expect(case, get(case, link(torrent, announced), data), DONE)
    case.same_files(torrent, data, limit=0)
    client.interrupt(first)
    first.wait(10)


def by_dht(case):
    """The info-hash, and a node of the DHT: no tracker, no peer."""
    torrent = cases_dht.small()
    node = cases_dht.Party(case, "node", cases_dht.small("other.bin"))
    seed = cases_dht.Party(case, "seed", torrent, "--dht-node", node.where)
    seed.wait_told()
    data = case.new_dir("data")
    words = cases_dht.argv(torrent.hex, data, "--dht-node", node.where)
    expect(case, run(case, *words, limit=20), DONE)
    case.same_files(torrent, data, limit=0)


def selected(case):
    """so= of the link, and --files, which wins."""
    torrent = awkward(piece_length=16 * KIB, big=200 * KIB + 77)
    peer = peer_of(case, torrent)
    for name, more, options, number in (("so", ("so=0",), (), 0),
                                        ("files", ("so=0",),
                                         ("--files", "2"), 1)):
        data = case.new_dir(name)
        expect(case, get(case, link(torrent, at(peer.port), *more), data,
                         *options), DONE)
        path, size = torrent.files[number]
        there = os.path.join(data, torrent.name, path)
        case.equal(os.path.getsize(there), size, path)
    expect(case, get(case, link(torrent, at(peer.port), "so=99"),
                     case.new_dir("none")), USAGE, "none of the files")


def metadata_only(case):
    torrent, folder = wide(), case.new_dir("data")
    peer = peer_of(case, torrent)
    uri = link(torrent, at(peer.port), "tr=http://127.0.0.1:9/announce")
    expect(case, get(case, uri, folder, "--metadata-only"), DONE)
    case.equal(os.listdir(folder), ["wide.torrent"], "files")
    path = os.path.join(folder, "wide.torrent")
    with open(path, "rb") as file:
        case.check(bencode(torrent.info) in file.read(), "other metadata")
    shown = run(case, "show", path)
    case.check(torrent.hex in shown.out and "http://127.0.0.1:9" in shown.out,
               shown.out)
    expect(case, get(case, uri, folder, "--metadata-only"), DISK,
           "exists already")
    expect(case, get(case, path, folder, "--metadata-only"), USAGE)


def nothing_came(case):
    expect(case, get(case, link(wide(), at(1)), case.new_dir("data"),
                     "--timeout", "1"), TIMEOUT)


def refused(case):
    data = case.new_dir("data")
    for uri, words in (("magnet:?xt=urn:btmh:1220" + "ab" * 32, "version 2"),
                       ("magnet:?xt=urn:btih:" + "a" * 39, "40 hexadecimal"),
                       ("magnet:?dn=x", "without the hash")):
        expect(case, get(case, uri, data), BAD_TORRENT, words)


def private(case):
    """Nobody is given the metadata of a private torrent, nor told that we have
    them."""
    torrent, tracker = single(size=100 * KIB), tracker_of(case)
    torrent.info["private"] = 1
    torrent.info_hash = hashlib.sha1(bencode(torrent.info)).digest()
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"), [tracker.url()])
    process = start(case, path, case.new_dir("data"), "--seed", "--peer",
                    seed.where)
    case.wait_for(lambda: "completed" in tracker.events(), "the data", 10)
    wire = wirepeer.connect(torrent, tracker.announces[-1].port,
                            reserved=FAST_AND_EXTENDED)
    wire.send(EXTENDED, b"\0" + bencode({"m": {"ut_metadata": ITS_ID}}))
    while True:
        kind, payload = wire.recv()
        if kind == EXTENDED and payload[0] == 0:
            break
    hello = bdecode_prefix(payload[1:])[0]
    case.check(b"ut_metadata" not in hello[b"m"], "tells of its metadata")
    case.check(b"metadata_size" not in hello, "tells of their size")
    client.interrupt(process)
    process.wait(10)


# ---- Dishonest ones ----

def wrong(peer, wire, index):
    peer.say(wire, MESSAGE_DATA, index,
             bytes(len(peer.part(index)) or METADATA_PIECE),
             total_size=len(peer.metadata))


def rejects(peer, wire, index):
    peer.say(wire, MESSAGE_REJECT, index)


def silent(peer, wire, index):
    pass


def leaves(peer, wire, index):
    raise Closed


def half(peer, wire, index):
    peer.say(wire, MESSAGE_DATA, index, peer.part(index)[:-1],
             total_size=len(peer.metadata))


def overlong(peer, wire, index):
    peer.say(wire, MESSAGE_DATA, index, bytes(20 * KIB))


def other_piece(peer, wire, index):
    peer.say(wire, MESSAGE_DATA, index + 1, peer.part(index),
             total_size=len(peer.metadata))


def nonsense(peer, wire, index):
    for text in (b"", b"x", b"de", b"d8:msg_typei7ee", b"i1e",
                 b"d8:msg_typei1e5:piecei-1ee", b"d" * 5000,
                 b"d8:msg_typei1e5:piecei99999999999999999999ee"):
        wire.send(EXTENDED, bytes([wire.their_metadata]) + text)


def other_total(peer, wire, index):
    """As one client did: that of the piece. It is right all the same."""
    peer.say(wire, MESSAGE_DATA, index, peer.part(index),
             total_size=len(peer.part(index)))


SIZES = (None, -1, 1, 2**31, 2**62, 16 * MIB, 16 * MIB + 1, 12345)
MANNERS = (wrong, rejects, silent, leaves, half, overlong, other_piece,
           nonsense)


def liars(case):
    """N9: whatever is told of the size, and sent for it, the honest one's are
    found, within bounds."""
    torrent = wide()
    peers = [peer_of(case, torrent, size=size, answer=wrong)
             for size in SIZES]
    peers += [peer_of(case, torrent, answer=manner) for manner in MANNERS]
    peers.append(peer_of(case, torrent, answer=other_total))
    data = case.new_dir("data")
    options = []
    for peer in peers:
        options += ["--peer", peer.where]
    # A ban is of an address: the honest one has another.
    honest = peer_of(case, torrent, address="127.0.0.9")
    expect(case, get(case, link(torrent), data, *options, "--peer",
                     honest.where, limit=25), DONE)
    case.same_files(torrent, data, limit=0)


def only_odd_total(case):
    torrent = wide()
    peer = peer_of(case, torrent, answer=other_total)
    data = case.new_dir("data")
    expect(case, get(case, link(torrent, at(peer.port)), data), DONE)
    case.same_files(torrent, data, limit=0)


# ---- Where its .torrent lies ----

def web_of(case, answer):
    """A web server; answer(handler) replies. Its URL is of a .torrent."""
    server = WebFiles(single(size=KIB), answer=answer)
    case.defer(server.close)
    return server, "xs=%s/a.torrent" % server.base


def gives(body, status=200):
    def answer(handler):
        WebFiles.reply(handler, status, body)
        return True
    return answer


def late_peer(case, torrent, event):
    """One that keeps the metadata back until that happened."""
    def answer(peer, wire, index):
        event.wait(10)
        peer.give(wire, index)
    return peer_of(case, torrent, answer=answer)


def xs(case):
    """No peer has the metadata."""
    torrent = wide()
    peer = peer_of(case, torrent, size=None)
    server, where = web_of(case, gives(torrent.metainfo(
        ["http://127.0.0.1:9/announce"])))
    data = case.new_dir("data")
    got = get(case, link(torrent, at(peer.port), where), data, "--json",
              "--encryption", "plain")
    expect(case, got, DONE)
    case.same_files(torrent, data, limit=0)
    told = [e["text"] for e in client.json_objects(case, got.out)
            if e.get("event") == "metadata"]
    case.equal(told, ["metadata are here, from %s/...: wide, 1 file, 3.0 MiB"
                      % server.base], "told")
    case.equal(server.requests, ["/a.torrent"], "requests")
    case.equal(peer.accepted, 1, "connections")


def xs_metadata_only(case):
    """Nobody is there at all. Of the file more than what the hash covers is taken: its
    trackers and web seeds, behind the link's, and no more."""
    torrent, folder = wide(), case.new_dir("data")
    _, where = web_of(case, gives(torrent.metainfo(
        ["http://127.0.0.1:9/theirs"], comment="words of theirs",
        **{"url-list": ["http://127.0.0.1:9/seed/"]})))
    expect(case, get(case, link(torrent, where, "tr=http://127.0.0.1:9/ours"),
                     folder, "--metadata-only"), DONE)
    with open(os.path.join(folder, "wide.torrent"), "rb") as file:
        saved = file.read()
    case.check(bencode(torrent.info) in saved, "other metadata")
    case.check(b"words of" not in saved, "took its comment")
    found = bdecode_prefix(saved)[0]
    case.equal(found[b"announce-list"], [[b"http://127.0.0.1:9/ours"],
                                         [b"http://127.0.0.1:9/theirs"]],
               "trackers")
    case.equal(found[b"url-list"], [b"http://127.0.0.1:9/seed/"], "web seeds")


def xs_trackers(case):
    """Nothing but xs in the link, and nobody but whom the .torrent's tracker names."""
    torrent, tracker = wide(), tracker_of(case)
    peer = peer_of(case, torrent, size=None)
    tracker.extra_peers.append(("127.0.0.1", peer.port))
    _, where = web_of(case, gives(torrent.metainfo([tracker.url()])))
    data = case.new_dir("data")
    expect(case, get(case, link(torrent, where), data, "--encryption",
                     "plain"), DONE)
    case.same_files(torrent, data, limit=0)
    # It goes over to the torrent with what it was told.
    case.equal(tracker.events(), ["started", "completed", "stopped"], "events")


def xs_wrong_hash(case):
    """It is of another torrent, or a page: a peer's are taken, and it is said."""
    torrent = wide()
    for name, body, words in (
            ("other", single(size=MIB).metainfo(), "of another torrent"),
            ("page", b"<!DOCTYPE html><p>sign in", "not a torrent"),
            ("empty", b"", "not a torrent")):
        asked = threading.Event()
        peer = late_peer(case, torrent, asked)
        server, where = web_of(case, gives(body))
        expect_late(case, torrent, peer, where, asked, words, name)
        case.equal(len(server.requests), 1, "requests")


def expect_late(case, torrent, peer, where, asked, words, name):
    """It says these words of the .torrent, and then the peer helps."""
    data = case.new_dir(name)
    process = start(case, link(torrent, at(peer.port), where), data,
                    name=name, state="state-" + name)
    case.wait_for(lambda: words in process.err(), "the words %r" % words, 15)
    asked.set()
    case.equal(process.wait(15), DONE, "status")
    case.same_files(torrent, data, limit=0)


def xs_not_there(case):
    torrent, asked = wide(), threading.Event()
    peer = late_peer(case, torrent, asked)
    server, where = web_of(case, gives(b"", 404))
    expect_late(case, torrent, peer, where, asked, "HTTP 404, not found",
                "peer")
    case.equal(len(server.requests), 1, "requests")
    # It is said where its progress is, too, and the next one is asked.
    got = get(case, link(torrent, where), case.new_dir("none"), "--json",
              "--timeout", "2")
    expect(case, got, TIMEOUT)
    causes = [e["cause"] for e in client.json_objects(case, got.out)
              if e.get("type") == "progress"]
    case.check(causes and causes[-1].endswith(
        "; its .torrent at %s/...: HTTP 404, not found" % server.base),
               "told %r" % causes)
    _, good = web_of(case, gives(torrent.metainfo()))
    expect(case, get(case, link(torrent, where, good), case.new_dir("next"),
                     "--metadata-only"), DONE)


def pours(handler):
    """Far more than a .torrent may be."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(64 * KIB))


def xs_endless(case):
    """A page that never ends, quick or slow, holds nothing up."""
    torrent, asked = wide(), threading.Event()
    peer = late_peer(case, torrent, asked)
    _, where = web_of(case, pours)
    expect_late(case, torrent, peer, where, asked, "larger than 16.0 MiB",
                "quick")
    ended = threading.Event()

    def drips(handler):
        handler.send_response(200)
        handler.end_headers()
        try:
            while not slow.closing.wait(0.1):
                handler.wfile.write(b"d")
        finally:
            ended.set()
    slow, where = web_of(case, drips)
    honest, data = peer_of(case, torrent), case.new_dir("slow")
    process = start(case, link(torrent, at(honest.port), where), data,
                    "--seed", name="slow", state="state-slow")
    case.wait_for(lambda: "complete" in process.out(), "the data", 10)
    case.check(ended.wait(5), "it is still asked when a peer gave them")
    case.same_files(torrent, data, limit=0)
    client.interrupt(process)
    process.wait(10)


def by_proxy(case):
    """Trackers are told the port 9 of who cannot be dialled: 0 is refused by many."""
    torrent, tracker, proxy = wide(), tracker_of(case), Socks()
    case.defer(proxy.close)
    peer = peer_of(case, torrent)
    tracker.extra_peers.append(("127.0.0.1", peer.port))
    data = case.new_dir("data")
    expect(case, get(case, link(torrent, "tr=" + tracker.url()), data,
                     "--proxy", proxy.url, "--encryption", "plain"), DONE)
    case.same_files(torrent, data, limit=0)
    case.equal({a.port for a in tracker.announces}, {9}, "ports announced")


def add(runner):
    for function in (from_peer, from_ours, selected, metadata_only,
                     by_dht, nothing_came, refused, private, liars, only_odd_total,
                     xs, xs_metadata_only, xs_trackers, xs_wrong_hash, xs_not_there,
                     xs_endless, by_proxy):
        runner.add("magnet-" + function.__name__.replace("_", "-"), function,
                   30)
