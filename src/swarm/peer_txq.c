#include "config.h"

#include "swarm/peer_txq.h"

#include <assert.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { RING_MIN = 8 };

static struct peer_txq_block *slot(const struct peer_txq *q, size_t i)
{
    return &q->ring[(q->head + i) & (q->cap - 1)];
}

static size_t block_len(const struct peer_txq_block *b)
{
    return WIRE_PIECE_HEADER_LEN + (size_t)b->request.len;
}

void peer_txq_init(struct peer_txq *q, size_t max_control)
{
    *q = (struct peer_txq){0};
    buf_init(&q->control, max_control);
}

void peer_txq_fini(struct peer_txq *q)
{
    for (size_t i = 0; i < q->n; i++)
        refbuf_unref(slot(q, i)->data);
    free(q->ring);
    buf_fini(&q->control);
}

size_t peer_txq_len(const struct peer_txq *q)
{
    return q->control.len + q->block_bytes;
}

static void grow(struct peer_txq *q)
{
    size_t cap = q->cap == 0 ? RING_MIN : q->cap * 2;
    struct peer_txq_block *ring = xcalloc(cap, sizeof *ring);
    for (size_t i = 0; i < q->n; i++)
        ring[i] = *slot(q, i);
    free(q->ring);
    q->ring = ring;
    q->cap = cap;
    q->head = 0;
}

void peer_txq_block(struct peer_txq *q, const struct peer_request *r,
                    struct refbuf *data, size_t off)
{
    assert(off <= data->len && r->len <= data->len - off);
    if (q->n == q->cap)
        grow(q);
    struct peer_txq_block *b = slot(q, q->n++);
    *b = (struct peer_txq_block){.request = *r,
                                 .data = refbuf_ref(data),
                                 .off = off};
    wire_put_piece_header(b->header, r->piece_idx, r->begin, r->len);
    q->block_bytes += block_len(b);
}

/* The first block that is not begun. */
static size_t first_free(const struct peer_txq *q)
{
    return q->sent > 0 ? 1 : 0;
}

void peer_txq_sift(struct peer_txq *q, peer_wants_drop *drop, void *ctx)
{
    size_t n_kept = first_free(q);
    for (size_t i = n_kept; i < q->n; i++) {
        struct peer_txq_block b = *slot(q, i);
        if (drop(ctx, &b.request)) {
            q->block_bytes -= block_len(&b);
            refbuf_unref(b.data);
        } else {
            *slot(q, n_kept++) = b;
        }
    }
    q->n = n_kept;
}

struct first_match {
    const struct peer_request *request;
    bool done;
};

static bool is_first_match(void *ctx, const struct peer_request *r)
{
    struct first_match *m = ctx;
    if (m->done || !peer_wants_same(r, m->request))
        return false;
    m->done = true;
    return true;
}

bool peer_txq_remove(struct peer_txq *q, const struct peer_request *r)
{
    struct first_match m = {.request = r};
    peer_txq_sift(q, is_first_match, &m);
    return m.done;
}

/* Describe what is left of a block after `sent` bytes of it. */
static int block_iov(const struct peer_txq_block *b, size_t sent,
                     struct iovec *iov, int cap)
{
    int n = 0;
    if (n < cap && sent < WIRE_PIECE_HEADER_LEN) {
        iov[n++] = (struct iovec){(uint8_t *)b->header + sent,
                                  WIRE_PIECE_HEADER_LEN - sent};
        sent = WIRE_PIECE_HEADER_LEN;
    }
    size_t at = sent - WIRE_PIECE_HEADER_LEN;
    if (n < cap && sent >= WIRE_PIECE_HEADER_LEN)
        iov[n++] =
            (struct iovec){b->data->bytes + b->off + at, b->request.len - at};
    return n;
}

int peer_txq_iov(struct peer_txq *q, struct iovec *iov, int cap)
{
    int n = 0;
    size_t i = 0;
    if (q->sent > 0) {
        n = block_iov(slot(q, 0), q->sent, iov, cap);
        i = 1;
    }
    if (q->control.len > 0 && n < cap)
        iov[n++] = (struct iovec){buf_bytes(&q->control), q->control.len};
    for (; i < q->n && n < cap; i++)
        n += block_iov(slot(q, i), 0, iov + n, cap - n);
    return n;
}

/* Take up to n bytes off the first block; return how many. */
static size_t take_block(struct peer_txq *q, size_t n, size_t *payload)
{
    struct peer_txq_block *b = slot(q, 0);
    size_t left = block_len(b) - q->sent;
    size_t took = n < left ? n : left;
    size_t after = q->sent + took;
    size_t header = WIRE_PIECE_HEADER_LEN;
    if (after > header)
        *payload += after - (q->sent > header ? q->sent : header);
    q->block_bytes -= took;
    q->sent = after;
    if (took == left) {
        refbuf_unref(b->data);
        q->head = (q->head + 1) & (q->cap - 1);
        q->n--;
        q->sent = 0;
    }
    return took;
}

size_t peer_txq_sent(struct peer_txq *q, size_t n)
{
    assert(n <= peer_txq_len(q));
    size_t payload = 0;
    if (q->sent > 0)
        n -= take_block(q, n, &payload);
    size_t control = n < q->control.len ? n : q->control.len;
    buf_consume(&q->control, control);
    n -= control;
    while (n > 0)
        n -= take_block(q, n, &payload);
    return payload;
}

void peer_txq_check(const struct peer_txq *q)
{
    size_t bytes = 0;
    for (size_t i = 0; i < q->n; i++)
        bytes += block_len(slot(q, i));
    assert(bytes == q->block_bytes + q->sent);
    assert(q->sent == 0 || (q->n > 0 && q->sent < block_len(slot(q, 0))));
    assert(q->n <= q->cap);
}
