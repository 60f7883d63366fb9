# End to end on loopback: the program itself, scripted peers and trackers.
# One case: tests/e2e/run.py --tessera build/tessera --only NAME
dist_check_SCRIPTS += tests/e2e/e2e.sh
TESTS += tests/e2e/e2e.sh
EXTRA_DIST += tests/e2e/cases_background.py \
	tests/e2e/cases_crypt.py \
	tests/e2e/cases_demo.py \
	tests/e2e/cases_dht.py \
	tests/e2e/cases_fetch.py \
	tests/e2e/cases_files.py \
	tests/e2e/cases_filter.py \
	tests/e2e/cases_get.py \
	tests/e2e/cases_hostile.py \
	tests/e2e/cases_magnet.py \
	tests/e2e/cases_terminal.py \
	tests/e2e/cases_web.py \
	tests/e2e/client.py \
	tests/e2e/run.py \
	tests/pylib/metapeer.py \
	tests/pylib/mse.py \
	tests/pylib/socks.py \
	tests/pylib/webfiles.py \
	tests/pylib/wirepeer.py
