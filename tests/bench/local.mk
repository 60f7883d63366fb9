# tessera side by side with other clients: needs root and those clients, as
# check-interop does. BENCH has the words of the command line:
#     make bench BENCH='leech latency -n 5 --clients tessera,libtorrent'
BENCH =
EXTRA_PROGRAMS = tests/bench/bench_peer tests/bench/ui_bench
CLEANFILES += $(EXTRA_PROGRAMS)
tests_bench_bench_peer_SOURCES = tests/bench/bench_peer.c
tests_bench_ui_bench_CPPFLAGS = -I$(top_srcdir) $(AM_CPPFLAGS) $(NCURSES_CFLAGS)
tests_bench_ui_bench_LDADD = $(LIBS_UI)
tests_bench_ui_bench_SOURCES = tests/bench/ui_bench.c
EXTRA_DIST += tests/bench/bench.py tests/bench/ui_bench.py
.PHONY: bench bench-ui
bench: tessera$(EXEEXT) tests/bench/bench_peer$(EXEEXT)
	/usr/bin/python3 $(srcdir)/tests/bench/bench.py \
		--tessera ./tessera$(EXEEXT) \
		--peer ./tests/bench/bench_peer$(EXEEXT) $(BENCH)

# What the terminal UI costs; needs no root and no other client. UI_BENCH names what
# to measure: traffic, cost, memory, keys (default: all).
UI_BENCH =
bench-ui: tessera$(EXEEXT) tests/bench/ui_bench$(EXEEXT)
	-./tests/bench/ui_bench$(EXEEXT)
	python3 -B $(srcdir)/tests/bench/ui_bench.py ./tessera$(EXEEXT) $(UI_BENCH)
