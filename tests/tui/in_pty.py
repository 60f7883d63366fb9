"""The terminal UI in a pseudo-terminal, each case a process: what it shows, that it
stands what terminals and their users do, and that the terminal is afterwards what it
was. What a user does with torrents there is in use_pty.py.
Usage: in_pty.py PROGRAM [CASE]..."""

import base64
import itertools
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "pylib"))
sys.dont_write_bytecode = True

import ptycases
from ptyrun import PATIENCE_S, SLOWNESS, Terminal

PROGRAM = os.path.abspath(sys.argv[1])
DEMO = [PROGRAM, "demo", "--size", "6M", "--rate", "1M", "--peers", "5"]
BIG_DEMO = [PROGRAM, "demo", "--size", "96M", "--rate", "2M", "--peers", "5"]
STORM_S = 30
SGR_COLOUR = re.compile(r"(^|;)(3[0-7]|9[0-7]|38[;:].*)(;|$)")


def start(home, *args, **more):
    return Terminal([PROGRAM, "-p", "0", "--no-lsd", *args], home, **more)


def is_home(t):
    """The list, and not the menu of columns over it."""
    return t.screen.lines()[-1].startswith(" Enter open") and \
        not t.screen.shows("Space: on/off")


def start_demo(argv, home, **more):
    t = Terminal(argv, home, **more)
    t.wait_until(lambda: is_home(t) and t.screen.shows("act/1"), "the list")
    return t


def leave(t):
    t.type("Q")
    assert t.wait() == 0, t.process.returncode
    t.check_given_back()
    assert not t.screen.unknown, t.screen.unknown
    return t


def starts_shows_and_quits(home):
    t = start(home)
    t.wait_for("no torrents")
    assert t.settings() != t.before
    assert not t.settings()[0][0] & termios.IXON, "^S would freeze it"
    assert t.settings()[1] == t.before[1], "the shell's file does not wait"
    t.type("?")
    t.wait_for("you are here")
    t.type("q")
    t.wait_for("no torrents")
    return leave(t)


def names_the_window_and_gives_the_name_back(home):
    t = start(home)
    t.wait_until(lambda: any(s.startswith("]2;tessera: 0 active")
                             for s in t.screen.strings), "a title")
    assert t.output.count(b"\x1b[22;2t") == 1
    leave(t)
    assert t.output.count(b"\x1b[23;2t") == 1
    return t


def check_no_stale_cells(t):
    """What stands there is what a redraw from nothing draws; but for messages and
    lines with a time, which go on while the view is held."""
    t.type("2F")
    t.wait_for("held")
    t.pump_for(0.5 * SLOWNESS)
    before = t.screen.cells()
    t.output = b""
    t.type("\x0c")
    t.wait_until(lambda: re.search(rb"\x1b\[(H\x1b\[2?J|2J)", t.output), "a redraw")
    t.pump_for(0.5 * SLOWNESS)
    for y, (old, new) in enumerate(zip(before, t.screen.cells())):
        old, new = ("".join(c for c, _ in row) for row in (old, new))
        has_time = re.search(r"\d ?s ago|\d\d:\d\d:\d\d", old + new)
        assert y == t.screen.h - 2 or has_time or old == new, \
            f"row {y} was\n{old!r}, is\n{new!r}"
    t.type("F")


def is_resized_to_anything(home):
    """In a storm, now by leaps and now by small steps, with all tabs open in turn."""
    t = start_demo(BIG_DEMO, home)
    t.type("\r2")
    leaps = [(50, 200), (3, 20), (1, 1), (24, 80), (2, 7), (40, 160)]
    steps = [(3 + i, 20 + 4 * i) for i in range(0, 46, 5)]
    sizes = leaps + steps + leaps + steps[::-1]
    until = time.monotonic() + STORM_S
    for i in itertools.count():
        if time.monotonic() > until:
            break
        t.resize(*sizes[i % len(sizes)])
        # Several come before it draws, or it draws several times before the next.
        t.pump_for(0.01 if i % 11 < 5 else 0.15)
        if i % 7 == 0:
            t.type("\t")
    assert i > STORM_S, f"only {i} sizes"
    for h, w in [(50, 200), (24, 80), (3, 20)]:
        t.resize(h, w)
        t.pump_for(0.5)
    for h, w in [(50, 200), (24, 80)]:
        t.resize(h, w)
        t.pump_for(0.5)
        check_no_stale_cells(t)
    return leave(t)


