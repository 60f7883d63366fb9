/* dht_upkeep.h -- keeps the tables of a DHT node alive: asks bootstrap
 * addresses while few nodes are known, pings nodes that were silent, fills
 * buckets that saw no change, looks up our own id. Part of dht.
 * A bootstrap address that never answered is asked on, though nodes enough are
 * known, until its delay is the longest: they may all have come to us, who got
 * into the network no more than they did, and together we are an island.
 * One turn a second while there is somebody to wait for, else one in five. */
#ifndef SWARM_DHT_UPKEEP_H
#define SWARM_DHT_UPKEEP_H

#include "swarm/dht_internal.h"

enum {
    DHT_UPKEEP_FAST_MS = 1000,
    DHT_UPKEEP_SLOW_MS = 5000,
    DHT_UPKEEP_SWEEP_MS = 60 * 1000,
    DHT_UPKEEP_PINGS = 8, /* a turn */
    DHT_UPKEEP_BOOT_MS = 2000, /* doubles with each try, up to: */
    DHT_UPKEEP_BOOT_MAX_MS = 10 * 60 * 1000,
    DHT_UPKEEP_SELF_MS = 10 * 1000, /* four times as long each time, up to: */
    DHT_UPKEEP_SELF_MAX_MS = 10 * 60 * 1000,
    DHT_UPKEEP_STRANGER_MS = 100, /* what a ping of one costs */
    DHT_UPKEEP_STRANGERS = 16     /* pings of strangers at once */
};

/* Do what is due. */
void dht_upkeep_run(struct dht *d, int64_t now_ms);
int64_t dht_upkeep_deadline_ms(const struct dht *d);

void dht_upkeep_add_boot(struct dht *d, const struct addr *a, int64_t now_ms);
/* One answered: for the first time? Then look about at once. */
void dht_upkeep_on_boot(struct dht *d, const struct addr *a, int64_t now_ms);
/* Somebody may be a node: ping it, if its answer would enter the table. id:
 * NULL when it is not known. */
void dht_upkeep_on_stranger(struct dht *d, const uint8_t *id,
                            const struct addr *a, int64_t now_ms);
/* A node entered a table. */
void dht_upkeep_on_new_node(struct dht *d, enum dht_family family,
                            int64_t now_ms);
/* Begin as with an empty table: soon, and often. */
void dht_upkeep_restart(struct dht *d, enum dht_family family, int64_t now_ms);

#endif
