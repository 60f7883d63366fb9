# End to end on loopback: the program itself, scripted peers and trackers.
E2E_FLAGS = -j4
EXTRA_DIST += tests/e2e/run.py tests/e2e/client.py tests/e2e/cases_get.py \
	tests/e2e/cases_hostile.py tests/e2e/cases_files.py \
	tests/pylib/wirepeer.py
.PHONY: check-e2e
check-e2e: tessera$(EXEEXT)
	/usr/bin/python3 $(srcdir)/tests/e2e/run.py \
		--tessera ./tessera$(EXEEXT) $(E2E_FLAGS)
