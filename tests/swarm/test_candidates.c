#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/candidates.h"
#include "util/rng.h"

static struct candidates *new_candidates(void)
{
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    return candidates_new(&rng);
}

static struct candidate make(uint32_t n, enum peers_source source,
                             uint32_t n_fails, uint32_t priority)
{
    uint8_t ip[4] = {80, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    return (struct candidate){.addr = addr_v4(ip, 6881),
                              .state = CANDIDATE_PARKED,
                              .source = source,
                              .n_fails = n_fails,
                              .priority = priority,
                              .ready_ms = INT64_MIN};
}

static struct candidate *add(struct candidates *cs, uint32_t n,
                             enum peers_source source, uint32_t n_fails,
                             uint32_t priority)
{
    struct candidate newcomer = make(n, source, n_fails, priority);
    struct candidate *c = candidates_add(cs, &newcomer);
    return c;
}

START_TEST(best_is_by_failures_then_priority_then_source)
{
    struct candidates *cs = new_candidates();
    const struct candidate *expected[4];
    expected[3] = add(cs, 1, PEERS_USER, 1, UINT32_MAX);
    expected[2] = add(cs, 2, PEERS_DHT, 0, 5);
    expected[0] = add(cs, 3, PEERS_DHT, 0, 6);
    expected[1] = add(cs, 4, PEERS_TRACKER, 0, 5);
    for (size_t i = 0; i < 4; i++) {
        struct candidate *c = candidates_best(cs, 0);
        ck_assert_ptr_eq(c, expected[i]);
        candidates_set_state(cs, c, CANDIDATE_DIALLING);
        candidates_check(cs);
    }
    ck_assert_ptr_null(candidates_best(cs, 0));
    ck_assert_int_eq(candidates_deadline_ms(cs, 0), INT64_MAX);
    candidates_free(cs);
}
END_TEST

START_TEST(waiting_ones_are_ready_when_due)
{
    struct candidates *cs = new_candidates();
    struct candidate *a = add(cs, 1, PEERS_DHT, 0, 0);
    struct candidate *b = add(cs, 2, PEERS_DHT, 0, 0);
    a->ready_ms = 200;
    candidates_place(cs, a);
    b->ready_ms = 100;
    candidates_place(cs, b);
    candidates_check(cs);
    ck_assert_int_eq(candidates_deadline_ms(cs, 0), 100);
    ck_assert_ptr_null(candidates_best(cs, 99));
    ck_assert_ptr_eq(candidates_best(cs, 100), b);
    candidates_set_state(cs, b, CANDIDATE_CONNECTED);
    ck_assert_int_eq(candidates_deadline_ms(cs, 100), 200);
    ck_assert_uint_eq(candidates_n_dialable(cs), 1);
    candidates_free(cs);
}
END_TEST

START_TEST(given_up_self_and_seeds_while_seeding_are_parked)
{
    struct candidates *cs = new_candidates();
    struct candidate *c = add(cs, 1, PEERS_DHT, PEERS_MAX_FAILS, 0);
    ck_assert_int_eq(c->state, CANDIDATE_PARKED);
    c->was_reached = true;
    candidates_place(cs, c);
    ck_assert_int_eq(c->state, CANDIDATE_READY);
    c->n_fails = PEERS_MAX_FAILS_REACHED;
    candidates_place(cs, c);
    ck_assert_int_eq(c->state, CANDIDATE_PARKED);
    candidates_set_source(cs, c, PEERS_USER);
    ck_assert_int_eq(c->state, CANDIDATE_READY);
    c->is_seed = true;
    candidates_set_seeding(cs, true);
    ck_assert_int_eq(c->state, CANDIDATE_PARKED);
    candidates_set_seeding(cs, false);
    ck_assert_int_eq(c->state, CANDIDATE_READY);
    c->is_self = true;
    candidates_place(cs, c);
    ck_assert_int_eq(c->state, CANDIDATE_PARKED);
    candidates_check(cs);
    candidates_free(cs);
}
END_TEST

START_TEST(full_list_takes_only_better_ones)
{
    struct candidates *cs = new_candidates();
    for (uint32_t i = 0; i < PEERS_MAX; i++)
        ck_assert_ptr_nonnull(
            add(cs, i, i % 2 == 0 ? PEERS_TRACKER : PEERS_PEX, 0, 1));
    ck_assert_ptr_null(add(cs, 5000, PEERS_PEX, 0, 1));
    ck_assert_ptr_null(add(cs, 5001, PEERS_DHT, 0, UINT32_MAX));
    ck_assert_ptr_nonnull(add(cs, 5002, PEERS_PEX, 0, 2));
    ck_assert_ptr_nonnull(add(cs, 5003, PEERS_TRACKER, 0, 0));
    ck_assert_uint_eq(candidates_count(cs), PEERS_MAX);
    /* One that failed is worse than any not tried: it goes. */
    struct candidate *c = candidates_best(cs, 0);
    struct addr a = c->addr;
    c->n_fails = 1;
    candidates_place(cs, c);
    ck_assert_ptr_nonnull(add(cs, 5004, PEERS_DHT, 0, 0));
    ck_assert_ptr_null(candidates_find(cs, &a));
    candidates_check(cs);
    candidates_free(cs);
}
END_TEST

START_TEST(no_source_may_fill_the_list_but_the_user)
{
    struct candidates *cs = new_candidates();
    uint32_t n_pex = 0;
    uint32_t n_user = 0;
    for (uint32_t i = 0; i < 3000; i++)
        n_pex += add(cs, i, PEERS_PEX, 0, 0) != NULL;
    ck_assert_uint_eq(n_pex, PEERS_MAX_OF_SOURCE);
    ck_assert_ptr_nonnull(add(cs, 5000, PEERS_PEX, 0, 1)); /* for a worse one */
    ck_assert_uint_eq(candidates_count(cs), PEERS_MAX_OF_SOURCE);
    ck_assert_ptr_nonnull(add(cs, 5001, PEERS_DHT, 0, 0));
    for (uint32_t i = 10000; i < 13000; i++)
        n_user += add(cs, i, PEERS_USER, 0, 0) != NULL;
    ck_assert_uint_eq(n_user, PEERS_MAX);
    candidates_check(cs);
    candidates_free(cs);
}
END_TEST

START_TEST(busy_ones_are_never_forgotten_for_room)
{
    struct candidates *cs = new_candidates();
    for (uint32_t i = 0; i < 60; i++) {
        struct candidate *c = add(cs, i, PEERS_DHT, 2, 0);
        candidates_set_state(cs, c,
                             i % 2 == 0 ? CANDIDATE_DIALLING
                                        : CANDIDATE_CONNECTED);
    }
    for (uint32_t i = 1000; i < 5000; i++)
        (void)add(cs, i, PEERS_USER, 0, 0);
    for (uint32_t i = 0; i < 60; i++) {
        struct candidate known = make(i, PEERS_DHT, 0, 0);
        ck_assert_ptr_nonnull(candidates_find(cs, &known.addr));
    }
    candidates_check(cs);
    candidates_free(cs);
}
END_TEST

START_TEST(compare_puts_reached_ones_first)
{
    struct candidate a = make(1, PEERS_DHT, 2, 0);
    struct candidate b = make(2, PEERS_USER, 0, 9);
    struct candidate c = make(3, PEERS_USER, 0, 9);
    a.was_reached = true;
    ck_assert_int_lt(candidates_compare(&a, &b), 0);
    ck_assert_int_gt(candidates_compare(&b, &a), 0);
    ck_assert_int_lt(candidates_compare(&b, &c), 0);
}
END_TEST

Suite *candidates_suite(void)
{
    Suite *s = suite_create("candidates");
    TCase *tc = tcase_create("candidates");
    tcase_add_test(tc, best_is_by_failures_then_priority_then_source);
    tcase_add_test(tc, waiting_ones_are_ready_when_due);
    tcase_add_test(tc, given_up_self_and_seeds_while_seeding_are_parked);
    tcase_add_test(tc, full_list_takes_only_better_ones);
    tcase_add_test(tc, no_source_may_fill_the_list_but_the_user);
    tcase_add_test(tc, busy_ones_are_never_forgotten_for_room);
    tcase_add_test(tc, compare_puts_reached_ones_first);
    suite_add_tcase(s, tc);
    return s;
}
