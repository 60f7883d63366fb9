/* overview_facts.h -- what there is to say about one torrent, as rows with a label: data,
 * pieces, peers, limits, folder, times; and what comes next. Draws; keeps nothing. */
#ifndef UI_OVERVIEW_FACTS_H
#define UI_OVERVIEW_FACTS_H

#include "model/detail.h"
#include "model/frame.h"
#include "ui/draw.h"

/* Rows of a pane, filled from the top; with p NULL they are only counted. */
struct overview_facts {
    const struct draw_pane *p; /* borrowed */
    int y;                     /* of the next row */
    const struct frame *f;     /* borrowed, as the rest */
    const struct frame_torrent *t;
    const struct detail *d; /* NULL: not there yet */
    bool is_brief;          /* without what changes nothing: the comment */
};

/* The standing facts. */
void overview_facts_draw(struct overview_facts *s);
/* What comes next: pieces, the rarest, the trackers. */
void overview_facts_next(struct overview_facts *s);
/* The last minutes' rates. */
void overview_facts_rates(struct overview_facts *s);

#endif
