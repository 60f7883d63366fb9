#include "config.h"

#include "util/refbuf.h"

#include <assert.h>
#include <stdlib.h>

#include "util/xalloc.h"

struct refbuf *refbuf_new(size_t len)
{
    assert(len <= SIZE_MAX - sizeof(struct refbuf));
    struct refbuf *b = xmalloc(sizeof *b + len);
    b->n_refs = 1;
    b->len = len;
    return b;
}

struct refbuf *refbuf_ref(struct refbuf *b)
{
    assert(b->n_refs > 0 && b->n_refs < UINT32_MAX);
    b->n_refs++;
    return b;
}

void refbuf_unref(struct refbuf *b)
{
    if (b == NULL)
        return;
    assert(b->n_refs > 0);
    if (--b->n_refs == 0)
        free(b);
}