def is_redrawn_once_for_many_resizes(home):
    t = start(home)
    t.wait_for("no torrents")
    t.settle()
    t.process.send_signal(signal.SIGSTOP)
    t.output = b""
    for w in range(60, 90):
        t.resize(24, w)
    t.process.send_signal(signal.SIGCONT)
    t.settle()
    n = t.output.count(b"\x1b[H\x1b[2J") + t.output.count(b"\x1b[2J\x1b[H")
    assert n <= 2, f"{n} redraws"
    return leave(t)


def shows_frames_at_once_where_that_is_known(home):
    t = start(home, TERM_PROGRAM="WezTerm")
    t.wait_for("no torrents")
    t.type("?")
    t.wait_for("you are here")
    t.settle()
    assert "?2026" not in t.screen.modes
    began, ended = (t.output.count(b"\x1b[?2026" + c) for c in (b"h", b"l"))
    assert began == ended > 1, (began, ended)
    t.type("q")
    t.wait_for("no torrents")
    return leave(t)


def obeys_the_mouse_when_asked(home):
    t = start_demo(DEMO, home)
    row = next(y for y, line in enumerate(t.screen.lines())
               if "tessera-demo" in line and y < 8)
    click = f"\x1b[<0;10;{row + 1}M\x1b[<0;10;{row + 1}m"
    assert not t.screen.modes & {"?1000", "?1002", "?1003"}
    t.type("M")
    t.wait_until(lambda: "?1000" in t.screen.modes, "mouse reports")
    assert "?1006" in t.screen.modes, "coordinates beyond 223 do not fit"
    t.type(click + click)
    t.wait_until(lambda: not is_home(t), "the torrent")
    t.type("\x1b")
    t.wait_until(lambda: is_home(t), "the list")
    t.type("M")
    t.wait_until(lambda: "?1000" not in t.screen.modes, "no reports")
    return leave(t)


def copies_an_address(home):
    t = start_demo(BIG_DEMO, home)
    t.type("\r3")
    t.wait_for("127.0.0.")

    def is_copied():
        # Rows come and go.
        t.type("y")
        t.pump_for(0.2)
        return any(s.startswith("]52;c;") for s in t.screen.strings)

    t.wait_until(is_copied, "text for the clipboard")
    text = next(s for s in t.screen.strings if s.startswith("]52;c;"))
    assert base64.b64decode(text[6:]).startswith(b"127.0.0."), text
    return leave(t)


def looks_of(home, **env):
    t = start(home, **env)
    t.wait_for("no torrents")
    t.type("?")
    t.wait_for("you are here")
    leave(t)
    return {s for s in t.screen.looks if SGR_COLOUR.search(s)}


def has_the_colours_that_the_terminal_has(home):
    for env in ({"NO_COLOR": "1"}, {"TERM": "vt100"},
                {"NO_COLOR": "1", "COLORTERM": "truecolor"}):
        colours = looks_of(home, **env)
        assert not colours, (env, colours)
    for env in ({"TERM": "xterm"}, {"TERM": "linux"},
                {"TERM": "xterm", "NO_COLOR": ""}):
        colours = looks_of(home, **env)
        assert colours and not any("38" in c for c in colours), colours
    colours = looks_of(home)
    assert any(re.search("38;5;[0-9]{2,3}", c) for c in colours), colours


def has_all_colours_where_they_are_described(home):
    """Which takes a description that not every system has: one is made."""
    source = os.path.join(home, "direct.ti")
    with open(source, "w") as f:
        f.write("xterm-direct|test,\n\tRGB, colors#0x1000000, "
                "pairs#0x10000, op=\\E[39;49m,\n\t"
                "setaf=\\E[%?%p1%{8}%<%t3%p1%d%e38:2::%p1%{65536}%/%d"
                ":%p1%{256}%/%{255}%&%d:%p1%{255}%&%d%;m,\n\t"
                "setab=\\E[4%p1%dm, setb@, setf@, use=xterm-256color,\n")
    folder = os.path.join(home, "terminfo")
    if shutil.which("tic") is None or subprocess.run(
            ["tic", "-x", "-o", folder, source],
            stderr=subprocess.DEVNULL).returncode != 0:
        raise ptycases.Skip("no tic here")
    colours = looks_of(home, TERMINFO=folder, COLORTERM="truecolor")
    assert any("38:2::" in c for c in colours), colours
    colours = looks_of(home, TERMINFO=folder)
    assert not any("38:2::" in c for c in colours), colours


