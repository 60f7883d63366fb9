#include "config.h"

#include "tests/engine/torrentlet.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { PIECE_LEN = 2 * GEOMETRY_BLOCK_LEN };

uint8_t torrentlet_byte(uint32_t off)
{
    return (uint8_t)(off * 7 + (off >> 8) * 13 + (off >> 16));
}

static void note(struct torrentlet *t, enum torrentlet_call call)
{
    t->n_calls[call]++;
    if (t->close_in == call && t->link != NULL)
        peerlink_close(t->link, ERR_CANCELLED, "closed inside");
}

static uint32_t off_of(uint32_t piece_idx, uint32_t begin)
{
    return piece_idx * PIECE_LEN + begin;
}

static uint32_t number_of(struct block_ref b)
{
    return b.piece_idx * (PIECE_LEN / GEOMETRY_BLOCK_LEN) + b.block_idx;
}

/* The peer's host. */

static size_t pick(void *ctx, struct peer *p, struct block_ref *out, size_t cap)
{
    struct torrentlet *t = ctx;
    size_t n = 0;
    (void)p;
    note(t, TORRENTLET_PICK);
    for (uint32_t i = 0; i < t->n_blocks && n < cap; i++)
        if (!t->asked[i]) {
            t->asked[i] = true;
            out[n++] = (struct block_ref){i / 2, i % 2};
        }
    return n;
}

static uint8_t *block_memory(void *ctx, struct peer *p, struct block_ref b,
                             bool late)
{
    struct torrentlet *t = ctx;
    (void)p;
    (void)late;
    note(t, TORRENTLET_MEMORY);
    return t->data + off_of(b.piece_idx, geometry_block_begin(b));
}

static void on_block(void *ctx, struct peer *p, struct block_ref b)
{
    struct torrentlet *t = ctx;
    (void)p;
    (void)b;
    t->n_received++;
    note(t, TORRENTLET_BLOCK);
}

static void on_block_dropped(void *ctx, struct peer *p, struct block_ref b)
{
    (void)ctx;
    (void)p;
    (void)b;
}

static void on_release(void *ctx, struct peer *p, struct block_ref b,
                       enum peer_release why)
{
    struct torrentlet *t = ctx;
    (void)p;
    (void)why;
    t->asked[number_of(b)] = false;
    note(t, TORRENTLET_RELEASE);
}

static void on_has(void *ctx, struct peer *p)
{
    struct torrentlet *t = ctx;
    if (!bitset_full(t->have))
        peer_set_interested(p, true, stage_now(t->side->stage));
    note(t, TORRENTLET_HAS);
}

static void on_have(void *ctx, struct peer *p, uint32_t piece_idx)
{
    (void)ctx;
    (void)p;
    (void)piece_idx;
}

static void on_interest(void *ctx, struct peer *p)
{
    (void)ctx;
    (void)p;
}

static void on_choke(void *ctx, struct peer *p)
{
    (void)p;
    note(ctx, TORRENTLET_CHOKE);
}

static void serve(struct torrentlet *t)
{
    while (t->peer != NULL && peer_can_serve(t->peer)) {
        struct peer_request r = peer_request(t->peer, 0);
        struct refbuf *data = refbuf_new(r.len);
        memcpy(data->bytes, t->data + off_of(r.piece_idx, r.begin), r.len);
        peer_serve(t->peer, data, 0, stage_now(t->side->stage));
        refbuf_unref(data);
    }
}

static void on_request(void *ctx, struct peer *p)
{
    (void)p;
    serve(ctx);
    note(ctx, TORRENTLET_REQUEST);
}

static void on_extended(void *ctx, struct peer *p)
{
    (void)p;
    note(ctx, TORRENTLET_EXTENDED);
}

static void on_extended_message(void *ctx, struct peer *p,
                                enum extended_kind kind, const uint8_t *bytes,
                                size_t len)
{
    (void)p;
    (void)kind;
    (void)bytes;
    (void)len;
    note(ctx, TORRENTLET_EXTENDED);
}

