"""One class a client, all driven alike:

    client = Transmission(case, host, torrent, tracker_url)
    client.seed()     all data is laid out first; or
    client.leech()    starts empty, or with `pieces`, and goes on seeding
    client.wait_done(); client.compare(); client.stop()

DHT, PEX, LSD, uTP and port mapping are off, but for those of "pex" and "lsd"
that are in `finders`: a peer that is not there cannot help. Their encryption is
off too, unless `crypt` says what it is to be.
"""
import json
import os
import shutil
import sys

from runner import Failure

PORT = 51413
HERE = os.path.dirname(os.path.abspath(__file__))


def in_url(address):
    """An address as it stands before :PORT."""
    return "[%s]" % address if ":" in address else address



class Client:
    program = None      # what must be on PATH
    leaves = ()         # ends of names that it may leave beside the data
    poll_s = 0.05       # how often to ask whether it is done
    makes_empty = True  # files of no bytes too
    crypt = "off"       # or "on", "required"

    def __init__(self, case, host, torrent, *trackers):
        self.case, self.host, self.torrent = case, host, torrent
        self.name = host.name
        self.home = case.new_dir(self.name, "home")
        self.folder = case.new_dir(self.name, "data")
        self.done_path = case.path(self.name, "done")
        self.trackers = trackers
        self.metainfo = torrent.save(
            case.path(self.name, "a.torrent"), trackers)
        self.process = None
        if self.program and not shutil.which(self.program):
            raise Failure(self.program + " is missing")
        self.env = dict(os.environ, HOME=self.home, LC_ALL="C.UTF-8",
                        XDG_CONFIG_HOME=self.home, XDG_DATA_HOME=self.home,
                        XDG_STATE_HOME=self.home, TERM="xterm",
                        TESSERA_OFFLINE="1")

    def seed(self, **options):
        self.torrent.write(self.folder)
        return self.start(existing=True, **options)

    def leech(self, pieces=None, **options):
        if pieces is not None:
            self.torrent.write(self.folder, pieces)
        return self.start(existing=pieces is not None, **options)

    def start(self, existing, **options):
        self.process = self.host.spawn(self.argv(existing, **options),
                                       self.name, env=self.env)
        return self

    def argv(self, existing, **options):
        raise NotImplementedError

    def done(self):
        """Has it said that it has all?"""
        if os.path.exists(self.done_path):
            return True
        if not self.process.alive():
            raise Failure("%s ended with status %d before it was done"
                          % (self.name, self.process.wait()))
        return False

    def wait_done(self, limit=None):
        self.case.wait_for(self.done, self.name + " to finish", limit,
                           self.poll_s)

    def compare(self):
        self.case.same_files(self.torrent, self.folder, self.leaves,
                             self.makes_empty)

    def give_metadata(self):
        """Be ready to give the torrent's metadata to others."""

    def stop(self):
        return self.process.stop()

    def done_script(self):
        """A program that touches done_path."""
        path = os.path.join(self.home, "done.sh")
        with open(path, "w") as out:
            out.write("#!/bin/sh\n: >'%s'\n" % self.done_path)
        os.chmod(path, 0o755)
        return path

    def write_home(self, name, text):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(text)
        return path


class Transmission(Client):
    program = "transmission-daemon"
    makes_empty = False

    def start(self, existing, **options):
        """It gives others the metadata from a file of this name only; but what
        has that name when it starts it takes for old, and does not check."""
        super().start(existing, **options)
        self.case.wait_for(
            lambda: self.torrent.name in self.process.err(),
            self.name + " to have loaded the torrent", 20)
        shutil.copy(self.metainfo, os.path.join(
            self.home, "torrents", self.torrent.hex + ".torrent"))
        return self

    def argv(self, existing, finders=(), down_kib=0, up_kib=0, nodes=None):
        """nodes: (address, port) of those that its DHT begins with; None: it has
        no DHT."""
        self.write_home("dht.bootstrap", "".join(
            "%s %d\n" % node for node in nodes or ()))
        self.write_home("settings.json", json.dumps({
            "dht-enabled": nodes is not None, "lpd-enabled": "lsd" in finders,
            "pex-enabled": "pex" in finders,
            "speed-limit-down-enabled": down_kib > 0,
            "speed-limit-down": down_kib,
            "speed-limit-up-enabled": up_kib > 0, "speed-limit-up": up_kib,
            "utp-enabled": False, "port-forwarding-enabled": False,
            "encryption": ("off", "on", "required").index(self.crypt),
            "peer-port": PORT, "download-dir": self.folder,
            "bind-address-ipv4": self.host.ip4 or "0.0.0.0",
            "bind-address-ipv6": self.host.ip6 or "::",
            "rpc-enabled": False, "message-level": 3, "umask": 18,
            "rename-partial-files": False, "start-added-torrents": True,
            "script-torrent-done-enabled": True,
            "script-torrent-done-filename": self.done_script()}))
        folder = os.path.join(self.home, "torrents")
        os.mkdir(folder)
        shutil.copy(self.metainfo, os.path.join(folder, "a.torrent"))
        return [self.program, "-f", "-g", self.home]

    def give_metadata(self):
        """By this name it finds them; were it there at the start, it would
        not check the data."""
        shutil.copy(self.metainfo, os.path.join(
            self.home, "torrents", self.torrent.hex + ".torrent"))


