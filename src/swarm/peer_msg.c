#include "config.h"

#include "swarm/peer_msg.h"

#include <string.h>

#include "util/text.h"
#include "swarm/peer_ask.h"
#include "swarm/peer_early.h"
#include "swarm/peer_parts.h"
#include "swarm/peer_serve.h"

typedef enum err on_message(struct peer *p, const struct wire_msg *msg);

static struct peer_request request_of(const struct wire_msg *msg)
{
    return (struct peer_request){msg->piece_idx, msg->begin, msg->len};
}

static enum err check_piece(struct peer *p, const struct wire_msg *msg)
{
    if (msg->piece_idx < p->config.geo->n_pieces)
        return OK;
    return peer_fail(p, ERR_PROTO_RANGE,
                     "sent a %s message for a piece that does not exist",
                     wire_name(msg->id));
}

static enum err on_choke(struct peer *p, const struct wire_msg *msg)
{
    (void)msg;
    if (!p->is_choking)
        peer_ask_on_choke(p);
    return OK;
}

static enum err on_unchoke(struct peer *p, const struct wire_msg *msg)
{
    (void)msg;
    if (p->is_choking)
        peer_ask_on_unchoke(p);
    return OK;
}

static enum err on_interest(struct peer *p, const struct wire_msg *msg)
{
    bool is_interested = msg->id == WIRE_INTERESTED;
    if (is_interested == p->is_interested)
        return OK;
    p->is_interested = is_interested;
    p->interested_since_ms = is_interested ? p->now_ms : 0;
    p->host.on_interest(p->host.ctx, p);
    return OK;
}

static enum err on_have(struct peer *p, const struct wire_msg *msg)
{
    enum err e = check_piece(p, msg);
    if (e != OK)
        return e;
    if (bitset_set(p->has, msg->piece_idx))
        p->host.on_have(p->host.ctx, p, msg->piece_idx);
    return OK;
}

void peer_msg_opened(struct peer *p)
{
    if (p->early != NULL) {
        p->early->has_told = true;
        return;
    }
    if (p->has_told)
        return;
    p->has_told = true;
    p->host.on_has(p->host.ctx, p);
    peer_serve_grant(p);
}

/* BEP 3 has a bitfield as the first message only, but aria2 sends another in
 * place of many HAVEs: what is new in it counts as those. */
static enum err on_later_bitfield(struct peer *p, const struct wire_msg *msg)
{
    struct bitset *now = bitset_new(bitset_size(p->has));
    enum err e = bitset_from_wire(now, msg->body.p, msg->body.len);
    for (int64_t i = e == OK ? bitset_next_set(now, 0) : BITSET_NONE; i >= 0;
         i = bitset_next_set(now, (size_t)i + 1))
        if (bitset_set(p->has, (size_t)i))
            p->host.on_have(p->host.ctx, p, (uint32_t)i);
    bitset_free(now);
    if (e != OK)
        return peer_fail(p, e, "sent a bitfield that does not fit");
    return OK;
}

static enum err on_opening(struct peer *p, const struct wire_msg *msg)
{
    if (p->has_told && msg->id == WIRE_BITFIELD)
        return on_later_bitfield(p, msg);
    if (p->has_told)
        return peer_fail(p, ERR_PROTO_STATE,
                         "sent a %s message that was not its first",
                         wire_name(msg->id));
    if (msg->id == WIRE_HAVE_ALL)
        bitset_set_all(p->has);
    if (msg->id == WIRE_BITFIELD) {
        enum err e = bitset_from_wire(p->has, msg->body.p, msg->body.len);
        if (e != OK)
            return peer_fail(p, e, "sent a bitfield that does not fit");
    }
    peer_msg_opened(p);
    return OK;
}

static enum err on_request(struct peer *p, const struct wire_msg *msg)
{
    struct peer_request r = request_of(msg);
    return peer_serve_on_request(p, &r);
}

static enum err on_cancel(struct peer *p, const struct wire_msg *msg)
{
    struct peer_request r = request_of(msg);
    return peer_serve_on_cancel(p, &r);
}

static enum err on_reject(struct peer *p, const struct wire_msg *msg)
{
    struct block_ref b;
    if (geometry_block_at(p->config.geo, msg->piece_idx, msg->begin, msg->len,
                          &b) != OK)
        return peer_fail(p, ERR_PROTO_RANGE,
                         "rejected a request that could not be asked");
    peer_ask_on_reject(p, b);
    return OK;
}

static bool is_in(const uint32_t *list, uint32_t n, uint32_t piece_idx)
{
    for (uint32_t i = 0; i < n; i++) {
        if (list[i] == piece_idx)
            return true;
    }
    return false;
}

