if HAVE_CHECK
check_PROGRAMS += tests/meta/test_meta
TESTS += tests/meta/test_meta
tests_meta_test_meta_CPPFLAGS = $(TEST_CPPFLAGS)
tests_meta_test_meta_LDADD = $(TEST_LIBS) $(LIBS_META) $(CHECK_LIBS)
tests_meta_test_meta_SOURCES = tests/meta/suites.c tests/meta/suites.h \
	tests/meta/notation.c tests/meta/notation.h \
	tests/meta/test_bencode.c \
	tests/meta/test_create.c \
	tests/meta/test_filelist.c \
	tests/meta/test_geometry.c \
	tests/meta/test_iplist.c \
	tests/meta/test_links.c \
	tests/meta/test_magnet.c \
	tests/meta/test_metainfo.c \
	tests/meta/test_rejoin.c \
	tests/meta/test_safepath.c \
	tests/meta/test_webpath.c
endif
