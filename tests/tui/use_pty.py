"""What a user does with torrents in the terminal UI, in a pseudo-terminal and with
scripted peers on loopback: adding, removing, being killed, full disks, silent trackers.
The terminal itself is in_pty.py's. Usage: use_pty.py PROGRAM [CASE]..."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "pylib"))
sys.dont_write_bytecode = True

import mmdb
import ptycases
from metapeer import MetadataPeer
from ptyrun import PATIENCE_S, SLOWNESS, Terminal
from scripted import ScriptedTracker
from torrents import KIB, MIB, Torrent, single
from wirepeer import Seed, connect, fetch_all

PROGRAM = os.path.abspath(sys.argv[1])
NOBODY = 65534
MAGNET = "magnet:?xt=urn:btih:" + "3b1de9cb70" * 4


class Place:
    """Folders of a user who never had this program: home, dl to start it in, tmp, and
    in root what is not to be seen by it."""

    def __init__(self, root):
        self.root = root
        self.home, self.dl, self.tmp = (
            self.folder(name) for name in ("home", "dl", "tmp"))

    def folder(self, name):
        path = os.path.join(self.root, name)
        os.mkdir(path)
        return path

    def save(self, torrent, trackers=(), name=None):
        """Its .torrent, in root."""
        return torrent.save(os.path.join(
            self.root, (name or torrent.name) + ".torrent"), trackers)

    def start(self, *args, h=30, w=160, wrap=(), port=("-p", "0"), **more):
        return Terminal([*wrap, PROGRAM, "--no-lsd", *port, *args], self.home, h=h, w=w,
                        cwd=self.dl, XDG_STATE_HOME=None, TMPDIR=self.tmp,
                        **more)


def row(t, name):
    """The torrent's row in the list, or ""."""
    return next((line for line in t.screen.lines()[2:]
                 if name in line and re.match(r"..[A-Z!] ", line)), "")


def letter(t, name):
    return row(t, name)[2:3]


def done_pct(t, name):
    found = re.search(r"[A-Z!] +(\d+\.\d) ", row(t, name))
    return float(found.group(1)) if found else -1.0


def wait_letter(t, name, letters):
    t.wait_until(lambda: letter(t, name) in letters and letter(t, name),
                 f"{letters} at {name}")


def select(t, name):
    """Put the cursor on the torrent, each key after the last one was obeyed."""
    def place(wanted):
        """Which line of the screen has that row, or None."""
        return next((y for y, line in enumerate(t.screen.lines())
                     if y > 1 and re.match(wanted, line)), None)

    def cursor():
        return place(r"[>▶].[A-Z!] ")

    def torrent():
        return place(rf"..[A-Z!] .*{re.escape(name)}")

    for _ in range(20):
        t.wait_until(lambda: None not in (cursor(), torrent()),
                     f"cursor and {name}")
        here, there = cursor(), torrent()
        if here == there:
            return
        t.type("j" if here < there else "k")
        t.wait_until(lambda: cursor() not in (None, here), "a step")
    raise AssertionError(f"{name} cannot be reached:\n" +
                         "\n".join(t.screen.lines()))


def leave(t):
    t.type("Q")
    assert t.wait() == 0, t.process.returncode
    t.check_given_back()
    assert not t.screen.unknown, t.screen.unknown
    t.close()
    return t


def below(folder):
    """What is in it and its folders, as paths."""
    return sorted(os.path.relpath(os.path.join(here, name), folder)
                  for here, folders, names in os.walk(folder)
                  for name in folders + names)


def two_files(name):
    return Torrent(name, 64 * KIB, files=[("first.bin", MIB),
                                          ("second.bin", MIB)])


# Check 1.

def starts_at_once_and_makes_nothing_but_its_state(root):
    place = Place(root)
    torrent = single("file.bin", 4 * MIB, 64 * KIB)
    seed = Seed(torrent, rate=MIB)
    path = place.save(torrent)
    began = time.monotonic()
    t = place.start(path, "--peer", seed.where, port=(), h=24, w=80)
    t.wait_until(lambda: done_pct(t, "file.bin") > 0, "progress")
    took_s = time.monotonic() - began
    print(f"progress after {took_s:.2f} s")
    assert took_s < 5, "that is no time to wait"
    wait_letter(t, "file.bin", "S")
    leave(t)
    found = {p.split("/tessera")[0] for p in below(place.home)
             if p not in (".local", ".local/state")}
    assert found == {".local/state"}, below(place.home)
    assert below(place.dl) == ["file.bin"] and not below(place.tmp)
    assert not torrent.differences(place.dl)


