/* dht_tokens.h -- write tokens: who shows one has lately got it from us, at
 * that address. Nothing is kept per token: one is a keyed hash of the asker's
 * IP and the target; the key is new every 5 minutes, the last one counts too.
 * So a token is good for 5 to 10 minutes, for that address and target alone.
 * Values; loop thread. Source: BEP 5 "announce_peer". */
#ifndef SWARM_DHT_TOKENS_H
#define SWARM_DHT_TOKENS_H

#include "util/addr.h"
#include "util/bytes.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    DHT_TOKENS_LEN = 8,
    DHT_TOKENS_KEY_LEN = 32,
    DHT_TOKENS_ROTATE_MS = 5 * 60 * 1000
};

struct dht_tokens {
    const struct rng *rng; /* borrowed */
    uint8_t key[DHT_TOKENS_KEY_LEN];
    uint8_t last_key[DHT_TOKENS_KEY_LEN];
    int64_t rotate_ms;
};

/* Draw keys. */
void dht_tokens_init(struct dht_tokens *t, const struct rng *rng,
                     int64_t now_ms);
/* Write the token of this IP and target (20 bytes) to out (DHT_TOKENS_LEN). */
void dht_tokens_make(struct dht_tokens *t, const struct addr *a,
                     const uint8_t *target, uint8_t *out, int64_t now_ms);
/* Is it one that was made so, not too long ago? Any length. */
bool dht_tokens_is_good(struct dht_tokens *t, const struct addr *a,
                        const uint8_t *target, struct span token,
                        int64_t now_ms);

#endif
