"""A web server of our own that has a torrent's files (BEP 19), or its pieces
(BEP 17), and can be told to do it badly."""
import http.server
import threading
import time
import urllib.parse

PATIENCE = 30       # seconds for which a fault holds a request at most


class WebFiles:
    """Serves below /files/ the files of a torrent, and at /piece its pieces.

    ranges: whether Range is understood. damage: pieces of which it sends wrong
    bytes. rate: bytes a second and request. early: closes after so many bytes
    of a reply. stall: an Event that is waited for in the middle of a reply.
    missing: paths that are 404. answer: None, or a function (handler) that
    answers in place of us, and says by True that it did.
    `got` counts, for each path, the bytes sent; `requests` lists paths.
    """

    def __init__(self, torrent, address="127.0.0.1", ranges=True, damage=(),
                 rate=None, early=None, stall=None, missing=(), answer=None):
        self.torrent, self.ranges, self.rate = torrent, ranges, rate
        self.early, self.stall, self.answer = early, stall, answer
        self.missing = set(missing)
        self.files, self.got, self.requests = {}, {}, []
        self.connections, self.active, self.most_active = 0, 0, 0
        self.lock = threading.Lock()
        self.closing = threading.Event()
        data = bytearray(torrent.data)
        for index in damage:
            at = index * torrent.piece_length
            data[at] ^= 0x55
        self.data = bytes(data)
        for path, at, length in torrent.entries():
            self.files["/files/" + path] = self.data[at:at + length]
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                with server.lock:
                    server.connections += 1

            def do_GET(self):
                try:
                    server.serve(self)
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False
            request_queue_size = 64

            def handle_error(self, request, client_address):
                pass        # the client has had enough

        self.http = Server((address, 0), Handler)
        self.address, self.port = address, self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def base(self):
        return "http://%s:%d" % (self.address, self.port)

    @property
    def url(self):
        """As url-list has it, for one file or several."""
        return self.base + "/files/"

    def close(self):
        self.closing.set()
        self.http.shutdown()
        self.http.server_close()

    def total(self):
        with self.lock:
            return sum(self.got.values())

    def serve(self, handler):
        parts = urllib.parse.urlsplit(handler.path)
        path = urllib.parse.unquote(parts.path, errors="surrogateescape")
        with self.lock:
            self.requests.append(path)
            self.active += 1
            self.most_active = max(self.most_active, self.active)
        try:
            if self.answer is not None and self.answer(handler):
                return
            if path == "/piece":
                self._piece(handler, urllib.parse.parse_qs(parts.query))
            elif path in self.missing or path not in self.files:
                self.reply(handler, 404, b"not here")
            else:
                self._file(handler, path)
        finally:
            with self.lock:
                self.active -= 1

    @staticmethod
    def reply(handler, status, body, **headers):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _file(self, handler, path):
        body, wanted = self.files[path], handler.headers.get("Range")
        if not wanted or not self.ranges:
            handler.send_response(200)
        else:
            first, last = wanted.split("=")[1].split("-")
            first, last = int(first), min(int(last), len(body) - 1)
            handler.send_response(206)
            handler.send_header("Content-Range", "bytes %d-%d/%d"
                                % (first, last, len(body)))
            body = body[first:last + 1]
        self._send(handler, path, body)

    def _piece(self, handler, query):
        index = int(query["piece"][0])
        first, last = map(int, query["ranges"][0].split("-"))
        at = index * self.torrent.piece_length
        handler.send_response(200)
        self._send(handler, "/piece", self.data[at + first:at + last + 1])

    def _send(self, handler, path, body):
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        begun, sent, step = time.monotonic(), 0, 16384
        if self.rate:
            step = max(1024, min(step, self.rate // 10))
        while sent < len(body):
            part = body[sent:sent + step]
            if self.early is not None and sent + len(part) > self.early:
                handler.wfile.write(part[:self.early - sent])
                handler.close_connection = True
                return
            if self.stall is not None and sent + step >= len(body) // 2:
                self.stall.wait(PATIENCE)
            handler.wfile.write(part)
            sent += len(part)
            with self.lock:
                self.got[path] = self.got.get(path, 0) + len(part)
            if self.rate and self.closing.wait(max(
                    0, begun + sent / self.rate - time.monotonic())):
                return
