#include "config.h"

#include "engine/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { POOL_N_SIZES = 8 };

/* Spare buffers of one size, linked through their own first bytes. */
struct spare {
    size_t len;
    void *first; /* owned list */
};

struct pool {
    size_t max_bytes;
    size_t used_bytes;
    size_t spare_bytes;
    struct spare spares[POOL_N_SIZES];
    unsigned next_victim; /* whose size is forgotten when a new one comes */
};

struct pool *pool_new(size_t max_bytes)
{
    struct pool *p = xzalloc(sizeof *p);
    p->max_bytes = max_bytes;
    return p;
}

static void drop_spares(struct pool *p, struct spare *s)
{
    while (s->first != NULL) {
        void *next = *(void **)s->first;
        free(s->first);
        s->first = next;
        p->spare_bytes -= s->len;
    }
}

void pool_free(struct pool *p)
{
    if (p == NULL)
        return;
    assert(p->used_bytes == 0);
    for (size_t i = 0; i < POOL_N_SIZES; i++)
        drop_spares(p, &p->spares[i]);
    free(p);
}

static struct spare *spare_of(struct pool *p, size_t len)
{
    for (size_t i = 0; i < POOL_N_SIZES; i++)
        if (p->spares[i].len == len)
            return &p->spares[i];
    return NULL;
}

uint8_t *pool_take(struct pool *p, size_t len)
{
    p->used_bytes += len;
    struct spare *s = spare_of(p, len);
    if (s == NULL || s->first == NULL)
        return xmalloc(len);
    void *bytes = s->first;
    s->first = *(void **)bytes;
    p->spare_bytes -= len;
    return bytes;
}

void pool_give(struct pool *p, uint8_t *bytes, size_t len)
{
    if (bytes == NULL)
        return;
    assert(p->used_bytes >= len);
    p->used_bytes -= len;
    if (len < sizeof(void *) || p->spare_bytes + len > p->max_bytes / 4) {
        free(bytes);
        return;
    }
    struct spare *s = spare_of(p, len);
    if (s == NULL) {
        s = &p->spares[p->next_victim++ % POOL_N_SIZES];
        drop_spares(p, s);
        s->len = len;
    }
    *(void **)(void *)bytes = s->first;
    s->first = bytes;
    p->spare_bytes += len;
}

bool pool_may_open(const struct pool *p)
{
    return p->used_bytes < p->max_bytes / 4 * 3;
}

bool pool_is_full(const struct pool *p)
{
    return p->used_bytes >= p->max_bytes;
}

size_t pool_used(const struct pool *p)
{
    return p->used_bytes;
}

size_t pool_max(const struct pool *p)
{
    return p->max_bytes;
}
