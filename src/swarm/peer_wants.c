#include "config.h"

#include "swarm/peer_wants.h"

#include <assert.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { RING_MIN = 16 };

static struct peer_request *slot(const struct peer_wants *w, size_t i)
{
    return &w->ring[(w->head + i) & (w->cap - 1)];
}

void peer_wants_init(struct peer_wants *w)
{
    *w = (struct peer_wants){0};
}

void peer_wants_fini(struct peer_wants *w)
{
    free(w->ring);
    peer_wants_init(w);
}

void peer_wants_push(struct peer_wants *w, const struct peer_request *r)
{
    if (w->n == w->cap) {
        size_t cap = w->cap == 0 ? RING_MIN : w->cap * 2;
        struct peer_request *ring = xcalloc(cap, sizeof *ring);
        for (size_t i = 0; i < w->n; i++)
            ring[i] = *slot(w, i);
        free(w->ring);
        w->ring = ring;
        w->cap = cap;
        w->head = 0;
    }
    w->n++;
    *slot(w, w->n - 1) = *r;
}

struct peer_request peer_wants_pop(struct peer_wants *w)
{
    assert(w->n > 0);
    struct peer_request r = *slot(w, 0);
    w->head = (w->head + 1) & (w->cap - 1);
    w->n--;
    return r;
}

struct peer_request peer_wants_at(const struct peer_wants *w, size_t i)
{
    assert(i < w->n);
    return *slot(w, i);
}

bool peer_wants_same(const struct peer_request *a, const struct peer_request *b)
{
    return a->piece_idx == b->piece_idx && a->begin == b->begin &&
           a->len == b->len;
}

bool peer_wants_remove(struct peer_wants *w, const struct peer_request *r)
{
    size_t i = 0;
    while (i < w->n && !peer_wants_same(slot(w, i), r))
        i++;
    if (i == w->n)
        return false;
    for (; i + 1 < w->n; i++)
        *slot(w, i) = *slot(w, i + 1);
    w->n--;
    return true;
}

void peer_wants_sift(struct peer_wants *w, peer_wants_drop *drop, void *ctx)
{
    size_t n_kept = 0;
    for (size_t i = 0; i < w->n; i++) {
        struct peer_request r = *slot(w, i);
        if (!drop(ctx, &r))
            *slot(w, n_kept++) = r;
    }
    w->n = n_kept;
}
