/* peer.h -- one connection's protocol state machine, after the handshakes.
 * Sans-IO: bytes in (peer_rx*), bytes to send out (peer_tx*), next deadline out;
 * owns no descriptor, reads no clock. Decides: how deep its request queue is, when
 * a request is given up, when the other side is snubbing, what of the other side's
 * requests it accepts. Does not decide which blocks (host->pick), whom to unchoke
 * (choker), or where payload lies (host->block_memory).
 * Payload never passes through a buffer of ours when it can be avoided: while a
 * block is being received, peer_rx_block() says where its next bytes belong, so
 * that the caller's readv() puts them there.
 * States of a request: ASKED (in the outstanding queue, in the order sent), then
 * answered, or released (choke, reject, time-out, cancel): a released one may still
 * be answered and is then not a fault.
 * Source: BEP 3 "peer messages"; BEP 6 (fast extension, allowed-fast); BEP 10; BEP 21
 * (upload_only). Parameters: PEER_* below. Loop thread only. */
#ifndef SWARM_PEER_H
#define SWARM_PEER_H

#include "meta/geometry.h"
#include "swarm/pieces.h"
#include "util/addr.h"
#include "util/bitset.h"
#include "util/err.h"
#include "util/refbuf.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct peer;

enum {
    PEER_MAX_OUTSTANDING = 500,     /* requests to one peer, or its reqq */
    PEER_MAX_QUEUED = 512,          /* its requests that we hold; told as reqq */
    PEER_MAX_REQUEST_LEN = 131072,  /* longest request that we serve */
    PEER_MAX_MSG_LEN = 131072,      /* of any message but piece and bitfield */
    PEER_QUEUE_TIME_MS = 3000,      /* payload kept on order */
    PEER_START_DEPTH = 16,
    PEER_REQUEST_TIMEOUT_MAX_MS = 60000,
    PEER_SNUB_MS = 20000,           /* nothing received while waiting */
    PEER_INACTIVE_MS = 120000,      /* no message at all: closed */
    PEER_KEEPALIVE_MS = 60000,      /* we sent nothing for so long */
    PEER_MAX_REJECTS = 50,
    PEER_ALLOWED_FAST = 5,
    PEER_MAX_TX_BACKLOG = 512 << 10 /* bytes of payload waiting to be sent */
};

/* Why a request is no longer on order. */
enum peer_release {
    PEER_RELEASE_CHOKED,
    PEER_RELEASE_REJECTED,
    PEER_RELEASE_TIMEOUT,
    PEER_RELEASE_CANCELLED,
    PEER_RELEASE_CLOSED
};

/* What a peer asks of, and tells, the torrent it belongs to. Any of these may call
 * back into the peer, but not free it. */
struct peer_host {
    void *ctx; /* borrowed */
    /* Choose up to cap blocks for this peer and mark them asked; return how many. */
    size_t (*pick)(void *ctx, struct peer *p, struct block_ref *out, size_t cap);
    /* Memory for the payload of an answered block, geometry_block_len() bytes that
     * stay valid until on_block or on_block_dropped; NULL: the block is not needed
     * any more, its payload is read and thrown away. `late`: the request had been
     * released. */
    uint8_t *(*block_memory)(void *ctx, struct peer *p, struct block_ref b,
                             bool late);
    /* The payload is complete in that memory. */
    void (*on_block)(void *ctx, struct peer *p, struct block_ref b);
    /* The connection ends with that memory half filled. */
    void (*on_block_dropped)(void *ctx, struct peer *p, struct block_ref b);
    /* The request is no longer on order. */
    void (*on_release)(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why);
    /* What the peer has is known for the first time (bitfield, have-all, have-none,
     * or any other first message), or grew by one piece. */
    void (*on_has)(void *ctx, struct peer *p);
    void (*on_have)(void *ctx, struct peer *p, uint32_t piece_idx);
    /* Its interest in us, or its choking of us, changed. */
    void (*on_interest)(void *ctx, struct peer *p);
    void (*on_choke)(void *ctx, struct peer *p);
    /* It asked for something: peer_request() has more. */
    void (*on_request)(void *ctx, struct peer *p);
    /* Its extended handshake came (again). */
    void (*on_extended)(void *ctx, struct peer *p);
    /* There is something to send: called when the queue was empty. */
    void (*on_tx)(void *ctx, struct peer *p);
};

struct peer_config {
    peer_id_t id;
    struct addr remote;
    bool is_incoming;
    uint8_t peer_id[20];
    bool fast;               /* both sides set the bit: BEP 6 */
    bool extended;           /* both sides set the bit: BEP 10 */
    const struct geometry *geo;    /* borrowed; outlives the peer */
    const struct bitset *have;     /* borrowed: what we have, always current */
    const uint8_t *info_hash;      /* borrowed, 20 bytes */
    uint16_t listen_port;    /* ours, told in the extended handshake; 0: none */
    bool is_private;
    const struct rng *rng;         /* borrowed */
};

/* Begin: queues our bitfield (or have-all, have-none) and extended handshake. */
struct peer *peer_new(const struct peer_config *config,
                      const struct peer_host *host, int64_t now_ms);
/* Release every request (PEER_RELEASE_CLOSED), drop a block half received, free. */
void peer_free(struct peer *p);

