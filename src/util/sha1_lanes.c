#include "config.h"

#include "util/sha1_lanes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/sha1_avx2.h"
#include "util/sha1_avx512.h"
#include "util/xalloc.h"

enum {
    BLOCK_LEN = 64,
    LENGTH_LEN = 8, /* the message's length in bits ends its last block */
    TAIL_MAX_LEN = 2 * BLOCK_LEN
};

/* A message as the kernel sees it: whole blocks where they lie, then one or two
 * of padding. */
struct lane {
    const uint8_t *body; /* borrowed: the job's */
    size_t n_body;
    size_t n_blocks; /* with those of the tail */
    uint8_t tail[TAIL_MAX_LEN];
};

typedef void kernel_fn(struct sha1_lanes_state *state, const uint8_t *const *at,
                       size_t n_blocks);

static const struct kernel {
    size_t width;
    bool (*usable)(void);
    kernel_fn *run;
} kernels[] = {
    {8, sha1_avx2_usable, sha1_avx2_run},
    {16, sha1_avx512_usable, sha1_avx512_run},
};

static const struct kernel *find_kernel(size_t width)
{
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        if (kernels[i].width == width && kernels[i].usable())
            return &kernels[i];
    }
    return NULL;
}

bool sha1_lanes_has(size_t width)
{
    return find_kernel(width) != NULL;
}

static void lane_init(struct lane *lane, const struct sha1_job *job)
{
    size_t rest = job->len % BLOCK_LEN;
    size_t n_tail = rest + 1 + LENGTH_LEN <= BLOCK_LEN ? 1 : 2;
    lane->body = job->bytes;
    lane->n_body = job->len / BLOCK_LEN;
    lane->n_blocks = lane->n_body + n_tail;
    memset(lane->tail, 0, sizeof lane->tail);
    if (rest > 0)
        memcpy(lane->tail, job->bytes + job->len - rest, rest);
    lane->tail[rest] = 0x80;
    bytes_put_be64(lane->tail + n_tail * BLOCK_LEN - LENGTH_LEN,
                   (uint64_t)job->len * 8);
}

/* Where block i of a lane lies; of one that has ended, bytes to be ignored. */
static const uint8_t *lane_block(const struct lane *lane, size_t i)
{
    if (i < lane->n_body)
        return lane->body + i * BLOCK_LEN;
    size_t in_tail = i < lane->n_blocks ? i - lane->n_body : 0;
    return lane->tail + in_tail * BLOCK_LEN;
}

static void state_init(struct sha1_lanes_state *state)
{
    static const uint32_t initial[5] = {0x67452301, 0xefcdab89, 0x98badcfe,
                                        0x10325476, 0xc3d2e1f0};
    for (size_t i = 0; i < 5; i++) {
        for (size_t lane = 0; lane < SHA1_MAX_LANES; lane++)
            state->h[i][lane] = initial[i];
    }
}

/* Hash n messages, 1 to the kernel's width, in one run: together as far as the
 * shortest goes, then block by block, while lanes end one after the other. A
 * lane without a message repeats the first. */
static void hash_group(const struct kernel *kernel,
                       struct sha1_job *const *jobs, size_t n)
{
    struct lane lanes[SHA1_MAX_LANES];
    const uint8_t *at[SHA1_MAX_LANES];
    struct sha1_lanes_state state;
    size_t n_common = SIZE_MAX;
    size_t n_most = 0;
    for (size_t i = 0; i < n; i++) {
        lane_init(&lanes[i], jobs[i]);
        n_common = lanes[i].n_body < n_common ? lanes[i].n_body : n_common;
        n_most = lanes[i].n_blocks > n_most ? lanes[i].n_blocks : n_most;
    }
    state_init(&state);
    for (size_t i = 0; i < kernel->width; i++)
        at[i] = lane_block(&lanes[i < n ? i : 0], 0);
    kernel->run(&state, at, n_common);

    for (size_t block = n_common; block < n_most; block++) {
        for (size_t i = 0; i < kernel->width; i++)
            at[i] = lane_block(&lanes[i < n ? i : 0], block);
        kernel->run(&state, at, 1);
        for (size_t i = 0; i < n; i++) {
            if (block + 1 != lanes[i].n_blocks)
                continue;
            for (size_t word = 0; word < 5; word++)
                bytes_put_be32(jobs[i]->out + 4 * word, state.h[word][i]);
        }
    }
}

static int by_length_longest_first(const void *a, const void *b)
{
    size_t len_a = (*(struct sha1_job *const *)a)->len;
    size_t len_b = (*(struct sha1_job *const *)b)->len;
    return (len_a < len_b) - (len_a > len_b);
}

void sha1_lanes_hash(size_t width, struct sha1_job *jobs, size_t n)
{
    const struct kernel *kernel = find_kernel(width);
    assert(kernel != NULL);
    struct sha1_job **sorted = xcalloc(n, sizeof *sorted);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &jobs[i];
    if (n > 1)
        qsort(sorted, n, sizeof *sorted, by_length_longest_first);

    for (size_t i = 0; i < n;) {
        size_t least_len = sorted[i]->len - sorted[i]->len / 5;
        size_t group = 1;
        while (group < width && i + group < n &&
               sorted[i + group]->len >= least_len)
            group++;
        if (group < width / 2) {
            hash_sha1(sorted[i]->bytes, sorted[i]->len, sorted[i]->out);
            group = 1;
        } else {
            hash_group(kernel, sorted + i, group);
        }
        i += group;
    }
    free(sorted);
}
