#!/usr/bin/python3
"""tessera side by side with other clients on this machine, in one run.

  leech    1 GiB from four peers without limit
  latency  64 MiB from one peer 100 ms away that gives 25 MB/s
  seed     the client serves 1 GiB over four connections
  check    the client verifies 1 GiB that is complete
  mse      1 GiB from libtorrent, plain and encrypted: what encryption adds
  mse-seed 1 GiB to libtorrent, the same

Runs are interleaved; the table has medians, and the ratio to libtorrent of the
same run: numbers of two runs are not comparable. Wall is from the start of the
program to its word that it is done; CPU is user and system of all threads; anon is the
peak of anonymous memory. Needs root, as `make check-interop` does.
"""
import argparse
import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
for folder in ("pylib", "interop"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), folder))

from clients import OTHERS, PORT, Libtorrent, Tessera
from netns import Net, enter_sandbox
from runner import Case, Failure
from scripted import ScriptedTracker
from torrents import KIB, MIB, bencode

SEED_PORT, TRACKER_PORT = 7001, 6969
LIMIT_S = 240
CRYPT = ("mse", "mse-seed")     # of two clients, each plain and encrypted
LATENCY_RATE, LATENCY_MS = 25 * 1000 * 1000, 100


class BigTorrent:
    """One big file, made once; what clients.py asks of a torrent."""

    def __init__(self, folder, size, piece_length):
        self.name, self.size = "bench.bin", size
        self.piece_length = piece_length
        self.folder = folder
        self.path = os.path.join(folder, self.name)
        hashes = []
        with open(self.path, "wb") as out:
            for i in range(0, size, piece_length):
                piece = hashlib.shake_128(b"%d" % i).digest(
                    min(piece_length, size - i))
                hashes.append(hashlib.sha1(piece).digest())
                out.write(piece)
        self.info = {"name": self.name, "length": size,
                     "piece length": piece_length,
                     "pieces": b"".join(hashes)}
        self.info_hash = hashlib.sha1(bencode(self.info)).digest()

    def save(self, path, trackers):
        with open(path, "wb") as out:
            out.write(bencode({"announce": trackers[0], "info": self.info}))
        return path

    def write(self, folder):
        os.link(self.path, os.path.join(folder, self.name))

    def same(self, folder):
        return subprocess.run(
            ["cmp", "-s", self.path, os.path.join(folder, self.name)],
            check=False).returncode == 0


class Meter:
    """CPU seconds and memory of a process, read while it lives, so that
    nothing is lost when it is ended."""

    def __init__(self, process):
        self.pid, self.cpu, self.anon, self.rss = process.pid, 0, 0, 0
        self.ended = False

    def read(self):
        try:
            with open("/proc/%d/stat" % self.pid) as file:
                fields = file.read().rsplit(")", 1)[1].split()
            self.cpu = sum(map(int, fields[11:15])) \
                / os.sysconf("SC_CLK_TCK")
            self.ended = fields[0] == "Z"
            with open("/proc/%d/status" % self.pid) as file:
                for line in file:
                    if line.startswith("VmHWM"):
                        self.rss = int(line.split()[1]) / KIB
                    if line.startswith("RssAnon"):
                        self.anon = max(self.anon, int(line.split()[1]) / KIB)
        except (OSError, IndexError):
            self.ended = True
        return self


