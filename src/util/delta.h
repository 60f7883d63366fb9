/* delta.h -- what a block of bytes was before it changed: of two equally long blocks the
 * words of the older one that are not as in the newer one. Applied to the newer, it
 * gives the older. Pure; any thread. A word is 4 bytes, the last one cut with the block.
 * A delta is one piece of memory (free()); NULL: nothing differs. It takes 8 bytes a
 * word that differs. Making one costs a comparison of the blocks, the rest as many
 * steps as words differ. */
#ifndef UTIL_DELTA_H
#define UTIL_DELTA_H

#include <stdbool.h>
#include <stddef.h>

struct delta;

/* From newer to older, len bytes each, len <= UINT32_MAX; *out: in new memory. False,
 * *out untouched, when it would take more than half of what the block does. */
bool delta_make(const void *older, const void *newer, size_t len,
                struct delta **out);
/* Make of the newer block (len bytes, as of the pair it was made of) the older one. */
void delta_apply(const struct delta *d, void *block, size_t len);
/* What `newer` and then `older` do, in new memory. */
struct delta *delta_merge(const struct delta *older, const struct delta *newer);
/* What it takes. */
size_t delta_bytes(const struct delta *d);

#endif
