#include "config.h"

#include "ui/peer_rates.h"

#include <stdlib.h>

#include "tests/ui/suites.h"

enum { KiB = 1024, MANY = 40 };

/* Peers 1.. with these rates, in KiB/s; 0 ends them. */
static void feed(struct peer_rates *r, int64_t now_s, const uint32_t *rates)
{
    struct detail_peer peers[MANY] = {{0}};
    struct detail d = {.torrent = 1, .peers = peers};
    for (; rates[d.n_peers] != 0; d.n_peers++)
        peers[d.n_peers] =
            (struct detail_peer){.id = (uint32_t)d.n_peers + 1,
                                 .slot = (uint16_t)d.n_peers,
                                 .rate_down_Bps =
                                     (uint64_t)rates[d.n_peers] * KiB};
    peer_rates_feed(r, &d, now_s);
}

START_TEST(peer_rates_top_is_of_the_span)
{
    struct peer_rates r = {0};
    struct graph_stack_peer top[GRAPH_STACK_PEERS];
    for (int64_t s = 1; s <= 100; s++)
        feed(&r, s,
             s <= 90 ? (const uint32_t[]){50, 10, 20, 0}
                     : (const uint32_t[]){5, 10, 20, 0});
    ck_assert_uint_eq(peer_rates_top(&r, 100, top), 3);
    ck_assert_uint_eq(top[0].slot, 0);
    ck_assert_uint_eq(top[1].slot, 2);
    ck_assert_uint_eq(top[2].slot, 1);
    ck_assert_uint_eq(peer_rates_top(&r, 5, top), 3);
    ck_assert_uint_eq(top[0].slot, 2);
    ck_assert_uint_eq(top[2].slot, 0);
    peer_rates_fini(&r);
}
END_TEST

START_TEST(peer_rates_of_one_that_left_end)
{
    struct peer_rates r = {0};
    struct graph_stack_peer top[GRAPH_STACK_PEERS];
    feed(&r, 1, (const uint32_t[]){50, 10, 0});
    feed(&r, 2, (const uint32_t[]){50, 0});
    feed(&r, 2, (const uint32_t[]){99, 99, 0}); /* the same second */
    feed(&r, 3, (const uint32_t[]){50, 0});
    ck_assert_uint_eq(peer_rates_top(&r, 3, top), 2);
    ck_assert_uint_eq(timeline_at(top[0].timeline, 0).down_kiBps, 50);
    ck_assert_uint_eq(timeline_at(top[1].timeline, 0).down_kiBps, 0);
    ck_assert_uint_eq(timeline_at(top[1].timeline, 2).down_kiBps, 10);
    ck_assert_uint_eq(peer_rates_top(&r, 2, top), 1);
    /* Another torrent begins with nothing. */
    struct detail d = {.torrent = 2};
    peer_rates_feed(&r, &d, 4);
    ck_assert_uint_eq(peer_rates_top(&r, 9, top), 0);
    peer_rates_fini(&r);
}
END_TEST

START_TEST(peer_rates_keep_those_that_send_most)
{
    struct peer_rates r = {0};
    struct graph_stack_peer top[GRAPH_STACK_PEERS];
    uint32_t rates[MANY] = {0};
    for (uint32_t i = 0; i < MANY - 1; i++)
        rates[i] = i + 1;
    for (int64_t s = 1; s < 30; s++)
        feed(&r, s, rates);
    ck_assert_uint_eq(r.n, PEER_RATES_MAX);
    ck_assert_uint_eq(peer_rates_top(&r, 30, top), GRAPH_STACK_PEERS);
    for (size_t i = 0; i < GRAPH_STACK_PEERS; i++)
        ck_assert_uint_eq(top[i].slot, MANY - 2 - i);
    peer_rates_fini(&r);
}
END_TEST

Suite *peer_rates_suite(void)
{
    Suite *s = suite_create("peer_rates");
    TCase *t = tcase_create("peer_rates");
    tcase_add_test(t, peer_rates_top_is_of_the_span);
    tcase_add_test(t, peer_rates_of_one_that_left_end);
    tcase_add_test(t, peer_rates_keep_those_that_send_most);
    suite_add_tcase(s, t);
    return s;
}
