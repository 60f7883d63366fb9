#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_table.h"

#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/xalloc.h"

enum { MINUTE_MS = 60 * 1000 };

struct fixture {
    uint64_t seed;
    struct rng rng;
    struct dht_table *t;
    uint8_t own[DHT_ID_LEN];
    int64_t now_ms;
};

static void open_fixture(struct fixture *f)
{
    *f = (struct fixture){.seed = 1, .now_ms = 1000};
    f->rng = rng_seeded(&f->seed);
    f->t = dht_table_new(DHT_V4, f->own, &f->rng);
}

static void close_fixture(struct fixture *f)
{
    dht_table_check(f->t);
    dht_table_free(f->t);
}

/* Host i, each in a net of its own; local, so that any id fits. */
static struct addr host(uint32_t i)
{
    return addr_v4((const uint8_t[]){10, (uint8_t)(i >> 8), (uint8_t)i, 1},
                   6881);
}

/* An id in the bucket at this depth. */
static const uint8_t *id_at(unsigned depth, uint32_t i)
{
    static uint8_t id[DHT_ID_LEN];
    memset(id, 0, sizeof id);
    id[depth / 8] = (uint8_t)(0x80 >> depth % 8);
    bytes_put_be32(id + 12, i);
    return id;
}

static bool answer(struct fixture *f, unsigned depth, uint32_t i)
{
    struct addr a = host(i);
    bool is_new = dht_table_on_answer(f->t, id_at(depth, i), &a, f->now_ms);
    dht_table_check(f->t);
    return is_new;
}

static void miss(struct fixture *f, uint32_t i)
{
    struct addr a = host(i);
    dht_table_on_fail(f->t, &a);
    dht_table_check(f->t);
}

static struct dht_stats_family stats_of(struct fixture *f)
{
    struct dht_stats_family out;
    memset(&out, 0, sizeof out);
    dht_table_stats(f->t, f->now_ms, &out);
    return out;
}

START_TEST(full_last_bucket_splits_and_others_do_not)
{
    struct fixture f;
    open_fixture(&f);
    for (uint32_t i = 0; i < 8; i++)
        ck_assert(answer(&f, 0, i));
    for (uint32_t i = 8; i < 30; i++)
        ck_assert(!answer(&f, 0, i));
    for (uint32_t i = 100; i < 108; i++)
        ck_assert(answer(&f, 1, i));
    ck_assert(!answer(&f, 1, 108));
    struct dht_stats_family s = stats_of(&f);
    ck_assert_uint_eq(dht_table_n_nodes(f.t), 16);
    ck_assert_uint_eq(s.n_good, 16);
    ck_assert_uint_eq(s.buckets[0].n_spare, 8);
    ck_assert_uint_eq(s.buckets[1].n_spare, 1);
    close_fixture(&f);
}
END_TEST

START_TEST(node_is_good_then_questionable_then_bad)
{
    struct fixture f;
    struct addr a = host(1);
    open_fixture(&f);
    (void)answer(&f, 0, 1);
    f.now_ms += 15 * MINUTE_MS - 1;
    ck_assert_uint_eq(dht_table_n_good(f.t, f.now_ms), 1);
    f.now_ms++;
    ck_assert_uint_eq(dht_table_n_good(f.t, f.now_ms), 0);
    ck_assert_uint_eq(stats_of(&f).n_questionable, 1);
    ck_assert(dht_table_on_query(f.t, id_at(0, 1), &a, f.now_ms));
    ck_assert_uint_eq(dht_table_n_good(f.t, f.now_ms), 1);
    miss(&f, 1);
    miss(&f, 1);
    ck_assert_uint_eq(stats_of(&f).n_bad, 1);
    (void)answer(&f, 0, 1);
    ck_assert_uint_eq(stats_of(&f).n_good, 1);
    close_fixture(&f);
}
END_TEST

