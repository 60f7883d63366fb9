/* blame.h -- finds who sent bad data. Bans nobody (the host does), hashes
 * nothing, knows no payload: it is given who sent each block of a piece, and
 * their SHA-1s.
 * Terms: a culprit is what culprits_of() makes of an address: an IP. A record
 * is one failed attempt at a piece: sender and SHA-1 of each block.
 * Proofs, each convicts:
 *   a piece failed and one culprit sent all of it;
 *   a piece passed, and in a record of it a block differed from the right one;
 *   one culprit sent two different contents of one block.
 * Until it is proved either way, a failed piece weighs on all its senders:
 * trust, -2 a failed piece, +1 a good one (at most 8). Those whose blocks turn
 * out right get theirs back; when a record is given up (there are too many) its
 * weight stays, and settled trust of -7 or less convicts without proof.
 * Bounds: BLAME_MAX_RECORDS and BLAME_MAX_BLOCKS, oldest given up first;
 * BLAME_MAX_PEERS scores, the longest unused forgotten.
 * Owned by torrent; loop thread only. All calls O(blocks of the piece and of
 * its records). */
#ifndef SWARM_BLAME_H
#define SWARM_BLAME_H

#include "util/addr.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct blame;

enum {
    BLAME_MAX_RECORDS = 64,
    BLAME_MAX_BLOCKS = 65536, /* in all records: 1 GiB of failed pieces */
    BLAME_MAX_PEERS = 2048,
    BLAME_TRUST_MAX = 8,
    BLAME_TRUST_GOOD = 1,
    BLAME_TRUST_BAD = -2,
    BLAME_TRUST_BAN = -7
};

enum blame_proof {
    BLAME_SOLE_SENDER, /* sent all of a piece that failed */
    BLAME_BAD_BLOCK,   /* sent a block that was not the right one */
    BLAME_TWO_FACED,   /* sent two contents of one block */
    BLAME_DISTRUST     /* not proved: too often there when a piece failed */
};

struct blame_host {
    void *ctx; /* borrowed */
    /* Ban and disconnect `who` (port 0 unless loopback, see culprits_of()).
     * Called once a culprit and event, after the records are settled; must not
     * call blame. */
    void (*on_convict)(void *ctx, const struct addr *who, uint32_t piece_idx,
                       enum blame_proof proof);
};

/* host is copied; rng is used to draw a hash key, and not kept. */
struct blame *blame_new(const struct blame_host *host, const struct rng *rng);
void blame_free(struct blame *b);

/* A piece failed its hash (not: its write). senders: n_blocks addresses
 * (n_blocks >= 1), in the order of the blocks; block_hashes: n_blocks SHA-1s of
 * 20 bytes, or NULL when they are not known (then nothing can be proved later
 * but by a sole sender). */
void blame_on_failed(struct blame *b, uint32_t piece_idx, uint32_t n_blocks,
                     const struct addr *senders, const uint8_t *block_hashes);

/* A piece passed its hash; arguments as above. block_hashes are needed only
 * when blame_wants_hashes() says so; without them its records are given up. */
void blame_on_good(struct blame *b, uint32_t piece_idx, uint32_t n_blocks,
                   const struct addr *senders, const uint8_t *block_hashes);

/* Would the block hashes of this piece, were it good now, prove something? */
bool blame_wants_hashes(const struct blame *b, uint32_t piece_idx);

/* Has this piece failed, so that it should be fetched whole from one peer
 * (parole)? Then the next attempt proves something whichever way it ends. */
bool blame_is_suspect(const struct blame *b, uint32_t piece_idx);

/* Trust in a peer's culprit, pending suspicion included; 0 when unknown; at
 * most BLAME_TRUST_MAX. */
int blame_trust(const struct blame *b, const struct addr *peer);

size_t blame_n_records(const struct blame *b);

void blame_check(const struct blame *b); /* asserts its invariants: for tests */

#endif
