"""nginx on a host of the net, as a web seed: its own configuration, folders and
process, never the system's service."""
import os
import shutil

import tls
from runner import Failure

CONF = """
daemon off;
user root;
worker_processes 1;
pid %(home)s/pid;
error_log %(home)s/error.log;
events { worker_connections 64; }
http {
    access_log %(home)s/access.log;
    client_body_temp_path %(home)s/body;
    proxy_temp_path %(home)s/proxy;
    fastcgi_temp_path %(home)s/fastcgi;
    uwsgi_temp_path %(home)s/uwsgi;
    scgi_temp_path %(home)s/scgi;
    gzip on;
    gzip_types *;
    server {
        listen %(address)s:80;
        %(tls)s
        root %(root)s;
        %(more)s
    }
}
"""


class Nginx:
    """Has all files of a torrent below /pub/. more: lines of its server block.
    secure: by HTTPS and HTTP/2, with a certificate that is trusted here."""

    def __init__(self, case, host, torrent, more="", secure=False):
        if not shutil.which("nginx"):
            raise Failure("nginx is missing")
        self.case, self.host = case, host
        self.home = case.new_dir(host.name, "home")
        root = case.new_dir(host.name, "root")
        torrent.write(os.path.join(root, "pub"))
        lines = ""
        if secure:
            tls.context(host.name, host.ip4)
            pem = os.path.join(tls.FOLDER, host.name)
            lines = "listen %s:443 ssl http2; ssl_certificate %s.pem; " \
                "ssl_certificate_key %s.key;" % (host.ip4, pem, pem)
        conf = os.path.join(self.home, "conf")
        with open(conf, "w", encoding="utf-8") as out:
            out.write(CONF % {"home": self.home, "root": root, "tls": lines,
                              "address": host.ip4, "more": more})
        self.url = "%s://%s/pub/" % ("https" if secure else "http", host.ip4)
        self.process = host.spawn(["nginx", "-c", conf, "-p", self.home],
                                  host.name)
        case.wait_for(lambda: os.path.exists(os.path.join(self.home, "pid")),
                      "nginx", 10)

    def lines(self):
        """Its access log: what was asked for, status, bytes."""
        with open(os.path.join(self.home, "access.log"),
                  encoding="utf-8") as log:
            return log.read().splitlines()

    def sent(self):
        """Bytes of bodies, as it counts them when a request ends."""
        return sum(int(line.split('" ')[1].split()[1])
                   for line in self.lines())
