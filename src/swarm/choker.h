/* choker.h -- decides whom to unchoke. Sends nothing, measures nothing: it is
 * given plain values of all peers, and writes its verdict beside them.
 * Terms: a slot is leave to download from us. One in five slots, at least one
 * where there are two, is optimistic: given by lot for 30 s whatever the peer
 * gave us, a newcomer three times as likely; the others are regular.
 * Rules, a round every 10 s:
 *   leeching  regular slots by what a peer sends us (tit for tat); a snubbing
 *             peer gets none; a peer that is not interested but sends faster
 *             than the last winner is unchoked too, without using a slot
 *   seeding   a peer that has had 20 pieces' worth and a minute goes last
 *             (round robin); then by what it takes from us; then the longest
 *             waiting
 * Between rounds only slots that fell free are filled, at once. No peer is
 * turned over within 10 s of its last turn, but one that the user shuns: it is choked
 * at once, and gets no slot of either kind. Equals are drawn by lot.
 * Owned by torrent; loop thread only. Source: BEP 3, "choking"; Cohen 2003.
 * A call is O(n log n). */
#ifndef SWARM_CHOKER_H
#define SWARM_CHOKER_H

#include "swarm/pieces.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct choker;

enum {
    CHOKER_SLOTS = 8, /* unless set otherwise */
    CHOKER_MAX_SLOTS = 64,
    CHOKER_SLOTS_PER_OPTIMISTIC = 5,
    CHOKER_ROUND_MS = 10000,
    CHOKER_OPTIMISTIC_MS = 30000,
    CHOKER_MIN_FLIP_MS = 10000, /* between two turns of one peer */
    CHOKER_QUOTA_PIECES = 20,   /* when seeding, with CHOKER_QUOTA_MS */
    CHOKER_QUOTA_MS = 60000,
    CHOKER_NEW_MS = 60000, /* connected so lately: a newcomer */
    CHOKER_NEW_WEIGHT = 3,
    CHOKER_RATE_FIRST_Bps = 1024, /* choker_slots_by_rate() */
    CHOKER_RATE_STEP_Bps = 2048
};

/* Never turned: for choker_peer.flipped_ms. */
static const int64_t CHOKER_NEVER = INT64_MIN;

struct choker_peer {
    peer_id_t peer;
    bool is_interested;           /* in us */
    bool is_unchoked;             /* by us, now */
    bool is_snubbed;              /* it lets us wait */
    bool is_seed;                 /* wants nothing: never unchoked */
    bool is_shunned;              /* by the user: choked at once, never unchoked */
    uint64_t rate_down_Bps;       /* payload from it */
    uint64_t rate_up_Bps;         /* payload to it */
    uint64_t bytes_since_unchoke; /* payload to it; 0 while choked */
    int64_t flipped_ms;           /* last choke or unchoke, or CHOKER_NEVER */
    int64_t connected_ms;
    /* Written by choker_run(). */
    bool unchoke;       /* what it shall be */
    bool is_optimistic; /* holds an optimistic slot */
    uint32_t rank;      /* among those that may win a regular slot, 1 first; 0:
                           it may not: not interested, a seed, or snubbing */
};

struct choker_config {
    uint32_t n_slots;   /* 0..CHOKER_MAX_SLOTS */
    bool is_seeding;    /* we want nothing */
    uint32_t piece_len; /* bytes: for the quota */
};

/* rng is borrowed and outlives the choker. */
struct choker *choker_new(const struct rng *rng);
void choker_free(struct choker *c);

/* Decide for all n peers (borrowed, ids distinct): writes unchoke,
 * is_optimistic and rank of each. Call when choker_deadline_ms() has come, and
 * whenever a peer came, left, or changed its interest: before the deadline it only
 * fills free slots. The caller acts on the differences at once, and keeps flipped_ms;
 * calling again after that changes nothing. */
void choker_run(struct choker *c, const struct choker_config *config,
                struct choker_peer *peers, size_t n, int64_t now_ms);

/* When the next round is due; INT64_MIN before the first. */
int64_t choker_deadline_ms(const struct choker *c);

/* How many slots the measured upload rates justify: one more for each of the
 * fastest peers whose rate reaches a threshold that rises with its place; at
 * least 2, at most CHOKER_MAX_SLOTS. O(n log n). */
uint32_t choker_slots_by_rate(const struct choker_peer *peers, size_t n);

#endif
