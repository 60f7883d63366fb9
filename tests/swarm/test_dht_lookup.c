#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_lookup.h"

#include <string.h>

#include "swarm/dht_id.h"

/* Ids are told apart by their first byte, which is the distance to the target;
 * addresses are local, so that each id fits, but for liar(). */

static const uint8_t target[DHT_ID_LEN];
static const uint8_t own[DHT_ID_LEN] = {0xff, 0xff};

static const uint8_t *id_of(uint8_t distance)
{
    static uint8_t id[DHT_ID_LEN];
    memset(id, 0, sizeof id);
    id[0] = distance;
    id[5] = 1;
    return id;
}

static struct addr addr_of(uint8_t distance)
{
    return addr_v4((const uint8_t[]){10, 0, 0, distance}, 6881);
}

static void add(struct dht_lookup *l, uint8_t distance)
{
    struct addr a = addr_of(distance);
    dht_lookup_add(l, id_of(distance), &a);
    dht_lookup_check(l);
}

static struct addr liar(uint8_t i)
{
    return addr_v4((const uint8_t[]){66, 6, i, 6}, 6881);
}

static void answer(struct dht_lookup *l, struct addr a, uint8_t distance)
{
    dht_lookup_on_answer(l, &a, id_of(distance), span_of("tok"));
    dht_lookup_check(l);
}

/* The distance of the next one that is asked; 0: none. */
static uint8_t next(struct dht_lookup *l)
{
    const struct dht_lookup_node *n = dht_lookup_next(l);
    dht_lookup_check(l);
    return n == NULL ? 0 : n->id[0];
}

START_TEST(asks_closest_first_four_at_once)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    ck_assert(dht_lookup_is_done(l));
    for (uint8_t i = 20; i > 0; i--)
        add(l, i);
    ck_assert(!dht_lookup_is_done(l));
    for (uint8_t i = 1; i <= DHT_LOOKUP_ALPHA; i++)
        ck_assert_uint_eq(next(l), i);
    ck_assert_uint_eq(next(l), 0);
    answer(l, addr_of(3), 3);
    ck_assert_uint_eq(next(l), 5);
    dht_lookup_free(l);
}
END_TEST

START_TEST(ends_when_the_eight_closest_answered)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    struct dht_lookup_node out[8];
    for (uint8_t i = 1; i <= 20; i++)
        add(l, i);
    for (uint8_t i = 1; i <= 8; i++) {
        ck_assert_uint_eq(next(l), i);
        ck_assert(!dht_lookup_is_done(l));
        answer(l, addr_of(i), i);
    }
    ck_assert(dht_lookup_is_done(l));
    ck_assert_uint_eq(next(l), 0);
    ck_assert_uint_eq(dht_lookup_n_answered(l), 8);
    ck_assert_uint_eq(dht_lookup_keepers(l, out, 8), 8);
    ck_assert_uint_eq(out[0].id[0], 1);
    ck_assert_uint_eq(out[0].token_len, 3);
    ck_assert_mem_eq(out[7].token, "tok", 3);
    dht_lookup_free(l);
}
END_TEST

START_TEST(of_one_node_ends_with_its_answer)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    add(l, 9);
    ck_assert_uint_eq(next(l), 9);
    answer(l, addr_of(9), 9);
    ck_assert(dht_lookup_is_done(l));
    ck_assert_uint_eq(dht_lookup_prefix(l), 4); /* 0x09 */
    dht_lookup_free(l);
}
END_TEST

START_TEST(late_one_is_replaced_and_not_waited_for)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    struct addr late = addr_of(1);
    struct dht_lookup_node out[8];
    for (uint8_t i = 1; i <= 5; i++)
        add(l, i);
    for (uint8_t i = 1; i <= 4; i++)
        (void)next(l);
    ck_assert_uint_eq(next(l), 0);
    dht_lookup_on_late(l, &late);
    ck_assert_uint_eq(next(l), 5);
    for (uint8_t i = 2; i <= 5; i++)
        answer(l, addr_of(i), i);
    ck_assert(dht_lookup_is_done(l));
    answer(l, late, 1); /* still counts */
    ck_assert_uint_eq(dht_lookup_keepers(l, out, 8), 5);
    ck_assert_uint_eq(out[0].id[0], 1);
    ck_assert_uint_eq(dht_lookup_n_failed(l), 0);
    dht_lookup_free(l);
}
END_TEST

START_TEST(answer_with_another_id_is_a_failure)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    struct dht_lookup_node out[8];
    add(l, 7);
    (void)next(l);
    answer(l, addr_of(7), 1);
    ck_assert_uint_eq(dht_lookup_n_failed(l), 1);
    ck_assert_uint_eq(dht_lookup_keepers(l, out, 8), 0);
    ck_assert(dht_lookup_is_done(l));
    answer(l, addr_of(7), 7); /* too late */
    ck_assert_uint_eq(dht_lookup_n_answered(l), 0);
    dht_lookup_free(l);
}
END_TEST

