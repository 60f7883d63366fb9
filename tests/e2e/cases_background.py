"""tessera --no-ui: the session that lasts, without a terminal. What the terminal UI does
with it is in tests/tui/use_pty.py."""
import os
import re
import signal
import socket

import client
import wirepeer
from client import DONE, INTERRUPTED, USAGE, expect
from scripted import ScriptedTracker
from torrents import KIB, MIB, single


class Swarm:
    """A torrent, a seed of it, and a tracker that tells of the seed."""

    def __init__(self, case, size, rate=None):
        self.torrent = single(size=size, piece_length=64 * KIB)
        self.seed = wirepeer.Seed(self.torrent, rate=rate)
        case.defer(self.seed.close)
        self.tracker = ScriptedTracker()
        case.defer(self.tracker.close)
        self.tracker.extra_peers.append((self.seed.address, self.seed.port))

    def save(self, path):
        return self.torrent.save(path, [self.tracker.url()])


def argv_of(data, *args):
    off = ["--no-" + f for f in client.FINDERS]
    return [client.PATH, "--no-ui", "--dir", data, "-p", "0", "--encryption",
            "plain", *off, *args]


def start(case, data, *args, name="tessera", preexec=None):
    return case.spawn(argv_of(data, *args), name,
                      env=client.environment(case), preexec=preexec)


def wait_ready(case, process):
    """What it says of its session: how many torrents, and the port."""
    def said():
        return re.search(r"^tessera: session of (\d+) torrents?, port (\d+)$",
                         process.err(), re.M)
    found = case.wait_for(said, "a session", 10)
    return int(found.group(1)), int(found.group(2))


def end(case, process, number=signal.SIGTERM):
    process.signal(number)
    case.equal(process.wait(6), DONE, "status")


def bytes_read(process):
    with open("/proc/%d/io" % process.pid) as file:
        return int(re.search(r"^rchar: (\d+)", file.read(), re.M).group(1))


def has_all(torrent, port):
    """Does it say so to a peer that asks, at once?"""
    wire = wirepeer.connect(torrent, port)
    try:
        kind, payload = wire.recv()
    finally:
        wire.close()
    return kind == wirepeer.HAVE_ALL or (
        kind == wirepeer.BITFIELD and payload == wirepeer.bitfield(
            torrent.n_pieces, range(torrent.n_pieces)))


