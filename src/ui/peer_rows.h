/* peer_rows.h -- which peers of a detail the table shows, and in which order: a filter
 * and a column to sort by, equals by when they came, so that rows do not jump; after
 * them those that left lately, the latest first. Front end's thread.
 * peer_rows_update() is O(n log n) of the peers, without memory for each. */
#ifndef UI_PEER_ROWS_H
#define UI_PEER_ROWS_H

#include "model/detail.h"
#include "ui/keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The columns, in their order on the screen. */
enum peer_rows_by {
    PEER_ROWS_ID,
    PEER_ROWS_ADDRESS,
    PEER_ROWS_CLIENT,
    PEER_ROWS_SOURCE,
    PEER_ROWS_FLAGS,
    PEER_ROWS_DONE,
    PEER_ROWS_DOWN,
    PEER_ROWS_UP,
    PEER_ROWS_REQ,
    PEER_ROWS_RTT,
    PEER_ROWS_NOW,
    PEER_ROWS_TOTAL,
    PEER_ROWS_GIVES,
    PEER_ROWS_UNIQUE,
    PEER_ROWS_COUNTRY,
    PEER_ROWS_N
};

enum { PEER_ROWS_GONE_MS = 300000 }; /* for so long who left is shown */

struct peer_rows {
    enum peer_rows_by by;
    bool is_inverted;
    struct peer_rows_key *keys; /* owned */
    size_t n;                   /* rows */
    size_t n_here;              /* of them, connected */
    size_t cap;
};

void peer_rows_init(struct peer_rows *o); /* by what they send us */
void peer_rows_fini(struct peer_rows *o);
/* Choose and order the peers of d (NULL: none). */
void peer_rows_update(struct peer_rows *o, const struct detail *d,
                      const char *filter, int64_t now_ms);
/* The peer of a row, borrowed; NULL: it is one that left. */
const struct detail_peer *peer_rows_peer(const struct peer_rows *o,
                                         const struct detail *d, size_t row);
/* The one that left, borrowed; NULL: it is there. */
const struct detail_gone *peer_rows_gone(const struct peer_rows *o,
                                         const struct detail *d, size_t row);
/* The id of a row's peer; also when the detail is another one by now. */
uint32_t peer_rows_id(const struct peer_rows *o, size_t row);
/* The row of a peer; n when it is not shown. O(n). */
size_t peer_rows_row_of(const struct peer_rows *o, uint32_t id);
/* Do a KEYS_SORT_* action, among the columns of `shown` (bits); false when it is none. */
bool peer_rows_act(struct peer_rows *o, enum keys_action action,
                   unsigned shown);
/* Sort by a column; by the one that it is: the other way round. */
void peer_rows_sort(struct peer_rows *o, enum peer_rows_by by);

#endif
