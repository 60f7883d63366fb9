"""Trackers, each on a host of its own, and one question to all: who is there.

Opentracker speaks HTTP and UDP over IPv4, and serves only the torrents of its
whitelist. The npm package bittorrent-tracker speaks HTTP over IPv6; over UDP
it returns IPv4 peers only, so UDP over IPv6 is served by scripted.py.
"""
import os
import shutil
import socket
import urllib.parse
import urllib.request

from runner import Failure
from scripted import ScriptedTracker
from torrents import bdecode

HERE = os.path.dirname(os.path.abspath(__file__))
PORT = 6969


class Tracker:
    """url is what goes into a torrent. counts() asks over HTTP."""

    def __init__(self, net, name):
        self.case, self.host = net.case, net.host(name)
        self.http = "http://%s:%d/" % (self.host.address, PORT)
        self.url = self.http + "announce"

    def wait_up(self):
        where = (self.host.ip4 or self.host.ip6, PORT)

        def up():
            try:
                socket.create_connection(where, 1).close()
                return True
            except OSError:
                return False
        self.case.wait_for(lambda: self.host.inside(up), "the tracker", 10)

    def counts(self, torrent):
        """(seeds, leeches) by a scrape; one torrent, so one entry: the npm
        tracker spells its key in UTF-8."""
        url = self.http + "scrape?info_hash=" \
            + urllib.parse.quote(torrent.info_hash)

        def ask():
            with urllib.request.urlopen(url, timeout=3) as reply:
                return bdecode(reply.read())
        for entry in self.host.inside(ask)[b"files"].values():
            return entry[b"complete"], entry[b"incomplete"]
        return 0, 0

    def wait_seeds(self, torrent, seeds, limit=30):
        self.case.wait_for(
            lambda: self.counts(torrent)[0] >= seeds,
            "the tracker to know of %d seeds" % seeds, limit, 0.1)


class Opentracker(Tracker):
    def __init__(self, net, torrents, udp=False):
        super().__init__(net, "tracker")
        program = shutil.which("opentracker")
        if not program:
            raise Failure("opentracker is missing")
        if udp:
            self.url = "udp://%s:%d/announce" % (self.host.address, PORT)
        folder = self.case.new_dir("tracker")
        os.chmod(folder, 0o755)
        with open(os.path.join(folder, "whitelist"), "w") as out:
            out.writelines(t.hex + "\n" for t in torrents)
        self.host.spawn([program, "-i", self.host.ip4, "-p", PORT, "-P", PORT,
                         "-d", folder, "-w", "whitelist"])   # it chroots
        self.wait_up()


class NodeTracker(Tracker):
    def __init__(self, net, modules):
        super().__init__(net, "tracker")
        node = shutil.which("node")
        if not node or not os.path.isdir(
                os.path.join(modules, "bittorrent-tracker")):
            raise Failure("bittorrent-tracker is missing in %s "
                          "(./bootstrap check-interop installs it)" % modules)
        self.host.spawn([node, os.path.join(HERE, "tracker6.mjs"), modules,
                         self.host.ip6 or self.host.ip4, PORT])
        self.wait_up()


class OwnTracker(Tracker):
    """The scripted one, in this process: HTTP and UDP, either family; HTTPS
    with tls, a function from its address to an ssl.SSLContext."""

    def __init__(self, net, udp=False, tls=None):
        super().__init__(net, "tracker")
        address = self.host.ip4 or self.host.ip6
        self.scripted = self.host.inside(ScriptedTracker, address, PORT, 1800,
                                         tls(address) if tls else None)
        if tls:
            self.url = "https://%s:%d/announce" % (self.host.address, PORT)
        self.case.defer(self.scripted.close)
        if udp:
            self.url = "udp://%s:%d/announce" % (self.host.address, PORT)

    def counts(self, torrent):
        return self.scripted.counts(torrent.info_hash)
