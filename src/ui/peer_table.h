/* peer_table.h -- the columns of the table of peers: which are shown, where they stand,
 * and what is in their cells. Columns that tell least are left out where there is no
 * room, or the columns scroll behind the address. Sends nothing, sorts nothing. Plain
 * value; a row is O(1). */
#ifndef UI_PEER_TABLE_H
#define UI_PEER_TABLE_H

#include "model/detail.h"
#include "ui/column_menu.h"
#include "ui/peer_rows.h"
#include "ui/table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peer_table {
    struct table table;
    struct table_column columns[PEER_ROWS_N + 1];
    enum peer_rows_by of[PEER_ROWS_N]; /* what each column is */
    size_t n;
    bool has_marks; /* a cell that says who has the selected piece */
    const struct detail
        *detail;    /* borrowed, while rows are drawn: whose rows */
    int64_t now_ms; /* the model's, likewise */
};

/* Lay the columns out in `width` cells, the first `scroll` behind the address left
 * out. */
void peer_table_fit(struct peer_table *t, const struct column_choice *c,
                    size_t scroll, bool has_marks, int width);
/* Is a column of it not to be seen? */
bool peer_table_is_cut(const struct peer_table *t);
/* The columns that are, as bits. */
unsigned peer_table_shown(const struct peer_table *t);
/* Cells that all columns take; with is_wide, at their widest. */
int peer_table_full_width(const struct column_choice *c, bool is_wide);
void peer_table_heading(const struct peer_table *t, const struct draw_pane *p,
                        int y, const struct peer_rows *order);
void peer_table_draw(const struct peer_table *t, const struct draw_pane *p,
                     int y, const struct detail_peer *peer, bool is_cursor);
/* One that left, and why. */
void peer_table_draw_gone(const struct peer_table *t, const struct draw_pane *p,
                          int y, const struct detail_gone *gone,
                          bool is_cursor);
/* The column at cell x; PEER_ROWS_N: none. */
enum peer_rows_by peer_table_at(const struct peer_table *t, int x);
/* What a column is called. */
const char *peer_table_title(unsigned by);

#endif
