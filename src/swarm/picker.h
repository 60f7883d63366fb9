/* picker.h -- decides which blocks to ask a peer for next. Sends nothing, keeps no
 * clock, knows no sockets; reads `pieces`, and marks there what it chose.
 * Order: pieces already begun (their free blocks first, rarest of them first; a
 * fast peer prefers one that it alone works on), then by priority (high, normal,
 * low), within one priority rarest first with random ties; until 4 pieces are had,
 * random ones; with `sequential`, lowest index first instead of rarest. High-
 * priority pieces go before begun ones of lower priority.
 * Endgame: when no wanted block is FREE, a peer with nothing left to do may be
 * given a block already ASKED of others, the longest-waiting first, at most
 * PICKER_MAX_COPIES copies, never two to one peer (the query's `asked` tells).
 * Choked with allowed-fast pieces (BEP 6): only those. Suggested pieces (BEP 6)
 * come before rarest ones.
 * Structure: one array of the MISSING wanted pieces, ordered by bucket (priority,
 * availability), with bucket bounds: O(1) moves between neighbour buckets, random
 * within a bucket.
 * Source: BEP 3; BEP 6; Cohen 2003 (rarest first, endgame). picker_next() is
 * O(pieces looked at until the peer has one), O(1) amortised for seeds. */
#ifndef SWARM_PICKER_H
#define SWARM_PICKER_H

#include "swarm/pieces.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct picker;

enum {
    PICKER_RANDOM_FIRST_PIECES = 4,
    PICKER_MAX_COPIES = 4
};

/* One peer's question. */
struct picker_query {
    peer_id_t peer;
    const struct bitset *has;        /* borrowed */
    bool is_choked;                  /* then only allowed-fast pieces */
    const uint32_t *allowed_fast;    /* borrowed; n_allowed_fast indices */
    size_t n_allowed_fast;
    const uint32_t *suggested;       /* borrowed; n_suggested indices */
    size_t n_suggested;
    bool may_open;                   /* may begin a MISSING piece: memory is left */
    bool is_slow;                    /* snubbed, or at a small fraction of the
                                        others' rate: joins a begun piece last, and
                                        never takes the only free block of one */
    bool may_endgame;                /* it has nothing outstanding */
    /* Has this peer been asked for b already? Called in endgame only. */
    bool (*is_asked)(const void *ctx, struct block_ref b);
    const void *ctx;                 /* borrowed */
    int64_t now_ms;
};

struct picker_choice {
    struct block_ref block;
    enum pick_reason reason;
};

/* pieces and rng are borrowed and outlive the picker, which observes pieces. */
struct picker *picker_new(struct pieces *pieces, const struct rng *rng);
void picker_free(struct picker *p);

void picker_set_sequential(struct picker *p, bool sequential);
bool picker_is_sequential(const struct picker *p);

/* Choose up to cap blocks that the peer has, mark them asked in pieces, and write
 * them to out (borrowed, cap slots). Return how many, 0..cap; 0 means that this
 * peer has nothing to be asked for now. */
size_t picker_next(struct picker *p, const struct picker_query *query,
                   struct picker_choice *out, size_t cap);

/* Is no wanted block FREE while some are ASKED? */
bool picker_in_endgame(const struct picker *p);

void picker_check(const struct picker *p); /* asserts its order: for tests */

#endif