# Check 3.

def is_told_in_letters_alone(root):
    """LANG=C, a vt100, no colour: one of each state that can be had at will."""
    place = Place(root)
    names = ["gets.bin", "seeds.bin", "stands.bin", "waits.bin", "alone.bin",
             "broken.bin"]
    torrents = {n: single(n, 2 * MIB, 64 * KIB) for n in names}
    torrents["seeds.bin"].write(place.dl)
    os.mkdir(os.path.join(place.dl, "broken.bin"))
    seed = Seed(torrents["gets.bin"], rate=64 * KIB)
    t = place.start(*(place.save(torrents[n]) for n in names), MAGNET,
                    "--peer", seed.where, LANG="C", TERM="vt100", NO_COLOR="1")
    wait_letter(t, "gets.bin", "D")
    wait_letter(t, "seeds.bin", "S")
    wait_letter(t, "alone.bin", "!")
    wait_letter(t, "broken.bin", "E")
    wait_letter(t, "3b1de9cb70", "M")
    select(t, "stands.bin")
    t.type("p")
    wait_letter(t, "stands.bin", "P")
    select(t, "gets.bin")
    t.type(":set max-active-downloads 1\r")
    wait_letter(t, "waits.bin", "Q")
    for name in ("waits.bin", "broken.bin", "3b1de9cb70"):
        assert "(" in row(t, name), f"no cause: {row(t, name)!r}"
    leave(t)
    text = re.sub(rb"\x1b([()][A-Z0-9]|\[[0-9;?]*[a-zA-Z]|[=>78HM])", b"",
                  t.output)
    odd = set(text) - set(range(0x20, 0x7f)) - set(b"\r\n\b\x0e\x0f\t")
    assert not odd, odd
    colours = {s for s in t.screen.looks if re.search("(^|;)[349][0-7]", s)}
    assert not colours, colours


# Check 6.

def says_why_nothing_comes(root):
    """No peers, no right to write, and a file where a folder should be, which is not
    added; then a volume that is not there at the next start, until it is."""
    place = Place(root)
    names = ["lonely.bin", "locked.bin", "hidden.bin", "lost.bin"]
    torrents = {n: single(n, MIB, 64 * KIB) for n in names}
    paths = {n: place.save(torrents[n]) for n in names}
    folders = {"locked.bin": place.folder("locked"),
               "hidden.bin": os.path.join(root, "hidden"),
               "lost.bin": os.path.join(place.folder("mnt"), "volume")}
    os.mkdir(folders["lost.bin"])
    with open(folders["hidden.bin"], "w"):
        pass
    wrap = as_nobody(place) if os.geteuid() == 0 else ()
    os.chmod(folders["locked.bin"], 0o555)
    seed = Seed(torrents["locked.bin"])
    t = place.start(paths["lonely.bin"], "--peer", seed.where, wrap=wrap)
    wait_letter(t, "lonely.bin", "!")
    t.wait_until(lambda: "(no peers" in row(t, "lonely.bin"), "a cause")
    for name in ("locked.bin", "lost.bin", "hidden.bin"):
        fill_in(t, paths[name], folders[name])
    t.wait_for("not a folder")
    leave(t)
    os.rmdir(folders["lost.bin"])
    os.chmod(os.path.dirname(folders["lost.bin"]), 0o555)
    t = place.start(wrap=wrap)
    wait_letter(t, "lonely.bin", "!")
    for name, why in (("locked.bin", "ermission denied"),
                      ("lost.bin", "volume: ")):
        wait_letter(t, name, "E")
        select(t, name)
        t.wait_until(lambda: why in row(t, name), f"{why!r} at {name}")
        t.wait_for("why: ")
    os.chmod(os.path.dirname(folders["lost.bin"]), 0o755)
    os.mkdir(folders["lost.bin"])
    if wrap:
        os.chown(folders["lost.bin"], NOBODY, NOBODY)
    t.type("p")
    wait_letter(t, "lost.bin", "!")
    leave(t)


def as_nobody(place):
    """What to put before a command line, for root is forbidden nothing."""
    if shutil.which("setpriv") is None:
        raise ptycases.Skip("root, and no setpriv here")
    global PROGRAM
    PROGRAM = shutil.copy(PROGRAM, os.path.join(place.root, "tessera"))
    os.chmod(place.root, 0o755)
    for here, _, _ in os.walk(place.root):
        if here != place.root:
            os.chown(here, NOBODY, NOBODY)
    return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
            "--clear-groups")


