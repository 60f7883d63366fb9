if HAVE_CHECK
check_PROGRAMS += tests/net/test_net
TESTS += tests/net/test_net
tests_net_test_net_CPPFLAGS = $(TEST_CPPFLAGS)
tests_net_test_net_LDADD = $(TEST_LIBS) $(LIBS_NET) $(CHECK_LIBS)
tests_net_test_net_SOURCES = tests/net/suites.c
endif
