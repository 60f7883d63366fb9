"""Peers found by the DHT alone: no torrent here names a tracker."""
import os
import sys

from clients import HERE, PORT, Libtorrent, Tessera, Transmission
from netns import Net
from torrents import KIB, awkward, single

LIMIT_S = 90
SLOW_LIMIT_S = 180
CROWD = 16


def node_of(client):
    """Where a client's node is, for others to begin with."""
    return (client.host.ip4 or client.host.ip6, PORT)


def pair(seeder, leecher, six=False):
    """Each has the other's node to begin with."""
    def run(case):
        net = Net(case, ip4=not six, ip6=six)
        torrent = awkward()
        seed = seeder(case, net.host("seed"), torrent)
        leech = leecher(case, net.host("leech"), torrent)
        seed.seed(nodes=[node_of(leech)])
        leech.leech(nodes=[node_of(seed)])
        leech.wait_done()
        leech.compare()
    return run


def by_magnet(seeder, leecher, six=False):
    """The leecher has the info-hash, and the seeder's node as its only contact."""
    def run(case):
        net = Net(case, ip4=not six, ip6=six)
        torrent = awkward(piece_length=16 * KIB)
        seed = seeder(case, net.host("seed"), torrent)
        leech = leecher(case, net.host("leech"), torrent)
        seed.seed(nodes=[node_of(leech)])
        leech.leech(nodes=[node_of(seed)],
                    magnet="magnet:?xt=urn:btih:" + torrent.hex)
        leech.wait_done()
        leech.compare()
    return run


def through_a_node(seeder, between, leecher):
    """The two know a third alone, which has nothing of it."""
    def run(case):
        net = Net(case)
        torrent, other = awkward(), single("other.bin", 100 * KIB, 32 * KIB)
        node = between(case, net.host("node"), other)
        node.seed(nodes=[])
        seed = seeder(case, net.host("seed"), torrent)
        seed.seed(nodes=[node_of(node)])
        leech = leecher(case, net.host("leech"), torrent)
        leech.leech(nodes=[node_of(node)])
        leech.wait_done()
        leech.compare()
    return run


def chain(case):
    """Each knows the one before it; the seed is at one end, the leech at the
    other."""
    net = Net(case)
    torrent = awkward()
    kinds = [Libtorrent, Tessera, Libtorrent, Tessera]
    nodes = []
    for i, kind in enumerate(kinds):
        other = single("%d.bin" % i, 100 * KIB, 32 * KIB)
        node = kind(case, net.host("node%d" % i), other)
        node.seed(nodes=[node_of(n) for n in nodes[-1:]])
        nodes.append(node)
    seed = Libtorrent(case, net.host("seed"), torrent)
    seed.seed(nodes=[node_of(nodes[-1])])
    leech = Tessera(case, net.host("leech"), torrent)
    leech.leech(nodes=[node_of(nodes[0])])
    leech.wait_done()
    leech.compare()


def among_many(seeder, leecher, has_magnet=False):
    """Transmission does not look before it knows several nodes."""
    def run(case):
        net = Net(case)
        torrent = awkward()
        crowd = net.host("crowd")
        crowd.spawn([sys.executable, os.path.join(HERE, "lt_crowd.py"),
                     crowd.address, PORT, CROWD], "crowd")
        nodes = [(crowd.address, PORT + i) for i in range(CROWD)]
        seed = seeder(case, net.host("seed"), torrent)
        seed.seed(nodes=nodes)
        leech = leecher(case, net.host("leech"), torrent)
        magnet = {"magnet": "magnet:?xt=urn:btih:" + torrent.hex}
        leech.leech(nodes=nodes, **(magnet if has_magnet else {}))
        leech.wait_done()
        leech.compare()
    return run


def add(runner):
    runner.add("dht-magnet-from-libtorrent", by_magnet(Libtorrent, Tessera),
               LIMIT_S)
    runner.add("dht-magnet-to-libtorrent", by_magnet(Tessera, Libtorrent),
               LIMIT_S)
    runner.add("dht-magnet-ip6", by_magnet(Libtorrent, Tessera, True), LIMIT_S)
    runner.add("dht-magnet-from-transmission",
               among_many(Transmission, Tessera, True), SLOW_LIMIT_S)
    runner.add("dht-from-libtorrent", pair(Libtorrent, Tessera), LIMIT_S)
    runner.add("dht-to-libtorrent", pair(Tessera, Libtorrent), LIMIT_S)
    runner.add("dht-from-transmission", among_many(Transmission, Tessera),
               SLOW_LIMIT_S)
    runner.add("dht-to-transmission", among_many(Tessera, Transmission),
               SLOW_LIMIT_S)
    runner.add("dht-ip6-from-libtorrent", pair(Libtorrent, Tessera, True),
               LIMIT_S)
    runner.add("dht-ip6-to-libtorrent", pair(Tessera, Libtorrent, True),
               LIMIT_S)
    runner.add("dht-by-our-node", through_a_node(Libtorrent, Tessera,
                                                 Libtorrent), LIMIT_S)
    runner.add("dht-by-their-node", through_a_node(Tessera, Libtorrent,
                                                   Tessera), LIMIT_S)
    runner.add("dht-chain", chain, LIMIT_S)
