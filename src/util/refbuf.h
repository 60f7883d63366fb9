/* refbuf.h -- bytes shared by several readers: a block read once from disk and
 * queued to peers. The count is not atomic: one thread holds references; a job
 * that carries one to another thread carries the only one. */
#ifndef UTIL_REFBUF_H
#define UTIL_REFBUF_H

#include <stddef.h>
#include <stdint.h>

struct refbuf {
    uint32_t n_refs;
    size_t len;
    uint8_t bytes[];
};

struct refbuf *refbuf_new(size_t len); /* one reference; bytes not zeroed */
/* Take one more reference; returns b. */
struct refbuf *refbuf_ref(struct refbuf *b);
/* Drop a reference; the last frees b. NULL: nothing. */
void refbuf_unref(struct refbuf *b);

#endif