def is_plain_on_a_plain_terminal(home):
    t = start(home, TERM="vt100", LANG="C")
    t.wait_for("no torrents")
    t.type("~C?")
    t.wait_for("you are here")
    t.type("q")
    t.wait_for("no torrents")
    leave(t)
    text = re.sub(rb"\x1b([()][A-Z0-9]|\[[0-9;?]*[a-zA-Z]|[=>78HM])", b"",
                  t.output)
    odd = set(text) - set(range(0x20, 0x7f)) - set(b"\r\n\b\x0e\x0f\t")
    assert not odd, f"{odd} in {text!r}"
    return t


def runs_on_the_console(home):
    t = start_demo(DEMO, home, TERM="linux")
    t.type("\r")
    for tab in "1234567":
        t.type(tab)
        t.pump_for(0.1)
    check_no_stale_cells(t)
    assert not t.screen.strings, "the console prints titles"
    return leave(t)


def says_that_a_terminal_is_unknown(home):
    for name in ("no-such-terminal", "dumb", "", "x\x1b[31m"):
        t = start(home, TERM=name)
        assert t.wait() == 1, name
        lines = t.output.decode().splitlines()
        assert len(lines) == 1 and lines[0].startswith("tessera: "), lines
        assert "\x1b" not in lines[0], lines
        t.check_settings()
        t.close()


def needs_a_terminal_for_each_end(home):
    for ends in ({"stdin": subprocess.DEVNULL}, {"stdout": subprocess.PIPE}):
        with subprocess.Popen(
                [PROGRAM, "-p", "0", "--no-lsd"], cwd=home, stderr=subprocess.PIPE,
                env={"XDG_STATE_HOME": home, "TERM": "xterm",
                     "TESSERA_OFFLINE": "1"}, **ends) as p:
            words = p.stderr.read().decode()
            assert p.wait() == 1
        assert len(words.splitlines()) == 1 and "terminal" in words, words


def gives_the_terminal_back_after_a_fault(home):
    for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS,
                   signal.SIGQUIT):
        t = start(home)
        t.wait_for("no torrents")
        t.type("M")
        t.wait_until(lambda: "?1000" in t.screen.modes, "mouse reports")
        t.process.send_signal(number)
        assert t.wait() == -number
        t.check_given_back()
        t.close()


def ends_in_good_order_when_told(home):
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        t = start(home)
        t.wait_for("no torrents")
        t.process.send_signal(number)
        assert t.wait() == 0, number
        t.check_given_back()
        t.close()


def ends_when_the_terminal_goes(home):
    for ignores in ((), (signal.SIGHUP,)):
        t = start(home, ignores=ignores)
        t.wait_for("no torrents")
        os.close(t.slave)
        os.close(t.master)
        assert t.process.wait(PATIENCE_S) == 0
        used = os.times()
        assert used.children_user + used.children_system < 2 * SLOWNESS, \
            "it was busy"
        t.close()


def answers_keys_after_a_slow_reader(home):
    """2 kB a second is read, for a while; then all of it."""
    t = start_demo(BIG_DEMO, home, h=60, w=200)
    t.type("\r2")
    t.pump_for(0.5)
    rss_kib = t.rss_kib()
    until = time.monotonic() + 5
    i = 0
    while time.monotonic() < until:
        # Each forces a whole redraw: far more than is read.
        t.type("\x0c" + "23"[i % 2])
        i += 1
        t.pump(0, limit=200)
        time.sleep(0.1)
    assert t.rss_kib() < rss_kib + 16384, "memory grows"
    t.type("1?")
    t.wait_for("you are here")
    t.type("q")
    t.pump_for(0.3)
    check_no_stale_cells(t)
    return leave(t)


def leaves_a_terminal_that_reads_nothing(home):
    """Nobody reads: it ends all the same, and soon."""
    t = start(home, h=60, w=200)
    t.wait_for("no torrents")
    t.type("?")
    t.wait_for("you are here")
    until = time.monotonic() + PATIENCE_S
    while select.select([], [t.slave], [], 0)[1]:
        assert time.monotonic() < until, "the terminal still takes something"
        t.type("\x0c")
        time.sleep(0.005)
    t.type("Q")
    time.sleep(0.2)
    t.type("Q")
    began = time.monotonic()
    t.process.wait(PATIENCE_S)
    assert time.monotonic() - began < 3 * SLOWNESS, "it waited for the terminal"
    t.check_settings()
    return t


def does_not_stop_without_a_shell(home):
    t = start(home)
    t.wait_for("no torrents")
    t.type("\x1a")
    t.wait_for("not suspended")
    t.process.send_signal(signal.SIGTSTP)
    t.pump_for(0.3)
    t.type("?")
    t.wait_for("you are here")
    return leave(t)


