"""Message stream encryption for scripted peers, from the published description
alone. A Stream looks like a socket to wirepeer.Wire."""
import hashlib
import os
import random

PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA6"
    "3B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245"
    "E485B576625E7EC6F44C42E9A63A36210000000000090563", 16)
PLAIN, RC4 = 1, 2
VC = bytes(8)
GREETING = b"\x13BitTorrent protocol"
MAX_PAD = 512


def digest(*parts):
    return hashlib.sha1(b"".join(parts)).digest()


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


class Cipher:
    """RC4 without its first 1024 bytes."""

    def __init__(self, key):
        self.s, self.i, self.j = list(range(256)), 0, 0
        s, j = self.s, 0
        for i in range(256):
            j = (j + s[i] + key[i % len(key)]) & 255
            s[i], s[j] = s[j], s[i]
        self.crypt(bytes(1024))

    def crypt(self, data):
        s, i, j, out = self.s, self.i, self.j, bytearray(data)
        for k, byte in enumerate(out):
            i = (i + 1) & 255
            a = s[i]
            j = (j + a) & 255
            b = s[i] = s[j]
            s[j] = a
            out[k] = byte ^ s[(a + b) & 255]
        self.i, self.j = i, j
        return bytes(out)


def secret():
    number = int.from_bytes(os.urandom(20), "big")
    return number, pow(2, number, PRIME).to_bytes(96, "big")


def share(number, theirs):
    return pow(int.from_bytes(theirs, "big"), number,
               PRIME).to_bytes(96, "big")


def padding(size=None):
    return os.urandom(random.randint(0, MAX_PAD) if size is None else size)


class Stream:
    """A socket whose handshake is done, or under way."""

    def __init__(self, sock):
        self.sock, self.early = sock, b""
        self.method, self.tx, self.rx = None, None, None

    def __getattr__(self, name):
        return getattr(self.sock, name)

    def sendall(self, data):
        self.sock.sendall(self.tx.crypt(data) if self.tx else data)

    def recv(self, size):
        if self.early:
            data, self.early = self.early[:size], self.early[size:]
            return data
        data = self.sock.recv(size)
        return self.rx.crypt(data) if self.rx else data

    # Below the ciphers.

    def raw(self, size):
        data = b""
        while len(data) < size:
            part = self.sock.recv(size - len(data))
            if not part:
                raise ConnectionError("end of stream")
            data += part
        return data

    def sync(self, mark):
        data = self.raw(len(mark))
        while not data.endswith(mark):
            if len(data) == MAX_PAD + len(mark):
                raise ConnectionError("no sync")
            data += self.raw(1)

    def decrypted(self, size):
        return self.rx.crypt(self.raw(size))

    def settle(self, method):
        self.method = method
        if method == PLAIN:
            self.tx = self.rx = None
        return self


def dial(sock, info_hash, offer=PLAIN | RC4, initial=b"", pads=None):
    """As the one who connects; a Stream."""
    stream, (number, ours) = Stream(sock), secret()
    sock.sendall(ours + padding(pads))
    shared = share(number, stream.raw(96))
    stream.tx = Cipher(digest(b"keyA", shared, info_hash))
    stream.rx = Cipher(digest(b"keyB", shared, info_hash))
    pad = padding(pads)
    sock.sendall(
        digest(b"req1", shared)
        + xor(digest(b"req2", info_hash), digest(b"req3", shared))
        + stream.tx.crypt(VC + offer.to_bytes(4, "big")
                          + len(pad).to_bytes(2, "big") + pad
                          + len(initial).to_bytes(2, "big") + initial))
    stream.sync(Cipher(digest(b"keyB", shared, info_hash)).crypt(VC))
    stream.rx.crypt(VC)
    method = int.from_bytes(stream.decrypted(4), "big")
    if method not in (PLAIN, RC4) or not method & offer:
        raise ConnectionError("chose %d of %d" % (method, offer))
    stream.decrypted(int.from_bytes(stream.decrypted(2), "big"))
    return stream.settle(method)


def answer(sock, info_hash, take=PLAIN | RC4, pads=None, lie=None):
    """As the one who is connected to; a Stream. RC4 where both are taken.
    lie: what to choose and the length of a pad to claim, instead."""
    stream, (number, ours) = Stream(sock), secret()
    first = stream.raw(20)
    if first == GREETING:
        raise ConnectionError("not encrypted")
    shared = share(number, first + stream.raw(76))
    sock.sendall(ours + padding(pads))
    stream.sync(digest(b"req1", shared))
    which = xor(stream.raw(20), digest(b"req3", shared))
    if which != digest(b"req2", info_hash):
        raise ConnectionError("another torrent")
    stream.rx = Cipher(digest(b"keyA", shared, info_hash))
    stream.tx = Cipher(digest(b"keyB", shared, info_hash))
    if stream.decrypted(8) != VC:
        raise ConnectionError("no VC")
    both = int.from_bytes(stream.decrypted(4), "big") & take
    if not both:
        raise ConnectionError("nothing in common")
    method = RC4 if both & RC4 else PLAIN
    stream.decrypted(int.from_bytes(stream.decrypted(2), "big"))
    stream.early = stream.decrypted(
        int.from_bytes(stream.decrypted(2), "big"))
    if lie:
        sock.sendall(stream.tx.crypt(VC + lie[0].to_bytes(4, "big")
                                     + lie[1].to_bytes(2, "big") + bytes(64)))
        return stream
    pad = padding(pads)
    sock.sendall(stream.tx.crypt(VC + method.to_bytes(4, "big")
                                 + len(pad).to_bytes(2, "big") + pad))
    return stream.settle(method)
