"""show, create, verify; bad torrents, bad options, bad disks."""
import hashlib
import json
import os
import resource
import shutil
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor

import client
from cases_get import seed_of
from client import (BAD_DATA, BAD_TORRENT, DISK, DONE, USAGE, clean_text,
                    expect, get, run, start)
from runner import Skip
from torrents import KIB, MIB, Torrent, awkward, bdecode, bencode, single

NOBODY = 65534


def info(**changes):
    """A torrent's info, right but for the changes; None takes a key out."""
    base = {"name": "n", "piece length": 16 * KIB, "length": 20 * KIB,
            "pieces": bytes(40)}
    base.update({k.replace("_", " "): v for k, v in changes.items()})
    return bencode({"info": {k: v for k, v in base.items()
                             if v is not None}})


def files(*entries):
    """The same with files: (length, path as a list)."""
    return info(length=None, files=[{"length": n, "path": path}
                                    for n, path in entries])


GOOD = info()
BAD_TORRENTS = {
    "empty": b"",
    "not-bencode": b"hello, this is no torrent\n",
    "html": b"<!DOCTYPE html><html>",
    "truncated": GOOD[:-10],
    "one-byte-short": GOOD[:-1],
    "list": b"le",
    "no-info": bencode({"announce": "http://127.0.0.1/"}),
    "info-is-list": b"d4:infolee",
    "nested-lists": b"d4:info" + b"l" * 100000 + b"e" * 100000 + b"e",
    "nested-dicts": b"d4:info" + b"d1:a" * 100000,
    "number-too-big": GOOD.replace(b"i20480e", b"i99999999999999999999999e"),
    "number-negative": info(length=-1),
    "number-leading-zero": GOOD.replace(b"i20480e", b"i020480e"),
    "number-minus-zero": GOOD.replace(b"i20480e", b"i-0e"),
    "string-too-long": b"d4:info99999999999:x",
    "string-huge-number": b"d4:info" + b"9" * 400 + b":x",
    "keys-repeated": b"d4:infod6:lengthi1e6:lengthi2eee",
    "pieces-too-few": info(pieces=bytes(20)),
    "pieces-too-many": info(pieces=bytes(60)),
    "pieces-odd": info(pieces=bytes(39)),
    "pieces-none": info(pieces=b""),
    "pieces-missing": info(pieces=None),
    "piece-length-0": info(piece_length=0),
    "piece-length-negative": info(piece_length=-16384),
    "piece-length-2^32": info(piece_length=2**32 + 16384),
    "piece-length-2^62": info(piece_length=2**62, pieces=bytes(20)),
    "length-2^62": info(length=2**62),
    "length-and-files": info(files=[{"length": 1, "path": ["a"]}]),
    "no-length": info(length=None),
    "no-name": info(name=None),
    "no-files": info(length=None, files=[]),
    "sum-overflows": files((2**62, ["a"]), (2**62, ["b"]), (2**62, ["c"]),
                           (2**62, ["d"])),
    "negative-file": files((-5, ["a"]), (20 * KIB + 5, ["b"])),
    "path-up": files((20 * KIB, ["..", "escaped"])),
    "path-up-later": files((20 * KIB, ["a", "..", "..", "escaped"])),
    "path-dot": files((20 * KIB, ["."])),
    "path-slash": files((20 * KIB, ["a/../../escaped"])),
    "path-absolute": files((20 * KIB, ["/tmp/escaped"])),
    "path-nul": files((20 * KIB, ["a\0b"])),
    "path-empty-list": files((20 * KIB, [])),
    "path-not-list": info(length=None, files=[
        {"length": 20 * KIB, "path": "a"}]),
    "name-up": info(name=".."),
    "name-slash": info(name="../escaped"),
    "name-absolute": info(name="/tmp/escaped"),
    "name-nul": info(name="a\0b"),
    "file-is-folder": files((10 * KIB, ["a"]), (10 * KIB, ["a", "b"])),
}
# May be refused, or made harmless and taken; never reach a terminal or leave
# the folder.
ODD_TORRENTS = {
    "name-empty": info(name=""),
    "path-empty-element": files((20 * KIB, ["a", "", "b"])),
    "name-escape": info(name="a\x1b[31mred\x07\x9b\u202egpj.exe"),
    "path-escape": files((20 * KIB, ["d\x1b]0;title\x07", "\r\nforged"])),
    "path-not-utf8": files((20 * KIB, [b"\xff\xfe\x80"])),
    "path-too-long": files((20 * KIB, ["x" * 5000])),
    "path-too-deep": files((20 * KIB, ["d"] * 3000)),
    "comment-escape": bencode({
        "comment": "\x1b[31m\x9b", "created by": "\x1b]0;t\x07",
        "announce": "http://127.0.0.1:9/\x1b[31m",
        "info": bdecode(info())[b"info"]}),
    "same-file-twice": files((10 * KIB, ["a"]), (10 * KIB, ["a"])),
    "trailing-bytes": GOOD + b"xx",
}


