#include "config.h"

#include "tests/util/suites.h"

#include "util/rate.h"
#include "util/rng.h"

static const int64_t year_ms = INT64_C(365) * 24 * 3600 * 1000;

START_TEST(nothing_moved_is_rate_zero)
{
    struct rate r;
    rate_init(&r);
    ck_assert_uint_eq(rate_Bps(&r, 1000), 0);
    rate_add(&r, 0, 1000);
    ck_assert_uint_eq(rate_Bps(&r, 5000), 0);
    ck_assert_int_eq(r.started_ms, -1);
}
END_TEST

START_TEST(young_rate_counts_over_its_age)
{
    struct rate r;
    rate_init(&r);
    rate_add(&r, 1000, 5000);
    ck_assert_uint_eq(rate_Bps(&r, 5000), 4000);
    ck_assert_uint_eq(rate_Bps(&r, 5250), 4000);
    ck_assert_uint_eq(rate_Bps(&r, 5500), 2000);
    ck_assert_uint_eq(rate_Bps(&r, 6000), 1000);
    rate_add(&r, 3000, 6000);
    ck_assert_uint_eq(rate_Bps(&r, 7000), 2000);
    ck_assert_uint_eq(r.total, 4000);
}
END_TEST

/* A steady stream in steps of any size reads as its speed at any moment. */
START_TEST(steady_stream_reads_as_its_speed)
{
    struct rate r;
    rate_init(&r);
    int64_t step_ms = 1 + 13 * _i;
    for (int64_t now = 0; now < 30000; now += step_ms) {
        rate_add(&r, (uint64_t)(100 * step_ms), now);
        if (now > 6000) {
            uint64_t Bps = rate_Bps(&r, now);
            ck_assert_uint_ge(Bps, 94000);
            ck_assert_uint_le(Bps, 106000);
        }
    }
}
END_TEST

/* The window reaches from the oldest slot to this moment: no part of a slot that is to come
 * counts. */
START_TEST(window_ends_now)
{
    struct rate r;
    rate_init(&r);
    for (int64_t now_ms = 0; now_ms <= 10000; now_ms += RATE_SLOT_MS)
        rate_add(&r, 1000, now_ms);
    ck_assert_uint_eq(rate_Bps(&r, 10000), 20 * 1000 * 1000 / 4750);
    ck_assert_uint_eq(rate_Bps(&r, 10249), 20 * 1000 * 1000 / 4999);
    ck_assert_uint_eq(rate_Bps(&r, 10250), 19 * 1000 * 1000 / 4750);
}
END_TEST

START_TEST(silence_longer_than_the_window_is_rate_zero)
{
    struct rate r;
    rate_init(&r);
    rate_add(&r, 1000000, 0);
    ck_assert_uint_gt(rate_Bps(&r, 4999), 0);
    ck_assert_uint_eq(rate_Bps(&r, 5250), 0);
    rate_add(&r, 5000, 10 * year_ms);
    ck_assert_uint_le(rate_Bps(&r, 10 * year_ms), 1053);
    ck_assert_uint_eq(r.total, 1005000);
}
END_TEST

START_TEST(time_going_back_is_no_catastrophe)
{
    struct rate r;
    rate_init(&r);
    rate_add(&r, 1000, 100000);
    rate_add(&r, 1000, 50000);
    ck_assert_uint_eq(rate_Bps(&r, 50000), 8000);
    ck_assert_uint_eq(r.total, 2000);
}
END_TEST

START_TEST(slots_saturate)
{
    struct rate r;
    rate_init(&r);
    rate_add(&r, UINT64_C(1) << 40, 0);
    rate_add(&r, 1, 0);
    ck_assert_uint_eq(r.total, (UINT64_C(1) << 40) + 1);
    ck_assert_uint_eq(rate_Bps(&r, 0), UINT64_C(4) * UINT32_MAX);
    for (int64_t now = 0; now < 10000; now += 250)
        rate_add(&r, UINT64_C(1) << 40, now);
    ck_assert_uint_ge(rate_Bps(&r, 10000), UINT64_C(4) * UINT32_MAX * 19 / 20);
}
END_TEST

START_TEST(bucket_unlimited_never_waits)
{
    struct bucket b;
    bucket_init(&b, BUCKET_UNLIMITED, 0);
    bucket_take(&b, UINT64_MAX, 0);
    ck_assert_uint_eq(bucket_avail(&b, 0), UINT64_MAX);
    ck_assert_int_eq(bucket_wait_ms(&b, UINT64_MAX, 0), 0);
}
END_TEST

START_TEST(bucket_holds_at_most_its_burst)
{
    struct bucket b;
    bucket_init(&b, 1000000, 0);
    ck_assert_uint_eq(bucket_avail(&b, 0), 250000);
    ck_assert_uint_eq(bucket_avail(&b, 20 * year_ms), 250000);
    bucket_init(&b, 1, 0);
    ck_assert_uint_eq(bucket_avail(&b, 0), 16384);
}
END_TEST

