/* graph_stack.h -- who sent how much, and when: the rates of a few peers on one another,
 * with what all others sent on top. A value that is made anew for each frame.
 * What a peer's timeline does not reach is counted with the others.
 * Front end's thread. Cost: O(peers * (cells + seconds)). */
#ifndef UI_GRAPH_STACK_H
#define UI_GRAPH_STACK_H

#include "model/detail.h"
#include "ui/marks.h"
#include "ui/plot.h"

#include <stddef.h>
#include <stdint.h>

enum { GRAPH_STACK_PEERS = DETAIL_MAX_STACK, GRAPH_STACK_WORDS_LEN = 128 };

struct graph_stack {
    size_t n_cells;
    size_t n; /* layers; the last is that of all others */
    struct plot_layer layers[GRAPH_STACK_PEERS + 1];
    char names[GRAPH_STACK_PEERS + 1][8];
    uint32_t samples[GRAPH_STACK_PEERS + 1][MARKS_MAX_CELLS];
};

/* Make it of n peers (at most GRAPH_STACK_PEERS, the greatest first); totals: what came
 * from all, n_cells of them over span_s seconds, the newest last. */
void graph_stack_fit(struct graph_stack *s, const struct detail_stack *peers,
                     size_t n, const struct history_rate *totals,
                     size_t n_cells, uint32_t span_s);
void graph_stack_draw(const struct graph_stack *s, const struct draw_pane *p,
                      uint64_t top);
/* Who sent how much in a cell: "A 2.0M  F 1.5M  others 40k". */
void graph_stack_words(const struct graph_stack *s, size_t cell,
                       char dst[GRAPH_STACK_WORDS_LEN]);

#endif
