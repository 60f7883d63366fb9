"""tessera get and the DHT: nodes of our own, on loopback, that nobody else sees."""
import hashlib
import os
import re
import socket

import client
from client import DONE, TIMEOUT, expect
from torrents import KIB, single, bdecode, bencode

TOLD = r"dht: %s: .* [1-9]\d* were told"


def argv(path, folder, *options, bind="127.0.0.1"):
    where = ("--bind", bind) if bind else ()
    return ["get", "--dir", folder, "--port", 0, "--no-pex", "--no-lsd",
            "--log", "dht=debug", *where, *options, path]


def small(name="looked-for.bin"):
    return single(name, size=300 * KIB + 17, piece_length=32 * KIB)


class Party:
    """One of ours that seeds a torrent, or another thing entirely."""

    def __init__(self, case, name, torrent, *options, has_data=True, **extra):
        self.case, self.torrent, self.name = case, torrent, name
        self.folder = case.path(name, "data")
        os.makedirs(self.folder, exist_ok=True)
        if has_data:
            torrent.write(self.folder)
        path = torrent.save(case.path(name, "a.torrent"), **extra)
        words = argv(path, self.folder, "--seed", *options)
        self.process = case.spawn([client.PATH, *words], name,
                                  env=client.environment(case, name + "-state"))
        self.port = int(self.wait_log(r"a node on port (\d+)").group(1))
        self.where = "127.0.0.1:%d" % self.port

    def wait_log(self, pattern, limit=15):
        return self.case.wait_for(
            lambda: re.search(pattern, self.process.err()),
            "%r of %s" % (pattern, self.name), limit)

    def wait_told(self):
        """Until it has announced itself to some node."""
        self.wait_log(TOLD % self.torrent.info_hash.hex())

    def end(self):
        client.interrupt(self.process)
        self.process.wait(10)


def leech(case, torrent, *options, limit=20, name="leech", **extra):
    folder = case.new_dir(name)
    path = torrent.save(case.path(name + ".torrent"), **extra)
    return client.run(case, *argv(path, folder, *options), limit=limit), folder


def found_by_one_node(case):
    """A seed and a leech that know nobody but a third."""
    torrent = small()
    node = Party(case, "node", small("other.bin"))
    seed = Party(case, "seed", torrent, "--dht-node", node.where)
    seed.wait_told()
    result, folder = leech(case, torrent, "--dht-node", node.where)
    expect(case, result, DONE)
    case.same_files(torrent, folder, limit=0)


def magnet_by_one_node(case):
    """A magnet link that names nothing but its hash: metadata and data come from a
    seed that is found by the DHT."""
    torrent = small()
    node = Party(case, "node", small("other.bin"))
    seed = Party(case, "seed", torrent, "--dht-node", node.where)
    seed.wait_told()
    folder = case.new_dir("leech")
    result = client.run(case, *argv("magnet:?xt=urn:btih:" + torrent.hex, folder,
                                    "--dht-node", node.where), limit=30)
    expect(case, result, DONE)
    case.same_files(torrent, folder, limit=0)


def found_over_several(case):
    """Each knows the one before it only; the ends find each other."""
    torrent = small()
    first = Party(case, "first", small("1.bin"))
    second = Party(case, "second", small("2.bin"), "--dht-node", first.where)
    second.wait_told()
    seed = Party(case, "seed", torrent, "--dht-node", second.where)
    seed.wait_told()
    result, folder = leech(case, torrent, "--dht-node", first.where)
    expect(case, result, DONE)
    case.same_files(torrent, folder, limit=0)


def found_by_nodes_of_the_torrent(case):
    """BEP 5: a torrent may name nodes instead of a tracker."""
    torrent = small()
    node = Party(case, "node", small("other.bin"))
    nodes = {"nodes": [["127.0.0.1", node.port]]}
    seed = Party(case, "seed", torrent, **nodes)
    seed.wait_told()
    result, folder = leech(case, torrent, **nodes)
    expect(case, result, DONE)
    case.same_files(torrent, folder, limit=0)


def learnt_from_a_peer(case):
    """A peer tells where its node is; that is enough to find others."""
    torrent, shared = small(), small("shared.bin")
    node = Party(case, "node", shared)
    seed = Party(case, "seed", torrent, "--dht-node", node.where)
    seed.wait_told()
    both = Party(case, "both", shared, "--peer", node.where, has_data=False)
    both.wait_told()
    case.same_files(shared, both.folder)


