/* peer_rx.h -- one peer's stream of bytes, cut into messages: the state of
 * it. The functions are in peer.h. Gathers a message in place when all of it
 * is in the bytes handed in, else in `part` or, when it is a long one whose
 * length was checked, in memory of just its length. Payload goes to the
 * host's memory. */
#ifndef SWARM_PEER_RX_H
#define SWARM_PEER_RX_H

#include "meta/geometry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEER_RX_PART = 24 }; /* holds any message but bitfield and extended */

/* The stream being read. */
enum peer_rx_state {
    PEER_RX_MESSAGE, /* waits for the rest of a message, or a PIECE's fields */
    PEER_RX_BLOCK,   /* waits for payload */
    PEER_RX_SKIP /* throws away the rest of a message that says us nothing */
};

struct peer_input {
    enum peer_rx_state state;
    uint8_t part[PEER_RX_PART]; /* of a message */
    uint8_t *body; /* owned: in place of part for a longer one; else NULL */
    size_t n_part;
    size_t left;            /* BLOCK, SKIP: bytes to come */
    struct block_ref block; /* BLOCK: which; the rest is of BLOCK too */
    uint8_t *mem; /* borrowed from the host: where it goes; NULL: nowhere */
    size_t got;   /* bytes of it that came */
    bool is_live; /* it is still on order */
    int64_t since_ms;
};

#endif
