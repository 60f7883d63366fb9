"""Runs cases that have a terminal: functions that take a folder to call home and may
return a Terminal, which is then closed. Each in a process; several at a time.
Usage: SCRIPT PROGRAM [CASE]..."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

AT_ONCE = 4
SKIPPED = 77


class Skip(Exception):
    """The case cannot run here; the text says why."""


def _run_one(function):
    home = os.path.realpath(tempfile.mkdtemp(prefix="tessera-pty."))
    try:
        t = function(home)
        if t is not None:
            t.close()
    except Skip as why:
        print("NOT TRIED:", why)
        sys.exit(SKIPPED)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _report(name, process):
    """Say how it ended; is it a failure?"""
    words = process.stdout.read().decode(errors="replace")
    took_s = time.monotonic() - process.began
    result = {0: "ok", SKIPPED: "SKIPPED"}.get(process.returncode, "FAILED")
    print(result, name, f"{took_s:.1f}s", words, flush=True)
    return result == "FAILED"


def main(cases):
    """The whole of a script: its exit status is 0 when no case failed."""
    by_name = {f.__name__: f for f in cases}
    if len(sys.argv) == 4 and sys.argv[2] == "--one":
        _run_one(by_name[sys.argv[3]])
        return
    names = sys.argv[2:] or list(by_name)
    running, n_failed = {}, 0
    while names or running:
        while names and len(running) < AT_ONCE:
            name = names.pop(0)
            running[name] = subprocess.Popen(
                [sys.executable, "-B", sys.argv[0], sys.argv[1], "--one",
                 name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            running[name].began = time.monotonic()
        time.sleep(0.02)
        for name, process in list(running.items()):
            if process.poll() is not None:
                n_failed += _report(name, process)
                del running[name]
    sys.exit(n_failed > 0)
