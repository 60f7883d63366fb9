#include "config.h"

#include "swarm/streaming.h"

static uint64_t clamp(uint64_t v, uint64_t least, uint64_t most)
{
    return v < least ? least : v > most ? most : v;
}

/* a * b / c, all bytes, rates or milliseconds of this world, without overflow. */
static uint64_t scale(uint64_t a, uint64_t b, uint64_t c)
{
    double v = (double)a * (double)b / (double)c;
    return v < 1e18 ? (uint64_t)v : UINT64_C(1000000000000000000);
}

struct streaming_plan streaming_plan(const struct streaming_rates *r)
{
    uint32_t n_peers = r->n_peers > 0 ? r->n_peers : 1;
    uint64_t share_Bps = r->all_Bps / n_peers;
    uint64_t own_Bps = r->own_Bps > 0 ? r->own_Bps : share_Bps;
    if (own_Bps < STREAMING_FLOOR_BPS)
        own_Bps = STREAMING_FLOOR_BPS;
    struct streaming_plan plan = {
        .window_bytes = clamp(scale(r->all_Bps, STREAMING_AHEAD_MS, 1000),
                              STREAMING_MIN_BYTES, STREAMING_MAX_BYTES)};
    /* How far the reader gets until the peer has sent all that it is asked for, less
     * what is on order in front of what nobody is asked for. */
    uint64_t reach = scale(r->all_Bps, r->own_bytes, own_Bps);
    uint64_t ahead = r->all_bytes + scale(r->all_Bps, STREAMING_SLACK_MS, 1000);
    uint64_t most = plan.window_bytes / 4 * 3;
    if (reach > ahead)
        plan.lead_bytes = reach - ahead < most ? reach - ahead : most;
    if (r->own_Bps > 0 && own_Bps >= share_Bps) {
        int64_t twice_ms = (int64_t)scale(r->own_bytes, 2000, own_Bps);
        plan.late_ms =
            twice_ms > STREAMING_LATE_MS ? twice_ms : STREAMING_LATE_MS;
    }
    return plan;
}

struct streaming_walk streaming_walk(const struct pieces *pieces,
                                     enum piece_priority priority,
                                     uint32_t from, uint64_t window_bytes)
{
    const struct geometry *geo = pieces_geometry(pieces);
    uint64_t n = window_bytes / geo->piece_len;
    struct streaming_walk w = {.pieces = pieces,
                               .priority = priority,
                               .front = geo->n_pieces,
                               .at = from,
                               .n_left =
                                   (uint32_t)clamp(n, STREAMING_MIN_PIECES,
                                                   geo->n_pieces)};
    struct streaming_walk first = w;
    uint32_t piece_idx;
    if (streaming_next(&first, &piece_idx))
        w.front = w.at = piece_idx;
    else
        w.at = geo->n_pieces;
    return w;
}

bool streaming_next(struct streaming_walk *w, uint32_t *piece_idx_out)
{
    const struct bitset *wanted = pieces_wanted(w->pieces);
    uint32_t n_pieces = pieces_geometry(w->pieces)->n_pieces;
    if (w->n_left == 0)
        return false;
    while (w->at < n_pieces) {
        int64_t i = bitset_next_set(wanted, w->at);
        if (i < 0)
            break;
        w->at = (uint32_t)i + 1;
        if (pieces_priority(w->pieces, (uint32_t)i) != w->priority)
            continue;
        w->n_left--;
        *piece_idx_out = (uint32_t)i;
        return true;
    }
    w->at = n_pieces;
    return false;
}

uint32_t streaming_n_free(const struct pieces *pieces, uint32_t piece_idx)
{
    if (pieces_state(pieces, piece_idx) == PIECE_MISSING)
        return geometry_n_blocks(pieces_geometry(pieces), piece_idx);
    if (pieces_state(pieces, piece_idx) == PIECE_PARTIAL)
        return pieces_n_blocks_free(pieces, piece_idx);
    return 0;
}

int64_t streaming_free_block(const struct pieces *pieces, uint32_t piece_idx,
                             uint32_t from)
{
    uint32_t n = geometry_n_blocks(pieces_geometry(pieces), piece_idx);
    enum piece_state state = pieces_state(pieces, piece_idx);
    if (state == PIECE_MISSING)
        return from < n ? (int64_t)from : -1;
    if (state != PIECE_PARTIAL)
        return -1;
    if (from == 0)
        return pieces_first_free(pieces, piece_idx);
    const struct pieces_block *blocks = pieces_blocks(pieces, piece_idx);
    for (uint32_t i = from; i < n; i++)
        if (blocks[i].state == BLOCK_FREE)
            return i;
    return -1;
}
