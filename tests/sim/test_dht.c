/* Whole networks of DHT nodes: that what one announces another finds, soon and with
 * few questions, and that liars, the dead and floods change little of it. */
#include "config.h"

#include "tests/sim/dhtnet.h"
#include "tests/sim/suites.h"
#include "tests/sim/swarm.h"

#include <stdlib.h>
#include <string.h>

#include "proto/krpc.h"
#include "swarm/dht_id.h"
#include "util/xalloc.h"

enum { BIG = 1000, HASH_LEN = 20 };

static const struct dht_announce look = {false, false};
static const struct dht_announce announce = {true, false};

static void begin_search(struct dhtnet *net, size_t i, const uint8_t *hash,
                         const struct dht_announce *how)
{
    enum err err =
        dht_search(dhtnet_node(net, i), hash, how, dhtnet_now_ms(net));
    ck_assert_int_eq(err, OK);
    dhtnet_touch(net, i);
}

/* One announces, another looks. Return how many nodes that asked. */
static uint32_t share(struct dhtnet *net, size_t from, size_t to,
                      int64_t *took_ms_out)
{
    uint8_t hash[HASH_LEN];
    struct dhtnet_seen *giver = dhtnet_seen(net, from);
    struct dhtnet_seen *taker = dhtnet_seen(net, to);
    rng_bytes(dhtnet_rng(net), hash, sizeof hash);
    giver->n_done = taker->n_done = 0;
    taker->first_peer_ms = -1;
    begin_search(net, from, hash, &announce);
    dhtnet_run_until(net, &giver->n_done, 1, 60000);
    ck_assert_uint_eq(giver->n_done, 1);
    ck_assert_uint_ge(giver->result.n_announced, 1);
    int64_t start_ms = dhtnet_now_ms(net);
    begin_search(net, to, hash, &look);
    dhtnet_run_until(net, &taker->n_done, 1, 60000);
    ck_assert_uint_eq(taker->n_done, 1);
    *took_ms_out =
        taker->first_peer_ms < 0 ? -1 : taker->first_peer_ms - start_ms;
    return taker->result.n_asked;
}

/* Share `n` times between nodes at random; return how often it was found. */
static unsigned share_many(struct dhtnet *net, unsigned n, uint32_t among,
                           unsigned *asked_out, int64_t *took_ms_out)
{
    unsigned n_found = 0;
    *asked_out = 0;
    *took_ms_out = 0;
    for (unsigned i = 0; i < n; i++) {
        size_t from = rng_below(dhtnet_rng(net), among);
        size_t to = rng_below(dhtnet_rng(net), among);
        int64_t took_ms;
        if (from == to || dhtnet_node(net, from) == NULL ||
            dhtnet_node(net, to) == NULL) {
            i--;
            continue;
        }
        *asked_out += share(net, from, to, &took_ms);
        n_found += took_ms >= 0;
        *took_ms_out += took_ms >= 0 ? took_ms : 0;
    }
    *asked_out /= n;
    *took_ms_out /= n_found > 0 ? n_found : 1;
    return n_found;
}

START_TEST(network_of_1000_finds_in_few_steps)
{
    struct dhtnet *net = dhtnet_new(BIG, swarm_seed());
    unsigned asked;
    int64_t took_ms;
    for (size_t i = 0; i < BIG; i++)
        (void)dhtnet_add(net, DHTNET_NODE, false, false);
    dhtnet_join_all(net, 20);
    dhtnet_run(net, 60000);
    dhtnet_check(net);
    unsigned n_found = share_many(net, 20, BIG, &asked, &took_ms);
    swarm_report("dht of 1000: found %u of 20, asked %u, first peer %d ms",
                 n_found, asked, (int)took_ms);
    ck_assert_uint_eq(n_found, 20);
    ck_assert_uint_le(asked, 30);
    ck_assert_int_le(took_ms, 1000);
    dhtnet_check(net);
    dhtnet_free(net);
}
END_TEST

/* ---- Liars and the dead ---- */

/* An id that shares 40 bits with the target: closer than any honest node's. */
static void near(struct dhtnet *net, const uint8_t *target, uint8_t *out)
{
    dht_id_make_near(dhtnet_rng(net), target, 40, out);
}