def fill_in(t, source, folder):
    """Add by the dialog, to be saved in the folder."""
    t.type("a")
    t.wait_for("source")
    t.type(source + "\r")
    t.wait_for(" pieces, ")
    # Tab goes on from a path that is whole.
    t.type("\t\x15" + folder)
    t.wait_for(folder + "_")
    t.type("\r")
    t.wait_for("Done%")


# Check 8.

def label(t, name, word):
    select(t, name)
    t.type("T")
    t.wait_for("label:")
    t.type("\x15" + word + "\r")
    t.wait_until(lambda: word in row(t, name), f"{word} at {name}")


def check_kept(t):
    """The session of three that killed() left."""
    wait_letter(t, "kept set", "D!S")
    wait_letter(t, "seeds.bin", "S")
    wait_letter(t, "stands.bin", "P")
    assert "blue" in row(t, "kept set"), row(t, "kept set")
    assert "red" in row(t, "stands.bin"), row(t, "stands.bin")
    assert "100.0" in row(t, "seeds.bin"), row(t, "seeds.bin")


def goes_on_after(root, number):
    """Ended by the signal on the way, twice: at the second start nothing is checked
    but the file that was being written."""
    place = Place(root)
    torrent = Torrent("kept set", 64 * KIB, files=[("first.bin", 2 * MIB),
                                                   ("second.bin", 4 * MIB)])
    seeds, stands = (single(n, 2 * MIB, 64 * KIB)
                     for n in ("seeds.bin", "stands.bin"))
    seeds.write(place.dl)
    seed = Seed(torrent, rate=2 * MIB)
    t = place.start(*(place.save(x) for x in (torrent, seeds, stands)),
                    "--peer", seed.where, "--sequential")
    wait_letter(t, "seeds.bin", "S")
    label(t, "kept set", "blue")
    label(t, "stands.bin", "red")
    t.type("p")
    wait_letter(t, "stands.bin", "P")
    t.wait_until(lambda: done_pct(t, "kept set") > 40, "two fifths")
    select(t, "kept set")
    t.type("p")
    wait_letter(t, "kept set", "P")
    leave(t)
    sent = seed.payload

    t = place.start()
    t.wait_until(lambda: done_pct(t, "kept set") > 40, "two fifths")
    select(t, "kept set")
    t.type("p\r3A")
    t.wait_for("peer, as")
    t.type(seed.where + "\r\x1b")
    t.wait_for("Done%")
    before = done_pct(t, "kept set")
    t.wait_until(lambda: done_pct(t, "kept set") > before + 10, "more")
    before = done_pct(t, "kept set")
    t.process.send_signal(number)
    t.wait()
    t.close()
    assert seed.payload > sent

    t = place.start()
    check_kept(t)
    t.wait_until(lambda: done_pct(t, "kept set") >= before - 5,
                 f"{before}, as before")
    t.type("e")
    if number == signal.SIGKILL:
        t.wait_for("checked are right")
        text = "\n".join(t.screen.lines())
        checked = re.findall(r"(\d+) of (\d+) pieces checked", text)
        assert len(checked) == 1, text
        print(f"{checked[0][1]} of {torrent.n_pieces} pieces were checked")
        assert int(checked[0][1]) <= 64, "more than the second file"
    else:
        t.pump_for(0.5)
        assert not t.screen.shows("pieces checked"), t.screen.lines()
    t.type("\x1b")
    t.wait_for("Done%")
    select(t, "kept set")
    t.type("\r3A")
    t.wait_for("peer, as")
    t.type(seed.where + "\r\x1b")
    wait_letter(t, "kept set", "S")
    leave(t)
    assert not torrent.differences(place.dl, ignore=("seeds.bin",))
    assert seed.repeats() < 2 * MIB, f"{seed.repeats()} bytes came twice"


def goes_on_after_a_kill(root):
    goes_on_after(root, signal.SIGKILL)


def goes_on_after_a_hang_up(root):
    goes_on_after(root, signal.SIGHUP)


# Check 9.

