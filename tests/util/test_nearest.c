#include "config.h"

#include "tests/util/suites.h"

#include <stddef.h>

#include "util/nearest.h"

static const struct {
    const char *a, *b;
    size_t distance;
} pairs[] = {
    {"", "", 0},
    {"", "abc", 3},
    {"abc", "", 3},
    {"abc", "abc", 0},
    {"abc", "abd", 1},
    {"abc", "ab", 1},
    {"abc", "xabc", 1},
    {"abc", "acb", 1},
    {"abcd", "badc", 2},
    {"kitten", "sitting", 3},
    {"max-peers", "maxpeers", 1},
    {"1234567890123456789012345678901234567890",
     "2345678901234567890123456789012345678901", 2},
};

START_TEST(distance_counts_single_changes)
{
    ck_assert_uint_eq(nearest_distance(pairs[_i].a, pairs[_i].b),
                      pairs[_i].distance);
    ck_assert_uint_eq(nearest_distance(pairs[_i].b, pairs[_i].a),
                      pairs[_i].distance);
}
END_TEST

START_TEST(better_takes_the_nearest_within_a_third)
{
    const char *best = nearest_better("themme", NULL, "theme");
    ck_assert_str_eq(best, "theme");
    ck_assert_str_eq(nearest_better("themme", best, "themes"), "theme");
    ck_assert_str_eq(nearest_better("themes", best, "themes"), "themes");
    ck_assert_ptr_null(nearest_better("downhill", NULL, "down"));
    ck_assert_str_eq(nearest_better("dwn", NULL, "down"), "down");
    ck_assert_ptr_null(nearest_better("x", NULL, "up"));
    ck_assert_ptr_null(
        nearest_better("12345678901234567890123456789012345678901", NULL,
                       "1234567890"));
}
END_TEST

Suite *nearest_suite(void)
{
    Suite *s = suite_create("nearest");
    TCase *tc = tcase_create("nearest");
    tcase_add_loop_test(tc, distance_counts_single_changes, 0,
                        (int)(sizeof pairs / sizeof pairs[0]));
    tcase_add_test(tc, better_takes_the_nearest_within_a_third);
    suite_add_tcase(s, tc);
    return s;
}
