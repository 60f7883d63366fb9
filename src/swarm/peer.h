/* peer.h -- one connection's protocol state machine, after the handshakes.
 * Sans-IO: bytes in (peer_rx*), bytes to send out (peer_tx*), next deadline
 * out; owns no descriptor, reads no clock. Decides: how deep its request
 * queue is, when a request is given up, when the other side is snubbing,
 * what of the other side's requests it accepts. Does not decide which blocks
 * (host->pick), whom to unchoke (choker), or where payload lies
 * (host->block_memory).
 * Payload never passes through a buffer of ours when it can be avoided:
 * while a block is being received, peer_rx_block() says where its next bytes
 * belong, so that the caller's readv() puts them there.
 * States of a request: ASKED (in the outstanding queue, in the order sent),
 * then answered (on_block) or released (on_release), exactly one of them,
 * exactly once.
 * A released one may still be answered and is then not a fault.
 * Time-outs: one oldest request whenever no payload came for
 * peer_orders_timeout_ms since it was asked, or since the last time-out; at
 * once when it is that old and later ones were answered; all but the oldest
 * after PEER_SNUB_MS without payload.
 * Made of: peer_rx (framing), peer_msg (messages), peer_ask (our requests),
 * peer_serve (theirs), peer_tx (sending), over the plain structures
 * peer_orders, peer_pipe, peer_wants, peer_txq.
 * Source: BEP 3 "peer messages"; BEP 6 (fast extension, allowed-fast); BEP
 * 10; BEP 21 (upload_only). Parameters: PEER_* below. Loop thread only. */
#ifndef SWARM_PEER_H
#define SWARM_PEER_H

#include "meta/geometry.h"
#include "proto/extended.h"
#include "swarm/outlook.h"
#include "swarm/peer_host.h"
#include "swarm/peer_status.h"
#include "swarm/pieces.h"
#include "util/addr.h"
#include "util/bitset.h"
#include "util/err.h"
#include "util/refbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

struct endgame;
struct peer;

enum {
    PEER_MAX_OUTSTANDING = 500,  /* requests to one peer, or its reqq */
    PEER_MAX_QUEUED = 512,       /* its requests that we hold; told as reqq */
    PEER_MAX_QUEUED_HARD = 2048, /* of a peer that cannot be told no: closed */
    PEER_MAX_REQUEST_LEN = 131072, /* longest request that we serve */
    PEER_QUEUE_TIME_MS = 3000,     /* payload kept on order */
    PEER_START_DEPTH = 32,
    PEER_REQUEST_TIMEOUT_MAX_MS = 60000,
    PEER_SNUB_MS = 20000,         /* nothing received while waiting */
    PEER_INACTIVE_MS = 120000,    /* no message at all: closed */
    PEER_KEEPALIVE_MS = 60000,    /* we sent nothing for so long */
    PEER_MAX_REJECTS = 50,        /* of ours, in a row: no asking for a while;
                                       of requests made while choked: closed */
    PEER_REJECT_PAUSE_MS = 60000, /* that while */
    PEER_REJECT_RETRY_MS = 1000,  /* from a reject to the next try */
    PEER_CHOKE_GRACE_MS = 2000,   /* its requests may cross our choke so long */
    PEER_MAX_ALLOWED_FAST = 64,   /* pieces it allows us; more are ignored */
    PEER_MAX_SUGGESTED = 32,      /* the latest are kept */
    PEER_ALLOWED_FAST = 5,        /* pieces that we allow, while all of them */
    PEER_ALLOWED_FAST_BYTES = 4 << 20, /* have no more bytes than this */
    PEER_MAX_TX_BACKLOG = 512 << 10, /* bytes of payload waiting to be sent */
    PEER_MAX_TX_EXTENDED = 40 << 10  /* messages that one more may wait with */
};

/* Begin: queues our bitfield (or have-all, have-none) and extended
 * handshake, to be sent without being told by on_tx. config and host are
 * copied. */
struct peer *peer_new(const struct peer_config *config,
                      const struct peer_host *host, int64_t now_ms);
/* Release every request (PEER_RELEASE_CLOSED), drop a block half received,
 * free. */
void peer_free(struct peer *p);

/* What the torrent holds is known now, of a peer born without: take id, geo,
 * have, metadata_size and kinds from config, and host in place of the one
 * before; what the peer said so far is looked at, and told by on_has. Nothing
 * was asked before. An ERR_PROTO_*: close, it said what cannot be. */
enum err peer_settle(struct peer *p, const struct peer_config *config,
                     const struct peer_host *host,
                     int64_t now_ms) ERR_MUST_CHECK;
/* What it told in its extended handshake: has it ut_metadata, and how many
 * bytes are those? 0: it has none, or did not say. */
bool peer_has_metadata(const struct peer *p, uint32_t *size_out);

/* Receiving. */

/* Where the next payload bytes of the block being received belong: *len_out
 * bytes (0: none is, or it is thrown away). Borrowed until the next call. */
