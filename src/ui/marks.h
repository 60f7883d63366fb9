/* marks.h -- what happened, as marks below a graph: a letter at its moment, and its words
 * where there is room. Of what falls together, the weightiest is shown. Chooses among
 * events, keeps none: they must live as long as the marks are used.
 * Front end's thread. Cost: O(events + cells). */
#ifndef UI_MARKS_H
#define UI_MARKS_H

#include "model/event.h"
#include "ui/draw.h"

#include <stddef.h>
#include <stdint.h>

enum { MARKS_MAX_CELLS = 512, MARKS_LEGEND_LEN = 128 };

/* What stretch of time lies under how many cells. */
struct marks_span {
    int64_t from_ms; /* the first cell begins */
    int64_t to_ms;   /* the last one ends */
    int w;           /* at most MARKS_MAX_CELLS */
};

struct marks {
    struct marks_span span;
    const struct event *cells[MARKS_MAX_CELLS]; /* borrowed; NULL: nothing */
};

/* 'c' for what trackers said...; 0 for what has no mark. */
char marks_letter(enum event_kind kind);
/* Choose for each cell, of the events of a torrent and of the session; 0: of
 * all. */
void marks_fit(struct marks *m, struct marks_span span,
               const struct event *events, size_t n, uint32_t torrent);
/* Draw them in row y of a pane as wide as the span. */
void marks_draw(const struct marks *m, const struct draw_pane *p, int y);
/* What those letters mean that are drawn: "^x ban ^c tracker"; "" without any. */
void marks_legend(const struct marks *m, char dst[MARKS_LEGEND_LEN]);
/* The event of a cell, borrowed; NULL: none, or no such cell. */
const struct event *marks_at(const struct marks *m, int x);
/* The next cell with an event from x (not it) to the right (1) or left (-1); -1: none. */
int marks_next(const struct marks *m, int x, int step);

#endif
