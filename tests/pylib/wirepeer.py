"""Scripted peers over real sockets: honest ones that seed or fetch, and the
pieces from which a test builds dishonest ones. BEP 3 and BEP 6, blocking
sockets, one thread a connection."""
import hashlib
import os
import socket
import struct
import threading
import time

from torrents import bencode

BLOCK = 16384
PROTOCOL = b"\x13BitTorrent protocol"
FAST = bytes([0, 0, 0, 0, 0, 0, 0, 4])
FAST_AND_EXTENDED = bytes([0, 0, 0, 0, 0, 16, 0, 4])
(CHOKE, UNCHOKE, INTERESTED, NOT_INTERESTED, HAVE, BITFIELD, REQUEST, PIECE,
 CANCEL) = range(9)
SUGGEST, HAVE_ALL, HAVE_NONE, REJECT, ALLOWED_FAST = range(13, 18)
EXTENDED = 20
MAX_MESSAGE = 1024 * 1024


class Closed(Exception):
    """The other side closed the connection."""


def new_id():
    return b"-XX0001-" + os.urandom(6).hex().encode()


def bitfield(n_pieces, pieces):
    """The bits of a set of pieces, the first the highest."""
    bits = bytearray((n_pieces + 7) // 8)
    for i in pieces:
        bits[i // 8] |= 0x80 >> i % 8
    return bytes(bits)


class Wire:
    """One connection, of which we write what we like."""

    def __init__(self, sock, torrent, reserved=FAST):
        self.sock, self.torrent, self.reserved = sock, torrent, reserved
        self.their_id = self.their_reserved = None
        sock.settimeout(20)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def raw(self, data):
        try:
            self.sock.sendall(data)
        except (ConnectionError, socket.timeout) as why:
            raise Closed(str(why)) from why

    def send(self, kind, payload=b""):
        self.raw(struct.pack(">IB", 1 + len(payload), kind) + payload)

    def exactly(self, size):
        data = bytearray()
        while len(data) < size:
            try:
                part = self.sock.recv(size - len(data))
            except (ConnectionError, socket.timeout, OSError) as why:
                raise Closed(str(why)) from why
            if not part:
                raise Closed("end of stream")
            data += part
        return bytes(data)

    def handshake(self, peer_id=None, info_hash=None):
        self.raw(PROTOCOL + self.reserved
                 + (info_hash or self.torrent.info_hash)
                 + (peer_id or new_id()))
        theirs = self.exactly(68)
        self.their_reserved, self.their_id = theirs[20:28], theirs[48:]
        if theirs[:20] != PROTOCOL or theirs[28:48] != self.torrent.info_hash:
            raise Closed("strange handshake")

    def recv(self):
        """The next message but keep-alives: (kind, payload)."""
        while True:
            size, = struct.unpack(">I", self.exactly(4))
            if size > MAX_MESSAGE:
                raise Closed("message of %d bytes" % size)
            if size:
                message = self.exactly(size)
                return message[0], message[1:]

    def extended_handshake(self, **fields):
        self.send(EXTENDED, b"\0" + bencode(dict({"m": {}}, **fields)))

    def have_all(self):
        if self.reserved[7] & self.their_reserved[7] & 4:
            self.send(HAVE_ALL)
        else:
            self.send(BITFIELD, bitfield(self.torrent.n_pieces,
                                         range(self.torrent.n_pieces)))

    def drain(self):
        """Read until the other side closes; return how many messages."""
        count = 0
        try:
            while True:
                self.recv()
                count += 1
        except Closed:
            return count

    def close(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()


class Listener:
    """Accepts connections on a loopback address and hands each, as a Wire, to
    `behave(wire)` in a thread of its own. `closed` is set when the other side
    has ended one; a dishonest peer waits to be thrown out."""

    def __init__(self, torrent, behave=None, address="127.0.0.1",
                 reserved=FAST, port=0):
        self.torrent, self.reserved = torrent, reserved
        self.behave = behave or self.serve
        self.address = address
        self.accepted, self.error = 0, None
        self.callers = set()    # addresses
        self.closed = threading.Event()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.sock = socket.socket(family)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.sock.bind((address, port))
        self.sock.listen(64)
        self.port = self.sock.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def where(self):
        """As --peer takes it."""
        host = "[%s]" % self.address if ":" in self.address else self.address
        return "%s:%d" % (host, self.port)

    def _accept(self):
        while True:
            try:
                sock, remote = self.sock.accept()
            except OSError:
                return
            self.accepted += 1
            self.callers.add(remote[0])
            threading.Thread(target=self._run, args=(sock,),
                             daemon=True).start()

    def _run(self, sock):
        wire = Wire(sock, self.torrent, self.reserved)
        try:
            self.behave(wire)
        except Closed:
            self.closed.set()
        except Exception as error:      # a fault of the script
            self.error = error
            raise
        finally:
            wire.close()

    def serve(self, wire):
        raise NotImplementedError

    def close(self):
        self.sock.close()


class Seed(Listener):
    """An honest seed, unless told otherwise.

    have: the set of pieces it has (None: all). damage: pieces of which it
    sends wrong bytes. rate: bytes a second. gate: an Event before which it
    unchokes nobody. `sent` counts, for each (piece, begin), how often.
    """

    def __init__(self, torrent, address="127.0.0.1", have=None, damage=(),
                 rate=None, gate=None, reserved=FAST, client=None):
        self.have = set(range(torrent.n_pieces)) if have is None else have
        self.damage, self.rate, self.gate = damage, rate, gate
        self.client = client
        self.sent, self.payload = {}, 0
        self.lock = threading.Lock()
        super().__init__(torrent, address=address, reserved=reserved)

    def repeats(self):
        """Bytes that were sent more than once."""
        with self.lock:
            return sum((n - 1) * BLOCK for n in self.sent.values())

    def serve(self, wire):
        wire.handshake()
        if self.client is not None:
            wire.extended_handshake(v=self.client)
        wire.send(BITFIELD, bitfield(self.torrent.n_pieces, self.have))
        begun, given, open_ = time.monotonic(), 0, False
        while True:
            if not open_ and (self.gate is None or self.gate.wait(20)):
                wire.send(UNCHOKE)
                open_ = True
            kind, payload = wire.recv()
            if kind != REQUEST:
                continue
            index, begin, size = struct.unpack(">III", payload)
            data = self.torrent.piece(index)[begin:begin + size]
            if len(data) != size or index not in self.have:
                raise Closed("asked for what is not there")
            if index in self.damage:
                data = bytes(b ^ 0x55 for b in data)
            if self.rate:
                given += size
                time.sleep(max(0, begun + given / self.rate
                               - time.monotonic()))
            wire.send(PIECE, struct.pack(">II", index, begin) + data)
            with self.lock:
                self.payload += size
                key = (index, begin)
                self.sent[key] = self.sent.get(key, 0) + 1


def connect(torrent, port, address="127.0.0.1", reserved=FAST):
    """A Wire to a client that listens; the handshake is done."""
    wire = Wire(socket.create_connection((address, port), 5), torrent,
                reserved)
    wire.handshake()
    return wire


def requests_of(torrent, index):
    size = len(torrent.piece(index))
    return [struct.pack(">III", index, begin, min(BLOCK, size - begin))
            for begin in range(0, size, BLOCK)]


def fetch_piece(wire, torrent, index):
    """Ask for one piece of an unchoked connection; its bytes."""
    parts, wanted = {}, requests_of(torrent, index)
    for request in wanted:
        wire.send(REQUEST, request)
    while len(parts) < len(wanted):
        kind, payload = wire.recv()
        if kind == PIECE:
            at, begin = struct.unpack(">II", payload[:8])
            if at == index:
                parts[begin] = payload[8:]
        elif kind == REJECT:
            raise Closed("rejected")
    return b"".join(parts[begin] for begin in sorted(parts))


def fetch_all(wire, torrent):
    """Fetch and check every piece from a seed; the bytes."""
    if wire.reserved[7] & wire.their_reserved[7] & 4:
        wire.send(HAVE_NONE)
    wire.send(INTERESTED)
    while wire.recv()[0] != UNCHOKE:
        pass
    data = []
    for index in range(torrent.n_pieces):
        piece = fetch_piece(wire, torrent, index)
        wanted = torrent.info["pieces"][20 * index:20 * index + 20]
        if hashlib.sha1(piece).digest() != wanted:
            raise Closed("piece %d is wrong" % index)
        data.append(piece)
    return b"".join(data)
