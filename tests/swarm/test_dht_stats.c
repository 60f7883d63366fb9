#include "config.h"

#include "tests/swarm/dht_fixture.h"
#include "tests/swarm/suites.h"

#include "swarm/dht_stats.h"

START_TEST(stats_count_what_went_in_and_out)
{
    struct dht_fixture f;
    dht_fixture_open(&f);
    for (unsigned i = 0; i < 20; i++) {
        struct addr a = dht_fixture_addr(i);
        struct krpc_msg q = {.type = KRPC_QUERY, .method = KRPC_PING};
        ck_assert(dht_fixture_give(&f, &a, &q));
    }
    dht_fixture_run(&f, 2000);
    const struct dht_stats *s = dht_fixture_stats(&f);
    ck_assert_uint_eq(s->kind[DHT_PING].queries_in, 20);
    ck_assert_uint_eq(s->kind[DHT_PING].replies_out, 20);
    ck_assert_uint_eq(s->kind[DHT_PING].queries_in_rate, 10);
    ck_assert_uint_ge(s->kind[DHT_PING].queries_out, 8); /* strangers */
    ck_assert_uint_gt(s->n_in_flight, 0);
    ck_assert_uint_gt(s->bytes_in, 20 * 50);
    ck_assert_uint_gt(s->bytes_out, 20 * 50);
    dht_fixture_run(&f, 20000);
    s = dht_fixture_stats(&f);
    ck_assert_uint_eq(s->kind[DHT_PING].timeouts,
                      s->kind[DHT_PING].queries_out);
    ck_assert_uint_eq(s->kind[DHT_PING].queries_in_rate, 0);
    ck_assert_uint_eq(s->n_in_flight, 0);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(stats_of_a_new_node_are_empty)
{
    struct dht_fixture f;
    dht_fixture_open(&f);
    const struct dht_stats *s = dht_fixture_stats(&f);
    ck_assert_uint_eq(s->n_searches + s->n_shown + s->n_hashes, 0);
    for (int i = 0; i < DHT_N_FAMILIES; i++) {
        ck_assert(s->family[i].is_on);
        ck_assert(!s->family[i].is_verified && !s->family[i].has_external);
        ck_assert_uint_eq(s->family[i].n_buckets, 1);
        ck_assert_uint_eq(s->family[i].size_estimate, 0);
    }
    dht_fixture_close(&f);
}
END_TEST

Suite *dht_stats_suite(void)
{
    Suite *s = suite_create("dht_stats");
    TCase *tc = tcase_create("dht_stats");
    tcase_add_test(tc, stats_count_what_went_in_and_out);
    tcase_add_test(tc, stats_of_a_new_node_are_empty);
    suite_add_tcase(s, tc);
    return s;
}