/* Receiving. */

/* Where the next payload bytes of the block being received belong: *len_out bytes
 * (0: none is, or it is thrown away). Borrowed until the next call. */
uint8_t *peer_rx_block(struct peer *p, size_t *len_out);
/* n bytes, at most what peer_rx_block() offered, were put there. */
enum err peer_rx_block_filled(struct peer *p, size_t n, int64_t now_ms)
    ERR_MUST_CHECK;
/* The next n bytes of the stream; all are consumed. An ERR_PROTO_* says that the
 * connection must be closed; peer_fault() has the words. */
enum err peer_rx(struct peer *p, const uint8_t *bytes, size_t n,
                 int64_t now_ms) ERR_MUST_CHECK;
const char *peer_fault(const struct peer *p); /* "" while there is none */

/* Sending. */

/* Describe what to send next in up to cap parts; return how many (0: nothing).
 * Borrowed until the next call that changes the peer. Coalesces all waiting
 * messages. */
int peer_tx(struct peer *p, struct iovec *iov, int cap);
/* The first n bytes of that were sent. */
void peer_tx_sent(struct peer *p, size_t n, int64_t now_ms);
size_t peer_tx_backlog(const struct peer *p); /* bytes waiting */

/* Time. */
int64_t peer_deadline_ms(const struct peer *p); /* when to call peer_tick() */
/* Do what is due: keep-alive, request time-outs, snubbing. ERR_TIMEOUT: close. */
enum err peer_tick(struct peer *p, int64_t now_ms) ERR_MUST_CHECK;

/* What the torrent tells the peer. */

/* Fill the request queue up to its depth from host->pick. Call when something new
 * may be had from this peer; the peer calls it itself on unchoke and on each block. */
void peer_fill(struct peer *p, int64_t now_ms);
/* Say that we are (not) interested; sends only changes. */
void peer_set_interested(struct peer *p, bool interested, int64_t now_ms);
/* Choke or unchoke it; choking rejects (BEP 6) or drops what it had asked for. */
void peer_set_choked(struct peer *p, bool choked, int64_t now_ms);
/* We have a new piece: told unless it has it already (HAVE suppression). */
void peer_announce_have(struct peer *p, uint32_t piece_idx);
/* Withdraw one request, as in endgame; released as CANCELLED. */
void peer_cancel(struct peer *p, struct block_ref b, int64_t now_ms);
/* A piece was lost or a limit changed: release all requests for it. */
bool peer_is_asked(const struct peer *p, struct block_ref b);
/* Tell our upload_only state in a new extended handshake (BEP 21). */
void peer_set_upload_only(struct peer *p, bool upload_only);

/* Uploading: what it asked for, oldest first. */
struct peer_request {
    uint32_t piece_idx;
    uint32_t begin;
    uint32_t len;
};
size_t peer_n_requests(const struct peer *p);
/* The i-th waiting request, i < peer_n_requests(). */
struct peer_request peer_request(const struct peer *p, size_t i);
/* Answer the first waiting request with len bytes at data->bytes + data_off; takes
 * a reference of its own. */
void peer_serve(struct peer *p, struct refbuf *data, size_t data_off,
                int64_t now_ms);
/* The first waiting request cannot be served: reject (BEP 6) or drop it. */
void peer_refuse(struct peer *p, int64_t now_ms);

/* What is known of it. */
peer_id_t peer_id(const struct peer *p);
const struct addr *peer_remote(const struct peer *p);
const struct bitset *peer_has(const struct peer *p); /* borrowed */
bool peer_is_seed(const struct peer *p);             /* has every piece */
bool peer_has_told(const struct peer *p);  /* on_has was called */
const uint32_t *peer_allowed_fast(const struct peer *p, size_t *n_out);
const uint32_t *peer_suggested(const struct peer *p, size_t *n_out);

struct peer_status {
    bool am_choking, am_interested, is_choking, is_interested;
    bool is_snubbed;            /* it let us wait PEER_SNUB_MS */
    bool is_upload_only;
    bool is_incoming, fast, extended;
    uint32_t n_outstanding;     /* our requests on order */
    uint32_t depth;             /* how many we would like there */
    uint32_t n_queued;          /* its requests waiting here */
    uint64_t bytes_down, bytes_up;       /* payload */
    uint64_t bytes_wasted;      /* payload that was not needed */
    uint64_t rate_down_Bps, rate_up_Bps; /* payload */
    int64_t last_rx_ms, last_tx_ms;      /* any byte */
    int64_t last_block_ms;      /* a block came; 0: never */
    int64_t unchoked_since_ms;  /* we unchoked it; 0: choked */
    int64_t interested_since_ms;
    int64_t connected_ms;
    int64_t request_delay_ms;   /* smoothed, from asking to a block; -1 unknown */
    uint32_t reqq;              /* its limit; 0 not told */
    uint16_t listen_port;       /* its, from `p`; 0 not told */
    uint8_t peer_id[20];
    char client[64];            /* clean text: its `v`, or from its peer id */
};
void peer_status(struct peer *p, int64_t now_ms, struct peer_status *out);

void peer_check(const struct peer *p); /* asserts its invariants: for tests */

#endif