class Bench:
    """One measurement of one client, in a network of its own."""

    def __init__(self, args, root, torrent, name):
        self.args, self.torrent, self.name = args, torrent, name
        self.case = Case(name, os.path.join(root, "run"), LIMIT_S)
        self.net = Net(self.case)
        self.swarm, self.host = self.net.host("swarm"), self.net.host("client")
        self.tracker = self.swarm.inside(ScriptedTracker, self.swarm.ip4,
                                         TRACKER_PORT)
        self.case.defer(self.tracker.close)
        kind = Tessera if self.is_ours() else OTHERS[self.program()]
        self.client = kind(self.case, self.host, torrent, self.tracker.url())

    def program(self):
        """A name is that of a program, or the same with +rc4: encrypted."""
        return self.name.split("+")[0]

    def is_ours(self):
        return self.program() == "tessera"

    def close(self):
        self.case.cleanup()
        shutil.rmtree(self.case.folder, ignore_errors=True)

    def addresses(self, count):
        """So many addresses for the swarm: some clients take one connection
        from each."""
        found = ["10.99.1.%d" % (i + 1) for i in range(count)]
        for address in found:
            self.swarm.run(["ip", "addr", "add", address + "/32", "dev",
                            "eth0"])
        self.host.run(["ip", "route", "add", "10.99.1.0/24", "via",
                       self.swarm.ip4])
        return found

    def add_peers(self, count, rate=0, delay_ms=0):
        """Peers with an address each, and the tracker that knows them."""
        self.tracker.extra_peers += [(address, SEED_PORT)
                                     for address in self.addresses(count)]
        peer = self.swarm.spawn([
            self.args.peer, "seed", self.torrent.path,
            self.torrent.info_hash.hex(), self.torrent.piece_length,
            SEED_PORT, rate, delay_ms], "peers")
        self.case.wait_for(lambda: "ready" in peer.out(), "the peers", 10)

    def start(self, start):
        """Call start(); return the Meter of what it started, and when."""
        os.sync()
        begun = time.monotonic()
        start()
        return Meter(self.client.process), begun

    def until(self, meter, done, begun):
        """Measure until done() or the end of the process: the row."""
        while not (meter.read().ended or done()):
            if time.monotonic() - begun > LIMIT_S:
                raise Failure("took more than %d s" % LIMIT_S)
            time.sleep(0.005)
        wall = time.monotonic() - begun
        meter.read()
        return wall, meter.cpu, meter.anon, meter.rss

    def says_done(self):
        """Not its end: to sync what is written, and to say goodbye, takes the
        others time too, which is not seen here."""
        if self.is_ours():
            return '"event":"finished"' in self.client.process.out()
        return os.path.exists(self.client.done_path)

    def leech(self):
        options = {"stay": False} if self.is_ours() else {}
        options.update(self.crypt_options())
        meter, begun = self.start(lambda: self.client.leech(**options))
        row = self.until(meter, self.says_done, begun)
        self.case.wait_for(lambda: self.torrent.same(self.client.folder),
                           "the file to be right", 10)
        return row

    def crypt_options(self):
        """How the client under test is told to encrypt, or not to."""
        mode = "required" if self.name.endswith("+rc4") else "off"
        if self.is_ours():
            return {"options": ("--encryption", mode.replace("off", "plain"))}
        self.client.crypt = mode
        return {}

    def other(self):
        """A libtorrent that encrypts as the client under test does."""
        other = Libtorrent(self.case, self.swarm, self.torrent,
                           self.tracker.url())
        other.crypt = "required" if self.name.endswith("+rc4") else "off"
        return other

    def run_mse(self):
        self.other().seed()
        self.case.wait_for(self.complete, "libtorrent to seed", 60)
        return self.leech()

    def run_mse_seed(self):
        other = self.other()
        self.client.seed(**self.crypt_options())
        meter = Meter(self.client.process)
        self.case.wait_for(self.complete, "the client to seed", 60)
        time.sleep(0.5)
        before, begun = meter.read().cpu, time.monotonic()
        other.leech().wait_done(LIMIT_S)
        wall = time.monotonic() - begun
        meter.read()
        return wall, meter.cpu - before, meter.anon, meter.rss

    def run_leech(self):
        self.add_peers(4)
        return self.leech()

    def run_latency(self):
        self.add_peers(1, LATENCY_RATE, LATENCY_MS)
        return self.leech()

    def complete(self):
        """Has the tracker heard that the client lacks nothing?"""
        return any(a.left == 0 for a in self.tracker.announces)

    def run_check(self):
        if self.is_ours():
            self.torrent.write(self.client.folder)
            self.client.argv = lambda existing: [
                Tessera.path, "verify", self.client.metainfo,
                self.client.folder]
            meter, begun = self.start(lambda: self.client.start(True))
        else:
            meter, begun = self.start(self.client.seed)
        return self.until(meter, self.complete, begun)

    def run_seed(self):
        self.client.seed()
        meter = Meter(self.client.process)
        self.case.wait_for(self.complete, "the client to seed", 60)
        time.sleep(0.5)
        before = meter.read().cpu
        wall = float(self.swarm.run([
            self.args.peer, "fetch", self.torrent.size,
            self.torrent.info_hash.hex(), self.torrent.piece_length,
            self.host.ip4, PORT, 64, *self.addresses(4)], LIMIT_S))
        meter.read()
        return wall, meter.cpu - before, meter.anon, meter.rss


