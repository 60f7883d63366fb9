/* localpeers.h -- local service discovery of a session: calls out its torrents to the
 * local network, over IPv4 and IPv6, and hands on whom it hears call out one of them.
 * When and what to call is swarm/neighbours', the sockets are net/multicast's.
 * Whoever is heard counts only with an address of a local network: private, of this
 * machine, or of a network that this machine is in.
 * A session without it has NULL, which every call here takes. Owned by a session; loop
 * thread only. Source: BEP 14; BEP 27: private torrents never join. */
#ifndef ENGINE_LOCALPEERS_H
#define ENGINE_LOCALPEERS_H

#include "engine/env.h"
#include "model/detail_finder.h"
#include "util/addr.h"

#include <stdint.h>

struct localpeers;

struct localpeers_config {
    uint16_t port;           /* of the groups: LSD_PORT, another in tests */
    const struct addr *bind; /* borrowed for the call; NULL: all networks */
    /* A neighbour has this torrent (20 bytes) at this address. */
    void (*on_peer)(void *ctx, const uint8_t *info_hash, const struct addr *a);
    void *ctx; /* borrowed */
};

/* env: borrowed, outlives it. Never NULL: where no group can be joined it says so in its
 * rows. Owned by the caller. */
struct localpeers *localpeers_new(struct env *env,
                                  const struct localpeers_config *config);
void localpeers_free(struct localpeers *l);

/* Call out a torrent (20 bytes) from now on, or no more. */
void localpeers_join(struct localpeers *l, const uint8_t *info_hash);
void localpeers_leave(struct localpeers *l, const uint8_t *info_hash);
/* The machine woke, or its network is another: look which there are, and call all out
 * soon. */
void localpeers_wake(struct localpeers *l);
/* What a view may know of it; OFF with words when l is NULL. */
void localpeers_row(const struct localpeers *l, const uint8_t *info_hash,
                    struct detail_finder *out);

#endif
