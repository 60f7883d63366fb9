/* list_order.h -- which torrents of a frame the list shows, and in which order: a filter
 * on the name and a column to sort by; equals by name, then by id, so that rows do not
 * jump. Front end's thread. list_order_update() is O(n log n). */
#ifndef UI_LIST_ORDER_H
#define UI_LIST_ORDER_H

#include "model/frame.h"
#include "ui/keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The columns of the list, in their order on the screen. */
enum list_order_by {
    LIST_ORDER_DONE,
    LIST_ORDER_SIZE,
    LIST_ORDER_DOWN,
    LIST_ORDER_UP,
    LIST_ORDER_ETA,
    LIST_ORDER_RATIO,
    LIST_ORDER_PEERS,
    LIST_ORDER_NAME,
    LIST_ORDER_N
};

struct list_order {
    enum list_order_by by;
    bool is_inverted;
    uint32_t *rows; /* owned: indices into frame.torrents */
    size_t n, cap;
};

void list_order_init(struct list_order *o); /* by name */
void list_order_fini(struct list_order *o);
/* Choose and order the frame's torrents; f may be NULL. A name with `filter` in it,
 * ASCII letters of either case alike, is chosen. */
void list_order_update(struct list_order *o, const struct frame *f,
                       const char *filter);
/* The row of a torrent; n when it is not shown. */
size_t list_order_row_of(const struct list_order *o, const struct frame *f,
                         uint32_t id);
/* Do a KEYS_SORT* action; false when it is none. */
bool list_order_act(struct list_order *o, enum keys_action action);
/* What share is done, or while checking, checked; per mille. */
unsigned list_order_permille(const struct frame_torrent *t);

#endif
