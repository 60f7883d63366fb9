/* strips.h -- ten minutes of one peer as rows of cells, the present on the right: who let
 * whom, who wanted, how fast, how full the queue, and what happened. A cell is a whole
 * number of seconds and stands for the same ones until they leave on the left, so that
 * little is drawn anew. Letters carry meaning, colour repeats it. Pure functions;
 * O(TIMELINE_SLOTS) a row. */
#ifndef UI_STRIPS_H
#define UI_STRIPS_H

#include "model/timeline.h"
#include "ui/draw.h"

enum strips_row {
    STRIPS_THEY_CHOKE, /* c they choke us, U they let us, S they do and are silent */
    STRIPS_WE_CHOKE, /* c we choke them, U we let them, O by lot */
    STRIPS_WANT,     /* i we want theirs, t they want ours, b both, - neither */
    STRIPS_DOWN,     /* a graph */
    STRIPS_UP,
    STRIPS_QUEUE,  /* our requests on order, 9 is all that we would like */
    STRIPS_EVENTS, /* x trouble; u, c: they unchoke, choke; U, C: we do */
    STRIPS_N
};

/* Draw a row of w cells. */
void strips_draw(const struct draw_pane *p, int y, int x, int w,
                 enum strips_row row, const struct timeline *t);
/* Seconds that a cell of w stands for. */
int strips_cell_s(int w);
/* What the row is called, at most 8 cells, and what its letters mean: never NULL. */
const char *strips_name(enum strips_row row);
const char *strips_legend(enum strips_row row);
/* The greatest rate in it, B/s; for STRIPS_DOWN and STRIPS_UP. */
uint64_t strips_max_Bps(const struct timeline *t, enum strips_row row);

#endif
