#include "config.h"

#include "tests/engine/suites.h"

#include "engine/limits.h"

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

Suite *limits_suite(void)
{
    Suite *s = suite_create("limits");
    TCase *tc = tcase_create("limits");
    tcase_add_test(tc, dials_burst_then_rate);
    tcase_add_test(tc, half_open_are_bounded);
    tcase_add_test(tc, connections_are_bounded_both_ways);
    suite_add_tcase(s, tc);
    return s;
}
