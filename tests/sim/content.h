/* content.h -- one torrent for a simulation: its bytes, made of a seed, and its
 * .torrent. Every node's store compares with these bytes instead of keeping a
 * copy of its own. Immutable once made. */
#ifndef TESTS_SIM_CONTENT_H
#define TESTS_SIM_CONTENT_H

#include "meta/metainfo.h"

#include <stddef.h>
#include <stdint.h>

enum { CONTENT_MAX_FILES = 16 };

struct content {
    uint8_t *bytes;        /* owned */
    struct metainfo *meta; /* owned */
};

/* A single file of size_bytes. */
struct content *content_new(uint64_t size_bytes, uint32_t piece_len);
/* n_files of these sizes, named 0, 1, ...; n_files <= CONTENT_MAX_FILES. */
struct content *content_new_files(const uint64_t *sizes, size_t n_files,
                                  uint32_t piece_len);
/* A single file, of a private torrent. */
struct content *content_new_private(uint64_t size_bytes, uint32_t piece_len);
void content_free(struct content *c);

/* The metainfo again, for a torrent to own. */
struct metainfo *content_meta(const struct content *c);

#endif
