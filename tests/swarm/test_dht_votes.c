#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/dht_votes.h"

static struct addr ip(uint8_t last)
{
    return addr_v4((const uint8_t[]){50, 0, 0, last}, 7);
}

/* A vote of net i. */
static bool vote(struct dht_votes *v, uint8_t i, struct addr what)
{
    struct addr voter = addr_v4((const uint8_t[]){60, 0, i, 1}, 6881);
    return dht_votes_add(v, &voter, &what);
}

START_TEST(eight_nets_make_an_address)
{
    struct dht_votes v = {.n = 0};
    for (uint8_t i = 0; i < 7; i++)
        ck_assert(!vote(&v, i, ip(1)));
    ck_assert(!vote(&v, 6, ip(1))); /* the same net again */
    ck_assert(!v.has_winner);
    ck_assert(vote(&v, 7, ip(1)));
    ck_assert(v.has_winner);
    ck_assert_uint_eq(v.winner.port, 0);
    ck_assert(addr_same_ip(&v.winner, &v.last[0].ip));
    ck_assert(!vote(&v, 8, ip(1))); /* nothing new */
}
END_TEST

START_TEST(liars_need_the_majority)
{
    struct dht_votes v = {.n = 0};
    for (uint8_t i = 0; i < 12; i++)
        (void)vote(&v, i, ip(1));
    for (uint8_t i = 100; i < 112; i++)
        ck_assert(!vote(&v, i, ip(2)));
    ck_assert_uint_eq(dht_votes_of(&v, &v.winner), 12);
    ck_assert(vote(&v, 112, ip(2))); /* 13 of the last 24 */
}
END_TEST

START_TEST(votes_that_do_not_count)
{
    struct dht_votes v = {.n = 0};
    struct addr local = addr_v4((const uint8_t[]){192, 168, 0, 1}, 1);
    struct addr nowhere = addr_v4((const uint8_t[]){0, 0, 0, 0}, 1);
    struct addr v6 = addr_v6((const uint8_t[16]){0x2a}, 1);
    ck_assert(!vote(&v, 1, local));
    ck_assert(!vote(&v, 1, nowhere));
    ck_assert(!vote(&v, 1, v6)); /* of the other family */
    ck_assert(!dht_votes_add(&v, &local, &nowhere));
    ck_assert_uint_eq(v.n, 0);
}
END_TEST

Suite *dht_votes_suite(void)
{
    Suite *s = suite_create("dht_votes");
    TCase *tc = tcase_create("dht_votes");
    tcase_add_test(tc, eight_nets_make_an_address);
    tcase_add_test(tc, liars_need_the_majority);
    tcase_add_test(tc, votes_that_do_not_count);
    suite_add_tcase(s, tc);
    return s;
}
