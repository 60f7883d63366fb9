/* hashers.h -- hashes a whole tree for a new torrent, on all cores: threads
 * that each take the next few pieces until none is left. The calling thread is
 * one of them. */
#ifndef CMD_HASHERS_H
#define CMD_HASHERS_H

#include "cmd/tree.h"
#include "meta/geometry.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

/* Told how far the work is, by one thread at a time, and not for every piece.
 * Returns whether to go on. */
struct hashers_host {
    bool (*on_progress)(void *ctx, uint64_t done_bytes);
    void *ctx; /* borrowed */
};

/* Hash all pieces of geo, read from tree, to hashes_out: 20 * geo->n_pieces
 * bytes. ERR_CANCELLED: the host said so; else the errors of tree_reader_read(). */
enum err hashers_run(const struct tree *tree, const struct geometry *geo,
                     const struct hashers_host *host, uint8_t *hashes_out,
                     struct cause *cause) ERR_MUST_CHECK;

#endif
