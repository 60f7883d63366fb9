/* metadata_fetch.h -- decides which peer to ask for which piece of a torrent's metadata,
 * until what came has the info-hash. Sends nothing itself, keeps no clock, knows no
 * connections: peers are numbers here.
 * Nobody is believed. For each size that a peer tells there is a draft, filled by all who
 * tell it, side by side with the others: who lies about the size holds nobody up. A whole
 * draft that has another hash is thrown away: if one peer sent it all, that one is named
 * to the host as a liar; else from then on each peer fills a draft of its own, which finds
 * the liar with certainty, at once.
 * Asking: at most METADATA_FETCH_AT_ONCE pieces of a peer at a time; a piece that lets
 * itself be waited for is asked of one more peer, again and again, and after
 * METADATA_FETCH_RETRY_MS is asked for anew; who rejects, sends a piece of a wrong
 * length, or does not answer METADATA_FETCH_MAX_TIMEOUTS times waits.
 * Bounds: METADATA_FETCH_MAX_BYTES of what came, over all drafts: beyond, the draft of the
 * largest size (of equals, with the least) is thrown away and its peers wait.
 * Owned by an engine's seeker; loop thread only. Source: BEP 9. Costs: O(peers) a call,
 * O(peers * pieces) at most; hashing O(size) when a draft is whole. */
#ifndef SWARM_METADATA_FETCH_H
#define SWARM_METADATA_FETCH_H

#include "swarm/pieces.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct metadata_fetch;

enum {
    METADATA_FETCH_AT_ONCE = 2,     /* requests to one peer */
    METADATA_FETCH_DOUBLE_MS = 500, /* then one more peer is asked as well */
    METADATA_FETCH_RETRY_MS = 3000, /* then it is asked for anew */
    METADATA_FETCH_MAX_TIMEOUTS = 3,
    /* The wait after a reject, doubled with each further one, up to the second. */
    METADATA_FETCH_REJECT_MS = 5000,
    METADATA_FETCH_REJECT_MAX_MS = 60000,
    METADATA_FETCH_WAIT_MIN_MS = 20000, /* all other waits: at random between */
    METADATA_FETCH_WAIT_MAX_MS = 70000,
    METADATA_FETCH_MAX_PEERS = 1024, /* more are not asked */
    METADATA_FETCH_MAX_ORPHANS = 4,  /* drafts kept of which nobody is left */
    METADATA_FETCH_MAX_BYTES = 32 << 20
};

/* None of these may call back into the fetch. */
struct metadata_fetch_host {
    void *ctx; /* borrowed */
    /* Ask peer id for a piece; false: it cannot be sent now. */
    bool (*ask)(void *ctx, peer_id_t id, uint32_t piece_idx);
    /* All that this peer (it may be gone) sent was wrong: never talk to it again. */
    void (*on_liar)(void *ctx, peer_id_t id);
};

/* info_hash: 20 bytes, copied; host is copied; rng is borrowed and outlives it. Owned by
 * the caller. */
struct metadata_fetch *
metadata_fetch_new(const uint8_t *info_hash,
                   const struct metadata_fetch_host *host,
                   const struct rng *rng);
void metadata_fetch_free(struct metadata_fetch *f); /* NULL: nothing */

/* A peer told in its extended handshake (again) that it can be asked, and how large the
 * metadata are: bytes, up to EXTENDED_MAX_METADATA; 0: it has none. */
void metadata_fetch_on_size(struct metadata_fetch *f, peer_id_t id,
                            uint32_t size_bytes, int64_t now_ms);
/* It is to be asked for one piece at a time, from now on. */
void metadata_fetch_one_at_once(struct metadata_fetch *f, peer_id_t id);
/* Its connection ended. */
void metadata_fetch_on_left(struct metadata_fetch *f, peer_id_t id,
                            int64_t now_ms);
/* It sent a piece: len bytes, borrowed. What was not asked for is ignored. */
void metadata_fetch_on_data(struct metadata_fetch *f, peer_id_t id,
                            uint32_t piece_idx, const uint8_t *bytes,
                            size_t len, int64_t now_ms);
void metadata_fetch_on_reject(struct metadata_fetch *f, peer_id_t id,
                              uint32_t piece_idx, int64_t now_ms);

/* All of them came from elsewhere than a peer: len bytes, copied, which are the result if
 * there is none yet. false: they have another hash, and are left alone. */
bool metadata_fetch_take(struct metadata_fetch *f, const uint8_t *bytes,
                         size_t len);

/* When to call metadata_fetch_tick(); INT64_MAX: nothing to wait for. */
int64_t metadata_fetch_deadline_ms(const struct metadata_fetch *f,
                                   int64_t now_ms);
/* Give up what was waited for too long, and ask for what may be asked for. */
void metadata_fetch_tick(struct metadata_fetch *f, int64_t now_ms);

/* The metadata, once they are there: *len_out bytes whose SHA-1 is the info-hash,
 * borrowed. NULL before; nobody is asked after. */
const uint8_t *metadata_fetch_result(const struct metadata_fetch *f,
                                     size_t *len_out);

/* For the user. */
struct metadata_fetch_status {
    uint32_t n_tell;     /* peers that have metadata, as they say */
    uint32_t n_waiting;  /* of them, those that are not asked for a while */
    uint32_t n_sizes;    /* different ones */
    uint32_t size_bytes; /* of the draft that most peers tell; 0: none does */
    uint32_t n_same;     /* how many tell that */
    uint32_t n_pieces;   /* of it */
    uint32_t n_have;     /* of those */
    uint32_t n_failed;   /* whole ones that had a wrong hash */
};
void metadata_fetch_status(const struct metadata_fetch *f, int64_t now_ms,
                           struct metadata_fetch_status *out);
/* How many peers sent the result; 0: none did. *only_out: who, if it was one, else
 * PEER_ID_NONE. */
uint32_t metadata_fetch_givers(const struct metadata_fetch *f,
                               peer_id_t *only_out);
/* Pieces that came from this peer and stayed. */
uint32_t metadata_fetch_n_from(const struct metadata_fetch *f, peer_id_t id);

/* Assert its invariants: for tests. */
void metadata_fetch_check(const struct metadata_fetch *f);

#endif
