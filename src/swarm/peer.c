#include "config.h"

#include "swarm/peer.h"

#include "swarm/peer_ask.h"
#include "swarm/peer_early.h"
#include "swarm/peer_msg.h"
#include "swarm/peer_parts.h"
#include "swarm/peer_serve.h"
#include "swarm/peer_tx.h"
#include "util/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct peer *peer_new(const struct peer_config *config,
                      const struct peer_host *host, int64_t now_ms)
{
    struct peer *p = xzalloc(sizeof *p);
    p->config = *config;
    p->host = *host;
    p->now_ms = now_ms;
    p->born_ms = now_ms;
    p->am_choking = true;
    p->is_choking = true;
    p->is_upload_only = config->geo != NULL && bitset_full(config->have);
    p->config.kinds[EXTENDED_UPLOAD_ONLY] = true;
    p->has = bitset_new(config->geo != NULL ? config->geo->n_pieces : 0);
    if (config->geo == NULL)
        p->early = peer_early_new();
    handshake_client_name(config->peer_id, p->client, sizeof p->client);
    p->last_rx_ms = p->last_msg_ms = p->last_tx_ms = now_ms;
    p->am_choking_ms = now_ms;
    p->tx_wait_ms = INT64_MAX;
    rate_init(&p->down);
    rate_init(&p->up);
    peer_orders_init(&p->orders);
    peer_pipe_init(&p->pipe);
    peer_wants_init(&p->wants);
    peer_txq_init(&p->txq, PEER_TX_CONTROL + bitset_wire_len(p->has));
    peer_tx_open(p);
    p->tx_told = peer_tx_backlog(p) > 0;
    return p;
}

void peer_free(struct peer *p)
{
    if (p == NULL)
        return;
    peer_ask_close(p);
    peer_orders_fini(&p->orders);
    peer_wants_fini(&p->wants);
    peer_txq_fini(&p->txq);
    free(p->in.body);
    bitset_free(p->owed);
    bitset_free(p->has);
    peer_early_free(p->early);
    free(p);
}

const char *peer_fault(const struct peer *p)
{
    return p->words.text;
}

enum err peer_settle(struct peer *p, const struct peer_config *config,
                     const struct peer_host *host, int64_t now_ms)
{
    if (p->fault != OK)
        return p->fault;
    p->now_ms = now_ms;
    bool has_told;
    enum err e = peer_early_settle(p, config, host, &has_told);
    if (has_told)
        peer_msg_opened(p);
    peer_tx_tell(p);
    return e != OK ? e : p->fault;
}

/* Time. */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t peer_deadline_ms(const struct peer *p)
{
    if (p->fault != OK)
        return p->now_ms;
    int64_t at = earlier(peer_tx_deadline_ms(p), peer_ask_deadline_ms(p));
    if (!p->is_held)
        at = earlier(at, p->last_msg_ms + PEER_INACTIVE_MS);
    return at;
}

enum err peer_tick(struct peer *p, int64_t now_ms)
{
    if (p->fault != OK)
        return p->fault;
    p->now_ms = now_ms;
    if (!p->is_held && now_ms - p->last_msg_ms >= PEER_INACTIVE_MS)
        return peer_fail(p, ERR_TIMEOUT, "sent no message for %d seconds",
                         PEER_INACTIVE_MS / 1000);
    enum err e = peer_tx_tick(p);
    if (e != OK)
        return e;
    peer_ask_tick(p);
    peer_tx_tell(p);
    return p->fault;
}

void peer_hold(struct peer *p, bool is_held, int64_t now_ms)
{
    p->now_ms = now_ms;
    if (p->is_held && !is_held)
        p->last_msg_ms = p->in.since_ms = p->wait_ms = p->timed_out_ms = now_ms;
    p->is_held = is_held;
}

/* Commands. */

void peer_fill(struct peer *p, int64_t now_ms)
{
    p->now_ms = now_ms;
    peer_ask_fill(p);
    peer_tx_tell(p);
}

void peer_set_interested(struct peer *p, bool interested, int64_t now_ms)
{
    p->now_ms = now_ms;
    if (interested == p->am_interested)
        return;
    p->am_interested = interested;
    peer_tx_plain(p, interested ? WIRE_INTERESTED : WIRE_NOT_INTERESTED);
    peer_ask_fill(p);
    peer_tx_tell(p);
}

void peer_set_choked(struct peer *p, bool choked, int64_t now_ms)
{
    p->now_ms = now_ms;
    if (choked == p->am_choking)
        return;
    if (choked)
        peer_serve_choke(p);
    else
        peer_serve_unchoke(p);
    peer_tx_tell(p);
}

void peer_announce_have(struct peer *p, uint32_t piece_idx)
{
    if (p->early != NULL)
        return; /* told when it is settled */
    peer_tx_have(p, piece_idx);
    peer_tx_tell(p);
}

void peer_cancel(struct peer *p, struct block_ref b, int64_t now_ms)
{
    p->now_ms = now_ms;
    peer_ask_cancel(p, b);
    peer_tx_tell(p);
}

bool peer_takes(const struct peer *p, enum extended_kind kind)
{
    return p->ext.ids[kind] != 0;
}

bool peer_send_extended(struct peer *p, enum extended_kind kind,
                        const void *bytes, size_t len)
{
    assert(len <= EXTENDED_MAX_MSG);
    if (!peer_takes(p, kind) || p->fault != OK ||
        p->txq.control.len + len > PEER_MAX_TX_EXTENDED)
        return false;
    peer_tx_extended_message(p, kind, bytes, len);
    peer_tx_tell(p);
    return true;
}

