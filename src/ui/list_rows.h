/* list_rows.h -- how one torrent looks as a row of the list: in a table, or in so few
 * cells that there is none. Keeps nothing. */
#ifndef UI_LIST_ROWS_H
#define UI_LIST_ROWS_H

#include "model/frame.h"
#include "ui/draw.h"
#include "ui/table.h"

#include <stdbool.h>

/* The row of a table of list_column.h's columns. */
void list_rows_draw(const struct draw_pane *p, const struct table *table, int y,
                    const struct frame_torrent *t, bool is_cursor,
                    bool is_marked);
/* "S done rate eta name", as much of it as there is room for; works from 8 cells on. */
void list_rows_compact(const struct draw_pane *p, int y,
                       const struct frame_torrent *t, bool is_cursor,
                       bool is_marked);

#endif
