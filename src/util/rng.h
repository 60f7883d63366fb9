/* rng.h -- randomness as something injected: the system's for the product, a
 * seeded one for tests and simulations, which then repeat exactly. */
#ifndef UTIL_RNG_H
#define UTIL_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
    void (*fill)(void *ctx, void *out, size_t len);
    void *ctx; /* borrowed: outlives the rng */
};

/* libsodium's randombytes: cryptographically strong, thread-safe. */
struct rng rng_system(void);

/* SplitMix64 from a seed kept in *state (borrowed): the same seed and the same
 * calls give the same bytes, on every machine. */
struct rng rng_seeded(uint64_t *state);

/* Fill out with len random bytes. */
void rng_bytes(const struct rng *rng, void *out, size_t len);
/* Uniform in the whole range of the type. */
uint32_t rng_u32(const struct rng *rng);
uint64_t rng_u64(const struct rng *rng);
/* Uniform in 0..bound-1, without modulo bias; bound >= 1. */
uint32_t rng_below(const struct rng *rng, uint32_t bound);

#endif