static void on_tx(void *ctx, struct peer *p)
{
    struct torrentlet *t = ctx;
    (void)p;
    if (t->link != NULL)
        peerlink_send_soon(t->link);
    note(t, TORRENTLET_TX);
}

static const struct peer_host host_of_torrentlets = {
    .pick = pick,
    .block_memory = block_memory,
    .on_block = on_block,
    .on_block_dropped = on_block_dropped,
    .on_release = on_release,
    .on_has = on_has,
    .on_have = on_have,
    .on_interest = on_interest,
    .on_choke = on_choke,
    .on_request = on_request,
    .on_extended = on_extended,
    .on_extended_message = on_extended_message,
    .on_tx = on_tx,
};

/* The link's owner. */

static struct peer *on_greeted(void *ctx, struct peerlink *l,
                               const struct handshake *theirs,
                               struct cause *cause)
{
    struct torrentlet *t = ctx;
    t->link = l;
    note(t, TORRENTLET_GREETED);
    if (t->refuses) {
        cause_set(cause, "no room");
        return NULL;
    }
    struct peer_config config = {
        .id = 1,
        .remote = *peerlink_remote(l),
        .is_incoming = peerlink_is_incoming(l),
        .fast = theirs->fast,
        .extended = theirs->extended,
        .geo = &t->geo,
        .have = t->have,
        .info_hash = t->owner.hello.info_hash,
    };
    memcpy(config.peer_id, theirs->peer_id, sizeof config.peer_id);
    t->peer = peer_new(&config, &t->host, stage_now(t->side->stage));
    if (bitset_full(t->have))
        peer_set_choked(t->peer, false, stage_now(t->side->stage));
    return t->peer;
}

static void on_sent(void *ctx, struct peerlink *l)
{
    struct torrentlet *t = ctx;
    ck_assert_ptr_eq(t->link, l);
    serve(t);
    note(t, TORRENTLET_SENT);
}

static void on_closed(void *ctx, struct peerlink *l, enum err why,
                      const char *words)
{
    struct torrentlet *t = ctx;
    ck_assert(t->link == NULL || t->link == l);
    ck_assert(peerlink_is_closing(l));
    ck_assert_ptr_eq(peerlink_peer(l), t->peer);
    t->why = why;
    t->was_half_open = peerlink_is_half_open(l);
    cause_set(&t->words, "%s", words);
    t->link = l;
    note(t, TORRENTLET_CLOSED);
    /* Its requests come back while there is somebody to tell. */
    peer_free(peerlink_take_peer(l));
    t->peer = NULL;
    t->link = NULL;
}

/* Beginning and end. */

void torrentlet_init(struct torrentlet *t, struct stage_side *side,
                     uint32_t n_pieces, bool is_seed)
{
    uint32_t size = n_pieces * PIECE_LEN;
    int64_t now_ms = stage_now(side->stage);
    *t = (struct torrentlet){.side = side, .n_blocks = n_pieces * 2};
    ck_assert_int_eq(geometry_init(&t->geo, size, PIECE_LEN), OK);
    t->have = bitset_new(n_pieces);
    t->data = xzalloc(size);
    t->asked = xcalloc(t->n_blocks, sizeof *t->asked);
    if (is_seed) {
        bitset_set_all(t->have);
        for (uint32_t i = 0; i < size; i++)
            t->data[i] = torrentlet_byte(i);
    }
    bucket_init(&t->down, 0, now_ms);
    bucket_init(&t->up, 0, now_ms);
    t->host = host_of_torrentlets;
    t->host.ctx = t;
    t->owner = (struct peerlink_owner){
        .on_greeted = on_greeted,
        .on_sent = on_sent,
        .on_closed = on_closed,
        .ctx = t,
        .down = &t->down,
        .up = &t->up,
        .hello = stage_hello('h', side->at.ip[15]),
    };
}