def everything_below(folder):
    return sorted(os.path.relpath(os.path.join(here, name), folder)
                  for here, folders, names in os.walk(folder)
                  for name in names + folders)


def bad_torrent(case, name, data, odd):
    path = case.path("%s.torrent" % name)
    with open(path, "wb") as out:
        out.write(data)
    place = case.path("places", name, "")
    folder = case.new_dir("places", name, "data")
    for command in (["show", path], ["show", "--json", path],
                    ["verify", path, folder]):
        result = run(case, *command)
        clean_text(case, result.out + result.err, " ".join(command[:2]))
        case.check(0 <= result.status <= 5, "crash: %r" % result)
        if not odd:
            expect(case, result, BAD_TORRENT, path)
    result = get(case, path, folder, "--timeout", "1")
    clean_text(case, result.out + result.err, "get")
    case.check(0 <= result.status <= 5, "crash: %r" % result)
    if not odd:
        expect(case, result, BAD_TORRENT, path)
        case.equal(everything_below(folder), [], "written")
    case.equal(everything_below(place),
               sorted(["data"] + ["data/" + p for p in
                                  everything_below(folder)]),
               "beside the folder")
    case.check(not os.path.exists("/tmp/escaped"), "/tmp/escaped")


def all_bad_torrents(table, odd=False):
    """Every one of a table; all that fail are named."""
    def check(case):
        def try_one(item):
            try:
                bad_torrent(case, *item, odd)
            except Exception as why:
                return "%s: %s" % (item[0], why)
            return None
        with ThreadPoolExecutor(4) as pool:
            wrong = [w for w in pool.map(try_one, table.items()) if w]
        case.check(not wrong, "%d of %d:\n%s" % (
            len(wrong), len(table), "\n".join(wrong)))
    return check


def usage(case):
    torrent = single(size=20 * KIB)
    path = torrent.save(case.path("a.torrent"))
    for args in (["get"], ["get", "--no-such-option", path],
                 ["get", "--port", "70000", path],
                 ["get", "--port", "x", path], ["get", "--port"],
                 ["get", "--down", "fast", path],
                 ["get", "--peer", "127.0.0.1", path],
                 ["get", "--peer", "127.0.0.1:99999", path],
                 ["get", "--timeout", "-1", path],
                 ["get", "--files", "0", path],
                 ["get", "--files", "99", path],
                 ["get", "--files", "a-b", path],
                 ["show"], ["verify"], ["create"], ["no-such-command"]):
        result = run(case, *args, limit=5, cwd=case.folder)
        case.equal((args, result.status), (args, USAGE), "status; " +
                   result.err[-100:])
        case.check(result.err.strip(), "%s: no message" % args)
    for args in (["--help"], ["--version"], ["get", "--help"],
                 ["show", "--help"], ["create", "--help"],
                 ["verify", "--help"]):
        result = run(case, *args, limit=5)
        case.equal((args, result.status, result.err), (args, DONE, ""), "help")
        case.check(result.out.strip(), "%s: nothing on stdout" % args)


def missing_torrent(case):
    result = get(case, case.path("none.torrent"), case.new_dir("data"))
    case.check(result.status in (USAGE, BAD_TORRENT), "%r" % result)
    case.check("none.torrent" in result.err, "%r" % result)


def show(case):
    torrent = awkward(piece_length=32 * KIB, big=100 * KIB)
    path = torrent.save(case.path("a.torrent"),
                        ["http://127.0.0.1:1/announce", "udp://[::1]:2/x"],
                        comment="a comment")
    result = run(case, "show", path)
    expect(case, result, DONE)
    for word in (torrent.hex, torrent.name, "наука 日本.txt", "a comment",
                 "http://127.0.0.1:1/announce", "udp://[::1]:2/x"):
        case.check(word in result.out, "%r is not shown" % word)
    result = run(case, "show", "--json", path)
    expect(case, result, DONE)
    found = json.loads(result.out)
    flat = json.dumps(found, ensure_ascii=False)
    for word in (torrent.hex, torrent.name, "наука 日本.txt",
                 str(torrent.size), str(torrent.piece_length)):
        case.check(word in flat, "%r is not in the JSON" % word)


def metainfo_of(case, path):
    with open(path, "rb") as file:
        return bdecode(file.read())


