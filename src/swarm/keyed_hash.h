/* keyed_hash.h -- the hash of uthash tables whose keys strangers choose: keyed
 * at random, so that nobody can aim keys at one bucket. Includes <uthash.h>,
 * set up for our allocator; use its _BYHASHVALUE forms. */
#ifndef SWARM_KEYED_HASH_H
#define SWARM_KEYED_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "util/rng.h"
#include "util/xalloc.h"

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>

enum { KEYED_HASH_KEY_LEN = 16 };

struct keyed_hash {
    uint8_t key[KEYED_HASH_KEY_LEN];
};

/* Draw a key. */
void keyed_hash_init(struct keyed_hash *k, const struct rng *rng);
unsigned keyed_hash_of(const struct keyed_hash *k, const void *bytes,
                       size_t len);

#endif
