#include "config.h"

#include "tests/swarm/dht_fixture.h"
#include "tests/swarm/suites.h"

#include "swarm/dht_upkeep.h"

#include <string.h>

static unsigned n_queries_to(const struct dht_fixture *f, const struct addr *a)
{
    unsigned n = 0;
    for (size_t i = 0; i < f->n_sent; i++)
        n += addr_eq(&f->sent[i].to, a) && f->sent[i].msg.type == KRPC_QUERY;
    return n;
}

START_TEST(bootstrap_is_asked_at_once_then_less_and_less)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    dht_add_bootstrap(f.d, &a, f.now_ms);
    ck_assert_uint_eq(n_queries_to(&f, &a), 1);
    ck_assert_int_eq(f.sent[0].msg.method, KRPC_FIND_NODE);
    dht_add_bootstrap(f.d, &a, f.now_ms); /* known */
    ck_assert_uint_eq(n_queries_to(&f, &a), 1);
    dht_fixture_run(&f, 60000); /* 2, 6, 14, 30 s */
    ck_assert_uint_eq(n_queries_to(&f, &a), 5);
    dht_fixture_run(&f, 3600 * 1000);
    ck_assert_uint_ge(n_queries_to(&f, &a), 12);
    ck_assert_uint_le(n_queries_to(&f, &a), 18);
    dht_fixture_close(&f);
}
END_TEST

/* Let all that were asked answer, and be asked more, but one. */
static void answer_all(struct dht_fixture *f, const struct addr *silent)
{
    for (size_t i = 0; i < f->n_sent; i++) {
        const struct dht_fixture_sent *s = &f->sent[i];
        struct krpc_msg reply = {.type = KRPC_REPLY, .tid = s->msg.tid};
        if (s->msg.type == KRPC_QUERY && !addr_eq(&s->to, silent))
            ck_assert(dht_fixture_give(f, &s->to, &reply));
    }
}

static void run_answering(struct dht_fixture *f, const struct addr *silent)
{
    dht_fixture_forget(f);
    dht_fixture_run(f, 1000);
    answer_all(f, silent);
}

static bool is_looked_behind(const struct dht_fixture *f, const struct addr *a)
{
    for (size_t i = 0; i < f->n_sent; i++) {
        const struct dht_fixture_sent *s = &f->sent[i];
        if (addr_eq(&s->to, a) && s->msg.method == KRPC_FIND_NODE &&
            memcmp(s->msg.target, dht_id(f->d, DHT_V4), DHT_ID_LEN) == 0)
            return true;
    }
    return false;
}

static void know_enough(struct dht_fixture *f)
{
    for (unsigned i = 0; i < 2 * DHT_TABLE_K; i++) {
        struct addr node = dht_fixture_addr(i);
        dht_fixture_know(f, &node);
    }
    ck_assert_uint_ge(dht_n_good(f->d), DHT_TABLE_K);
}

/* All that we know may have come to us, and know no more than we do. */
START_TEST(silent_bootstrap_is_asked_on_though_nodes_are_known)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1000);
    unsigned n = 0;
    dht_fixture_open(&f);
    dht_add_bootstrap(f.d, &a, f.now_ms);
    know_enough(&f);
    for (int second = 0; second < 60; second++) {
        run_answering(&f, &a);
        n += n_queries_to(&f, &a);
    }
    ck_assert_uint_eq(n, 4); /* 2, 6, 14, 30 s */
    for (int second = 60; second < 3600; second++) {
        run_answering(&f, &a);
        n += n_queries_to(&f, &a);
    }
    ck_assert_uint_ge(n, 8);
    ck_assert_uint_le(n, 10); /* no longer than a quarter of an hour */
    ck_assert_uint_ge(dht_n_good(f.d), DHT_TABLE_K);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(bootstrap_that_answers_late_is_looked_behind_at_once)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1000), b = dht_fixture_addr(1001);
    uint8_t nodes[KRPC_NODE4_LEN];
    struct krpc_msg reply = {.type = KRPC_REPLY};
    dht_fixture_open(&f);
    dht_add_bootstrap(f.d, &a, f.now_ms);
    know_enough(&f);
    for (int second = 0; second < 5; second++)
        run_answering(&f, &a);
    run_answering(&f, &a); /* the sixth: it is asked again */
    ck_assert_uint_eq(n_queries_to(&f, &a), 1);
    (void)krpc_put_node(nodes, dht_fixture_id(&b), &b);
    reply.nodes = (struct span){nodes, sizeof nodes};
    dht_fixture_answer(&f, &a, &reply);
    answer_all(&f, &b);
    ck_assert(is_looked_behind(&f, &b));
    for (int second = 6; second < 60; second++) {
        run_answering(&f, &b);
        ck_assert_uint_le(n_queries_to(&f, &a), 1); /* as any node */
    }
    dht_fixture_close(&f);
}
END_TEST

