#include "config.h"

#include "tests/engine/suites.h"

#include "engine/senders.h"

static struct addr addr_of(uint32_t id)
{
    uint8_t ip[4] = {10, 0, (uint8_t)(id >> 8), (uint8_t)id};
    return addr_v4(ip, 6881);
}

START_TEST(the_latest_are_remembered)
{
    struct senders s = {.ring = NULL};
    ck_assert_uint_eq(senders_addr(&s, 1, 1).port, 0);
    uint32_t latest = 0;
    for (uint32_t n = 1; n <= 3 * SENDERS_MAX; n *= 3) {
        while (latest < n) {
            struct addr a = addr_of(++latest);
            senders_remember(&s, latest, &a);
        }
        for (uint32_t id = 1; id <= latest; id++) {
            struct addr a = addr_of(id), got = senders_addr(&s, id, latest);
            if (latest - id < SENDERS_MAX)
                ck_assert(addr_eq(&got, &a));
            else
                ck_assert_uint_eq(got.port, 0);
        }
    }
    ck_assert_uint_eq(senders_addr(&s, PEER_ID_NONE, latest).port, 0);
    senders_fini(&s);
}
END_TEST

/* Connections that never greeted leave gaps. */
START_TEST(one_that_never_came_has_no_address)
{
    struct senders s = {.ring = NULL};
    struct addr a = addr_of(40);
    senders_remember(&s, 40, &a);
    ck_assert_uint_eq(senders_addr(&s, 39, 41).port, 0);
    ck_assert_uint_eq(senders_addr(&s, 41, 41).port, 0);
    ck_assert_uint_eq(senders_addr(&s, 40, 41).port, 6881);
    senders_fini(&s);
}
END_TEST

Suite *senders_suite(void)
{
    Suite *s = suite_create("senders");
    TCase *tc = tcase_create("senders");
    tcase_add_test(tc, the_latest_are_remembered);
    tcase_add_test(tc, one_that_never_came_has_no_address);
    suite_add_tcase(s, tc);
    return s;
}
