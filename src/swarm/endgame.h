/* endgame.h -- decides what that is on order already is asked of another peer too; and,
 * when a reader waits, what is late. Marks nothing: picker does.
 * Worth it is a copy that is expected before the one that is on its way, and so much
 * before that that one can still be called off: its giver's round trip. Those that are
 * expected last are asked again first, as they are last in their giver's queue, which it
 * works through from the other end; where the two meet, little comes twice.
 * A few of all, those of the last moment, are asked again though both may come: there are
 * ENDGAME_RISK_PART such risks, and no more. When too much came twice all the same, only
 * who is idle is asked (query->is_frugal), and for one block.
 * While other blocks are FREE (though not of this peer) a copy must be expected in half
 * the time and ENDGAME_EARLY_MS sooner, since who uploads to us could do so to others;
 * in half the time, when all share one limit (query->is_careful).
 * Who is asked: a peer that would else run out of work before an answer could be here:
 * what it has on order is at most what it brings in its round trip and
 * OUTLOOK_SLACK_MS. Never more than PICKER_MAX_COPIES copies, or twice as many to spare us
 * ENDGAME_LONG_MS, never two to one peer;
 * nothing of a piece that is on parole and kept for another.
 * What is on order with whom is told by the owner of the peers, and remembered for
 * ENDGAME_FRESH_MS. A value of the picker's; loop thread only. Cost: a telling
 * O(n log n) of the blocks on order, a choice O(those that are looked at).
 * Source: Cohen 2003. */
#ifndef SWARM_ENDGAME_H
#define SWARM_ENDGAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "swarm/parole.h"
#include "swarm/picker.h"
#include "swarm/pieces.h"
#include "swarm/streaming.h"

enum {
    ENDGAME_LATE_PIECES = 64,
    ENDGAME_AT_ONCE = 64,         /* blocks a call */
    ENDGAME_FRESH_MS = 20,        /* and 1 more for each ENDGAME_PER_MS told */
    ENDGAME_FRESH_EARLY_MS = 250, /* while other blocks are FREE */
    ENDGAME_PER_MS = 256,
    ENDGAME_EARLY_MS = 5000, /* gained at least, while other blocks are FREE */
    /* What a copy gains at least: this part of the time it takes, and so long. */
    ENDGAME_DOUBT_PART = 4,
    ENDGAME_GAIN_MS = 10,
    ENDGAME_LONG_MS = 2000,  /* worth more copies and risks */
    ENDGAME_RISK_PART = 256, /* this part of all blocks may be risked */
    ENDGAME_RISK_BLOCKS = 8  /* so many at least */
};

/* A block on order. */
struct endgame_order {
    struct block_ref block;
    uint8_t n_asked; /* of so many peers, when it was told */
    peer_id_t peer;  /* of this one; PEER_ID_NONE: of several */
    int64_t due_ms;
    int64_t by_ms; /* a copy that is here before then costs nothing */
};

struct endgame {
    struct picker_teller teller;  /* tell NULL: nobody tells */
    struct endgame_order *orders; /* owned; due_ms descends */
    uint32_t n;
    uint32_t cap;
    uint64_t n_risked;
    int64_t told_ms;
    bool is_told;
};

void endgame_init(struct endgame *e);
void endgame_fini(struct endgame *e);

/* Tell of one block on order; within a picker_teller only. due_ms: when it is expected;
 * stop_ms: how long its giver sends on when it is told that it need not. */
void endgame_tell(struct endgame *e, struct block_ref b, peer_id_t peer,
                  int64_t due_ms, int64_t stop_ms);

/* Write up to cap blocks, at most ENDGAME_AT_ONCE, that are on order and that the query's
 * peer has to out; return how many. is_early: other blocks are FREE. */
size_t endgame_find(struct endgame *e, const struct pieces *pieces,
                    const struct parole *parole,
                    const struct picker_query *query, bool is_early,
                    struct block_ref *out, size_t cap);

/* Write up to cap blocks (at most PICKER_LATE_BLOCKS) of the pieces that a walk goes
 * through, late ones that the query's peer has, those asked of nobody else first, then the
 * longest-waiting; ENDGAME_LATE_PIECES are looked at. */
size_t endgame_find_late(const struct parole *parole,
                         const struct picker_query *query,
                         struct streaming_walk *walk, struct block_ref *out,
                         size_t cap);

#endif
