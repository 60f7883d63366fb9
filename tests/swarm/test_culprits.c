#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/culprits.h"
#include "util/rng.h"

enum { SECOND = 1000 };

static struct culprits *new_culprits(void)
{
    uint64_t seed = 1;
    struct rng rng = rng_seeded(&seed);
    return culprits_new(&rng);
}

static struct addr at(uint32_t n, uint16_t port)
{
    uint8_t ip[4] = {80, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    return addr_v4(ip, port);
}

static struct addr here(uint16_t port)
{
    uint8_t ip[4] = {127, 0, 0, 1};
    return addr_v4(ip, port);
}

START_TEST(culprit_is_the_ip_but_on_loopback_the_port_too)
{
    static const uint8_t v6[16] = {[15] = 1};
    struct addr a = at(1, 80), b = at(1, 81), c = here(80);
    struct addr d = addr_v6(v6, 80);
    struct addr of_a = culprits_of(&a), of_b = culprits_of(&b);
    struct addr of_c = culprits_of(&c), of_d = culprits_of(&d);
    ck_assert(addr_eq(&of_a, &of_b));
    ck_assert(addr_eq(&of_c, &c));
    ck_assert(addr_eq(&of_d, &d));
}
END_TEST

START_TEST(culprit_on_a_loopback_address_of_its_own_is_the_ip)
{
    static const uint8_t ip[4] = {127, 0, 0, 2};
    struct addr a = addr_v4(ip, 80), b = addr_v4(ip, 81);
    struct addr of_a = culprits_of(&a), of_b = culprits_of(&b);
    ck_assert(addr_eq(&of_a, &of_b));
}
END_TEST

START_TEST(ban_covers_all_ports_of_an_ip)
{
    struct culprits *c = new_culprits();
    struct addr a = at(1, 80), b = at(1, 81), other = at(2, 80);
    culprits_ban(c, &a);
    culprits_ban(c, &b);
    ck_assert_uint_eq(culprits_n_banned(c), 1);
    ck_assert(culprits_is_banned(c, &b));
    ck_assert(!culprits_is_banned(c, &other));
    culprits_free(c);
}
END_TEST

START_TEST(bans_are_bounded_oldest_forgotten)
{
    struct culprits *c = new_culprits();
    for (uint32_t i = 0; i <= CULPRITS_MAX_BANS; i++) {
        struct addr a = at(i, 80);
        culprits_ban(c, &a);
    }
    struct addr first = at(0, 80), second = at(1, 80);
    ck_assert_uint_eq(culprits_n_banned(c), CULPRITS_MAX_BANS);
    ck_assert(!culprits_is_banned(c, &first));
    ck_assert(culprits_is_banned(c, &second));
    culprits_free(c);
}
END_TEST

START_TEST(third_dial_waits_for_a_minute_after_the_first)
{
    struct culprits *c = new_culprits();
    struct addr a = at(1, 80), b = at(1, 81);
    ck_assert_int_eq(culprits_may_dial_ms(c, &a), INT64_MIN);
    culprits_count_dial(c, &a, 10 * SECOND);
    ck_assert_int_eq(culprits_may_dial_ms(c, &b), INT64_MIN);
    culprits_count_dial(c, &b, 30 * SECOND);
    ck_assert_int_eq(culprits_may_dial_ms(c, &a), 70 * SECOND);
    culprits_count_dial(c, &a, 70 * SECOND);
    ck_assert_int_eq(culprits_may_dial_ms(c, &a), 90 * SECOND);
    culprits_free(c);
}
END_TEST

START_TEST(dials_are_forgotten_after_a_minute)
{
    struct culprits *c = new_culprits();
    for (uint32_t i = 0; i < 1000; i++) {
        struct addr a = at(i, 80);
        culprits_count_dial(c, &a, (int64_t)i * SECOND);
    }
    ck_assert_uint_eq(culprits_n_dialled(c), 60);
    culprits_free(c);
}
END_TEST

Suite *culprits_suite(void)
{
    Suite *s = suite_create("culprits");
    TCase *tc = tcase_create("culprits");
    tcase_add_test(tc, culprit_is_the_ip_but_on_loopback_the_port_too);
    tcase_add_test(tc, culprit_on_a_loopback_address_of_its_own_is_the_ip);
    tcase_add_test(tc, ban_covers_all_ports_of_an_ip);
    tcase_add_test(tc, bans_are_bounded_oldest_forgotten);
    tcase_add_test(tc, third_dial_waits_for_a_minute_after_the_first);
    tcase_add_test(tc, dials_are_forgotten_after_a_minute);
    suite_add_tcase(s, tc);
    return s;
}