def waits_for_space_and_goes_on(root):
    """A file system with room for half of it: what seeds there goes on, it is said
    once, and it ends by itself when there is space."""
    wrap = ["unshare", "-m"] + ([] if os.geteuid() == 0 else ["-r"]) + [
        "sh", "-c", 'mount -t tmpfs -o size=5m none "$1" && cp "$1"/../had.bin'
        ' "$1" && head -c 3000000 /dev/zero >"$1/ballast" && shift && '
        'exec "$@"', "sh"]
    place = Place(root)
    had, comes = (single(n, MIB + x, 64 * KIB)
                  for n, x in (("had.bin", 0), ("comes.bin", MIB)))
    had.write(root)
    disk = place.folder("disk")
    if subprocess.run([*wrap, disk, "true"], capture_output=True,
                      check=False).returncode:
        raise ptycases.Skip("no mount namespace here")
    seed = Seed(comes)
    t = place.start(place.save(had), place.save(comes), "--dir", disk,
                    "--peer", seed.where, wrap=[*wrap, disk])
    wait_letter(t, "comes.bin", "E")
    t.wait_until(lambda: "full" in row(t, "comes.bin"), "a cause")
    wait_letter(t, "had.bin", "S")
    t.type("e")
    t.wait_for("full")
    port = port_of(t)
    assert fetch(had, port) == had.data, "it does not seed"
    t.pump_for(1)
    lines = [x for x in t.screen.lines()[2:-3] if "No space" in x]
    assert len(lines) == 1, "\n".join(lines)
    os.unlink(f"/proc/{t.process.pid}/root{disk}/ballast")
    t.type("\x1b")
    wait_letter(t, "comes.bin", "S")
    inside = f"/proc/{t.process.pid}/root{disk}"
    assert not comes.differences(inside, ignore=("had.bin",))
    leave(t)


def port_of(t):
    """Where it listens, as its header says."""
    found = []

    def is_there():
        found[:] = re.findall(r"port (\d+)", t.screen.lines()[0])
        return found

    t.wait_until(is_there, "a port")
    return int(found[0])


def fetch(torrent, port):
    wire = connect(torrent, port)
    try:
        return fetch_all(wire, torrent)
    finally:
        wire.close()


# Check 10.

class Hole:
    """A tracker that never answers: an UDP socket nobody reads, and a TCP socket that
    takes connections and says nothing."""

    def __init__(self):
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))

    def urls(self):
        return [f"http://127.0.0.1:{self.tcp.getsockname()[1]}/announce",
                f"udp://127.0.0.1:{self.udp.getsockname()[1]}/announce"]


def leaves_silent_trackers_at_the_second_key(root):
    place = Place(root)
    torrent = single("file.bin", MIB, 64 * KIB)
    torrent.write(place.dl)
    hole = Hole()
    path = place.save(torrent, hole.urls())
    for keys in ("q", "\x03"):
        best_s = 9
        for _ in range(3):
            t = place.start(path)
            wait_letter(t, "file.bin", "S")
            t.type(keys)
            t.wait_for("leave now")
            t.pump_for(0.3)
            assert t.process.poll() is None, "it waits for no tracker"
            began = time.monotonic()
            t.type(keys)
            t.wait(step_s=0.002)
            best_s = min(best_s, time.monotonic() - began)
            t.check_given_back()
            t.close()
            if best_s < 0.2 * SLOWNESS:
                break
        print(f"{keys!r}: {best_s * 1000:.0f} ms")
        assert best_s < 0.2 * SLOWNESS, f"{best_s} s"


# Leaving, while the session goes on.

