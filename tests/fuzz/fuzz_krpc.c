/* Read as it is; what is read must be written, to the same message. Then a node
 * that searches gets it: as a query, and as the answer to what it asked, with the
 * tid made right, so that what is behind it is met too. */
#include "config.h"

#include "proto/krpc.h"

#include "swarm/dht.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { NOW_MS = 1000, LATER_MS = 2500 };

struct asked {
    struct addr to;
    uint8_t tid[KRPC_MAX_TID];
    size_t tid_len;
};

static void walk(const struct krpc_msg *m)
{
    struct span values = m->values, nodes = m->nodes, nodes6 = m->nodes6;
    struct addr a;
    const uint8_t *id;
    while (krpc_next_value(&values, &a))
        assert(addr_is_v4(&a) || !addr_is_v4(&a));
    while (krpc_next_node(&nodes, false, &id, &a))
        assert(addr_is_v4(&a));
    while (krpc_next_node(&nodes6, true, &id, &a))
        assert(id != NULL);
}

static void check_round_trip(const struct krpc_msg *m)
{
    struct krpc_msg again;
    struct buf first, second;
    buf_init(&first, 2 * KRPC_MAX_DATAGRAM);
    buf_init(&second, 2 * KRPC_MAX_DATAGRAM);
    enum err err = krpc_write(m, &first);
    assert(err == OK);
    err = krpc_parse(buf_bytes(&first), first.len, &again);
    assert(err == OK);
    err = krpc_write(&again, &second);
    assert(err == OK && first.len == second.len);
    assert(memcmp(buf_bytes(&first), buf_bytes(&second), first.len) == 0);
    buf_fini(&first);
    buf_fini(&second);
}

static void on_send(void *ctx, const struct addr *to, const uint8_t *bytes,
                    size_t len)
{
    struct asked *asked = ctx;
    struct krpc_msg m;
    assert(len <= DHT_MAX_DATAGRAM);
    enum err err = krpc_parse(bytes, len, &m);
    assert(err == OK);
    if (m.type != KRPC_QUERY)
        return;
    asked->to = *to;
    asked->tid_len = m.tid.len;
    memcpy(asked->tid, m.tid.p, m.tid.len);
}

/* The message as an answer to what was asked last. */
static void answer(struct dht *d, const struct asked *asked,
                   const struct krpc_msg *m)
{
    struct krpc_msg copy = *m;
    struct buf out;
    if (asked->tid_len == 0)
        return;
    copy.tid = (struct span){asked->tid, asked->tid_len};
    if (copy.type == KRPC_QUERY)
        copy.type = KRPC_REPLY;
    buf_init(&out, 2 * KRPC_MAX_DATAGRAM);
    enum err err = krpc_write(&copy, &out);
    assert(err == OK);
    (void)dht_rx(d, &asked->to, buf_bytes(&out), out.len, NOW_MS);
    buf_fini(&out);
}

static void give_to_node(const uint8_t *bytes, size_t len,
                         const struct krpc_msg *m)
{
    uint64_t seed = 1;
    struct asked asked = {.tid_len = 0};
    const struct dht_config config = {.rng = rng_seeded(&seed),
                                      .has_v4 = true,
                                      .has_v6 = true,
                                      .port = 5000};
    const struct dht_host host = {.send = on_send, .ctx = &asked};
    const struct dht_announce announce = {true, false};
    const uint8_t hash[KRPC_ID_LEN] = {1};
    struct addr a = addr_v4((const uint8_t[]){9, 8, 7, 6}, 6881);
    struct dht *d = dht_new(&config, &host, NOW_MS);
    enum err err = dht_search(d, hash, &announce, NOW_MS);
    assert(err == OK);
    (void)dht_rx(d, &a, bytes, len, NOW_MS);
    dht_add_bootstrap(d, &a, NOW_MS);
    for (int i = 0; m != NULL && i < 4; i++)
        answer(d, &asked, m);
    dht_check(d);
    dht_step(d, LATER_MS);
    dht_check(d);
    dht_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct krpc_msg m = {.type = KRPC_QUERY};
    enum err err = krpc_parse(bytes, len, &m);
    if (err == OK) {
        walk(&m);
        check_round_trip(&m);
    }
    give_to_node(bytes, len, err == OK ? &m : NULL);
    return 0;
}