uint8_t *peer_rx_block(struct peer *p, size_t *len_out);
/* n bytes, at most what peer_rx_block() offered, were put there. */
enum err peer_rx_block_filled(struct peer *p, size_t n,
                              int64_t now_ms) ERR_MUST_CHECK;
/* The next n bytes of the stream; all are consumed. An ERR_PROTO_* says that
 * the connection must be closed (every later call says so again);
 * peer_fault() has the words. However a stream is cut into calls, the same
 * events come of it. */
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
/* Do what is due: keep-alive, request time-outs, snubbing. ERR_TIMEOUT:
 * close, it sent no message, or read nothing, for PEER_INACTIVE_MS. An
 * ERR_PROTO_*: close. */
enum err peer_tick(struct peer *p, int64_t now_ms) ERR_MUST_CHECK;

/* What the torrent tells the peer. */

/* Fill the request queue up to its depth from host->pick. Call when
 * something new may be had from this peer; the peer calls it itself on
 * unchoke and on each block. */
void peer_fill(struct peer *p, int64_t now_ms);
/* The caller stops (begins again) to read from the connection, for a limit
 * or for want of memory: meanwhile the other side is not blamed for its
 * silence. */
void peer_hold(struct peer *p, bool is_held, int64_t now_ms);
/* Say that we are (not) interested; sends only changes. */
void peer_set_interested(struct peer *p, bool interested, int64_t now_ms);
/* Choke or unchoke it; choking rejects (BEP 6) or drops what it had asked
 * for. */
void peer_set_choked(struct peer *p, bool choked, int64_t now_ms);
/* We have a new piece: told unless it has it already (HAVE suppression). */
void peer_announce_have(struct peer *p, uint32_t piece_idx);
/* Withdraw one request, as in endgame; released as CANCELLED. Its payload,
 * when it is just being received (late or not), is thrown away from here on.
 * Does nothing when b is neither on order nor being received. */
void peer_cancel(struct peer *p, struct block_ref b, int64_t now_ms);
/* Is b on order here? */
bool peer_is_asked(const struct peer *p, struct block_ref b);
/* Did its extended handshake name this kind of message? */
bool peer_takes(const struct peer *p, enum extended_kind kind);
/* Send an extended message: len <= EXTENDED_MAX_MSG bytes after its id, copied.
 * Return whether it was queued: not before its extended handshake named the
 * kind, nor while PEER_MAX_TX_EXTENDED bytes of messages would wait. */
bool peer_send_extended(struct peer *p, enum extended_kind kind,
                        const void *bytes, size_t len);
/* Tell our upload_only state in a new extended handshake (BEP 21). */
void peer_set_upload_only(struct peer *p, bool upload_only);

/* Uploading: what it asked for, oldest first. */
struct peer_request {
    uint32_t piece_idx;
    uint32_t begin;
    uint32_t len;
};
size_t peer_n_requests(const struct peer *p);
/* Does one wait, and is there room to queue its answer? No while more than
 * PEER_MAX_TX_BACKLOG bytes, or PEER_MAX_QUEUED blocks, wait to be sent. */
bool peer_can_serve(const struct peer *p);
/* The i-th waiting request, i < peer_n_requests(). */
struct peer_request peer_request(const struct peer *p, size_t i);
/* Answer the first waiting request with its len bytes at data->bytes +
 * data_off; takes a reference of its own. Only when peer_can_serve(). */
void peer_serve(struct peer *p, struct refbuf *data, size_t data_off,
                int64_t now_ms);
/* The first waiting request cannot be served: reject (BEP 6) or drop it. */
void peer_refuse(struct peer *p, int64_t now_ms);

/* What is known of it. */
peer_id_t peer_id(const struct peer *p);
const struct addr *peer_remote(const struct peer *p);
const struct bitset *peer_has(const struct peer *p); /* borrowed */
bool peer_is_seed(const struct peer *p);             /* has every piece */
bool peer_has_told(const struct peer *p);            /* on_has was called */
bool peer_is_choking(const struct peer *p);          /* it chokes us */
bool peer_is_snubbed(const struct peer *p);
uint32_t peer_n_outstanding(const struct peer *p);
/* When what is on order with it may be expected, and when more. */
struct outlook peer_outlook(const struct peer *p, int64_t now_ms);
/* Tell of all that is on order with it. */
void peer_tell_orders(const struct peer *p, struct endgame *e, int64_t now_ms);
/* Pieces that it lets us have while choked, or suggests; borrowed. */
const uint32_t *peer_allowed_fast(const struct peer *p, size_t *n_out);
const uint32_t *peer_suggested(const struct peer *p, size_t *n_out);

/* Bytes of payload that came from it and went to it. */
void peer_moved(const struct peer *p, uint64_t *down_out, uint64_t *up_out);
/* All that a front end may know of it; cheap enough for 500 peers at 4 Hz. */
void peer_status(struct peer *p, int64_t now_ms, struct peer_status *out);

void peer_check(const struct peer *p); /* asserts its invariants: for tests */

#endif
