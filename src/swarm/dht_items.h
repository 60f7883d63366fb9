/* dht_items.h -- items of BEP 44: what is one, and those stored for others.
 * An immutable item is stored under the SHA-1 of its bytes; a mutable one under
 * that of its key and salt, signed with its number (seq), and only a higher
 * number replaces it. Kept for 2 hours after the last put.
 * Bounds: DHT_ITEMS_MAX items of DHT_ITEMS_VALUE bytes, DHT_ITEMS_BYTES of
 * values in all; then those put longest ago make room. An item takes some 230
 * bytes beside its value: 0.6 MiB when all is full. Owned by dht; loop thread.
 * Signatures cost some 50 us each. Source: BEP 44; Ed25519 by libsodium. */
#ifndef SWARM_DHT_ITEMS_H
#define SWARM_DHT_ITEMS_H

#include "proto/krpc.h"
#include "swarm/dht_id.h"
#include "util/bytes.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHT_ITEMS_MAX = 700,
    DHT_ITEMS_VALUE = 1000, /* bytes, bencoded */
    DHT_ITEMS_BYTES = 400 * 1024,
    DHT_ITEMS_SALT = 64,
    DHT_ITEMS_SECRET_LEN = 64,
    DHT_ITEMS_KEEP_MS = 2 * 60 * 60 * 1000
};

/* An item as a message has it; all borrowed. */
struct dht_items_item {
    struct span value;  /* bencoded */
    const uint8_t *key; /* KRPC_KEY_LEN bytes; NULL: immutable */
    const uint8_t *sig; /* KRPC_SIG_LEN bytes, of a mutable one */
    struct span salt;
    int64_t seq;
};

/* Write the target (20 bytes) that an item is stored under: of a value, or of
 * a key and salt. */
void dht_items_target(const struct dht_items_item *item, uint8_t *out);
/* Write the signature (KRPC_SIG_LEN) of value, salt and seq by secret
 * (DHT_ITEMS_SECRET_LEN), whose public key is written to key_out. */
void dht_items_sign(const struct dht_items_item *item, const uint8_t *secret,
                    uint8_t *sig_out, uint8_t *key_out);
/* Is the item what its target (20 bytes) and signature say? False too when
 * something is too long, or the number is negative. */
bool dht_items_is_genuine(const struct dht_items_item *item,
                          const uint8_t *target);

struct dht_items;

struct dht_items *dht_items_new(const struct rng *rng);
void dht_items_free(struct dht_items *s);

/* Store an item. cas: NULL, or the number that must be stored now. Return 0, or
 * the code (enum krpc_code) to refuse it with. */
int dht_items_put(struct dht_items *s, const struct dht_items_item *item,
                  const int64_t *cas, int64_t now_ms);
/* The item of a target (20 bytes); false: none. Borrowed until the next change.
 */
bool dht_items_get(struct dht_items *s, const uint8_t *target, int64_t now_ms,
                   struct dht_items_item *out);
/* Forget what is too old. */
void dht_items_sweep(struct dht_items *s, int64_t now_ms);
uint32_t dht_items_n(const struct dht_items *s);

#endif
