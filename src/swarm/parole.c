#include "config.h"

#include "swarm/parole.h"

void parole_init(struct parole *p)
{
    p->set = NULL;
}

void parole_fini(struct parole *p)
{
    bitset_free(p->set);
    p->set = NULL;
}

void parole_begin(struct parole *p, uint32_t n_pieces, uint32_t piece_idx)
{
    if (p->set == NULL)
        p->set = bitset_new(n_pieces);
    bitset_set(p->set, piece_idx);
}

void parole_end(struct parole *p, uint32_t piece_idx)
{
    if (p->set != NULL)
        bitset_clear(p->set, piece_idx);
}

bool parole_keeps(const struct parole *p, const struct pieces *pieces,
                  uint32_t piece_idx, peer_id_t from, int64_t now_ms)
{
    if (p->set == NULL || !bitset_get(p->set, piece_idx) ||
        pieces_state(pieces, piece_idx) != PIECE_PARTIAL)
        return false;
    const struct pieces_block *blocks = pieces_blocks(pieces, piece_idx);
    uint32_t n = geometry_n_blocks(pieces_geometry(pieces), piece_idx);
    bool is_with_another = false;
    int64_t first_ms = now_ms;
    int64_t latest_ms = INT64_MIN;
    for (uint32_t i = 0; i < n; i++) {
        if (blocks[i].state == BLOCK_FREE)
            continue;
        if (blocks[i].state == BLOCK_ASKED && blocks[i].peer == from)
            return false;
        if (blocks[i].state == BLOCK_ASKED)
            is_with_another = true;
        if (blocks[i].since_ms < first_ms)
            first_ms = blocks[i].since_ms;
        if (blocks[i].since_ms > latest_ms)
            latest_ms = blocks[i].since_ms;
    }
    return is_with_another && now_ms - latest_ms < PAROLE_QUIET_MS &&
           now_ms - first_ms < PAROLE_MAX_MS;
}