START_TEST(one_net_has_one_candidate)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    for (uint8_t i = 1; i < 200; i++) {
        struct addr a = addr_v4((const uint8_t[]){66, 6, 6, i}, 6881);
        dht_lookup_add(l, id_of(i), &a);
    }
    ck_assert_uint_eq(dht_lookup_n(l), 1);
    struct addr other = liar(1);
    dht_lookup_add(l, id_of(1), &other); /* an id that is there */
    ck_assert_uint_eq(dht_lookup_n(l), 1);
    dht_lookup_add(l, own, &other);
    ck_assert_uint_eq(dht_lookup_n(l), 1);
    dht_lookup_free(l);
}
END_TEST

START_TEST(liars_near_the_target_do_not_fill_the_window)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    struct dht_lookup_node out[8];
    unsigned n_liars = 0, n_honest = 0;
    for (uint8_t i = 1; i <= 30; i++) {
        struct addr a = liar(i);
        dht_lookup_add(l, id_of(i), &a);
    }
    for (uint8_t i = 101; i <= 112; i++)
        add(l, i);
    for (uint8_t i; (i = next(l)) != 0;) {
        n_liars += i < 100;
        n_honest += i > 100;
        answer(l, i < 100 ? liar(i) : addr_of(i), i);
    }
    ck_assert(dht_lookup_is_done(l));
    ck_assert_uint_eq(n_liars, DHT_LOOKUP_K);
    ck_assert_uint_eq(n_honest, DHT_LOOKUP_K);
    ck_assert_uint_eq(dht_lookup_keepers(l, out, 8), 8);
    n_liars = 0;
    for (int i = 0; i < 8; i++)
        n_liars += !out[i].fits;
    ck_assert_uint_eq(n_liars, 4);
    dht_lookup_free(l);
}
END_TEST

START_TEST(endless_candidates_are_not_asked_for_ever)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    uint8_t id[DHT_ID_LEN];
    unsigned n = 0;
    memset(id, 0x7f, sizeof id);
    for (uint32_t i = 0; i < 5000; i++) {
        struct addr a =
            addr_v4((const uint8_t[]){10, (uint8_t)(i >> 8), (uint8_t)i, 1},
                    6881);
        /* Each is closer than all before it, and nobody answers. */
        id[2] = (uint8_t)(0xff - (i >> 8));
        id[3] = (uint8_t)(0xff - i);
        dht_lookup_add(l, id, &a);
        const struct dht_lookup_node *node = dht_lookup_next(l);
        if (node == NULL)
            continue;
        n++;
        struct addr asked = node->addr;
        dht_lookup_on_fail(l, &asked);
    }
    ck_assert_uint_eq(n, DHT_LOOKUP_MAX_ASKED);
    ck_assert_uint_le(dht_lookup_n(l), DHT_LOOKUP_MAX);
    ck_assert(dht_lookup_is_done(l));
    dht_lookup_free(l);
}
END_TEST

START_TEST(token_too_long_is_none)
{
    struct dht_lookup *l = dht_lookup_new(target, own);
    struct dht_lookup_node out[8];
    uint8_t token[KRPC_MAX_TOKEN + 1] = {0};
    struct addr a = addr_of(1);
    add(l, 1);
    (void)next(l);
    dht_lookup_on_answer(l, &a, id_of(1), (struct span){token, sizeof token});
    ck_assert_uint_eq(dht_lookup_n_answered(l), 1);
    ck_assert_uint_eq(dht_lookup_keepers(l, out, 8), 0);
    dht_lookup_free(l);
}
END_TEST

Suite *dht_lookup_suite(void)
{
    Suite *s = suite_create("dht_lookup");
    TCase *tc = tcase_create("dht_lookup");
    tcase_add_test(tc, asks_closest_first_four_at_once);
    tcase_add_test(tc, ends_when_the_eight_closest_answered);
    tcase_add_test(tc, of_one_node_ends_with_its_answer);
    tcase_add_test(tc, late_one_is_replaced_and_not_waited_for);
    tcase_add_test(tc, answer_with_another_id_is_a_failure);
    tcase_add_test(tc, one_net_has_one_candidate);
    tcase_add_test(tc, liars_near_the_target_do_not_fill_the_window);
    tcase_add_test(tc, endless_candidates_are_not_asked_for_ever);
    tcase_add_test(tc, token_too_long_is_none);
    suite_add_tcase(s, tc);
    return s;
}
