"""A SOCKS5 proxy of our own on loopback, without login (RFC 1928)."""
import socket
import struct
import threading


class Socks:
    """Connects to names as `names` says: {name: (address, port)}, whatever port was
    asked for; to addresses as they are. `asked` lists them."""

    def __init__(self, names=None):
        self.names, self.asked = names or {}, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = "socks5://127.0.0.1:%d" % self.port
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        if self.listener.fileno() < 0:
            return
        # Closing alone would leave one more accept() to the thread.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:     # closed
                return
            threading.Thread(target=self._serve, args=(client,),
                             daemon=True).start()

    def _serve(self, client):
        with client, client.makefile("rb") as said:
            try:
                said.read(said.read(2)[1])
                client.sendall(b"\5\0")
                where = self._read_request(said)
                with socket.create_connection(where, 5) as server:
                    client.sendall(b"\5\0\0\1" + bytes(6))
                    back = threading.Thread(target=self._copy, daemon=True,
                                            args=(server, client))
                    back.start()
                    self._copy(client, server)
                    back.join()
            except (OSError, IndexError, struct.error):
                pass        # it went away, or is refused by our doing so

    def _read_request(self, said):
        kind = said.read(4)[3]
        if kind == 3:
            host = said.read(said.read(1)[0]).decode()
        else:
            host = socket.inet_ntop(
                *((socket.AF_INET, said.read(4)) if kind == 1
                  else (socket.AF_INET6, said.read(16))))
        port, = struct.unpack(">H", said.read(2))
        self.asked.append(host)
        return self.names.get(host, (host, port))

    @staticmethod
    def _copy(source, sink):
        try:
            while chunk := source.recv(65536):
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass
