"""What the terminal UI costs while the program runs, in a pseudo-terminal: one line a
measure, with its bound. draw is tests/bench/ui_bench.c, without a terminal.
Usage: ui_bench.py PROGRAM UI_BENCH [draw|traffic|cost|memory|keys]..."""

import hashlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "pylib"))
sys.dont_write_bytecode = True

import ptyrun
from ptyrun import Terminal
from torrents import MIB, bencode

PROGRAM, DRAW_PROGRAM = map(os.path.abspath, sys.argv[1:3])
KIB = 1024
TRAFFIC_S = 10
IDLE_S = 10
# Thousands of torrents take their time to begin.
ptyrun.PATIENCE_S = 180
# The state of a torrent that came is saved a quarter of a minute later.
QUIET_S = 20
# Each takes 12 s: what opening the UI costs once is in it, but as it is in a download,
# not in the shortest that there may be. What others do on the machine adds to either
# side, by far more than the bound; the median of many is near the truth.
RUNS = 7
COST_SIZE, COST_RATE = 192 * MIB, 16 * MIB
N_KEYS = 200
TABS = {"list": "", "overview": "\r1", "pieces": "\r2", "peers": "\r3",
        "files": "\r4", "trackers": "\r5", "graph": "\r6", "log": "\r7"}

is_over = False


def report(name, value, bound, unit):
    global is_over
    ok = value < bound
    is_over = is_over or not ok
    print(f"{name:<52} {value:9.3f}  < {bound:<7g} {unit:<6} "
          f"{'ok' if ok else 'over'}", flush=True)


def demo(home, size, rate):
    t = Terminal([PROGRAM, "demo", "--size", str(size), "--rate", str(rate)],
                 home)
    t.wait_until(lambda: t.screen.shows("act/1"), "the list")
    return t


def leave(t):
    """At once: what is saved then is not what is measured."""
    t.type("Q")
    t.pump_for(0.3)
    t.type("Q")
    t.wait()
    t.close()


def traffic(home):
    """Bytes a second to an 80x24 terminal, each tab, while the demo downloads."""
    t = demo(home, 256 * MIB, 2 * MIB)
    for name, keys in TABS.items():
        t.type(keys)
        t.pump_for(1.5)
        before = len(t.output)
        t.pump_for(TRAFFIC_S)
        report(f"traffic at 80x24, {name}",
               (len(t.output) - before) / TRAFFIC_S / 1000, 4, "kB/s")
        if keys:
            t.type("\x1b")
            t.pump_for(0.3)
    leave(t)