START_TEST(bucket_debt_is_waited_for)
{
    struct bucket b;
    bucket_init(&b, 1000, 0);
    bucket_take(&b, 16384 + 500, 0);
    ck_assert_uint_eq(bucket_avail(&b, 0), 0);
    ck_assert_int_eq(bucket_wait_ms(&b, 0, 0), 500);
    ck_assert_int_eq(bucket_wait_ms(&b, 1, 0), 501);
    ck_assert_int_eq(bucket_wait_ms(&b, 1, 500), 1);
    ck_assert_uint_eq(bucket_avail(&b, 501), 1);
    ck_assert_int_eq(bucket_wait_ms(&b, 1, 501), 0);
    /* More than ever fits is the same as the burst. */
    ck_assert_int_eq(bucket_wait_ms(&b, UINT64_MAX, 501), 16383);
}
END_TEST

START_TEST(bucket_wait_rounds_up)
{
    struct bucket b;
    bucket_init(&b, 3000, 0);
    bucket_take(&b, 16384, 0);
    ck_assert_int_eq(bucket_wait_ms(&b, 1, 0), 1);
    ck_assert_int_eq(bucket_wait_ms(&b, 4, 0), 2);
    ck_assert_uint_lt(bucket_avail(&b, 1), 4);
    ck_assert_uint_ge(bucket_avail(&b, 2), 4);
}
END_TEST

/* Whoever takes what is there and waits as told gets the limit, no more. */
START_TEST(bucket_long_run_equals_limit)
{
    static const uint64_t limits[] = {1, 999, 16384, 1234567, 1250000000};
    uint64_t limit = limits[_i];
    uint64_t seed = 5000 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    struct bucket b;
    bucket_init(&b, limit, 0);
    bucket_take(&b, bucket_avail(&b, 0), 0);
    int64_t now = 0;
    uint64_t taken = 0;
    while (now < 100000) {
        uint64_t want = 1 + rng_below(&rng, 16384);
        now += bucket_wait_ms(&b, want, now);
        uint64_t avail = bucket_avail(&b, now);
        ck_assert_uint_ge(avail, want);
        bucket_take(&b, avail, now);
        taken += avail;
        now += rng_below(&rng, 50);
    }
    uint64_t allowed = limit * (uint64_t)now / 1000;
    ck_assert_uint_le(taken, allowed);
    ck_assert_uint_ge(taken + limit / 4 + 16384, allowed);
}
END_TEST

START_TEST(bucket_extremes_do_not_overflow)
{
    struct bucket b;
    bucket_init(&b, UINT64_MAX, 0);
    ck_assert_uint_gt(bucket_avail(&b, 0), UINT64_C(1) << 36);
    for (int i = 0; i < 3; i++)
        bucket_take(&b, UINT64_MAX, 0);
    ck_assert_uint_eq(bucket_avail(&b, 0), 0);
    ck_assert_int_gt(bucket_wait_ms(&b, 1, 0), 0);
    ck_assert_uint_gt(bucket_avail(&b, INT64_MAX), 0);

    bucket_init(&b, 1, 0);
    bucket_take(&b, UINT64_MAX, 0);
    bucket_take(&b, UINT64_MAX, 1);
    ck_assert_uint_eq(bucket_avail(&b, 100 * year_ms), 0);
    ck_assert_int_gt(bucket_wait_ms(&b, 1, 100 * year_ms), 0);
}
END_TEST

START_TEST(bucket_time_going_back_gives_nothing)
{
    struct bucket b;
    bucket_init(&b, 1000, 10000);
    bucket_take(&b, 16384, 10000);
    ck_assert_uint_eq(bucket_avail(&b, 0), 0);
    ck_assert_uint_eq(bucket_avail(&b, 10100), 100);
}
END_TEST

START_TEST(bucket_new_limit_counts_from_now)
{
    struct bucket b;
    bucket_init(&b, 1000, 0);
    bucket_take(&b, 16384 + 1000, 0);
    bucket_set_limit(&b, 2000, 500); /* 500 of the debt are paid */
    ck_assert_int_eq(bucket_wait_ms(&b, 0, 500), 250);

    bucket_init(&b, 1000000, 0);
    bucket_set_limit(&b, 1, 0); /* a smaller burst: the rest is lost */
    ck_assert_uint_eq(bucket_avail(&b, 0), 16384);

    bucket_set_limit(&b, BUCKET_UNLIMITED, 0);
    bucket_take(&b, UINT64_MAX, 0);
    bucket_set_limit(&b, 1000, 1000);
    ck_assert_uint_eq(bucket_avail(&b, 1000), 16384);
}
END_TEST

Suite *rate_suite(void)
{
    Suite *s = suite_create("rate");
    TCase *tc = tcase_create("rate");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, nothing_moved_is_rate_zero);
    tcase_add_test(tc, young_rate_counts_over_its_age);
    tcase_add_loop_test(tc, steady_stream_reads_as_its_speed, 0, 20);
    tcase_add_test(tc, window_ends_now);
    tcase_add_test(tc, silence_longer_than_the_window_is_rate_zero);
    tcase_add_test(tc, time_going_back_is_no_catastrophe);
    tcase_add_test(tc, slots_saturate);
    tcase_add_test(tc, bucket_unlimited_never_waits);
    tcase_add_test(tc, bucket_holds_at_most_its_burst);
    tcase_add_test(tc, bucket_debt_is_waited_for);
    tcase_add_test(tc, bucket_wait_rounds_up);
    tcase_add_loop_test(tc, bucket_long_run_equals_limit, 0, 5);
    tcase_add_test(tc, bucket_extremes_do_not_overflow);
    tcase_add_test(tc, bucket_time_going_back_gives_nothing);
    tcase_add_test(tc, bucket_new_limit_counts_from_now);
    return s;
}
