#include "config.h"

#include "swarm/peer_early.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "swarm/peer_parts.h"
#include "swarm/peer_tx.h"

enum { PIECES_MAX_LEN = WIRE_MAX_PIECES / 8 };

struct peer_early *peer_early_new(void)
{
    return xzalloc(sizeof(struct peer_early));
}

void peer_early_free(struct peer_early *e)
{
    if (e == NULL)
        return;
    free(e->bits);
    free(e);
}

bool peer_early_is_for(uint16_t id)
{
    return id == WIRE_HAVE || id == WIRE_BITFIELD || id == WIRE_HAVE_ALL ||
           id == WIRE_HAVE_NONE || id == WIRE_REQUEST || id == WIRE_CANCEL ||
           id == WIRE_REJECT || id == WIRE_SUGGEST || id == WIRE_ALLOWED_FAST;
}

static void make_room(struct peer_early *e, size_t len)
{
    assert(len <= PIECES_MAX_LEN);
    if (len <= e->len)
        return;
    e->bits = xreallocarray(e->bits, len, 1);
    memset(e->bits + e->len, 0, len - e->len);
    e->len = len;
}

static enum err take_have(struct peer *p, uint32_t piece_idx)
{
    size_t at = piece_idx / 8;
    if (piece_idx >= WIRE_MAX_PIECES)
        return peer_fail(p, ERR_PROTO_RANGE,
                         "sent a have message for a piece that does not exist");
    /* Twice the room, so that many HAVEs in a row are not as many copies. */
    if (at >= p->early->len)
        make_room(p->early,
                  2 * at + 1 < PIECES_MAX_LEN ? 2 * at + 1 : PIECES_MAX_LEN);
    p->early->bits[at] |= (uint8_t)(0x80 >> piece_idx % 8);
    return OK;
}

static enum err take_bitfield(struct peer *p, struct span body)
{
    struct peer_early *e = p->early;
    if (e->has_bitfield && body.len != e->bitfield_len)
        return peer_fail(p, ERR_PROTO_LENGTH, "sent bitfields of two lengths");
    e->has_bitfield = true;
    e->bitfield_len = body.len;
    make_room(e, body.len);
    for (size_t i = 0; i < body.len; i++)
        e->bits[i] |= body.p[i];
    return OK;
}

static void take_allowed(struct peer *p, uint32_t piece_idx)
{
    for (uint32_t i = 0; i < p->n_allowed; i++)
        if (p->allowed[i] == piece_idx)
            return;
    if (p->n_allowed < PEER_MAX_ALLOWED_FAST)
        p->allowed[p->n_allowed++] = piece_idx;
}

static enum err take_opening(struct peer *p, const struct wire_msg *msg)
{
    if (p->early->has_told)
        return peer_fail(p, ERR_PROTO_STATE,
                         "sent a %s message that was not its first",
                         wire_name(msg->id));
    p->early->has_all = msg->id == WIRE_HAVE_ALL;
    return OK;
}

enum err peer_early_take(struct peer *p, const struct wire_msg *msg)
{
    struct peer_request r = {msg->piece_idx, msg->begin, msg->len};
    enum err e = OK;
    switch (msg->id) {
    case WIRE_HAVE:
        e = take_have(p, msg->piece_idx);
        break;
    case WIRE_BITFIELD:
        e = take_bitfield(p, msg->body);
        break;
    case WIRE_HAVE_ALL:
    case WIRE_HAVE_NONE:
        e = take_opening(p, msg);
        break;
    case WIRE_ALLOWED_FAST:
        take_allowed(p, msg->piece_idx);
        break;
    case WIRE_REQUEST:
        if (p->config.fast)
            peer_tx_request(p, WIRE_REJECT, &r);
        break;
    default: /* of requests that cannot be, or a mere hint */
        break;
    }
    p->early->has_told = true;
    return e;
}

/* ---- Settling ---- */

/* What it has, now that it can be understood. */
static enum err look_at_bits(struct peer *p)
{
    const struct peer_early *e = p->early;
    size_t len = bitset_wire_len(p->has);
    if (e->has_bitfield && e->bitfield_len != len)
        return peer_fail(p, ERR_PROTO_LENGTH,
                         "sent a bitfield that does not fit");
    for (size_t i = len; i < e->len; i++)
        if (e->bits[i] != 0)
            return peer_fail(p, ERR_PROTO_RANGE,
                             "has a piece that does not exist");
    uint8_t *bits = xzalloc(len);
    if (e->len > 0)
        memcpy(bits, e->bits, e->len < len ? e->len : len);
    enum err err = bitset_from_wire(p->has, bits, len);
    free(bits);
    if (err != OK)
        return peer_fail(p, err, "has a piece that does not exist");
    if (e->has_all)
        bitset_set_all(p->has);
    return OK;
}

static void drop_allowed_that_are_none(struct peer *p)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < p->n_allowed; i++)
        if (p->allowed[i] < p->config.geo->n_pieces)
            p->allowed[n++] = p->allowed[i];
    p->n_allowed = n;
}

/* We said that we have nothing: say what we have. */
static void tell_pieces(struct peer *p)
{
    const struct bitset *have = p->config.have;
    for (int64_t i = bitset_next_set(have, 0); i >= 0;
         i = bitset_next_set(have, (size_t)i + 1))
        peer_tx_have(p, (uint32_t)i);
}

enum err peer_early_settle(struct peer *p, const struct peer_config *config,
                           const struct peer_host *host, bool *has_told_out)
{
    assert(p->early != NULL && config->geo != NULL);
    p->host = *host;
    p->config.id = config->id;
    p->config.geo = config->geo;
    p->config.have = config->have;
    p->config.info_hash = config->info_hash;
    p->config.metadata_size = config->metadata_size;
    memcpy(p->config.kinds, config->kinds, sizeof p->config.kinds);
    p->config.kinds[EXTENDED_UPLOAD_ONLY] = true;
    bitset_free(p->has);
    p->has = bitset_new(config->geo->n_pieces);
    enum err e = look_at_bits(p);
    *has_told_out = e == OK && p->early->has_told;
    peer_early_free(p->early);
    p->early = NULL;
    if (e != OK)
        return e;
    drop_allowed_that_are_none(p);
    p->is_upload_only = bitset_full(config->have);
    tell_pieces(p);
    if (p->config.extended)
        peer_tx_extended(p);
    return p->fault;
}
