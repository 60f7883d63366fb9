#include "config.h"

#include "tests/engine/suites.h"

#include "engine/shuns.h"

static struct addr addr_of(uint8_t host, uint16_t port)
{
    uint8_t ip[4] = {10, 0, 0, host};
    return addr_v4(ip, port);
}

START_TEST(shunned_is_the_ip_until_undone)
{
    struct shuns s = {0};
    struct addr a = addr_of(1, 6881), b = addr_of(2, 6881);
    struct addr again = addr_of(1, 50000);
    ck_assert(!shuns_has(&s, &a));
    shuns_set(&s, &a, true);
    shuns_set(&s, &again, true);
    ck_assert_uint_eq(s.n, 1);
    ck_assert(shuns_has(&s, &a) && shuns_has(&s, &again));
    ck_assert(!shuns_has(&s, &b));
    shuns_set(&s, &b, false);
    shuns_set(&s, &again, false);
    ck_assert(!shuns_has(&s, &a));
}
END_TEST

START_TEST(the_first_are_forgotten_when_there_are_too_many)
{
    struct shuns s = {0};
    for (uint8_t i = 0; i < SHUNS_MAX + 2; i++) {
        struct addr a = addr_of(i, 1);
        shuns_set(&s, &a, true);
        ck_assert(shuns_has(&s, &a));
    }
    for (uint8_t i = 0; i < SHUNS_MAX + 2; i++) {
        struct addr a = addr_of(i, 1);
        ck_assert_int_eq(shuns_has(&s, &a), i >= 2);
    }
}
END_TEST

Suite *shuns_suite(void)
{
    Suite *s = suite_create("shuns");
    TCase *tc = tcase_create("shuns");
    tcase_add_test(tc, shunned_is_the_ip_until_undone);
    tcase_add_test(tc, the_first_are_forgotten_when_there_are_too_many);
    suite_add_tcase(s, tc);
    return s;
}