static size_t fake_nodes(struct dhtnet *net, const uint8_t *target,
                         bool one_net, uint8_t *out)
{
    size_t len = 0;
    for (uint8_t k = 0; k < 8; k++) {
        uint8_t id[HASH_LEN];
        uint8_t net_byte = one_net ? 6 : (uint8_t)rng_u32(dhtnet_rng(net));
        struct addr a = addr_v4((const uint8_t[]){66, net_byte, 6, k}, 6881);
        near(net, target, id);
        len += krpc_put_node(out + len, id, &a);
    }
    return len;
}

/* Four sorts of liars: garbage; another id each time, near the target; nodes
 * that do not exist, in many nets; the same in one net. */
static void lie(struct dhtnet *net, size_t i, const struct addr *from,
                const uint8_t *bytes, size_t len)
{
    struct krpc_msg query, reply = {.type = KRPC_REPLY};
    uint8_t id[HASH_LEN], nodes[8 * KRPC_NODE4_LEN];
    struct buf out;
    if (krpc_parse(bytes, len, &query) != OK || query.type != KRPC_QUERY)
        return;
    if (i % 4 == 0) {
        dhtnet_send(net, dhtnet_addr(net, i), from,
                    (const uint8_t *)"d1:rd2:id20:", 12);
        return;
    }
    memset(id, (int)(i % 251), sizeof id);
    memcpy(id, &i, sizeof i < sizeof id ? sizeof i : sizeof id);
    if (i % 4 == 1 && query.target != NULL)
        near(net, query.target, id);
    reply.id = id;
    reply.tid = query.tid;
    if (query.target != NULL) {
        size_t n = fake_nodes(net, query.target, i % 4 == 3, nodes);
        reply.nodes = (struct span){nodes, n};
        reply.token = span_of("token");
    }
    buf_init(&out, DHT_MAX_DATAGRAM);
    ck_assert_int_eq(krpc_write(&reply, &out), OK);
    dhtnet_send(net, dhtnet_addr(net, i), from, buf_bytes(&out), out.len);
    buf_fini(&out);
}

/* A tenth lies from the start; then a fifth dies. */
START_TEST(network_with_liars_and_dead_nodes_finds)
{
    enum { N = 500 };
    struct dhtnet *net = dhtnet_new(N, swarm_seed());
    unsigned asked;
    int64_t took_ms;
    dhtnet_set_script(net, lie);
    dhtnet_set_loss(net, 20);
    for (size_t i = 0; i < N; i++)
        (void)dhtnet_add(net, i % 10 == 9 ? DHTNET_SCRIPT : DHTNET_NODE, false,
                         false);
    dhtnet_join_all(net, 20);
    /* Liars make themselves known: they ask somebody. */
    for (size_t i = 9; i < N; i += 10) {
        for (size_t k = 1; k < 9; k++) {
            size_t to = (i + 53 * k) % N;
            if (dhtnet_node(net, to) != NULL)
                dht_add_node(dhtnet_node(net, to), dhtnet_addr(net, i),
                             dhtnet_now_ms(net));
        }
    }
    dhtnet_run(net, 60000);
    for (size_t i = 0; i < N; i += 5) {
        if (i > 0 && i % 10 != 9)
            dhtnet_turn(net, i, DHTNET_DEAD);
    }
    unsigned n_found = 0, n_tried = 0;
    asked = 0;
    took_ms = 0;
    while (n_tried < 20) {
        size_t from = rng_below(dhtnet_rng(net), N);
        size_t to = rng_below(dhtnet_rng(net), N);
        int64_t one_ms;
        if (from == to || from % 5 == 0 || to % 5 == 0 || from % 10 == 9 ||
            to % 10 == 9)
            continue;
        asked += share(net, from, to, &one_ms);
        n_found += one_ms >= 0;
        took_ms += one_ms >= 0 ? one_ms : 0;
        n_tried++;
    }
    swarm_report("dht with liars: found %u of 20, asked %u, first peer %d ms",
                 n_found, asked / n_tried, (int)(took_ms / (n_found + 1)));
    ck_assert_uint_ge(n_found, 19);
    ck_assert_uint_le(asked / n_tried, 60);
    ck_assert_int_le(took_ms / n_found, 5000);
    dhtnet_check(net);
    dhtnet_free(net);
}
END_TEST

/* ---- Small networks ---- */