void torrentlet_fini(struct torrentlet *t)
{
    peerlink_free(t->link);
    bitset_free(t->have);
    free(t->data);
    free(t->asked);
}

enum err torrentlet_dial(struct torrentlet *t, const struct addr *remote)
{
    ck_assert(limits_may_dial(t->side->env.limits, stage_now(t->side->stage)));
    return peerlink_dial(&t->side->env, &t->owner, remote, &t->link);
}

/* The bytes of their handshake are there at once: links of the stage have no delay
 * but what a test gives them. */
struct caller {
    struct torrentlet *torrentlet;
    struct conn *conn;
    uint8_t bytes[HANDSHAKE_LEN];
    size_t len;
};

static void on_caller(void *ctx, bool readable, bool writable)
{
    struct caller *c = ctx;
    struct torrentlet *t = c->torrentlet;
    struct handshake theirs;
    (void)readable;
    (void)writable;
    c->len +=
        stage_read(c->conn, c->bytes + c->len, HANDSHAKE_LEN - c->len, NULL);
    if (c->len < HANDSHAKE_LEN)
        return;
    ck_assert_int_eq(handshake_decode(c->bytes, c->len, &theirs), OK);
    ck_assert(limits_may_accept(t->side->env.limits));
    conn_want(c->conn, false, false);
    struct peerlink *l =
        peerlink_accept(&t->side->env, &t->owner, c->conn, &theirs);
    ck_assert(t->link == NULL || t->link == l);
    t->link = l;
    free(c);
}

static void on_caller_failed(void *ctx, enum err why, int errnum)
{
    struct caller *c = ctx;
    (void)why;
    (void)errnum;
    conn_close(c->conn);
    free(c);
}

static void on_accept(void *ctx, struct conn *conn, const struct addr *remote)
{
    struct caller *c = xzalloc(sizeof *c);
    (void)remote;
    c->torrentlet = ctx;
    c->conn = conn;
    struct conn_handler handler = {.on_ready = on_caller,
                                   .on_failed = on_caller_failed,
                                   .ctx = c};
    conn_set_handler(conn, &handler);
    conn_want(conn, true, false);
}

void torrentlet_listen(struct torrentlet *t)
{
    link_net_listen(t->side->stage->net, &t->side->at, on_accept, t);
}

static void on_far(void *ctx, struct conn *conn, const struct addr *remote)
{
    struct conn **far = ctx;
    (void)remote;
    ck_assert_ptr_null(*far);
    *far = conn;
}

void torrentlet_dial_bare(struct torrentlet *t, struct stage *stage,
                          struct conn **far)
{
    link_net_listen(stage->net, &stage->there.at, on_far, far);
    ck_assert_int_eq(torrentlet_dial(t, &stage->there.at), OK);
    stage_run(stage, 0);
    ck_assert_ptr_nonnull(*far);
}

void torrentlet_far_hello(uint8_t out[HANDSHAKE_LEN])
{
    struct handshake h = stage_hello('h', 'f');
    handshake_encode(&h, out);
}

void torrentlet_expect_closed(const struct torrentlet *t, enum err why,
                              const char *words)
{
    ck_assert_int_eq(t->n_calls[TORRENTLET_CLOSED], 1);
    ck_assert_int_eq(t->why, why);
    ck_assert_msg(strstr(t->words.text, words) != NULL, "%s", t->words.text);
    ck_assert_ptr_null(t->link);
    ck_assert_uint_eq(t->side->limits.n_conns, 0);
    ck_assert_uint_eq(t->side->limits.n_half_open, 0);
}

bool torrentlet_is_whole(const struct torrentlet *t)
{
    if (t->n_received != t->n_blocks)
        return false;
    for (uint32_t i = 0; i < t->n_blocks * GEOMETRY_BLOCK_LEN; i++)
        if (t->data[i] != torrentlet_byte(i))
            return false;
    return true;
}
