#include "config.h"

#include "meta/geometry.h"

#include <assert.h>

enum err geometry_init(struct geometry *out, uint64_t size_bytes,
                       uint32_t piece_len)
{
    if (size_bytes == 0 || piece_len == 0)
        return ERR_INVALID;
    if (size_bytes > GEOMETRY_MAX_SIZE || piece_len > GEOMETRY_MAX_PIECE_LEN)
        return ERR_TOO_BIG;
    if (piece_len < GEOMETRY_MIN_PIECE_LEN)
        return ERR_INVALID;
    uint64_t n_pieces = (size_bytes - 1) / piece_len + 1;
    if (n_pieces > GEOMETRY_MAX_PIECES)
        return ERR_TOO_BIG;

    uint64_t before_last = (n_pieces - 1) * piece_len;
    *out = (struct geometry){
        .size_bytes = size_bytes,
        .piece_len = piece_len,
        .n_pieces = (uint32_t)n_pieces,
        .last_piece_len = (uint32_t)(size_bytes - before_last),
        .blocks_per_piece = (piece_len - 1) / GEOMETRY_BLOCK_LEN + 1,
    };
    return OK;
}

uint32_t geometry_piece_len(const struct geometry *g, uint32_t piece_idx)
{
    assert(piece_idx < g->n_pieces);
    return piece_idx == g->n_pieces - 1 ? g->last_piece_len : g->piece_len;
}

uint64_t geometry_piece_off(const struct geometry *g, uint32_t piece_idx)
{
    assert(piece_idx < g->n_pieces);
    return (uint64_t)piece_idx * g->piece_len;
}

uint32_t geometry_n_blocks(const struct geometry *g, uint32_t piece_idx)
{
    return (geometry_piece_len(g, piece_idx) - 1) / GEOMETRY_BLOCK_LEN + 1;
}

uint32_t geometry_block_len(const struct geometry *g, struct block_ref b)
{
    uint32_t left =
        geometry_piece_len(g, b.piece_idx) - geometry_block_begin(b);
    assert(b.block_idx < geometry_n_blocks(g, b.piece_idx));
    return left < GEOMETRY_BLOCK_LEN ? left : GEOMETRY_BLOCK_LEN;
}

uint32_t geometry_block_begin(struct block_ref b)
{
    return b.block_idx * GEOMETRY_BLOCK_LEN;
}

uint32_t geometry_piece_at(const struct geometry *g, uint64_t off)
{
    assert(off < g->size_bytes);
    return (uint32_t)(off / g->piece_len);
}

enum err geometry_block_at(const struct geometry *g, uint32_t piece_idx,
                           uint32_t begin, uint32_t len, struct block_ref *out)
{
    if (!geometry_contains(g, piece_idx, begin, len) ||
        begin % GEOMETRY_BLOCK_LEN != 0)
        return ERR_PROTO_RANGE;
    struct block_ref b = {
        .piece_idx = piece_idx,
        .block_idx = begin / GEOMETRY_BLOCK_LEN,
    };
    if (len != geometry_block_len(g, b))
        return ERR_PROTO_RANGE;
    *out = b;
    return OK;
}

bool geometry_contains(const struct geometry *g, uint32_t piece_idx,
                       uint32_t begin, uint32_t len)
{
    if (piece_idx >= g->n_pieces || len == 0)
        return false;
    uint32_t piece_len = geometry_piece_len(g, piece_idx);
    return begin < piece_len && len <= piece_len - begin;
}
