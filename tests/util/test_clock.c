/* The one test that reads the clock: it is what it tests. It asserts order, and
 * never how much time passes. */
#include "config.h"

#include "tests/util/suites.h"

#include "util/clock.h"

START_TEST(monotonic_never_goes_back)
{
    int64_t last_us = clock_now_us();
    for (int i = 0; i < 1000; i++) {
        int64_t ms = clock_now_ms();
        int64_t us = clock_now_us();
        ck_assert_int_ge(ms, last_us / 1000);
        ck_assert_int_le(ms, us / 1000);
        ck_assert_int_ge(us, last_us);
        last_us = us;
    }
}
END_TEST

START_TEST(boottime_is_not_behind_monotonic)
{
    int64_t ms = clock_now_ms();
    ck_assert_int_ge(clock_boottime_ms(), ms);
}
END_TEST

/* Suspended machines run no tests: it stands still while this does. */
START_TEST(slept_is_not_time_that_passes)
{
    int64_t slept_ms = clock_slept_ms();
    int64_t until_ms = clock_now_ms() + 20;
    ck_assert_int_ge(slept_ms, 0);
    while (clock_now_ms() < until_ms)
        ck_assert_int_le(clock_slept_ms() - slept_ms, 10);
}
END_TEST

START_TEST(wall_is_after_2020)
{
    ck_assert_int_gt(clock_wall(), 1577836800);
}
END_TEST

Suite *clock_suite(void)
{
    Suite *s = suite_create("clock");
    TCase *tc = tcase_create("clock");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, monotonic_never_goes_back);
    tcase_add_test(tc, boottime_is_not_behind_monotonic);
    tcase_add_test(tc, slept_is_not_time_that_passes);
    tcase_add_test(tc, wall_is_after_2020);
    return s;
}
