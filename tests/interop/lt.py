#!/usr/bin/python3
"""A bare libtorrent client:

    lt.py TORRENT DIR ADDRESS PORT DONE UP_RATE DOWN_RATE FINDERS CRYPT [NODES]

TORRENT is a file or a magnet link. Rates are bytes a second, 0: no limit; FINDERS
are those of pex,lsd that are on; CRYPT is a key of the table below. With NODES it
has a DHT node, which begins with those (HOST:PORT with commas between, or - for
none).

Touches DONE when it has everything, and goes on seeding. Writes its payload
counters, one JSON object, to DONE.counts.
"""
import json
import os
import sys
import time

import libtorrent as lt

FORCED, ENABLED, DISABLED = range(3)
PLAINTEXT, RC4, BOTH = 1, 2, 3
CRYPT = {"off": (DISABLED, BOTH), "on": (ENABLED, BOTH),
         "required": (FORCED, RC4), "plaintext": (FORCED, PLAINTEXT)}


def main():
    torrent, folder, address, port, done = sys.argv[1:6]
    up_rate, down_rate = map(int, sys.argv[6:8])
    finders, (policy, level) = sys.argv[8].split(","), CRYPT[sys.argv[9]]
    nodes = sys.argv[10] if len(sys.argv) > 10 else None
    session = lt.session({
        "listen_interfaces": "%s:%s" % (address, port),
        "enable_dht": nodes is not None, "enable_lsd": "lsd" in finders,
        "enable_upnp": False,
        "enable_natpmp": False, "enable_outgoing_utp": False,
        "enable_incoming_utp": False, "out_enc_policy": policy,
        "in_enc_policy": policy, "allowed_enc_level": level,
        "prefer_rc4": True, "upload_rate_limit": up_rate,
        "download_rate_limit": down_rate,
        "rate_limit_ip_overhead": False, "validate_https_trackers": False,
        "ssrf_mitigation": False,
        # All nodes are in one private network here.
        "dht_bootstrap_nodes": nodes if nodes and nodes != "-" else "",
        "dht_restrict_routing_ips": False, "dht_restrict_search_ips": False,
        "dht_prefer_verified_node_ids": False,
        "dht_ignore_dark_internet": False,
        "alert_mask": lt.alert.category_t.error_notification
        | lt.alert.category_t.peer_notification
        | lt.alert.category_t.status_notification
        | lt.alert.category_t.tracker_notification,
    })
    # Limit local peers too.
    everybody = lt.ip_filter()
    for first, last in (("0.0.0.0", "255.255.255.255"),
                        ("::", "ffff:" * 7 + "ffff")):
        everybody.add_rule(first, last, 1 << lt.session.global_peer_class_id)
    session.set_peer_class_filter(everybody)
    if torrent.startswith("magnet:"):
        params = lt.parse_magnet_uri(torrent)
    else:
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(torrent)
    params.save_path = folder
    params.flags &= ~lt.torrent_flags.auto_managed
    params.flags &= ~lt.torrent_flags.paused
    if "pex" not in finders:
        params.flags |= lt.torrent_flags.disable_pex
    if "lsd" not in finders:
        params.flags |= lt.torrent_flags.disable_lsd
    handle = session.add_torrent(params)
    look_at = time.monotonic()
    while True:
        status = handle.status()
        # Who knew no node when it first looked would look again after 15 minutes.
        if nodes and not status.num_peers and time.monotonic() > look_at:
            handle.force_dht_announce()
            look_at = time.monotonic() + 2
        if status.is_seeding and not os.path.exists(done):
            open(done, "w").close()
        with open(done + ".counts.new", "w") as out:
            json.dump({"up": status.total_payload_upload,
                       "down": status.total_payload_download,
                       "failed": status.total_failed_bytes}, out)
        os.rename(done + ".counts.new", done + ".counts")
        for alert in session.pop_alerts():
            print(alert.message(), flush=True)
        time.sleep(0.05)


main()