def warm(root, size):
    """Fill as many pages as a run will, and give them back. On a virtual machine
    the first touch of a page can cost more than all else, and would be paid by
    whoever runs first."""
    path = os.path.join(root, "warm")
    page = bytes(MIB)
    with open(path, "wb") as out:
        for _ in range(2 * size // MIB):
            out.write(page)
    os.unlink(path)


def measure(what, args, root):
    """All clients, interleaved; {name: [rows]}."""
    size = args.size or (64 if what == "latency" else 1024)
    folder = os.path.join(root, "source")
    os.makedirs(folder, exist_ok=True)
    torrent = BigTorrent(folder, size * MIB, args.piece * KIB)
    names = args.clients.split(",")
    if what in CRYPT:
        names = [name + crypt for name in ("tessera", "libtorrent")
                 for crypt in ("", "+rc4")]
    rows = {name: [] for name in names}
    for i in range(args.runs):
        for name in rows:
            warm(root, torrent.size)
            bench = Bench(args, root, torrent, name)
            try:
                rows[name].append(getattr(bench, "run_"
                                          + what.replace("-", "_"))())
                print("# %s %s %d: %s" % (
                    what, name, i, " ".join("%.2f" % x
                                            for x in rows[name][-1])),
                    file=sys.stderr, flush=True)
            except (Failure, RuntimeError, OSError) as why:
                print("# %s %s %d: FAILED: %s" % (what, name, i, why),
                      file=sys.stderr, flush=True)
            finally:
                bench.close()
    return size, rows


def report(what, size, rows):
    middle = {name: [statistics.median(x) for x in zip(*some)]
              for name, some in rows.items() if some}
    base = middle.get("libtorrent")
    print("\n%s: %d MiB, medians, ratios to libtorrent" % (what, size))
    print("%-13s%8s%7s%8s%7s%9s%10s%10s  runs" % (
        "client", "wall s", "ratio", "CPU s", "ratio", "MB/s", "anon MiB",
        "peak RSS"))
    for name, some in rows.items():
        if not some:
            print("%-13sfailed" % name)
            continue
        wall, cpu, anon, rss = middle[name]
        ratios = ["%7.2f" % (x / y) if y else "%7s" % "" for x, y in
                  zip((wall, cpu), base[:2] if base else (0, 0))]
        speed = size * MIB / wall / 1e6
        print("%-13s%8.2f%s%8.2f%s%9.1f%10.1f%10.1f  %d%s" % (
            name, wall, ratios[0], cpu, ratios[1], speed, anon, rss,
            len(some), "  %.0f %% of the peer's rate"
            % (100 * speed * 1e6 / LATENCY_RATE) if what == "latency" else ""))
    for name in ("tessera", "libtorrent") if what in CRYPT else ():
        if name in middle and name + "+rc4" in middle:
            added = middle[name + "+rc4"][1] - middle[name][1]
            print("%s: encryption adds %.2f CPU s a GiB"
                  % (name, added * 1024 / size))
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    whats = ["leech", "latency", "seed", "check", *CRYPT]
    parser.add_argument("what", nargs="*", metavar="WHAT", default=whats)
    parser.add_argument("-n", "--runs", type=int, default=3)
    parser.add_argument("--size", type=int, help="MiB")
    parser.add_argument("--piece", type=int, default=1024, help="KiB")
    parser.add_argument("--clients",
                        default=",".join(["tessera", *OTHERS]))
    parser.add_argument("--tessera", default="./tessera")
    parser.add_argument("--peer", default="tests/bench/bench_peer",
                        help="the program bench_peer")
    args = parser.parse_args()
    if set(args.what) - set(whats):
        parser.error("WHAT is one of " + ", ".join(whats))
    args.peer = os.path.abspath(args.peer)
    Tessera.path = os.path.abspath(args.tessera)
    enter_sandbox()
    root = tempfile.mkdtemp(prefix="tessera-bench-")
    try:
        for what in args.what:
            report(what, *measure(what, args, root))
    finally:
        shutil.rmtree(root, ignore_errors=True)


main()
