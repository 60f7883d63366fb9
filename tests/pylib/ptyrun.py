"""A program in a pseudo-terminal, and the screen that it makes there (vt.py)."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time

import vt

# How many times slower than usual the program is: ThreadSanitizer's is, by much.
SLOWNESS = float(os.environ.get("TEST_SLOWNESS", "1"))
PATIENCE_S = 30 * SLOWNESS


class Terminal:
    """argv, started in a pseudo-terminal of h by w cells, as the leader of a session:
    so without job control. cwd: home, unless another is given."""

    def __init__(self, argv, home, h=24, w=80, ignores=(), cwd=None, **env):
        self.master, self.slave = pty.openpty()
        self.screen = vt.Screen(h, w)
        self.resize(h, w)
        self.before = self.settings()
        self.output = b""
        sanitizers = {name: value for name, value in os.environ.items()
                      if name.endswith("SAN_OPTIONS")}
        whole = {"PATH": os.environ["PATH"], **sanitizers,
                 "XDG_STATE_HOME": home, "TESSERA_OFFLINE": "1",
                 "HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8",
                 "TMPDIR": home, **env}

        def lead():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            # Whoever runs the tests by nohup(1) does not mean what they try.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            for number in ignores:
                signal.signal(number, signal.SIG_IGN)

        self.process = subprocess.Popen(
            argv, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            env={k: v for k, v in whole.items() if v is not None},
            preexec_fn=lead, cwd=cwd or home)

    def settings(self):
        """What a program must leave as it was: the driver's and the file's."""
        return (termios.tcgetattr(self.slave),
                fcntl.fcntl(self.slave, fcntl.F_GETFL))

    def resize(self, h, w):
        self.screen.resize(h, w)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ,
                    struct.pack("HHHH", h, w, 0, 0))

    def pump(self, wait_s, limit=65536):
        """Read what there is to read; false: nothing came within wait_s."""
        if not select.select([self.master], [], [], wait_s)[0]:
            return False
        try:
            data = os.read(self.master, limit)
        except OSError:
            return False
        self.output += data
        self.screen.feed(data)
        return bool(data)

    def pump_for(self, seconds, limit=65536):
        until = time.monotonic() + seconds
        while (rest := until - time.monotonic()) > 0:
            self.pump(rest, limit)

    def pump_until(self, is_so, seconds):
        """Read until it is so, or for so long on a machine as fast as usual; is it?"""
        until = time.monotonic() + seconds * SLOWNESS
        while not is_so() and (rest := until - time.monotonic()) > 0:
            self.pump(min(rest, 0.05))
        return is_so()

    def settle(self, quiet_s=0.3):
        """Read until nothing came for so long."""
        until = time.monotonic() + PATIENCE_S
        while self.pump(quiet_s):
            assert time.monotonic() < until, "the screen never rests"

    def wait_until(self, is_so, what):
        until = time.monotonic() + PATIENCE_S
        while not is_so():
            text = "\n".join(self.screen.lines())
            assert time.monotonic() < until, f"no {what} in\n{text}"
            assert self.process.poll() is None or self.pump(0), \
                f"ended without {what}: {self.output[-2000:]!r}"
            self.pump(0.1)

    def wait_for(self, text):
        """Until the screen shows it."""
        self.wait_until(lambda: self.screen.shows(text), repr(text))

    def wait_output(self, data):
        self.wait_until(lambda: data in self.output, repr(data))

    def type(self, keys):
        os.write(self.master, keys.encode() if isinstance(keys, str) else keys)

    def wait(self, step_s=0.05):
        until = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            assert time.monotonic() < until, "it does not end:\n" + \
                "\n".join(self.screen.lines())
            self.pump(step_s)
        while self.pump(0):
            pass
        return self.process.returncode

    def check_settings(self):
        after = self.settings()
        assert after == self.before, f"{self.before} became {after}"

    def check_given_back(self):
        """The settings, the shell's screen, its cursor, and no mouse reports."""
        self.check_settings()
        modes = self.screen.modes
        assert "?1049" not in modes, "the other screen is not given back"
        assert not modes & {"?1000", "?1002", "?1006", "?2026"}, modes
        assert self.output.rfind(b"\x1b[?25h") >= \
            self.output.rfind(b"\x1b[?25l"), "the cursor is hidden"

    def cpu_s(self):
        with open(f"/proc/{self.process.pid}/stat") as f:
            fields = f.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_kib(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            for line in f:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        return 0

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for fd in (self.master, self.slave):
            try:
                os.close(fd)
            except OSError:
                pass
