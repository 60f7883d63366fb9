"""The terminal UI in a pseudo-terminal: starts, is resized, quits, is killed; and the
terminal is afterwards what it was before. Usage: in_pty.py PROGRAM"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROGRAM = os.path.abspath(sys.argv[1])
PATIENCE_S = 30


class Terminal:
    """The program, started in a pseudo-terminal of h by w cells."""

    def __init__(self, state, args=(), h=24, w=80, **env):
        self.master, self.slave = pty.openpty()
        self.resize(h, w)
        self.before = termios.tcgetattr(self.slave)
        self.output = b""
        whole = {"PATH": os.environ["PATH"], "XDG_STATE_HOME": state,
                 "TERM": "xterm-256color", "LANG": "C.UTF-8", **env}

        def lead():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        self.process = subprocess.Popen(
            [PROGRAM, "-p", "0", *args], stdin=self.slave, stdout=self.slave,
            stderr=self.slave, env=whole, preexec_fn=lead, cwd=state)

    def resize(self, h, w):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ,
                    struct.pack("HHHH", h, w, 0, 0))

    def pump(self, wait_s):
        """Read what there is to read; false: nothing came within wait_s."""
        if not select.select([self.master], [], [], wait_s)[0]:
            return False
        self.output += os.read(self.master, 65536)
        return True

    def wait_for(self, text):
        until = time.monotonic() + PATIENCE_S
        while text.encode() not in self.output:
            assert time.monotonic() < until, \
                f"no {text!r} in {self.output[-2000:]!r}"
            assert self.process.poll() is None or self.pump(0), \
                f"ended without {text!r}: {self.output[-2000:]!r}"
            self.pump(0.1)

    def type(self, keys):
        os.write(self.master, keys.encode())

    def wait(self):
        until = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < until, "it does not end"
            self.pump(0.05)
        while self.pump(0):
            pass
        return self.process.returncode

    def check_settings(self):
        after = termios.tcgetattr(self.slave)
        assert after == self.before, f"{self.before} became {after}"

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for fd in (self.master, self.slave):
            try:
                os.close(fd)
            except OSError:
                pass


def starts_shows_and_quits(state):
    t = Terminal(state)
    t.wait_for("no torrents")
    assert termios.tcgetattr(t.slave) != t.before
    t.type("?")
    t.wait_for("this page")
    t.type("qq")
    assert t.wait() == 0
    t.check_settings()
    assert b"\x1b[?1049l" in t.output, "the other screen is not given back"
    return t


def is_resized_to_anything(state):
    t = Terminal(state)
    t.wait_for("no torrents")
    for h, w in [(3, 20), (1, 1), (50, 200), (2, 7), (3, 20)] * 4:
        t.resize(h, w)
        t.pump(0.03)
    t.resize(24, 80)
    t.output = b""
    t.type("\x0c")
    t.wait_for("no torrents")
    t.type("q")
    assert t.wait() == 0
    t.check_settings()
    return t


def is_plain_on_a_plain_terminal(state):
    t = Terminal(state, TERM="vt100", LANG="C")
    t.wait_for("no torrents")
    t.type("~C?")
    t.wait_for("this page")
    t.type("qq")
    assert t.wait() == 0
    t.check_settings()
    text = re.sub(rb"\x1b([()][A-Z0-9]|\[[0-9;?]*[a-zA-Z]|[=>78HM])", b"",
                  t.output)
    odd = set(text) - set(range(0x20, 0x7f)) - set(b"\r\n\b\x0e\x0f\t")
    assert not odd, f"{odd} in {text!r}"
    assert not re.search(rb"\x1b\[[0-9;]*3[0-7]m", t.output), "colours"
    return t


def says_that_a_terminal_is_unknown(state):
    for name in ("no-such-terminal", "dumb", "", "x\x1b[31m"):
        t = Terminal(state, TERM=name)
        assert t.wait() == 1, name
        lines = t.output.decode().splitlines()
        assert len(lines) == 1 and lines[0].startswith("tessera: "), lines
        assert "\x1b" not in lines[0], lines
        t.check_settings()
        t.close()
    return t


def gives_the_terminal_back_after_a_fault(state):
    t = Terminal(state)
    t.wait_for("no torrents")
    t.process.send_signal(signal.SIGSEGV)
    assert t.wait() == -signal.SIGSEGV
    t.check_settings()
    assert b"\x1b[?1049l" in t.output
    return t


def ends_in_good_order_when_told(state):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        t = Terminal(state)
        t.wait_for("no torrents")
        t.process.send_signal(number)
        assert t.wait() == 0, number
        t.check_settings()
        t.close()
    return t


def ends_when_the_terminal_goes(state):
    t = Terminal(state)
    t.wait_for("no torrents")
    os.close(t.slave)
    os.close(t.master)
    t.process.wait(PATIENCE_S)
    used = os.times()
    assert used.children_user + used.children_system < 20, "it was busy"
    return t


CASES = [starts_shows_and_quits, is_resized_to_anything,
         is_plain_on_a_plain_terminal, says_that_a_terminal_is_unknown,
         gives_the_terminal_back_after_a_fault, ends_in_good_order_when_told,
         ends_when_the_terminal_goes]


def main():
    n_failed = 0
    for case in CASES:
        state = tempfile.mkdtemp(prefix="tessera-pty.")
        try:
            case(state).close()
            print(f"ok {case.__name__}")
        except AssertionError as failure:
            n_failed += 1
            print(f"FAILED {case.__name__}: {failure}")
        finally:
            shutil.rmtree(state, ignore_errors=True)
    sys.exit(n_failed > 0)


main()
