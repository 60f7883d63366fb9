#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/outlook.h"

enum { KB = 1024, NOW = 100000 };

START_TEST(due_is_after_what_is_before_it_in_the_queue)
{
    struct outlook o = outlook_of(NOW, 100, 1000 * KB, 10 * KB);
    ck_assert_int_eq(outlook_due_ms(&o, NOW - 5000, 500 * KB), NOW + 500);
    /* Asked just now: not before a round trip. */
    ck_assert_int_eq(outlook_due_ms(&o, NOW, 10 * KB), NOW + 100);
}
END_TEST

START_TEST(next_is_after_the_queue_or_a_round_trip)
{
    struct outlook o = outlook_of(NOW, 100, 1000 * KB, 0);
    ck_assert_int_eq(outlook_next_ms(&o, 16 * KB), NOW + 100 + 16);
    o.bytes = 1000 * KB;
    ck_assert_int_eq(outlook_next_ms(&o, 16 * KB), NOW + 1000 + 16);
}
END_TEST

START_TEST(silence_is_expected_to_last)
{
    struct outlook o = outlook_of(NOW, 100, 1000 * KB, 160 * KB);
    outlook_is_silent(&o, NOW - 10, 16 * KB);
    ck_assert_int_eq(o.lag_ms, 0);
    outlook_is_silent(&o, NOW - 2016, 16 * KB);
    ck_assert_int_eq(o.lag_ms, 2000);
    ck_assert_int_eq(outlook_due_ms(&o, 0, 16 * KB), NOW + 2000 + 16);
    ck_assert_int_eq(outlook_next_ms(&o, 16 * KB), NOW + 2000 + 160 + 16);
    ck_assert(!outlook_has_room(&o, 0));
}
END_TEST

START_TEST(unknown_is_middling_and_long_rounds_are_cut)
{
    struct outlook o = outlook_of(NOW, -1, 0, 0);
    ck_assert_int_eq(o.round_ms, OUTLOOK_ROUND_MS);
    ck_assert_uint_eq(o.Bps, OUTLOOK_STRANGER_BPS);
    o = outlook_of(NOW, 100, 0, 0);
    ck_assert_uint_eq(o.Bps, OUTLOOK_PACE_BPS);
    o = outlook_of(NOW, 30000, 4 * KB, 0);
    ck_assert_int_eq(o.round_ms, OUTLOOK_MAX_ROUND_MS);
}
END_TEST

START_TEST(room_is_a_round_trip_and_a_little)
{
    struct outlook o = outlook_of(NOW, 200, 1000 * KB, 0);
    ck_assert(outlook_has_room(&o, (200 + OUTLOOK_SLACK_MS) * KB));
    ck_assert(!outlook_has_room(&o, (201 + OUTLOOK_SLACK_MS) * KB));
    o.bytes = 100 * KB;
    ck_assert(!outlook_has_room(&o, (101 + OUTLOOK_SLACK_MS) * KB));
}
END_TEST

Suite *outlook_suite(void)
{
    Suite *s = suite_create("outlook");
    TCase *tc = tcase_create("outlook");
    tcase_add_test(tc, due_is_after_what_is_before_it_in_the_queue);
    tcase_add_test(tc, next_is_after_the_queue_or_a_round_trip);
    tcase_add_test(tc, silence_is_expected_to_last);
    tcase_add_test(tc, unknown_is_middling_and_long_rounds_are_cut);
    tcase_add_test(tc, room_is_a_round_trip_and_a_little);
    suite_add_tcase(s, tc);
    return s;
}
