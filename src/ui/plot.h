/* plot.h -- samples over time as a graph: rows of cells with two samples each, its
 * scale, its axis, and the same in one row. Pure functions of what they are given;
 * plot_scale alone remembers. Who draws decides what the samples are.
 * What is known but zero has a base line, so that idle and unknown differ.
 * Front end's thread. Costs: O(samples + cells). */
#ifndef UI_PLOT_H
#define UI_PLOT_H

#include "ui/draw.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PLOT_PER_CELL = 2, /* samples */
    PLOT_HOLD_MS = 10000,
    PLOT_AXIS_W = 7,       /* cells of the scale, with its line */
    PLOT_AXIS_FROM_W = 40, /* narrower panes have no scale */
    PLOT_LINE_FROM_H = 3   /* lower ones no line below */
};

/* The value at the top of a graph. Raised at once; lowered when less was enough for
 * PLOT_HOLD_MS, so that it does not flicker. All 0: nothing was shown yet. */
struct plot_scale {
    uint64_t top;
    uint64_t enough;  /* the most that was needed since lower_ms */
    int64_t lower_ms; /* since when less would do; 0: it would not */
};

/* The least round number (1, 2, 3, 5 and ten or a hundred of them, binary units) that
 * is not below v; never below 1 KiB. */
uint64_t plot_round(uint64_t v);
/* Fit the scale to a greatest value; returns its top. now_ms > 0. */
uint64_t plot_scale_fit(struct plot_scale *s, uint64_t max, int64_t now_ms);

struct plot_series {
    const uint32_t *samples; /* borrowed; the newest last, at the right edge */
    size_t n;
    size_t n_known; /* of them, at the end; those before are left blank */
    uint64_t top;   /* of the scale, >= 1 */
    uint64_t limit; /* a line at this value; 0: none */
    enum theme_role role;
};

/* Draw a graph that fills the pane: the newest p->w * PLOT_PER_CELL samples. */
void plot_draw(const struct draw_pane *p, const struct plot_series *s);

/* One of several that are drawn on one another. */
struct plot_layer {
    const uint32_t *samples; /* borrowed; one a cell, the newest last */
    char letter;             /* its cells */
    enum theme_role role;
};

/* Draw n layers on one another, the first at the bottom; n_samples in each. */
void plot_stack(const struct draw_pane *p, const struct plot_layer *layers,
                size_t n, size_t n_samples, uint64_t top);

/* The part of a pane that is left for a graph beside its scale and above its line. */
struct draw_pane plot_inside(const struct draw_pane *p);
/* Draw the scale and the line around plot_inside(), where they are; `unit` (at most 5
 * cells) stands below the scale. */
void plot_axis(const struct draw_pane *p, uint64_t top, const char *unit);

/* A graph in w cells of one row: the newest 2 * w of n samples, on a scale up to max;
 * 0: their greatest. */
void plot_strip(const struct draw_pane *p, int y, int x, int w,
                enum theme_role role, const uint32_t *samples, size_t n,
                uint64_t max);

#endif