void peer_set_upload_only(struct peer *p, bool upload_only)
{
    if (upload_only == p->is_upload_only)
        return;
    p->is_upload_only = upload_only;
    if (p->config.extended)
        peer_tx_extended(p);
    peer_tx_tell(p);
}

void peer_refuse(struct peer *p, int64_t now_ms)
{
    p->now_ms = now_ms;
    struct peer_request r = peer_wants_pop(&p->wants);
    peer_serve_refuse(p, &r);
    peer_tx_tell(p);
}

/* Questions. */

size_t peer_n_requests(const struct peer *p)
{
    return p->wants.n;
}

struct peer_request peer_request(const struct peer *p, size_t i)
{
    return peer_wants_at(&p->wants, i);
}

bool peer_is_asked(const struct peer *p, struct block_ref b)
{
    return peer_orders_find(&p->orders, b) != PEER_ORDERS_NONE;
}

peer_id_t peer_id(const struct peer *p)
{
    return p->config.id;
}

const struct addr *peer_remote(const struct peer *p)
{
    return &p->config.remote;
}

const struct bitset *peer_has(const struct peer *p)
{
    return p->has;
}

bool peer_is_seed(const struct peer *p)
{
    return p->early == NULL && bitset_full(p->has);
}

bool peer_has_metadata(const struct peer *p, uint32_t *size_out)
{
    *size_out = p->ext.metadata_size;
    return p->ext.ids[EXTENDED_UT_METADATA] != 0;
}

bool peer_has_told(const struct peer *p)
{
    return p->has_told;
}

bool peer_is_choking(const struct peer *p)
{
    return p->is_choking;
}

bool peer_is_snubbed(const struct peer *p)
{
    return p->pipe.is_snubbed;
}

uint32_t peer_n_outstanding(const struct peer *p)
{
    return p->orders.n;
}

struct outlook peer_outlook(const struct peer *p, int64_t now_ms)
{
    return peer_ask_outlook(p, now_ms);
}

void peer_tell_orders(const struct peer *p, struct endgame *e, int64_t now_ms)
{
    peer_ask_tell(p, e, now_ms);
}

const uint32_t *peer_allowed_fast(const struct peer *p, size_t *n_out)
{
    *n_out = p->n_allowed;
    return p->allowed;
}

const uint32_t *peer_suggested(const struct peer *p, size_t *n_out)
{
    *n_out = p->n_suggested;
    return p->suggested;
}

void peer_moved(const struct peer *p, uint64_t *down_out, uint64_t *up_out)
{
    *down_out = p->down.total;
    *up_out = p->up.total;
}

void peer_status(struct peer *p, int64_t now_ms, struct peer_status *out)
{
    *out = (struct peer_status){
        .am_choking = p->am_choking,
        .am_interested = p->am_interested,
        .is_choking = p->is_choking,
        .is_interested = p->is_interested,
        .is_snubbed = p->pipe.is_snubbed,
        .is_upload_only = p->ext.has_upload_only && p->ext.upload_only,
        .prefers_encryption = p->ext.prefers_encryption,
        .is_incoming = p->config.is_incoming,
        .fast = p->config.fast,
        .extended = p->config.extended,
        .n_outstanding = p->orders.n,
        .depth = p->pipe.depth,
        .n_queued = (uint32_t)p->wants.n,
        .bytes_down = p->down.total,
        .bytes_up = p->up.total,
        .bytes_wasted = p->bytes_wasted,
        .rate_down_Bps = rate_Bps(&p->down, now_ms),
        .rate_up_Bps = rate_Bps(&p->up, now_ms),
        .last_rx_ms = p->last_rx_ms,
        .last_tx_ms = p->last_tx_ms,
        .last_block_ms = p->last_block_ms,
        .unchoked_since_ms = p->unchoked_since_ms,
        .interested_since_ms = p->interested_since_ms,
        .connected_ms = p->born_ms,
        .request_delay_ms = peer_orders_delay_ms(&p->orders),
        .reqq = p->ext.reqq,
        .listen_port = p->ext.port,
    };
    memcpy(out->peer_id, p->config.peer_id, sizeof out->peer_id);
    memcpy(out->client, p->client, sizeof out->client);
}

void peer_check(const struct peer *p)
{
    peer_orders_check(&p->orders);
    peer_txq_check(&p->txq);
    assert(p->orders.n <= PEER_MAX_OUTSTANDING);
    assert(p->pipe.depth >= 1 && p->pipe.depth <= p->pipe.limit);
    assert(p->wants.n <= PEER_MAX_QUEUED_HARD);
    assert(p->fault == OK || p->words.text[0] != '\0');
    assert((p->in.state == PEER_RX_MESSAGE) == (p->in.left == 0));
    assert(p->in.body == NULL || p->in.n_part > 0);
    assert((p->early != NULL) == (p->config.geo == NULL));
    assert(p->early == NULL || p->orders.n + p->wants.n == 0);
    if (p->in.state == PEER_RX_BLOCK)
        assert(p->in.got + p->in.left ==
               geometry_block_len(p->config.geo, p->in.block));
    else
        assert(p->in.mem == NULL);
    if (p->in.state == PEER_RX_BLOCK && p->in.is_live)
        assert(peer_is_asked(p, p->in.block));
    assert((p->tx_wait_ms == INT64_MAX) == (peer_txq_len(&p->txq) == 0));
    assert(p->owed == NULL || bitset_count(p->owed) > 0);
    assert(!p->is_asking);
}
