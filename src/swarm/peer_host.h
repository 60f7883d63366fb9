/* peer_host.h -- what a peer is born with, and what it asks of, and tells, the
 * torrent it belongs to: the seam between them. */
#ifndef SWARM_PEER_HOST_H
#define SWARM_PEER_HOST_H

#include "meta/geometry.h"
#include "proto/extended.h"
#include "swarm/pieces.h"
#include "util/addr.h"
#include "util/bitset.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peer;

/* Why a request is no longer on order. */
enum peer_release {
    PEER_RELEASE_CHOKED,
    PEER_RELEASE_REJECTED,
    PEER_RELEASE_TIMEOUT,
    PEER_RELEASE_CANCELLED,
    PEER_RELEASE_CLOSED
};

/* What a peer asks of, and tells, the torrent it belongs to. Any of these
 * may call back into the peer, but not free it, nor hand it received bytes.
 * None is called by peer_new(). */
struct peer_host {
    void *ctx; /* borrowed */
    /* Choose up to cap blocks for this peer and mark them asked; return how
     * many. */
    size_t (*pick)(void *ctx, struct peer *p, struct block_ref *out,
                   size_t cap);
    /* Memory for the payload of an answered block, geometry_block_len()
     * bytes that stay valid until on_block or on_block_dropped; NULL: the
     * block is not needed any more, its payload is read and thrown away (and
     * the request is released as CANCELLED). `late`: the request had been
     * released before. */
    uint8_t *(*block_memory)(void *ctx, struct peer *p, struct block_ref b,
                             bool late);
    /* The payload is complete in that memory. The request, unless released
     * before, is answered by this. */
    void (*on_block)(void *ctx, struct peer *p, struct block_ref b);
    /* That memory will not be filled: the connection ends, or peer_cancel().
     * Called before on_release. */
    void (*on_block_dropped)(void *ctx, struct peer *p, struct block_ref b);
    /* The request is no longer on order. */
    void (*on_release)(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why);
    /* What the peer has is known for the first time (bitfield, have-all,
     * have-none, or any other first message), or grew by one piece. */
    void (*on_has)(void *ctx, struct peer *p);
    void (*on_have)(void *ctx, struct peer *p, uint32_t piece_idx);
    /* Its interest in us, or its choking of us, changed. */
    void (*on_interest)(void *ctx, struct peer *p);
    void (*on_choke)(void *ctx, struct peer *p);
    /* It asked for something: peer_request() has more. */
    void (*on_request)(void *ctx, struct peer *p);
    /* Its extended handshake came (again). */
    void (*on_extended)(void *ctx, struct peer *p);
    /* An extended message came, of a kind that config.kinds has (but
     * upload_only, which is the peer's own): len <= EXTENDED_MAX_MSG bytes
     * after its id, borrowed for the call. May be before any on_extended. */
    void (*on_extended_message)(void *ctx, struct peer *p,
                                enum extended_kind kind, const uint8_t *bytes,
                                size_t len);
    /* It has a node of the DHT on this UDP port of its address, not 0 (BEP 5).
     * NULL: nobody wants to know. */
    void (*on_dht_port)(void *ctx, struct peer *p, uint16_t port);
    /* There is something to send: called once, when there was nothing, at
     * the end of the call into the peer that made it. */
    void (*on_tx)(void *ctx, struct peer *p);
};

struct peer_config {
    peer_id_t id;
    struct addr remote;
    bool is_incoming;
    uint8_t peer_id[20];
    bool fast;                  /* both sides set the bit: BEP 6 */
    bool prefers_encryption;    /* we do, as the extended handshake tells */
    bool extended;              /* both sides set the bit: BEP 10 */
    /* Borrowed; outlives the peer. NULL: not known yet, nor have; then see
     * peer_settle(). */
    const struct geometry *geo;
    const struct bitset *have; /* borrowed: what we have, always current */
    const uint8_t *info_hash;   /* borrowed, 20 bytes */
    uint16_t listen_port;   /* ours, told in the extended handshake; 0: none */
    uint32_t metadata_size; /* bytes, of what ut_metadata gives; 0: nothing */
    uint16_t dht_port;      /* of our node of the DHT, told when both sides set
                               the bit; 0: none */
    bool kinds[EXTENDED_N]; /* extended messages that we take, told in it too;
                               upload_only is always one */
};

#endif