START_TEST(bad_node_is_replaced_by_a_spare_or_newcomer)
{
    struct fixture f;
    open_fixture(&f);
    for (uint32_t i = 0; i < 9; i++)
        (void)answer(&f, 0, i);
    miss(&f, 3);
    ck_assert_uint_eq(stats_of(&f).buckets[0].n_spare, 1);
    miss(&f, 3); /* bad: the spare steps in */
    struct dht_stats_family s = stats_of(&f);
    ck_assert_uint_eq(s.buckets[0].n_spare, 0);
    ck_assert_uint_eq(s.n_good, 8);
    miss(&f, 4);
    miss(&f, 4); /* bad, and no spare: it stays until one comes */
    ck_assert_uint_eq(stats_of(&f).n_bad, 1);
    ck_assert(answer(&f, 0, 20));
    ck_assert_uint_eq(stats_of(&f).n_bad, 0);
    close_fixture(&f);
}
END_TEST

START_TEST(node_without_spare_is_dropped_at_last)
{
    struct fixture f;
    open_fixture(&f);
    (void)answer(&f, 0, 1);
    for (int i = 0; i < DHT_TABLE_GONE; i++) {
        ck_assert_uint_eq(dht_table_n_nodes(f.t), 1);
        miss(&f, 1);
    }
    ck_assert_uint_eq(dht_table_n_nodes(f.t), 0);
    close_fixture(&f);
}
END_TEST

/* Wide addresses: an id that fits, and one that does not. */
static struct addr wide(uint8_t net, uint8_t last)
{
    return addr_v4((const uint8_t[]){60, 0, net, last}, 6881);
}

START_TEST(net_has_one_node_a_bucket_and_a_host_one)
{
    struct fixture f;
    struct addr a = wide(1, 1), b = wide(1, 2), c = wide(1, 1);
    open_fixture(&f);
    ck_assert(dht_table_on_answer(f.t, id_at(0, 1), &a, f.now_ms));
    ck_assert(!dht_table_on_answer(f.t, id_at(0, 2), &b, f.now_ms));
    c.port++;
    ck_assert(!dht_table_on_answer(f.t, id_at(5, 3), &c, f.now_ms));
    ck_assert(!dht_table_wants(f.t, id_at(0, 2), &b));
    ck_assert_uint_eq(dht_table_n_nodes(f.t), 1);
    close_fixture(&f);
}
END_TEST

START_TEST(sybils_of_one_net_get_one_place_a_bucket)
{
    struct fixture f;
    open_fixture(&f);
    for (uint8_t i = 0; i < 250; i++) {
        struct addr a = wide(7, i);
        (void)dht_table_on_answer(f.t, id_at(i % 10, i), &a, f.now_ms);
        dht_table_check(f.t);
    }
    ck_assert_uint_le(dht_table_n_nodes(f.t), 1 + 10);
    close_fixture(&f);
}
END_TEST

START_TEST(fitting_id_takes_the_place_of_one_that_does_not)
{
    struct fixture f;
    uint8_t id[DHT_ID_LEN];
    open_fixture(&f);
    for (uint8_t i = 0; i < 8; i++) {
        struct addr a = wide(i, 1);
        (void)dht_table_on_answer(f.t, id_at(0, i), &a, f.now_ms);
    }
    struct addr a = wide(100, 1);
    do
        dht_id_make(&f.rng, &a, id);
    while (id[0] < 0x80);
    ck_assert(dht_table_on_answer(f.t, id, &a, f.now_ms));
    ck_assert_uint_eq(stats_of(&f).n_verified, 1);
    close_fixture(&f);
}
END_TEST

START_TEST(id_change_by_an_answer_is_a_new_node_and_hearsay_is_nothing)
{
    struct fixture f;
    struct addr a = host(1), thief = host(2);
    struct dht_table_node out[8];
    open_fixture(&f);
    (void)answer(&f, 0, 1);
    ck_assert(!dht_table_on_query(f.t, id_at(1, 1), &a, f.now_ms));
    dht_table_load(f.t, id_at(1, 1), &a, f.now_ms);
    ck_assert_uint_eq(dht_table_closest(f.t, f.own, true, out, 8), 1);
    ck_assert_mem_eq(out[0].id, id_at(0, 1), DHT_ID_LEN);
    ck_assert(answer(&f, 1, 1));
    ck_assert_uint_eq(dht_table_closest(f.t, f.own, true, out, 8), 1);
    ck_assert_mem_eq(out[0].id, id_at(1, 1), DHT_ID_LEN);
    /* The id of a node that is well, from another address. */
    ck_assert(!dht_table_on_answer(f.t, id_at(1, 1), &thief, f.now_ms));
    ck_assert_uint_eq(dht_table_n_nodes(f.t), 1);
    close_fixture(&f);
}
END_TEST

