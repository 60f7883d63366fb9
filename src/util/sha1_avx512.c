#include "config.h"

#include "util/sha1_avx512.h"

#include <assert.h>
#include <string.h>

#include "util/sha1_lanes.h"

#ifdef SHA1_LANES_X86

#define LANES 16
#define KERNEL_FN                                                              \
    static inline __attribute__((always_inline, target("avx512f")))
#define FROM(i, run) ((i) % 4 + 4 * (run) + (i) / 4 * LANES)
#define SHUFFLE(x, y, i, j, k, l)                                              \
    __builtin_shufflevector(x, y, FROM(i, 0), FROM(j, 0), FROM(k, 0),          \
                            FROM(l, 0), FROM(i, 1), FROM(j, 1), FROM(k, 1),    \
                            FROM(l, 1), FROM(i, 2), FROM(j, 2), FROM(k, 2),    \
                            FROM(l, 2), FROM(i, 3), FROM(j, 3), FROM(k, 3),    \
                            FROM(l, 3))

typedef uint32_t vec __attribute__((vector_size(4 * LANES)));
typedef uint32_t quad __attribute__((vector_size(16)));
typedef uint32_t half __attribute__((vector_size(32)));

KERNEL_FN half two_quads(const uint8_t *first, const uint8_t *second)
{
    quad low;
    quad high;
    memcpy(&low, first, sizeof low);
    memcpy(&high, second, sizeof high);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}

KERNEL_FN vec quads(const uint8_t *const *at, size_t off)
{
    half low = two_quads(at[0] + off, at[4] + off);
    half high = two_quads(at[8] + off, at[12] + off);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
                                   11, 12, 13, 14, 15);
}

#include "util/sha1_kernel.h"

bool sha1_avx512_usable(void)
{
    return __builtin_cpu_supports("avx512f");
}

__attribute__((target("avx512f"))) void
sha1_avx512_run(struct sha1_lanes_state *state, const uint8_t *const *at,
                size_t n_blocks)
{
    run_blocks(state, at, n_blocks);
}

#else

bool sha1_avx512_usable(void)
{
    return false;
}

void sha1_avx512_run(struct sha1_lanes_state *state, const uint8_t *const *at,
                     size_t n_blocks)
{
    (void)state;
    (void)at;
    (void)n_blocks;
    assert(!"no such kernel in this build");
}

#endif