static enum err on_allowed_fast(struct peer *p, const struct wire_msg *msg)
{
    enum err e = check_piece(p, msg);
    if (e != OK || p->n_allowed == PEER_MAX_ALLOWED_FAST ||
        is_in(p->allowed, p->n_allowed, msg->piece_idx))
        return e;
    p->allowed[p->n_allowed++] = msg->piece_idx;
    if (p->is_choking)
        peer_ask_fill(p);
    return OK;
}

static enum err on_suggest(struct peer *p, const struct wire_msg *msg)
{
    enum err e = check_piece(p, msg);
    if (e != OK || is_in(p->suggested, p->n_suggested, msg->piece_idx))
        return e;
    if (p->n_suggested == PEER_MAX_SUGGESTED) {
        p->n_suggested--;
        memmove(p->suggested, p->suggested + 1,
                p->n_suggested * sizeof p->suggested[0]);
    }
    p->suggested[p->n_suggested++] = msg->piece_idx;
    return OK;
}

/* A handshake that makes no sense is no fault: it is as if it had not come. */
static enum err on_extended_handshake(struct peer *p, struct span body)
{
    if (extended_parse(body.p, body.len, &p->ext) != OK)
        return OK;
    if (p->ext.client_len > 0)
        text_clean(p->client, sizeof p->client, p->ext.client,
                   p->ext.client_len);
    peer_pipe_set_limit(&p->pipe, p->ext.reqq);
    p->host.on_extended(p->host.ctx, p);
    return OK;
}

static enum err on_extended(struct peer *p, const struct wire_msg *msg)
{
    if (msg->extended_id == 0)
        return on_extended_handshake(p, msg->body);
    enum extended_kind kind = extended_kind_of(msg->extended_id);
    if (kind != EXTENDED_UPLOAD_ONLY) {
        p->host.on_extended_message(p->host.ctx, p, kind, msg->body.p,
                                    msg->body.len);
    } else if (msg->body.len == 1) {
        p->ext.has_upload_only = true;
        p->ext.upload_only = msg->body.p[0] != 0;
        p->host.on_extended(p->host.ctx, p);
    }
    return OK;
}

static enum err on_port(struct peer *p, const struct wire_msg *msg)
{
    if (msg->port != 0 && p->host.on_dht_port != NULL)
        p->host.on_dht_port(p->host.ctx, p, msg->port);
    return OK;
}

/* PIECE is here for peer_msg_is_known() only: peer_rx takes it. */
static const struct {
    on_message *on;
    bool is_fast;     /* BEP 6: not without the bit */
    bool is_extended; /* BEP 10: unknown without the bit */
    bool is_opening;  /* says what it has, or may come before that */
    bool is_stream;   /* not through peer_msg_take() */
} messages[] = {
    [WIRE_CHOKE] = {.on = on_choke},
    [WIRE_UNCHOKE] = {.on = on_unchoke},
    [WIRE_INTERESTED] = {.on = on_interest},
    [WIRE_NOT_INTERESTED] = {.on = on_interest},
    [WIRE_HAVE] = {.on = on_have},
    [WIRE_BITFIELD] = {.on = on_opening, .is_opening = true},
    [WIRE_REQUEST] = {.on = on_request},
    [WIRE_PIECE] = {.is_stream = true},
    [WIRE_CANCEL] = {.on = on_cancel},
    [WIRE_PORT] = {.on = on_port, .is_opening = true},
    [WIRE_SUGGEST] = {.on = on_suggest, .is_fast = true},
    [WIRE_HAVE_ALL] = {.on = on_opening, .is_fast = true, .is_opening = true},
    [WIRE_HAVE_NONE] = {.on = on_opening, .is_fast = true, .is_opening = true},
    [WIRE_REJECT] = {.on = on_reject, .is_fast = true},
    [WIRE_ALLOWED_FAST] = {.on = on_allowed_fast, .is_fast = true},
    [WIRE_EXTENDED] = {.on = on_extended,
                       .is_extended = true,
                       .is_opening = true},
};

bool peer_msg_is_known(const struct peer *p, uint16_t id)
{
    if (id >= sizeof messages / sizeof messages[0])
        return false;
    if (messages[id].is_extended && !p->config.extended)
        return false;
    return messages[id].on != NULL || messages[id].is_stream;
}

enum err peer_msg_take(struct peer *p, const struct wire_msg *msg)
{
    if (messages[msg->id].is_fast && !p->config.fast)
        return peer_fail(p, ERR_PROTO_STATE,
                         "sent a %s message without the fast extension",
                         wire_name(msg->id));
    if (p->early != NULL && peer_early_is_for(msg->id))
        return peer_early_take(p, msg);
    if (!messages[msg->id].is_opening)
        peer_msg_opened(p);
    return messages[msg->id].on(p, msg);
}
