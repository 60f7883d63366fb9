/* list_order.h -- which torrents of a frame the list shows, and in which order: a filter
 * and a column to sort by; equals by name, then by id, so that rows do not jump. What
 * moves by itself (rates) is brought into order again once a second at most, what the
 * user asks for at once.
 * Front end's thread. list_order_update() is O(n) while the order holds, and
 * O(n log n) when it does not; list_order_row_of() is O(n). */
#ifndef UI_LIST_ORDER_H
#define UI_LIST_ORDER_H

#include "model/frame.h"
#include "ui/keys.h"
#include "ui/list_column.h"
#include "ui/list_filter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LIST_ORDER_REST_MS = 1000 };

struct list_order_row;

struct list_order {
    enum list_column by;
    bool is_inverted;
    size_t n;                    /* rows that are shown */
    struct list_order_row *rows; /* owned */
    uint8_t *is_shown;           /* owned: one for each of the frame's */
    size_t cap;
    bool is_stale; /* the user asked for another order */
    int64_t sorted_ms;
};

void list_order_init(struct list_order *o); /* by name */
void list_order_fini(struct list_order *o);
/* Choose and order the frame's torrents; f may be NULL. */
void list_order_update(struct list_order *o, const struct frame *f,
                       const struct list_filter *filter, int64_t now_ms);
/* The torrent in row i < n, borrowed: while that frame is there. */
const struct frame_torrent *list_order_at(const struct list_order *o, size_t i);
/* Its id; also after the frame is gone. */
uint32_t list_order_id(const struct list_order *o, size_t i);
/* The row of a torrent; n when it is not shown. */
size_t list_order_row_of(const struct list_order *o, uint32_t id);
/* Sort by a column from now on; by the one that it is: the other way round. */
void list_order_set(struct list_order *o, enum list_column by);
/* Do a KEYS_SORT_* action; false when it is none. Goes over columns of `shown` (bits)
 * only. */
bool list_order_act(struct list_order *o, enum keys_action action,
                    uint32_t shown);

#endif
