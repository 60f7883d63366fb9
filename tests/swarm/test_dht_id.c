#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_id.h"

#include <string.h>

/* The examples of BEP 42. */
static const struct {
    uint8_t ip[4];
    uint8_t id[DHT_ID_LEN];
} examples[] = {
    {{124, 31, 75, 21}, {0x5f, 0xbf, 0xbf, 0xf1, [19] = 0x01}},
    {{21, 75, 31, 124}, {0x5a, 0x3c, 0xe9, 0xc1, [19] = 0x56}},
    {{65, 23, 51, 170}, {0xa5, 0xd4, 0x32, 0x20, [19] = 0x16}},
    {{84, 124, 73, 14}, {0x1b, 0x03, 0x21, 0xdd, [19] = 0x41}},
    {{43, 213, 53, 83}, {0xe5, 0x6f, 0x6c, 0xbf, [19] = 0x5a}},
};

START_TEST(fits_of_the_bep_examples)
{
    struct addr a = addr_v4(examples[_i].ip, 6881);
    uint8_t id[DHT_ID_LEN];
    memcpy(id, examples[_i].id, sizeof id);
    ck_assert(dht_id_fits(id, &a));
    id[10] ^= 0xff; /* that part is free */
    ck_assert(dht_id_fits(id, &a));
    id[2] ^= 0x08; /* the last of 21 bits */
    ck_assert(!dht_id_fits(id, &a));
    id[2] ^= 0x08;
    id[19] ^= 0x01; /* another r */
    ck_assert(!dht_id_fits(id, &a));
}
END_TEST

START_TEST(make_of_any_address_fits)
{
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    for (int i = 0; i < 100; i++) {
        uint8_t ip[16], id[DHT_ID_LEN];
        rng_bytes(&rng, ip, sizeof ip);
        ip[0] = 0x2a;
        struct addr a = i % 2 == 0 ? addr_v4(ip + 1, 1) : addr_v6(ip, 1);
        dht_id_make(&rng, &a, id);
        ck_assert(dht_id_fits(id, &a));
        ip[0] ^= 1;
    }
}
END_TEST

START_TEST(fits_of_local_address_always)
{
    struct addr a = addr_v4((const uint8_t[]){192, 168, 1, 1}, 6881);
    ck_assert(dht_id_fits(examples[0].id, &a));
}
END_TEST

START_TEST(compare_orders_by_xor)
{
    static const uint8_t target[DHT_ID_LEN] = {[19] = 4};
    static const uint8_t near[DHT_ID_LEN] = {[19] = 5};
    static const uint8_t far[DHT_ID_LEN] = {[0] = 1};
    ck_assert_int_lt(dht_id_compare(target, near, far), 0);
    ck_assert_int_gt(dht_id_compare(target, far, near), 0);
    ck_assert_int_eq(dht_id_compare(target, far, far), 0);
    ck_assert_int_lt(dht_id_compare(target, target, near), 0);
}
END_TEST

START_TEST(prefix_counts_shared_bits)
{
    static const uint8_t zero[DHT_ID_LEN];
    uint8_t id[DHT_ID_LEN] = {0};
    ck_assert_uint_eq(dht_id_prefix(zero, id), DHT_ID_BITS);
    for (unsigned i = 0; i < DHT_ID_BITS; i++) {
        memset(id, 0, sizeof id);
        id[i / 8] = (uint8_t)(0x80 >> i % 8);
        ck_assert_uint_eq(dht_id_prefix(zero, id), i);
    }
}
END_TEST

START_TEST(make_near_shares_exactly_that_many_bits)
{
    uint64_t seed = 3;
    struct rng rng = rng_seeded(&seed);
    uint8_t id[DHT_ID_LEN], out[DHT_ID_LEN];
    rng_bytes(&rng, id, sizeof id);
    for (unsigned i = 0; i < DHT_ID_BITS; i++) {
        dht_id_make_near(&rng, id, i, out);
        ck_assert_uint_eq(dht_id_prefix(id, out), i);
    }
}
END_TEST

Suite *dht_id_suite(void)
{
    Suite *s = suite_create("dht_id");
    TCase *tc = tcase_create("dht_id");
    tcase_add_loop_test(tc, fits_of_the_bep_examples, 0, 5);
    tcase_add_test(tc, make_of_any_address_fits);
    tcase_add_test(tc, fits_of_local_address_always);
    tcase_add_test(tc, compare_orders_by_xor);
    tcase_add_test(tc, prefix_counts_shared_bits);
    tcase_add_test(tc, make_near_shares_exactly_that_many_bits);
    suite_add_tcase(s, tc);
    return s;
}
