/* draw.h -- the only writer of cells. Measures every string by utf8proc, cleans it,
 * clips it to its pane, and gives it its role's look; nothing drawn can reach beyond
 * a pane, or carry a control character to the terminal. Decides nothing about what
 * is shown. A pane is a rectangle of the screen; coordinates are relative to it,
 * and may lie outside: what does not fit is not drawn.
 * Owner and thread: the front end's; one at a time, since curses has one screen.
 * Source: X/Open Curses, ncursesw. */
#ifndef UI_DRAW_H
#define UI_DRAW_H

#include "ui/glyphs.h"
#include "ui/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

struct draw;

struct draw_pane {
    struct draw *draw; /* borrowed */
    int y, x;          /* of its corner on the screen */
    int h, w;          /* cells; 0: nothing is drawn */
};

struct draw_look {
    enum glyphs_level level;
    enum theme_kind theme;
    bool is_utf8;   /* the locale's; without it all but ASCII is drawn as '?' */
    int max_colors; /* drawn with no more; 0: all that the terminal has */
};

/* Draw on the screen that curses has open. */
struct draw *draw_new(struct draw_look look);
/* Draw on a sheet of h by w cells that no terminal shows: for tests. NULL when there
 * is no terminal description to start curses with. */
struct draw *draw_sheet_new(struct draw_look look, int h, int w);
/* Free; NULL: nothing. Leaves the screen of draw_new() open. */
void draw_free(struct draw *d);

struct draw_look draw_look(const struct draw *d);
void draw_set_look(struct draw *d, struct draw_look look);

/* Begin a frame: all cells blank; returns the whole screen. */
struct draw_pane draw_begin(struct draw *d);
/* The screen may have another size, or not what was drawn last: the next frame is handed
 * over whole. */
void draw_forget(struct draw *d);
/* Bring what was drawn to the terminal, only the cells that changed. */
void draw_end(struct draw *d);

/* The part of a pane from (y, x), h by w, cut at the pane's edges. */
struct draw_pane draw_sub(const struct draw_pane *p, int y, int x, int h,
                          int w);

/* Write text in at most w cells, its end cut with an ellipsis; returns the cells
 * used. text may be anything: it is cleaned. */
int draw_text(const struct draw_pane *p, int y, int x, int w,
              enum theme_role role, const char *text);
/* The same, ending at cell x + w. */
void draw_right(const struct draw_pane *p, int y, int x, int w,
                enum theme_role role, const char *text);
/* The same with a format: at most 1023 bytes. */
int draw_format(const struct draw_pane *p, int y, int x, int w,
                enum theme_role role, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
/* A glyph, n times. */
void draw_glyphs(const struct draw_pane *p, int y, int x, int n,
                 enum theme_role role, enum glyphs_id id);
/* Write n characters of our own that are known to take one cell each, such as glyphs:
 * what is quick enough for maps of many cells. Never for what strangers sent. */
void draw_plain(const struct draw_pane *p, int y, int x, enum theme_role role,
                const wchar_t *chars, int n);
/* Give n cells that were drawn before another role's look. */
void draw_tint(const struct draw_pane *p, int y, int x, int n,
               enum theme_role role);
/* A space, n times. */
void draw_fill(const struct draw_pane *p, int y, int x, int n,
               enum theme_role role);
/* A bar of w cells: `have` of 1000 full, up to `part` of 1000 begun, the rest
 * empty. */
void draw_bar(const struct draw_pane *p, int y, int x, int w, unsigned have,
              unsigned part);

/* What the sheet shows, a line a row, spaces at the ends of lines cut; with `looks`
 * each cell's look as a letter instead of its text. In new memory; free with
 * free(). Only after draw_sheet_new(). */
char *draw_snapshot(struct draw *d, bool looks);

#endif
