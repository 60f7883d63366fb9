# Screens compared with golden ones, drawn through curses without a terminal; and the
# program in a real pseudo-terminal. tests/tui/regen.sh makes the golden ones anew.
if HAVE_CHECK
check_PROGRAMS += tests/tui/test_tui
TESTS += tests/tui/test_tui
tests_tui_test_tui_CPPFLAGS = $(TEST_CPPFLAGS) $(NCURSES_CFLAGS) \
	-DGOLDEN_DIR='"$(abs_top_srcdir)/tests/tui/golden"'
tests_tui_test_tui_LDADD = $(TEST_LIBS) $(LIBS_UI) $(CHECK_LIBS)
tests_tui_test_tui_SOURCES = \
	tests/tui/frames.c \
	tests/tui/frames.h \
	tests/tui/frames_dht.c \
	tests/tui/frames_dht.h \
	tests/tui/frames_flow.c \
	tests/tui/frames_flow.h \
	tests/tui/frames_later.c \
	tests/tui/frames_later.h \
	tests/tui/frames_offer.c \
	tests/tui/frames_offer.h \
	tests/tui/frames_peers.c \
	tests/tui/frames_peers.h \
	tests/tui/frames_pieces.c \
	tests/tui/frames_pieces.h \
	tests/tui/frames_web.c \
	tests/tui/frames_web.h \
	tests/tui/stage.c \
	tests/tui/stage.h \
	tests/tui/suites.c \
	tests/tui/suites.h \
	tests/tui/test_add.c \
	tests/tui/test_cockpit.c \
	tests/tui/test_commands.c \
	tests/tui/test_files.c \
	tests/tui/test_flow.c \
	tests/tui/test_golden.c \
	tests/tui/test_held.c \
	tests/tui/test_list.c \
	tests/tui/test_overview.c \
	tests/tui/test_peers.c \
	tests/tui/test_pieces.c \
	tests/tui/test_screen.c \
	tests/tui/test_trackers.c
endif
dist_check_SCRIPTS += tests/tui/pty.sh tests/tui/regen.sh tests/tui/use_pty.sh
TESTS += tests/tui/pty.sh tests/tui/use_pty.sh
EXTRA_DIST += tests/tui/in_pty.py tests/tui/use_pty.py tests/tui/golden \
	tests/pylib/mmdb.py tests/pylib/ptycases.py tests/pylib/ptyrun.py \
	tests/pylib/vt.py
