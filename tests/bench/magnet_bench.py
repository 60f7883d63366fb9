#!/usr/bin/python3
"""From a magnet link to the first piece, tessera beside other clients.

  tracker  the link names an HTTP tracker, which knows the seeds
  dht      the client knows one DHT node, which knows the seeds

Seeds, tracker and node are scripted, in a network of their own; what is measured
is seen by the seeds: when the first connection came, when the last part of the
metadata had been asked for, when all blocks of some piece had. Time runs from the
start of the program (libtorrent, which is a library: from the making of its
session; Transmission, which takes links by its RPC only: from the call). Runs are interleaved; the table has medians in milliseconds, and the
ratio of the last to the fastest other client of the same run. Needs root.
"""
import argparse
import hashlib
import http.client as http_client
import json
import os
import shutil
import socket
import statistics
import struct
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
for folder in ("pylib", "interop"):
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), folder))

from netns import Net, enter_sandbox
from runner import Case, Failure
from scripted import ScriptedTracker, compact
from torrents import KIB, BadBencode, bdecode, bencode
from wirepeer import (BLOCK, EXTENDED, FAST_AND_EXTENDED, PIECE, REQUEST,
                      UNCHOKE, Listener)

PORT, SEED_PORT, TRACKER_PORT, NODE_PORT = 51413, 7001, 6969, 6881
RPC_PORT = 9091
PIECE_LENGTH, N_PIECES = 256 * KIB, 2000
LIMIT_S = 60
STEPS = ("connection", "metadata", "piece")
UT_METADATA = 3     # our id for it


