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
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "pylib"))
sys.dont_write_bytecode = True

import ptycases
from ptyrun import Terminal
from torrents import KIB, MIB, Torrent, single
from wirepeer import Seed

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
        return Terminal([*wrap, PROGRAM, *port, *args], self.home, h=h, w=w,
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
    """Put the cursor on the torrent."""
    t.type("g")
    for _ in range(20):
        t.pump_for(0.15)
        if row(t, name)[:1] in ">▶":
            return
        t.type("j")
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
    os.mkdir(os.path.join(place.home, ".config"))
    os.mkdir(os.path.join(place.home, ".config/tessera"))
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
    """No peers, no right to write, and a file where a folder should be; then a volume
    that is not there at the next start."""
    place = Place(root)
    names = ["lonely.bin", "locked.bin", "hidden.bin", "lost.bin"]
    torrents = {n: single(n, MIB, 64 * KIB) for n in names}
    paths = {n: place.save(torrents[n]) for n in names}
    folders = {"locked.bin": place.folder("locked"),
               "hidden.bin": os.path.join(root, "hidden"),
               "lost.bin": place.folder("volume")}
    with open(folders["hidden.bin"], "w"):
        pass
    wrap = as_nobody(place) if os.geteuid() == 0 else ()
    os.chmod(folders["locked.bin"], 0o555)
    seed = Seed(torrents["locked.bin"])
    t = place.start(paths["lonely.bin"], "--peer", seed.where, wrap=wrap)
    wait_letter(t, "lonely.bin", "!")
    t.wait_until(lambda: "(no peers" in row(t, "lonely.bin"), "a cause")
    for name in ("locked.bin", "hidden.bin", "lost.bin"):
        fill_in(t, paths[name], folders[name])
    t.wait_for("lost.bin")
    leave(t)
    os.rmdir(folders["lost.bin"])
    t = place.start(wrap=wrap)
    wait_letter(t, "lonely.bin", "!")
    for name, why in (("locked.bin", "ermission denied"),
                      ("hidden.bin", "ot a directory"),
                      ("lost.bin", "volume")):
        wait_letter(t, name, "E")
        select(t, name)
        t.wait_until(lambda: why in row(t, name), f"{why!r} at {name}")
        t.wait_for("why: ")
    os.mkdir(folders["lost.bin"])
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


def fill_in(t, source, folder=None, keys=""):
    """Add by the dialog; keys: pressed before the last Enter."""
    t.type("a")
    t.wait_for("source")
    t.type(source + "\r")
    t.wait_for(" in ")
    if folder is not None:
        # Tab goes on from a path that is whole.
        t.type("\t\x15" + folder)
        t.wait_for(folder + "_")
    t.type(keys + "\r")
    t.wait_for("Done%")


CASES = [
    starts_at_once_and_makes_nothing_but_its_state,
    is_told_in_letters_alone,
    says_why_nothing_comes,
]

ptycases.main(CASES)
