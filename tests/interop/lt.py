#!/usr/bin/python3
"""A bare libtorrent client: lt.py TORRENT DIR ADDRESS PORT DONE [UP_RATE [CRYPT]]

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
    up_rate = int(sys.argv[6]) if len(sys.argv) > 6 else 0
    policy, level = CRYPT[sys.argv[7] if len(sys.argv) > 7 else "off"]
    session = lt.session({
        "listen_interfaces": "%s:%s" % (address, port),
        "enable_dht": False, "enable_lsd": False, "enable_upnp": False,
        "enable_natpmp": False, "enable_outgoing_utp": False,
        "enable_incoming_utp": False, "out_enc_policy": policy,
        "in_enc_policy": policy, "allowed_enc_level": level,
        "prefer_rc4": True, "upload_rate_limit": up_rate,
        "rate_limit_ip_overhead": False, "validate_https_trackers": False,
        "ssrf_mitigation": False,
        "alert_mask": lt.alert.category_t.error_notification
        | lt.alert.category_t.peer_notification
        | lt.alert.category_t.status_notification
        | lt.alert.category_t.tracker_notification,
    })
    session.set_peer_class_filter(lt.ip_filter())   # limit local peers too
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(torrent)
    params.save_path = folder
    params.flags &= ~lt.torrent_flags.auto_managed
    params.flags &= ~lt.torrent_flags.paused
    params.flags |= lt.torrent_flags.disable_pex
    handle = session.add_torrent(params)
    while True:
        status = handle.status()
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
