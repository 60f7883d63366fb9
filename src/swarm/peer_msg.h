/* peer_msg.h -- what each message of a peer does, and which are allowed
 * when: one table. Keeps what the peer says of itself; hands what is about
 * requests to peer_ask and peer_serve. Source: BEP 3, 6, 10, 21. */
#ifndef SWARM_PEER_MSG_H
#define SWARM_PEER_MSG_H

#include "proto/wire.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

struct peer;

/* Does a message with this id say something to us? */
bool peer_msg_is_known(const struct peer *p, uint16_t id);
/* Act on a message other than PIECE. */
enum err peer_msg_take(struct peer *p,
                       const struct wire_msg *msg) ERR_MUST_CHECK;
/* A message that is no opening came: what it has is fixed at nothing, if it
 * told nothing before. */
void peer_msg_opened(struct peer *p);

#endif
