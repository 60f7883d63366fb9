#include "config.h"

#include "tests/engine/suites.h"

#include "engine/limits.h"
#include "swarm/choker.h"
#include "util/rng.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

START_TEST(dials_burst_then_rate)
{
    struct limits l;
    limits_init(&l, 1000, 0, 0, 5000);
    uint32_t n = 0;
    while (limits_may_dial(&l, 5000)) {
        limits_on_up(&l);
        n++;
    }
    ck_assert_uint_eq(n, LIMITS_DIAL_BURST);
    for (int64_t now_ms = 5000; now_ms <= 7000; now_ms += 10)
        if (limits_may_dial(&l, now_ms)) {
            limits_on_up(&l);
            n++;
        }
    ck_assert_uint_eq(n, LIMITS_DIAL_BURST + 2 * LIMITS_DIALS_PER_S);
}
END_TEST

/* Whatever second one looks at. */
START_TEST(braced_no_second_has_more_than_the_burst)
{
    struct limits l;
    limits_init(&l, 1000, 0, 0, 5000);
    limits_brace(&l, 6000);
    uint32_t n = 0;
    for (int64_t now_ms = 6000; now_ms < 7000; now_ms += 10)
        while (limits_may_dial(&l, now_ms)) {
            limits_on_up(&l);
            n++;
        }
    ck_assert_uint_ge(n, LIMITS_DIALS_PER_S);
    ck_assert_uint_le(n, LIMITS_DIAL_BURST);
}
END_TEST

START_TEST(half_open_are_bounded)
{
    struct limits l;
    limits_init(&l, 1000, 0, 0, 0);
    uint32_t n = 0;
    for (int64_t now_ms = 0; now_ms < 60000; now_ms += 50)
        if (limits_may_dial(&l, now_ms))
            n++;
    ck_assert_uint_eq(n, LIMITS_MAX_HALF_OPEN);
    limits_on_closed(&l, true);
    ck_assert(limits_may_dial(&l, 60000));
    ck_assert(!limits_may_dial(&l, 61000));
}
END_TEST

START_TEST(connections_are_bounded_both_ways)
{
    struct limits l;
    limits_init(&l, 3, 0, 0, 0);
    ck_assert(limits_may_accept(&l));
    ck_assert(limits_may_dial(&l, 0));
    limits_on_up(&l);
    ck_assert(limits_may_accept(&l));
    ck_assert(!limits_may_accept(&l));
    ck_assert(!limits_may_dial(&l, 1000));
    limits_on_closed(&l, false);
    ck_assert(limits_may_accept(&l));
}
END_TEST

static const struct {
    uint64_t n_descriptors;
    uint32_t n_conns;
} budgets[] = {
    {0, 4},
    {20, 4},
    {21, 4},
    {25, 4},
    {30, 8},
    {64, 35},
    {256, 188},
    {270, 200},
    {1024, 803},
    {65536, 52412},
    {UINT32_MAX, 3435973820},
    {UINT64_MAX, UINT32_MAX},
};

START_TEST(conns_for_descriptors_leaves_some_for_the_rest)
{
    ck_assert_uint_eq(limits_conns_for(budgets[_i].n_descriptors),
                      budgets[_i].n_conns);
}
END_TEST

static void allow_descriptors(rlim_t soft, rlim_t hard)
{
    struct rlimit r = {.rlim_cur = soft, .rlim_max = hard};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &r), 0);
}

/* Each in a process of its own, where libcheck forks: a hard limit stays. */
START_TEST(init_asks_for_descriptors_and_makes_do_with_what_there_is)
{
    const char *fork_mode = getenv("CK_FORK");
    if (fork_mode != NULL && strcmp(fork_mode, "no") == 0)
        return;
    struct limits l;
    struct rlimit r;
    allow_descriptors(100, 400);
    limits_init(&l, 0, 0, 0, 0);
    ck_assert_uint_eq(l.max_conns, LIMITS_MAX_CONNS);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &r), 0);
    ck_assert_uint_ge(r.rlim_cur, 270);
    limits_init(&l, 50, 0, 0, 0);
    ck_assert_uint_eq(l.max_conns, 50);
    limits_init(&l, 5000, 0, 0, 0);
    ck_assert_uint_eq(l.max_conns, limits_conns_for(400));
}
END_TEST

START_TEST(limits_words_say_what_is_off)
{
    char words[LIMITS_WORDS_LEN];
    limits_words(2 << 20, 0, words);
    ck_assert_str_eq(words, "D 2.0 MiB/s  U off");
    limits_words(0, UINT64_MAX, words);
    ck_assert_ptr_nonnull(strstr(words, "D off  U "));
}
END_TEST

/* Refused is not counted, given back is there again: against a plain count. */
START_TEST(counts_follow_random_use)
{
    uint64_t seed = (uint64_t)_i + 1;
    struct rng rng = rng_seeded(&seed);
    struct limits l;
    uint32_t n_up = 0, n_half_open = 0;
    int64_t now_ms = 0;
    limits_init(&l, 30, 0, 0, 0);
    for (int step = 0; step < 5000; step++) {
        now_ms += rng_below(&rng, 100);
        switch (rng_below(&rng, 5)) {
        case 0:
            n_half_open += limits_may_dial(&l, now_ms) ? 1 : 0;
            break;
        case 1:
            n_up += limits_may_accept(&l) ? 1 : 0;
            break;
        case 2:
            if (n_half_open > 0) {
                limits_on_up(&l);
                n_half_open--;
                n_up++;
            }
            break;
        case 3:
            if (n_half_open > 0) {
                limits_on_closed(&l, true);
                n_half_open--;
            }
            break;
        default:
            if (n_up > 0) {
                limits_on_closed(&l, false);
                n_up--;
            }
        }
        ck_assert_msg(l.n_half_open == n_half_open &&
                          l.n_conns == n_half_open + n_up && l.n_conns <= 30,
                      "seed %d, step %d", _i + 1, step);
    }
}
END_TEST

START_TEST(slots_follow_the_rates_until_they_are_set)
{
    struct limits l;
    limits_init(&l, 1000, 0, 0, 0);
    ck_assert_uint_eq(limits_slots(&l, 2), CHOKER_SLOTS);
    ck_assert_uint_eq(limits_slots(&l, CHOKER_SLOTS + 3), CHOKER_SLOTS + 3);
    l.has_slots = true;
    ck_assert_uint_eq(limits_slots(&l, 20), 0);
    l.n_slots = 3;
    ck_assert_uint_eq(limits_slots(&l, 20), 3);
    l.n_slots = UINT32_MAX;
    ck_assert_uint_eq(limits_slots(&l, 20), CHOKER_MAX_SLOTS);
}
END_TEST

Suite *limits_suite(void)
{
    Suite *s = suite_create("limits");
    TCase *tc = tcase_create("limits");
    tcase_add_test(tc, dials_burst_then_rate);
    tcase_add_test(tc, braced_no_second_has_more_than_the_burst);
    tcase_add_test(tc, half_open_are_bounded);
    tcase_add_test(tc, connections_are_bounded_both_ways);
    tcase_add_loop_test(tc, conns_for_descriptors_leaves_some_for_the_rest, 0,
                        (int)(sizeof budgets / sizeof budgets[0]));
    tcase_add_test(tc,
                   init_asks_for_descriptors_and_makes_do_with_what_there_is);
    tcase_add_loop_test(tc, counts_follow_random_use, 0, 5);
    tcase_add_test(tc, limits_words_say_what_is_off);
    tcase_add_test(tc, slots_follow_the_rates_until_they_are_set);
    suite_add_tcase(s, tc);
    return s;
}
