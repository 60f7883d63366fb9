#include "config.h"

#include "swarm/dht_tokens.h"

#include <string.h>

#include <sodium.h>

#include "swarm/dht_id.h"

_Static_assert(DHT_TOKENS_KEY_LEN >= crypto_generichash_KEYBYTES_MIN &&
                   DHT_TOKENS_KEY_LEN <= crypto_generichash_KEYBYTES_MAX,
               "a key of generichash");

void dht_tokens_init(struct dht_tokens *t, const struct rng *rng,
                     int64_t now_ms)
{
    t->rng = rng;
    rng_bytes(rng, t->key, sizeof t->key);
    rng_bytes(rng, t->last_key, sizeof t->last_key);
    t->rotate_ms = now_ms + DHT_TOKENS_ROTATE_MS;
}

static void rotate(struct dht_tokens *t, int64_t now_ms)
{
    if (now_ms < t->rotate_ms)
        return;
    /* After a long silence the last key is too old as well. */
    if (now_ms - t->rotate_ms < DHT_TOKENS_ROTATE_MS)
        memcpy(t->last_key, t->key, sizeof t->key);
    else
        rng_bytes(t->rng, t->last_key, sizeof t->last_key);
    rng_bytes(t->rng, t->key, sizeof t->key);
    t->rotate_ms = now_ms + DHT_TOKENS_ROTATE_MS;
}

static void hash(const uint8_t *key, const struct addr *a,
                 const uint8_t *target, uint8_t *out)
{
    uint8_t in[sizeof a->ip + DHT_ID_LEN];
    uint8_t full[crypto_generichash_BYTES_MIN];
    memcpy(in, a->ip, sizeof a->ip);
    memcpy(in + sizeof a->ip, target, DHT_ID_LEN);
    (void)crypto_generichash(full, sizeof full, in, sizeof in, key,
                             DHT_TOKENS_KEY_LEN);
    memcpy(out, full, DHT_TOKENS_LEN);
}

void dht_tokens_make(struct dht_tokens *t, const struct addr *a,
                     const uint8_t *target, uint8_t *out, int64_t now_ms)
{
    rotate(t, now_ms);
    hash(t->key, a, target, out);
}

bool dht_tokens_is_good(struct dht_tokens *t, const struct addr *a,
                        const uint8_t *target, struct span token,
                        int64_t now_ms)
{
    uint8_t good[DHT_TOKENS_LEN], last[DHT_TOKENS_LEN];
    rotate(t, now_ms);
    if (token.len != DHT_TOKENS_LEN)
        return false;
    hash(t->key, a, target, good);
    hash(t->last_key, a, target, last);
    return sodium_memcmp(token.p, good, sizeof good) == 0 ||
           sodium_memcmp(token.p, last, sizeof last) == 0;
}
