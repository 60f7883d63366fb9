"""A private network for one case: hosts that are network namespaces, joined by
a bridge in one more. Addresses are 10.99.0.N and fd99::N; nothing leads out.

enter_sandbox() first puts the whole run into mount, PID and network namespaces
of its own: whatever happens to the run, the kernel then ends every process and
removes every namespace of it, and the machine's own are never touched.
"""
import ctypes
import os
import shutil
import subprocess
import sys
import threading

MARK = "TESSERA_INTEROP_SANDBOX"
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def enter_sandbox():
    """Run this program again inside the namespaces; return only there."""
    if os.environ.get(MARK) == "1":
        subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
        os.mkdir("/run/netns")
        return
    if os.geteuid() != 0:
        sys.exit("interop: needs root, for network namespaces of its own")
    for tool in ("unshare", "ip", "nft"):
        if not shutil.which(tool):
            sys.exit("interop: needs the program " + tool)
    os.execvpe("unshare", [
        "unshare", "--net", "--mount", "--propagation", "private", "--pid",
        "--fork", "--kill-child", "--mount-proc", sys.executable,
        os.path.abspath(sys.argv[0]), *sys.argv[1:]],
        dict(os.environ, **{MARK: "1"}))


def _ip(namespace, *commands):
    """Several ip commands in one namespace."""
    done = subprocess.run(["ip", "-n", namespace, "-batch", "-"],
                          input="\n".join(commands) + "\n", text=True,
                          capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError("ip in %s: %s" % (namespace, done.stderr.strip()))


class Host:
    """One network namespace with one interface."""

    def __init__(self, net, name, number, ip4, ip6):
        self.case, self.name = net.case, name
        self.namespace = "%s-%s" % (net.prefix, name)
        self.ip4 = "10.99.0.%d" % number if ip4 else None
        self.ip6 = "fd99::%x" % number if ip6 else None

    @property
    def address(self):
        """As it stands in a URL or in HOST:PORT."""
        return self.ip4 or "[%s]" % self.ip6

    def argv(self, argv):
        return ["ip", "netns", "exec", self.namespace, *map(str, argv)]

    def spawn(self, argv, name=None, **options):
        """Start a program on this host; ip becomes it, so its pid is right."""
        return self.case.spawn(self.argv(argv), name or self.name, **options)

    def run(self, argv, limit=20):
        done = subprocess.run(self.argv(argv), capture_output=True, text=True,
                              timeout=limit, check=False)
        if done.returncode:
            raise RuntimeError("%s: %s" % (argv[0], done.stderr.strip()))
        return done.stdout

    def inside(self, function, *args):
        """Call function in a thread that is on this host: the sockets it
        makes stay there."""
        result = []

        def enter():
            with open("/run/netns/" + self.namespace, "rb") as space:
                if LIBC.setns(space.fileno(), CLONE_NEWNET):
                    result.append((None, OSError(ctypes.get_errno(),
                                                 "setns")))
                    return
            try:
                result.append((function(*args), None))
            except Exception as error:
                result.append((None, error))

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        value, error = result[0]
        if error:
            raise error
        return value

    def lose(self, percent):
        """Drop that share of the packets that come in and that go out."""
        self.run(["nft", """
            table inet loss {
                chain in { type filter hook input priority 0;
                    iifname != "lo" numgen random mod 100 < %d drop; }
                chain out { type filter hook output priority 0;
                    oifname != "lo" numgen random mod 100 < %d drop; }
            }""" % (percent, percent)])


class Net:
    """The hosts of one case."""

    def __init__(self, case, ip4=True, ip6=False):
        self.case, self.ip4, self.ip6 = case, ip4, ip6
        self.prefix = "t%d" % os.getpid()
        self.hub = self.prefix + "-hub"
        self.hosts = 0
        self._add(self.hub)
        _ip(self.hub, "link add br0 type bridge", "link set br0 up")

    def _add(self, namespace):
        subprocess.run(["ip", "netns", "add", namespace], check=True)
        self.case.defer(subprocess.run, ["ip", "netns", "del", namespace])

    def host(self, name):
        self.hosts += 1
        host = Host(self, name, self.hosts, self.ip4, self.ip6)
        self._add(host.namespace)
        _ip(self.hub, "link add p%d type veth peer name eth0 netns %s"
            % (self.hosts, host.namespace),
            "link set p%d master br0 up" % self.hosts)
        commands = ["link set lo up", "link set eth0 up"]
        if host.ip4:
            commands.append("addr add %s/24 dev eth0" % host.ip4)
        if host.ip6:
            commands.append("addr add %s/64 dev eth0 nodad" % host.ip6)
        _ip(host.namespace, *commands)
        return host