START_TEST(what_is_not_allowed_does_not_enter)
{
    struct fixture f;
    open_fixture(&f);
    struct addr a = host(1);
    ck_assert(!dht_table_on_answer(f.t, f.own, &a, f.now_ms));
    a.port = 53;
    ck_assert(!dht_table_on_answer(f.t, id_at(0, 1), &a, f.now_ms));
    a = addr_v6((const uint8_t[16]){0x2a}, 6881);
    ck_assert(!dht_table_on_answer(f.t, id_at(0, 1), &a, f.now_ms));
    ck_assert_uint_eq(dht_table_n_nodes(f.t), 0);
    close_fixture(&f);
}
END_TEST

START_TEST(closest_are_sorted_and_for_others_only_the_proven)
{
    struct fixture f;
    struct dht_table_node out[16];
    struct addr loaded = host(50);
    open_fixture(&f);
    for (uint32_t i = 0; i < 6; i++)
        (void)answer(&f, 10 + i, i);
    dht_table_load(f.t, id_at(30, 50), &loaded, f.now_ms);
    miss(&f, 0);
    ck_assert_uint_eq(dht_table_closest(f.t, f.own, false, out, 16), 7);
    for (size_t i = 1; i < 7; i++)
        ck_assert_int_lt(dht_id_compare(f.own, out[i - 1].id, out[i].id), 0);
    ck_assert(addr_eq(&out[0].addr, &loaded));
    ck_assert_uint_eq(dht_table_closest(f.t, f.own, true, out, 16), 5);
    ck_assert_uint_eq(dht_table_closest(f.t, f.own, true, out, 2), 2);
    ck_assert_mem_eq(out[0].id, id_at(15, 5), DHT_ID_LEN);
    close_fixture(&f);
}
END_TEST

START_TEST(check_is_due_for_the_loaded_then_for_the_silent)
{
    struct fixture f;
    struct addr loaded = host(50);
    open_fixture(&f);
    (void)answer(&f, 0, 1);
    ck_assert_ptr_null(dht_table_to_check(f.t, f.now_ms));
    dht_table_load(f.t, id_at(30, 50), &loaded, f.now_ms);
    const struct dht_table_node *n = dht_table_to_check(f.t, f.now_ms);
    ck_assert_ptr_nonnull(n);
    ck_assert(addr_eq(&n->addr, &loaded));
    dht_table_on_ask(f.t, &loaded, f.now_ms);
    ck_assert_ptr_null(dht_table_to_check(f.t, f.now_ms));
    f.now_ms += DHT_TABLE_RETRY_MS;
    ck_assert_ptr_nonnull(dht_table_to_check(f.t, f.now_ms));
    miss(&f, 50);
    miss(&f, 50); /* never answered: gone */
    ck_assert_ptr_null(dht_table_to_check(f.t, f.now_ms));
    f.now_ms += DHT_TABLE_CHECK_MS;
    ck_assert_ptr_nonnull(dht_table_to_check(f.t, f.now_ms));
    close_fixture(&f);
}
END_TEST

START_TEST(refresh_is_due_once_a_quarter_of_an_hour)
{
    struct fixture f;
    uint8_t target[DHT_ID_LEN];
    open_fixture(&f);
    (void)answer(&f, 0, 1);
    ck_assert(!dht_table_to_refresh(f.t, f.now_ms, target));
    f.now_ms += DHT_TABLE_REFRESH_MS;
    ck_assert(dht_table_to_refresh(f.t, f.now_ms, target));
    ck_assert_uint_eq(dht_id_prefix(target, f.own), 0);
    ck_assert(!dht_table_to_refresh(f.t, f.now_ms, target));
    close_fixture(&f);
}
END_TEST

