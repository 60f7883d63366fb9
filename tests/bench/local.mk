# tessera side by side with other clients: needs root and those clients, as
# check-interop does. BENCH has the words of the command line:
#     make bench BENCH='leech latency -n 5 --clients tessera,libtorrent'
BENCH =
EXTRA_PROGRAMS = tests/bench/bench_peer
CLEANFILES += tests/bench/bench_peer$(EXEEXT)
tests_bench_bench_peer_SOURCES = tests/bench/bench_peer.c
EXTRA_DIST += tests/bench/bench.py
.PHONY: bench
bench: tessera$(EXEEXT) tests/bench/bench_peer$(EXEEXT)
	/usr/bin/python3 $(srcdir)/tests/bench/bench.py \
		--tessera ./tessera$(EXEEXT) \
		--peer ./tests/bench/bench_peer$(EXEEXT) $(BENCH)
