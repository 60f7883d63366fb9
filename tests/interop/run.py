#!/usr/bin/python3
"""Real clients and trackers against tessera, in network namespaces of the
run's own. Needs root, and the programs that `./bootstrap check-interop`
installs; one that is missing fails its cases."""
import os
import random
import socket
import sys
import time
from urllib.parse import quote

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "pylib"))

import dht_cases
import finders
import tls
import wirepeer
from clients import OTHERS, PORT, Libtorrent, Tessera
from gateways import add_gateways
from netns import Net, enter_sandbox
from proxies import add_proxies
from runner import Runner
from torrents import KIB, MIB, awkward, single
from trackers import NodeTracker, Opentracker, OwnTracker
from webservers import Nginx

LIMIT_S = 60


def tracker_for(kind, net, torrent, modules):
    if kind == "ip6":
        return NodeTracker(net, modules)
    if kind == "udp6":
        return OwnTracker(net, udp=True)
    return Opentracker(net, [torrent], udp=kind == "udp")


def pair(seeder, leecher, kind, args):
    """The case in which a seeder gives an awkward torrent to a leecher that
    finds it by a tracker."""
    def run(case):
        six = kind.endswith("6")
        net = Net(case, ip4=not six, ip6=six)
        torrent = awkward()
        tracker = tracker_for(kind, net, torrent, args.npm)
        seed = seeder(case, net.host("seed"), torrent, tracker.url).seed()
        tracker.wait_seeds(torrent, 1)
        leech = leecher(case, net.host("leech"), torrent, tracker.url).leech()
        leech.wait_done()
        leech.compare()
        if leecher is Tessera:
            tracker.wait_seeds(torrent, 2, 15)
        leech.stop()
        seed.compare()
    return run


def add_self_tests(runner, args):
    """Each client against libtorrent: proves the harness, without tessera."""
    for kind in ("http", "udp", "ip6"):
        for name, client in OTHERS.items():
            runner.add("self-%s-seeds-%s" % (name, kind),
                       pair(client, Libtorrent, kind, args), LIMIT_S)
            runner.add("self-%s-leeches-%s" % (name, kind),
                       pair(Libtorrent, client, kind, args), LIMIT_S)
    runner.add("self-mixed-swarm", lambda case: mixed_swarm(case, ours=0),
               150, alone=True)
    runner.add("self-loss", with_loss(Libtorrent, Libtorrent), 90)


def add_pairs(runner, args):
    """tessera against each other client, both ways, over each tracker."""
    for kind in ("http", "udp", "ip6"):
        for name, client in OTHERS.items():
            runner.add("from-%s-%s" % (name, kind),
                       pair(client, Tessera, kind, args), LIMIT_S)
            runner.add("to-%s-%s" % (name, kind),
                       pair(Tessera, client, kind, args), LIMIT_S)
    for kind in ("http", "udp6"):
        runner.add("from-tessera-" + kind, pair(Tessera, Tessera, kind, args),
                   LIMIT_S)
    runner.add("from-libtorrent-udp6", pair(Libtorrent, Tessera, "udp6", args),
               LIMIT_S)
    runner.add("to-libtorrent-udp6", pair(Tessera, Libtorrent, "udp6", args),
               LIMIT_S)


RC4, PLAIN = "handshake, encrypted stream", "handshake, plain\n"
HALF = "handshake, plain stream after an encrypted one"


def crypt(other, theirs, ours, stream, to=False):
    """A client of theirs in one mode of encryption, and tessera in another: it
    gives to us, or takes from us, and the stream is as it must be."""
    def run(case):
        net = Net(case)
        torrent = awkward()
        tracker = OwnTracker(net)
        tessera = Tessera(case, net.host("ours"), torrent, tracker.url)
        client = other(case, net.host("theirs"), torrent, tracker.url)
        client.crypt = theirs
        mode = {"options": ("--encryption", ours, "--log", "peer=debug")}
        seed, seed_mode = (tessera, mode) if to else (client, {})
        leech, leech_mode = (client, {}) if to else (tessera, mode)
        seed.seed(**seed_mode)
        tracker.wait_seeds(torrent, 1)
        leech.leech(**leech_mode).wait_done()
        leech.compare()
        said = [line for line in tessera.process.err().splitlines(True)
                if "handshake, " in line]
        case.check(said and all(stream in line for line in said),
                   "wanted %r, found %r" % (stream, said))
    return run


def crypt_refused(case):
    """A peer that knows no encryption, where it is required."""
    net = Net(case)
    torrent = awkward()
    tracker = OwnTracker(net)
    Libtorrent(case, net.host("theirs"), torrent, tracker.url).seed()
    tracker.wait_seeds(torrent, 1)
    leech = Tessera(case, net.host("ours"), torrent, tracker.url)
    leech.leech(options=("--encryption", "required", "-v"))
    case.wait_for(lambda: "encryption is required" in leech.process.err(),
                  "word of it", 15)
    case.check(not torrent.good_pieces(leech.folder), "pieces came")


