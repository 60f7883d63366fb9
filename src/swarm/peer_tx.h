/* peer_tx.h -- what we say to a peer: writes messages into its txq, bounds what
 * waits there, tells the host when there is something to send. */
#ifndef SWARM_PEER_TX_H
#define SWARM_PEER_TX_H

#include "proto/wire.h"
#include "swarm/peer.h"
#include "util/err.h"

#include <stdint.h>

void peer_tx_open(struct peer *p); /* bitfield and extended handshake */
void peer_tx_plain(struct peer *p, enum wire_id id);
void peer_tx_index(struct peer *p, enum wire_id id, uint32_t piece_idx);
void peer_tx_request(struct peer *p, enum wire_id id,
                     const struct peer_request *r);
void peer_tx_have(struct peer *p, uint32_t piece_idx);
void peer_tx_extended(struct peer *p); /* the handshake */
/* One whose kind it named. */
void peer_tx_extended_message(struct peer *p, enum extended_kind kind,
                              const void *bytes, size_t len);
void peer_tx_queued(struct peer *p); /* something was put into txq */
void peer_tx_tell(struct peer *p);   /* call on_tx if it is due */
int64_t peer_tx_deadline_ms(const struct peer *p);
enum err peer_tx_tick(struct peer *p) ERR_MUST_CHECK;

#endif
