if HAVE_CHECK
check_PROGRAMS += tests/ui/test_ui
TESTS += tests/ui/test_ui
tests_ui_test_ui_CPPFLAGS = $(TEST_CPPFLAGS) $(NCURSES_CFLAGS)
tests_ui_test_ui_LDADD = $(TEST_LIBS) $(LIBS_UI) $(CHECK_LIBS)
tests_ui_test_ui_SOURCES = \
	tests/ui/suites.c \
	tests/ui/suites.h \
	tests/ui/test_ask.c \
	tests/ui/test_box.c \
	tests/ui/test_chrome.c \
	tests/ui/test_clicks.c \
	tests/ui/test_draw.c \
	tests/ui/test_extras.c \
	tests/ui/test_file_tree.c \
	tests/ui/test_finder_story.c \
	tests/ui/test_flow.c \
	tests/ui/test_glyphs.c \
	tests/ui/test_graph_stack.c \
	tests/ui/test_grid.c \
	tests/ui/test_have_map.c \
	tests/ui/test_hold.c \
	tests/ui/test_idset.c \
	tests/ui/test_keys.c \
	tests/ui/test_legend.c \
	tests/ui/test_list_filter.c \
	tests/ui/test_list_order.c \
	tests/ui/test_listbox.c \
	tests/ui/test_log_rows.c \
	tests/ui/test_marks.c \
	tests/ui/test_moment.c \
	tests/ui/test_outlet.c \
	tests/ui/test_paste.c \
	tests/ui/test_peer_filter.c \
	tests/ui/test_peer_rows.c \
	tests/ui/test_peer_trace.c \
	tests/ui/test_piece_cells.c \
	tests/ui/test_piece_map.c \
	tests/ui/test_plot.c \
	tests/ui/test_reach_lines.c \
	tests/ui/test_reel.c \
	tests/ui/test_still.c \
	tests/ui/test_strips.c \
	tests/ui/test_table_choice.c \
	tests/ui/test_terminal.c \
	tests/ui/test_theme.c \
	tests/ui/test_units.c \
	tests/ui/test_web_rows.c \
	tests/ui/test_words.c
endif
