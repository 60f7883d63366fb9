/* peer_txq.h -- what waits to be sent on one connection: control messages as
 * one run of bytes, blocks as references to the bytes that hold them, so that
 * payload is never copied.
 * Order on the wire: the rest of a block begun; all control messages, in the
 * order queued; the other blocks, in the order queued. So a choke or a request
 * is never kept waiting by payload, and a block that is not begun can still be
 * taken back. Owned by a peer.
 * Costs: everything O(1) but iov O(parts) and sift O(blocks). */
#ifndef SWARM_PEER_TXQ_H
#define SWARM_PEER_TXQ_H

#include "proto/wire.h"
#include "swarm/peer_wants.h"
#include "util/buf.h"
#include "util/refbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct peer_txq_block {
    struct peer_request request;
    struct refbuf *data; /* shared */
    size_t off;          /* where the payload begins in data */
    uint8_t header[WIRE_PIECE_HEADER_LEN];
};

struct peer_txq {
    struct buf control;
    struct peer_txq_block *ring; /* owned: cap slots; NULL at first */
    size_t cap;                  /* a power of two */
    size_t head;
    size_t n;
    size_t sent;        /* bytes of the first block that are gone */
    size_t block_bytes; /* of blocks, headers with them, still to go */
};

/* max_control: most bytes of control messages that may wait. */
void peer_txq_init(struct peer_txq *q, size_t max_control);
void peer_txq_fini(struct peer_txq *q);

/* Bytes waiting. */
size_t peer_txq_len(const struct peer_txq *q);

/* Queue a block: r->len bytes at data->bytes + off. Takes a reference. */
void peer_txq_block(struct peer_txq *q, const struct peer_request *r,
                    struct refbuf *data, size_t off);
/* Take back the oldest block that equals r and is not begun; false: none. */
bool peer_txq_remove(struct peer_txq *q, const struct peer_request *r);
/* Ask `drop` about each block not begun, oldest first, and take those out. */
void peer_txq_sift(struct peer_txq *q, peer_wants_drop *drop, void *ctx);

/* Describe what goes next in up to cap parts; return how many. Borrowed until
 * the next change. */
int peer_txq_iov(struct peer_txq *q, struct iovec *iov, int cap);
/* n of those bytes went, n <= peer_txq_len(). Return how many were payload. */
size_t peer_txq_sent(struct peer_txq *q, size_t n);

void peer_txq_check(const struct peer_txq *q);

#endif
