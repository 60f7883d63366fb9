if HAVE_CHECK
check_PROGRAMS += tests/disk/test_disk
TESTS += tests/disk/test_disk
tests_disk_test_disk_CPPFLAGS = $(TEST_CPPFLAGS)
tests_disk_test_disk_LDADD = $(TEST_LIBS) $(LIBS_DISK) $(CHECK_LIBS)
tests_disk_test_disk_SOURCES = tests/disk/suites.c
endif
