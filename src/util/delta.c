#include "config.h"

#include "util/delta.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { WORD = sizeof(uint32_t), CAP_MIN = 8 };

struct delta_word {
    uint32_t at; /* in words */
    uint32_t was;
};

struct delta {
    uint32_t n;
    struct delta_word words[]; /* by place */
};

/* To the size that it needs. */
static struct delta *shrink(struct delta *d)
{
    return xreallocarray(d, 1, delta_bytes(d));
}

/* How much of the word at `off` is in the block. */
static size_t word_len(size_t off, size_t len)
{
    return len - off < WORD ? len - off : WORD;
}

/* Where the next word differs, from `off` on, which is a word's; len: nowhere. */
static size_t next_change(const uint8_t *older, const uint8_t *newer,
                          size_t off, size_t len)
{
    uint64_t a, b;
    for (; len - off >= sizeof a; off += sizeof a) {
        memcpy(&a, older + off, sizeof a);
        memcpy(&b, newer + off, sizeof b);
        if (a != b)
            break;
    }
    while (off < len &&
           memcmp(older + off, newer + off, word_len(off, len)) == 0)
        off += word_len(off, len);
    return off;
}

bool delta_make(const void *older, const void *newer, size_t len,
                struct delta **out)
{
    assert(len <= UINT32_MAX);
    size_t max = len / 2 / sizeof(struct delta_word), cap = 0;
    struct delta *d = NULL;
    for (size_t off = 0, n = 0; n <= max; n++) {
        off = next_change(older, newer, off, len);
        if (off == len) {
            *out = d != NULL ? shrink(d) : NULL;
            return true;
        }
        if (n == cap) {
            cap = 2 * cap + CAP_MIN;
            d = xreallocarray(d, 1, sizeof *d + cap * sizeof d->words[0]);
        }
        struct delta_word word = {.at = (uint32_t)(off / WORD)};
        memcpy(&word.was, (const uint8_t *)older + off, word_len(off, len));
        d->words[n] = word;
        d->n = (uint32_t)n + 1;
        off += word_len(off, len);
    }
    free(d);
    return false;
}

void delta_apply(const struct delta *d, void *block, size_t len)
{
    for (size_t i = 0; d != NULL && i < d->n; i++) {
        size_t off = (size_t)d->words[i].at * WORD;
        assert(off < len);
        memcpy((uint8_t *)block + off, &d->words[i].was, word_len(off, len));
    }
}

struct delta *delta_merge(const struct delta *older, const struct delta *newer)
{
    size_t n_older = older != NULL ? older->n : 0;
    size_t n_newer = newer != NULL ? newer->n : 0;
    if (n_older + n_newer == 0)
        return NULL;
    struct delta *d =
        xmalloc(sizeof *d + (n_older + n_newer) * sizeof d->words[0]);
    size_t i = 0, j = 0;
    d->n = 0;
    while (i < n_older || j < n_newer) {
        bool is_older = j == n_newer || (i < n_older && older->words[i].at <=
                                                            newer->words[j].at);
        if (is_older && j < n_newer && older->words[i].at == newer->words[j].at)
            j++;
        d->words[d->n++] = is_older ? older->words[i++] : newer->words[j++];
    }
    return shrink(d);
}

size_t delta_bytes(const struct delta *d)
{
    return d != NULL ? sizeof *d + d->n * sizeof d->words[0] : 0;
}
