/* sha1_avx512.h -- the SHA-1 kernel of 16 lanes, for CPUs with AVX-512F. */
#ifndef UTIL_SHA1_AVX512_H
#define UTIL_SHA1_AVX512_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sha1_lanes_state;

/* Can this build and this CPU run it? */
bool sha1_avx512_usable(void);

/* Advance the 16 lanes of state by n_blocks blocks of 64 bytes, which lie one
 * behind the other from at[lane] on. Only when usable. */
void sha1_avx512_run(struct sha1_lanes_state *state, const uint8_t *const *at,
                     size_t n_blocks);

#endif