/* The one who shares knows nobody when it begins; the other knows it. */
START_TEST(network_of_two_finds_within_some_round_trips)
{
    struct dhtnet *net = dhtnet_new(2, swarm_seed());
    uint8_t hash[HASH_LEN] = {1, 2, 3};
    bool is_v6 = _i == 1;
    size_t giver = dhtnet_add(net, DHTNET_NODE, is_v6, false);
    size_t taker = dhtnet_add(net, DHTNET_NODE, is_v6, false);
    begin_search(net, giver, hash, &announce);
    dhtnet_run(net, 30000);
    ck_assert_uint_eq(dhtnet_seen(net, giver)->n_done, 0); /* it waits */
    begin_search(net, taker, hash, &look);
    dht_add_bootstrap(dhtnet_node(net, taker), dhtnet_addr(net, giver),
                      dhtnet_now_ms(net));
    dhtnet_touch(net, taker);
    int64_t start_ms = dhtnet_now_ms(net);
    dhtnet_run_until(net, &dhtnet_seen(net, taker)->n_peers, 1, 10000);
    ck_assert_uint_eq(dhtnet_seen(net, taker)->n_peers, 1);
    ck_assert(addr_eq(&dhtnet_seen(net, taker)->peer, dhtnet_addr(net, giver)));
    /* Six datagrams, one after another, of 150 ms each. */
    ck_assert_int_le(dhtnet_now_ms(net) - start_ms, 7 * 150);
    dhtnet_run(net, 5000);
    ck_assert_uint_eq(dhtnet_seen(net, taker)->n_done, 1);
    ck_assert_uint_eq(dhtnet_seen(net, giver)->n_done, 1);
    ck_assert_int_le(dhtnet_seen(net, taker)->result.again_ms, 30000);
    dhtnet_free(net);
}
END_TEST

/* One that both know, as a router; the taker comes last. */
START_TEST(network_of_three_finds_at_once)
{
    struct dhtnet *net = dhtnet_new(3, swarm_seed());
    uint8_t hash[HASH_LEN] = {9};
    size_t router = dhtnet_add(net, DHTNET_NODE, false, false);
    size_t giver = dhtnet_add(net, DHTNET_NODE, false, false);
    size_t taker = dhtnet_add(net, DHTNET_NODE, false, false);
    begin_search(net, giver, hash, &announce);
    dht_add_bootstrap(dhtnet_node(net, giver), dhtnet_addr(net, router),
                      dhtnet_now_ms(net));
    dhtnet_touch(net, giver);
    dhtnet_run(net, 5000);
    ck_assert_uint_eq(dhtnet_seen(net, giver)->n_done, 1);
    begin_search(net, taker, hash, &look);
    dht_add_bootstrap(dhtnet_node(net, taker), dhtnet_addr(net, router),
                      dhtnet_now_ms(net));
    dhtnet_touch(net, taker);
    int64_t start_ms = dhtnet_now_ms(net);
    dhtnet_run_until(net, &dhtnet_seen(net, taker)->n_peers, 1, 10000);
    ck_assert_uint_ge(dhtnet_seen(net, taker)->n_peers, 1);
    ck_assert_int_le(dhtnet_now_ms(net) - start_ms, 5 * 150);
    dhtnet_free(net);
}
END_TEST

/* ---- Others ---- */

static struct dhtnet *grown(size_t n, bool is_v6, size_t n_extra)
{
    struct dhtnet *net = dhtnet_new(n + n_extra, swarm_seed());
    for (size_t i = 0; i < n; i++)
        (void)dhtnet_add(net, DHTNET_NODE, is_v6, false);
    dhtnet_join_all(net, 50);
    dhtnet_run(net, 30000);
    return net;
}

/* The one whom the others begin with got no answer of the network when it began, for
 * that was too busy; by the time it is asked again, those others are nodes enough. */
START_TEST(network_takes_in_those_who_know_each_other_alone)
{
    enum { MAIN = 60, ISLE = 10 };
    struct dhtnet *net = grown(MAIN, false, ISLE);
    unsigned n_found = 0;
    int64_t took_ms;
    dhtnet_turn(net, 0, DHTNET_DEAD);
    for (size_t i = 0; i < ISLE; i++) {
        size_t one = dhtnet_add(net, DHTNET_NODE, false, false);
        size_t with =
            i == 0 ? 0 : MAIN + rng_below(dhtnet_rng(net), (uint32_t)i);
        dht_add_bootstrap(dhtnet_node(net, one), dhtnet_addr(net, with),
                          dhtnet_now_ms(net));
        dhtnet_touch(net, one);
        dhtnet_run(net, 100);
    }
    dhtnet_run(net, 4000);
    ck_assert_uint_ge(dht_n_good(dhtnet_node(net, MAIN)), 8);
    dhtnet_turn(net, 0, DHTNET_NODE);
    dhtnet_run(net, 60000);
    for (size_t i = 0; i < ISLE; i++) {
        (void)share(net, MAIN + i, 1 + 3 * i, &took_ms);
        n_found += took_ms >= 0;
        (void)share(net, 2 + 3 * i, MAIN + i, &took_ms);
        n_found += took_ms >= 0;
    }
    swarm_report("dht of two: found %u of 20", n_found);
    ck_assert_uint_eq(n_found, 2 * ISLE);
    dhtnet_check(net);
    dhtnet_free(net);
}
END_TEST

