noinst_LIBRARIES += src/ui/libui.a
src_ui_libui_a_CPPFLAGS = $(AM_CPPFLAGS) $(NCURSES_CFLAGS)
src_ui_libui_a_SOURCES = \
	src/ui/draw.c \
	src/ui/draw.h \
	src/ui/glyphs.c \
	src/ui/glyphs.h \
	src/ui/keys.c \
	src/ui/keys.h \
	src/ui/listbox.c \
	src/ui/listbox.h \
	src/ui/theme.c \
	src/ui/theme.h \
	src/ui/units.c \
	src/ui/units.h
LIBS_UI = src/ui/libui.a $(LIBS_MODEL) $(NCURSES_LIBS)
