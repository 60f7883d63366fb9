#include "config.h"

#include "engine/dhtnode.h"

#include <stdlib.h>

#include "engine/inspect_dht.h"
#include "engine/quest.h"
#include "model/reach.h"
#include "net/loop.h"
#include "net/udp.h"
#include "swarm/dht_contacts.h"
#include "tests/engine/outside.h"
#include "tests/engine/suites.h"
#include "tests/net/turns.h"

enum { MAX_TURNS = 500, LONG_MS = 60 * 60 * 1000 };

/* Two nodes on one loop: `here` is the outside's, `there` has a socket of its own. */
static struct outside outside;
static struct dhtnode *here, *there;
static struct env far;
static int n_asked; /* datagrams that came there */

static bool on_here(void *ctx, const struct addr *from, struct span bytes)
{
    (void)ctx;
    return here != NULL && dhtnode_take_datagram(here, from, bytes);
}

static void on_there(void *ctx, const struct addr *from, struct span bytes)
{
    (void)ctx;
    n_asked++;
    if (there != NULL)
        ck_assert(dhtnode_take_datagram(there, from, bytes));
}

static void set_up(void)
{
    struct dualsock_config any = {.v4 = true};
    struct udp_handler handler = {.on_datagram = on_there};
    struct dhtconf conf = {.is_on = true};
    outside_init(&outside);
    outside.on_datagram = on_here;
    outside.addrs[0] = turns_v4(0);
    outside.n_addrs = 1;
    far = outside.env;
    ck_assert_int_eq(udp_new(far.loop, &any, &handler, &far.udp, NULL), OK);
    n_asked = 0;
    here = NULL;
    there = dhtnode_new(&far, NULL, &conf);
}

static void tear_down(void)
{
    dhtnode_free(here);
    dhtnode_free(there);
    udp_free(far.udp);
    outside_fini(&outside);
}

static void begin_here(const char *router, const char *node, bool is_local)
{
    struct dhtconf_place places[] = {
        {router, udp_port(far.udp)},
        {node, udp_port(far.udp)},
    };
    struct dhtconf conf = {.is_on = true,
                           .routers = places,
                           .n_routers = router != NULL,
                           .nodes = places + 1,
                           .n_nodes = node != NULL,
                           .is_local = is_local};
    here = dhtnode_new(&outside.env, NULL, &conf);
}

/* Turn until a node has answered, or fail. */
static void wait_good(void)
{
    for (int i = 0; i < MAX_TURNS && dhtnode_n_good(here) == 0; i++)
        ck_assert_int_eq(loop_run_once(outside.env.loop, -1), OK);
    ck_assert_uint_ge(dhtnode_n_good(here), 1);
}

START_TEST(node_of_the_user_is_asked_and_known)
{
    begin_here(NULL, "127.0.0.1", true);
    wait_good();
    ck_assert_int_ge(n_asked, 1);
}
END_TEST

START_TEST(node_in_the_ip_filter_is_not_asked)
{
    outside_filter(&outside, "127.0.0.1");
    begin_here(NULL, "127.0.0.1", true);
    outside_skip(&outside, LONG_MS);
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(n_asked, 0);
    outside_filter(&outside, NULL);
    outside_skip(&outside, LONG_MS);
    for (int i = 0; i < MAX_TURNS && n_asked == 0; i++)
        ck_assert_int_eq(loop_run_once(outside.env.loop, 10), OK);
    ck_assert_int_ge(n_asked, 1);
}
END_TEST

START_TEST(node_goes_when_it_comes_into_the_ip_filter)
{
    begin_here(NULL, "127.0.0.1", true);
    wait_good();
    dhtnode_reconsider(here);
    ck_assert_uint_eq(dhtnode_n_good(here), 1);
    outside_filter(&outside, "127.0.0.1");
    dhtnode_reconsider(here);
    ck_assert_uint_eq(dhtnode_n_good(here), 0);
    dhtnode_reconsider(NULL);
}
END_TEST

START_TEST(router_is_asked_by_its_name)
{
    begin_here("router.example", NULL, false);
    wait_good();
}
END_TEST

START_TEST(router_is_not_asked_from_the_loopback_interface)
{
    begin_here("127.0.0.1", NULL, true);
    outside_skip(&outside, LONG_MS);
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(n_asked, 0);
}
END_TEST

