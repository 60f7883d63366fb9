"""tessera get from web servers, alone and beside peers."""
import itertools
import threading

import client
import wirepeer
from client import DONE, TIMEOUT, expect, get, json_objects, start
from torrents import KIB, MIB, Torrent, awkward, single
from webfiles import PATIENCE, WebFiles


MAX_ACTIVE = 3  # requests at once of one server, as in swarm/webseed


def small():
    return awkward(piece_length=16 * KIB, big=400 * KIB + 77)


def server_of(case, torrent, **options):
    server = WebFiles(torrent, **options)
    case.defer(server.close)
    return server


def seed_of(case, torrent, **options):
    seed = wirepeer.Seed(torrent, **options)
    case.defer(seed.close)
    return seed


def fetch(case, torrent, urls, *options, key="url-list", limit=15):
    """Get it; the folder is compared byte by byte. Return what was said."""
    path = torrent.save(case.path("a.torrent"), **{key: urls})
    data = case.new_dir("data")
    result = get(case, path, data, *options, limit=limit)
    expect(case, result, DONE)
    case.same_files(torrent, data, limit=0)
    return result


def alone(case):
    torrent = small()
    server = server_of(case, torrent)
    fetch(case, torrent, server.url)
    case.equal(server.total(), torrent.size, "bytes sent")
    # A thread of the server may not know yet that it is done.
    case.check(server.most_active <= 4, "%d requests at once"
               % server.most_active)
    case.check(server.connections < len(server.requests),
               "%d connections for %d requests"
               % (server.connections, len(server.requests)))


def single_file(case):
    """A base that ends in '/' is a folder, any other the file."""
    torrent = single("a file.bin", size=5 * MIB + 77)
    server = server_of(case, torrent)
    fetch(case, torrent, ["", server.base + "/files/a%20file.bin",
                          server.base + "/files/a file.bin"])
    case.equal(set(server.requests), {"/files/a file.bin"}, "paths")
    case.equal(server.total(), torrent.size, "bytes sent")


def large_pieces(case):
    torrent = single(size=20 * MIB + 5, piece_length=8 * MIB)
    server = server_of(case, torrent)
    fetch(case, torrent, server.url)
    case.equal(server.total(), torrent.size, "bytes sent")


def http_seed(case):
    torrent = small()
    server = server_of(case, torrent)
    fetch(case, torrent, [server.base + "/piece"], key="httpseeds")
    case.equal(set(server.requests), {"/piece"}, "paths")
    case.equal(server.total(), torrent.size, "bytes sent")


def without_ranges(case):
    torrent = small()
    server = server_of(case, torrent, ranges=False)
    fetch(case, torrent, server.url)


def several(case):
    """Two servers share the work."""
    torrent = single(size=6 * MIB)
    first = server_of(case, torrent, rate=MIB)
    second = server_of(case, torrent, address="127.0.0.2", rate=MIB)
    fetch(case, torrent, [first.url, second.url])
    for server in (first, second):
        case.check(server.total() > torrent.size // 5, "sent only %d"
                   % server.total())
    case.check(first.total() + second.total() < torrent.size + MIB,
               "sent more than once: %d" % (first.total() + second.total()))


def wrong_data(case):
    """Who sends a wrong piece is asked no more; the other one has it all."""
    torrent = single(size=3 * MIB, piece_length=64 * KIB)
    bad = server_of(case, torrent, damage=range(torrent.n_pieces))
    is_found_out = threading.Event()

    def hold(_handler):
        is_found_out.wait(PATIENCE)
    good = server_of(case, torrent, address="127.0.0.2", answer=hold)
    path = torrent.save(case.path("a.torrent"),
                        **{"url-list": [bad.url, good.url]})
    data = case.new_dir("data")
    process = start(case, path, data, "--json")

    def told():
        return [e["text"] for e in process.json_lines()
                if e.get("event") == "web-seed"]
    case.wait_for(told, "word of the bad server", 15)
    case.wait_for(lambda: bad.active == 0, "the end of what it was asked", 10)
    n_requests = len(bad.requests)
    is_found_out.set()
    case.equal(process.wait(15), DONE, "status")
    case.same_files(torrent, data, limit=0)
    case.equal(len(told()), 1, "events %r" % told())
    case.check("http://127.0.0.1:%d" % bad.port in told()[0]
               and "wrong (piece" in told()[0], "told %r" % told()[0])
    # Those that were on their way when it was found out, and no more.
    late = len(bad.requests) - n_requests
    case.check(late < MAX_ACTIVE, "asked %d times more" % late)


