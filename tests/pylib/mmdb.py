"""Makes small databases of countries in MaxMind DB format, as its specification 2.0 says:
IPv4 prefixes, in records of 24 bits."""

import ipaddress

MARKER = b"\xab\xcd\xefMaxMind.com"


def _head(kind, size):
    """The control byte, and that of types above 7."""
    assert size < 29
    if kind <= 7:
        return bytes([kind << 5 | size])
    return bytes([size, kind - 7])


def _text(text):
    raw = text.encode()
    return _head(2, len(raw)) + raw


def _number(n, kind):
    raw = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return _head(kind, len(raw)) + raw


def _map(pairs):
    return _head(7, len(pairs)) + b"".join(
        _text(key) + value for key, value in pairs.items())


def make(countries):
    """The bytes of a database; countries: {"127.0.0.0/8": "DE"}, none within another."""
    nodes, data, offsets = [[None, None]], b"", {}
    for prefix, country in countries.items():
        offsets[country] = len(data)
        data += _map({"country": _map({"iso_code": _text(country)})})
        network = ipaddress.IPv4Network(prefix)
        bits = f"{int(network.network_address):032b}"[:network.prefixlen]
        at = 0
        for i, bit in enumerate(map(int, bits)):
            if i + 1 == len(bits):
                nodes[at][bit] = country
            elif nodes[at][bit] is None:
                nodes.append([None, None])
                nodes[at][bit] = len(nodes) - 1
            at = nodes[at][bit]

    def record(value):
        if value is None:
            value = len(nodes)
        elif isinstance(value, str):
            value = len(nodes) + 16 + offsets[value]
        return value.to_bytes(3, "big")

    tree = b"".join(record(left) + record(right) for left, right in nodes)
    return tree + bytes(16) + data + MARKER + _map({
        "binary_format_major_version": _number(2, 5),
        "binary_format_minor_version": _number(0, 5),
        "build_epoch": _number(1700000000, 9),
        "database_type": _text("Test-Country"),
        "description": _map({}),
        "ip_version": _number(4, 5),
        "languages": _head(11, 0),
        "node_count": _number(len(nodes), 6),
        "record_size": _number(24, 5)})
