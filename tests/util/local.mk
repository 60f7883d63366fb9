if HAVE_CHECK
check_PROGRAMS += tests/util/test_util
TESTS += tests/util/test_util
tests_util_test_util_CPPFLAGS = $(TEST_CPPFLAGS)
tests_util_test_util_LDADD = $(TEST_LIBS) $(LIBS_UTIL) $(CHECK_LIBS)
tests_util_test_util_SOURCES = tests/util/suites.c tests/util/suites.h \
	tests/util/test_addr.c \
	tests/util/test_bitset.c \
	tests/util/test_hash.c
endif