def hashes_of(data, size):
    return b"".join(hashlib.sha1(data[i:i + size]).digest()
                    for i in range(0, len(data), size))


def create_folder(case):
    """A folder with all sorts of files; read back by our own parser."""
    torrent = awkward(big=700 * KIB)
    place = case.new_dir("place")
    torrent.write(place)
    out = case.path("out.torrent")
    source = os.path.join(place, torrent.name)
    expect(case, run(case, "create", "-o", out, source), DONE)
    found = metainfo_of(case, out)[b"info"]
    case.equal(found[b"name"], torrent.name.encode(), "name")
    data = b""
    seen = set()
    for entry in found[b"files"]:
        path = b"/".join(entry[b"path"]).decode()
        with open(os.path.join(source, path), "rb") as file:
            part = file.read()
        case.equal(len(part), entry[b"length"], path)
        data += part
        seen.add(path)
    case.equal(seen, {p for p, _ in torrent.files}, "files")
    case.equal(found[b"pieces"], hashes_of(data, found[b"piece length"]),
               "hashes")
    expect(case, run(case, "verify", out, place), DONE)


def create_file(case):
    torrent = single(size=3 * MIB + 11)
    place = case.new_dir("place")
    torrent.write(place)
    out = case.path("out.torrent")
    expect(case, run(case, "create", "-o", out,
                     os.path.join(place, torrent.name)), DONE)
    found = metainfo_of(case, out)[b"info"]
    case.equal((found[b"name"], found[b"length"]),
               (torrent.name.encode(), torrent.size), "name and length")
    size = found[b"piece length"]
    case.check(size >= 16 * KIB and size & size - 1 == 0, "piece length")
    case.equal(found[b"pieces"], hashes_of(torrent.data, size), "hashes")
    result = run(case, "show", out)
    digest = hashlib.sha1(bencode(found)).hexdigest()
    case.check(digest in result.out, "show has another info-hash")


def create_nothing(case):
    """What cannot become a torrent, and what is in the way."""
    result = run(case, "create", "-o", case.path("o"), case.path("none"))
    case.check(result.status > 0 and result.err.strip(), "%r" % result)
    empty = case.new_dir("empty")
    result = run(case, "create", "-o", case.path("o"), empty)
    case.check(result.status > 0 and result.err.strip(), "%r" % result)
    case.check(not os.path.exists(case.path("o")), "it left a file")


