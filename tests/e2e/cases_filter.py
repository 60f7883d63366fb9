"""The IP filter: peers, trackers and web seeds that it has are let alone."""
import gzip

import client
import wirepeer
from client import DISK, DONE, TIMEOUT, expect, get
from ptyrun import Terminal
from scripted import ScriptedTracker
from torrents import KIB, awkward, single
from webfiles import WebFiles

OTHER = "127.0.0.2"     # the peers of these cases are at 127.0.0.1


def small():
    return awkward(piece_length=16 * KIB, big=200 * KIB + 77)


def seed_of(case, torrent):
    seed = wirepeer.Seed(torrent)
    case.defer(seed.close)
    return seed


def tracker_of(case, seed):
    """At the other address; it sends to the seed."""
    tracker = ScriptedTracker(OTHER)
    case.defer(tracker.close)
    tracker.extra_peers.append((seed.address, seed.port))
    return tracker


def server_of(case, torrent):
    server = WebFiles(torrent, address=OTHER)
    case.defer(server.close)
    return server


def list_of(case, text, name="list"):
    opener = gzip.open if name.endswith(".gz") else open
    with opener(case.path(name), "wt", encoding="utf-8") as f:
        f.write(text)
    return case.path(name)


def peers(case):
    """It keeps away from whom it has, and from nobody else; it is read from gzip
    as well."""
    torrent = small()
    seed = seed_of(case, torrent)
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    everybody = list_of(case, "loop:127.0.0.0-127.255.255.255\n", "all.gz")
    others = list_of(case, "127.0.0.2/31\n# not the seed's\nrubbish\n")
    wanted = ("--peer", seed.where, "--ip-filter")
    expect(case, get(case, path, data, "--timeout", "1", *wanted, everybody),
           TIMEOUT)
    case.equal(seed.payload, 0, "bytes from a filtered peer")
    done = get(case, path, data, "-v", *wanted, others)
    expect(case, done, DONE)
    case.check("1 bad line: " in done.err and "line 3: no range" in done.err,
               done.err)
    case.same_files(torrent, data, limit=0)


def guards(case):
    """A list that cannot be read at the start: nothing is begun without it."""
    torrent = small()
    seed = seed_of(case, torrent)
    path, data = torrent.save(case.path("a.torrent")), case.new_dir("data")
    rubbish = list_of(case, "<html>\n", "rubbish")
    for name in (case.path("missing"), rubbish, data):
        said = get(case, path, data, "--peer", seed.where, "--ip-filter", name)
        expect(case, said, DISK)
        case.check("nothing is begun without it" in said.err, said.err)
    case.equal(seed.accepted, 0, "connections")


def trackers(scheme):
    """One that is filtered hears nothing, and it is said why."""
    def run(case):
        torrent = small()
        tracker = tracker_of(case, seed_of(case, torrent))
        data = case.new_dir("data")
        path = torrent.save(case.path("a.torrent"), [tracker.url(scheme)])
        near = list_of(case, OTHER + "\n")
        far = list_of(case, "10.0.0.0/8\n", "far")
        said = get(case, path, data, "--timeout", "1", "--ip-filter", near)
        expect(case, said, TIMEOUT,
               "its address %s is in the IP filter" % OTHER)
        case.equal(tracker.announces, [], "announces")
        expect(case, get(case, path, data, "--ip-filter", far), DONE)
        case.same_files(torrent, data, limit=0)
    return run


def web_seeds(case):
    torrent = small()
    server = server_of(case, torrent)
    path = torrent.save(case.path("a.torrent"), **{"url-list": server.url})
    data = case.new_dir("data")
    near = list_of(case, OTHER + "\n")
    said = get(case, path, data, "--timeout", "1", "--ip-filter", near)
    expect(case, said, TIMEOUT)
    case.check("its address %s is in the IP filter" % OTHER
               in said.out + said.err, repr(said))
    case.equal(server.connections, 0, "connections")
    expect(case, get(case, path, data), DONE)
    case.same_files(torrent, data, limit=0)


def reloaded(case):
    """In the terminal UI: what was filtered is asked at once when a list that is
    read again lets it."""
    torrent, web = single("from-peers.bin", 64 * KIB), \
        single("from-web.bin", 64 * KIB)
    tracker = tracker_of(case, seed_of(case, torrent))
    server = server_of(case, web)
    paths = [torrent.save(case.path("a.torrent"), [tracker.url("udp")]),
             web.save(case.path("b.torrent"), **{"url-list": server.url})]
    data, home = case.new_dir("data"), case.new_dir("home")
    near = list_of(case, OTHER + "\n")
    t = Terminal([client.PATH, "--dir", data, "--port", "0", "--no-lsd",
                  "--encryption", "plain", "--ip-filter", near, *paths],
                 home, h=30, w=150)
    case.defer(t.close)
    t.wait_for("act/2")
    for key in ("g\r5", "q", "j\r5"):
        t.type(key)
        if key != "q":
            t.wait_for("[5 Trk]")
            t.wait_for("address %s is in the IP filter" % OTHER)
        else:
            t.wait_for("Done%")
    case.equal((tracker.announces, server.connections), ([], 0), "asked")
    with open(near, "w", encoding="utf-8") as f:
        f.write("10.0.0.0/8\n")
    t.type(":reload-filter\r")
    for one in (torrent, web):
        t.wait_until(lambda: not one.differences(data, (".bin",)),
                     "data")
    t.type("Q")
    case.equal(t.wait(), 0, "status")


def add(runner):
    runner.add("filtered-peers", peers, 20)
    runner.add("filtered-or-nothing", guards, 20)
    for scheme in ("http", "udp"):
        runner.add("filtered-tracker-" + scheme, trackers(scheme), 20)
    runner.add("filtered-web-seed", web_seeds, 20)
    runner.add("filtered-until-reloaded", reloaded, 40)
