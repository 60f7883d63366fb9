#include "config.h"

#include "util/sha1_avx2.h"

#include <assert.h>
#include <string.h>

#include "util/sha1_lanes.h"

#ifdef SHA1_LANES_X86

#define LANES        8
#define KERNEL_FN    static inline __attribute__((always_inline, target("avx2")))
#define FROM(i, run) ((i) % 4 + 4 * (run) + (i) / 4 * LANES)
#define SHUFFLE(x, y, i, j, k, l)                                              \
    __builtin_shufflevector(x, y, FROM(i, 0), FROM(j, 0), FROM(k, 0),          \
                            FROM(l, 0), FROM(i, 1), FROM(j, 1), FROM(k, 1),    \
                            FROM(l, 1))

typedef uint32_t vec __attribute__((vector_size(4 * LANES)));
typedef uint32_t quad __attribute__((vector_size(16)));

KERNEL_FN vec quads(const uint8_t *const *at, size_t off)
{
    quad low;
    quad high;
    memcpy(&low, at[0] + off, sizeof low);
    memcpy(&high, at[4] + off, sizeof high);
    return __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
}

#include "util/sha1_kernel.h"

bool sha1_avx2_usable(void)
{
    return __builtin_cpu_supports("avx2");
}

__attribute__((target("avx2"))) void
sha1_avx2_run(struct sha1_lanes_state *state, const uint8_t *const *at,
              size_t n_blocks)
{
    run_blocks(state, at, n_blocks);
}

#else

bool sha1_avx2_usable(void)
{
    return false;
}

void sha1_avx2_run(struct sha1_lanes_state *state, const uint8_t *const *at,
                   size_t n_blocks)
{
    (void)state;
    (void)at;
    (void)n_blocks;
    assert(!"no such kernel in this build");
}

#endif
