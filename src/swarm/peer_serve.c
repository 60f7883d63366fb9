#include "config.h"

#include "swarm/peer_serve.h"

#include <assert.h>

#include "swarm/peer_parts.h"
#include "swarm/peer_tx.h"

enum {
    GRANT_ROUNDS = 2 /* how often over it may have an allowed-fast piece */
};

static bool is_possible(const struct peer *p, const struct peer_request *r)
{
    return r->len <= PEER_MAX_REQUEST_LEN &&
           geometry_contains(p->config.geo, r->piece_idx, r->begin, r->len);
}

static struct peer_grant *find_grant(struct peer *p, uint32_t piece_idx)
{
    for (uint32_t i = 0; i < p->n_grants; i++) {
        if (p->grants[i].piece_idx == piece_idx)
            return &p->grants[i];
    }
    return NULL;
}

void peer_serve_refuse(struct peer *p, const struct peer_request *r)
{
    if (p->config.fast)
        peer_tx_request(p, WIRE_REJECT, r);
}

static void accept(struct peer *p, const struct peer_request *r)
{
    peer_wants_push(&p->wants, r);
    p->host.on_request(p->host.ctx, p);
}

/* Requests may cross our choke on their way; later ones are its fault. */
static enum err on_choked_request(struct peer *p, const struct peer_request *r)
{
    struct peer_grant *grant = find_grant(p, r->piece_idx);
    if (grant != NULL && r->len <= grant->left &&
        p->wants.n < PEER_MAX_QUEUED) {
        grant->left -= r->len;
        accept(p, r);
        return OK;
    }
    if (p->now_ms - p->am_choking_ms >= PEER_CHOKE_GRACE_MS &&
        ++p->n_choked_requests > PEER_MAX_REJECTS)
        return peer_fail(p, ERR_PROTO_FLOOD,
                         "goes on asking though it is choked");
    peer_serve_refuse(p, r);
    return p->fault;
}

enum err peer_serve_on_request(struct peer *p, const struct peer_request *r)
{
    if (!is_possible(p, r))
        return peer_fail(p, ERR_PROTO_RANGE,
                         "asked for %u bytes at %u of piece %u: impossible",
                         (unsigned int)r->len, (unsigned int)r->begin,
                         (unsigned int)r->piece_idx);
    if (!bitset_get(p->config.have, r->piece_idx)) {
        peer_serve_refuse(p, r);
        return p->fault;
    }
    if (p->am_choking)
        return on_choked_request(p, r);
    if (p->config.fast && p->wants.n >= PEER_MAX_QUEUED) {
        peer_serve_refuse(p, r);
        return p->fault;
    }
    if (p->wants.n >= PEER_MAX_QUEUED_HARD)
        return peer_fail(p, ERR_PROTO_FLOOD, "has over %d requests waiting",
                         PEER_MAX_QUEUED_HARD);
    accept(p, r);
    return OK;
}

enum err peer_serve_on_cancel(struct peer *p, const struct peer_request *r)
{
    if (!is_possible(p, r))
        return peer_fail(p, ERR_PROTO_RANGE,
                         "cancelled a request that could not be asked");
    if (peer_wants_remove(&p->wants, r) || peer_txq_remove(&p->txq, r))
        peer_serve_refuse(p, r);
    return p->fault;
}

/* BEP 6: a choke does not touch requests for allowed-fast pieces. */
static bool refuse_unless_granted(void *ctx, const struct peer_request *r)
{
    struct peer *p = ctx;
    if (find_grant(p, r->piece_idx) != NULL)
        return false;
    peer_serve_refuse(p, r);
    return true;
}

void peer_serve_choke(struct peer *p)
{
    p->am_choking = true;
    p->am_choking_ms = p->now_ms;
    p->unchoked_since_ms = 0;
    p->n_choked_requests = 0;
    /* Choke first, then reject: so the other side does not ask again. */
    peer_tx_plain(p, WIRE_CHOKE);
    peer_txq_sift(&p->txq, refuse_unless_granted, p);
    peer_wants_sift(&p->wants, refuse_unless_granted, p);
}

void peer_serve_unchoke(struct peer *p)
{
    p->am_choking = false;
    p->unchoked_since_ms = p->now_ms;
    p->n_choked_requests = 0;
    peer_tx_plain(p, WIRE_UNCHOKE);
}

void peer_serve_grant(struct peer *p)
{
    const struct peer_config *c = &p->config;
    if (!c->fast || p->n_grants > 0 || bitset_count(p->has) > PEER_ALLOWED_FAST)
        return;
    uint32_t set[PEER_ALLOWED_FAST];
    size_t n = wire_allowed_fast(&c->remote, c->info_hash, c->geo->n_pieces,
                                 PEER_ALLOWED_FAST, set);
    uint64_t all_bytes = 0;
    for (size_t i = 0; i < n; i++) {
        if (!bitset_get(c->have, set[i]) || bitset_get(p->has, set[i]))
            continue;
        uint64_t len = geometry_piece_len(c->geo, set[i]);
        all_bytes += len;
        if (all_bytes > PEER_ALLOWED_FAST_BYTES)
            break; /* whoever dials again and again would live on them */
        p->grants[p->n_grants++] =
            (struct peer_grant){set[i], len * GRANT_ROUNDS};
        peer_tx_index(p, WIRE_ALLOWED_FAST, set[i]);
    }
}

void peer_serve(struct peer *p, struct refbuf *data, size_t data_off,
                int64_t now_ms)
{
    assert(peer_can_serve(p));
    p->now_ms = now_ms;
    struct peer_request r = peer_wants_pop(&p->wants);
    peer_txq_block(&p->txq, &r, data, data_off);
    peer_tx_queued(p);
    peer_tx_tell(p);
}
