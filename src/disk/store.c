#include "config.h"

#include "disk/store.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "util/xalloc.h"

struct store {
    const struct store_ops *ops; /* borrowed; static */
    void *impl;                  /* owned */
    atomic_uint n_refs;
};

struct store *store_new(const struct store_ops *ops, void *impl)
{
    struct store *s = xzalloc(sizeof *s);
    s->ops = ops;
    s->impl = impl;
    atomic_init(&s->n_refs, 1);
    return s;
}

struct store *store_ref(struct store *s)
{
    unsigned was =
        atomic_fetch_add_explicit(&s->n_refs, 1, memory_order_relaxed);
    assert(was > 0);
    return s;
}

void store_unref(struct store *s)
{
    if (s == NULL)
        return;
    unsigned was =
        atomic_fetch_sub_explicit(&s->n_refs, 1, memory_order_acq_rel);
    assert(was > 0);
    if (was > 1)
        return;
    s->ops->free(s->impl);
    free(s);
}

enum err store_read(struct store *s, uint64_t off, void *bytes, size_t len,
                    struct cause *cause)
{
    return s->ops->read(s->impl, off, bytes, len, cause);
}

enum err store_write(struct store *s, uint64_t off, const void *bytes,
                     size_t len, struct cause *cause)
{
    return s->ops->write(s->impl, off, bytes, len, cause);
}

enum err store_prepare(struct store *s, bool preallocate,
                       const struct bitset *wanted, struct cause *cause)
{
    return s->ops->prepare(s->impl, preallocate, wanted, cause);
}

enum err store_sync(struct store *s, struct cause *cause)
{
    return s->ops->sync(s->impl, cause);
}

enum err store_stat(struct store *s, size_t file_idx, struct store_stat *out,
                    struct cause *cause)
{
    return s->ops->stat(s->impl, file_idx, out, cause);
}

void store_close_files(struct store *s)
{
    s->ops->close_files(s->impl);
}