START_TEST(network_of_ipv6_finds)
{
    struct dhtnet *net = grown(60, true, 0);
    unsigned asked;
    int64_t took_ms;
    ck_assert_uint_eq(share_many(net, 10, 60, &asked, &took_ms), 10);
    dhtnet_check(net);
    dhtnet_free(net);
}
END_TEST

/* Votes of eight nodes make each node's id fit its address. */
START_TEST(network_learns_its_addresses)
{
    struct dhtnet *net = grown(40, false, 0);
    struct dht_stats *stats = xzalloc(sizeof *stats);
    size_t n_verified = 0;
    for (size_t i = 0; i < 40; i++) {
        dht_stats(dhtnet_node(net, i), stats, dhtnet_now_ms(net));
        n_verified += stats->family[DHT_V4].is_verified;
        if (stats->family[DHT_V4].has_external)
            ck_assert(addr_same_ip(&stats->family[DHT_V4].external,
                                   dhtnet_addr(net, i)));
        ck_assert_uint_le(dhtnet_seen(net, i)->n_external, 1);
    }
    ck_assert_uint_ge(n_verified, 36);
    free(stats);
    dhtnet_free(net);
}
END_TEST

START_TEST(network_serves_nodes_behind_nat_and_read_only_ones)
{
    struct dhtnet *net = grown(40, false, 2);
    size_t hidden = dhtnet_add(net, DHTNET_NAT, false, false);
    size_t quiet = dhtnet_add(net, DHTNET_NODE, false, true);
    int64_t took_ms;
    for (size_t i = hidden; i <= quiet; i++) {
        dht_add_bootstrap(dhtnet_node(net, i), dhtnet_addr(net, 0),
                          dhtnet_now_ms(net));
        dhtnet_touch(net, i);
    }
    dhtnet_run(net, 20000);
    (void)share(net, hidden, quiet, &took_ms);
    ck_assert_int_ge(took_ms, 0);
    (void)share(net, quiet, hidden, &took_ms);
    ck_assert_int_ge(took_ms, 0);
    /* Nobody knows the one that does not answer. */
    struct dht_stats *stats = xzalloc(sizeof *stats);
    dht_stats(dhtnet_node(net, quiet), stats, dhtnet_now_ms(net));
    for (int k = 0; k < DHT_N_KINDS; k++)
        ck_assert_uint_eq(stats->kind[k].replies_out, 0);
    free(stats);
    dhtnet_free(net);
}
END_TEST

START_TEST(restart_with_saved_nodes_needs_no_bootstrap)
{
    struct dhtnet *net = grown(60, false, 0);
    uint8_t id[HASH_LEN];
    int64_t took_ms;
    memcpy(id, dht_id(dhtnet_node(net, 5), DHT_V4), sizeof id);
    uint32_t n_known = dht_n_good(dhtnet_node(net, 5));
    dhtnet_restart(net, 5);
    ck_assert_mem_eq(id, dht_id(dhtnet_node(net, 5), DHT_V4), sizeof id);
    ck_assert_uint_eq(dht_n_good(dhtnet_node(net, 5)), 0);
    (void)share(net, 17, 5, &took_ms);
    ck_assert_int_ge(took_ms, 0);
    dhtnet_run(net, 10000);
    ck_assert_uint_ge(n_known, 20);
    ck_assert_uint_ge(dht_n_good(dhtnet_node(net, 5)), n_known * 9 / 10);
    dhtnet_free(net);
}
END_TEST

