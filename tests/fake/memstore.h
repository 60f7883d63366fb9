/* memstore.h -- a torrent's files in memory, in place of a disk: a struct store for
 * tests and simulations, which can be told to fail, to fill up, and what it was
 * asked to do. A file has the size up to which it was written, as on a disk:
 * reading beyond gives ERR_TRUNCATED. Times of files count the writes.
 * Owner and thread: owned by the struct store, which is freed by its last
 * reference; the control calls below may come from any thread before that. */
#ifndef TESTS_FAKE_MEMSTORE_H
#define TESTS_FAKE_MEMSTORE_H

#include "util/err.h"
#include "meta/metainfo.h"
#include "disk/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct memstore;

enum memstore_op {
    MEMSTORE_READ,
    MEMSTORE_WRITE,
    MEMSTORE_PREPARE,
    MEMSTORE_SYNC,
    MEMSTORE_STAT,
    MEMSTORE_CLOSE,
    MEMSTORE_N_OPS
};

/* Files of `meta` (borrowed; outlives the store), all absent. *control_out is
 * borrowed: it lives as long as the store. */
struct store *memstore_new(const struct metainfo *meta,
                           struct memstore **control_out);

/* All bytes of the torrent; borrowed. */
uint8_t *memstore_bytes(struct memstore *m);
/* Give every file its full size, its bytes as they are in memory. */
void memstore_fill(struct memstore *m);
/* Cut or grow a file to size_bytes, or remove it. */
void memstore_set_size(struct memstore *m, size_t file_idx,
                       uint64_t size_bytes);
void memstore_remove(struct memstore *m, size_t file_idx);

/* After `skip` more calls of op that go well, `times` of them fail with err. */
void memstore_fail(struct memstore *m, enum memstore_op op, unsigned skip,
                   unsigned times, enum err err);
/* Room for so many more bytes to be written, then ERR_NO_SPACE; UINT64_MAX at
 * first. */
void memstore_set_space(struct memstore *m, uint64_t size_bytes);

/* Calls of op so far, failed ones too. */
unsigned memstore_n_calls(struct memstore *m, enum memstore_op op);
/* Is everything that was written synced? */
bool memstore_is_synced(struct memstore *m);

#endif
