#include "config.h"

#include "util/rng.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "util/bytes.h"

static void system_fill(void *ctx, void *out, size_t len)
{
    (void)ctx;
    randombytes_buf(out, len);
}

struct rng rng_system(void)
{
    /* May be called again and from any thread, says its manual. */
    if (sodium_init() < 0) {
        fputs("tessera: the system gives no random bytes\n", stderr);
        abort();
    }
    return (struct rng){.fill = system_fill, .ctx = NULL};
}

/* Source: Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number
 * Generators"; the constants are those of java.util.SplittableRandom. */
static uint64_t splitmix64(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void seeded_fill(void *ctx, void *out, size_t len)
{
    uint8_t *p = out;
    while (len > 0) {
        uint8_t chunk[8];
        bytes_put_be64(chunk, splitmix64(ctx));
        size_t n = len < sizeof chunk ? len : sizeof chunk;
        memcpy(p, chunk, n);
        p += n;
        len -= n;
    }
}

struct rng rng_seeded(uint64_t *state)
{
    return (struct rng){.fill = seeded_fill, .ctx = state};
}

void rng_bytes(const struct rng *rng, void *out, size_t len)
{
    rng->fill(rng->ctx, out, len);
}

uint32_t rng_u32(const struct rng *rng)
{
    uint8_t b[4];
    rng_bytes(rng, b, sizeof b);
    return bytes_be32(b);
}

uint64_t rng_u64(const struct rng *rng)
{
    uint8_t b[8];
    rng_bytes(rng, b, sizeof b);
    return bytes_be64(b);
}

/* Source: Lemire 2019, "Fast Random Integer Generation in an Interval". */
uint32_t rng_below(const struct rng *rng, uint32_t bound)
{
    assert(bound >= 1);
    uint64_t product = (uint64_t)rng_u32(rng) * bound;
    if ((uint32_t)product < bound) {
        uint32_t reject = (uint32_t)(0 - bound) % bound;
        while ((uint32_t)product < reject)
            product = (uint64_t)rng_u32(rng) * bound;
    }
    return (uint32_t)(product >> 32);
}