START_TEST(items_are_put_and_got)
{
    struct dhtnet *net = grown(40, false, 0);
    uint8_t target[HASH_LEN];
    struct dhtnet_seen *giver = dhtnet_seen(net, 1);
    struct dhtnet_seen *taker = dhtnet_seen(net, 30);
    const struct dht_put put = {.value = span_of("12:Hello World!")};
    ck_assert_int_eq(dht_put(dhtnet_node(net, 1), &put, target,
                             dhtnet_now_ms(net)),
                     OK);
    dhtnet_touch(net, 1);
    dhtnet_run(net, 10000);
    ck_assert_int_ge(giver->n_put, 6);
    ck_assert_int_eq(dht_get(dhtnet_node(net, 30), target, NULL,
                             (struct span){NULL, 0}, dhtnet_now_ms(net)),
                     OK);
    dhtnet_touch(net, 30);
    dhtnet_run(net, 10000);
    ck_assert(taker->has_item);
    ck_assert_uint_eq(taker->item_len, put.value.len);
    ck_assert_mem_eq(taker->item, put.value.p, put.value.len);
    dhtnet_free(net);
}
END_TEST

/* ---- Floods ---- */

static void flood(struct dhtnet *net, size_t victim, bool one_address,
                  unsigned per_ms, int64_t ms)
{
    struct buf out;
    uint8_t id[HASH_LEN];
    buf_init(&out, DHT_MAX_DATAGRAM);
    memset(id, 'x', sizeof id);
    const struct krpc_msg query = {
        .type = KRPC_QUERY,
        .method = KRPC_GET_PEERS,
        .tid = span_of("aa"),
        .id = id,
        .target = id,
    };
    ck_assert_int_eq(krpc_write(&query, &out), OK);
    int64_t end_ms = dhtnet_now_ms(net) + ms;
    while (dhtnet_now_ms(net) < end_ms) {
        for (unsigned i = 0; i < per_ms; i++) {
            uint32_t ip = rng_u32(dhtnet_rng(net)) & 0xffff;
            if (one_address)
                ip = 1;
            struct addr from = addr_v4((const uint8_t[]){77, (uint8_t)(ip >> 8),
                                                         (uint8_t)ip, 9},
                                       4000);
            (void)dht_rx(dhtnet_node(net, victim), &from, buf_bytes(&out),
                         out.len, dhtnet_now_ms(net));
        }
        dhtnet_touch(net, victim);
        dhtnet_run(net, 1);
    }
    buf_fini(&out);
}

/* 10000 datagrams a second: of one address, and of 65536. */
START_TEST(flood_is_answered_within_the_limits)
{
    enum { SECONDS = 4, PER_MS = 10, BURST = 16384, OWN = 20000 };
    struct dhtnet *net = grown(30, false, 0);
    struct dht_stats *stats = xzalloc(sizeof *stats);
    uint64_t before = dhtnet_bytes_from(net, 3);
    flood(net, 3, _i == 0, PER_MS, SECONDS * 1000);
    uint64_t sent = dhtnet_bytes_from(net, 3) - before;
    dht_stats(dhtnet_node(net, 3), stats, dhtnet_now_ms(net));
    if (_i == 0) {
        ck_assert_uint_eq(stats->n_blocked, 1);
        ck_assert_int_gt(stats->blocked[0].left_ms, 280000);
        ck_assert_uint_le(sent, 55 * 512 + OWN);
    }
    ck_assert_uint_le(sent, SECONDS * DHT_REPLY_BPS + BURST + OWN);
    ck_assert_uint_ge(stats->dropped_limited, SECONDS * 1000 * PER_MS * 9 / 10);
    ck_assert_uint_le(dhtnet_max_len(net), 1024);
    /* The others go on. */
    int64_t took_ms;
    (void)share(net, 3, 20, &took_ms);
    ck_assert_int_ge(took_ms, 0);
    free(stats);
    dhtnet_free(net);
}
END_TEST

Suite *dht_suite(void)
{
    Suite *s = suite_create("dht");
    TCase *tc = tcase_create("dht");
    tcase_add_test(tc, network_of_1000_finds_in_few_steps);
    tcase_add_test(tc, network_with_liars_and_dead_nodes_finds);
    tcase_add_loop_test(tc, network_of_two_finds_within_some_round_trips, 0, 2);
    tcase_add_test(tc, network_of_three_finds_at_once);
    tcase_add_test(tc, network_takes_in_those_who_know_each_other_alone);
    tcase_add_test(tc, network_of_ipv6_finds);
    tcase_add_test(tc, network_learns_its_addresses);
    tcase_add_test(tc, network_serves_nodes_behind_nat_and_read_only_ones);
    tcase_add_test(tc, restart_with_saved_nodes_needs_no_bootstrap);
    tcase_add_test(tc, items_are_put_and_got);
    tcase_add_loop_test(tc, flood_is_answered_within_the_limits, 0, 2);
    suite_add_tcase(s, tc);
    return s;
}
