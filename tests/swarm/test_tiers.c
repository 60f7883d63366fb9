/* The order of trackers, as strings: index digits, tiers apart by '|'. */
#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/tiers.h"

#include <string.h>

static const char *text(const struct tiers *t)
{
    static char out[2 * TIERS_MAX + 1];
    char *at = out;

    tiers_check(t);
    for (size_t place = 0; place < t->n; place++) {
        size_t idx = t->order[place];

        if (place > 0 && t->tier_of[idx] != t->tier_of[t->order[place - 1]])
            *at++ = '|';
        *at++ = (char)('0' + idx);
    }
    *at = '\0';
    return out;
}

static void fill(struct tiers *t, const char *tiers)
{
    tiers_init(t);
    for (; *tiers != '\0'; tiers++)
        tiers_add(t, (uint32_t)(*tiers - '0'));
}

START_TEST(tiers_add_goes_to_end_of_tier)
{
    struct tiers t;

    fill(&t, "");
    ck_assert_str_eq(text(&t), "");
    fill(&t, "2010212");
    ck_assert_str_eq(text(&t), "13|25|046");
    fill(&t, "000");
    ck_assert_str_eq(text(&t), "012");
}
END_TEST

START_TEST(tiers_to_front_moves_within_tier)
{
    struct tiers t;

    fill(&t, "000111");
    tiers_to_front(&t, 2);
    ck_assert_str_eq(text(&t), "201|345");
    tiers_to_front(&t, 4);
    ck_assert_str_eq(text(&t), "201|435");
    tiers_to_front(&t, 4);
    ck_assert_str_eq(text(&t), "201|435");
    ck_assert_uint_eq(tiers_place(&t, 2), 0);
    ck_assert_uint_eq(tiers_place(&t, 1), 2);
    ck_assert_uint_eq(tiers_place(&t, 3), 1);
}
END_TEST

/* BEP 12's example: tracker 2 answers, later only tracker 3. */
START_TEST(tiers_to_front_bep_example)
{
    struct tiers t;

    fill(&t, "000");
    tiers_to_front(&t, 1);
    ck_assert_str_eq(text(&t), "102");
    tiers_to_front(&t, 2);
    ck_assert_str_eq(text(&t), "210");
}
END_TEST

/* Every order of a tier comes up, about as often as the others; tiers stay. */
START_TEST(tiers_shuffle_is_fair_within_tiers)
{
    uint64_t seed = 42;
    struct rng rng = rng_seeded(&seed);
    unsigned n_first[3] = {0}, n_last[3] = {0};

    for (int i = 0; i < 3000; i++) {
        struct tiers t;

        fill(&t, "0001");
        tiers_shuffle(&t, &rng);
        ck_assert_uint_eq(t.order[3], 3);
        ck_assert_uint_eq(strlen(text(&t)), 5);
        n_first[t.order[0]]++;
        n_last[t.order[2]]++;
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_gt(n_first[i], 850);
        ck_assert_uint_lt(n_first[i], 1150);
        ck_assert_uint_gt(n_last[i], 850);
        ck_assert_uint_lt(n_last[i], 1150);
    }
}
END_TEST

START_TEST(tiers_remove_closes_the_gap)
{
    struct tiers t;

    fill(&t, "00110");
    tiers_remove(&t, 1);
    tiers_check(&t);
    ck_assert_str_eq(text(&t), "03|12");
    tiers_remove(&t, 3);
    tiers_remove(&t, 0);
    tiers_check(&t);
    ck_assert_str_eq(text(&t), "01");
    ck_assert_uint_eq(t.tier_of[0], 1);
}
END_TEST

Suite *tiers_suite(void)
{
    Suite *s = suite_create("tiers");
    TCase *t = tcase_create("tiers");

    tcase_add_test(t, tiers_add_goes_to_end_of_tier);
    tcase_add_test(t, tiers_to_front_moves_within_tier);
    tcase_add_test(t, tiers_to_front_bep_example);
    tcase_add_test(t, tiers_remove_closes_the_gap);
    tcase_add_test(t, tiers_shuffle_is_fair_within_tiers);
    suite_add_tcase(s, t);
    return s;
}