def one_wrong_piece_beside_a_peer(case):
    torrent = single(size=2 * MIB, piece_length=64 * KIB)
    bad = server_of(case, torrent, damage=[5, 17])
    seed = seed_of(case, torrent, rate=2 * MIB)
    fetch(case, torrent, bad.url, "--peer", seed.where)


def missing_file(case):
    """One file is not there: the rest is taken, that from elsewhere."""
    torrent = small()
    lacking = "/files/%s/big.bin" % torrent.name
    poor = server_of(case, torrent, missing=[lacking])
    full = server_of(case, torrent, address="127.0.0.2", rate=MIB)
    fetch(case, torrent, [poor.url, full.url])
    # Those that were under way when the first was refused, and no more.
    in_vain = poor.requests.count(lacking)
    case.check(1 <= in_vain <= MAX_ACTIVE, "requests in vain: %d" % in_vain)
    case.check(poor.total() > 0, "it was given up whole")


def not_there(case):
    torrent = single(size=MIB)
    server = server_of(case, torrent)
    path = torrent.save(case.path("a.torrent"),
                        **{"url-list": server.base + "/nowhere/"})
    result = get(case, path, case.new_dir("data"), "--timeout", "2")
    expect(case, result, TIMEOUT)
    case.equal(len(server.requests), 1, "requests")
    case.check("given up: HTTP 404, not found" in result.err,
               "said %r" % result.err)


def redirect(case):
    torrent = small()
    server = server_of(case, torrent)

    def move(handler):
        WebFiles.reply(handler, 302, b"", Location=server.base + handler.path)
        return True
    mover = server_of(case, torrent, address="127.0.0.2", answer=move)
    fetch(case, torrent, mover.url)
    case.equal(server.total(), torrent.size, "bytes sent")


def redirect_once(case):
    """Where it led is asked from then on: another host, and another path."""
    torrent = single(size=32 * MIB)
    server = server_of(case, torrent, rate=24 * MIB)
    for name, path in (("host", "/files/single.bin"), ("path", "/file")):
        if name == "path":
            server.files["/file"] = server.files["/files/single.bin"]

        def move(handler, to=server.base + path + "?at=1" * (name == "path")):
            WebFiles.reply(handler, 302, b"", Location=to)
            return True
        mover = server_of(case, torrent, address="127.0.0.2", answer=move)
        before = len(server.requests)
        moved = torrent.save(case.path(name + ".torrent"),
                             **{"url-list": mover.url})
        data = case.new_dir(name)
        expect(case, get(case, moved, data), DONE)
        case.same_files(torrent, data, limit=0)
        n_ranges = len(server.requests) - before
        case.check(n_ranges > MAX_ACTIVE, "only %d ranges" % n_ranges)
        # The first, which is alone until its first block is here.
        case.check(len(mover.requests) <= MAX_ACTIVE, "%d of %d asked twice"
                   % (len(mover.requests), n_ranges))


def redirect_fails(case):
    """Each place it leads to is good for one answer: asked again, it fails, and the
    first server is asked to show the way anew."""
    torrent = single(size=8 * MIB)
    used, numbers = set(), itertools.count()

    def refuse(handler):
        if handler.path not in used:
            used.add(handler.path)
            return False
        WebFiles.reply(handler, 404, b"")
        return True
    server = server_of(case, torrent, answer=refuse, rate=2 * MIB)

    def move(handler):
        WebFiles.reply(handler, 302, b"", Location="%s%s?%d" % (
            server.base, handler.path, next(numbers)))
        return True
    mover = server_of(case, torrent, address="127.0.0.2", answer=move)
    said = fetch(case, torrent, mover.url, "--json")
    in_vain = len(server.requests) - len(used)
    # Once, and by as many as were asking meanwhile: then it is not tried again.
    case.check(1 <= in_vain <= MAX_ACTIVE, "%d requests in vain" % in_vain)
    case.equal([e for e in json_objects(case, said.out)
                if e.get("event") == "web-seed"], [], "events")


