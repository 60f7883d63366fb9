# tessera side by side with other clients: needs root and those clients, as
# check-interop does. BENCH has the words of the command line:
#     make bench BENCH='leech latency -n 5 --clients tessera,libtorrent'
# With ui as the first of them, what the terminal UI costs: needs no root, no other
# client; of draw, traffic, cost, memory, keys all or those that are named.
#     make bench BENCH='ui traffic'
# With magnet as the first, the way from a link to the first piece; by tracker, dht or both.
#     make bench BENCH='magnet dht -n 9'
# With dht as the first, what a node of a simulated network of 10000 costs; or of as many
# as are named. Needs no root, no other client.
#     make bench BENCH='dht 2000'
BENCH =
EXTRA_PROGRAMS = tests/bench/bench_peer tests/bench/dht_bench \
	tests/bench/ui_bench
CLEANFILES += $(EXTRA_PROGRAMS)
tests_bench_bench_peer_SOURCES = tests/bench/bench_peer.c
tests_bench_dht_bench_CPPFLAGS = -I$(top_srcdir) $(AM_CPPFLAGS)
tests_bench_dht_bench_LDADD = $(LIBS_SWARM)
tests_bench_dht_bench_SOURCES = tests/bench/dht_bench.c \
	tests/sim/dhtnet.c tests/sim/dhtnet.h
tests_bench_ui_bench_CPPFLAGS = -I$(top_srcdir) $(AM_CPPFLAGS) $(NCURSES_CFLAGS)
tests_bench_ui_bench_LDADD = $(LIBS_UI)
tests_bench_ui_bench_SOURCES = tests/bench/ui_bench.c
EXTRA_DIST += tests/bench/bench.py tests/bench/lt_magnet.py \
	tests/bench/magnet_bench.py tests/bench/ui_bench.py
.PHONY: bench
bench: tessera$(EXEEXT) tests/bench/bench_peer$(EXEEXT) \
		tests/bench/dht_bench$(EXEEXT) tests/bench/ui_bench$(EXEEXT)
	@set -- $(BENCH); if test "$$1" = ui; then \
	    shift; \
	    python3 -B $(srcdir)/tests/bench/ui_bench.py ./tessera$(EXEEXT) \
		./tests/bench/ui_bench$(EXEEXT) "$$@"; \
	elif test "$$1" = dht; then \
	    shift; \
	    ./tests/bench/dht_bench$(EXEEXT) "$$@"; \
	elif test "$$1" = magnet; then \
	    shift; \
	    /usr/bin/python3 -B $(srcdir)/tests/bench/magnet_bench.py \
		--tessera ./tessera$(EXEEXT) "$$@"; \
	else \
	    /usr/bin/python3 $(srcdir)/tests/bench/bench.py \
		--tessera ./tessera$(EXEEXT) \
		--peer ./tests/bench/bench_peer$(EXEEXT) "$$@"; \
	fi
