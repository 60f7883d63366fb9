#include "config.h"

#include "swarm/endgame.h"

#include <assert.h>

struct busy {
    struct block_ref block;
    uint8_t n_asked;
    int64_t since_ms;
};

/* The best found so far, best first. */
struct found {
    struct busy best[PICKER_ENDGAME_BLOCKS];
    size_t n;
    size_t cap;
};

static bool is_before(const struct busy *a, const struct busy *b)
{
    if (a->n_asked != b->n_asked)
        return a->n_asked < b->n_asked;
    return a->since_ms < b->since_ms;
}

static void offer(struct found *f, const struct busy *busy)
{
    if (f->n == f->cap && !is_before(busy, &f->best[f->n - 1]))
        return;
    size_t i = f->n < f->cap ? f->n++ : f->n - 1;
    for (; i > 0 && is_before(busy, &f->best[i - 1]); i--)
        f->best[i] = f->best[i - 1];
    f->best[i] = *busy;
}

/* Those that are late, each copy more by another late_ms; 0: all. */
static void offer_blocks(struct found *f, const struct pieces *pieces,
                         const struct picker_query *q, uint32_t piece_idx,
                         int64_t late_ms)
{
    const struct pieces_block *blocks = pieces_blocks(pieces, piece_idx);
    uint32_t n = geometry_n_blocks(pieces_geometry(pieces), piece_idx);
    for (uint32_t i = 0; i < n; i++) {
        struct busy busy = {{piece_idx, i},
                            blocks[i].n_asked,
                            blocks[i].since_ms};
        if (blocks[i].state == BLOCK_ASKED &&
            (late_ms == 0 ||
             busy.since_ms + late_ms * busy.n_asked <= q->now_ms) &&
            blocks[i].n_asked < PICKER_MAX_COPIES &&
            !q->is_asked(q->ctx, busy.block))
            offer(f, &busy);
    }
}

size_t endgame_find(const struct pieces *pieces, const struct parole *parole,
                    const struct picker_query *query, struct block_ref *out,
                    size_t cap)
{
    struct found f = {.n = 0, .cap = cap};
    assert(cap <= PICKER_ENDGAME_BLOCKS);
    if (cap == 0)
        return 0;
    for (int64_t i = pieces_next_partial(pieces, 0); i >= 0;
         i = pieces_next_partial(pieces, (uint32_t)i + 1)) {
        if (bitset_get(query->has, (size_t)i) &&
            pieces_state(pieces, (uint32_t)i) == PIECE_PARTIAL &&
            !parole_keeps(parole, pieces, (uint32_t)i, query->peer,
                          query->now_ms))
            offer_blocks(&f, pieces, query, (uint32_t)i, 0);
    }
    for (size_t i = 0; i < f.n; i++)
        out[i] = f.best[i].block;
    return f.n;
}

size_t endgame_find_late(const struct parole *parole,
                         const struct picker_query *query,
                         struct streaming_walk *walk, struct block_ref *out,
                         size_t cap)
{
    const struct pieces *pieces = walk->pieces;
    struct found f = {.n = 0, .cap = cap};
    uint32_t piece_idx;
    assert(cap <= PICKER_ENDGAME_BLOCKS);
    for (int i = 0; i < ENDGAME_LATE_PIECES && cap > 0 && f.n < cap &&
                    streaming_next(walk, &piece_idx);
         i++) {
        if (bitset_get(query->has, piece_idx) &&
            pieces_state(pieces, piece_idx) == PIECE_PARTIAL &&
            !parole_keeps(parole, pieces, piece_idx, query->peer,
                          query->now_ms))
            offer_blocks(&f, pieces, query, piece_idx, query->stream.late_ms);
    }
    for (size_t i = 0; i < f.n; i++)
        out[i] = f.best[i].block;
    return f.n;
}
