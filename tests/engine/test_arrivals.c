#include "config.h"

#include "tests/engine/suites.h"

#include "engine/arrivals.h"
#include "model/reach.h"
#include "tests/net/turns.h"

static struct addr far_away(uint32_t n)
{
    uint8_t ip[4] = {198, 51, (uint8_t)(n >> 8), (uint8_t)n};
    return addr_v4(ip, (uint16_t)(1000 + n));
}

START_TEST(addresses_are_counted_once_and_by_where_they_are)
{
    static struct arrivals a;
    struct reach r = {.n_from_afar = 7};
    struct addr near[2] = {addr_v4((const uint8_t[4]){192, 168, 0, 3}, 1),
                           turns_v4(2)};
    arrivals_init(&a);
    arrivals_fill(&a, &r);
    ck_assert_uint_eq(r.n_from_afar, 0);
    ck_assert_int_eq(r.afar_ms, -1);
    ck_assert_int_eq(r.near_ms, -1);
    for (uint32_t i = 0; i < 6; i++) {
        struct addr from = far_away(i / 2);
        from.port = (uint16_t)i;
        arrivals_note(&a, &from, 100 + i);
    }
    arrivals_note(&a, &near[0], 200);
    arrivals_note(&a, &near[1], 300);
    arrivals_fill(&a, &r);
    ck_assert_uint_eq(r.n_from_afar, 3);
    ck_assert_int_eq(r.afar_ms, 105);
    ck_assert_uint_eq(r.n_from_near, 2);
    ck_assert_int_eq(r.near_ms, 300);
}
END_TEST

START_TEST(more_than_it_counts_are_still_noted)
{
    static struct arrivals a;
    struct reach r;
    arrivals_init(&a);
    for (uint32_t i = 0; i < 2 * ARRIVALS_MAX; i++) {
        struct addr from = far_away(i);
        arrivals_note(&a, &from, i);
    }
    arrivals_fill(&a, &r);
    ck_assert_uint_eq(r.n_from_afar, ARRIVALS_MAX);
    ck_assert_int_eq(r.afar_ms, 2 * ARRIVALS_MAX - 1);
}
END_TEST

Suite *arrivals_suite(void)
{
    Suite *s = suite_create("arrivals");
    TCase *tc = tcase_create("arrivals");
    tcase_add_test(tc, addresses_are_counted_once_and_by_where_they_are);
    tcase_add_test(tc, more_than_it_counts_are_still_noted);
    suite_add_tcase(s, tc);
    return s;
}
