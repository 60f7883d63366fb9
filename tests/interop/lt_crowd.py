#!/usr/bin/python3
"""Many libtorrent DHT nodes in one process: lt_crowd.py ADDRESS FIRST_PORT N

Each has a port of its own, and begins with the first. For clients that do not use the
DHT before they know several nodes.
"""
import sys
import time

import libtorrent as lt


def main():
    address, first_port, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sessions = []
    for i in range(n):
        sessions.append(lt.session({
            "listen_interfaces": "%s:%d" % (address, first_port + i),
            "enable_dht": True, "enable_lsd": False, "enable_upnp": False,
            "enable_natpmp": False,
            "dht_bootstrap_nodes": "%s:%d" % (address, first_port),
            "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False,
            "dht_prefer_verified_node_ids": False,
            "dht_ignore_dark_internet": False,
        }))
    while True:
        for session in sessions:
            session.pop_alerts()
        time.sleep(1)


main()
