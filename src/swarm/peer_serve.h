/* peer_serve.h -- a peer's requests to us: which are accepted, which
 * refused, and which end the connection. What they are answered with is the
 * host's. With the fast extension each gets exactly one answer, block or
 * reject. Source: BEP 3, 6. */
#ifndef SWARM_PEER_SERVE_H
#define SWARM_PEER_SERVE_H

#include "swarm/peer.h"
#include "util/err.h"

enum err peer_serve_on_request(struct peer *p,
                               const struct peer_request *r) ERR_MUST_CHECK;
enum err peer_serve_on_cancel(struct peer *p,
                              const struct peer_request *r) ERR_MUST_CHECK;
void peer_serve_choke(struct peer *p);
void peer_serve_unchoke(struct peer *p);
/* It has few pieces: let it have some while choked. */
void peer_serve_grant(struct peer *p);
void peer_serve_refuse(struct peer *p, const struct peer_request *r);

#endif