def add_crypt(runner):
    transmission, libtorrent, aria2, rtorrent, qbittorrent = (
        OTHERS[name] for name in ("transmission", "libtorrent", "aria2",
                                  "rtorrent", "qbittorrent"))
    for name, case in {
            "from-transmission-required":
            crypt(transmission, "required", "preferred", RC4),
            "from-transmission-plain-we-require":
            crypt(transmission, "off", "required", RC4),
            "to-transmission-we-require":
            crypt(transmission, "on", "required", RC4, to=True),
            "from-libtorrent-required-second-try":
            crypt(libtorrent, "required", "plain", RC4),
            "from-libtorrent-handshake-only":
            crypt(libtorrent, "plaintext", "preferred", HALF),
            "from-libtorrent-plain-second-try":
            crypt(libtorrent, "off", "preferred", PLAIN),
            "to-libtorrent-required":
            crypt(libtorrent, "required", "plain", RC4, to=True),
            "to-libtorrent-handshake-only":
            crypt(libtorrent, "plaintext", "preferred", HALF, to=True),
            "from-aria2-required":
            crypt(aria2, "required", "preferred", RC4),
            "to-aria2-required":
            crypt(aria2, "required", "plain", RC4, to=True),
            "from-rtorrent-required":
            crypt(rtorrent, "required", "preferred", RC4),
            "to-rtorrent-we-require":
            crypt(rtorrent, "on", "required", RC4, to=True),
            "to-qbittorrent-required":
            crypt(qbittorrent, "required", "preferred", RC4, to=True)}.items():
        runner.add("crypt-" + name, case, LIMIT_S)
    runner.add("crypt-refused", crypt_refused, LIMIT_S)


def exits_when_done(case):
    """Without --seed it ends with status 0, and says goodbye."""
    net = Net(case)
    torrent = single()
    tracker = OwnTracker(net)
    Libtorrent(case, net.host("seed"), torrent, tracker.url).seed()
    tracker.wait_seeds(torrent, 1)
    leech = Tessera(case, net.host("leech"), torrent, tracker.url)
    leech.leech(stay=False).wait_done()
    leech.compare()
    said = [a.event for a in tracker.scripted.announces
            if a.address == leech.host.ip4 and a.event]
    case.equal(said, ["started", "completed", "stopped"], "announced")


def several_seeds(case):
    """One of each gives at once; every byte comes from somebody."""
    net = Net(case)
    torrent = awkward(big=24 * MIB + 1)
    tracker = Opentracker(net, [torrent])
    for name, client in OTHERS.items():
        client(case, net.host(name), torrent, tracker.url).seed()
    tracker.wait_seeds(torrent, len(OTHERS))
    leech = Tessera(case, net.host("leech"), torrent, tracker.url).leech()
    leech.wait_done()
    leech.compare()


def mixed_swarm(case, ours=3):
    """One of each client and some of ours. The pieces are dealt out at
    random: each starts with a tenth, nobody with a piece of another's; what
    is left over one more has. Together they have all, and each must end with
    all."""
    seed = 20
    net = Net(case)
    torrent = awkward(piece_length=128 * KIB, big=12 * MIB + 777)
    tracker = Opentracker(net, [torrent])
    players = list(OTHERS.items())
    players += [("tessera%d" % i, Tessera) for i in range(ours)]
    order = list(range(torrent.n_pieces))
    random.Random(seed).shuffle(order)
    tenths = [order[i::10] for i in range(10)]
    shares = tenths[:len(players)] + [sum(tenths[len(players):], [])]
    players.append(("rest", Libtorrent))
    swarm = []
    for (name, client), share in zip(players, shares):
        one = client(case, net.host(name), torrent, tracker.url)
        swarm.append(one.leech(pieces=set(share)))
    for one in swarm:
        one.wait_done()
        one.compare()


