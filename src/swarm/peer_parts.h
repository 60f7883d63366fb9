/* peer_parts.h -- a peer as its parts know it: the struct that they share, and what all of
 * them need of it. Knows none of them. For src/swarm/peer*.c and their tests only:
 * peer stands above them, then peer_rx, peer_msg, and peer_ask, peer_serve and peer_early,
 * which know peer_tx.
 * Rule: peer_*_...() functions here never call on_tx; the public functions
 * do, as their last act (peer_tx_tell). State is whole before any host
 * function is called. */
#ifndef SWARM_PEER_PARTS_H
#define SWARM_PEER_PARTS_H

#include "proto/extended.h"
#include "proto/handshake.h"
#include "proto/wire.h"
#include "swarm/pace.h"
#include "swarm/peer.h"
#include "swarm/peer_early.h"
#include "swarm/peer_orders.h"
#include "swarm/peer_pipe.h"
#include "swarm/peer_rx.h"
#include "swarm/peer_txq.h"
#include "swarm/peer_wants.h"
#include "util/rate.h"

enum {
    PEER_TX_HAVE_MAX = 16 << 10, /* control bytes beyond which HAVEs are owed */
    PEER_TX_CONTROL = 64 << 10,  /* of those that may wait, bitfield apart */
    PEER_RX_KEEPALIVES = 100     /* of them in advance of one a second */
};

/* Pieces that we let it have while choked, and how much of each. */
struct peer_grant {
    uint32_t piece_idx;
    uint64_t left; /* bytes */
};

struct peer {
    struct peer_config config;
    struct peer_host host;
    int64_t now_ms; /* of the latest call that told the time */
    int64_t born_ms;
    enum err fault;
    struct cause words; /* of the fault */

    bool am_choking, am_interested, is_choking, is_interested;
    bool has_told;       /* a message came that fixes what it has at first */
    bool is_upload_only; /* we */
    bool is_held;
    struct bitset *has;       /* owned; empty while it is early */
    struct peer_early *early; /* owned; NULL: what the torrent holds is known */
    struct extended ext;      /* what it told */
    char client[64];

    struct peer_input in;
    int64_t last_rx_ms, last_msg_ms, last_block_ms;
    uint64_t bytes_wasted;
    uint32_t n_keepalives;
    struct rate down, up;

    /* Our requests. */
    struct peer_orders orders;
    struct peer_pipe pipe;
    struct pace pace;
    bool is_asking;       /* inside fill or a release: no fill within */
    bool is_waiting;      /* for payload, since wait_ms */
    bool is_stalled;      /* a request timed out since payload came */
    int64_t wait_ms;      /* payload came, or waiting began */
    int64_t timed_out_ms; /* the latest time-out, or payload */
    bool was_unchoked;    /* ever, at unchoked_ms the last time */
    int64_t unchoked_ms;
    int64_t choked_ms;  /* when it choked us */
    int64_t pause_ms;   /* no asking before */
    int64_t retry_ms;   /* ask again then; 0: nothing planned */
    uint32_t n_rejects; /* in a row */
    uint32_t allowed[PEER_MAX_ALLOWED_FAST];
    uint32_t n_allowed;
    uint32_t suggested[PEER_MAX_SUGGESTED];
    uint32_t n_suggested;

    /* Its requests. */
    struct peer_wants wants;
    struct peer_grant grants[PEER_ALLOWED_FAST];
    uint32_t n_grants;
    int64_t am_choking_ms; /* since when */
    uint32_t n_choked_requests;
    int64_t unchoked_since_ms, interested_since_ms;

    /* Sending. */
    struct peer_txq txq;
    struct bitset *owed; /* owned: HAVEs put off; NULL: none ever */
    bool tx_told;        /* on_tx was called, or need not be */
    int64_t last_tx_ms;
    int64_t tx_wait_ms; /* bytes wait, and none went, since; INT64_MAX: none */
};

/* Note a fault (the first one stays) and return its code. */
enum err peer_fail(struct peer *p, enum err code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