def remembered(case):
    """The nodes of the last run are enough; a broken file is set aside."""
    torrent = small()
    node = Party(case, "node", small("other.bin"))
    seed = Party(case, "seed", torrent, "--dht-node", node.where)
    seed.wait_told()
    seed.end()
    path = case.path("seed-state", "tessera", "dht")
    case.check(os.path.getsize(path) > 40, "nothing was kept")
    again = Party(case, "seed", torrent)
    again.wait_log("with the nodes that it knew")
    case.wait_for(
        lambda: len(re.findall(TOLD % torrent.info_hash.hex(),
                               again.process.err())) == 2,
        "a second announce", 15)
    again.end()
    with open(path, "r+b") as file:
        file.seek(20)
        file.write(b"\xff\xff\xff")
    third = Party(case, "seed", torrent, "--dht-node", node.where)
    third.wait_log("kept as dht.bad")
    case.wait_for(
        lambda: len(re.findall(TOLD % torrent.info_hash.hex(),
                               third.process.err())) == 3,
        "a third announce", 15)
    case.check(os.path.exists(path + ".bad"), "no dht.bad")


def datagrams(case):
    """A socket in the place of a node."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    case.defer(sock.close)
    sock.bind(("127.0.0.1", 0))
    sock.settimeout(0.2)
    return sock, "127.0.0.1:%d" % sock.getsockname()[1]


def take_all(sock):
    found = []
    while True:
        try:
            found.append(sock.recv(2048))
        except socket.timeout:
            return found


def private_is_not_told(case):
    """BEP 27: not looked for, not announced, though the node runs."""
    node = Party(case, "node", small("other.bin"))
    secret, public = small("secret.bin"), small()
    secret.info["private"] = 1
    secret.info_hash = hashlib.sha1(bencode(secret.info)).digest()
    path = secret.save(case.path("secret.torrent"))
    seed = Party(case, "seed", public, "--dht-node", node.where, path)
    seed.wait_told()
    case.check(secret.hex not in seed.process.err(), "it was looked for")


def off_is_silent(case):
    sock, where = datagrams(case)
    result, _ = leech(case, small(), "--dht-node", where, "--no-dht",
                      "--timeout", 2)
    expect(case, result, TIMEOUT)
    case.equal(take_all(sock), [], "datagrams")


def routers_are_asked(case):
    """Those of the settings; but not from a loopback address."""
    sock, where = datagrams(case)
    environment = dict(client.environment(case),
                       TESSERA_DHT_BOOTSTRAP=where)
    path = small().save(case.path("a.torrent"))
    for bind, wanted in ((None, True), ("127.0.0.1", False)):
        process = case.spawn(
            [client.PATH, *argv(path, case.new_dir("to-%s" % bind),
                                "--timeout", 2, bind=bind)],
            "asker-%s" % bind, env=environment)
        process.wait(10)
        case.equal(bool(take_all(sock)), wanted, "asked from %s" % bind)


def wrong_node_is_said(case):
    result, _ = leech(case, small(), "--dht-node", "no-port")
    expect(case, result, client.USAGE, "--dht-node", "no-port")


def answers_and_survives(case):
    """BEP 5's own queries are answered; noise is not, and ends nothing."""
    party = Party(case, "node", small())
    sock, _ = datagrams(case)
    address = ("127.0.0.1", party.port)
    for noise in (b"", b"d", b"d1:", b"de", b"d" * 600, os.urandom(900),
                  b"d1:ad2:id20:" + b"x" * 19, b"d1:q4:ping1:t0:1:y1:qe"):
        sock.sendto(noise, address)
    take_all(sock)
    sock.sendto(bencode({"a": {"id": b"n" * 20}, "q": "ping", "t": b"aa",
                         "y": "q"}), address)
    answers = [bdecode(d) for d in take_all(sock)]
    answers = [a for a in answers if a[b"y"] == b"r"]
    case.equal(len(answers), 1, "answers to a ping")
    case.equal(answers[0][b"t"], b"aa", "its transaction")
    case.equal(len(answers[0][b"r"][b"id"]), 20, "length of an id")
    case.check(party.process.alive(), "it ended")


def filtered(case):
    """A node in the IP filter is neither asked nor answered."""
    sock, where = datagrams(case)
    listed = case.path("list")
    with open(listed, "w", encoding="utf-8") as out:
        out.write("127.0.0.1\n")
    party = Party(case, "node", small(), "--dht-node", where, "--ip-filter",
                  listed)
    case.equal(take_all(sock), [], "datagrams that it began with")
    sock.sendto(bencode({"a": {"id": b"n" * 20}, "q": "ping", "t": b"aa",
                         "y": "q"}), ("127.0.0.1", party.port))
    case.equal(take_all(sock), [], "answers")
    case.check(party.process.alive(), "it ended")


def add(runner):
    for function in (found_by_one_node, magnet_by_one_node, found_over_several,
                     found_by_nodes_of_the_torrent, learnt_from_a_peer,
                     remembered, private_is_not_told, off_is_silent,
                     routers_are_asked, wrong_node_is_said,
                     answers_and_survives, filtered):
        runner.case("dht-" + function.__name__.replace("_", "-"),
                    limit=60)(function)
