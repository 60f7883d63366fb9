#!/bin/sh
# regen.sh [BUILD] -- make the golden screens anew and show what changed, to be looked
# at before it is committed. BUILD: where the tree was built (default: build).
set -eu
cd "$(dirname "$0")/../.."
make -C "${1:-build}" tests/tui/test_tui
TUI_REGEN=1 CK_RUN_SUITE=golden "${1:-build}/tests/tui/test_tui"
git --no-pager diff --stat -p -- tests/tui/golden
git status --short -- tests/tui/golden
