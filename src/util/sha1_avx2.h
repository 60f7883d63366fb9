/* sha1_avx2.h -- the SHA-1 kernel of 8 lanes, for CPUs with AVX2. */
#ifndef UTIL_SHA1_AVX2_H
#define UTIL_SHA1_AVX2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sha1_lanes_state;

/* Can this build and this CPU run it? */
bool sha1_avx2_usable(void);

/* Advance the first 8 lanes of state by n_blocks blocks of 64 bytes, which lie
 * one behind the other from at[lane] on. Only when usable. */
void sha1_avx2_run(struct sha1_lanes_state *state, const uint8_t *const *at,
                   size_t n_blocks);

#endif
