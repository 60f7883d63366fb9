/* peer_early.h -- what a peer said of its pieces while nobody knew yet how many there
 * are: kept raw, and looked at when that is known (peer_settle() in peer.h). Of the
 * messages that name pieces only those matter that say what it has, or lets us have;
 * it can be asked for nothing, and has nothing to ask of us.
 * Bounds: bits for WIRE_MAX_PIECES pieces, 256 KiB. Source: BEP 3, 6. */
#ifndef SWARM_PEER_EARLY_H
#define SWARM_PEER_EARLY_H

#include "proto/wire.h"
#include "swarm/peer_host.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peer;

struct peer_early {
    uint8_t *bits; /* owned: len bytes, as in a bitfield */
    size_t len;
    size_t bitfield_len; /* of the bitfield that came */
    bool has_bitfield;
    bool has_all;  /* have-all came */
    bool has_told; /* a message came that fixes what it has at first */
};

struct peer_early *peer_early_new(void);
void peer_early_free(struct peer_early *e); /* NULL: nothing */

/* Is this message read otherwise while pieces are unknown? */
bool peer_early_is_for(uint16_t id);
/* Take such a message. */
enum err peer_early_take(struct peer *p,
                         const struct wire_msg *msg) ERR_MUST_CHECK;
/* What peer_settle() does, up to peer_msg_opened(), which is due if
 * *has_told_out; false after an error. */
enum err peer_early_settle(struct peer *p, const struct peer_config *config,
                           const struct peer_host *host,
                           bool *has_told_out) ERR_MUST_CHECK;

#endif
