/* The stream: PEER_RX_MESSAGE gathers one message, in place when all of it
 * is in the bytes handed in; a PIECE's fields lead to PEER_RX_BLOCK, a
 * message without meaning for us to PEER_RX_SKIP; both lead back when their
 * bytes are there. */
#include "config.h"

#include "swarm/peer_rx.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "swarm/peer_ask.h"
#include "swarm/peer_msg.h"
#include "swarm/peer_parts.h"
#include "swarm/peer_tx.h"

enum { LENGTH_LEN = 4 };

/* What is left of the bytes handed in. */
struct feed {
    const uint8_t *at;
    size_t n;
};

static void feed_skip(struct feed *f, size_t n)
{
    f->at += n;
    f->n -= n;
}

/* The first `need` bytes of the message, in one run: where they lie, or NULL
 * when they are not all there (those that are have been put aside). */
static const uint8_t *gather(struct peer_input *in, struct feed *f, size_t need)
{
    if (in->n_part == 0 && f->n >= need)
        return f->at;
    uint8_t *part = in->body != NULL ? in->body : in->part;
    if (in->n_part < need) {
        size_t n = need - in->n_part;
        if (n > f->n)
            n = f->n;
        memcpy(part + in->n_part, f->at, n);
        in->n_part += n;
        feed_skip(f, n);
    }
    return in->n_part >= need ? part : NULL;
}

/* Room for a message of `need` bytes, whose length was checked. */
static void make_room(struct peer_input *in, size_t need)
{
    if (need <= sizeof in->part || in->body != NULL)
        return;
    in->body = xmalloc(need);
    memcpy(in->body, in->part, in->n_part);
}

/* The first `len` bytes of the message are done with. */
static void drop_message(struct peer_input *in, struct feed *f, size_t len)
{
    if (in->n_part == 0)
        feed_skip(f, len);
    in->n_part = 0;
    free(in->body);
    in->body = NULL;
}

static enum err bad_length(struct peer *p, const uint8_t *bytes, size_t n)
{
    unsigned int len = (unsigned int)bytes_be32(bytes);
    if (n > LENGTH_LEN && len > 0)
        return peer_fail(p, ERR_PROTO_LENGTH, "sent a %s message of %u bytes",
                         wire_name(bytes[LENGTH_LEN]), len);
    return peer_fail(p, ERR_PROTO_LENGTH, "sent a message of %u bytes", len);
}

/* Read a message's header, at 4 bytes and again at 5, so that a length is
 * refused as early as it can be. ERR_AGAIN: not all of it is there. */
static enum err take_header(struct peer *p, struct feed *f,
                            struct wire_header *out)
{
    uint32_t n_pieces = p->early != NULL ? 0 : p->config.geo->n_pieces;
    for (size_t n = LENGTH_LEN; n <= LENGTH_LEN + 1; n++) {
        const uint8_t *head = gather(&p->in, f, n);
        if (head == NULL)
            return ERR_AGAIN;
        enum err e = wire_header(head, n, n_pieces, out);
        if (e == OK)
            return OK;
        if (e != ERR_AGAIN)
            return bad_length(p, head, n);
    }
    return ERR_AGAIN;
}

static enum err begin_block(struct peer *p, const struct wire_msg *msg)
{
    struct block_ref b;
    if (p->early != NULL)
        return peer_fail(p, ERR_PROTO_STATE,
                         "sent a block that was not asked for");
    if (msg->piece_idx >= p->config.geo->n_pieces)
        return peer_fail(p, ERR_PROTO_RANGE,
                         "sent a block of a piece that does not exist");
    if (geometry_block_at(p->config.geo, msg->piece_idx, msg->begin, msg->len,
                          &b) != OK)
        return peer_fail(p, ERR_PROTO_STATE,
                         "sent a block that was not asked for");
    return peer_ask_begin(p, b);
}

/* Skip an extended message that is not for us without keeping it. Return
 * whether it was one. */
static bool is_foreign(const struct peer *p, const struct wire_header *h,
                       const uint8_t *message)
{
    uint8_t id = message[h->len];
    if (id == 0)
        return h->payload_len > EXTENDED_MAX_LEN + 1;
    enum extended_kind kind = extended_kind_of(id);
    return kind == EXTENDED_N || !p->config.kinds[kind] ||
           h->payload_len > EXTENDED_MAX_MSG + 1;
}

