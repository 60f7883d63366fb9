#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_store.h"

#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"

struct fixture {
    uint64_t seed;
    struct rng rng;
    struct dht_store *s;
};

static void open_fixture(struct fixture *f)
{
    f->seed = 1;
    f->rng = rng_seeded(&f->seed);
    f->s = dht_store_new(&f->rng);
}

static const uint8_t *hash_of(uint32_t i)
{
    static uint8_t hash[20];
    memset(hash, 0, sizeof hash);
    bytes_put_be32(hash, i);
    return hash;
}

static struct addr peer(uint32_t i)
{
    return addr_v4((const uint8_t[]){20, (uint8_t)(i >> 8), (uint8_t)i, 1},
                   6881);
}

static void put(struct fixture *f, uint32_t hash, uint32_t i, int64_t now_ms)
{
    struct addr a = peer(i);
    dht_store_put(f->s, hash_of(hash), &a, i % 2 == 1, now_ms);
}

static size_t get(struct fixture *f, uint32_t hash, bool no_seed, size_t cap,
                  int64_t now_ms)
{
    struct addr out[200];
    size_t n =
        dht_store_get(f->s, hash_of(hash), DHT_V4, no_seed, out, cap, now_ms);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            ck_assert(!addr_eq(&out[i], &out[k]));
    }
    return n;
}

START_TEST(peers_are_given_and_forgotten_after_45_minutes)
{
    struct fixture f;
    open_fixture(&f);
    put(&f, 1, 1, 0);
    put(&f, 1, 2, 1000);
    ck_assert_uint_eq(get(&f, 1, false, 100, 1000), 2);
    ck_assert_uint_eq(get(&f, 1, true, 100, 1000), 1);
    ck_assert_uint_eq(get(&f, 2, false, 100, 1000), 0);
    ck_assert_uint_eq(get(&f, 1, false, 100, DHT_STORE_KEEP_MS), 1);
    ck_assert_uint_eq(dht_store_n_hashes(f.s), 1);
    dht_store_sweep(f.s, DHT_STORE_KEEP_MS + 1000);
    ck_assert_uint_eq(dht_store_n_hashes(f.s), 0);
    ck_assert_uint_eq(dht_store_n_peers(f.s), 0);
    dht_store_free(f.s);
}
END_TEST

START_TEST(announce_again_keeps_for_longer_and_changes_the_port)
{
    struct fixture f;
    struct addr a = peer(1), out[2];
    open_fixture(&f);
    put(&f, 1, 1, 0);
    a.port = 7000;
    dht_store_put(f.s, hash_of(1), &a, false, 1000);
    ck_assert_uint_eq(dht_store_n_peers(f.s), 1);
    ck_assert_uint_eq(dht_store_get(f.s, hash_of(1), DHT_V4, true, out, 2,
                                    DHT_STORE_KEEP_MS + 500),
                      1);
    ck_assert_uint_eq(out[0].port, 7000);
    dht_store_free(f.s);
}
END_TEST

START_TEST(families_are_told_apart)
{
    struct fixture f;
    struct addr v6 = addr_v6((const uint8_t[16]){0x2a, 1}, 6881), out[4];
    open_fixture(&f);
    put(&f, 1, 1, 0);
    dht_store_put(f.s, hash_of(1), &v6, false, 0);
    ck_assert_uint_eq(dht_store_get(f.s, hash_of(1), DHT_V6, false, out, 4, 0),
                      1);
    ck_assert(addr_eq(&out[0], &v6));
    ck_assert_uint_eq(get(&f, 1, false, 4, 0), 1);
    dht_store_free(f.s);
}
END_TEST

START_TEST(many_peers_are_bounded_and_chosen_at_random)
{
    struct fixture f;
    struct addr first[10], second[10];
    open_fixture(&f);
    for (uint32_t i = 0; i < 1000; i++)
        put(&f, 1, i, 0);
    ck_assert_uint_eq(dht_store_n_peers(f.s), DHT_STORE_PEERS);
    ck_assert_uint_eq(get(&f, 1, false, 200, 0), DHT_STORE_PEERS);
    ck_assert_uint_eq(dht_store_get(f.s, hash_of(1), DHT_V4, false, first, 10,
                                    0),
                      10);
    (void)dht_store_get(f.s, hash_of(1), DHT_V4, false, second, 10, 0);
    ck_assert_mem_ne(first, second, sizeof first);
    dht_store_free(f.s);
}
END_TEST

