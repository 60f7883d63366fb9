"""A scripted seed that gives the metadata of its torrent, too (BEP 9)."""
import struct
import threading

import wirepeer
from torrents import KIB, bdecode_prefix, bencode
from wirepeer import EXTENDED, FAST_AND_EXTENDED, PIECE, REQUEST, UNCHOKE

ITS_ID = 9                      # of ut_metadata, to a scripted peer
METADATA_PIECE = 16 * KIB
MESSAGE_REQUEST, MESSAGE_DATA, MESSAGE_REJECT = range(3)


class MetadataPeer(wirepeer.Listener):
    """A seed that gives metadata too; `size` is what it tells of theirs (None:
    nothing), `answer(peer, wire, index)` gives a piece, or does not. `wanted` are the
    pieces of the data that it was asked for."""

    def __init__(self, torrent, size=0, answer=None, address="127.0.0.1"):
        self.metadata = bencode(torrent.info)
        self.size = len(self.metadata) if size == 0 else size
        self.answer = answer or MetadataPeer.give
        self.asked, self.lock = 0, threading.Lock()
        self.wanted = set()
        super().__init__(torrent, address=address,
                         reserved=FAST_AND_EXTENDED)

    def say(self, wire, kind, index, data=b"", **more):
        wire.send(EXTENDED, bytes([wire.their_metadata]) + bencode(
            dict({"msg_type": kind, "piece": index}, **more)) + data)

    def part(self, index):
        return self.metadata[index * METADATA_PIECE:][:METADATA_PIECE]

    def give(self, wire, index):
        self.say(wire, MESSAGE_DATA, index, self.part(index),
                 total_size=len(self.metadata))

    def serve(self, wire):
        wire.handshake()
        wire.their_metadata = None
        hello = {"m": {"ut_metadata": ITS_ID}}
        if self.size is not None:
            hello["metadata_size"] = self.size
        wire.send(EXTENDED, b"\0" + bencode(hello))
        wire.have_all()
        wire.send(UNCHOKE)
        while True:
            kind, payload = wire.recv()
            if kind == EXTENDED and payload[0] == 0:
                ids = bdecode_prefix(payload[1:])[0].get(b"m", {})
                wire.their_metadata = ids.get(b"ut_metadata")
            elif kind == EXTENDED and payload[0] == ITS_ID:
                message = bdecode_prefix(payload[1:])[0]
                if message[b"msg_type"] == MESSAGE_REQUEST:
                    with self.lock:
                        self.asked += 1
                    self.answer(self, wire, message[b"piece"])
            elif kind == REQUEST:
                index, begin, size = struct.unpack(">III", payload)
                with self.lock:
                    self.wanted.add(index)
                data = self.torrent.piece(index)[begin:begin + size]
                wire.send(PIECE, struct.pack(">II", index, begin) + data)
