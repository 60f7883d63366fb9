/* table.h -- columns of a table: which fit, where they stand, and their cells. Columns
 * that matter least are left out first, so that no number is ever cut. Every column
 * has a fixed width but the last, which takes what is left. Plain values. */
#ifndef UI_TABLE_H
#define UI_TABLE_H

#include "ui/draw.h"

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_MAX_COLUMNS = 20 };

struct table_column {
    const char *title;
    int width;    /* cells; of the last one the least */
    int rank;     /* the greatest goes first; 0: never */
    int from;     /* shown only in panes at least so wide */
    bool is_left; /* left-aligned */
};

struct table {
    const struct table_column *columns; /* borrowed */
    size_t n;
    int x[TABLE_MAX_COLUMNS];
    int w[TABLE_MAX_COLUMNS]; /* 0: left out */
};

/* Lay n columns out between cells `left` and `width` of a pane. */
void table_fit(struct table *t, const struct table_column *columns, size_t n,
               int left, int width);
/* Draw the titles; `sorted` (or n: none) with an arrow, up when inverted. */
void table_heading(const struct table *t, const struct draw_pane *p, int y,
                   size_t sorted, bool is_inverted);
/* Draw a cell, when its column is there. */
void table_cell(const struct table *t, const struct draw_pane *p, int y,
                size_t column, enum theme_role role, const char *text);

#endif
