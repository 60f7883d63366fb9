/* callbook.h -- what connections and the list of known peers have to do with each other,
 * whoever the connections are for, a torrent or what still looks for its metadata: whom
 * to dial now, who may stay, what is noted of one that ended. Keeps nothing. Loop thread
 * only. Costs what swarm/peers does. */
#ifndef ENGINE_CALLBOOK_H
#define ENGINE_CALLBOOK_H

#include "engine/peerlink.h"
#include "swarm/peers.h"

#include <stdbool.h>
#include <stdint.h>

struct loop_timer;

enum {
    CALLBOOK_RETRY_MS = 250, /* when a limit said no */
    CALLBOOK_NO_CANDIDATE_MS = 1000
};

/* Whom to dial now, in the order of BEP 40 where our address is known: *out, counted by
 * limits_may_dial(). False: nobody; `again` is armed when that may change by time alone. */
bool callbook_next(struct env *env, struct peers *known,
                   struct loop_timer *again, struct addr *out);
/* Both handshakes are done: may the connection stay? WELCOME, REPLACES: it is counted;
 * *old is whose connection is to be closed then (REPLACES only); else cause has why not.
 * How a dialled one was reached is noted. */
enum peers_verdict callbook_greet(struct env *env, struct peers *known,
                                  const struct peerlink *l,
                                  const struct handshake *theirs,
                                  struct addr *old, struct cause *cause);
/* Was it counted by that? */
bool callbook_counts(enum peers_verdict v);
/* A link that was dialled, and not counted, ended so. One that was accepted is nobody's
 * fault. */
void callbook_missed(struct env *env, struct peers *known,
                     const struct peerlink *l, enum err why);

#endif
