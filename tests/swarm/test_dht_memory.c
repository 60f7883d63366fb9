#include "config.h"

#include "tests/swarm/suites.h"

#ifdef HAVE_MALLINFO2
#include <malloc.h>
#endif
#include <string.h>

#include "swarm/dht_find.h"
#include "swarm/dht_internal.h"
#include "swarm/dht_lookup.h"
#include "tests/swarm/dht_fixture.h"
#include "util/bytes.h"
#include "util/hash.h"

/* A node that holds as much as it may of everything at once: what it takes of the heap
 * when strangers do their worst. Sanitizers' heaps tell nothing: all is 0 there. */

enum { KIB = 1024, MAX_STORE = 1280 * KIB, MAX_ITEMS = 640 * KIB };
enum { MAX_ALL = 4096 * KIB };

static struct dht_fixture f;

static size_t memory(void)
{
#ifdef HAVE_MALLINFO2
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
#else
    return 0;
#endif
}

/* A host of a net of its own. */
static struct addr host(uint32_t i)
{
    uint8_t ip[4] = {60, 0, 0, 1};
    bytes_put_be32(ip, 60u << 24 | i << 8 | 1);
    return addr_v4(ip, 6881);
}

static struct addr host6(uint32_t i)
{
    uint8_t ip[16] = {0x2a, 1};
    bytes_put_be32(ip + 4, i);
    ip[15] = 1;
    return addr_v6(ip, 6881);
}

static void fill_store(struct dht_store *s)
{
    uint8_t hash[DHT_ID_LEN] = {0};
    for (uint32_t h = 0; h < DHT_STORE_HASHES; h++)
        for (uint32_t i = 0; i < DHT_STORE_PEERS / 4; i++) {
            struct addr a = host(i);
            bytes_put_be32(hash, h);
            dht_store_put(s, hash, &a, false, f.now_ms);
        }
    ck_assert_uint_eq(dht_store_n_hashes(s), DHT_STORE_HASHES);
    ck_assert_uint_eq(dht_store_n_peers(s), DHT_STORE_ALL_PEERS);
}

/* As many as may be, which have as many bytes as may be. */
static void fill_items(struct dht_items *s)
{
    enum { LEN = DHT_ITEMS_BYTES / DHT_ITEMS_MAX };
    uint8_t value[LEN] = "580:";
    struct dht_items_item item = {.value = {value, sizeof value}};
    for (uint32_t i = 0; i < DHT_ITEMS_MAX; i++) {
        bytes_put_be32(value + 4, i);
        ck_assert_int_eq(dht_items_put(s, &item, NULL, f.now_ms), 0);
    }
    ck_assert_uint_eq(dht_items_n(s), DHT_ITEMS_MAX);
}

static void fill_table(struct dht_table *t, struct addr (*at)(uint32_t i))
{
    uint8_t id[DHT_ID_LEN], own[DHT_ID_LEN];
    memcpy(own, dht_table_id(t), sizeof own);
    for (unsigned bit = 0; bit < DHT_ID_BITS; bit++)
        for (uint32_t k = 0; k < 2 * DHT_TABLE_K; k++) {
            struct addr a = at(bit * 100 + k);
            dht_id_make_near(&f.rng, own, bit, id);
            (void)dht_table_on_answer(t, id, &a, f.now_ms);
        }
}

static void fill_guard_and_calls(struct dht *d)
{
    for (uint32_t i = 0; i < DHT_GUARD_MAX + 10; i++) {
        struct addr a = host(i);
        (void)dht_guard_hears(d->guard, &a, f.now_ms);
    }
    struct dht_rpc_call call = {.kind = DHT_GET_PEERS};
    for (uint32_t i = 0; dht_rpc_begin(d->rpc, &call, f.now_ms); i++)
        call.addr = host(i);
    ck_assert_uint_eq(dht_rpc_n(d->rpc), DHT_RPC_MAX);
}

