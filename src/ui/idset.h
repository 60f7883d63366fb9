/* idset.h -- a small set of ids, such as marked rows, in the order they came. O(n). */
#ifndef UI_IDSET_H
#define UI_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct idset {
    uint32_t *ids; /* owned */
    size_t n, cap;
};

bool idset_has(const struct idset *s, uint32_t id);
/* Put it in, or take it out. */
void idset_toggle(struct idset *s, uint32_t id);
void idset_clear(struct idset *s);
void idset_fini(struct idset *s);

#endif
