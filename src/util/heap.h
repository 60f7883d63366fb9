/* heap.h -- a binary min-heap of int64 keys with intrusive nodes; ties leave in
 * the order they entered. For timers and deadlines. push, remove: O(log n). */
#ifndef UTIL_HEAP_H
#define UTIL_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    int64_t key;
    uint64_t seq; /* order of entry, for ties */
    size_t pos;   /* index in heap + 1; 0 when not in one */
};

struct heap {
    struct heap_node **nodes; /* owned array of borrowed nodes */
    size_t n;
    size_t cap;
    uint64_t next_seq;
};

/* Begin empty; allocates nothing yet. */
void heap_init(struct heap *h);
/* Free the array; nodes that are in go out, and stay the callers'. */
void heap_fini(struct heap *h);
/* Enter node, which must be in no heap: pos 0, as in zeroed memory. It is
 * borrowed until it is removed. */
void heap_push(struct heap *h, struct heap_node *node, int64_t key);
/* Take node out of h; nothing when it is in no heap. */
void heap_remove(struct heap *h, struct heap_node *node);
/* Is node in a heap? */
bool heap_contains(const struct heap_node *node);
/* The node of the least key, the first entered of several; NULL when empty. */
struct heap_node *heap_min(const struct heap *h);

#endif
