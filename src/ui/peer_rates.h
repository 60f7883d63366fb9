/* peer_rates.h -- how fast each of a torrent's peers sent, as far as frames were seen: a
 * timeline for each of those that send most. Fed from details that have peers, one
 * second at a time; what was not seen is not known. Draws nothing.
 * Owner and thread: the front end's. Cost of a feed: O(peers here * peers kept). */
#ifndef UI_PEER_RATES_H
#define UI_PEER_RATES_H

#include "model/detail.h"
#include "ui/graph_stack.h"

#include <stddef.h>
#include <stdint.h>

enum { PEER_RATES_MAX = 24 };

struct peer_rates_peer {
    uint32_t id;
    uint16_t slot;
    uint64_t weight; /* of what it sent lately */
    struct timeline timeline;
};

struct peer_rates {
    uint32_t torrent; /* whose they are */
    int64_t now_s;    /* of the latest feed; 0: none */
    size_t n;
    struct peer_rates_peer *peers; /* owned: room for PEER_RATES_MAX, or NULL */
};

void peer_rates_fini(struct peer_rates *r);
/* The rates of this moment; begins anew with another torrent. A second that was told
 * before is not told again. */
void peer_rates_feed(struct peer_rates *r, const struct detail *d,
                     int64_t now_s);
/* Those that sent most in span_s seconds, the greatest first, their timelines borrowed
 * until the next feed; returns how many. */
size_t peer_rates_top(struct peer_rates *r, uint32_t span_s,
                      struct graph_stack_peer out[GRAPH_STACK_PEERS]);

#endif