class Swarm:
    """A torrent whose pieces are all alike, and when which step was seen."""

    def __init__(self):
        self.data = hashlib.shake_128(b"magnet").digest(PIECE_LENGTH)
        self.n_pieces = N_PIECES
        self.metadata = bencode({
            "name": "magnet.bin", "length": N_PIECES * PIECE_LENGTH,
            "piece length": PIECE_LENGTH,
            "pieces": hashlib.sha1(self.data).digest() * N_PIECES})
        self.info_hash = hashlib.sha1(self.metadata).digest()
        self.times, self.parts, self.blocks = {}, set(), {}
        self.lock = threading.Lock()

    def seen(self, step):
        with self.lock:
            self.times.setdefault(step, time.monotonic())

    def part(self, index):
        """A part of the metadata was asked for; its bytes."""
        self.parts.add(index)
        if len(self.parts) == -(-len(self.metadata) // BLOCK):
            self.seen("metadata")
        return self.metadata[index * BLOCK:(index + 1) * BLOCK]

    def block(self, index, begin, size):
        got = self.blocks.setdefault(index, set())
        got.add(begin)
        if len(got) == PIECE_LENGTH // BLOCK:
            self.seen("piece")
        return self.data[begin:begin + size]


class MagnetSeed(Listener):
    """Serves metadata and blocks as fast as it can."""

    def __init__(self, swarm, address):
        self.swarm = swarm
        super().__init__(swarm, address=address, reserved=FAST_AND_EXTENDED,
                         port=SEED_PORT)

    def serve(self, wire):
        wire.handshake()
        self.swarm.seen("connection")
        wire.extended_handshake(m={"ut_metadata": UT_METADATA},
                                metadata_size=len(self.swarm.metadata))
        wire.have_all()
        wire.send(UNCHOKE)
        theirs = 0
        while True:
            kind, payload = wire.recv()
            if kind == REQUEST:
                index, begin, size = struct.unpack(">III", payload)
                wire.send(PIECE, payload[:8]
                          + self.swarm.block(index, begin, size))
            elif kind == EXTENDED and payload[0] == 0:
                theirs = dict(bdecode(payload[1:])[b"m"]).get(
                    b"ut_metadata", theirs)
            elif kind == EXTENDED and payload[0] == UT_METADATA:
                asked = bdecode(payload[1:])
                if asked[b"msg_type"] == 0:
                    part = self.swarm.part(asked[b"piece"])
                    wire.send(EXTENDED, bytes([theirs]) + bencode({
                        "msg_type": 1, "piece": asked[b"piece"],
                        "total_size": len(self.swarm.metadata)}) + part)


class Node:
    """A DHT node that knows the seeds, and no other node."""

    def __init__(self, address, seeds):
        self.id = hashlib.sha1(b"node").digest()
        self.seeds = [compact(seed, SEED_PORT) for seed in seeds]
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((address, NODE_PORT))
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                data, sender = self.sock.recvfrom(4096)
                query = bdecode(data)
            except BadBencode:
                continue
            except OSError:
                return
            if query.get(b"y") != b"q":
                continue
            reply = {"id": self.id, "nodes": b""}
            if query[b"q"] == b"get_peers":
                reply.update(token=b"token", values=self.seeds)
            self.sock.sendto(bencode({
                "t": query[b"t"], "y": "r", "r": reply,
                "ip": compact(*sender)}), sender)

    def close(self):
        self.sock.close()


class Run:
    """One client, one way, in a network of its own."""

    def __init__(self, args, root, client, way):
        self.args, self.client, self.way = args, client, way
        self.case = Case(client, os.path.join(root, "run"), LIMIT_S)
        net = Net(self.case)
        self.there, self.here = net.host("swarm"), net.host("client")
        self.home = self.case.new_dir("home")
        self.folder = self.case.new_dir("data")
        self.swarm = Swarm()
        self.link = "magnet:?xt=urn:btih:" + self.swarm.info_hash.hex()
        self.start_swarm()

    def start_swarm(self):
        addresses = ["10.99.1.%d" % (i + 1) for i in range(self.args.seeds)]
        for address in addresses:
            self.there.run(["ip", "addr", "add", address + "/32", "dev",
                            "eth0"])
        self.here.run(["ip", "route", "add", "10.99.1.0/24", "via",
                       self.there.ip4])
        closing = [self.there.inside(MagnetSeed, self.swarm, address)
                   for address in addresses]
        if self.way == "tracker":
            tracker = self.there.inside(ScriptedTracker, self.there.ip4,
                                        TRACKER_PORT)
            tracker.extra_peers = [(a, SEED_PORT) for a in addresses]
            self.link += "&tr=" + tracker.url()
            closing.append(tracker)
        else:
            closing.append(self.there.inside(Node, self.there.ip4, addresses))
        for each in closing:
            self.case.defer(each.close)

    @property
    def node(self):
        return "%s:%d" % (self.there.ip4, NODE_PORT) if self.way == "dht" \
            else None

    def tessera(self):
        return [self.args.tessera, "get", "--json", "--dir", self.folder,
                "--port", PORT, "--no-pex", "--no-lsd",
                *(["--dht-node", self.node] if self.node else ["--no-dht"]),
                self.link]

    def libtorrent(self):
        return [sys.executable, os.path.join(HERE, "lt_magnet.py"), self.link,
                self.folder, "%s:%d" % (self.here.ip4, PORT),
                *([self.node] if self.node else [])]

    def transmission(self):
        if self.node:
            with open(os.path.join(self.home, "dht.bootstrap"), "w") as out:
                out.write(self.node.replace(":", " ") + "\n")
        with open(os.path.join(self.home, "settings.json"), "w") as out:
            json.dump({
                "dht-enabled": bool(self.node), "lpd-enabled": False,
                "pex-enabled": False, "utp-enabled": False,
                "port-forwarding-enabled": False, "encryption": 0,
                "peer-port": PORT, "download-dir": self.folder,
                "bind-address-ipv4": self.here.ip4, "rpc-enabled": True,
                "rpc-bind-address": "127.0.0.1", "rpc-port": RPC_PORT,
                "start-added-torrents": True}, out)
        return ["transmission-daemon", "-f", "-g", self.home]

    def aria2(self):
        dht = ["--enable-dht=true", "--dht-entry-point=" + self.node,
               "--dht-listen-port=%d" % PORT] if self.node \
            else ["--enable-dht=false"]
        return ["aria2c", "--no-conf", "--dir=" + self.folder,
                "--listen-port=%d" % PORT, "--bt-enable-lpd=false",
                "--enable-peer-exchange=false", "--file-allocation=none",
                "--summary-interval=0", "--enable-dht6=false",
                "--dht-file-path=%s/dht" % self.home, *dht, self.link]

    def add_to_transmission(self):
        """By its RPC; when that was asked for."""
        session = ""

        def call(method, **arguments):
            nonlocal session
            http = http_client.HTTPConnection("127.0.0.1", RPC_PORT, 5)
            http.request("POST", "/transmission/rpc", json.dumps(
                {"method": method, "arguments": arguments}),
                {"X-Transmission-Session-Id": session})
            reply = http.getresponse()
            session = reply.getheader("X-Transmission-Session-Id", session)
            return reply.status == 200

        def is_up():
            try:
                return call("session-get")
            except OSError:
                return False

        self.case.wait_for(lambda: self.here.inside(is_up), "its RPC", 10)
        begun = time.monotonic()
        self.here.inside(lambda: call("torrent-add", filename=self.link))
        return begun

    def measure(self):
        """Milliseconds from the start to each step."""
        env = dict(os.environ, HOME=self.home, XDG_CONFIG_HOME=self.home,
                   XDG_STATE_HOME=self.home, XDG_DATA_HOME=self.home)
        begun = time.monotonic()
        process = self.here.spawn(getattr(self, self.client)(), self.client,
                                  env=env)
        if self.client == "transmission":
            begun = self.add_to_transmission()
        self.case.wait_for(lambda: "piece" in self.swarm.times,
                           "the first piece", LIMIT_S - 5, 0.005)
        if self.client == "libtorrent":
            begun = float(process.out().split("\n", 1)[0])
        return [1000 * (self.swarm.times[step] - begun) for step in STEPS]

    def close(self):
        self.case.cleanup()
        shutil.rmtree(self.case.folder, ignore_errors=True)


CLIENTS = ("tessera", "libtorrent", "transmission", "aria2")


def measure(way, args, root):
    rows = {name: [] for name in args.clients.split(",")}
    for i in range(args.runs):
        for name in rows:
            run = Run(args, root, name, way)
            try:
                rows[name].append(run.measure())
                print("# %s %s %d: %s" % (way, name, i, " ".join(
                    "%.0f" % x for x in rows[name][-1])), file=sys.stderr,
                    flush=True)
            except (Failure, RuntimeError, OSError) as why:
                print("# %s %s %d: FAILED: %s" % (way, name, i, why),
                      file=sys.stderr, flush=True)
            finally:
                run.close()
    return rows


def report(way, rows):
    middle = {name: [statistics.median(x) for x in zip(*some)]
              for name, some in rows.items() if some}
    best = min((row[-1] for name, row in middle.items() if name != "tessera"),
               default=None)
    print("\nfrom a magnet link to the first piece by %s: ms, medians" % way)
    print("%-13s" % "client" + "".join("%12s" % step for step in STEPS)
          + "%8s  runs" % "ratio")
    for name, some in rows.items():
        if name not in middle:
            print("%-13sfailed" % name)
            continue
        print("%-13s" % name + "".join("%12.0f" % x for x in middle[name])
              + ("%8.2f" % (middle[name][-1] / best) if best else " " * 8)
              + "  %d" % len(some), flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    ways = ["tracker", "dht"]
    parser.add_argument("way", nargs="*", metavar="WAY", default=ways)
    parser.add_argument("-n", "--runs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--clients", default=",".join(CLIENTS))
    parser.add_argument("--tessera", default="./tessera")
    args = parser.parse_args()
    if set(args.way) - set(ways) or set(args.clients.split(",")) - set(CLIENTS):
        parser.error("WAY is one of %s, clients are of %s"
                     % (", ".join(ways), ", ".join(CLIENTS)))
    args.tessera = os.path.abspath(args.tessera)
    enter_sandbox()
    root = tempfile.mkdtemp(prefix="tessera-bench-")
    try:
        for way in args.way:
            report(way, measure(way, args, root))
    finally:
        shutil.rmtree(root, ignore_errors=True)


main()
