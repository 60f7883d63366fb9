#!/bin/sh
# use_pty.sh -- what a user does, in a real pseudo-terminal; see use_pty.py.
set -eu
command -v python3 >/dev/null || {
    echo "use_pty.sh: no python3 here: THE TERMINAL UI WAS NOT TRIED IN USE"
    exit 77
}
exec python3 -B "${srcdir:-.}/tests/tui/use_pty.py" ./tessera