START_TEST(many_hashes_are_bounded_and_crowded_ones_stay)
{
    struct fixture f;
    uint8_t samples[20 * 20];
    open_fixture(&f);
    put(&f, 0, 1, 0);
    put(&f, 0, 2, 0);
    for (uint32_t i = 1; i < 3 * DHT_STORE_HASHES; i++)
        put(&f, i, 1, 0);
    ck_assert_uint_eq(dht_store_n_hashes(f.s), DHT_STORE_HASHES);
    ck_assert_uint_eq(get(&f, 0, false, 10, 0), 2);
    ck_assert_uint_eq(get(&f, 1, false, 10, 0), 0); /* the oldest of one peer */
    ck_assert_uint_eq(dht_store_sample(f.s, samples, 20), 20);
    for (int i = 0; i < 20; i++) {
        for (int k = 0; k < i; k++)
            ck_assert_mem_ne(samples + 20 * i, samples + 20 * k, 20);
    }
    dht_store_free(f.s);
}
END_TEST

/* When all is full, who has many peers gives, and who has few keeps them. */
START_TEST(peers_of_all_are_bounded_and_small_swarms_stay)
{
    struct fixture f;
    enum { CROWDS = DHT_STORE_ALL_PEERS / DHT_STORE_PEERS };
    open_fixture(&f);
    put(&f, 0, 1, 0);
    put(&f, 0, 2, 0);
    for (uint32_t h = 1; h <= CROWDS; h++)
        for (uint32_t i = 0; i < DHT_STORE_PEERS; i++)
            put(&f, h, i, 1000);
    ck_assert_uint_eq(dht_store_n_peers(f.s), DHT_STORE_ALL_PEERS);
    ck_assert_uint_eq(dht_store_n_hashes(f.s), CROWDS + 1);
    ck_assert_uint_eq(get(&f, 0, false, 10, 1000), 2);
    ck_assert_uint_eq(get(&f, CROWDS, false, 200, 1000), DHT_STORE_PEERS);
    /* A new one finds room, and one that is known again takes none. */
    put(&f, CROWDS + 1, 1, 1000);
    put(&f, CROWDS + 1, 1, 2000);
    ck_assert_uint_eq(dht_store_n_peers(f.s), DHT_STORE_ALL_PEERS);
    ck_assert_uint_eq(get(&f, CROWDS + 1, false, 10, 2000), 1);
    dht_store_sweep(f.s, DHT_STORE_KEEP_MS + 1000);
    ck_assert_uint_eq(dht_store_n_peers(f.s), 1);
    dht_store_free(f.s);
}
END_TEST

/* The addresses and the result are those of BEP 33. */
START_TEST(bloom_is_that_of_the_bep)
{
    static const uint8_t first_bytes[] = {0xF6, 0xC3, 0xF5, 0xEA, 0xA0, 0x7F};
    static const uint8_t last_bytes[] = {0xFD, 0x8F, 0x72, 0xEF};
    uint8_t seeds[KRPC_BLOOM_LEN], peers[KRPC_BLOOM_LEN];
    uint8_t all[KRPC_BLOOM_LEN] = {0};
    struct fixture f;
    open_fixture(&f);
    ck_assert(!dht_store_bloom(f.s, hash_of(1), seeds, peers, 0));
    for (unsigned i = 0; i < 256 + 1000; i++) {
        uint8_t ip[16] = {0x20, 0x01, 0x0d, 0xb8};
        struct addr a = addr_v4((const uint8_t[]){192, 0, 2, (uint8_t)i}, 1);
        if (i >= 256) {
            bytes_put_be16(ip + 14, (uint16_t)(i - 256));
            a = addr_v6(ip, 1);
        }
        /* A hash keeps fewer peers than that: one filter each, joined. */
        dht_store_put(f.s, hash_of(i), &a, i % 2 == 0, 0);
        ck_assert(dht_store_bloom(f.s, hash_of(i), seeds, peers, 0));
        for (int k = 0; k < KRPC_BLOOM_LEN; k++)
            all[k] |= seeds[k] | peers[k];
    }
    ck_assert_mem_eq(all, first_bytes, sizeof first_bytes);
    ck_assert_mem_eq(all + sizeof all - 4, last_bytes, sizeof last_bytes);
    dht_store_free(f.s);
}
END_TEST

Suite *dht_store_suite(void)
{
    Suite *s = suite_create("dht_store");
    TCase *tc = tcase_create("dht_store");
    tcase_add_test(tc, peers_are_given_and_forgotten_after_45_minutes);
    tcase_add_test(tc, announce_again_keeps_for_longer_and_changes_the_port);
    tcase_add_test(tc, families_are_told_apart);
    tcase_add_test(tc, many_peers_are_bounded_and_chosen_at_random);
    tcase_add_test(tc, many_hashes_are_bounded_and_crowded_ones_stay);
    tcase_add_test(tc, peers_of_all_are_bounded_and_small_swarms_stay);
    tcase_add_test(tc, bloom_is_that_of_the_bep);
    suite_add_tcase(s, tc);
    return s;
}
