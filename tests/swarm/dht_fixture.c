#include "config.h"

#include "tests/swarm/dht_fixture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "swarm/dht_addr.h"
#include "swarm/dht_id.h"
#include "util/xalloc.h"

enum { PORT = 6881 };

static void on_send(void *ctx, const struct addr *to, const uint8_t *bytes,
                    size_t len)
{
    struct dht_fixture *f = ctx;
    ck_assert_uint_le(len, DHT_MAX_DATAGRAM);
    ck_assert_uint_lt(f->n_sent, DHT_FIXTURE_SENT);
    struct dht_fixture_sent *s = &f->sent[f->n_sent++];
    s->to = *to;
    s->len = len;
    memcpy(s->bytes, bytes, len);
    ck_assert_int_eq(krpc_parse(s->bytes, len, &s->msg), OK);
}

static bool on_refuses(void *ctx, const struct addr *a)
{
    const struct dht_fixture *f = ctx;
    return f->refuses_one && addr_same_ip(a, &f->refused);
}

static void on_peers(void *ctx, const uint8_t *info_hash,
                     const struct addr *peers, size_t n)
{
    struct dht_fixture *f = ctx;
    (void)info_hash;
    f->n_peers += n;
    f->peer = peers[n - 1];
}

static void on_search_done(void *ctx, const uint8_t *info_hash,
                           const struct dht_search_result *result)
{
    struct dht_fixture *f = ctx;
    (void)info_hash;
    f->n_done++;
    f->result = *result;
}

static void on_external(void *ctx, const struct addr *ip)
{
    struct dht_fixture *f = ctx;
    (void)ip;
    f->n_external++;
}

static void on_item(void *ctx, const uint8_t *target,
                    const struct dht_item *item)
{
    struct dht_fixture *f = ctx;
    (void)target;
    f->n_items++;
    f->has_item = item != NULL;
}

static void on_stranger(void *ctx, const struct addr *from)
{
    struct dht_fixture *f = ctx;
    ck_assert(dht_addr_is_allowed(from));
    f->n_strangers++;
}

static void on_put_done(void *ctx, const uint8_t *target, unsigned n_stored)
{
    struct dht_fixture *f = ctx;
    (void)target;
    f->n_puts += n_stored;
}

void dht_fixture_open(struct dht_fixture *f)
{
    *f = (struct dht_fixture){.seed = 7, .now_ms = 1000000};
    f->rng = rng_seeded(&f->seed);
    f->sent = xcalloc(DHT_FIXTURE_SENT, sizeof *f->sent);
    f->config = (struct dht_config){
        .rng = f->rng,
        .has_v4 = true,
        .has_v6 = true,
        .port = PORT,
    };
    const struct dht_host host = {
        .send = on_send,
        .refuses = on_refuses,
        .on_peers = on_peers,
        .on_search_done = on_search_done,
        .on_external = on_external,
        .on_stranger = on_stranger,
        .on_item = on_item,
        .on_put_done = on_put_done,
        .ctx = f,
    };
    f->d = dht_new(&f->config, &host, f->now_ms);
}

void dht_fixture_close(struct dht_fixture *f)
{
    dht_check(f->d);
    dht_free(f->d);
    free(f->sent);
}

void dht_fixture_forget(struct dht_fixture *f)
{
    f->n_sent = 0;
}

void dht_fixture_run(struct dht_fixture *f, int64_t ms)
{
    int64_t end_ms = f->now_ms + ms;
    int64_t due_ms;
    while ((due_ms = dht_deadline_ms(f->d)) <= end_ms) {
        ck_assert_int_ge(end_ms, f->now_ms);
        f->now_ms = due_ms > f->now_ms ? due_ms : f->now_ms;
        dht_step(f->d, f->now_ms);
        ck_assert_int_gt(dht_deadline_ms(f->d), f->now_ms);
    }
    f->now_ms = end_ms;
}

struct addr dht_fixture_addr(unsigned i)
{
    return addr_v4((const uint8_t[]){30, (uint8_t)(i >> 8), (uint8_t)i, 1},
                   PORT);
}

struct addr dht_fixture_addr6(unsigned i)
{
    return addr_v6((const uint8_t[16]){0x2a, 1, [7] = (uint8_t)i, [15] = 1},
                   PORT);
}

const uint8_t *dht_fixture_id(const struct addr *a)
{
    static uint8_t id[DHT_ID_LEN];
    uint64_t seed = 0;
    memcpy(&seed, a->ip + 8, sizeof seed);
    seed ^= (uint64_t)a->ip[7] << 40 ^ a->port;
    struct rng rng = rng_seeded(&seed);
    dht_id_make(&rng, a, id);
    return id;
}

bool dht_fixture_give(struct dht_fixture *f, const struct addr *from,
                      struct krpc_msg *msg)
{
    struct buf out;
    uint8_t id[DHT_ID_LEN];
    memcpy(id, dht_fixture_id(from), sizeof id);
    if (msg->id == NULL)
        msg->id = id;
    if (msg->tid.len == 0)
        msg->tid = span_of("aa");
    buf_init(&out, KRPC_MAX_DATAGRAM);
    ck_assert_int_eq(krpc_write(msg, &out), OK);
    bool is_ours = dht_rx(f->d, from, buf_bytes(&out), out.len, f->now_ms);
    buf_fini(&out);
    return is_ours;
}

const struct krpc_msg *dht_fixture_last(const struct dht_fixture *f,
                                        const struct addr *to,
                                        enum krpc_type type)
{
    for (size_t i = f->n_sent; i > 0; i--) {
        const struct dht_fixture_sent *s = &f->sent[i - 1];
        if (addr_eq(&s->to, to) && s->msg.type == type)
            return &s->msg;
    }
    return NULL;
}

void dht_fixture_answer(struct dht_fixture *f, const struct addr *to,
                        struct krpc_msg *reply)
{
    const struct krpc_msg *query = dht_fixture_last(f, to, KRPC_QUERY);
    struct krpc_msg plain = {.type = KRPC_REPLY};
    ck_assert_ptr_nonnull(query);
    if (reply == NULL)
        reply = &plain;
    reply->tid = query->tid;
    ck_assert(dht_fixture_give(f, to, reply));
}

void dht_fixture_know(struct dht_fixture *f, const struct addr *a)
{
    dht_add_node(f->d, a, f->now_ms);
    dht_fixture_answer(f, a, NULL);
}

const struct dht_stats *dht_fixture_stats(struct dht_fixture *f)
{
    dht_stats(f->d, &f->stats, f->now_ms);
    return &f->stats;
}