static void fill_lookup(struct dht_find *s, enum dht_family family,
                        struct addr (*at)(uint32_t i))
{
    uint8_t id[DHT_ID_LEN];
    s->lookups[family] = dht_lookup_new(s->target, dht_id(f.d, family));
    for (uint32_t i = 0; i < DHT_LOOKUP_MAX; i++) {
        struct addr a = at(i);
        dht_id_make(&f.rng, &a, id);
        dht_lookup_add(s->lookups[family], id, &a);
    }
    ck_assert_uint_eq(dht_lookup_n(s->lookups[family]), DHT_LOOKUP_MAX);
}

/* As many as run at once have asked whom they can, and found what they may. */
static void fill_searches(struct dht *d)
{
    const struct dht_announce how = {.is_wanted = true};
    uint8_t hash[DHT_ID_LEN] = {7};
    for (uint32_t i = 0; i < DHT_MAX_SEARCHES; i++) {
        bytes_put_be32(hash + 4, i);
        ck_assert_int_eq(dht_search(d, hash, &how, f.now_ms), OK);
    }
    struct dht_find *s = d->searches.all;
    for (int n = 0; n < DHT_RUNNING_SEARCHES; n++, s = s->next) {
        dht_lookup_free(s->lookups[DHT_V4]);
        dht_lookup_free(s->lookups[DHT_V6]);
        fill_lookup(s, DHT_V4, host);
        fill_lookup(s, DHT_V6, host6);
        for (uint32_t i = 0; i < DHT_SEARCH_MAX_TOLD + 10; i++) {
            struct addr a = host(i);
            dht_find_tell(d, s, &a, 1);
        }
        ck_assert_uint_eq(s->n_peers, DHT_SEARCH_MAX_TOLD);
    }
}

START_TEST(fullest_node_takes_less_than_4_mib)
{
    uint8_t hash[SHA1_LEN];
    hash_sha1("", 0, hash); /* its library keeps what it makes once */
    size_t before = memory();
    dht_fixture_open(&f);
    size_t empty = memory();
    fill_store(f.d->store);
    size_t with_store = memory();
    ck_assert_uint_le(with_store - empty, MAX_STORE);
    fill_items(f.d->items);
    size_t with_items = memory();
    ck_assert_uint_le(with_items - with_store, MAX_ITEMS);
    fill_searches(f.d);
    fill_table(f.d->nets[DHT_V4].table, host);
    fill_table(f.d->nets[DHT_V6].table, host6);
    fill_guard_and_calls(f.d);
    size_t sent = DHT_FIXTURE_SENT * sizeof *f.sent; /* the test's own */
    size_t all = memory() - before;
    ck_assert_uint_le(all, MAX_ALL + sent);
    dht_fixture_close(&f);
}
END_TEST

/* Peers that went give their room back, whatever their hashes held once. */
START_TEST(store_that_emptied_takes_nothing)
{
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    struct dht_store *s = dht_store_new(&rng);
    size_t before = memory();
    uint8_t hash[DHT_ID_LEN] = {0};
    f.now_ms = 0;
    fill_store(s);
    /* The last peer of each hash stays. */
    f.now_ms = DHT_STORE_KEEP_MS;
    for (uint32_t h = 0; h < DHT_STORE_HASHES; h++) {
        struct addr a = host(9999);
        bytes_put_be32(hash, h);
        dht_store_put(s, hash, &a, false, f.now_ms);
    }
    ck_assert_uint_eq(dht_store_n_peers(s), DHT_STORE_HASHES);
    ck_assert_uint_le(memory() - before, DHT_STORE_HASHES * 256);
    dht_store_free(s);
}
END_TEST

Suite *dht_memory_suite(void)
{
    Suite *s = suite_create("dht_memory");
    TCase *tc = tcase_create("dht_memory");
    tcase_add_test(tc, fullest_node_takes_less_than_4_mib);
    tcase_add_test(tc, store_that_emptied_takes_nothing);
    suite_add_tcase(s, tc);
    return s;
}
