/* Two sessions of this machine find each other, on loopback alone. */
#include "config.h"

#include "tests/engine/suites.h"

#include <string.h>

#include "engine/localpeers.h"
#include "net/loop.h"
#include "net/multicast.h"
#include "swarm/neighbours.h"
#include "tests/engine/outside.h"
#include "tests/net/turns.h"

static const uint8_t hash[20] = "an info-hash of ours";
static struct outside outside;
static struct addr loopback;
static struct multicast *holder; /* keeps the port that the test has */
static int n_heard;
static struct addr heard;

static void ignore(void *ctx, const struct addr *from, struct span bytes)
{
    (void)ctx;
    (void)from;
    (void)bytes;
}

static void on_peer(void *ctx, const uint8_t *info_hash, const struct addr *a)
{
    ck_assert_ptr_eq(ctx, &outside);
    ck_assert_mem_eq(info_hash, hash, sizeof hash);
    n_heard++;
    heard = *a;
}

static void set_up(void)
{
    static const uint8_t group_ip[4] = {239, 192, 152, 143};
    struct addr group = addr_v4(group_ip, 0);
    struct multicast_handler handler = {.on_datagram = ignore};
    outside_init(&outside);
    outside.env.listen_port = 6881;
    loopback = turns_v4(0);
    n_heard = 0;
    if (multicast_new(outside.env.loop, &group, &loopback, &handler, &holder,
                      NULL) != OK)
        holder = NULL;
}

static void tear_down(void)
{
    multicast_free(holder);
    outside_fini(&outside);
}

/* Does loopback here do what these tests need? */
static bool has_multicast(void)
{
    return holder != NULL && multicast_send(holder, "?", 1) == 1;
}

static struct localpeers *open_one(void)
{
    struct localpeers_config config = {.port = multicast_port(holder),
                                       .bind = &loopback,
                                       .on_peer = on_peer,
                                       .ctx = &outside};
    return localpeers_new(&outside.env, &config);
}

START_TEST(both_hear_of_each_other)
{
    struct detail_finder row;
    if (!has_multicast())
        return;
    struct localpeers *one = open_one();
    struct localpeers *two = open_one();
    localpeers_join(one, hash);
    localpeers_row(one, hash, &row);
    ck_assert_int_eq(row.state, DETAIL_FINDER_WAITING);
    ck_assert_int_eq(row.last_ms, -1);
    localpeers_join(two, hash);
    outside_skip(&outside, NEIGHBOURS_FIRST_MS);
    turns_until_count(outside.env.loop, &n_heard, 2);
    ck_assert(addr_same_ip(&heard, &loopback));
    ck_assert_uint_eq(heard.port, 6881);
    localpeers_row(one, hash, &row);
    ck_assert_int_eq(row.state, DETAIL_FINDER_WORKING);
    ck_assert_str_eq(row.words, "1 neighbour");
    ck_assert_int_eq(row.n_peers, 1);
    ck_assert_int_ge(row.last_ms, 0);
    ck_assert_int_gt(row.next_ms, row.last_ms);
    localpeers_free(one);
    localpeers_free(two);
}
END_TEST

/* One that left is neither called out nor heard. */
START_TEST(who_left_hears_nothing)
{
    if (!has_multicast())
        return;
    struct localpeers *one = open_one();
    struct localpeers *two = open_one();
    localpeers_join(one, hash);
    localpeers_join(two, hash);
    localpeers_leave(two, hash);
    outside_skip(&outside, NEIGHBOURS_FIRST_MS);
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(n_heard, 0);
    localpeers_free(one);
    localpeers_free(two);
}
END_TEST

START_TEST(none_is_off_and_takes_all)
{
    struct detail_finder row;
    localpeers_join(NULL, hash);
    localpeers_leave(NULL, hash);
    localpeers_free(NULL);
    localpeers_row(NULL, hash, &row);
    ck_assert_int_eq(row.state, DETAIL_FINDER_OFF);
    ck_assert_str_eq(row.words, "off");
}
END_TEST

Suite *localpeers_suite(void)
{
    Suite *s = suite_create("localpeers");
    TCase *tc = tcase_create("localpeers");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, both_hear_of_each_other);
    tcase_add_test(tc, who_left_hears_nothing);
    tcase_add_test(tc, none_is_off_and_takes_all);
    suite_add_tcase(s, tc);
    return s;
}
