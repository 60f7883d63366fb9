# Real clients and trackers, in network namespaces of their own: needs root,
# and the programs that `./bootstrap check-interop` installs.
INTEROP_NPM = $(abs_builddir)/interop-npm/node_modules
INTEROP_FLAGS = -j2
EXTRA_DIST += tests/interop/run.py tests/interop/clients.py \
	tests/interop/dht_cases.py tests/interop/netns.py \
	tests/interop/trackers.py tests/interop/lt.py \
	tests/interop/lt_crowd.py \
	tests/interop/finders.py \
	tests/interop/netns.py tests/interop/trackers.py tests/interop/lt.py \
	tests/interop/gateways.py tests/interop/proxies.py \
	 tests/interop/tls.py tests/interop/tracker6.mjs \
	tests/interop/README \
	tests/pylib/runner.py \
	tests/pylib/scripted.py tests/pylib/torrents.py

.PHONY: check-interop check-interop-self
check-interop: tessera$(EXEEXT)
	/usr/bin/python3 $(srcdir)/tests/interop/run.py \
		--tessera ./tessera$(EXEEXT) --npm '$(INTEROP_NPM)' \
		$(INTEROP_FLAGS)

# The clients against each other: proves the harness.
check-interop-self:
	/usr/bin/python3 $(srcdir)/tests/interop/run.py --self-test \
		--npm '$(INTEROP_NPM)' $(INTEROP_FLAGS)
