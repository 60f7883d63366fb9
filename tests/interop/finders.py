"""Peers that are found without a tracker: told by peers (PEX), or heard on the
local network (LSD). What is not under test is off in every client."""
import socket

from clients import PORT, Libtorrent, Tessera, Transmission
from netns import Net
from torrents import KIB, MIB, single
from trackers import Opentracker

SLOW_KIB = 20       # a second: this one alone would take minutes
SIZE = 6 * MIB + 5


def route(client):
    """A way for multicast: there is no default route in these networks."""
    six = client.host.ip4 is None
    client.host.run(["ip", "-6" if six else "-4", "route", "add",
                     "ff00::/8" if six else "224.0.0.0/4", "dev", "eth0"]
                    + (["table", "local"] if six else []))


def by_lsd(seeder, leecher, ip4=True):
    """Two that know nothing of each other, on one network."""
    def run(case):
        net = Net(case, ip4=ip4, ip6=not ip4)
        torrent = single(size=SIZE, piece_length=64 * KIB)
        seed = seeder(case, net.host("seed"), torrent)
        leech = leecher(case, net.host("leech"), torrent)
        for client in seed, leech:
            route(client)
            # Else ours calls on no network that it was not given.
            client.env.pop("TESSERA_OFFLINE", None)
        seed.seed(finders=["lsd"])
        leech.leech(finders=["lsd"])
        leech.wait_done()
        leech.compare()
        leech.stop()
    return run


def wait_listening(case, *clients):
    """One that is dialled in vain is dialled again only after minutes."""
    def listens(client):
        try:
            client.host.inside(socket.create_connection,
                               (client.host.address, PORT), 1).close()
            return True
        except OSError:
            return False
    for client in clients:
        case.wait_for(lambda: listens(client), client.name + " to listen", 20)


def told_by(middle, by_magnet=False):
    """Ours knows one other client alone, which hardly sends; it hears from that
    one where the seed is. By magnet it knows nothing but the hash besides."""
    def run(case):
        net = Net(case)
        torrent = single(size=SIZE, piece_length=64 * KIB)
        tracker = Opentracker(net, [torrent])
        middle(case, net.host("seed"), torrent, tracker.url).seed(
            finders=["pex"])
        tracker.wait_seeds(torrent, 1)
        teller = middle(case, net.host("middle"), torrent, tracker.url)
        teller.leech(finders=["pex"], down_kib=SLOW_KIB, up_kib=SLOW_KIB)
        wait_listening(case, teller)
        ours = Tessera(case, net.host("ours"), torrent)
        link = "magnet:?xt=urn:btih:" + torrent.hex
        ours.leech(finders=["pex"], options=["--log", "peer=debug"],
                   peers=["%s:%d" % (teller.host.address, PORT)],
                   magnet=link if by_magnet else None)
        ours.wait_done()
        ours.compare()
        case.check("pex of %s" % teller.host.address in ours.process.err(),
                   "nothing was told")
        ours.stop()
    return run


def tells(leecher):
    """Ours knows a seed and a leech, which knows nobody: it fetches from the
    seed what ours, which hardly sends, told it of."""
    def run(case):
        net = Net(case)
        torrent = single(size=SIZE, piece_length=64 * KIB)
        seed = leecher(case, net.host("seed"), torrent)
        seed.seed(finders=["pex"])
        leech = leecher(case, net.host("leech"), torrent)
        leech.leech(finders=["pex"])
        wait_listening(case, seed, leech)
        rate = "%dK" % SLOW_KIB
        Tessera(case, net.host("ours"), torrent).leech(
            finders=["pex"], options=["--down", rate, "--up", rate],
            peers=["%s:%d" % (c.host.address, PORT) for c in (seed, leech)])
        leech.wait_done()
        leech.compare()
    return run


def add(runner):
    for name, client in (("transmission", Transmission),
                         ("libtorrent", Libtorrent)):
        runner.add("lsd-from-" + name, by_lsd(client, Tessera), 60)
        runner.add("lsd-to-" + name, by_lsd(Tessera, client), 60)
        # A minute and a half, when what was to tell was not there at once.
        runner.add("pex-from-" + name, told_by(client), 120)
        runner.add("pex-magnet-from-" + name, told_by(client, True), 120)
        runner.add("pex-to-" + name, tells(client), 120)
    runner.add("lsd-tessera-ip6", by_lsd(Tessera, Tessera, ip4=False), 60)
    runner.add("lsd-from-libtorrent-ip6",
               by_lsd(Libtorrent, Tessera, ip4=False), 60)
