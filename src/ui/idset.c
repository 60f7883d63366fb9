#include "config.h"

#include "ui/idset.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static size_t find(const struct idset *s, uint32_t id)
{
    size_t i = 0;
    while (i < s->n && s->ids[i] != id)
        i++;
    return i;
}

bool idset_has(const struct idset *s, uint32_t id)
{
    return find(s, id) < s->n;
}

void idset_toggle(struct idset *s, uint32_t id)
{
    size_t at = find(s, id);
    if (at < s->n) {
        s->n--;
        memmove(s->ids + at, s->ids + at + 1, (s->n - at) * sizeof *s->ids);
        return;
    }
    if (s->n == s->cap) {
        s->cap = s->cap > 0 ? 2 * s->cap : 16;
        s->ids = xreallocarray(s->ids, s->cap, sizeof *s->ids);
    }
    s->ids[s->n++] = id;
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
