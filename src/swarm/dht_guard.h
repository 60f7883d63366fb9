/* dht_guard.h -- how much a DHT node answers: whose queries are heard, and how
 * many bytes go out. Decides only.
 * A host (dht_addr_same_host) has 5 queries a second, DHT_GUARD_BURST at once;
 * who goes beyond is dropped, and blocked for 5 minutes when he goes
 * DHT_GUARD_BURST beyond: his datagrams are then not even read. In all: 100
 * replies a second and a limit of bytes a second, each with a burst.
 * At DHT_GUARD_MAX hosts the one heard longest ago is forgotten, so that many
 * forged addresses cost bounded memory; the limits for all hold then.
 * Owned by dht; loop thread. Calls are O(1). */
#ifndef SWARM_DHT_GUARD_H
#define SWARM_DHT_GUARD_H

#include "swarm/dht_stats.h"
#include "util/addr.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHT_GUARD_PER_S = 5,
    DHT_GUARD_BURST = 50, /* 10 s of it */
    DHT_GUARD_BLOCK_MS = 5 * 60 * 1000,
    DHT_GUARD_REPLIES_PER_S = 100,
    DHT_GUARD_REPLIES_BURST = 200,
    DHT_GUARD_MAX = 1024,
    DHT_GUARD_IDLE_MS = 20 * 1000 /* a quiet host that is not blocked */
};

struct dht_guard;

struct dht_guard *dht_guard_new(const struct rng *rng, uint32_t reply_Bps,
                                int64_t now_ms);
void dht_guard_free(struct dht_guard *g);

/* Is this host blocked? */
bool dht_guard_is_blocked(struct dht_guard *g, const struct addr *a,
                          int64_t now_ms);
/* It asks something: count it, and return whether it is within the limits of
 * a host and of all. */
bool dht_guard_hears(struct dht_guard *g, const struct addr *a, int64_t now_ms);
/* May a reply of len bytes be sent? Then it is counted. */
bool dht_guard_sends(struct dht_guard *g, size_t len, int64_t now_ms);

/* How many are blocked now; of the first cap, when they are not any more. */
size_t dht_guard_blocked(const struct dht_guard *g, int64_t now_ms,
                         struct addr *ips_out, int64_t *until_out, size_t cap);

#endif