def in_a_shell(home, script, **more):
    """tessera as a job of a shell that has them."""
    return Terminal(["/bin/sh", "-c", "set -m; " + script], home,
                    tessera=f"{PROGRAM} -p 0 --no-lsd", **more)


def stops_and_continues(home):
    for is_typed in (True, False):
        t = in_a_shell(home, "$tessera; echo STOPPED; stty -a; read x; fg; "
                             "echo LEFT; stty -a")
        t.wait_for("no torrents")
        t.type("M")
        t.wait_until(lambda: "?1000" in t.screen.modes, "mouse reports")
        if is_typed:
            t.type("\x1a")
        else:
            subprocess.run(["pkill", "-TSTP", "-P", str(t.process.pid)],
                           check=True)
        t.wait_for("STOPPED")
        t.check_given_back()
        t.pump_for(0.1)
        t.output = b""
        t.resize(30, 100)
        t.type("\r")
        t.wait_until(lambda: "?1049" in t.screen.modes, "the screen")
        t.wait_for("no torrents")
        assert t.screen.lines()[29].strip(), "not as high as it is now"
        assert "?1000" in t.screen.modes, "the mouse is forgotten"
        t.type("Q")
        t.wait_for("LEFT")
        assert t.wait() == 0
        t.check_given_back()
        t.close()


def goes_on_in_the_background(home):
    t = in_a_shell(home, "$tessera; bg; echo AWAY; read x; fg; echo LEFT")
    t.wait_for("no torrents")
    t.type("\x1a")
    t.wait_for("AWAY")
    t.pump_for(0.6)
    t.check_given_back()
    t.type("\r")
    t.wait_until(lambda: "?1049" in t.screen.modes, "the screen")
    t.wait_for("no torrents")
    t.type("Q")
    t.wait_for("LEFT")
    assert t.wait() == 0
    t.check_given_back()
    return t


def is_told_to_end_in_the_background(home):
    t = in_a_shell(home, "$tessera; bg; echo AWAY; read x; kill %1; wait; "
                         "echo LEFT")
    t.wait_for("no torrents")
    t.type("\x1a")
    t.wait_for("AWAY")
    t.pump_for(0.3)
    t.type("\r")
    t.wait_for("LEFT")
    assert t.wait() == 0
    t.check_given_back()
    return t


def is_drawn_anew_after_a_stop_by_force(home):
    t = start(home)
    t.wait_for("no torrents")
    t.process.send_signal(signal.SIGSTOP)
    t.settle()
    t.screen.feed(b"\x1b[H\x1b[2Jshell$ \x1b[?1049l")
    termios.tcsetattr(t.slave, termios.TCSANOW, t.before[0])
    t.process.send_signal(signal.SIGCONT)
    t.wait_for("no torrents")
    t.settle()
    assert not t.screen.shows("shell$")
    assert t.settings() != t.before, "its own settings are not back"
    return leave(t)


def shows_what_was_written_to_stderr(home):
    """A library's line, say."""
    t = start(home, h=24, w=80)
    t.wait_for("no torrents")
    with open(f"/proc/{t.process.pid}/fd/2", "w") as kept:
        kept.write("a line of a library\n")
    t.settle()
    assert not t.screen.shows("a line of a library")
    leave(t)
    assert b"a line of a library" in t.output
    return t


def keys_of_the_help_page(t):
    """What the page names, as the bytes that a terminal sends."""
    named = {"Space": " ", "Enter": "\r", "Tab": "\t", "Esc": "\x1b",
             "Up": "\x1bOA", "Down": "\x1bOB", "Right": "\x1bOC",
             "Left": "\x1bOD", "Home": "\x1bOH", "End": "\x1bOF",
             "PgUp": "\x1b[5~", "PgDn": "\x1b[6~", "S-Tab": "\x1b[Z",
             "F1": "\x1bOP", "F3": "\x1bOR", "F6": "\x1b[17~",
             "F10": "\x1b[21~"}
    found = []

    def page():
        return t.screen.lines()[1:-1]

    while True:
        seen = page()
        for line in seen:
            for word in line[:24].split():
                key = named.get(word) or (word if len(word) == 1 else None)
                if re.fullmatch(r"\^[A-Z]", word):
                    key = chr(ord(word[1]) - 64)
                if key and key not in found:
                    found.append(key)
        t.type("\x06")
        if not t.pump_until(lambda: page() != seen, 1):
            break
        t.settle(0.1)
    return found