def in_background(place):
    """The sessions without a terminal that were started in this place."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
            if b"--no-ui" in words and \
                    os.readlink(f"/proc/{pid}/cwd") == place.dl:
                found.append(int(pid))
        except OSError:
            pass    # it has ended
    return found


def end_background(place):
    """None outlives its case."""
    until = time.monotonic() + 10
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in in_background(place):
            os.kill(pid, number)
        while in_background(place) and time.monotonic() < until:
            time.sleep(0.05)


def with_background(case):
    """The case, given a Place, and nothing left of it."""
    def run(root):
        place = Place(root)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))
        try:
            case(place)
        finally:
            end_background(place)
    run.__name__ = case.__name__
    return run


def detach(t):
    t.type("D")
    t.wait_for("go on in the background?")
    t.type("y")
    status = t.wait()
    t.check_given_back()
    return status, t.output.split(b"\x1b")[-1].decode()


def wait_until(is_so, what):
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, f"no {what}"
        time.sleep(0.05)


@with_background
def goes_on_without_its_screen_and_is_taken_back(place):
    """With the options and settings that it had, when its terminal is gone, too."""
    torrent = single("file.bin", 12 * MIB, 64 * KIB)
    seed, tracker = Seed(torrent, rate=1.5 * MIB), ScriptedTracker()
    tracker.extra_peers.append((seed.address, seed.port))
    done = os.path.join(place.tmp, "a done")
    path = place.save(torrent, [tracker.url()])
    t = place.start("--no-dht", path)
    t.wait_until(lambda: done_pct(t, "file.bin") > 33, "a third")
    t.type(f':set on-complete {{ touch, "{done}" }}\r')
    status, said = detach(t)
    t.close()
    found = re.search(r"goes on in the background, process (\d+);", said)
    assert status == 0 and found, (status, said)
    pid = int(found.group(1))
    assert in_background(place) == [pid]
    assert seed.payload < torrent.size and not os.path.exists(done)
    with open(f"/proc/{pid}/cmdline") as file:
        assert file.read().split("\0")[1:-1] == [
            "--no-ui", "--no-lsd", "-p", "0", "--no-dht"]
    kept = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in range(3)]
    assert kept == ["/dev/null"] * 3, kept
    assert os.getsid(pid) == pid
    wait_until(lambda: os.path.exists(done), "word of its completion")
    assert not torrent.differences(place.dl)
    # What was on its way at the hand-over, and not the third that was had.
    assert seed.repeats() < 2 * MIB, f"{seed.repeats()} bytes came twice"

    t = place.start()
    t.wait_for("Done%")
    assert f"taking the session over from process {pid}".encode() in t.output
    assert not in_background(place)
    wait_letter(t, "file.bin", "S")
    assert "100.0" in row(t, "file.bin"), row(t, "file.bin")
    t.type("e")
    t.pump_for(0.5)
    assert not t.screen.shows("pieces checked"), t.screen.lines()
    t.type("\x1b")
    leave(t)
    assert not in_background(place)


@with_background
def is_told_why_it_does_not_go_on(place):
    """Another runs already, which was started meanwhile and is none of its business."""
    t = place.start()
    t.wait_for("no torrents")
    env = {"PATH": os.environ["PATH"], "HOME": place.home,
           "TESSERA_OFFLINE": "1"}
    other = subprocess.Popen(
        [PROGRAM, "--no-ui", "-p", "0", "--no-lsd", "--no-dht"], cwd=place.dl,
        env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert b"session of 0" in other.stderr.readline()
    status, said = detach(t)
    t.close()
    assert status == 1, said
    assert f"already: process {other.pid} " in said, said
    assert "`tessera` goes on with it" in said, said
    # Nor is it ended for nothing.
    t = place.start("none.torrent")
    assert t.wait() == 2, t.output
    t.close()
    assert in_background(place) == [other.pid]
    t = place.start()
    t.wait_for("no torrents")
    assert other.wait(PATIENCE_S) == 0
    leave(t)


# Trackers.

@with_background
def disables_a_tracker_until_it_is_enabled(place):
    """It hears that we stop and no more, while the next one is asked; at the next start
    and in the background, too; then that we start."""
    torrent = single("file.bin", MIB, 64 * KIB)
    torrent.write(place.dl)
    first, second = ScriptedTracker(), ScriptedTracker()
    path = place.save(torrent, [first.url(), second.url("udp")])

    def found(t, tracker):
        """Its row: cursor and state."""
        return next(filter(None, (
            re.match(rf"(.).*127\.0\.0\.1:{tracker.port}/\S* +([a-z]+) ", line)
            for line in t.screen.lines()[3:])), None)

    def state(t, tracker):
        match = found(t, tracker)
        return match and match[2]

    def has_cursor(t, tracker):
        match = found(t, tracker)
        return match and match[1] != " "

    def look():
        wait_letter(t, "file.bin", "S")
        t.type("\r5")
        t.wait_for("[5 Trk]")

    t = place.start(path, "--no-dht", h=24, w=80)
    look()
    wait_until(lambda: first.events() == ["started"], "the first announce")
    t.wait_until(lambda: state(t, first) == "ok", "its answer")
    assert state(t, second) == "waiting" and not second.events()
    t.type("x")
    t.wait_until(lambda: state(t, first) == "off", "it is off")
    t.wait_for("x enables it")
    wait_until(lambda: second.events() == ["started"], "the other is asked")
    wait_until(lambda: first.events() == ["started", "stopped"], "the end")
    t.wait_until(lambda: state(t, second) == "ok", "the answer of the other")
    t.type("r")
    t.wait_for("lets us ask again in")
    leave(t)
    wait_until(lambda: second.events()[1:] == ["stopped"], "the other's end")

    t = place.start("--no-dht", path, h=24, w=80)
    look()
    t.wait_until(lambda: state(t, second) == "ok", "the other alone is asked")
    assert state(t, first) == "off", t.screen.lines()
    detach(t)
    t.close()
    t = place.start("--no-dht", h=24, w=80)
    look()
    t.wait_until(lambda: state(t, second) == "ok", "the other alone is asked")
    assert state(t, first) == "off", t.screen.lines()
    assert first.events() == ["started", "stopped"], first.events()

    t.type("j")
    t.wait_until(lambda: has_cursor(t, second), "the cursor there")
    t.type("x")
    t.wait_until(lambda: state(t, second) == "off", "that is off, too")
    wait_until(lambda: second.events()[-1] == "stopped", "its end")
    n_told = len(second.events())
    t.type("1")
    t.wait_for("all disabled")
    t.type("5k")
    t.wait_until(lambda: has_cursor(t, first), "the cursor at the first")
    t.type("x")
    t.wait_until(lambda: state(t, first) == "ok", "its answer")
    assert first.events() == ["started", "stopped", "started"], first.events()
    leave(t)
    assert first.events()[3:] == ["stopped"], first.events()
    assert len(second.events()) == n_told, second.events()


# Adding and removing.

def adds_by_the_dialog(root):
    """A path completed by Tab, a file that is not wanted, and what is no torrent."""
    place = Place(root)
    torrent = two_files("a set")
    place.save(torrent, name="completed")
    with open(os.path.join(root, "broken.torrent"), "w") as out:
        out.write("d4:infod")
    seed = Seed(torrent)
    t = place.start()
    t.wait_for("no torrents")
    t.type("a")
    t.wait_for("source")
    t.type(os.path.join(root, "brok"))
    t.wait_for("brok_")
    t.type("\t")
    t.wait_for("broken.torrent_")
    t.type("\r")
    t.wait_until(lambda: any(re.search("broken.torrent: .", x)
                             for x in t.screen.lines()), "why it is none")
    assert t.screen.shows("source") and t.screen.shows("broken.torrent_")
    t.type("\x15" + os.path.join(root, "com") + "\t")
    t.wait_for("completed.torrent_")
    t.type("\r")
    t.wait_for("2.0M in 2 files")
    # Backwards to the files; not the first.
    t.type("\x1b[Z ")
    t.wait_for("1 of 2 chosen, 1.0M of 2.0M")
    t.type("\r")
    wait_letter(t, "a set", "!D")
    t.type("\r3A")
    t.wait_for("peer, as")
    t.type(seed.where + "\r\x1b")
    wait_letter(t, "a set", "S")
    leave(t)
    wanted = {torrent.piece(i) for i in range(16, 32)}
    assert all(i >= 16 for i, _ in seed.sent), seed.sent
    assert len(wanted) == len({i for i, _ in seed.sent})
    with open(os.path.join(place.dl, "a set/second.bin"), "rb") as file:
        assert file.read() == torrent.data[MIB:]
    assert not os.path.exists(os.path.join(place.dl, "a set/first.bin"))


def keeps_a_magnet_until_it_is_removed(root):
    place = Place(root)
    t = place.start()
    t.wait_for("no torrents")
    t.type("a")
    t.wait_for("source")
    t.type(MAGNET + "&dn=by+name\r")
    t.wait_for("its files come later")
    t.type("\r")
    wait_letter(t, "by name", "M")
    leave(t)
    t = place.start()
    wait_letter(t, "by name", "M")
    t.type("dr")
    t.wait_for("no torrents")
    leave(t)
    t = place.start()
    t.wait_for("no torrents")
    leave(t)


def adds_what_is_pasted(root):
    """No key of a paste does anything by itself: it is what the form begins with."""
    place = Place(root)
    t = place.start()
    t.wait_for("no torrents")
    t.type("\x1b[200~dDQ\r\x1b[201~")
    t.wait_for("no magnet link, URL or path")
    link = MAGNET + "&dn=by+name" + "".join(
        f"&tr=udp://127.0.0.1:{port}/announce" for port in range(1, 60))
    t.type(f"\x1b[200~{link}\n\x1b[201~")
    t.wait_for("its files come later")
    t.type("\r")
    wait_letter(t, "by name", "M")
    t.type("\r5")
    t.wait_for("udp://127.0.0.1:1/")
    t.type("G")
    t.wait_for("udp://127.0.0.1:59/")
    t.type("q")
    t.wait_for("Done%")
    leave(t)
    assert b"\x1b[?2004h" in t.output and \
        t.output.rindex(b"\x1b[?2004l") > t.output.rindex(b"\x1b[?2004h")


def chooses_files_of_a_magnet(root, h, w, in_form):
    """A link is pasted, beside a torrent that is there; how its metadata come is seen;
    one file is left out before anything is fetched. That there is to be a choice is
    said in the form, or only while they come."""
    place = Place(root)
    torrent, other = two_files("magnet set"), two_files("an older one")
    other.write(place.dl)
    is_given = threading.Event()

    def answer(peer, wire, index):
        is_given.wait(60)
        peer.give(wire, index)
    peer = MetadataPeer(torrent, answer=answer)
    t = place.start(place.save(other), "--no-dht", "--encryption", "plain", h=h,
                    w=w)
    wait_letter(t, "an older", "S")
    t.type("a")
    t.wait_for("source")
    t.type("magnet:?xt=urn:btih:%s&dn=by+link&x.pe=%s" % (
        torrent.hex, peer.where))
    t.wait_for(peer.where + "_")
    t.type("\r")
    t.wait_for("its files come later, and are fetched")
    if in_form:
        t.type("\t\t ")
        t.wait_for("its files come later, for you to choose")
    t.type("\r")
    # The cursor is on it, and the way to its files says how far it is.
    t.wait_until(lambda: row(t, "by link")[:1] in (">", "▶"), "cursor on it")
    t.wait_for("why: metadata 0/1 piece from 1 peer")
    t.type("\r")
    t.wait_for("metadata 0/1 piece from 1 peer")
    t.type("4")
    t.wait_for("its files are not known yet")
    t.wait_for("metadata 0/1 piece from 1 peer")
    if not in_form:
        t.wait_for("they are fetched;  Space: wait")
        t.type(" ")
    t.wait_for("it waits for you to choose")
    is_given.set()
    t.wait_for(f"metadata are here, from {peer.where}: ")
    t.wait_for("paused: p starts it")
    # From the list its row leads to its files.
    t.type("\x1b")
    wait_letter(t, "magnet set", "P")
    t.wait_for("why: choose its files, then start it")
    t.type("\r")
    t.wait_for("first.bin")
    t.pump_for(1)
    assert not peer.wanted and not os.path.exists(
        os.path.join(place.dl, torrent.name)), peer.wanted
    t.type("j0")
    t.wait_for("wanted 1  skipped 1 (1.0M)")
    t.type("p")
    t.wait_until(lambda: not t.screen.shows("paused: p"), "a start")
    t.type("\x1b")
    wait_letter(t, "magnet set", "S")
    leave(t)
    peer.close()
    assert peer.wanted == set(range(16, 32)), peer.wanted
    with open(os.path.join(place.dl, "magnet set/second.bin"), "rb") as file:
        assert file.read() == torrent.data[MIB:]
    assert not os.path.exists(os.path.join(place.dl, "magnet set/first.bin"))


def chooses_files_of_a_magnet_in_80_by_24(root):
    chooses_files_of_a_magnet(root, 24, 80, in_form=True)


def chooses_files_of_a_magnet_in_120_by_40(root):
    chooses_files_of_a_magnet(root, 40, 120, in_form=False)


def removes_data_only_when_told(root):
    place = Place(root)
    kept, gone = two_files("kept set"), two_files("gone set")
    for torrent in (kept, gone):
        torrent.write(place.dl)
    mine = os.path.join(place.dl, "gone set", "mine.txt")
    with open(mine, "w") as out:
        out.write("not the torrent's")
    t = place.start(place.save(kept), place.save(gone))
    wait_letter(t, "kept set", "S")
    wait_letter(t, "gone set", "S")
    select(t, "kept set")
    t.type("d")
    t.wait_for("keep data")
    t.type("r")
    t.wait_until(lambda: not row(t, "kept set"), "one less")
    t.type("d")
    t.wait_for("delete 2.0M")
    t.type("x")     # any other key: no
    t.pump_for(0.3)
    wait_letter(t, "gone set", "S")
    t.type("dD")
    t.wait_for("no torrents")
    leave(t)
    assert below(place.dl) == ["gone set", "gone set/mine.txt", "kept set",
                               "kept set/first.bin", "kept set/second.bin"]
    assert not kept.differences(place.dl, ignore=("mine.txt",))
    t = place.start()
    t.wait_for("no torrents")
    leave(t)


def brings_back_what_was_removed(root):
    """With its label and its data; with those deleted, it is downloaded again."""
    place = Place(root)
    torrent = two_files("the set")
    torrent.write(place.dl)
    t = place.start(place.save(torrent))
    wait_letter(t, "the set", "S")
    select(t, "the set")
    t.type(":label mine\r")
    t.wait_until(lambda: "mine" in row(t, "the set"), "its label")
    t.type(":undo\r")
    t.wait_for("nothing was removed")
    t.type("d")
    t.wait_for("keep data")
    t.type("r")
    t.wait_for("no torrents")
    t.type(":undo\r")
    wait_letter(t, "the set", "S")
    t.type("e")     # other words may follow on the last line
    t.wait_for("here again, as it was")
    t.type("\x1b")
    t.wait_until(lambda: "mine" in row(t, "the set"), "its label")
    t.type("dD")
    t.wait_for("no torrents")
    assert below(place.dl) == [], below(place.dl)
    t.type(":undo\r")
    t.type("e")
    t.wait_for("are downloaded again")
    t.type("\x1b")
    wait_letter(t, "the set", "D!")
    leave(t)
    t = place.start()
    wait_letter(t, "the set", "D!")
    t.wait_until(lambda: "mine" in row(t, "the set"), "its label")
    leave(t)


# Files that the user keeps.

def write_settings(place, text):
    folder = os.path.join(place.home, ".config", "tessera")
    os.makedirs(folder)
    path = os.path.join(folder, "tessera.conf")
    with open(path, "w") as out:
        out.write(text)
    return path


def adds_what_appears_in_a_watch_folder(root):
    place = Place(root)
    torrent = single("dropped.bin", MIB, 64 * KIB)
    torrent.write(place.dl)
    watched = place.folder("watched")
    write_settings(place, f'watch-folder = {{ "{watched}" }}\n')
    t = place.start()
    t.wait_for("no torrents")
    torrent.save(os.path.join(watched, "new.torrent"))
    wait_letter(t, "dropped.bin", "S")
    t.wait_until(lambda: os.listdir(watched) == ["new.torrent.added"],
                 "its new name")
    leave(t)


def starts_in_spite_of_broken_settings(root):
    place = Place(root)
    path = write_settings(place, 'slots = 4\nseed-ratio = "much"\n'
                          'no-such-key = 1\ndir = {\n')
    t = place.start()
    t.wait_for("no torrents")
    t.type("e")
    t.wait_for("tessera.conf:2")
    t.type("\x1b")
    leave(t)
    said = t.output.split(b"\x1b")[0].decode()
    for line in (2, 3):
        assert f"{path}:{line}: " in said, said


def tells_the_countries_of_peers(root):
    """By a database of the user's; a broken one is told of, and the one before holds."""
    place = Place(root)
    torrent = single("abroad.bin", 8 * MIB, 64 * KIB)
    seed = Seed(torrent, rate=256 * KIB)
    good, broken = (os.path.join(root, n) for n in ("good.mmdb", "broken.mmdb"))
    with open(good, "wb") as out:
        out.write(mmdb.make({"127.0.0.0/8": "XL", "192.0.2.0/24": "DE"}))
    with open(broken, "wb") as out:
        out.write(mmdb.make({"127.0.0.0/8": "XL"})[:-30])
    t = place.start("--geoip-file", broken, place.save(torrent), "--peer",
                    seed.where, w=200, h=40)
    wait_letter(t, "abroad.bin", "D")
    t.type("\r3")
    t.wait_for(seed.where)

    def country():
        line = next((line for line in t.screen.lines()
                     if seed.where in line and "100%" in line), "")
        return re.search(r"\bXL\b", line) is not None

    assert not country()
    assert not any("Uniq CC" in line for line in t.screen.lines())
    t.type(f":set geoip-file {good}\r")
    t.wait_until(country, "a country")
    t.wait_for("country XL")
    t.type("/!cc=xl\r")
    t.wait_for("no peer is as")
    t.type("/\x15cc=XL\r")
    t.wait_until(country, "the peer of that country")
    t.type(f":set geoip-file {broken}\r")
    t.type("e")
    t.wait_for("broken.mmdb: no database")
    t.type("\x1b")
    t.wait_until(country, "the country as before")
    t.type(':set geoip-file ""\r')
    t.wait_until(lambda: not country(), "no country")
    leave(t)


CASES = [
    waits_for_space_and_goes_on,
    goes_on_after_a_kill,
    goes_on_after_a_hang_up,
    says_why_nothing_comes,
    leaves_silent_trackers_at_the_second_key,
    goes_on_without_its_screen_and_is_taken_back,
    is_told_why_it_does_not_go_on,
    disables_a_tracker_until_it_is_enabled,
    adds_by_the_dialog,
    tells_the_countries_of_peers,
    is_told_in_letters_alone,
    starts_at_once_and_makes_nothing_but_its_state,
    keeps_a_magnet_until_it_is_removed,
    adds_what_is_pasted,
    chooses_files_of_a_magnet_in_80_by_24,
    chooses_files_of_a_magnet_in_120_by_40,
    removes_data_only_when_told,
    brings_back_what_was_removed,
    adds_what_appears_in_a_watch_folder,
    starts_in_spite_of_broken_settings,
]

ptycases.main(CASES)