class Aria2(Client):
    program = "aria2c"
    leaves = (".aria2",)

    def argv(self, existing):
        udp = any(url.startswith("udp:") for url in self.trackers)
        # Without DHT it has no UDP trackers; nobody is there to talk DHT to.
        argv = [self.program, "--no-conf",
                "--enable-dht=%s" % ("true" if udp else "false"),
                "--dht-file-path=%s/dht" % self.home,
                "--enable-dht6=false", "--bt-enable-lpd=false",
                "--enable-peer-exchange=false", "--seed-ratio=0",
                "--listen-port=%d" % PORT, "--dir=" + self.folder,
                "--file-allocation=none", "--console-log-level=notice",
                "--summary-interval=0", "--allow-overwrite=true",
                "--disable-ipv6=%s" % ("false" if self.host.ip6 else "true"),
                "--bt-request-peer-speed-limit=1024M",
                "--on-bt-download-complete=" + self.done_script()]
        if self.crypt == "required":
            argv += ["--bt-require-crypto=true", "--bt-min-crypto-level=arc4"]
        if existing:
            argv += ["--check-integrity=true", "--bt-hash-check-seed=true"]
        return argv + [self.metainfo]


class Rtorrent(Client):
    program = "rtorrent"
    CRYPT = {"off": "none", "on": "allow_incoming,try_outgoing,enable_retry",
             "required": "require,require_RC4,allow_incoming,try_outgoing"}

    def argv(self, existing):
        session = os.path.join(self.home, "session")
        os.mkdir(session)
        rc = self.write_home("rc", "\n".join([
            "system.daemon.set = true",
            "directory.default.set = " + self.folder,
            "session.path.set = " + session,
            "network.port_range.set = %d-%d" % (PORT, PORT),
            "network.port_random.set = no",
            "dht.mode.set = disable",
            "protocol.pex.set = no",
            "trackers.use_udp.set = yes",
            "protocol.encryption.set = " + self.CRYPT[self.crypt],
            'log.open_file = "log", %s/logs/%s.log'
            % (self.case.folder, self.name),
            *('log.add_output = "%s", "log"' % topic
              for topic in ("info", "warn")),
            'method.set_key = event.download.finished, done, '
            '"execute = %s"' % self.done_script(),
            "load.start = " + self.metainfo]) + "\n")
        return [self.program, "-n", "-o", "import=" + rc]


class Libtorrent(Client):
    """Its crypt may also be "plaintext": a handshake is required, and no
    more."""
    leaves = (".parts",)

    def argv(self, existing, finders=(), down_kib=0, up_kib=0, nodes=None,
             magnet=None):
        """nodes: as Transmission's."""
        argv = [sys.executable, os.path.join(HERE, "lt.py"),
                magnet or self.metainfo, self.folder, self.host.address, PORT,
                self.done_path, up_kib << 10, down_kib << 10,
                ",".join(finders), self.crypt]
        if nodes is not None:
            argv.append(",".join("%s:%d" % (in_url(address), port)
                                 for address, port in nodes) or "-")
        return argv

    def counts(self):
        """Its payload counters: up, down, failed."""
        with open(self.done_path + ".counts") as file:
            return json.load(file)


class Qbittorrent(Client):
    program = "qbittorrent-nox"
    leaves = (".parts",)

    def argv(self, existing):
        self.write_home("qBittorrent/config/qBittorrent.conf", """
[LegalNotice]
Accepted=true
[AutoRun]
enabled=true
program=%s
[BitTorrent]
Session\\BTProtocol=TCP
Session\\DHTEnabled=false
Session\\PeXEnabled=false
Session\\LSDEnabled=false
Session\\Encryption=%d
Session\\Port=%d
Session\\DefaultSavePath=%s
Session\\QueueingSystemEnabled=false
Session\\ValidateHTTPSTrackerCertificate=false
Session\\SSRFMitigation=false
Session\\InterfaceAddress=%s
[Network]
PortForwardingEnabled=false
[Preferences]
WebUI\\Address=127.0.0.1
WebUI\\UseUPnP=false
""" % (self.done_script(), {"off": 2, "on": 0, "required": 1}[self.crypt], PORT, self.folder, self.host.ip4 or self.host.ip6))
        return [self.program, "--profile=" + self.home, "--webui-port=8080",
                "--add-paused=false", "--save-path=" + self.folder,
                self.metainfo]


class Tessera(Client):
    """The client under test; path is set by the command line."""
    path = None
    poll_s = 0.3
    stay = True

    def argv(self, existing, peers=(), options=(), stay=True, finders=(),
             nodes=None, magnet=None):
        """nodes: as Transmission's."""
        argv = [self.path, "get", "--json", "--dir", self.folder, "--port",
                PORT, *("--no-" + name for name in ("pex", "lsd")
                        if name not in finders)]
        if nodes is None:
            argv.append("--no-dht")
        else:
            argv += ["--log", "dht=debug"]
        for address, port in nodes or ():
            argv += ["--dht-node", "%s:%d" % (in_url(address), port)]
        for peer in peers:
            argv += ["--peer", peer]
        self.stay = stay
        return argv + (["--seed"] if stay else []) + list(options) \
            + [magnet or self.metainfo]

    def done(self):
        """Without --seed its end says so; with it, the tracker is told and
        the JSON lines say it: the data on disk are the proof."""
        if not self.process.alive():
            status = self.process.wait()
            if status or self.stay:
                raise Failure("%s ended with status %d" % (self.name, status))
            return True
        return self.stay and not self.torrent.differences(self.folder)


OTHERS = {"transmission": Transmission, "aria2": Aria2, "rtorrent": Rtorrent,
          "libtorrent": Libtorrent, "qbittorrent": Qbittorrent}
