"""Torrents that are fetched from a URL by the commands that run no session: by the
proxy that is set, and by no other way."""
import os
import socket

from client import BAD_TORRENT, DONE, USAGE, expect, run
from runner import Skip
from socks import Socks
from torrents import KIB, single
from webfiles import WebFiles

NAME = "torrents.test"      # the proxy alone knows it
URL = "http://%s/a.torrent" % NAME


class Stage:
    """A web server with a .torrent, whose data lie in a folder; and a proxy."""

    def __init__(self, case):
        self.torrent = single(size=100 * KIB)
        self.data = case.new_dir("data")
        self.torrent.write(self.data)
        self.path = self.torrent.save(case.path("a.torrent"))
        self.web = WebFiles(self.torrent, answer=self.answer)
        case.defer(self.web.close)
        self.straight = self.web.base + "/a.torrent"
        self.on_asked = lambda handler: None
        self.proxy = Socks({NAME: ("127.0.0.1", self.web.port)})
        case.defer(self.proxy.close)

    def answer(self, handler):
        self.on_asked(handler)
        WebFiles.reply(handler, 200, self.torrent.metainfo())
        return True

    def lines(self):
        """Command lines, which fetch what is put between."""
        return (("show",), ()), (("verify",), (self.data,))


def by_option(case):
    s = Stage(case)
    for before, after in s.lines():
        done = run(case, *before, "--proxy", s.proxy.url, URL, *after)
        expect(case, done, DONE)
    case.equal(s.proxy.asked, [NAME, NAME], "asked of the proxy")


def by_setting(case):
    """Of the file at its usual place, or of another."""
    s = Stage(case)
    folder = case.path("state", "tessera")
    os.makedirs(folder, exist_ok=True)
    line = 'proxy = "%s"\n' % s.proxy.url
    other = case.path("other.conf")
    for path in (os.path.join(folder, "tessera.conf"), other):
        with open(path, "w", encoding="utf-8") as f:
            f.write(line)
        for before, after in s.lines():
            more = ("--config", other) if path == other else ()
            expect(case, run(case, *before, *more, URL, *after), DONE)
        os.remove(path)
    case.equal(s.proxy.asked, [NAME] * 4, "asked of the proxy")
    # Without: that server itself, where it is.
    expect(case, run(case, "show", s.straight), DONE)
    case.equal(len(s.proxy.asked), 4, "asked of the proxy after that")


def from_bound_address(case):
    """With bind in the settings, or --bind, no other address asks; one that this machine
    does not have asks nobody."""
    s = Stage(case)
    own, seen = "127.0.0.77", []
    try:
        socket.create_server((own, 0)).close()
    except OSError as why:
        raise Skip("no address %s: %s" % (own, why)) from None
    s.on_asked = lambda handler: seen.append(handler.client_address[0])
    for address, status in ((own, DONE), ("192.0.2.1", BAD_TORRENT)):
        conf = case.path("bind.conf")
        with open(conf, "w", encoding="utf-8") as f:
            f.write("bind = %s\n" % address)
        for before, after in s.lines():
            expect(case, run(case, *before, "--config", conf, s.straight,
                             *after), status)
        case.equal(seen, [own, own], "who asked")
    expect(case, run(case, "get", "--bind", own, "-p", 0, "--no-dht", "--no-lsd",
                     "-d", s.data, s.straight), DONE)
    case.equal(seen, [own] * 3, "who asked")


def never_round_it(case):
    """A proxy that is gone, or is none: nobody else is asked. Files need none."""
    s = Stage(case)
    gone = s.proxy.url
    s.proxy.close()
    for before, after in s.lines():
        expect(case, run(case, *before, "--proxy", gone, s.straight, *after),
               BAD_TORRENT)
        expect(case, run(case, *before, "--proxy", "ftp://127.0.0.1",
                         s.straight, *after), USAGE, "--proxy: ")
        expect(case, run(case, *before, "--config", case.path("missing"),
                         s.straight, *after), USAGE, "--config: ")
        expect(case, run(case, *before, "--proxy", gone, s.path, *after),
               DONE)
    case.equal(s.web.connections, 0, "connections round the proxy")


def add(runner):
    runner.add("fetch-by-proxy-option", by_option, 20)
    runner.add("fetch-by-proxy-setting", by_setting, 20)
    runner.add("fetch-from-bound-address", from_bound_address, 20)
    runner.add("fetch-never-round-the-proxy", never_round_it, 20)
