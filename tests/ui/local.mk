if HAVE_CHECK
check_PROGRAMS += tests/ui/test_ui
TESTS += tests/ui/test_ui
tests_ui_test_ui_CPPFLAGS = $(TEST_CPPFLAGS) $(NCURSES_CFLAGS)
tests_ui_test_ui_LDADD = $(TEST_LIBS) $(LIBS_UI) $(CHECK_LIBS)
tests_ui_test_ui_SOURCES = \
	tests/ui/suites.c \
	tests/ui/suites.h \
	tests/ui/test_ask.c \
	tests/ui/test_chrome.c \
	tests/ui/test_draw.c \
	tests/ui/test_glyphs.c \
	tests/ui/test_keys.c \
	tests/ui/test_listbox.c \
	tests/ui/test_theme.c \
	tests/ui/test_units.c
endif