def killed_and_resumed(case):
    """kill -9 half way. What lay on disk and was right is not asked for
    again: but for what was in flight, nothing comes twice."""
    slack = 2 * MIB
    net = Net(case)
    torrent = awkward(piece_length=256 * KIB, big=24 * MIB + 99)
    tracker = Opentracker(net, [torrent])
    seed = Libtorrent(case, net.host("seed"), torrent, tracker.url)
    seed.seed(up_kib=6 * KIB)
    tracker.wait_seeds(torrent, 1)
    leech = Tessera(case, net.host("leech"), torrent, tracker.url)
    leech.leech(stay=False)
    case.wait_for(lambda: len(torrent.good_pieces(leech.folder))
                  > torrent.n_pieces // 2, "half of the data", step=0.2)
    leech.process.kill()
    good = torrent.good_pieces(leech.folder)
    before = settled(case, seed)
    leech.leech(stay=False).wait_done()
    leech.compare()
    again = settled(case, seed) - before
    missing = sum(len(torrent.piece(i)) for i in range(torrent.n_pieces)
                  if i not in good)
    case.check(again <= missing + slack, "%d bytes came after the restart, "
               "%d were missing" % (again, missing))


def settled(case, client):
    """The bytes that a libtorrent has sent, once that no longer changes."""
    last = [-1]

    def same():
        previous, last[0] = last[0], client.counts()["up"]
        return last[0] == previous
    case.wait_for(same, "the seed to settle", 10, step=0.5)
    return last[0]


def with_loss(seeder, leecher):
    """Five packets of a hundred are lost on the way in, and out."""
    def run(case):
        net = Net(case)
        torrent = awkward()
        tracker = Opentracker(net, [torrent])
        seed = seeder(case, net.host("seed"), torrent, tracker.url)
        seed.host.lose(5)
        seed.seed()
        tracker.wait_seeds(torrent, 1)
        leech = leecher(case, net.host("leech"), torrent, tracker.url)
        leech.leech().wait_done()
        leech.compare()
    return run


def half_open(case):
    """Three hundred connections that never say a word, from four addresses:
    a real peer still gets in, at once. (On loopback no address is limited.)"""
    net = Net(case)
    torrent = single(size=MIB)
    tracker = OwnTracker(net)
    seed = Tessera(case, net.host("seed"), torrent, tracker.url).seed()
    tracker.wait_seeds(torrent, 1)
    attacker, honest = net.host("attacker"), net.host("honest")
    addresses = ["10.99.0.%d" % n for n in range(200, 204)]
    for address in addresses:
        attacker.run(["ip", "addr", "add", address + "/24", "dev", "eth0"])

    def attack():
        for i in range(300):
            sock = socket.socket()
            sock.bind((addresses[i % len(addresses)], 0))
            sock.setblocking(False)
            sock.connect_ex((seed.host.ip4, PORT))
            silent.append(sock)

    def fetch():
        wire = wirepeer.connect(torrent, PORT, seed.host.ip4)
        took = time.monotonic() - begun
        return took, wirepeer.fetch_all(wire, torrent)
    silent = []
    attacker.inside(attack)
    time.sleep(0.5)
    begun = time.monotonic()
    took, data = honest.inside(fetch)
    case.check(took < 2, "the real peer waited %.1f s" % took)
    case.check(data == torrent.data, "other bytes")


def over_https(case):
    """An HTTPS tracker whose certificate is good."""
    net = Net(case)
    torrent = awkward()
    tracker = OwnTracker(net, tls=lambda ip: tls.context("good", ip))
    seed = Tessera(case, net.host("seed"), torrent, tracker.url).seed()
    tracker.wait_seeds(torrent, 1)
    leech = Tessera(case, net.host("leech"), torrent, tracker.url).leech()
    leech.wait_done()
    leech.compare()
    seed.compare()


def bad_certificate(case):
    """One that vouches for itself: not a word goes there, and the user is told
    why."""
    net = Net(case)
    torrent = single(size=MIB)
    tracker = OwnTracker(net, tls=lambda ip: tls.context("bad", ip, False))
    leech = Tessera(case, net.host("leech"), torrent, tracker.url).leech()

    def told():
        return "certificate" in leech.process.out()
    case.wait_for(told, "word of the certificate", 20)
    case.equal(tracker.scripted.announces, [], "announces")


def magnet_of(torrent, *more):
    return "&".join(("magnet:?xt=urn:btih:" + torrent.hex,) + more)


def by_magnet(seeder, leecher, by_peer=False):
    """The leecher knows the info-hash, and a tracker or the seed's address. Its
    metadata are several pieces long."""
    def run(case):
        net = Net(case)
        torrent = awkward(piece_length=16 * KIB, big=24 * MIB + 321)
        tracker = Opentracker(net, [torrent])
        seed = seeder(case, net.host("seed"), torrent, tracker.url).seed()
        tracker.wait_seeds(torrent, 1)
        seed.give_metadata()
        where = "tr=" + quote(tracker.url, safe="")
        if by_peer:
            where = "x.pe=%s:%d" % (seed.host.ip4, PORT)
        leech = leecher(case, net.host("leech"), torrent, tracker.url)
        leech.leech(magnet=magnet_of(torrent, where))
        leech.wait_done()
        leech.compare()
        if leecher is Tessera and not by_peer:
            tracker.wait_seeds(torrent, 2, 15)
        leech.stop()
        seed.compare()
    return run


def add_magnets(runner):
    for name, client in OTHERS.items():
        runner.add("magnet-from-" + name, by_magnet(client, Tessera), LIMIT_S)
        runner.add("magnet-from-%s-peer" % name,
                   by_magnet(client, Tessera, by_peer=True), LIMIT_S)
    runner.add("magnet-to-libtorrent", by_magnet(Tessera, Libtorrent), LIMIT_S)
    runner.add("magnet-from-tessera", by_magnet(Tessera, Tessera), LIMIT_S)


def web_leech(case, net, torrent, urls, *trackers, **options):
    """tessera, with a torrent that names these web seeds; started."""
    leech = Tessera(case, net.host("leech"), torrent, *trackers)
    torrent.save(leech.metainfo, trackers, **{"url-list": urls})
    return leech.leech(**options)


def web_alone(secure):
    """From nginx, with nobody else: every byte once, over few connections."""
    def run(case):
        net = Net(case)
        torrent = awkward(big=24 * MIB + 5)
        web = Nginx(case, net.host("web"), torrent, secure=secure)
        leech = web_leech(case, net, torrent, web.url, stay=False)
        leech.wait_done()
        leech.compare()
        case.equal(web.sent(), torrent.size, "bytes sent")
        case.check(all('" 206 ' in line for line in web.lines()),
                   "not every request was of a range")
        if secure:
            case.check("HTTP/2.0" in web.lines()[0], "not by HTTP/2")
    return run


def web_several(case):
    """Three servers: one as it is, one slow, one that has not all files."""
    net = Net(case)
    torrent = awkward(big=24 * MIB + 5)
    servers = [Nginx(case, net.host("fair"), torrent, "limit_rate 2m;"),
               Nginx(case, net.host("slow"), torrent, "limit_rate 20k;"),
               Nginx(case, net.host("poor"), torrent, "limit_rate 2m;\n"
                     "location ~ big.bin$ { return 404; }")]
    leech = web_leech(case, net, torrent, [s.url for s in servers], stay=False)
    leech.wait_done(40)
    leech.compare()
    case.check(servers[0].sent() > 0 and servers[2].sent() > 0,
               "not all of them served")


def web_and_peer(case):
    """Beside a libtorrent seed: both give, and what comes is right."""
    net = Net(case)
    torrent = single(size=24 * MIB + 5)
    tracker = OwnTracker(net)
    seed = Libtorrent(case, net.host("seed"), torrent, tracker.url)
    seed.seed()
    tracker.wait_seeds(torrent, 1)
    web = Nginx(case, net.host("web"), torrent)
    leech = web_leech(case, net, torrent, web.url, tracker.url,
                      options=["--down", "8M"])
    leech.wait_done(40)
    leech.compare()
    case.check(torrent.size // 20 < web.sent() < torrent.size * 19 // 20,
               "nginx sent %d of %d" % (web.sent(), torrent.size))


def add_web(runner):
    runner.add("web-nginx", web_alone(False), LIMIT_S)
    runner.add("web-nginx-https", web_alone(True), LIMIT_S)
    runner.add("web-nginx-several", web_several, LIMIT_S)
    runner.add("web-nginx-and-libtorrent", web_and_peer, LIMIT_S)


def add_swarms(runner):
    runner.add("over-https", over_https, LIMIT_S)
    runner.add("bad-certificate", bad_certificate, LIMIT_S)
    runner.add("mixed-swarm", mixed_swarm, 150, alone=True)
    runner.add("several-seeds", several_seeds, 90)
    runner.add("half-open", half_open, LIMIT_S)
    runner.add("exits-when-done", exits_when_done, LIMIT_S)
    runner.add("killed-and-resumed", killed_and_resumed, 90)
    runner.add("loss-from-libtorrent", with_loss(Libtorrent, Tessera), 90)
    runner.add("loss-to-libtorrent", with_loss(Tessera, Libtorrent), 90)


def main():
    runner = Runner(__doc__)
    parser = runner.parser
    parser.add_argument("--self-test", action="store_true",
                        help="the clients against libtorrent, no tessera")
    parser.add_argument("--tessera", metavar="PATH",
                        default=os.environ.get("TESSERA", "./tessera"))
    parser.add_argument("--npm", metavar="DIR", help="node_modules with "
                        "bittorrent-tracker", default="node_modules")
    args = parser.parse_args()
    args.npm = os.path.abspath(args.npm)
    Tessera.path = os.path.abspath(args.tessera)
    if args.self_test:
        add_self_tests(runner, args)
    else:
        add_pairs(runner, args)
        add_crypt(runner)
        add_swarms(runner)
        add_magnets(runner)
        dht_cases.add(runner)
        finders.add(runner)
        add_gateways(runner)
        add_proxies(runner)
        add_web(runner)
    if not args.list:
        enter_sandbox()
        tls.make_authority()
    return runner.main(args)


sys.exit(main())
