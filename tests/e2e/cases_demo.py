"""tessera demo: what it shows, and that nothing of it stays, however it ends."""
import os
import signal

import client
from cases_terminal import Terminal
from client import DISK, DONE, INTERRUPTED

GONE_S = 8      # the peers look for their maker four times a second


def environment(case):
    """With a temporary folder that is ours to look into."""
    env = client.environment(case)
    env["TMPDIR"] = case.new_dir("tmp")
    return env


def start(case, *options):
    return case.spawn([client.PATH, "demo", "--no-ui", *options], "demo",
                      env=environment(case))


def tmp(case):
    return os.listdir(case.path("tmp"))


def processes(case):
    """Those alive that were given our temporary folder, as {pid: parent}."""
    mark = ("TMPDIR=" + case.path("tmp")).encode() + b"\0"
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/environ" % pid, "rb") as file:
                ours = mark in file.read() + b"\0"
            with open("/proc/%s/stat" % pid, encoding="latin-1") as file:
                state, parent = file.read().rsplit(")", 1)[1].split()[:2]
        except OSError:
            continue
        if ours and state not in "ZX":
            found[int(pid)] = int(parent)
    return found


def nothing_left(case, limit=0):
    if os.path.isdir("/proc/self"):
        case.wait_for(lambda: not processes(case), "all processes to end",
                      limit)
    case.wait_for(lambda: not tmp(case), "the folder to be removed", limit)


def running(case, n_peers, *options):
    """A demo half way: its peers are there, and data has come."""
    demo = start(case, "--size", "8M", "--rate", "1M", "--peers",
                 str(n_peers), *options)
    case.wait_for(lambda: "tessera-demo: " in demo.out(), "the download", 10)
    if os.path.isdir("/proc/self"):
        case.equal(len(processes(case)), n_peers + 2, "processes")
    return demo


def whole(n_peers):
    def run(case):
        demo = start(case, "--size", "8M", "--rate", "8M",
                     "--peers", str(n_peers))
        case.equal(demo.wait(15), DONE, "status")
        for words in ("tessera-demo: complete, 8.0 MiB", "all is right"):
            case.check(words in demo.out(), "no %r in %r" % (words, demo.out()))
        corrupt = n_peers > 1
        case.equal("1 peer was banned" in demo.out(), corrupt, "a ban")
        case.equal("did not match its hash" in demo.err(), corrupt,
                   "a corrupt piece")
        nothing_left(case)
    return run


def interrupted(number):
    """In good order: when it has ended, nothing is left."""
    def run(case):
        demo = running(case, 4)
        demo.signal(number)
        case.equal(demo.wait(8), INTERRUPTED, "status")
        nothing_left(case)
    return run


def interrupted_early(case):
    """While the data is made."""
    demo = start(case, "--size", "64M")
    # Not any file: ThreadSanitizer makes one there before main().
    case.wait_for(lambda: any(name.startswith("tessera-demo.")
                              for name in tmp(case)), "its folder", step=0.005)
    demo.signal(signal.SIGTERM)
    case.equal(demo.wait(), INTERRUPTED, "status")
    nothing_left(case)


def killed(case):
    """It cannot clean up itself: the keeper does."""
    demo = running(case, 4)
    demo.kill()
    nothing_left(case, GONE_S)


def keeper_killed(case):
    """The peers end by themselves, and the demo itself removes the folder."""
    if not os.path.isdir("/proc/self"):
        return
    demo = running(case, 4)
    keeper, = (pid for pid, parent in processes(case).items()
               if parent == demo.pid)
    os.kill(keeper, signal.SIGKILL)
    case.wait_for(lambda: list(processes(case)) == [demo.pid],
                  "the peers to end", GONE_S)
    demo.signal(signal.SIGTERM)
    case.equal(demo.wait(8), INTERRUPTED, "status")
    nothing_left(case)


def no_room(case):
    """Said before anything is made."""
    demo = start(case, "--size", "1024G", "--peers", "50")
    case.equal(demo.wait(5), DISK, "status")
    for words in ("needed", "--size", "TMPDIR"):
        case.check(words in demo.err(), "%r not in %r" % (words, demo.err()))
    case.equal(demo.out(), "", "output")
    nothing_left(case)


def in_ui(leave, status):
    """The terminal UI on it, left half way."""
    def run(case):
        env = environment(case)
        env["TERM"] = "xterm"
        term = Terminal(case, 80, "demo", "--size", "8M", "--rate", "1M",
                        "--peers", 4, env=env)
        case.wait_for(lambda: "tessera-demo" in term.text.partition("\x1b")[2],
                      "the UI", 10)
        leave(term)
        case.equal(term.process.wait(8), status, "status")
        nothing_left(case, GONE_S)
    return run


def leave_by_key(term):
    os.write(term.master, b"q")


def hang_up(term):
    """As when the terminal's window is closed."""
    term.process.send_signal(signal.SIGHUP)


def add(runner):
    for n_peers in (1, 4, 7):
        runner.add("demo-of-%d" % n_peers, whole(n_peers), 20)
    for number in ("INT", "TERM", "HUP"):
        runner.add("demo-interrupted-" + number.lower(),
                   interrupted(getattr(signal, "SIG" + number)), 20)
    runner.add("demo-in-ui", in_ui(leave_by_key, DONE), 20)
    runner.add("demo-in-ui-hung-up", in_ui(hang_up, DONE), 20)
    for function in (interrupted_early, killed, keeper_killed, no_room):
        runner.add("demo-" + function.__name__.replace("_", "-"), function, 40)
