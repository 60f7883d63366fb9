/* grid.h -- the cells of a frame while it is drawn, and which of them are other than in
 * the last one: only those are handed to curses, which looks at each cell that it is
 * given, changed or not. Decides nothing about what is drawn. A character that is wider
 * than a cell has the cells after its first one too: whatever is put over one of them
 * blanks the others.
 * Owner and thread: the front end's. Cost: a frame is cleared and compared whole, as
 * bytes; curses is called for spans that changed. */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <curses.h>

struct grid;

struct grid *grid_new(void);
/* Free; NULL: nothing. */
void grid_free(struct grid *g);

/* Begin a frame of h by w cells, all of them blank. */
void grid_begin(struct grid *g, int h, int w);

/* Put n cells, of a column each, at (y, x); what lies outside is left out. */
void grid_put(struct grid *g, int y, int x, const cchar_t *cells, int n);
/* Put one character of n columns; nothing when not all of it lies inside. */
void grid_put_wide(struct grid *g, int y, int x, const cchar_t *cell, int n);
/* Give n cells from (y, x) the look of another one; their text stays. */
void grid_tint(struct grid *g, int y, int x, int n, const cchar_t *look);

/* The window may hold something else than what was handed to it, or its cells look
 * otherwise now: all are handed over again at the next flush. */
void grid_forget(struct grid *g);
/* Hand what changed to the window, which has the frame's size. */
void grid_flush(struct grid *g, WINDOW *win);

#endif