START_TEST(set_id_sorts_in_anew)
{
    struct fixture f;
    uint8_t id[DHT_ID_LEN] = {0xff};
    open_fixture(&f);
    for (uint32_t i = 0; i < 200; i++)
        (void)answer(&f, i % 20, i);
    uint32_t n = dht_table_n_nodes(f.t);
    dht_table_set_id(f.t, id, f.now_ms);
    dht_table_check(f.t);
    ck_assert_uint_gt(dht_table_n_nodes(f.t), 8);
    ck_assert_uint_le(dht_table_n_nodes(f.t), n);
    ck_assert_mem_eq(dht_table_id(f.t), id, sizeof id);
    close_fixture(&f);
}
END_TEST

START_TEST(estimate_is_near_the_size)
{
    struct fixture f;
    uint8_t id[DHT_ID_LEN];
    open_fixture(&f);
    for (uint32_t i = 0; i < 4000; i++) {
        struct addr a = host(i);
        rng_bytes(&f.rng, id, sizeof id);
        (void)dht_table_on_answer(f.t, id, &a, f.now_ms);
    }
    dht_table_check(f.t);
    uint64_t n = stats_of(&f).size_estimate;
    ck_assert_uint_ge(n, 1500);
    ck_assert_uint_le(n, 12000);
    close_fixture(&f);
}
END_TEST

/* Anything, in any order: the invariants hold after each step. */
START_TEST(random_steps_keep_the_invariants)
{
    struct fixture f;
    open_fixture(&f);
    for (int i = 0; i < 20000; i++) {
        uint8_t id[DHT_ID_LEN];
        uint32_t k = rng_below(&f.rng, 300);
        struct addr a = k % 2 == 0 ? host(k) : wide((uint8_t)(k / 20), 1);
        dht_id_make_near(&f.rng, f.own, rng_below(&f.rng, 12), id);
        f.now_ms += rng_below(&f.rng, 2000);
        switch (rng_below(&f.rng, 6)) {
        case 0:
        case 1:
            (void)dht_table_on_answer(f.t, id, &a, f.now_ms);
            break;
        case 2:
            dht_table_load(f.t, id, &a, f.now_ms);
            break;
        case 3:
            dht_table_on_ask(f.t, &a, f.now_ms);
            break;
        default:
            dht_table_on_fail(f.t, &a);
        }
        dht_table_check(f.t);
    }
    close_fixture(&f);
}
END_TEST

Suite *dht_table_suite(void)
{
    Suite *s = suite_create("dht_table");
    TCase *tc = tcase_create("dht_table");
    tcase_add_test(tc, full_last_bucket_splits_and_others_do_not);
    tcase_add_test(tc, node_is_good_then_questionable_then_bad);
    tcase_add_test(tc, bad_node_is_replaced_by_a_spare_or_newcomer);
    tcase_add_test(tc, node_without_spare_is_dropped_at_last);
    tcase_add_test(tc, net_has_one_node_a_bucket_and_a_host_one);
    tcase_add_test(tc, sybils_of_one_net_get_one_place_a_bucket);
    tcase_add_test(tc, fitting_id_takes_the_place_of_one_that_does_not);
    tcase_add_test(tc,
                   id_change_by_an_answer_is_a_new_node_and_hearsay_is_nothing);
    tcase_add_test(tc, what_is_not_allowed_does_not_enter);
    tcase_add_test(tc, closest_are_sorted_and_for_others_only_the_proven);
    tcase_add_test(tc, check_is_due_for_the_loaded_then_for_the_silent);
    tcase_add_test(tc, refresh_is_due_once_a_quarter_of_an_hour);
    tcase_add_test(tc, set_id_sorts_in_anew);
    tcase_add_test(tc, estimate_is_near_the_size);
    tcase_add_test(tc, random_steps_keep_the_invariants);
    suite_add_tcase(s, tc);
    return s;
}
