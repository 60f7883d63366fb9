/* picker.h -- decides which blocks to ask a peer for next. Sends nothing, keeps
 * no clock, knows no sockets; reads `pieces`, and marks there what it chose.
 * Order, high-priority pieces wholly before normal ones, those before low ones;
 * within one priority:
 *   1 the piece that this peer is at already
 *   2 begun pieces that nobody is asked for (left by others), rarest first
 *   3 pieces it suggests (BEP 6), unless sequential
 *   4 begun pieces that others are at, rarest first: only until 4 are had, or when
 *     there are more than 3 with FREE blocks for every 2 peers
 *   5 pieces not begun: rarest first, equals at random; until 4 are had, random
 *     ones, unless sequential
 *   6 begun pieces that others are at
 * so that a quick peer is given whole pieces, which one slow peer cannot stall,
 * and whose payload comes in order. A slow peer's order is 1 3 5 2 6, and of a
 * piece that others are at it never takes the only FREE block.
 * Sequential: before those, and instead of them there, the blocks of the window that
 * streaming.h knows, in order, but for the lead that a slow peer leaves to others (of
 * which it is given one block when there is nothing else); and before all, blocks near
 * its front that are late, of the quick. Beyond the window the above holds.
 * A piece on parole (it failed its hash) is not shared, nor asked for twice in
 * endgame, while the peer that is at it gets on with it: see parole.h.
 * A peer that all this leaves with room is asked for what others were asked for, where
 * it is expected to be so much quicker (not when sequential: there is what is late); in
 * endgame, when no wanted block is FREE, where it is quicker: see endgame.h.
 * Choked with allowed-fast pieces (BEP 6): only those.
 * Structure: all pieces in order of bucket (priority; within it not begun, by
 * availability; begun and left; begun and shared; last of all what cannot be
 * picked now), see piece_order.h: O(1) moves between neighbours.
 * Source: BEP 3; BEP 6; Cohen 2003 (rarest first, endgame).
 * picker_next() is O(1) amortised for a peer at a piece and for seeds, else
 * O(pieces looked at until the peer has one); for one that has few pieces
 * O(n_pieces / 64 + those). First call, and after on_many: O(n_pieces). */
#ifndef SWARM_PICKER_H
#define SWARM_PICKER_H

#include "swarm/pieces.h"
#include "swarm/streaming.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endgame;
struct outlook;
struct picker;

enum {
    PICKER_RANDOM_FIRST_PIECES = 4,
    PICKER_MAX_COPIES = 4,
    PICKER_LATE_BLOCKS = 4 /* a call */
};

/* One peer's question. The peer must be counted in pieces: as a seed only if it
 * has every piece. */
struct picker_query {
    peer_id_t peer;
    const struct bitset *has;     /* borrowed; of all n_pieces */
    bool is_choked;               /* then only allowed-fast pieces */
    const uint32_t *allowed_fast; /* borrowed; n_allowed_fast indices */
    size_t n_allowed_fast;
    const uint32_t *suggested; /* borrowed; n_suggested indices */
    size_t n_suggested;
    bool may_open; /* may begin a MISSING piece: memory is left */
    bool is_slow;  /* snubbed, or at a small fraction of the
                                        others' rate: joins a begun piece last,
                                        and never takes the only free block of
                                        one */
    bool is_idle;  /* it has nothing outstanding */
    /* Borrowed; NULL: it is not to be asked for what others were asked for. */
    const struct outlook *outlook;
    bool is_frugal;  /* only when it is idle, and one block */
    bool is_careful; /* only what is sure, and comes in half the time */
    struct streaming_plan stream; /* used when sequential */
    /* Has this peer been asked for b already? Called of blocks that somebody was
     * asked for. */
    bool (*is_asked)(const void *ctx, struct block_ref b);
    const void *ctx; /* borrowed */
    int64_t now_ms;
};

/* Whoever knows all that is on order, with whomever: calls endgame_tell() for each of
 * it, in any order. */
struct picker_teller {
    void (*tell)(void *ctx, struct endgame *e);
    void *ctx; /* borrowed */
};

struct picker_choice {
    struct block_ref block;
    enum pick_reason reason;
};

/* pieces is borrowed, outlives the picker, and is observed by it; rng is used
 * to draw a seed, and not kept. */
struct picker *picker_new(struct pieces *pieces, const struct rng *rng);
void picker_free(struct picker *p);
/* teller: copied. Without one nothing is asked for twice but what is late. */
void picker_set_teller(struct picker *p, const struct picker_teller *teller);

void picker_set_sequential(struct picker *p, bool sequential);
bool picker_is_sequential(const struct picker *p);

/* Put a piece that failed its hash on parole, so that one peer sends all of it
 * if it can; ends when the piece is HAVE. */
void picker_set_parole(struct picker *p, uint32_t piece_idx);

/* Choose up to cap blocks that the peer has, mark them asked in pieces, and
 * write them to out (borrowed, cap slots). Return how many, 0..cap; 0 means
 * that this peer has nothing to be asked for now. */
size_t picker_next(struct picker *p, const struct picker_query *query,
                   struct picker_choice *out, size_t cap);

/* Is no wanted block FREE while some are ASKED? */
bool picker_in_endgame(const struct picker *p);

void picker_check(const struct picker *p); /* asserts its order: for tests */

#endif