START_TEST(bootstrap_addresses_are_bounded)
{
    struct dht_fixture f;
    struct addr first = dht_fixture_addr(0);
    dht_fixture_open(&f);
    for (unsigned i = 0; i <= DHT_MAX_BOOTSTRAP; i++) {
        struct addr a = dht_fixture_addr(i);
        dht_add_bootstrap(f.d, &a, f.now_ms);
    }
    dht_check(f.d);
    dht_fixture_run(&f, 60000);
    ck_assert_uint_eq(n_queries_to(&f, &first), 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(first_node_is_asked_for_others_at_once)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1), b = dht_fixture_addr(2);
    uint8_t nodes[KRPC_NODE4_LEN];
    struct krpc_msg reply = {.type = KRPC_REPLY};
    dht_fixture_open(&f);
    dht_add_bootstrap(f.d, &a, f.now_ms);
    (void)krpc_put_node(nodes, dht_fixture_id(&b), &b);
    reply.nodes = (struct span){nodes, sizeof nodes};
    dht_fixture_answer(&f, &a, &reply);
    ck_assert_uint_ge(n_queries_to(&f, &b), 1); /* without another round */
    dht_fixture_close(&f);
}
END_TEST

START_TEST(silent_node_is_pinged_before_it_is_questionable)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    size_t n = 0;
    for (int second = 0; second < 40 * 60; second++) {
        dht_fixture_forget(&f);
        dht_fixture_run(&f, 1000);
        for (size_t i = 0; i < f.n_sent; i++) {
            struct krpc_msg reply = {.type = KRPC_REPLY,
                                     .tid = f.sent[i].msg.tid};
            ck_assert(dht_fixture_give(&f, &a, &reply));
            n++;
        }
        ck_assert_uint_eq(dht_n_good(f.d), 1);
    }
    ck_assert_uint_ge(n, 4); /* pings, and our own id and buckets */
    ck_assert_uint_le(n, 20);
    dht_fixture_close(&f);
}
END_TEST

/* Each query of a forged address would have us ping who has that address. */
START_TEST(strangers_are_pinged_at_a_bounded_rate)
{
    struct dht_fixture f;
    unsigned n = 0;
    dht_fixture_open(&f);
    for (unsigned i = 0; i < 1000; i++) {
        struct addr a = dht_fixture_addr(i);
        dht_fixture_forget(&f);
        dht_upkeep_on_stranger(f.d, NULL, &a, f.now_ms);
        n += (unsigned)f.n_sent;
    }
    ck_assert_uint_eq(n, DHT_UPKEEP_STRANGERS + 1);
    struct addr a = dht_fixture_addr(2000);
    f.now_ms += 1000;
    dht_fixture_forget(&f);
    dht_upkeep_on_stranger(f.d, NULL, &a, f.now_ms);
    ck_assert_uint_eq(f.n_sent, 1);
    dht_fixture_close(&f);
}
END_TEST

START_TEST(wake_asks_all_again)
{
    struct dht_fixture f;
    struct addr a = dht_fixture_addr(1);
    dht_fixture_open(&f);
    dht_fixture_know(&f, &a);
    dht_fixture_run(&f, 20000);
    dht_fixture_forget(&f);
    dht_wake(f.d, f.now_ms);
    dht_fixture_run(&f, 100);
    ck_assert_uint_ge(n_queries_to(&f, &a), 1);
    dht_fixture_close(&f);
}
END_TEST

Suite *dht_upkeep_suite(void)
{
    Suite *s = suite_create("dht_upkeep");
    TCase *tc = tcase_create("dht_upkeep");
    tcase_add_test(tc, bootstrap_is_asked_at_once_then_less_and_less);
    tcase_add_test(tc, silent_bootstrap_is_asked_on_though_nodes_are_known);
    tcase_add_test(tc, bootstrap_that_answers_late_is_looked_behind_at_once);
    tcase_add_test(tc, bootstrap_addresses_are_bounded);
    tcase_add_test(tc, first_node_is_asked_for_others_at_once);
    tcase_add_test(tc, silent_node_is_pinged_before_it_is_questionable);
    tcase_add_test(tc, strangers_are_pinged_at_a_bounded_rate);
    tcase_add_test(tc, wake_asks_all_again);
    suite_add_tcase(s, tc);
    return s;
}
