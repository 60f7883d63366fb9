"""Proxies of Debian: microsocks (SOCKS5) and tinyproxy (HTTP). A client that is
told to use one has a firewall that counts, and drops, all that goes elsewhere;
names are known to the proxy's host alone."""
import os
import shutil
import socket

from clients import Libtorrent, Tessera
from gateways import network_words
from netns import Net
from runner import Failure
from torrents import awkward, single
from trackers import OwnTracker

PORT = 1080
USER, PASSWORD = "me", "a secret:@/"

WALL = """table inet wall { counter elsewhere { }
    chain out { type filter hook output priority 0;
        oifname "lo" accept
        ip daddr %s tcp dport %d accept
        icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert,
                      mld2-listener-report } accept
        counter name elsewhere drop; }
}"""


class Proxy:
    def __init__(self, case, net, kind):
        self.case, self.kind = case, kind
        self.host = net.host("proxy")
        self.home = case.new_dir("proxy")
        self.process = None

    def start(self, names):
        """names: {name: address} that it can look up."""
        hosts = os.path.join(self.home, "hosts")
        with open(hosts, "w") as out:
            out.writelines("%s %s\n" % (ip, name) for name, ip in names.items())
        program = {"socks5": "microsocks", "http": "tinyproxy"}[self.kind]
        if not shutil.which(program):
            raise Failure(program + " is missing")
        argv = [program, "-i", self.host.ip4, "-p", PORT, "-u", USER, "-P",
                PASSWORD]
        if self.kind == "http":
            conf = os.path.join(self.home, "conf")
            with open(conf, "w") as out:
                out.write("Port %d\nListen %s\nTimeout 60\nMaxClients 50\n"
                          "BasicAuth %s %s\n"
                          % (PORT, self.host.ip4, USER, "secret"))
            argv = [program, "-d", "-c", conf]
        self.process = self.host.spawn(
            ["unshare", "-m", "sh", "-c",
             "mount --bind '%s' /etc/hosts && exec \"$@\"" % hosts, "sh",
             *argv], program)
        return self

    def url(self, good=True):
        password = "a%20secret%3A%40%2F" if self.kind == "socks5" else "secret"
        return "%s://%s:%s@%s:%d" % (self.kind, USER,
                                     password if good else "wrong",
                                     self.host.ip4, PORT)


def wall_up(host, proxy):
    host.run(["nft", WALL % (proxy.host.ip4, PORT)])


def went_elsewhere(host):
    said = host.run(["nft", "list", "counter", "inet", "wall", "elsewhere"])
    return int(said.split("packets ")[1].split()[0])


def check_the_wall(case, host):
    """It counts: one packet of our own."""
    def send():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            try:
                sock.sendto(b"x", ("10.99.0.200", 53))
            except OSError:
                pass    # dropped
    host.inside(send)
    case.check(went_elsewhere(host) > 0, "the firewall does not count")


def through(kind):
    """A download from a seed that the tracker names, all by the proxy: nothing
    else leaves, though a UDP tracker stands in the torrent and the gateway
    would be asked; the password is printed nowhere."""
    def run(case):
        net = Net(case)
        torrent = awkward()
        tracker = OwnTracker(net)
        Libtorrent(case, net.host("seed"), torrent, tracker.url).seed()
        tracker.wait_seeds(torrent, 1)
        proxy = Proxy(case, net, kind).start({"tracker.test":
                                              tracker.host.ip4})
        named = tracker.url.replace(tracker.host.ip4, "tracker.test")
        leech = Tessera(case, net.host("leech"), torrent,
                        "udp://%s:%d" % (tracker.host.ip4, 6969), named)
        del leech.env["TESSERA_OFFLINE"]
        wall_up(leech.host, proxy)
        leech.leech(options=["--proxy", proxy.url(), "-vv"], stay=False)
        leech.wait_done()
        leech.compare()
        case.equal(went_elsewhere(leech.host), 0, "packets elsewhere")
        check_the_wall(case, leech.host)
        came_from = {a.address for a in tracker.scripted.announces
                     if a.address != "10.99.0.2"}
        case.equal(came_from, {proxy.host.ip4}, "who asked the tracker")
        said = leech.process.out() + leech.process.err()
        case.check("secret" not in said, "the password was printed")
        case.check("all goes by the proxy" in said, "word of the proxy")
    return run


def wrong_password(case):
    """It is said, and nothing goes round the proxy."""
    net = Net(case)
    torrent = single()
    seed = Libtorrent(case, net.host("seed"), torrent).seed()
    proxy = Proxy(case, net, "socks5").start({})
    leech = Tessera(case, net.host("leech"), torrent)
    del leech.env["TESSERA_OFFLINE"]
    wall_up(leech.host, proxy)
    leech.leech(peers=["%s:%d" % (seed.host.ip4, 51413)],
                options=["--proxy", proxy.url(good=False)])

    def told():
        return any("refuses user and password" in words
                   for words in network_words(leech))
    case.wait_for(told, "word of it", 20)
    leech.stop()
    case.equal(went_elsewhere(leech.host), 0, "packets elsewhere")


def add_proxies(runner):
    runner.add("proxy-socks5", through("socks5"), 90)
    runner.add("proxy-http", through("http"), 90)
    runner.add("proxy-wrong-password", wrong_password, 60)
