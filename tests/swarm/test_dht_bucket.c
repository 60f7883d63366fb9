#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_bucket.h"

static struct dht_table_node node(uint8_t net, bool fits, uint8_t n_fails)
{
    return (struct dht_table_node){
        .id = {net},
        .addr = addr_v4((const uint8_t[]){60, 0, net, 1}, 6881),
        .fits = fits,
        .n_fails = n_fails,
        .answered_ms = 0,
        .heard_ms = INT64_MIN,
    };
}

static void fill(struct dht_bucket *b)
{
    *b = (struct dht_bucket){.n_nodes = 0};
    for (uint8_t i = 0; i < DHT_TABLE_K; i++)
        b->nodes[b->n_nodes++] = node(i, true, 0);
}

START_TEST(victim_is_the_worst_bad_one_then_one_that_does_not_fit)
{
    struct dht_bucket b;
    fill(&b);
    ck_assert_ptr_null(dht_bucket_victim(&b, true));
    b.nodes[2].fits = false;
    ck_assert_ptr_null(dht_bucket_victim(&b, false));
    ck_assert_ptr_eq(dht_bucket_victim(&b, true), &b.nodes[2]);
    b.nodes[4].n_fails = DHT_TABLE_BAD;
    b.nodes[5].n_fails = DHT_TABLE_BAD + 1;
    ck_assert_ptr_eq(dht_bucket_victim(&b, true), &b.nodes[5]);
    ck_assert_ptr_eq(dht_bucket_victim(&b, false), &b.nodes[5]);
}
END_TEST

START_TEST(net_is_taken_unless_its_node_may_go)
{
    struct dht_bucket b;
    struct dht_table_node *out, n = node(3, true, 0), other = node(99, true, 0);
    fill(&b);
    ck_assert(dht_bucket_is_net_taken(&b, &n, &out));
    ck_assert(!dht_bucket_is_net_taken(&b, &other, &out));
    ck_assert_ptr_null(out);
    b.nodes[3].fits = false;
    ck_assert(!dht_bucket_is_net_taken(&b, &n, &out));
    ck_assert_ptr_eq(out, &b.nodes[3]);
    n.fits = false;
    ck_assert(dht_bucket_is_net_taken(&b, &n, &out));
    b.nodes[3].n_fails = DHT_TABLE_BAD;
    ck_assert(!dht_bucket_is_net_taken(&b, &n, &out));
}
END_TEST

START_TEST(spares_are_bounded_of_different_nets_and_the_last_steps_in)
{
    struct dht_bucket b;
    fill(&b);
    for (uint8_t i = 100; i < 120; i++) {
        struct dht_table_node n = node(i, true, 0);
        dht_bucket_add_spare(&b, &n);
        dht_bucket_add_spare(&b, &n);
        dht_bucket_check(&b);
    }
    ck_assert_uint_eq(b.n_spares, DHT_TABLE_K);
    ck_assert_uint_eq(b.spares[0].id[0], 112);
    ck_assert(dht_bucket_replace(&b, &b.nodes[0]));
    ck_assert_uint_eq(b.nodes[0].id[0], 119);
    const struct addr of_one = b.spares[3].addr;
    dht_bucket_drop_spares_of_net(&b, &of_one);
    ck_assert_uint_eq(b.n_spares, DHT_TABLE_K - 2);
    dht_bucket_check(&b);
    b.n_spares = 0;
    ck_assert(!dht_bucket_replace(&b, &b.nodes[0]));
}
END_TEST

START_TEST(count_sorts_nodes_by_what_they_are)
{
    struct dht_bucket b;
    uint32_t n_fitting = 0;
    fill(&b);
    b.nodes[0].n_fails = DHT_TABLE_BAD;
    b.nodes[1].answered_ms = INT64_MIN;
    b.nodes[1].fits = false;
    struct dht_stats_bucket s = dht_bucket_count(&b, 1000, &n_fitting);
    ck_assert_uint_eq(s.n_bad, 1);
    ck_assert_uint_eq(s.n_questionable, 1);
    ck_assert_uint_eq(s.n_good, 6);
    ck_assert_uint_eq(n_fitting, 7);
}
END_TEST

Suite *dht_bucket_suite(void)
{
    Suite *s = suite_create("dht_bucket");
    TCase *tc = tcase_create("dht_bucket");
    tcase_add_test(tc, victim_is_the_worst_bad_one_then_one_that_does_not_fit);
    tcase_add_test(tc, net_is_taken_unless_its_node_may_go);
    tcase_add_test(tc,
                   spares_are_bounded_of_different_nets_and_the_last_steps_in);
    tcase_add_test(tc, count_sorts_nodes_by_what_they_are);
    suite_add_tcase(s, tc);
    return s;
}
