/* idset.h -- a set of ids, such as marked rows. Sorted: to ask is O(log n), to change it
 * O(n). Plain value. */
#ifndef UI_IDSET_H
#define UI_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct idset {
    uint32_t *ids; /* owned; rising */
    size_t n, cap;
};

bool idset_has(const struct idset *s, uint32_t id);
/* Put it in, when it is not there. */
void idset_add(struct idset *s, uint32_t id);
/* Put it in, or take it out. */
void idset_toggle(struct idset *s, uint32_t id);
/* Make it hold these n ids; `ids` rises, and may be its own. */
void idset_set(struct idset *s, const uint32_t *ids, size_t n);
void idset_clear(struct idset *s);
void idset_fini(struct idset *s);

#endif
