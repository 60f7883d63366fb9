"""tessera get on a terminal: one line, redrawn, as wide as the terminal is."""
import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading

import client
import wirepeer
from client import INTERRUPTED
from torrents import KIB, MIB, single


class Terminal:
    """tessera on a terminal of its own."""

    def __init__(self, case, columns, *options, env=None):
        self.case, self.text = case, ""
        self.master, slave = pty.openpty()
        case.defer(lambda: os.close(self.master))
        self.resize(columns)
        self.process = subprocess.Popen(
            [client.PATH, *map(str, options)],
            env=env or client.environment(case),
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        case.defer(self.process.kill)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        data = b""
        while True:
            try:
                chunk = os.read(self.master, 4096)
            except OSError:     # the program is gone
                return
            data += chunk
            self.text = data.decode("utf-8", "replace")

    def resize(self, columns):
        size = struct.pack("HHHH", 24, columns, 0, 0)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, size)

    def lines(self, start=0):
        """What was drawn since, each time the line was begun anew."""
        return [line for part in self.text[start:].split("\n")
                for line in part.split("\r") if line.strip()]

    def end(self):
        status = self.process.wait(10)
        self.reader.join(5)
        return status


def terminal_of(case, columns):
    torrent = single(size=8 * MIB, piece_length=64 * KIB)
    seed = wirepeer.Seed(torrent, rate=400 * KIB)
    case.defer(seed.close)
    path = torrent.save(case.path("a.torrent"))
    return Terminal(case, columns, *client.get_argv(
        path, case.new_dir("data"), "--peer", seed.where))


def live_line(case):
    term = terminal_of(case, 80)
    case.wait_for(lambda: "down" in term.text, "the progress line", 10)
    case.check(all(len(line) < 80 for line in term.lines()), "too wide")
    case.check("ETA" in term.text, "no time to go")
    term.resize(40)
    before = len(term.text)
    case.wait_for(lambda: len(term.lines(before)) > 4, "a narrow line", 10)
    narrow = term.lines(before)[3:]
    case.check(all(len(line) < 40 for line in narrow),
               "too wide: %r" % narrow)
    os.write(term.master, b"\x03")
    case.equal(term.end(), INTERRUPTED, "status")
    case.check("interrupted; state saved; " in term.text, "no summary")
    last = term.text.rstrip("\r\n").rsplit("\n", 1)[-1]
    case.check("\x1b" not in term.text, "an escape sequence")
    case.check("there, received" in last, "last line %r" % last)


def second_interrupt(case):
    term = terminal_of(case, 80)
    case.wait_for(lambda: "down" in term.text, "the progress line", 10)
    os.kill(term.process.pid, signal.SIGSTOP)
    os.kill(term.process.pid, signal.SIGINT)
    os.kill(term.process.pid, signal.SIGTERM)
    os.kill(term.process.pid, signal.SIGCONT)
    case.equal(term.end(), INTERRUPTED, "status")
    case.check(term.text.endswith("\n"), "the prompt stands in the line")


def add(runner):
    runner.add("terminal-live-line", live_line)
    runner.add("terminal-second-interrupt", second_interrupt)