/* A name that means nothing now is looked up again later. */
START_TEST(router_without_an_address_is_tried_again)
{
    outside.n_addrs = 0;
    begin_here("router.example", NULL, false);
    for (int i = 0; i < MAX_TURNS && loop_next_due_ms(outside.env.loop) <
                                         loop_now_ms(outside.env.loop) + 100;
         i++)
        ck_assert_int_eq(loop_run_once(outside.env.loop, 100), OK);
    ck_assert_int_eq(n_asked, 0);
    outside.n_addrs = 1;
    /* From here on the loop's time is ahead of the clock: it is stepped. */
    for (int i = 0; i < MAX_TURNS && dhtnode_n_good(here) == 0; i++) {
        outside_skip(&outside, DHTNODE_AGAIN_MS / 10);
        ck_assert_int_eq(loop_run_once(outside.env.loop, 10), OK);
    }
    ck_assert_uint_ge(dhtnode_n_good(here), 1);
}
END_TEST

/* Nobody answered for long, and routers are asked seldom: waking, they are asked soon. */
START_TEST(waking_asks_nodes_and_routers_soon)
{
    outside.n_addrs = 0;
    begin_here("router.example", NULL, false);
    for (int i = 0; i < 12; i++) {
        outside_skip(&outside, DHTNODE_AGAIN_MAX_MS);
        ck_assert_int_eq(loop_run_once(outside.env.loop, 10), OK);
    }
    outside.n_addrs = 1;
    outside_skip(&outside, DHTNODE_PATIENCE_MS);
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(n_asked, 0);
    dhtnode_wake(here);
    for (int i = 0; i < 20 && n_asked == 0; i++) {
        outside_skip(&outside, DHTNODE_PATIENCE_MS / 10);
        ck_assert_int_eq(loop_run_once(outside.env.loop, 10), OK);
    }
    ck_assert_int_ge(n_asked, 1);
    dhtnode_wake(NULL);
}
END_TEST

START_TEST(place_of_a_torrent_and_node_of_a_peer_are_asked)
{
    begin_here(NULL, NULL, true);
    if (_i == 0)
        dhtnode_add_place(here, "127.0.0.1", udp_port(far.udp));
    else {
        struct addr a = turns_v4(udp_port(far.udp));
        dhtnode_add_node(here, &a);
    }
    wait_good();
}
END_TEST

START_TEST(places_beyond_the_bound_are_passed_over)
{
    begin_here(NULL, NULL, true);
    for (int i = 0; i < 10 * DHTNODE_MAX_LOOKUPS; i++)
        dhtnode_add_place(here, "nobody.example", 1);
    turns_quiet(outside.env.loop);
}
END_TEST

START_TEST(take_datagram_leaves_those_of_trackers_alone)
{
    struct addr from = turns_v4(6969);
    static const uint8_t answer[16] = {0};
    begin_here(NULL, NULL, true);
    ck_assert(!dhtnode_take_datagram(here, &from,
                                     (struct span){answer, sizeof answer}));
    ck_assert(dhtnode_take_datagram(here, &from,
                                    (struct span){(const uint8_t *)"d1:", 3}));
}
END_TEST

START_TEST(inspect_tells_how_it_stands)
{
    struct frame f = {.n_torrents = 0};
    begin_here(NULL, "127.0.0.1", true);
    inspect_dht_frame(here, &f);
    ck_assert_int_eq(f.dht_state, FRAME_DHT_ALONE);
    wait_good();
    inspect_dht_frame(here, &f);
    ck_assert_int_eq(f.dht_state, FRAME_DHT_ON);
    ck_assert_uint_eq(f.n_dht_nodes, 1);
    struct detail_dht *d = inspect_dht(here, loop_now_ms(outside.env.loop));
    ck_assert(d->family[DETAIL_DHT_V4].is_on);
    ck_assert_uint_eq(d->family[DETAIL_DHT_V4].n_good, 1);
    ck_assert_uint_eq(d->port, udp_port(outside.env.udp));
    ck_assert_uint_gt(d->bytes_out, 0);
    ck_assert_uint_gt(d->kind[DETAIL_DHT_FIND_NODE].queries_out +
                          d->kind[DETAIL_DHT_PING].queries_out,
                      0);
    free(d);
    inspect_dht_frame(NULL, &f);
    ck_assert_int_eq(f.dht_state, FRAME_DHT_OFF);
    ck_assert_ptr_null(inspect_dht(NULL, 0));
}
END_TEST