static void skip(struct peer *p, struct feed *f, const struct wire_header *h,
                 size_t n_seen)
{
    drop_message(&p->in, f, n_seen);
    p->in.left = h->len + h->payload_len - n_seen;
    p->in.state = p->in.left > 0 ? PEER_RX_SKIP : PEER_RX_MESSAGE;
    p->last_msg_ms = p->now_ms;
}

static enum err take_keepalive(struct peer *p)
{
    p->last_msg_ms = p->now_ms;
    int64_t seconds = (p->now_ms - p->born_ms) / 1000;
    if (p->n_keepalives++ > PEER_RX_KEEPALIVES + seconds)
        return peer_fail(p, ERR_PROTO_FLOOD, "floods us with keep-alives");
    return OK;
}

/* ERR_AGAIN: the message is not all there. */
static enum err take_message(struct peer *p, struct feed *f)
{
    struct wire_header h;
    enum err e = take_header(p, f, &h);
    if (e != OK)
        return e;
    if (h.id == WIRE_KEEPALIVE) {
        drop_message(&p->in, f, h.len);
        return take_keepalive(p);
    }
    if (!peer_msg_is_known(p, h.id)) {
        skip(p, f, &h, h.len);
        return OK;
    }
    const uint8_t *bytes;
    if (h.id == WIRE_EXTENDED) {
        bytes = gather(&p->in, f, h.len + 1u);
        if (bytes == NULL)
            return ERR_AGAIN;
        if (is_foreign(p, &h, bytes)) {
            skip(p, f, &h, h.len + 1u);
            return OK;
        }
    }
    size_t need = h.len + wire_decode_len(&h);
    if (p->in.n_part > 0 || f->n < need)
        make_room(&p->in, need);
    bytes = gather(&p->in, f, need);
    if (bytes == NULL)
        return ERR_AGAIN;
    struct wire_msg msg;
    e = wire_decode(&h, bytes + h.len, need - h.len, &msg);
    if (e != OK)
        return bad_length(p, bytes, h.len);
    if (h.id == WIRE_PIECE)
        e = begin_block(p, &msg);
    else
        e = peer_msg_take(p, &msg);
    drop_message(&p->in, f, need);
    p->last_msg_ms = p->now_ms;
    return e;
}

/* n payload bytes are where they belong. */
static void filled(struct peer *p, size_t n)
{
    peer_ask_payload(p, n);
    if (p->in.left > 0)
        return;
    p->in.state = PEER_RX_MESSAGE;
    p->last_msg_ms = p->now_ms;
    peer_ask_done(p);
}

static void take_block(struct peer *p, struct feed *f)
{
    size_t n = f->n < p->in.left ? f->n : p->in.left;
    if (p->in.mem != NULL)
        memcpy(p->in.mem + p->in.got, f->at, n);
    feed_skip(f, n);
    filled(p, n);
}

static enum err step(struct peer *p, struct feed *f)
{
    switch (p->in.state) {
    case PEER_RX_MESSAGE:
        return take_message(p, f);
    case PEER_RX_BLOCK:
        take_block(p, f);
        return OK;
    case PEER_RX_SKIP: {
        size_t n = f->n < p->in.left ? f->n : p->in.left;
        feed_skip(f, n);
        p->in.left -= n;
        if (p->in.left == 0)
            p->in.state = PEER_RX_MESSAGE;
        return OK;
    }
    }
    return OK;
}

enum err peer_rx(struct peer *p, const uint8_t *bytes, size_t n, int64_t now_ms)
{
    if (p->fault != OK)
        return p->fault;
    p->now_ms = now_ms;
    if (n > 0)
        p->last_rx_ms = now_ms;
    struct feed f = {bytes, n};
    enum err e = OK;
    while (f.n > 0 && e == OK && p->fault == OK)
        e = step(p, &f);
    peer_tx_tell(p);
    return p->fault;
}

uint8_t *peer_rx_block(struct peer *p, size_t *len_out)
{
    const struct peer_input *in = &p->in;
    if (in->state != PEER_RX_BLOCK || in->mem == NULL || p->fault != OK) {
        *len_out = 0;
        return NULL;
    }
    *len_out = in->left;
    return in->mem + in->got;
}

enum err peer_rx_block_filled(struct peer *p, size_t n, int64_t now_ms)
{
    if (p->fault != OK)
        return p->fault;
    p->now_ms = now_ms;
    if (n == 0)
        return OK;
    p->last_rx_ms = now_ms;
    filled(p, n);
    peer_tx_tell(p);
    return p->fault;
}
