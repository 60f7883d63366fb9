#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_guard.h"

struct fixture {
    uint64_t seed;
    struct rng rng;
    struct dht_guard *g;
};

static void open_fixture(struct fixture *f)
{
    f->seed = 1;
    f->rng = rng_seeded(&f->seed);
    f->g = dht_guard_new(&f->rng, 8000, 0);
}

static struct addr host(uint32_t i)
{
    return addr_v4((const uint8_t[]){20, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
                                     (uint8_t)i},
                   6881);
}

/* How many of n queries of one host at once are heard. */
static unsigned ask(struct fixture *f, struct addr a, unsigned n,
                    int64_t now_ms)
{
    unsigned n_heard = 0;
    for (unsigned i = 0; i < n; i++)
        n_heard += dht_guard_hears(f->g, &a, now_ms);
    return n_heard;
}

START_TEST(host_has_a_burst_then_five_a_second)
{
    struct fixture f;
    open_fixture(&f);
    ck_assert_uint_eq(ask(&f, host(1), 60, 0), DHT_GUARD_BURST);
    ck_assert_uint_eq(ask(&f, host(2), 10, 0), 10);
    /* The ten beyond are owed: two seconds. */
    ck_assert_uint_eq(ask(&f, host(1), 1, 1900), 0);
    ck_assert_uint_eq(ask(&f, host(1), 8, 4000), 8);
    dht_guard_free(f.g);
}
END_TEST

START_TEST(host_that_goes_on_is_blocked_for_five_minutes)
{
    struct fixture f;
    struct addr ip;
    int64_t until_ms;
    struct addr a = host(1);
    open_fixture(&f);
    ck_assert_uint_eq(ask(&f, a, 2 * DHT_GUARD_BURST - 1, 0), DHT_GUARD_BURST);
    ck_assert(!dht_guard_is_blocked(f.g, &a, 0));
    ck_assert_uint_eq(ask(&f, a, 1, 0), 0);
    ck_assert(dht_guard_is_blocked(f.g, &a, DHT_GUARD_BLOCK_MS - 1));
    ck_assert_uint_eq(dht_guard_blocked(f.g, 1000, &ip, &until_ms, 1), 1);
    ck_assert(addr_same_ip(&ip, &a));
    ck_assert_int_eq(until_ms, DHT_GUARD_BLOCK_MS);
    ck_assert(!dht_guard_is_blocked(f.g, &a, DHT_GUARD_BLOCK_MS));
    ck_assert_uint_gt(ask(&f, a, 1, DHT_GUARD_BLOCK_MS), 0);
    dht_guard_free(f.g);
}
END_TEST

START_TEST(ports_of_a_host_are_one_but_for_local_ones)
{
    struct fixture f;
    struct addr a = host(1), b = host(1);
    struct addr local = addr_v4((const uint8_t[]){127, 0, 0, 1}, 2000);
    b.port = 7777;
    open_fixture(&f);
    ck_assert_uint_eq(ask(&f, a, 50, 0), 50);
    ck_assert_uint_eq(ask(&f, b, 1, 0), 0);
    ck_assert_uint_eq(ask(&f, local, 50, 0), 50);
    local.port++;
    ck_assert_uint_eq(ask(&f, local, 50, 0), 50);
    dht_guard_free(f.g);
}
END_TEST

START_TEST(all_together_send_no_more_than_the_limits)
{
    struct fixture f;
    size_t n = 0, bytes = 0;
    open_fixture(&f);
    for (int64_t ms = 0; ms < 10000; ms++) {
        for (int i = 0; i < 10; i++) {
            if (!dht_guard_sends(f.g, 300, ms))
                continue;
            n++;
            bytes += 300;
        }
    }
    ck_assert_uint_le(bytes, 10 * 8000 + 16384);
    ck_assert_uint_ge(bytes, 10 * 8000);
    size_t n_small = 0;
    for (int64_t ms = 20000; ms < 30000; ms++)
        n_small += dht_guard_sends(f.g, 10, ms) + dht_guard_sends(f.g, 10, ms);
    ck_assert_uint_le(n_small,
                      10 * DHT_GUARD_REPLIES_PER_S + DHT_GUARD_REPLIES_BURST);
    ck_assert_uint_ge(n_small, 10 * DHT_GUARD_REPLIES_PER_S);
    dht_guard_free(f.g);
}
END_TEST

START_TEST(forged_addresses_cost_bounded_memory_and_one_forgotten_block)
{
    struct fixture f;
    struct addr a = host(1);
    open_fixture(&f);
    (void)ask(&f, a, 200, 0);
    ck_assert(dht_guard_is_blocked(f.g, &a, 1));
    for (uint32_t i = 2; i < 20000; i++)
        (void)ask(&f, host(i), 1, 1);
    ck_assert(!dht_guard_is_blocked(f.g, &a, 1)); /* made room */
    dht_guard_free(f.g);
}
END_TEST

Suite *dht_guard_suite(void)
{
    Suite *s = suite_create("dht_guard");
    TCase *tc = tcase_create("dht_guard");
    tcase_add_test(tc, host_has_a_burst_then_five_a_second);
    tcase_add_test(tc, host_that_goes_on_is_blocked_for_five_minutes);
    tcase_add_test(tc, ports_of_a_host_are_one_but_for_local_ones);
    tcase_add_test(tc, all_together_send_no_more_than_the_limits);
    tcase_add_test(
        tc, forged_addresses_cost_bounded_memory_and_one_forgotten_block);
    suite_add_tcase(s, tc);
    return s;
}
