#include "config.h"

#include "swarm/ranking.h"

#include <assert.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { RANKING_FIRST_CAP = 64 };

void ranking_reset(struct ranking *r)
{
    r->n = 0;
}

void ranking_fini(struct ranking *r)
{
    free(r->heap);
    *r = (struct ranking){.heap = NULL};
}

void ranking_add(struct ranking *r, uint32_t rank, uint32_t piece_idx)
{
    if (r->n == r->cap) {
        r->cap = r->cap == 0 ? RANKING_FIRST_CAP : r->cap * 2;
        r->heap = xreallocarray(r->heap, r->cap, sizeof *r->heap);
    }
    r->heap[r->n++] = (uint64_t)rank << 32 | piece_idx;
}

static void sink(struct ranking *r, uint32_t i)
{
    uint64_t key = r->heap[i];
    for (uint32_t child = 2 * i + 1; child < r->n; child = 2 * i + 1) {
        if (child + 1 < r->n && r->heap[child + 1] < r->heap[child])
            child++;
        if (key <= r->heap[child])
            break;
        r->heap[i] = r->heap[child];
        i = child;
    }
    r->heap[i] = key;
}

void ranking_order(struct ranking *r)
{
    for (uint32_t i = r->n / 2; i-- > 0;)
        sink(r, i);
}

uint32_t ranking_take(struct ranking *r)
{
    assert(r->n > 0);
    uint32_t piece_idx = (uint32_t)r->heap[0];
    r->heap[0] = r->heap[--r->n];
    if (r->n > 0)
        sink(r, 0);
    return piece_idx;
}
