#!/usr/bin/python3
"""tessera end to end on this machine: our own program and scripted peers and
trackers, on loopback only. No root is needed; as root a few cases more run."""
import os
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "pylib"))

import cases_background
import cases_crypt
import cases_demo
import cases_dht
import cases_fetch
import cases_files
import cases_filter
import cases_get
import cases_hostile
import cases_magnet
import cases_terminal
import cases_web
import client
from runner import Runner


def main():
    runner = Runner(__doc__)
    runner.parser.add_argument("--tessera", metavar="PATH",
                               default=os.environ.get("TESSERA", "./tessera"))
    args = runner.parser.parse_args()
    client.PATH = os.path.abspath(args.tessera)
    if not args.list and not os.access(client.PATH, os.X_OK):
        sys.exit("e2e: there is no program " + client.PATH)
    # Whoever runs us by nohup(1) does not mean the programs under test.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    for cases in (cases_get, cases_hostile, cases_crypt, cases_fetch,
                  cases_files, cases_filter, cases_demo, cases_terminal,
                  cases_dht, cases_web, cases_magnet, cases_background):
        cases.add(runner)
    return runner.main(args)


sys.exit(main())