def verify(case):
    """Right, then one byte wrong: the piece and the file are named. Then
    short, then gone."""
    torrent = awkward(piece_length=32 * KIB, big=500 * KIB)
    data = case.new_dir("data")
    torrent.write(data)
    path = torrent.save(case.path("a.torrent"))
    expect(case, run(case, "verify", path, data), DONE)
    entry, start_, _ = next(e for e in torrent.entries()
                            if e[0].endswith("big.bin"))
    name = os.path.join(data, entry)
    at = 300 * KIB
    with open(name, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
    index = (start_ + at) // torrent.piece_length
    result = run(case, "verify", path, data)
    expect(case, result, BAD_DATA)
    text = result.out + result.err
    case.check(str(index) in text, "piece %d is not named: %r"
               % (index, text))
    case.check("big.bin" in text, "the file is not named: %r" % text)
    os.truncate(name, at)
    expect(case, run(case, "verify", path, data), BAD_DATA)
    os.unlink(name)
    expect(case, run(case, "verify", path, data), BAD_DATA)
    case.check(not os.path.exists(name), "verify made a file")


def file_for_folder(case):
    """A file lies where the torrent needs a folder."""
    torrent = awkward(piece_length=32 * KIB, big=100 * KIB)
    data = case.new_dir("data")
    with open(os.path.join(data, torrent.name), "w") as out:
        out.write("mine")
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    expect(case, get(case, path, data, "--peer", seed.where), DISK,
           torrent.name)
    with open(os.path.join(data, torrent.name)) as file:
        case.equal(file.read(), "mine", "the user's file")


def folder_for_file(case):
    torrent = single(size=100 * KIB)
    data = case.new_dir("data")
    os.mkdir(os.path.join(data, torrent.name))
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    expect(case, get(case, path, data, "--peer", seed.where), DISK,
           torrent.name)


def link_outside(case):
    """A link in the download folder leads out: nothing goes through it."""
    torrent = awkward(piece_length=32 * KIB, big=100 * KIB)
    data, outside = case.new_dir("data"), case.new_dir("outside")
    os.symlink(outside, os.path.join(data, torrent.name))
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    result = get(case, path, data, "--peer", seed.where)
    case.equal(os.listdir(outside), [], "written outside")
    expect(case, result, DISK, torrent.name)


def fifo_for_file(case):
    """A FIFO must not hang it."""
    torrent = single(size=100 * KIB)
    data = case.new_dir("data")
    os.mkfifo(os.path.join(data, torrent.name))
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    expect(case, get(case, path, data, "--peer", seed.where, limit=6), DISK,
           torrent.name)
    case.check(stat.S_ISFIFO(os.stat(
        os.path.join(data, torrent.name)).st_mode), "it was replaced")


def finished(case, process, status, *words):
    code = process.wait(10)
    expect(case, client.Result(code, process.out(), process.err()), status,
           *words)


def read_only_folder(case):
    torrent = single(size=100 * KIB)
    data = case.new_dir("data")
    path = torrent.save(case.path("a.torrent"))
    seed = seed_of(case, torrent)
    preexec = None
    if os.geteuid() == 0:
        # To root no folder is read-only: go as nobody, with a copy of the
        # program where nobody may read it.
        for name in (os.path.dirname(case.folder), case.folder):
            os.chmod(name, 0o755)
        copy = case.path("tessera")
        shutil.copy(client.PATH, copy)
        client.PATH = copy
        os.chown(case.new_dir("home"), NOBODY, NOBODY)

        def preexec():
            os.setgid(NOBODY)
            os.setuid(NOBODY)
    os.chmod(data, 0o555)
    process = start(case, path, data, "--peer", seed.where, state="home",
                    preexec=preexec)
    finished(case, process, DISK, data)


def full_disk(case):
    """A file system with room for half of it, in a mount namespace."""
    torrent = single(size=2 * MIB, piece_length=64 * KIB)
    data = case.new_dir("data")
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    wrap = ["unshare", "-m"] + ([] if os.geteuid() == 0 else ["-r"]) + [
        "sh", "-c", 'mount -t tmpfs -o size=1m none "$1" && shift && '
        'exec "$@"', "sh", data]
    probe = subprocess.run(wrap + ["true"], capture_output=True, check=False)
    if probe.returncode:
        raise Skip("no mount namespace here")
    process = start(case, path, data, "--peer", seed.where, wrap=wrap)
    finished(case, process, DISK, torrent.name)
    case.check("pace" in process.err(), "the message does not say that there "
               "is no space: %r" % process.err()[-300:])


def file_size_limit(case):
    """The limit of the process is smaller than the file."""
    torrent = single(size=2 * MIB, piece_length=64 * KIB)
    data = case.new_dir("data")
    seed = seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    process = start(case, path, data, "--peer", seed.where,
                    preexec=lambda: resource.setrlimit(
                        resource.RLIMIT_FSIZE, (MIB, MIB)))
    finished(case, process, DISK, torrent.name)


def state_not_writable(case):
    """The state folder is a file: one clear line, or a download without
    state; no crash."""
    torrent = single(size=100 * KIB)
    with open(case.path("state"), "w") as out:
        out.write("no folder")
    data, seed = case.new_dir("data"), seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    env = dict(client.environment(case, "home"),
               XDG_STATE_HOME=case.path("state"))
    process = case.spawn([client.PATH, *client.get_argv(
        path, data, "--peer", seed.where)], "tessera", env=env)
    status = process.wait(10)
    case.check(status in (DONE, DISK), "status %d" % status)
    if status == DISK:
        case.check(process.err().strip(), "no message")
    else:
        case.same_files(torrent, data, limit=0)


def few_descriptors(case):
    """Sixty-four open files, and a torrent of five hundred."""
    torrent = Torrent("many files", 16 * KIB,
                      files=[("d%d/f%d" % (i % 7, i), 100 + i * 7)
                             for i in range(500)])
    data, seed = case.new_dir("data"), seed_of(case, torrent)
    path = torrent.save(case.path("a.torrent"))
    process = start(case, path, data, "--peer", seed.where,
                    preexec=lambda: resource.setrlimit(
                        resource.RLIMIT_NOFILE, (64, 64)))
    case.equal(process.wait(15), DONE, "status")
    case.same_files(torrent, data, limit=0)


def add(runner):
    runner.add("bad-torrents", all_bad_torrents(BAD_TORRENTS), 60)
    runner.add("odd-torrents", all_bad_torrents(ODD_TORRENTS, odd=True), 60)
    for function in (usage, missing_torrent, show, create_folder,
                     create_file, create_nothing, verify, file_for_folder,
                     folder_for_file, link_outside, fifo_for_file,
                     read_only_folder, full_disk, file_size_limit,
                     state_not_writable, few_descriptors):
        runner.add(function.__name__.replace("_", "-"), function, 25)
