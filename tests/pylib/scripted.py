"""A tracker of our own, HTTP and UDP on one port, that records what it is
told and can be told what to answer."""
import http.server
import socket
import struct
import threading
import time
import urllib.parse

from torrents import bencode

EVENTS = {0: "", 1: "completed", 2: "started", 3: "stopped"}
UDP_MAGIC = 0x41727101980


def compact(address, port):
    """6 or 18 bytes, as BEP 23 and BEP 7 have them."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.inet_pton(family, address) + struct.pack(">H", port)


class Announce:
    """What a client said in one announce."""

    def __init__(self, via, info_hash, peer_id, address, port, left, event,
                 uploaded=0, downloaded=0, extra=None):
        self.via, self.info_hash, self.peer_id = via, info_hash, peer_id
        self.address, self.port, self.left = address, port, left
        self.event, self.uploaded = event, uploaded
        self.downloaded, self.extra = downloaded, extra or {}
        self.at = time.monotonic()


class ScriptedTracker:
    """Answers with the peers it knows, and those in extra_peers, to which a
    client is sent though they never announced.

    answer: None, or a function (handler) that answers an HTTP request in
    place of us. udp_answer: None, or a function (datagram) -> reply or None.
    tls: an ssl.SSLContext to speak HTTPS in place of HTTP.
    """

    def __init__(self, address="127.0.0.1", port=0, interval=1800, tls=None):
        self.address, self.interval = address, interval
        self.swarms, self.announces, self.extra_peers = {}, [], []
        self.scrapes = 0
        self.answer = self.udp_answer = None
        self.lock = threading.Lock()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        tracker = self

        class Server(http.server.ThreadingHTTPServer):
            address_family = family
            daemon_threads = True

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                try:
                    tracker.on_http(self)
                except ConnectionError:
                    pass    # the client has had enough

            def log_message(self, *_):
                pass

        self.http = Server((address, port), Handler)
        if tls:
            self.http.socket = tls.wrap_socket(self.http.socket,
                                               server_side=True)
        self.port = self.http.server_address[1]
        self.udp = socket.socket(family, socket.SOCK_DGRAM)
        self.udp.bind((address, self.port))
        for loop in (self.http.serve_forever, self.udp_loop):
            threading.Thread(target=loop, daemon=True).start()

    def url(self, scheme="http"):
        host = "[%s]" % self.address if ":" in self.address else self.address
        return "%s://%s:%d/announce" % (scheme, host, self.port)

    def close(self):
        self.http.shutdown()
        self.http.server_close()
        self.udp.close()

    def events(self, info_hash=None):
        with self.lock:
            return [a.event for a in self.announces
                    if info_hash in (None, a.info_hash)]

    def counts(self, info_hash):
        with self.lock:
            left = [a.left for a in self.swarms.get(info_hash, {}).values()]
        return left.count(0), len(left) - left.count(0)

    def _learn(self, announce):
        """Remember it; return the others of its swarm as (address, port)."""
        with self.lock:
            self.announces.append(announce)
            swarm = self.swarms.setdefault(announce.info_hash, {})
            key = (announce.address, announce.port)
            if announce.event == "stopped":
                swarm.pop(key, None)
            else:
                swarm[key] = announce
            return [k for k in swarm if k != key] + list(self.extra_peers)

    def on_http(self, handler):
        parts = urllib.parse.urlsplit(handler.path)
        query = {k: v[-1].encode("latin-1") for k, v in urllib.parse.parse_qs(
            parts.query, True, encoding="latin-1").items()}
        if self.answer:
            if "info_hash" in query and not parts.path.endswith("scrape"):
                self._learn(self._http_announce(query, handler))
            self.answer(handler)
            return
        if parts.path.endswith("scrape"):
            self.reply(handler, bencode(self._scrape(query)))
            return
        peers = self._learn(self._http_announce(query, handler))
        self.reply(handler, bencode(self.peers_reply(peers)))

    @staticmethod
    def _http_announce(query, handler):
        def number(key):
            return int(query.get(key, b"0") or b"0")
        return Announce("http", query.get("info_hash", b""),
                        query.get("peer_id", b""), handler.client_address[0],
                        number("port"), number("left"),
                        query.get("event", b"").decode("latin-1"),
                        number("uploaded"), number("downloaded"), query)

    def peers_reply(self, peers):
        """The dictionary that an announce is answered with."""
        return {"interval": self.interval, "complete": 0, "incomplete": 0,
                "peers": b"".join(compact(*p) for p in peers
                                  if ":" not in p[0]),
                "peers6": b"".join(compact(*p) for p in peers
                                   if ":" in p[0])}

    def _scrape(self, query):
        self.scrapes += 1
        key = query.get("info_hash", b"")
        seeds, leeches = self.counts(key)
        return {"files": {key: {"complete": seeds, "incomplete": leeches,
                                "downloaded": 0}}}

    @staticmethod
    def reply(handler, body, status=200, headers=()):
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def udp_loop(self):
        while True:
            try:
                data, sender = self.udp.recvfrom(4096)
            except OSError:
                return
            reply = self.udp_answer(data) if self.udp_answer \
                else self._udp_reply(data, sender)
            if reply:
                self.udp.sendto(reply, sender)

    def _udp_reply(self, data, sender):
        if len(data) < 16:
            return None
        connection, action, transaction = struct.unpack(">QII", data[:16])
        if action == 0 and connection == UDP_MAGIC:
            return struct.pack(">IIQ", 0, transaction, 0x1234567)
        if connection != 0x1234567:
            return struct.pack(">II", 3, transaction) + b"stale connection"
        if action == 1 and len(data) >= 98:
            return self._udp_announce(data, sender, transaction)
        if action == 2:
            self.scrapes += 1
            hashes = [data[i:i + 20] for i in range(16, len(data) - 19, 20)]
            return struct.pack(">II", 2, transaction) + b"".join(
                struct.pack(">III", seeds, 0, leeches)
                for seeds, leeches in map(self.counts, hashes))
        return None

    def _udp_announce(self, data, sender, transaction):
        info_hash, peer_id = data[16:36], data[36:56]
        downloaded, left, uploaded, event = struct.unpack(">QQQI",
                                                          data[56:84])
        port, = struct.unpack(">H", data[96:98])
        peers = self._learn(Announce(
            "udp", info_hash, peer_id, sender[0], port, left,
            EVENTS.get(event, "?"), uploaded, downloaded))
        same = [p for p in peers if (":" in p[0]) == (":" in self.address)]
        return struct.pack(">IIIII", 1, transaction, self.interval, 0, 0) \
            + b"".join(compact(*p) for p in same)
