#include "config.h"

#include "swarm/keyed_hash.h"

#include <string.h>

#include <sodium.h>

_Static_assert(KEYED_HASH_KEY_LEN == crypto_shorthash_KEYBYTES,
               "the key is libsodium's");

void keyed_hash_init(struct keyed_hash *k, const struct rng *rng)
{
    rng_bytes(rng, k->key, sizeof k->key);
}

unsigned keyed_hash_of(const struct keyed_hash *k, const void *bytes,
                       size_t len)
{
    uint8_t out[crypto_shorthash_BYTES];
    unsigned hash;
    crypto_shorthash(out, bytes, len, k->key);
    memcpy(&hash, out, sizeof hash);
    return hash;
}