def lasts(case):
    """Ended half way, in good order, it goes on at the next start; what is complete is
    not read again at the one after that."""
    swarm = Swarm(case, 8 * MIB, rate=2 * MIB)
    torrent, seed, data = swarm.torrent, swarm.seed, case.new_dir("data")
    path = swarm.save(case.path("a.torrent"))
    process = start(case, data, path, name="first")
    case.equal(wait_ready(case, process)[0], 1, "torrents")
    case.wait_for(lambda: seed.payload > torrent.size // 2, "half", 10)
    end(case, process)
    case.check(seed.payload < torrent.size, "it was not half way")
    case.equal(swarm.tracker.events()[-1], "stopped", "the last announce")
    case.equal(process.out(), "", "on stdout")

    process = start(case, data, name="second")
    case.equal(wait_ready(case, process)[0], 1, "torrents")
    case.wait_for(lambda: "completed" in swarm.tracker.events(),
                  "the rest", 15)
    case.same_files(torrent, data)
    end(case, process, signal.SIGHUP)
    # What was on its way at the end, and not the half that was had.
    case.check(seed.repeats() < 2 * MIB,
               "%d bytes came twice" % seed.repeats())

    process = start(case, data, name="third")
    port = wait_ready(case, process)[1]
    case.wait_for(lambda: has_all(torrent, port), "all pieces", 10)
    case.check(bytes_read(process) < torrent.size // 2, "it was read again")
    end(case, process, signal.SIGINT)


def is_alone(case):
    """A second one is refused, which harms neither; when the first is gone, by whatever
    way, there may be another."""
    data = case.new_dir("data")
    first = start(case, data, name="first")
    wait_ready(case, first)
    result = client.run(case, *argv_of(data)[1:])
    expect(case, result, USAGE, "in the background already",
           "process %d " % first.pid)
    case.check(first.alive(), "the first has ended")
    first.kill()
    second = start(case, data, name="second")
    wait_ready(case, second)
    end(case, second)


def adds_and_tells(case):
    """Watch folders and programs are as in the terminal UI."""
    swarm = Swarm(case, 300 * KIB)
    data, watched = case.new_dir("data"), case.new_dir("watched")
    told, conf = case.path("told"), case.path("hook.conf")
    with open(conf, "w", encoding="utf-8") as file:
        file.write("watch-folder = { \"%s\" }\n"
                   "on-complete = { sh, -c, 'env | grep ^TESSERA_ | sort >"
                   " \"$0.new\"; mv \"$0.new\" \"$0\"', \"%s\" }\n"
                   % (watched, told))
    process = start(case, data, "--config", conf)
    case.equal(wait_ready(case, process)[0], 0, "torrents")
    swarm.save(os.path.join(watched, "new.torrent"))
    case.wait_for(lambda: os.path.exists(told), "the program", 15)
    with open(told, encoding="utf-8") as file:
        facts = dict(line.rstrip("\n").split("=", 1) for line in file)
    case.equal(facts["TESSERA_EVENT"], "complete", "event")
    case.equal(facts["TESSERA_HASH"], swarm.torrent.info_hash.hex(), "hash")
    case.same_files(swarm.torrent, data)
    end(case, process)


def deletes_only_what_it_keeps(case):
    """From a watch folder: what the session refused stays there."""
    swarm = Swarm(case, 300 * KIB)
    watched, conf = case.new_dir("watched"), case.path("watch.conf")
    with open(conf, "w", encoding="utf-8") as file:
        file.write("watch-action = delete\nwatch-folder = { \"%s\" }\n"
                   % watched)
    path = swarm.save(os.path.join(watched, "new.torrent"))
    process = start(case, conf, "--config", conf)   # no folder
    case.wait_for(lambda: "not a folder" in process.err(), "its refusal", 15)
    end(case, process)
    case.check(os.path.exists(path), "the torrent is lost")
    process = start(case, case.new_dir("data"), "--config", conf, name="next")
    case.wait_for(lambda: not os.path.exists(path), "its end", 15)
    end(case, process)


def second_signal(case):
    process = start(case, case.new_dir("data"))
    wait_ready(case, process)
    for number in (signal.SIGSTOP, signal.SIGTERM, signal.SIGINT,
                   signal.SIGCONT):
        process.signal(number)
    case.equal(process.wait(5), INTERRUPTED, "status")


def ends_while_it_begins(case):
    """A signal ends it while it still fetches what it was given."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(10)
        url = "http://127.0.0.1:%d/a.torrent" % silent.getsockname()[1]
        process = start(case, case.new_dir("data"), url)
        asked, _ = silent.accept()
        with asked:
            process.signal(signal.SIGTERM)
            case.equal(process.wait(5), INTERRUPTED, "status")


def outlives_its_terminal(case):
    """nohup(1), for one: whoever started it says that a hang-up is nothing."""
    process = start(
        case, case.new_dir("data"),
        preexec=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    wait_ready(case, process)
    process.signal(signal.SIGHUP)
    end(case, process)      # were it the second, the status would tell


def says_what_is_wrong(case):
    """Before it begins, and of a torrent when it runs."""
    data = case.new_dir("data")
    result = client.run(case, *argv_of(data, case.path("none.torrent"))[1:])
    expect(case, result, client.BAD_TORRENT, "none.torrent: cannot open")
    swarm = Swarm(case, 100 * KIB)
    os.mkdir(os.path.join(data, swarm.torrent.name))
    process = start(case, data, swarm.save(case.path("a.torrent")))
    case.wait_for(lambda: swarm.torrent.name in process.err(), "why not", 10)
    line = next(x for x in process.err().splitlines()
                if swarm.torrent.name in x)
    case.check(line.startswith("tessera: "), line)
    case.check(process.alive(), "it has ended")
    end(case, process)


def add(runner):
    runner.add("background-lasts", lasts)
    runner.add("background-is-alone", is_alone)
    runner.add("background-adds-and-tells", adds_and_tells)
    runner.add("background-deletes-only-what-it-keeps",
               deletes_only_what_it_keeps)
    runner.add("background-second-signal", second_signal)
    runner.add("background-ends-while-it-begins", ends_while_it_begins)
    runner.add("background-outlives-its-terminal", outlives_its_terminal)
    runner.add("background-says-what-is-wrong", says_what_is_wrong)
