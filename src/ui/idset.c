#include "config.h"

#include "ui/idset.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* Where it is, or belongs. */
static size_t find(const struct idset *s, uint32_t id)
{
    size_t low = 0, high = s->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (s->ids[mid] < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

bool idset_has(const struct idset *s, uint32_t id)
{
    size_t at = find(s, id);
    return at < s->n && s->ids[at] == id;
}

static void reserve(struct idset *s, size_t n)
{
    if (n <= s->cap)
        return;
    s->cap = n > 2 * s->cap ? n : 2 * s->cap;
    s->ids = xreallocarray(s->ids, s->cap, sizeof *s->ids);
}

void idset_toggle(struct idset *s, uint32_t id)
{
    size_t at = find(s, id);
    size_t n_after = s->n - at;
    if (at < s->n && s->ids[at] == id) {
        s->n--;
        memmove(s->ids + at, s->ids + at + 1, (n_after - 1) * sizeof *s->ids);
        return;
    }
    reserve(s, s->n + 1);
    memmove(s->ids + at + 1, s->ids + at, n_after * sizeof *s->ids);
    s->ids[at] = id;
    s->n++;
}

void idset_add(struct idset *s, uint32_t id)
{
    if (!idset_has(s, id))
        idset_toggle(s, id);
}

void idset_set(struct idset *s, const uint32_t *ids, size_t n)
{
    if (n > 0) {
        reserve(s, n);
        memmove(s->ids, ids, n * sizeof *ids);
    }
    s->n = n;
}

void idset_clear(struct idset *s)
{
    s->n = 0;
}

void idset_fini(struct idset *s)
{
    free(s->ids);
    *s = (struct idset){0};
}