def demo_and_its_keys(home, argv):
    """A demo with its list on the screen, and all keys that the help page names but
    those that leave: these come last, and in other cases."""
    t = start_demo(argv, home)
    t.type("?")
    t.wait_for("you are here")
    keys = keys_of_the_help_page(t)
    assert len(keys) > 60, keys
    t.type("q")
    t.wait_until(lambda: is_home(t), "list")
    leaves = ("q", "Q", "\x03", "\x1b[21~", "\x1b")
    return t, [k for k in keys if k not in leaves]


def press(t, place, key):
    t.type(place + key)
    t.pump_for(0.02)
    try:
        go_home(t)
    except AssertionError as e:
        raise AssertionError(f"after {place!r} {key!r}: {e}")


def shows_a_demo_from_start_to_end(home):
    t = start_demo(DEMO, home)
    t.type("\r")
    for tab in "1234567":
        t.type(tab)
        t.pump_for(0.25)
    check_no_stale_cells(t)
    go_home(t)
    t.wait_for("100")
    leave(t)
    assert not any("demo" in name for name in os.listdir(home)), \
        os.listdir(home)
    return t


def had(t):
    """How many pieces the map says are there; None: there is no map."""
    found = re.search(r"have (\d+)/", "\n".join(t.screen.lines()))
    return int(found.group(1)) if found else None


def steps_back_through_what_was_seen(home):
    """Held, and some seconds earlier: fewer pieces; then the newest, and what is live."""
    t = start_demo(BIG_DEMO, home)
    t.type("\r2")
    t.wait_until(lambda: (had(t) or 0) > 0, "the first piece")
    first = had(t)
    # Seconds in which the map was seen, so that earlier ones have it.
    t.pump_for(5)
    t.wait_until(lambda: had(t) >= first + 30, "thirty more")
    t.type("F")
    t.wait_for(" held ")
    latest = had(t)
    for _ in range(2):
        before = had(t)
        t.type(",")
        t.wait_until(lambda: had(t) < before, "fewer pieces")
    assert re.search(r"held \d\d:\d\d:\d\d, \S+ ago", t.screen.lines()[0])
    t.type("$")
    t.wait_until(lambda: had(t) >= latest, "the newest")
    t.type("^")
    t.wait_until(lambda: had(t) is None, "a moment before the map was seen")
    t.type("F")
    t.wait_until(lambda: (had(t) or 0) > latest, "what is live")
    assert not t.screen.shows(" held ")
    return leave(t)


def stands_every_key_in_the_list(home):
    t, keys = demo_and_its_keys(home, BIG_DEMO)
    for key in keys:
        press(t, "", key)
    return leave(t)


def stands_every_key_in_the_tabs(home):
    t, keys = demo_and_its_keys(home, BIG_DEMO)
    for i, key in enumerate(keys):
        press(t, "\r" + str(i % 7 + 1), key)
    return leave(t)


def ends_the_demo_with_its_screen(home):
    t = start_demo(BIG_DEMO, home)
    t.type("D")
    t.wait_for("this session ends with its screen")
    return leave(t)


def go_home(t):
    """To the list: Esc closes what is open."""
    for _ in range(6):
        if is_home(t):
            return
        assert t.process.poll() is None, "ended by a key:\n" + \
            "\n".join(t.screen.lines())
        t.type("\x1b")
        t.pump_until(lambda: is_home(t), 0.6)
    assert False, "no way back from\n" + "\n".join(t.screen.lines())


CASES = [
    # The longest begin.
    is_resized_to_anything,
    stands_every_key_in_the_list,
    stands_every_key_in_the_tabs,
    shows_a_demo_from_start_to_end,
    steps_back_through_what_was_seen,
    ends_the_demo_with_its_screen,
    starts_shows_and_quits,
    names_the_window_and_gives_the_name_back,
    is_redrawn_once_for_many_resizes,
    shows_frames_at_once_where_that_is_known,
    obeys_the_mouse_when_asked,
    copies_an_address,
    has_the_colours_that_the_terminal_has,
    has_all_colours_where_they_are_described,
    is_plain_on_a_plain_terminal,
    runs_on_the_console,
    says_that_a_terminal_is_unknown,
    needs_a_terminal_for_each_end,
    gives_the_terminal_back_after_a_fault,
    ends_in_good_order_when_told,
    ends_when_the_terminal_goes,
    answers_keys_after_a_slow_reader,
    leaves_a_terminal_that_reads_nothing,
    does_not_stop_without_a_shell,
    stops_and_continues,
    goes_on_in_the_background,
    is_told_to_end_in_the_background,
    is_drawn_anew_after_a_stop_by_force,
    shows_what_was_written_to_stderr,
]


ptycases.main(CASES)
