/* heap.h -- a binary min-heap of int64 keys with intrusive nodes; ties leave in
 * the order they entered. For timers and deadlines. push, remove: O(log n). */
#ifndef UTIL_HEAP_H
#define UTIL_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    int64_t key;
    uint64_t seq;   /* order of entry, for ties */
    size_t pos;     /* index in heap + 1; 0 when not in one */
};

struct heap {
    struct heap_node **nodes; /* owned array of borrowed nodes */
    size_t n;
    size_t cap;
    uint64_t next_seq;
};

void heap_init(struct heap *h);
void heap_fini(struct heap *h); /* nodes are the callers' */
void heap_push(struct heap *h, struct heap_node *node, int64_t key);
void heap_remove(struct heap *h, struct heap_node *node); /* no-op if not in */
bool heap_contains(const struct heap_node *node);
struct heap_node *heap_min(const struct heap *h); /* NULL when empty */

#endif
