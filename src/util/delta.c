#include "config.h"

#include "util/delta.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum {
    WORD = sizeof(uint32_t),
    RUN = 64 /* bytes that are compared at once: most of them are the same */
};

struct delta_word {
    uint32_t at; /* in words */
    uint32_t was;
};

struct delta {
    uint32_t n;
    struct delta_word words[]; /* by place */
};

static struct delta *make(size_t n)
{
    struct delta *d = xmalloc(sizeof *d + n * sizeof d->words[0]);
    d->n = (uint32_t)n;
    return d;
}

/* How much of the word at `off` is in the block. */
static size_t word_len(size_t off, size_t len)
{
    return len - off < WORD ? len - off : WORD;
}

/* The words that differ: how many, at most max + 1, and into out unless it is NULL. */
static size_t compare(const uint8_t *older, const uint8_t *newer, size_t len,
                      size_t max, struct delta_word *out)
{
    size_t n = 0;
    for (size_t run = 0; run < len && n <= max; run += RUN) {
        size_t end = len - run < RUN ? len : run + RUN;
        if (memcmp(older + run, newer + run, end - run) == 0)
            continue;
        for (size_t off = run; off < end && n <= max; off += WORD) {
            size_t part = word_len(off, len);
            if (memcmp(older + off, newer + off, part) == 0)
                continue;
            if (out != NULL) {
                out[n] = (struct delta_word){.at = (uint32_t)(off / WORD)};
                memcpy(&out[n].was, older + off, part);
            }
            n++;
        }
    }
    return n;
}

bool delta_make(const void *older, const void *newer, size_t len,
                struct delta **out)
{
    assert(len <= UINT32_MAX);
    size_t max = len / 2 / sizeof(struct delta_word);
    size_t n = compare(older, newer, len, max, NULL);
    if (n > max)
        return false;
    if (n == 0) {
        *out = NULL;
        return true;
    }
    *out = make(n);
    compare(older, newer, len, n, (*out)->words);
    return true;
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
    struct delta *d = make(n_older + n_newer);
    size_t i = 0, j = 0;
    d->n = 0;
    while (i < n_older || j < n_newer) {
        bool is_older = j == n_newer || (i < n_older && older->words[i].at <=
                                                            newer->words[j].at);
        if (is_older && j < n_newer && older->words[i].at == newer->words[j].at)
            j++;
        d->words[d->n++] = is_older ? older->words[i++] : newer->words[j++];
    }
    size_t bytes = delta_bytes(d);
    return xreallocarray(d, 1, bytes);
}

size_t delta_bytes(const struct delta *d)
{
    return d != NULL ? sizeof *d + d->n * sizeof d->words[0] : 0;
}