/* One who asks by himself, but from this machine. */
START_TEST(stranger_from_near_is_no_evidence_for_the_world)
{
    struct addr own = turns_v4(udp_port(outside.env.udp));
    struct reach r = {.n_strangers = 7};
    uint64_t n_queries = 0;
    begin_here(NULL, NULL, true);
    outside_skip(&outside, DHT_CONTACTS_QUIET_MS);
    dhtnode_add_node(there, &own);
    for (int i = 0; i < MAX_TURNS && n_queries == 0; i++) {
        ck_assert_int_eq(loop_run_once(outside.env.loop, 10), OK);
        struct detail_dht *d = inspect_dht(here, loop_now_ms(far.loop));
        for (int k = 0; k < DETAIL_DHT_N_KINDS; k++)
            n_queries += d->kind[k].queries_in;
        free(d);
    }
    ck_assert_uint_gt(n_queries, 0);
    for (int i = 0; i < 2; i++) {
        dhtnode_fill(i == 0 ? here : NULL, &r);
        ck_assert_uint_eq(r.n_strangers, 0);
        ck_assert_int_eq(r.stranger_ms, -1);
        ck_assert_str_eq(r.seen_at[REACH_V4], "");
        ck_assert_str_eq(r.seen_at[REACH_V6], "");
    }
}
END_TEST

/* What a quest is for: found by one, told by another. */

struct owner {
    size_t n_peers, n_past;
    uint32_t n_announced;
};

static size_t on_peers(void *ctx, const struct addr *peers, size_t n)
{
    struct owner *o = ctx;
    (void)peers;
    o->n_peers += n;
    return n;
}

static void on_needs(void *ctx, struct quest_needs *out)
{
    (void)ctx;
    out->is_short = true;
}

static void on_past(void *ctx, const struct quest_past *past)
{
    struct owner *o = ctx;
    o->n_past++;
    o->n_announced += past->n_announced;
}

START_TEST(quests_find_whom_others_told)
{
    static const uint8_t hash[20] = "twenty bytes of hash";
    struct owner one = {0}, other = {0};
    struct quest_host host = {.on_peers = on_peers,
                              .needs = on_needs,
                              .on_past = on_past};
    begin_here(NULL, "127.0.0.1", true);
    wait_good();
    host.ctx = &one;
    struct quest *q = quest_new(dhtnode_board(here), hash, &host);
    quest_start(q);
    for (int i = 0; i < MAX_TURNS && one.n_announced == 0; i++)
        ck_assert_int_eq(loop_run_once(outside.env.loop, -1), OK);
    ck_assert_uint_eq(one.n_announced, 1);
    host.ctx = &other;
    quest_free(q);
    q = quest_new(dhtnode_board(here), hash, &host);
    quest_start(q);
    for (int i = 0; i < MAX_TURNS && other.n_past == 0; i++)
        ck_assert_int_eq(loop_run_once(outside.env.loop, -1), OK);
    ck_assert_uint_eq(other.n_peers, 1);
    quest_free(q);
}
END_TEST

Suite *dhtnode_suite(void)
{
    Suite *s = suite_create("dhtnode");
    TCase *tc = tcase_create("dhtnode");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, node_of_the_user_is_asked_and_known);
    tcase_add_test(tc, node_in_the_ip_filter_is_not_asked);
    tcase_add_test(tc, node_goes_when_it_comes_into_the_ip_filter);
    tcase_add_test(tc, router_is_asked_by_its_name);
    tcase_add_test(tc, router_is_not_asked_from_the_loopback_interface);
    tcase_add_test(tc, router_without_an_address_is_tried_again);
    tcase_add_test(tc, waking_asks_nodes_and_routers_soon);
    tcase_add_loop_test(tc, place_of_a_torrent_and_node_of_a_peer_are_asked, 0,
                        2);
    tcase_add_test(tc, places_beyond_the_bound_are_passed_over);
    tcase_add_test(tc, take_datagram_leaves_those_of_trackers_alone);
    tcase_add_test(tc, inspect_tells_how_it_stands);
    tcase_add_test(tc, stranger_from_near_is_no_evidence_for_the_world);
    tcase_add_test(tc, quests_find_whom_others_told);
    suite_add_tcase(s, tc);
    return s;
}
