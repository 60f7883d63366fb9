# A store in memory, for every test program above this layer too.
check_LIBRARIES += tests/libmemstore.a
tests_libmemstore_a_CPPFLAGS = -I$(top_srcdir) $(AM_CPPFLAGS)
tests_libmemstore_a_SOURCES = tests/fake/memstore.c tests/fake/memstore.h

if HAVE_CHECK
check_PROGRAMS += tests/disk/test_disk
TESTS += tests/disk/test_disk
tests_disk_test_disk_CPPFLAGS = $(TEST_CPPFLAGS)
tests_disk_test_disk_LDADD = $(TEST_LIBS) tests/libmemstore.a $(LIBS_DISK) \
	$(CHECK_LIBS)
tests_disk_test_disk_SOURCES = \
	tests/disk/faults.c tests/disk/faults.h \
	tests/disk/mmdb.c tests/disk/mmdb.h \
	tests/disk/sample.c tests/disk/sample.h \
	tests/disk/suites.c tests/disk/suites.h \
	tests/disk/test_atomic.c \
	tests/disk/test_beneath.c \
	tests/disk/test_fdcache.c \
	tests/disk/test_fdio.c \
	tests/disk/test_geoip.c \
	tests/disk/test_haul.c \
	tests/disk/test_ipload.c \
	tests/disk/test_kept.c \
	tests/disk/test_lockfile.c \
	tests/disk/test_lockset.c \
	tests/disk/test_queue.c \
	tests/disk/test_resume.c \
	tests/disk/test_root.c \
	tests/disk/test_sealed.c \
	tests/disk/test_space.c \
	tests/disk/test_store.c \
	tests/disk/test_store_files.c \
	tests/disk/test_tenure.c \
	tests/disk/test_verify.c \
	tests/disk/test_worker.c \
	tests/disk/tmpdir.c tests/disk/tmpdir.h
endif

dist_check_SCRIPTS += tests/disk/verify_cmd.sh
TESTS += tests/disk/verify_cmd.sh
