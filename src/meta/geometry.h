/* geometry.h -- the only place where bytes, blocks, pieces and files are
 * converted into each other. A value without invariants beyond those that
 * geometry_init() checks; copy it freely.
 * Terms: a torrent is one run of size_bytes bytes, cut into pieces of piece_len
 * (the last may be shorter), each cut into blocks of 16 KiB (the last may be
 * shorter). `off` counts in the torrent, `begin` in a piece (as in BEP 3).
 * Source: BEP 3. All functions O(1). */
#ifndef META_GEOMETRY_H
#define META_GEOMETRY_H

#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { GEOMETRY_BLOCK_LEN = 16384 };
static const uint32_t GEOMETRY_MAX_PIECES = 2097152;
static const uint32_t GEOMETRY_MIN_PIECE_LEN = 1024;
static const uint32_t GEOMETRY_MAX_PIECE_LEN = 256u << 20;
static const uint64_t GEOMETRY_MAX_SIZE = (UINT64_C(1) << 48) - 1;

struct geometry {
    uint64_t size_bytes;
    uint32_t piece_len; /* of every piece but the last */
    uint32_t n_pieces;
    uint32_t last_piece_len;
    uint32_t blocks_per_piece; /* of every piece but the last */
};

struct block_ref {
    uint32_t piece_idx;
    uint32_t block_idx; /* in the piece */
};

static inline bool geometry_same_block(struct block_ref a, struct block_ref b)
{
    return a.piece_idx == b.piece_idx && a.block_idx == b.block_idx;
}

/* Describe a torrent of size_bytes bytes. ERR_INVALID when a size is 0 or a
 * piece shorter than the minimum; ERR_TOO_BIG when over the limits above. */
enum err geometry_init(struct geometry *out, uint64_t size_bytes,
                       uint32_t piece_len) ERR_MUST_CHECK;

uint32_t geometry_piece_len(const struct geometry *g, uint32_t piece_idx);
uint64_t geometry_piece_off(const struct geometry *g, uint32_t piece_idx);
uint32_t geometry_n_blocks(const struct geometry *g, uint32_t piece_idx);
uint32_t geometry_block_len(const struct geometry *g, struct block_ref b);
uint32_t geometry_block_begin(struct block_ref b);
/* The piece that byte `off` lies in; off < size_bytes. */
uint32_t geometry_piece_at(const struct geometry *g, uint64_t off);

/* The block that (piece_idx, begin, len) from the wire is exactly.
 * ERR_PROTO_RANGE when it is no block of this torrent: index, alignment or
 * length wrong. */
enum err geometry_block_at(const struct geometry *g, uint32_t piece_idx,
                           uint32_t begin, uint32_t len,
                           struct block_ref *out) ERR_MUST_CHECK;
/* Is (piece_idx, begin, len) a run of at least one byte inside one piece? */
bool geometry_contains(const struct geometry *g, uint32_t piece_idx,
                       uint32_t begin, uint32_t len);

#endif
