noinst_LIBRARIES += src/ui/libui.a
src_ui_libui_a_CPPFLAGS = $(AM_CPPFLAGS) $(NCURSES_CFLAGS)
src_ui_libui_a_SOURCES = \
	src/ui/draw.c \
	src/ui/draw.h \
	src/ui/glyphs.c \
	src/ui/glyphs.h \
	src/ui/idset.c \
	src/ui/idset.h \
	src/ui/keys.c \
	src/ui/keys.h \
	src/ui/list_order.c \
	src/ui/list_order.h \
	src/ui/list_preview.c \
	src/ui/list_preview.h \
	src/ui/listbox.c \
	src/ui/listbox.h \
	src/ui/piece_cells.c \
	src/ui/piece_cells.h \
	src/ui/prefs.h \
	src/ui/prompt.c \
	src/ui/prompt.h \
	src/ui/screen.c \
	src/ui/screen.h \
	src/ui/table.c \
	src/ui/table.h \
	src/ui/terminal.c \
	src/ui/terminal.h \
	src/ui/theme.c \
	src/ui/theme.h \
	src/ui/torrent_acts.c \
	src/ui/torrent_acts.h \
	src/ui/tui.c \
	src/ui/tui.h \
	src/ui/units.c \
	src/ui/units.h \
	src/ui/view.h \
	src/ui/view_help.c \
	src/ui/view_help.h \
	src/ui/view_list.c \
	src/ui/view_list.h \
	src/ui/view_log.c \
	src/ui/view_log.h \
	src/ui/view_overview.c \
	src/ui/view_overview.h \
	src/ui/view_peers.c \
	src/ui/view_peers.h \
	src/ui/view_pieces.c \
	src/ui/view_pieces.h \
	src/ui/view_trackers.c \
	src/ui/view_trackers.h \
	src/ui/words.c \
	src/ui/words.h
LIBS_UI = src/ui/libui.a $(LIBS_MODEL) $(NCURSES_LIBS)
