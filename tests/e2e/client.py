"""tessera as a test starts it: state and configuration in the case's folder,
and answers as values."""
import json
import os
import signal
import subprocess

from runner import Failure

PATH = None     # the binary under test; run.py sets it
DONE, USAGE, BAD_TORRENT, TIMEOUT, DISK, BAD_DATA, INTERRUPTED = \
    0, 1, 2, 3, 4, 5, 130


def sanitized():
    """Is the binary built with a sanitizer? Its memory then says little."""
    with open(PATH, "rb") as file:
        text = file.read()
    return b"__asan_init" in text or b"__tsan_init" in text


def environment(case, state="state"):
    home = case.path(state, "")
    env = {k: v for k, v in os.environ.items()
           if k.startswith(("ASAN_", "UBSAN_", "TSAN_", "LSAN_", "PATH"))}
    env.update(HOME=home, XDG_STATE_HOME=home, XDG_CONFIG_HOME=home,
               LC_ALL="C.UTF-8", TERM="dumb", TESSERA_OFFLINE="1")
    return env


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def __repr__(self):
        return "status %d, out %r, err %r" % (
            self.status, self.out[-300:], self.err[-300:])


def run(case, *args, limit=15, cwd=None):
    """Run to the end; text as it was written, wrong bytes as surrogates."""
    argv = [PATH, *map(str, args)]
    try:
        done = subprocess.run(argv, env=environment(case), cwd=cwd,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=min(limit, max(case.left(), 1)),
                              check=False)
    except subprocess.TimeoutExpired:
        raise Failure("%s did not end within %d s"
                      % (" ".join(argv[1:]), limit)) from None
    with open(case.path("logs", "runs"), "ab") as log:
        log.write(b"$ " + " ".join(argv).encode("utf-8", "surrogateescape")
                  + b"\n" + done.stdout + done.stderr
                  + b"= %d\n" % done.returncode)
    return Result(done.returncode,
                  done.stdout.decode("utf-8", "surrogateescape"),
                  done.stderr.decode("utf-8", "surrogateescape"))


# What finds peers beside those that a case names: off, but where it is tested.
FINDERS = ("dht", "pex", "lsd")


def get_argv(torrent_path, folder, *options, port=0, finders=()):
    """The scripted peers speak plain, and count who calls."""
    off = ["--no-" + f for f in FINDERS if f not in finders]
    return ["get", "--dir", folder, "--port", port, "--encryption", "plain",
            *off, *options, torrent_path]


def get(case, torrent_path, folder, *options, limit=15):
    return run(case, *get_argv(torrent_path, folder, *options), limit=limit)


def start(case, torrent_path, folder, *options, name="tessera",
          state="state", preexec=None, port=0, wrap=(), finders=()):
    """tessera get, in the background."""
    argv = [*wrap, PATH, *get_argv(torrent_path, folder, *options, port=port,
                                   finders=finders)]
    return case.spawn(argv, name, env=environment(case, state),
                      preexec=preexec)


def interrupt(process):
    process.signal(signal.SIGINT)


def expect(case, result, status, *words):
    """The exit status, and on failure a clear message that has the words: on
    stderr and short, but for the report of bad data, which is the output."""
    if result.status != status:
        raise Failure("wanted status %d, got %r" % (status, result))
    for word in words:
        case.check(word in result.err, "%r is not in the message %r"
                   % (word, result.err[-300:]))
    if status not in (DONE, BAD_DATA, INTERRUPTED):
        case.check(result.err.strip(), "no message, status %d" % status)
        case.check(result.err.strip().count("\n") < 3,
                   "not a short message: %r" % result.err[-500:])


def json_objects(case, text):
    """Each line of --json output is one object."""
    found = []
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            raise Failure("not JSON: %r" % line[:200]) from None
        case.check(isinstance(value, dict), "not an object: %r" % line[:200])
        found.append(value)
    return found


def clean_text(case, text, what):
    """Nothing may reach a terminal that moves it, or lies on it: controls,
    DEL, C1, invalid UTF-8, direction overrides, zero-width characters."""
    for char in text:
        code = ord(char)
        bad = code < 32 and char != "\n" or 0x7F <= code < 0xA0 \
            or 0xDC80 <= code <= 0xDCFF or 0x200B <= code <= 0x200F \
            or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 \
            or code == 0xFEFF
        case.check(not bad, "%s has U+%04X in %r" % (
            what, code, text[max(0, text.find(char) - 40):][:100]))
