#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/pace.h"

enum { BLOCK = 16384 };

/* n blocks, one each so many ms; the last of them is the last on order or not. */
static int64_t bring(struct pace *p, uint32_t n, int64_t each_ms, bool has_more,
                     int64_t now_ms)
{
    for (uint32_t i = 0; i < n; i++) {
        now_ms += each_ms;
        pace_on_block(p, BLOCK, has_more || i + 1 < n, now_ms);
    }
    return now_ms;
}

START_TEST(pace_is_known_once_a_stretch_was_long_enough)
{
    struct pace p = {.Bps = 0};
    ck_assert_uint_eq(pace_Bps(&p, 0), 0);
    (void)bring(&p, 1, 10, true, 0);
    ck_assert_uint_eq(pace_Bps(&p, 1000), 0);
    (void)bring(&p, 4, 10, true, 10);
    ck_assert_uint_eq(pace_Bps(&p, 50), 0);
    (void)bring(&p, 1, 10, true, 50);
    ck_assert_uint_eq(pace_Bps(&p, 60), 100 * BLOCK);
}
END_TEST

START_TEST(pace_does_not_count_idle_time)
{
    struct pace p = {.Bps = 0};
    int64_t now_ms = bring(&p, 61, 10, false, 0);
    ck_assert_uint_eq(pace_Bps(&p, now_ms), 100 * BLOCK);
    ck_assert_uint_eq(pace_Bps(&p, now_ms + 60000), 100 * BLOCK);
    /* What comes a minute later is a new stretch. */
    (void)bring(&p, 61, 10, false, now_ms + 60000);
    ck_assert_uint_eq(pace_Bps(&p, now_ms + 61000), 100 * BLOCK);
}
END_TEST

START_TEST(pace_follows_a_change)
{
    struct pace p = {.Bps = 0};
    int64_t now_ms = bring(&p, 101, 10, true, 0);
    now_ms = bring(&p, 50, 100, true, now_ms);
    ck_assert_uint_ge(pace_Bps(&p, now_ms), 10 * BLOCK);
    ck_assert_uint_le(pace_Bps(&p, now_ms), 11 * BLOCK);
}
END_TEST

START_TEST(pace_of_the_slowest_is_not_nothing)
{
    struct pace p = {.Bps = 0};
    (void)bring(&p, 2, INT64_C(1) << 40, true, 0);
    ck_assert_uint_eq(pace_Bps(&p, INT64_C(1) << 41), 1);
}
END_TEST

START_TEST(pace_pauses)
{
    struct pace p = {.Bps = 0};
    (void)bring(&p, 101, 10, true, 0);
    pace_pause(&p);
    int64_t now_ms = bring(&p, 101, 10, true, 100000);
    ck_assert_uint_eq(pace_Bps(&p, now_ms), 100 * BLOCK);
}
END_TEST

Suite *pace_suite(void)
{
    Suite *s = suite_create("pace");
    TCase *tc = tcase_create("pace");
    tcase_add_test(tc, pace_is_known_once_a_stretch_was_long_enough);
    tcase_add_test(tc, pace_does_not_count_idle_time);
    tcase_add_test(tc, pace_follows_a_change);
    tcase_add_test(tc, pace_of_the_slowest_is_not_nothing);
    tcase_add_test(tc, pace_pauses);
    suite_add_tcase(s, tc);
    return s;
}
