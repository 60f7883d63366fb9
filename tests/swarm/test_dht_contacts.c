#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_contacts.h"

enum { OLD_MS = DHT_CONTACTS_QUIET_MS };

static struct dht_contacts c;

static void set_up(void)
{
    uint64_t seed = 3;
    struct rng rng = rng_seeded(&seed);
    dht_contacts_init(&c, &rng, 0);
}

static void tear_down(void)
{
    dht_contacts_fini(&c);
}

static struct addr host(uint32_t i)
{
    return addr_v4((const uint8_t[]){20, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
                                     (uint8_t)i},
                   (uint16_t)(2000 + i % 60000));
}

static bool is_stranger(uint32_t i, int64_t now_ms)
{
    struct addr a = host(i);
    return dht_contacts_is_stranger(&c, &a, now_ms);
}

static void note(uint32_t i, int64_t now_ms)
{
    struct addr a = host(i);
    dht_contacts_note(&c, &a, now_ms);
}

START_TEST(who_was_sent_something_is_none_for_a_while)
{
    int64_t at_ms = OLD_MS + 1000;
    ck_assert(is_stranger(1, at_ms));
    note(1, at_ms);
    ck_assert(!is_stranger(1, at_ms));
    ck_assert(is_stranger(2, at_ms));
    ck_assert(!is_stranger(1, at_ms + DHT_CONTACTS_MS - 1));
    ck_assert(is_stranger(1, at_ms + 2 * DHT_CONTACTS_MS));
}
END_TEST

/* Also when nothing happened in between. */
START_TEST(long_silence_forgets_all)
{
    note(1, OLD_MS);
    ck_assert(is_stranger(1, OLD_MS + 3 * DHT_CONTACTS_MS));
}
END_TEST

START_TEST(another_port_of_an_address_is_no_stranger)
{
    struct addr a = host(1);
    note(1, OLD_MS);
    a.port++;
    ck_assert(!dht_contacts_is_stranger(&c, &a, OLD_MS));
}
END_TEST

START_TEST(at_first_nobody_is_one)
{
    ck_assert(!is_stranger(1, OLD_MS - 1));
    ck_assert(is_stranger(1, OLD_MS));
}
END_TEST

/* Never is one taken for a stranger that is none; the reverse happens seldom. */
START_TEST(many_contacts_leave_most_strangers)
{
    enum { N = 5000 };
    uint32_t n_wrong = 0, n_found = 0;
    for (uint32_t i = 0; i < N; i++)
        note(i, OLD_MS);
    for (uint32_t i = 0; i < N; i++) {
        n_wrong += is_stranger(i, OLD_MS);
        n_found += is_stranger(N + i, OLD_MS);
    }
    ck_assert_uint_eq(n_wrong, 0);
    ck_assert_uint_gt(n_found, N * 9 / 10);
}
END_TEST

Suite *dht_contacts_suite(void)
{
    Suite *s = suite_create("dht_contacts");
    TCase *tc = tcase_create("dht_contacts");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, who_was_sent_something_is_none_for_a_while);
    tcase_add_test(tc, long_silence_forgets_all);
    tcase_add_test(tc, another_port_of_an_address_is_no_stranger);
    tcase_add_test(tc, at_first_nobody_is_one);
    tcase_add_test(tc, many_contacts_leave_most_strangers);
    suite_add_tcase(s, tc);
    return s;
}
