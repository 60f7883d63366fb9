if HAVE_CHECK
check_PROGRAMS += tests/util/test_util
TESTS += tests/util/test_util
tests_util_test_util_CPPFLAGS = $(TEST_CPPFLAGS)
tests_util_test_util_LDADD = $(TEST_LIBS) $(LIBS_UTIL) $(CHECK_LIBS)
tests_util_test_util_SOURCES = tests/util/suites.c tests/util/suites.h tests/util/suites.h \
	tests/util/test_addr.c \
	tests/util/test_bitset.c \
	tests/util/test_buf.c \
	tests/util/test_bytes.c \
	tests/util/test_clock.c \
	tests/util/test_crc32c.c \
	tests/util/test_delta.c \
	tests/util/test_err.c \
	tests/util/test_fold.c \
	tests/util/test_hash.c \
	tests/util/test_hash_many.c \
	tests/util/test_heap.c \
	tests/util/test_ipset.c \
	tests/util/test_log.c \
	tests/util/test_nearest.c \
	tests/util/test_percent.c \
	tests/util/test_rate.c \
	tests/util/test_refbuf.c \
	tests/util/test_rng.c \
	tests/util/test_sha1_lanes.c \
	tests/util/test_text.c \
	tests/util/test_xalloc.c
endif
