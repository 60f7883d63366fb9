/* dht_store.h -- the peers that others announced to us, by info-hash.
 * A peer is forgotten 45 minutes after its last announce. Of one host
 * (dht_addr_same_host) an info-hash has one peer, the last announced (BEP 33).
 * Bounds: DHT_STORE_PEERS an info-hash, the oldest makes room;
 * DHT_STORE_HASHES, the one with the fewest peers makes room, of several the
 * oldest; DHT_STORE_ALL_PEERS of all, then the oldest of the hash with the most
 * makes room: so a crowd costs small swarms nothing. A peer takes 24 bytes, a
 * hash some 110 beside them: 1.2 MiB when all is full (tests/swarm/
 * test_dht_memory.c). Owned by dht; loop thread. Calls are O(peers of the hash);
 * an announce when hashes or peers are full O(hashes). */
#ifndef SWARM_DHT_STORE_H
#define SWARM_DHT_STORE_H

#include "proto/krpc.h"
#include "swarm/dht_stats.h"
#include "util/addr.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHT_STORE_HASHES = 2000,
    DHT_STORE_PEERS = 128,
    DHT_STORE_ALL_PEERS = 32768,
    DHT_STORE_KEEP_MS = 45 * 60 * 1000
};

struct dht_store;

struct dht_store *dht_store_new(const struct rng *rng); /* borrowed */
void dht_store_free(struct dht_store *s);

/* Keep a peer of an info-hash (20 bytes), or keep it for longer. */
void dht_store_put(struct dht_store *s, const uint8_t *info_hash,
                   const struct addr *peer, bool is_seed, int64_t now_ms);

/* Copy up to cap peers of a family to out, in random choice when there are
 * more; of no_seed those that are no seeds. Return how many. */
size_t dht_store_get(struct dht_store *s, const uint8_t *info_hash,
                     enum dht_family family, bool no_seed, struct addr *out,
                     size_t cap, int64_t now_ms);
/* Write BEP 33's filters of the IPs of seeds and of others, KRPC_BLOOM_LEN
 * bytes each; false, nothing written, when there are no peers. */
bool dht_store_bloom(struct dht_store *s, const uint8_t *info_hash,
                     uint8_t *seeds_out, uint8_t *peers_out, int64_t now_ms);
/* Copy up to cap different info-hashes, 20 bytes each, that have peers, in
 * random choice. Return how many (BEP 51). */
size_t dht_store_sample(const struct dht_store *s, uint8_t *out, size_t cap);

/* Forget what is too old. To be called every minute or so. */
void dht_store_sweep(struct dht_store *s, int64_t now_ms);
uint32_t dht_store_n_hashes(const struct dht_store *s);
uint32_t dht_store_n_peers(const struct dht_store *s);

#endif
