#include "config.h"

#include "tests/sim/inside.h"

#include <assert.h>

#include "engine/torrent_parts.h"

static void check_connections(const struct torrent *t, const struct limits *l)
{
    uint32_t n = 0;
    uint32_t n_half_open = 0;
    for (const struct member *m = t->members; m != NULL; m = m->next) {
        if (peerlink_is_closing(m->link))
            continue;
        n++;
        n_half_open += peerlink_is_half_open(m->link);
    }
    assert(t->n_members <= t->max_peers);
    assert(n <= l->n_conns && n_half_open == l->n_half_open);
}

static void check_requests(struct torrent *t)
{
    uint64_t n_on_order = 0;
    for (struct member *m = t->members; m != NULL; m = m->next) {
        if (m->peer == NULL)
            continue;
        struct peer_status s;
        peer_status(m->peer, loop_now_ms(t->env->loop), &s);
        assert(s.n_outstanding <= PEER_MAX_OUTSTANDING);
        assert(s.reqq == 0 || s.n_outstanding <= s.reqq);
        assert(s.n_queued <= PEER_MAX_QUEUED_HARD);
        n_on_order += s.n_outstanding;
    }
    uint64_t n_asked = 0;
    for (int64_t i = pieces_next_partial(t->pieces, 0); i >= 0;
         i = pieces_next_partial(t->pieces, (uint32_t)i + 1)) {
        const struct pieces_block *b = pieces_blocks(t->pieces, (uint32_t)i);
        uint32_t n = geometry_n_blocks(t->geo, (uint32_t)i);
        for (uint32_t k = 0; k < n; k++)
            n_asked += b[k].state == BLOCK_ASKED ? b[k].n_asked : 0;
    }
    assert(n_asked == n_on_order);
}

static uint64_t received_bytes(const struct torrent *t)
{
    uint64_t sum = 0;
    for (int64_t i = pieces_next_partial(t->pieces, 0); i >= 0;
         i = pieces_next_partial(t->pieces, (uint32_t)i + 1)) {
        const struct pieces_block *b = pieces_blocks(t->pieces, (uint32_t)i);
        uint32_t n = geometry_n_blocks(t->geo, (uint32_t)i);
        for (uint32_t k = 0; k < n; k++)
            if (b[k].state == BLOCK_RECEIVED)
                sum += geometry_block_len(t->geo,
                                          (struct block_ref){(uint32_t)i, k});
    }
    return sum;
}

static void check_bytes(struct inside *in, const struct torrent *t)
{
    uint64_t bytes = pieces_bytes_have(t->pieces) + received_bytes(t);
    if (!in->has_begun || in->since_ms != t->running_since_ms) {
        in->has_begun = true;
        in->since_ms = t->running_since_ms;
        in->base_down = t->down.total;
        in->base_bytes = bytes;
        in->base_wasted = t->bytes_wasted;
    } else if (t->n_hash_fails == in->last_fails) {
        assert(bytes >= in->last_bytes);
    }
    in->last_bytes = bytes;
    in->last_fails = t->n_hash_fails;
    assert(t->down.total - in->base_down + in->base_bytes ==
           bytes + t->bytes_wasted - in->base_wasted);
}

void inside_check(struct inside *in, struct torrent *t, const struct env *env)
{
    torrent_check(t);
    check_connections(t, env->limits);
    if (!torrent_is_running(t))
        return;
    check_requests(t);
    check_bytes(in, t);
}

static uint32_t count(struct torrent *t, bool (*is)(const struct peer_status *))
{
    uint32_t n = 0;
    for (struct member *m = t->members; m != NULL; m = m->next) {
        struct peer_status s;
        if (m->peer == NULL)
            continue;
        peer_status(m->peer, loop_now_ms(t->env->loop), &s);
        n += is(&s);
    }
    return n;
}

static bool is_snubbing(const struct peer_status *s)
{
    return s->is_snubbed;
}

static bool is_unchoked(const struct peer_status *s)
{
    return !s->am_choking;
}

uint32_t inside_n_snubbing(struct torrent *t)
{
    return count(t, is_snubbing);
}

uint32_t inside_n_unchoked(struct torrent *t)
{
    return count(t, is_unchoked);
}

uint32_t inside_say_pex(struct torrent *t, const void *bytes, size_t len)
{
    uint32_t n = 0;
    for (struct member *m = t->members; m != NULL; m = m->next)
        n += m->peer != NULL &&
             peer_send_extended(m->peer, EXTENDED_UT_PEX, bytes, len);
    return n;
}

uint64_t inside_readable_bytes(const struct torrent *t)
{
    uint32_t i = 0;
    while (i < t->geo->n_pieces && pieces_state(t->pieces, i) == PIECE_HAVE)
        i++;
    return i < t->geo->n_pieces ? geometry_piece_off(t->geo, i)
                                : t->geo->size_bytes;
}

bool inside_has(const struct torrent *t, uint32_t piece_idx)
{
    return pieces_state(t->pieces, piece_idx) == PIECE_HAVE;
}

uint64_t inside_n_blocks_left(const struct torrent *t)
{
    return pieces_n_free_blocks(t->pieces) + pieces_n_asked_blocks(t->pieces);
}
