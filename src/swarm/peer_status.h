/* peer_status.h -- what is known of one connection at one moment, as plain
 * values: for choker, peers and the model. Filled by peer_status(). Times
 * are the engine's milliseconds. */
#ifndef SWARM_PEER_STATUS_H
#define SWARM_PEER_STATUS_H

#include <stdbool.h>
#include <stdint.h>

struct peer_status {
    bool am_choking, am_interested, is_choking, is_interested;
    bool is_snubbed; /* it let us wait PEER_SNUB_MS */
    bool is_upload_only;
    bool prefers_encryption; /* `e` of its extended handshake */
    bool is_incoming, fast, extended;
    uint32_t n_outstanding;              /* our requests on order */
    uint32_t depth;                      /* how many we would like there */
    uint32_t n_queued;                   /* its requests waiting here */
    uint64_t bytes_down, bytes_up;       /* payload */
    uint64_t bytes_wasted;               /* payload that was not needed */
    uint64_t rate_down_Bps, rate_up_Bps; /* payload */
    int64_t last_rx_ms, last_tx_ms;      /* any byte */
    int64_t last_block_ms;               /* a block came; 0: never */
    int64_t unchoked_since_ms;           /* we unchoked it; 0: choked */
    int64_t interested_since_ms;
    int64_t connected_ms;
    int64_t request_delay_ms; /* smoothed, from asking to a block; -1 unknown */
    uint32_t reqq;            /* its limit; 0 not told */
    uint16_t listen_port;     /* its, from `p`; 0 not told */
    uint8_t peer_id[20];
    char client[64]; /* clean text: its `v`, or from its peer id */
};

#endif
