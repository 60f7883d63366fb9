#!/usr/bin/python3
"""libtorrent on a magnet link: lt_magnet.py LINK DIR ADDRESS:PORT [NODE:PORT]

Prints the monotonic time before its session is made; runs until it is ended.
"""
import sys
import time

import libtorrent as lt


def main():
    link, folder, address = sys.argv[1:4]
    node = sys.argv[4] if len(sys.argv) > 4 else ""
    print(time.monotonic(), flush=True)
    session = lt.session({
        "listen_interfaces": address, "enable_dht": bool(node),
        "dht_bootstrap_nodes": "", "enable_lsd": False, "enable_upnp": False,
        "enable_natpmp": False, "enable_outgoing_utp": False,
        "enable_incoming_utp": False, "ssrf_mitigation": False,
        "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False})
    if node:    # not as a bootstrap node: those it does not ask for peers
        host, port = node.rsplit(":", 1)
        session.add_dht_node((host, int(port)))
    params = lt.parse_magnet_uri(link)
    params.save_path = folder
    params.flags &= ~lt.torrent_flags.auto_managed
    params.flags &= ~lt.torrent_flags.paused
    session.add_torrent(params)
    while True:
        time.sleep(1)


main()
