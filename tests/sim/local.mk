if HAVE_CHECK
check_PROGRAMS += tests/sim/test_sim
TESTS += tests/sim/test_sim
tests_sim_test_sim_CPPFLAGS = $(TEST_CPPFLAGS)
tests_sim_test_sim_LDADD = $(TEST_LIBS) $(LIBS_ENGINE) $(CHECK_LIBS)
tests_sim_test_sim_SOURCES = \
	tests/sim/content.c tests/sim/content.h \
	tests/sim/dhtnet.c tests/sim/dhtnet.h \
	tests/sim/inside.c tests/sim/inside.h \
	tests/sim/simstore.c tests/sim/simstore.h \
	tests/sim/suites.c tests/sim/suites.h \
	tests/sim/swarm.c tests/sim/swarm.h \
	tests/sim/test_choking.c \
	tests/sim/test_crypt.c \
	tests/sim/test_dht.c \
	tests/sim/test_ending.c \
	tests/sim/test_exchange.c \
	tests/sim/test_filter.c \
	tests/sim/test_life.c \
	tests/sim/test_limits.c \
	tests/sim/test_magnet.c \
	tests/sim/test_orders.c \
	tests/sim/test_spread.c \
	tests/sim/test_streaming.c \
	tests/sim/test_transfer.c \
	tests/sim/test_trouble.c \
	tests/sim/test_views.c \
	tests/sim/test_waking.c
endif
