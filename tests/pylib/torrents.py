"""Bencode, and torrents with data that depends on nothing but their name.

Nothing here is shared with the client under test: what it writes is judged by
this second, independent reading of BEP 3.
"""
import hashlib
import os

KIB = 1024
MIB = 1024 * 1024


class BadBencode(Exception):
    """The bytes are not bencode, or not in its one canonical form."""


def bencode(value):
    """The canonical bencoding of ints, bytes, str, lists and dicts."""
    if isinstance(value, bool):
        raise TypeError("bencode has no truth values")
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, (list, tuple)):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    pairs = sorted((k.encode() if isinstance(k, str) else k, v)
                   for k, v in value.items())
    return b"d" + b"".join(bencode(k) + bencode(v) for k, v in pairs) + b"e"


def _number(data, at, end):
    text = data[at:end]
    digits = text[1:] if text[:1] == b"-" else text
    if not digits.isdigit() or (digits[:1] == b"0" and text != b"0"):
        raise BadBencode("bad number at %d" % at)
    return int(text)


def _decode(data, at):
    kind = data[at:at + 1]
    if kind == b"i":
        end = data.find(b"e", at)
        if end < 0:
            raise BadBencode("number without end at %d" % at)
        return _number(data, at + 1, end), end + 1
    if kind == b"l":
        items, at = [], at + 1
        while data[at:at + 1] != b"e":
            item, at = _decode(data, at)
            items.append(item)
        return items, at + 1
    if kind == b"d":
        pairs, at, last = {}, at + 1, None
        while data[at:at + 1] != b"e":
            key, at = _decode(data, at)
            if not isinstance(key, bytes) or (last is not None and key <= last):
                raise BadBencode("keys out of order at %d" % at)
            pairs[key], at = _decode(data, at)
            last = key
        return pairs, at + 1
    colon = data.find(b":", at)
    if not kind.isdigit() or colon < 0:
        raise BadBencode("no value at %d" % at)
    size = _number(data, at, colon)
    if size > len(data) - colon - 1:
        raise BadBencode("string past the end at %d" % at)
    return data[colon + 1:colon + 1 + size], colon + 1 + size


def bdecode(data):
    """The value that all of data spells; strict. For replies and torrents of
    tests: dict keys stay bytes."""
    value, end = _decode(data, 0)
    if end != len(data):
        raise BadBencode("%d bytes too many" % (len(data) - end))
    return value


def bdecode_prefix(data):
    """The value that data begins with, and how many bytes it took."""
    return _decode(data, 0)


class Torrent:
    """A v1 torrent and its contents.

    files is None for a single file of `length` bytes called `name`, else a
    list of (path, length), path with slashes. The bytes follow from the name.
    """

    def __init__(self, name, piece_length, length=None, files=None):
        self.name = name
        self.piece_length = piece_length
        self.single = files is None
        self.files = [("", length)] if self.single else list(files)
        self.size = sum(n for _, n in self.files)
        self.data = hashlib.shake_128(name.encode()).digest(self.size)
        self.n_pieces = -(-self.size // piece_length)
        self.info = self._info()
        self.info_hash = hashlib.sha1(bencode(self.info)).digest()

    def _info(self):
        hashes = b"".join(hashlib.sha1(self.piece(i)).digest()
                          for i in range(self.n_pieces))
        info = {"name": self.name, "piece length": self.piece_length,
                "pieces": hashes}
        if self.single:
            info["length"] = self.size
        else:
            info["files"] = [{"length": n, "path": path.split("/")}
                             for path, n in self.files]
        return info

    @property
    def hex(self):
        return self.info_hash.hex()

    def piece(self, index):
        start = index * self.piece_length
        return self.data[start:start + self.piece_length]

    def metainfo(self, trackers=(), **extra):
        """The bytes of a .torrent file; trackers one tier each."""
        top = dict(extra, info=self.info)
        if trackers:
            top["announce"] = trackers[0]
        if len(trackers) > 1:
            top["announce-list"] = [[url] for url in trackers]
        return bencode(top)

    def save(self, path, trackers=(), **extra):
        with open(path, "wb") as out:
            out.write(self.metainfo(trackers, **extra))
        return path

    def entries(self):
        """(path below the download folder, offset, length) of each file."""
        at = 0
        for path, length in self.files:
            yield os.path.join(self.name, path) if path else self.name, \
                at, length
            at += length

    def write(self, folder, pieces=None):
        """Lay the files out below folder: all of the data, or only the
        given set of pieces and zeros for the rest."""
        data = self.data
        if pieces is not None:
            data = b"".join(
                self.piece(i) if i in pieces else bytes(len(self.piece(i)))
                for i in range(self.n_pieces))
        for path, at, length in self.entries():
            path = os.path.join(folder, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as out:
                out.write(data[at:at + length])

    def good_pieces(self, folder):
        """The pieces that are right on disk now."""
        found = bytearray(self.size)
        for path, at, length in self.entries():
            try:
                with open(os.path.join(folder, path), "rb") as file:
                    part = file.read(length)
            except OSError:
                continue
            found[at:at + len(part)] = part
        step = self.piece_length
        return {i for i in range(self.n_pieces)
                if found[i * step:(i + 1) * step] == self.piece(i)}

    def differences(self, folder, ignore=(), empty=True):
        """What is wrong below folder: a list of lines, empty when each file
        is there byte by byte and nothing else is, but names that end in one
        of ignore. Files of no bytes may lack unless empty."""
        wrong, expected = [], set()
        for path, at, length in self.entries():
            expected.add(path)
            if not length and not empty \
                    and not os.path.lexists(os.path.join(folder, path)):
                continue
            try:
                with open(os.path.join(folder, path), "rb") as file:
                    found = file.read()
            except OSError as why:
                wrong.append("%s: %s" % (path, why.strerror))
                continue
            if len(found) != length:
                wrong.append("%s: %d bytes, not %d"
                             % (path, len(found), length))
            elif found != self.data[at:at + length]:
                wrong.append("%s: other bytes" % path)
        for here, _, names in os.walk(folder):
            for name in names:
                path = os.path.relpath(os.path.join(here, name), folder)
                if path not in expected and not path.endswith(tuple(ignore)):
                    wrong.append("%s: left over" % path)
        return wrong


def single(name="single.bin", size=8 * MIB + 12345, piece_length=256 * KIB):
    return Torrent(name, piece_length, length=size)


def awkward(name="awkward set ü", piece_length=64 * KIB, big=4 * MIB + 4321):
    """Files of sizes that touch each edge: nothing, one byte, a block less
    and more one, many pieces in one file and many files in one piece."""
    return Torrent(name, piece_length, files=[
        ("empty first.dat", 0),
        ("one.byte", 1),
        ("block less one", 16 * KIB - 1),
        ("block", 16 * KIB),
        ("block and one", 16 * KIB + 1),
        ("two  spaces/наука 日本.txt", 100003),
        ("two  spaces/deeper/still deeper/empty.dat", 0),
        ("big.bin", big),
        ("exact pieces", 4 * piece_length),
        ("small/a", 7), ("small/b", 11), ("small/c", 0), ("small/d", 13),
        ("tail.bin", 3 * piece_length + 5),
        ("last.byte", 1),
    ])
