/* list_column.h -- the columns of the list of torrents: what stands in each, what it is
 * sorted by, and how it is called. Pure functions. */
#ifndef UI_LIST_COLUMN_H
#define UI_LIST_COLUMN_H

#include "model/frame.h"
#include "ui/column_menu.h"
#include "ui/table.h"

#include <stdint.h>

/* In their order on the screen. */
enum list_column {
    LIST_COLUMN_STATE,
    LIST_COLUMN_DONE,
    LIST_COLUMN_SIZE,
    LIST_COLUMN_DOWN,
    LIST_COLUMN_UP,
    LIST_COLUMN_ETA,
    LIST_COLUMN_RATIO,
    LIST_COLUMN_PEERS,
    LIST_COLUMN_AVAIL,
    LIST_COLUMN_ADDED,
    LIST_COLUMN_LABEL,
    LIST_COLUMN_TRACKER,
    LIST_COLUMN_NAME,
    LIST_COLUMN_N
};

enum { LIST_COLUMN_LEN = 96, LIST_COLUMN_NAME_LEN = 768 };

/* LIST_COLUMN_N columns: widths, and which go first when there is little room. */
const struct table_column *list_column_table(void);
const char *list_column_title(unsigned c);
/* The columns of words in which no torrent of the frame has any, as bits; f NULL: all of
 * these. O(torrents). */
uint32_t list_column_empty(const struct frame *f);
/* Lay the columns out in a pane of this width as the user chose; those that are empty
 * leave their room to names, where nobody asked for them. chosen: LIST_COLUMN_N, filled
 * in, and borrowed by the table. */
void list_column_fit(const struct column_choice *choice, uint32_t empty,
                     struct table_column *chosen, struct table *t, int width);
/* The columns that this layout shows, as bits. */
uint32_t list_column_shown(const struct table *t);
/* A word for it, as the command line takes it: "done". */
const char *list_column_word(enum list_column c);
/* What stands there, but for the name's. */
void list_column_text(const struct frame_torrent *t, enum list_column c,
                      char dst[LIST_COLUMN_LEN]);
/* The name, and in brackets why it is in its state, where that is odd, or that it was
 * started by force. */
void list_column_name(const struct frame_torrent *t,
                      char dst[LIST_COLUMN_NAME_LEN]);
enum theme_role list_column_role(const struct frame_torrent *t,
                                 enum list_column c);
/* What it is sorted by, the greatest first. Equals, by list_column_key(). */
uint64_t list_column_weight(const struct frame_torrent *t, enum list_column c);
/* The text that it is sorted by, or "". */
const char *list_column_key(const struct frame_torrent *t, enum list_column c);
/* Is it known what is to be had of it? Not of a magnet, and not of one whose files cannot
 * be opened: it is not all of nothing. */
bool list_column_is_known(const struct frame_torrent *t);
/* What share is done, or while checking, checked; per mille. */
unsigned list_column_permille(const struct frame_torrent *t);

#endif