def busy(case):
    """More than two requests at once are refused: so it is fewer."""
    torrent = single(size=3 * MIB)

    def refuse(handler):
        if server.active < 3:
            return False
        WebFiles.reply(handler, 503, b"", Retry_After="60")
        return True
    server = server_of(case, torrent, answer=refuse, rate=2 * MIB)
    fetch(case, torrent, server.url)


def early_end(case):
    """Each reply breaks off after 100,000 bytes: it is asked again."""
    torrent = single(size=250 * KIB, piece_length=16 * KIB)
    server = server_of(case, torrent, early=100000)
    fetch(case, torrent, server.url)
    case.check(server.total() < torrent.size + 64 * KIB, "sent %d"
               % server.total())


def stalled_beside_a_peer(case):
    """A silent server holds nothing up."""
    torrent = single(size=2 * MIB, piece_length=64 * KIB)
    silent = server_of(case, torrent, stall=threading.Event())
    seed = seed_of(case, torrent, rate=4 * MIB)
    fetch(case, torrent, silent.url, "--peer", seed.where, limit=8)


def slow_beside_a_peer(case):
    torrent = single(size=2 * MIB, piece_length=64 * KIB)
    slow = server_of(case, torrent, rate=8 * KIB)
    seed = seed_of(case, torrent, rate=4 * MIB)
    fetch(case, torrent, slow.url, "--peer", seed.where, limit=8)


def slow_peer_beside_it(case):
    torrent = single(size=2 * MIB, piece_length=64 * KIB)
    server = server_of(case, torrent, rate=2 * MIB)
    seed = seed_of(case, torrent, rate=8 * KIB)
    fetch(case, torrent, server.url, "--peer", seed.where, limit=8)


def limited(case):
    torrent = single(size=MIB)
    server = server_of(case, torrent)
    path = torrent.save(case.path("a.torrent"), **{"url-list": server.url})
    process = start(case, path, case.new_dir("data"), "--down", "200K")
    case.wait_for(lambda: server.total() > 300 * KIB, "some bytes", 10)
    case.check(process.alive(), "it took no notice of its limit")


def padded(case):
    """Padding is not asked for."""
    torrent = Torrent("pads", 16 * KIB, files=[
        ("a", 20000), (".pad/12768", 12768), ("b", 40000)])
    torrent.data = torrent.data[:20000] + bytes(12768) + torrent.data[32768:]
    torrent.info = torrent._info()
    torrent.info["files"][1]["attr"] = "p"
    server = server_of(case, torrent)
    path, data = torrent.save(case.path("a.torrent"),
                              **{"url-list": server.url}), case.new_dir("data")
    expect(case, get(case, path, data), DONE)
    case.equal(set(server.requests), {"/files/pads/a", "/files/pads/b"},
               "paths")
    case.equal(torrent.differences(data), [
        "pads/.pad/12768: No such file or directory"], "files")


def resumed(case):
    """An end of the program ends its requests; the next goes on."""
    torrent = single(size=4 * MIB, piece_length=64 * KIB)
    server = server_of(case, torrent, rate=MIB)
    path = torrent.save(case.path("a.torrent"), **{"url-list": server.url})
    data = case.new_dir("data")
    process = start(case, path, data)
    case.wait_for(lambda: server.total() > MIB, "some bytes", 10)
    client.interrupt(process)
    process.wait(5)
    server.rate = None
    expect(case, get(case, path, data), DONE)
    case.same_files(torrent, data, limit=0)
    case.check(server.total() < torrent.size + MIB, "sent %d"
               % server.total())


def add(runner):
    for name, function in (
            ("web-alone", alone),
            ("web-single-file", single_file),
            ("web-large-pieces", large_pieces),
            ("web-http-seed", http_seed),
            ("web-without-ranges", without_ranges),
            ("web-several", several),
            ("web-wrong-data", wrong_data),
            ("web-wrong-pieces-and-peer", one_wrong_piece_beside_a_peer),
            ("web-missing-file", missing_file),
            ("web-not-there", not_there),
            ("web-redirect", redirect),
            ("web-redirect-once", redirect_once),
            ("web-redirect-fails", redirect_fails),
            ("web-busy", busy),
            ("web-early-end", early_end),
            ("web-stalled-and-peer", stalled_beside_a_peer),
            ("web-slow-and-peer", slow_beside_a_peer),
            ("web-and-slow-peer", slow_peer_beside_it),
            ("web-limited", limited),
            ("web-padded", padded),
            ("web-resumed", resumed)):
        runner.add(name, function)
