#include "config.h"

#include "swarm/peer_tx.h"

#include <assert.h>
#include <string.h>

#include "swarm/peer_parts.h"

enum { EXTENDED_HANDSHAKE_MAX = 1024 };

int peer_tx(struct peer *p, struct iovec *iov, int cap)
{
    return peer_txq_iov(&p->txq, iov, cap);
}

size_t peer_tx_backlog(const struct peer *p)
{
    return peer_txq_len(&p->txq);
}

void peer_tx_queued(struct peer *p)
{
    if (p->tx_wait_ms == INT64_MAX)
        p->tx_wait_ms = p->now_ms;
}

void peer_tx_tell(struct peer *p)
{
    if (peer_txq_len(&p->txq) == 0) {
        p->tx_wait_ms = INT64_MAX;
        p->tx_told = false;
    } else if (!p->tx_told) {
        p->tx_told = true;
        p->host.on_tx(p->host.ctx, p);
    }
}

/* After an append to the control bytes: it fails when the other side makes us
 * answer and does not read the answers. */
static void appended(struct peer *p, enum err e)
{
    if (e != OK)
        peer_fail(p, ERR_PROTO_FLOOD, "does not read what we send");
    else
        peer_tx_queued(p);
}

void peer_tx_plain(struct peer *p, enum wire_id id)
{
    uint8_t bytes[WIRE_SMALL_MAX];
    size_t n = wire_put_plain(bytes, id);
    appended(p, buf_append(&p->txq.control, bytes, n));
}

void peer_tx_index(struct peer *p, enum wire_id id, uint32_t piece_idx)
{
    uint8_t bytes[WIRE_SMALL_MAX];
    size_t n = wire_put_index(bytes, id, piece_idx);
    appended(p, buf_append(&p->txq.control, bytes, n));
}

void peer_tx_request(struct peer *p, enum wire_id id,
                     const struct peer_request *r)
{
    uint8_t bytes[WIRE_SMALL_MAX];
    size_t n = wire_put_block(bytes, id, r->piece_idx, r->begin, r->len);
    appended(p, buf_append(&p->txq.control, bytes, n));
}

/* To a peer that reads slowly HAVEs are owed: a bit each, not nine bytes. */
void peer_tx_have(struct peer *p, uint32_t piece_idx)
{
    if (bitset_get(p->has, piece_idx))
        return;
    if (p->txq.control.len < PEER_TX_HAVE_MAX) {
        peer_tx_index(p, WIRE_HAVE, piece_idx);
        return;
    }
    if (p->owed == NULL)
        p->owed = bitset_new(p->config.geo->n_pieces);
    bitset_set(p->owed, piece_idx);
}

static void pay_owed(struct peer *p)
{
    if (p->owed == NULL)
        return;
    int64_t i = bitset_next_set(p->owed, 0);
    while (i != BITSET_NONE && p->txq.control.len < PEER_TX_HAVE_MAX) {
        bitset_clear(p->owed, (size_t)i);
        peer_tx_have(p, (uint32_t)i);
        i = bitset_next_set(p->owed, (size_t)i);
    }
    if (i == BITSET_NONE) {
        bitset_free(p->owed);
        p->owed = NULL;
    }
}

void peer_tx_extended(struct peer *p)
{
    const struct peer_config *c = &p->config;
    struct extended_offer offer = {
        .client = PACKAGE_NAME " " PACKAGE_VERSION,
        .port = c->listen_port,
        .reqq = PEER_MAX_QUEUED,
        .yourip = &c->remote,
        .prefers_encryption = c->prefers_encryption,
        .tell_upload_only = true,
        .upload_only = p->is_upload_only,
        .metadata_size = c->metadata_size,
    };
    memcpy(offer.kinds, c->kinds, sizeof offer.kinds);
    struct buf dict;
    buf_init(&dict, EXTENDED_HANDSHAKE_MAX);
    enum err e = extended_append(&dict, &offer);
    assert(e == OK);
    appended(p, wire_append_extended(&p->txq.control, 0, buf_bytes(&dict),
                                     dict.len));
    buf_fini(&dict);
}

void peer_tx_extended_message(struct peer *p, enum extended_kind kind,
                              const void *bytes, size_t len)
{
    appended(p, wire_append_extended(&p->txq.control, p->ext.ids[kind], bytes,
                                     len));
}

static void put_pieces(struct peer *p)
{
    const struct bitset *have = p->config.have;
    if (p->early != NULL) {
        if (p->config.fast)
            peer_tx_plain(p, WIRE_HAVE_NONE);
        return;
    }
    if (p->config.fast && bitset_full(have))
        peer_tx_plain(p, WIRE_HAVE_ALL);
    else if (p->config.fast && bitset_count(have) == 0)
        peer_tx_plain(p, WIRE_HAVE_NONE);
    else if (bitset_count(have) > 0)
        appended(p, wire_append_bitfield(&p->txq.control, have));
}

void peer_tx_open(struct peer *p)
{
    put_pieces(p);
    if (p->config.extended)
        peer_tx_extended(p);
    if (p->config.dht_port == 0)
        return;
    uint8_t bytes[WIRE_SMALL_MAX];
    size_t n = wire_put_port(bytes, p->config.dht_port);
    appended(p, buf_append(&p->txq.control, bytes, n));
}

void peer_tx_sent(struct peer *p, size_t n, int64_t now_ms)
{
    p->now_ms = now_ms;
    if (n == 0)
        return;
    p->last_tx_ms = now_ms;
    size_t payload = peer_txq_sent(&p->txq, n);
    if (payload > 0)
        rate_add(&p->up, payload, now_ms);
    pay_owed(p);
    p->tx_wait_ms = now_ms;
    peer_tx_tell(p);
}

int64_t peer_tx_deadline_ms(const struct peer *p)
{
    if (p->tx_wait_ms != INT64_MAX)
        return p->tx_wait_ms + PEER_INACTIVE_MS;
    return p->last_tx_ms + PEER_KEEPALIVE_MS;
}

enum err peer_tx_tick(struct peer *p)
{
    if (p->now_ms < peer_tx_deadline_ms(p))
        return OK;
    if (p->tx_wait_ms != INT64_MAX)
        return peer_fail(p, ERR_TIMEOUT, "read nothing for %d seconds",
                         PEER_INACTIVE_MS / 1000);
    peer_tx_plain(p, WIRE_KEEPALIVE);
    return OK;
}
