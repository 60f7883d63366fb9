"""Home networks behind a gateway: miniupnpd, which maps ports by UPnP, by NAT-PMP
and by PCP, between a case's private bridge and a host outside."""
import json
import os
import socket
import struct
import threading

from clients import PORT, Tessera
from netns import Host, Net, _ip
from torrents import MIB, awkward, single

OUTSIDE, EXTERNAL = "11.22.33.1", "11.22.33.44"

# miniupnpd fills these chains. Without a mapping nothing comes in.
RULES = """
table inet filter {
    chain forward { type filter hook forward priority 0; policy drop;
        ct state established,related accept
        iifname "eth0" accept
        jump miniupnpd; }
    chain miniupnpd { }
    chain prerouting { type nat hook prerouting priority -100;
        jump prerouting_miniupnpd; }
    chain postrouting { type nat hook postrouting priority 100;
        jump postrouting_miniupnpd; oifname "eth1" masquerade; }
    chain prerouting_miniupnpd { }
    chain postrouting_miniupnpd { }
}"""


class Gateway:
    """The first host of a net, with a second interface and a host beyond."""

    def __init__(self, case, net, speaks):
        self.case, self.net = case, net
        self.host = net.host("gateway")
        self.outside = Host(net, "outside", 0, False, False)
        self.outside.ip4 = OUTSIDE
        net._add(self.outside.namespace)
        _ip(self.host.namespace, "link add eth1 type veth peer name eth0 "
            "netns " + self.outside.namespace,
            "addr add %s/24 dev eth1" % EXTERNAL, "link set eth1 up",
            "route add default via " + OUTSIDE)
        _ip(self.outside.namespace, "link set lo up",
            "addr add %s/24 dev eth0" % OUTSIDE, "link set eth0 up")
        self.host.run(["sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"])
        self.host.run(["nft", RULES])
        home = case.new_dir("gateway")
        with open(os.path.join(home, "conf"), "w") as out:
            out.write("\n".join([
                "ext_ifname=eth1", "listening_ip=eth0",
                "enable_natpmp=" + ("no" if speaks == "upnp" else "yes"),
                "enable_upnp=" + ("yes" if speaks == "upnp" else "no"),
                "secure_mode=yes", "uuid=00000000-0000-0000-0000-000000000001",
                "allow 1024-65535 10.99.0.0/24 1024-65535",
                "deny 0-65535 0.0.0.0/0 0-65535"]) + "\n")
        self.host.spawn(["miniupnpd", "-d", "-f", os.path.join(home, "conf"),
                         "-P", os.path.join(home, "pid")], "miniupnpd")

    def behind(self, name):
        host = self.net.host(name)
        _ip(host.namespace, "route add default via " + self.host.ip4)
        return host

    def mappings(self):
        """Of our port: how many rules lead in."""
        return self.host.run(["nft", "list", "ruleset"]).count(
            "dnat ip to 10.99.0.2:%d" % PORT)


def network_words(client):
    """What was said of the network, in the JSON lines."""
    words = []
    for line in client.process.out().splitlines():
        if '"network"' in line:
            words.append(json.loads(line)["text"])
    return words


def reached_by(speaks, way="auto", name=""):
    """A seed behind the gateway is reached from outside by the port that it had
    mapped, and takes that back at its end. name: of the protocol that did it."""
    def run(case):
        net = Net(case)
        gateway = Gateway(case, net, speaks)
        torrent = awkward()
        seed = Tessera(case, gateway.behind("seed"), torrent)
        del seed.env["TESSERA_OFFLINE"]
        seed.seed(options=["--port-mapping", way])
        case.wait_for(lambda: gateway.mappings() == 2, "both mappings", 30)
        case.wait_for(lambda: network_words(seed), "word of it", 10)
        said = "port %d is mapped by %s: outside it is %s:%d" % (
            PORT, name, EXTERNAL, PORT)
        case.equal(network_words(seed)[0], said, "what is said")
        leech = Tessera(case, gateway.outside, torrent)
        leech.leech(peers=["%s:%d" % (EXTERNAL, PORT)])
        leech.wait_done()
        leech.compare()
        leech.stop()
        seed.stop()
        case.equal(gateway.mappings(), 0, "mappings at the end")
    return run


def refused(case):
    """A gateway that says no: its words, and the download goes on."""
    net = Net(case)
    gateway = Gateway(case, net, "upnp")
    client = Tessera(case, gateway.behind("seed"), single())
    del client.env["TESSERA_OFFLINE"]
    client.seed(options=["--port", "700"])
    case.wait_for(lambda: network_words(client), "word of it", 40)
    case.check("not authorized" in network_words(client)[0],
               network_words(client)[0])
    client.stop()


def mapped_after_a_kill(case):
    """What a killed run left at the gateway, by another nonce, is in nobody's way,
    and is not there at the end."""
    gateway = Gateway(case, Net(case), "pcp")
    seed = Tessera(case, gateway.behind("seed"), single(size=MIB))
    del seed.env["TESSERA_OFFLINE"]
    for n in (1, 2, 3):
        seed.seed()
        case.wait_for(lambda: len(network_words(seed)) == n, "word of it", 30)
        case.check("port %d is mapped by " % PORT in network_words(seed)[-1],
                   network_words(seed)[-1])
        case.equal(gateway.mappings(), 2, "mappings")
        if n < 3:
            seed.process.kill()
    seed.stop()
    case.equal(gateway.mappings(), 0, "mappings at the end")


