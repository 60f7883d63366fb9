#!/bin/sh
# The program end to end on loopback; make check starts it where it is built.
set -eu
python=/usr/bin/python3
[ -x $python ] || python=$(command -v python3) || {
    echo "SKIP: no python3: the program was not tested end to end"
    exit 77
}
exec "$python" "${srcdir:-.}/tests/e2e/run.py" --tessera ./tessera -j6
