# What every test program links: the runner, and the fakes of tests/fake.
TEST_CPPFLAGS = -I$(top_srcdir) $(AM_CPPFLAGS) $(CHECK_CFLAGS) \
	-DTEST_DATA_DIR='"$(abs_top_srcdir)/tests/data"'
TEST_LIBS = tests/libharness.a
if HAVE_CHECK
check_LIBRARIES += tests/libharness.a
tests_libharness_a_CPPFLAGS = $(TEST_CPPFLAGS)
tests_libharness_a_SOURCES = tests/harness.c tests/harness.h
endif
