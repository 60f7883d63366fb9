if HAVE_CHECK
check_PROGRAMS += tests/model/test_model
TESTS += tests/model/test_model
tests_model_test_model_CPPFLAGS = $(TEST_CPPFLAGS)
tests_model_test_model_LDADD = $(TEST_LIBS) $(LIBS_MODEL) $(CHECK_LIBS)
tests_model_test_model_SOURCES = \
	tests/model/suites.c \
	tests/model/suites.h \
	tests/model/test_bridge.c \
	tests/model/test_command.c \
	tests/model/test_detail.c \
	tests/model/test_detail_dht.c \
	tests/model/test_detail_finder.c \
	tests/model/test_detail_peer.c \
	tests/model/test_detail_piece.c \
	tests/model/test_detail_tracker.c \
	tests/model/test_detail_web.c \
	tests/model/test_event.c \
	tests/model/test_filetable.c \
	tests/model/test_frame.c \
	tests/model/test_history.c \
	tests/model/test_timeline.c \
	tests/model/test_why.c
endif
