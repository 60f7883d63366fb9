/* sha1_lanes.h -- SHA-1 of several messages at once, each in one lane of the
 * CPU's vector registers. Others call hash_many(), which
 * chooses the width; here it is given, so that tests run each that there is.
 * The kernels are sha1_avx2 (8 lanes) and sha1_avx512 (16), of one source in C
 * with the compiler's vector extensions; on other CPUs there is none.
 * Thread-safe. Source: FIPS 180-4. */
#ifndef UTIL_SHA1_LANES_H
#define UTIL_SHA1_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/hash.h"

/* Defined where the compiler can build the kernels: __builtin_shufflevector
 * came with GCC 12, and clang has long had it. */
#if defined(__x86_64__) && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define SHA1_LANES_X86 1
#endif
#endif

enum { SHA1_MAX_LANES = 16 };

/* One message to hash, such as a piece; `out` is written. */
struct sha1_job {
    const uint8_t *bytes; /* borrowed */
    size_t len;
    uint8_t out[SHA1_LEN];
};

/* The five words of each lane's state. */
struct sha1_lanes_state {
    uint32_t h[5][SHA1_MAX_LANES];
};

/* Has this CPU, and this build, a kernel of `width` lanes? */
bool sha1_lanes_has(size_t width);

/* Hash n messages of any lengths, `width` at a time; sha1_lanes_has(width) must
 * hold. Messages share a run while the shortest has four fifths of the longest;
 * where fewer than half of the lanes would be in use, libcrypto hashes. */
void sha1_lanes_hash(size_t width, struct sha1_job *jobs, size_t n);

#endif
