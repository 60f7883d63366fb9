/* streaming.h -- which pieces a reader that goes through a torrent in order needs next,
 * and how near to him a peer may fetch. Marks and asks nothing: picker does.
 * The window: of the pieces of one priority that are wanted and not had, the first, as
 * many as the whole torrent receives in STREAMING_AHEAD_MS, within bounds. It moves on
 * as its first pieces are had.
 * The lead of a peer: how much of what nobody is asked for yet it leaves to others, so
 * that what it is asked for is there when the reader would be, were he as fast as the
 * torrent. All but the slow have none.
 * Late: a block near the reader that was asked of somebody so long ago that a quick peer
 * asked now may well be first.
 * Values; loop thread only. Costs: streaming_plan() O(1), a walk O(window). */
#ifndef SWARM_STREAMING_H
#define SWARM_STREAMING_H

#include "swarm/pieces.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STREAMING_AHEAD_MS = 20000,
    STREAMING_MIN_BYTES = 4 << 20,
    STREAMING_MAX_BYTES = 256 << 20,
    STREAMING_MIN_PIECES = 4,
    STREAMING_SLACK_MS = 1000, /* so much too late is in time */
    STREAMING_LATE_MS = 4500,  /* a queue of PEER_QUEUE_TIME_MS is not late */
    STREAMING_NEAR_PART = 5,   /* of the window: where late blocks are looked for */
    STREAMING_FLOOR_BPS = 1024 /* slower peers count as such */
};

/* What a plan is made of, at this moment. */
struct streaming_rates {
    uint64_t all_Bps; /* of the torrent */
    uint64_t own_Bps; /* of the peer; 0: not known yet */
    uint32_t n_peers; /* that send, or may */
    /* On order with it, when it is asked for what it has room for. */
    uint64_t own_bytes;
    uint64_t all_bytes; /* on order with all */
};

struct streaming_plan {
    uint64_t window_bytes;
    uint64_t lead_bytes; /* at most three quarters of the window */
    /* A block asked so long ago is late; 0: none is, for this peer. */
    int64_t late_ms;
};

struct streaming_plan streaming_plan(const struct streaming_rates *rates);

/* A walk through the window of one priority. */
struct streaming_walk {
    const struct pieces *pieces; /* borrowed */
    enum piece_priority priority;
    uint32_t front; /* the first piece of the window; n_pieces: there is none */
    uint32_t at;    /* the next to look at */
    uint32_t n_left; /* pieces that it still has */
};

/* Begin: no piece of that priority that is wanted and not had lies before `from`. */
struct streaming_walk streaming_walk(const struct pieces *pieces,
                                     enum piece_priority priority,
                                     uint32_t from, uint64_t window_bytes);
/* Step to the next piece, in any state but HAVE and UNWANTED; false at the end: what
 * lies beyond the window begins at walk->at. */
bool streaming_next(struct streaming_walk *w, uint32_t *piece_idx_out);

/* FREE blocks of a piece, all of one not begun. */
uint32_t streaming_n_free(const struct pieces *pieces, uint32_t piece_idx);
/* Its first FREE block that is not before `from`; -1: there is none. */
int64_t streaming_free_block(const struct pieces *pieces, uint32_t piece_idx,
                             uint32_t from);

#endif