class Sink:
    """A torrent of COST_SIZE bytes and its seed, which is tessera itself."""

    def __init__(self, home):
        self.home = home
        self.torrent = os.path.join(home, "x.torrent")
        seed_dir = os.path.join(home, "seed")
        os.mkdir(seed_dir)
        pieces = []
        with open(os.path.join(seed_dir, "x.bin"), "wb") as out:
            for i in range(COST_SIZE // (256 * KIB)):
                piece = hashlib.shake_128(b"%d" % i).digest(256 * KIB)
                pieces.append(hashlib.sha1(piece).digest())
                out.write(piece)
        with open(self.torrent, "wb") as out:
            out.write(bencode({"info": {
                "name": "x.bin", "length": COST_SIZE,
                "piece length": 256 * KIB, "pieces": b"".join(pieces)}}))
        self.port = 20000 + os.getpid() % 20000
        self.seed = subprocess.Popen(
            [PROGRAM, "get", "-q", "--seed", "--no-lsd", "-p", str(self.port), "--bind",
             "127.0.0.1", "-d", seed_dir, self.torrent],
            env=self.environment("seed-state"))
        time.sleep(1.5)

    def environment(self, state):
        return {"XDG_STATE_HOME": os.path.join(self.home, state),
                "HOME": self.home, "PATH": os.environ["PATH"],
                "TESSERA_OFFLINE": "1"}

    def run(self, turn, has_ui):
        """CPU seconds of one download, at a rate that both reach."""
        folder = os.path.join(self.home, f"leech-{turn}-{has_ui}")
        os.mkdir(folder)
        words = ["-p", "0", "--no-lsd", "-d", folder, "--peer",
                 f"127.0.0.1:{self.port}",
                 "--down", str(COST_RATE), self.torrent]
        if not has_ui:
            words = ["get", "-q"] + words
        t = Terminal([PROGRAM] + words, folder)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        if has_ui:
            t.wait_for("act/1")
            t.type("\r3")
            t.wait_for("finished")
            t.type("Q")
        assert t.wait() == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        t.close()
        assert os.path.getsize(os.path.join(folder, "x.bin")) == COST_SIZE
        shutil.rmtree(folder)
        return after.ru_utime + after.ru_stime - \
            before.ru_utime - before.ru_stime

    def close(self):
        self.seed.terminate()
        self.seed.wait()


def cost(home):
    """CPU of a download with the UI open on its peers, above that of get."""
    sink = Sink(home)
    with_ui, without = [], []
    try:
        for turn in range(RUNS):
            without.append(sink.run(turn, False))
            with_ui.append(sink.run(turn, True))
    finally:
        sink.close()
    base = statistics.median(without)
    report(f"CPU of a download with the UI, above {base:.2f} s",
           (statistics.median(with_ui) / base - 1) * 100, 3, "%")


def make_torrents(home, n):
    """n small torrents that are complete, without a tracker."""
    paths = []
    for i in range(n):
        data = hashlib.shake_128(b"idle %d" % i).digest(16 * KIB)
        name = f"torrent-{i:05}.bin"
        with open(os.path.join(home, name), "wb") as out:
            out.write(data)
        info = {"name": name, "length": len(data), "piece length": 16 * KIB,
                "pieces": hashlib.sha1(data).digest()}
        paths.append(os.path.join(home, name + ".torrent"))
        with open(paths[-1], "wb") as out:
            out.write(bencode({"info": info}))
    return paths


def idle_client(home, n):
    t = Terminal([PROGRAM, "-p", "0", "--no-lsd"] + make_torrents(home, n), home)
    t.wait_for(f"/{n} ")
    t.wait_until(lambda: not t.screen.shows(" C ") and
                 t.screen.shows(" S "), "all of them checked")
    # What it learned at the start is saved meanwhile.
    t.pump_for(QUIET_S)
    while time.time() - newest(home) < QUIET_S:
        t.pump_for(1)
    return t


def newest(folder):
    """When something in it was last written."""
    times = [os.path.getmtime(os.path.join(path, name))
             for path, folders, names in os.walk(folder)
             for name in folders + names]
    return max(times, default=0)


def memory(home):
    """What a client costs that has nothing to do."""
    for n, bound_mib, bound_pct in ((10, 16, 0.6), (1000, 40, 0.6)):
        folder = os.path.join(home, str(n))
        os.mkdir(folder)
        t = idle_client(folder, n)
        before = t.cpu_s()
        t.pump_for(IDLE_S)
        report(f"CPU of {n} idle torrents, of one core",
               (t.cpu_s() - before) / IDLE_S * 100, bound_pct, "%")
        report(f"resident, {n} idle torrents", t.rss_kib() / 1024, bound_mib,
               "MiB")
        leave(t)


def keys(home):
    """From a key to what it changes on the screen, with many torrents."""
    t = idle_client(home, 5000)
    took = []
    for i in range(N_KEYS):
        t.pump(0)
        before = len(t.output)
        began = time.monotonic()
        t.type("jkGg"[i % 4])
        while len(t.output) == before and t.pump(1):
            pass
        took.append((time.monotonic() - began) * 1000)
        t.pump_for(0.02)
    took.sort()
    report("key to screen, 5,000 torrents, p99, in a pty",
           took[N_KEYS * 99 // 100], 50, "ms")
    before = t.cpu_s()
    t.pump_for(IDLE_S)
    report("CPU of 5,000 idle torrents, of one core",
           (t.cpu_s() - before) / IDLE_S * 100, 2, "%")
    leave(t)


def draw(_home):
    """What drawing costs by itself."""
    global is_over
    sys.stdout.flush()
    is_over = subprocess.run([DRAW_PROGRAM]).returncode != 0 or is_over


MEASURES = {f.__name__: f for f in (draw, traffic, cost, memory, keys)}


def main():
    names = sys.argv[3:] or list(MEASURES)
    unknown = [name for name in names if name not in MEASURES]
    if unknown:
        sys.exit("ui_bench: no measure %s: they are %s"
                 % (", ".join(unknown), ", ".join(MEASURES)))
    for name in names:
        home = tempfile.mkdtemp(prefix="tessera-bench.")
        try:
            MEASURES[name](home)
        finally:
            shutil.rmtree(home, ignore_errors=True)
    sys.exit(is_over)


main()
