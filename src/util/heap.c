#include "config.h"

#include "util/heap.h"

#include <assert.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { HEAP_FIRST_CAP = 16 };

void heap_init(struct heap *h)
{
    *h = (struct heap){0};
}

void heap_fini(struct heap *h)
{
    for (size_t i = 0; i < h->n; i++)
        h->nodes[i]->pos = 0;
    free(h->nodes);
    *h = (struct heap){0};
}

static bool before(const struct heap_node *a, const struct heap_node *b)
{
    return a->key != b->key ? a->key < b->key : a->seq < b->seq;
}

static void place(struct heap *h, struct heap_node *node, size_t i)
{
    h->nodes[i] = node;
    node->pos = i + 1;
}

/* Let node, for which slot i is free, rise to where it belongs. */
static void sift_up(struct heap *h, struct heap_node *node, size_t i)
{
    while (i > 0) {
        size_t parent = (i - 1) / 2;
        if (!before(node, h->nodes[parent]))
            break;
        place(h, h->nodes[parent], i);
        i = parent;
    }
    place(h, node, i);
}

static void sift_down(struct heap *h, struct heap_node *node, size_t i)
{
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->n)
            break;
        if (child + 1 < h->n && before(h->nodes[child + 1], h->nodes[child]))
            child++;
        if (!before(h->nodes[child], node))
            break;
        place(h, h->nodes[child], i);
        i = child;
    }
    place(h, node, i);
}

void heap_push(struct heap *h, struct heap_node *node, int64_t key)
{
    assert(node->pos == 0);
    if (h->n == h->cap) {
        h->cap = h->cap > 0 ? 2 * h->cap : HEAP_FIRST_CAP;
        h->nodes = xreallocarray(h->nodes, h->cap, sizeof *h->nodes);
    }
    node->key = key;
    node->seq = h->next_seq++;
    sift_up(h, node, h->n++);
}

void heap_remove(struct heap *h, struct heap_node *node)
{
    if (node->pos == 0)
        return;
    size_t i = node->pos - 1;
    assert(i < h->n && h->nodes[i] == node);
    node->pos = 0;
    struct heap_node *last = h->nodes[--h->n];
    if (last == node)
        return;
    if (i > 0 && before(last, h->nodes[(i - 1) / 2]))
        sift_up(h, last, i);
    else
        sift_down(h, last, i);
}

bool heap_contains(const struct heap_node *node)
{
    return node->pos != 0;
}

struct heap_node *heap_min(const struct heap *h)
{
    return h->n > 0 ? h->nodes[0] : NULL;
}
