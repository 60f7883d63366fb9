#!/bin/sh
# pty.sh -- the program in a real pseudo-terminal; see in_pty.py.
set -eu
command -v python3 >/dev/null || {
    echo "pty.sh: no python3 here: THE TERMINAL UI WAS NOT TRIED IN A TERMINAL"
    exit 77
}
exec python3 -B "${srcdir:-.}/tests/tui/in_pty.py" ./tessera