class OldGateway:
    """NAT-PMP alone, as RFC 6886 has it: it maps whatever is asked for, and says to
    any other version that it speaks none but 0."""

    def __init__(self, case, net):
        self.host = net.host("gateway")
        self.mapped, self.versions = {}, []
        self.socket = self.host.inside(socket.socket, socket.AF_INET,
                                       socket.SOCK_DGRAM)
        self.socket.bind((self.host.ip4, 5351))
        case.defer(self.socket.close)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                data, client = self.socket.recvfrom(1100)
            except OSError:     # closed
                return
            self.versions.append(data[0])
            self.socket.sendto(self.answer(data), client)

    def answer(self, data):
        head = struct.pack(">BBHI", 0, 128 | data[1], data[0] != 0, 1000)
        if data[0] != 0:
            return head
        if data[1] == 0:
            return head + socket.inet_aton(EXTERNAL)
        port, outside, life = struct.unpack(">HHI", data[4:12])
        if life:
            self.mapped[data[1], port] = outside
        else:
            self.mapped.pop((data[1], port), None)
        return head + struct.pack(">HHI", port, outside, life)


def negotiated(case):
    """PCP is asked first; what it answers sends us to NAT-PMP at once."""
    net = Net(case)
    gateway = OldGateway(case, net)
    host = net.host("seed")
    _ip(host.namespace, "route add default via " + gateway.host.ip4)
    seed = Tessera(case, host, single(size=MIB))
    del seed.env["TESSERA_OFFLINE"]
    seed.seed()
    case.wait_for(lambda: network_words(seed), "word of it", 20)
    case.equal(network_words(seed)[0], "port %d is mapped by NAT-PMP: outside "
               "it is %s:%d" % (PORT, EXTERNAL, PORT), "what is said")
    case.equal(gateway.mapped, {(1, PORT): PORT, (2, PORT): PORT}, "mappings")
    case.equal(gateway.versions[:2], [2, 0], "versions that were tried")
    seed.stop()
    case.equal(gateway.mapped, {}, "mappings at the end")


COUNTED = """table inet seen { counter asked { }
    chain out { type filter hook output priority 0;
        udp dport { 1900, 5351 } counter name asked; }
}"""


def asked_by(case, gateway, name, options, **env):
    """Packets to a gateway that a session sends, from start to end."""
    host = gateway.behind(name)
    host.run(["nft", COUNTED])
    client = Tessera(case, host, single(size=MIB))
    client.env.pop("TESSERA_OFFLINE")
    client.env.update(env)
    client.seed(options=options)
    case.wait_for(lambda: "checked" in client.process.out(), "a start", 20)
    if not options and not env:
        case.wait_for(lambda: network_words(client), "word of it", 40)
    client.stop()
    said = host.run(["nft", "list", "counter", "inet", "seen", "asked"])
    return int(said.split("packets ")[1].split()[0])


def asks_nobody(case):
    """Not a packet leaves for a gateway where that is off: by the setting, by
    the environment, bound to loopback."""
    gateway = Gateway(case, Net(case), "upnp")
    off = ["--port-mapping", "off"]
    bound = ["--bind", "127.0.0.1"]
    case.check(asked_by(case, gateway, "on", []) > 0, "the counter counts")
    case.equal(asked_by(case, gateway, "off", off), 0, "set to off")
    case.equal(asked_by(case, gateway, "offline", [], TESSERA_OFFLINE="1"), 0,
               "in the environment")
    case.equal(asked_by(case, gateway, "bound", bound), 0, "bound to loopback")


def without_network(case):
    """Where nobody can be asked that is said in our own words, and in no others."""
    client = Tessera(case, Net(case, ip4=False).host("alone"), single(size=MIB))
    del client.env["TESSERA_OFFLINE"]
    client.seed(options=["--port-mapping", "upnp"])
    case.wait_for(lambda: network_words(client), "word of it", 40)
    case.check("there is no network" in network_words(client)[0],
               network_words(client)[0])
    client.stop()
    case.equal(client.process.err(), "", "on standard error")


def add_gateways(runner):
    runner.add("mapped-by-upnp", reached_by("upnp", name="UPnP"), 90)
    runner.add("mapped-by-nat-pmp",
               reached_by("nat-pmp", "nat-pmp", "NAT-PMP"), 90)
    runner.add("mapped-by-pcp", reached_by("pcp", name="PCP"), 90)
    runner.add("mapped-by-pcp-alone", reached_by("pcp", "pcp", "PCP"), 90)
    runner.add("mapped-by-an-old-gateway", negotiated, 60)
    runner.add("mapped-after-a-kill", mapped_after_a_kill, 90)
    runner.add("mapping-refused", refused, 90)
    runner.add("mapping-without-network", without_network, 60)
    runner.add("mapping-off", asks_nobody, 90)
