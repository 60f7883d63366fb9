#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/peers.h"
#include "util/rng.h"

#include <stdio.h>
#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND };

struct world {
    uint64_t seed;
    struct rng rng;
    struct peers *peers;
    int64_t now_ms;
};

static const uint8_t own_id[PEERS_ID_LEN] = "-TS0001-mmmmmmmmmmm";

static void world_open(struct world *w)
{
    *w = (struct world){.seed = 1, .now_ms = 1000 * SECOND};
    w->rng = rng_seeded(&w->seed);
    w->peers = peers_new(own_id, &w->rng);
}

/* A public address named by a number, with one port. */
static struct addr at(uint32_t n)
{
    uint8_t ip[4] = {80, (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    return addr_v4(ip, 6881);
}

static struct addr at_port(uint32_t n, uint16_t port)
{
    struct addr a = at(n);
    a.port = port;
    return a;
}

static const uint8_t *id(char name)
{
    static uint8_t out[PEERS_ID_LEN];
    memcpy(out, "-XX0001-............", PEERS_ID_LEN);
    out[1] = (uint8_t)name;
    return out;
}

static enum peers_added add(struct world *w, struct addr a,
                            enum peers_source source)
{
    enum peers_added added = peers_add(w->peers, &a, source, w->now_ms);
    peers_check(w->peers);
    return added;
}

static bool dial(struct world *w, struct addr *out)
{
    bool is_any = peers_next_to_dial(w->peers, w->now_ms, out);
    peers_check(w->peers);
    return is_any;
}

static void expect_dial(struct world *w, struct addr expected)
{
    struct addr a;
    ck_assert_int_le(peers_deadline_ms(w->peers, w->now_ms), w->now_ms);
    ck_assert(dial(w, &a));
    ck_assert(addr_eq(&a, &expected));
}

static void expect_none(struct world *w)
{
    struct addr a;
    ck_assert(!dial(w, &a));
    ck_assert_int_gt(peers_deadline_ms(w->peers, w->now_ms), w->now_ms);
}

/* Nobody is to be dialled until `ms` have gone by, then `expected`. */
static void expect_dial_after(struct world *w, int64_t ms, struct addr expected)
{
    expect_none(w);
    ck_assert_int_eq(peers_deadline_ms(w->peers, w->now_ms), w->now_ms + ms);
    w->now_ms += ms - 1;
    expect_none(w);
    w->now_ms += 1;
    expect_dial(w, expected);
}

static void failed(struct world *w, struct addr a, enum peers_fail why)
{
    peers_on_failed(w->peers, &a, why, w->now_ms);
    peers_check(w->peers);
}

static enum peers_verdict connect_as(struct world *w, struct addr a,
                                     const uint8_t *peer_id, bool is_incoming)
{
    struct addr old = at(0xffffff);
    enum peers_verdict verdict =
        peers_on_connected(w->peers, &a, peer_id, is_incoming, w->now_ms, &old);
    peers_check(w->peers);
    return verdict;
}

static void closed(struct world *w, struct addr a, bool was_useful)
{
    peers_on_closed(w->peers, &a, was_useful, w->now_ms);
    peers_check(w->peers);
}

/* From several, the most trusted counts. */
START_TEST(source_is_the_best_that_told)
{
    struct world w;
    struct addr a = at(1);
    world_open(&w);
    ck_assert_int_eq(peers_source(w.peers, &a), PEERS_INCOMING);
    add(&w, a, PEERS_DHT);
    ck_assert_int_eq(peers_source(w.peers, &a), PEERS_DHT);
    add(&w, a, PEERS_TRACKER);
    add(&w, a, PEERS_PEX);
    ck_assert_int_eq(peers_source(w.peers, &a), PEERS_TRACKER);
    peers_free(w.peers);
}
END_TEST

START_TEST(add_then_dial_gives_it_once)
{
    struct world w;
    world_open(&w);
    ck_assert_int_eq(peers_deadline_ms(w.peers, 0), INT64_MAX);
    ck_assert_int_eq(add(&w, at(1), PEERS_TRACKER), PEERS_NEW);
    ck_assert_int_eq(add(&w, at(1), PEERS_PEX), PEERS_KNOWN);
    ck_assert_uint_eq(peers_n_known(w.peers), 1);
    expect_dial(&w, at(1));
    expect_none(&w);
    peers_free(w.peers);
}
END_TEST

START_TEST(add_undialable_address_is_refused)
{
    struct world w;
    uint8_t any[4] = {0, 0, 0, 0};
    uint8_t multicast[4] = {239, 1, 1, 1};
    world_open(&w);
    ck_assert_int_eq(add(&w, at_port(1, 0), PEERS_DHT), PEERS_REFUSED);
    ck_assert_int_eq(add(&w, addr_v4(any, 80), PEERS_DHT), PEERS_REFUSED);
    ck_assert_int_eq(add(&w, addr_v4(multicast, 80), PEERS_DHT), PEERS_REFUSED);
    ck_assert_uint_eq(peers_n_known(w.peers), 0);
    peers_free(w.peers);
}
END_TEST

START_TEST(mapped_address_is_the_same_candidate)
{
    struct world w;
    uint8_t mapped[16] = {[10] = 0xff, [11] = 0xff, 80, 0, 0, 1};
    world_open(&w);
    add(&w, at(1), PEERS_TRACKER);
    ck_assert_int_eq(add(&w, addr_v6(mapped, 6881), PEERS_TRACKER),
                     PEERS_KNOWN);
    peers_free(w.peers);
}
END_TEST

START_TEST(tally_tells_how_far_dialling_came)
{
    struct world w;
    world_open(&w);
    struct addr a;
    for (uint32_t i = 1; i <= 6; i++)
        add(&w, at(i), PEERS_TRACKER);
    for (uint32_t i = 0; i < 5; i++)
        ck_assert(dial(&w, &a));
    failed(&w, at(1), PEERS_UNREACHABLE);
    failed(&w, at(1), PEERS_UNREACHABLE); /* of which we hear twice */
    failed(&w, at(2), PEERS_SILENT);
    failed(&w, at(3), PEERS_NO_HANDSHAKE);
    ck_assert_int_eq(connect_as(&w, at(4), id('a'), false), PEERS_WELCOME);
    ck_assert_int_eq(connect_as(&w, at(9), id('b'), true), PEERS_WELCOME);
    ck_assert_int_eq(connect_as(&w, at(8), id('b'), true), PEERS_DUPLICATE);
    struct peers_tally t = peers_tally(w.peers);
    ck_assert_uint_eq(t.n_dialled, 5);
    ck_assert_uint_eq(t.n_failed[PEERS_UNREACHABLE], 1);
    ck_assert_uint_eq(t.n_failed[PEERS_SILENT], 1);
    ck_assert_uint_eq(t.n_failed[PEERS_NO_HANDSHAKE], 1);
    ck_assert_uint_eq(t.n_greeted, 1);
    ck_assert_uint_eq(t.n_came, 1);
    peers_free(w.peers);
}
END_TEST

START_TEST(dial_order_is_failures_then_priority_then_source)
{
    struct world w;
    struct addr self = at(77);
    world_open(&w);
    add(&w, at(1), PEERS_DHT);
    add(&w, at(2), PEERS_TRACKER);
    expect_dial(&w, at(2)); /* priorities are not known: by source */
    failed(&w, at(2), PEERS_NO_HANDSHAKE);
    add(&w, at(3), PEERS_DHT);
    add(&w, at(4), PEERS_DHT);
    peers_set_self(w.peers, &self);
    peers_check(w.peers);
    w.now_ms += 10 * SECOND;
    struct addr before = {.port = 0};
    for (int i = 0; i < 3; i++) {
        struct addr a;
        ck_assert(dial(&w, &a));
        ck_assert(before.port == 0 ||
                  addr_priority(&self, &before) >= addr_priority(&self, &a));
        before = a;
    }
    expect_dial(&w, at(2)); /* failed once: last, though from a tracker */
    peers_free(w.peers);
}
END_TEST

START_TEST(unreachable_climbs_the_ladder_and_is_given_up)
{
    struct world w;
    world_open(&w);
    add(&w, at(1), PEERS_PEX);
    expect_dial(&w, at(1));
    failed(&w, at(1), PEERS_UNREACHABLE);
    expect_dial_after(&w, 15 * MINUTE, at(1));
    failed(&w, at(1), PEERS_UNREACHABLE);
    expect_dial_after(&w, 30 * MINUTE, at(1));
    failed(&w, at(1), PEERS_UNREACHABLE);
    ck_assert_int_eq(peers_deadline_ms(w.peers, w.now_ms), INT64_MAX);
    ck_assert_int_eq(add(&w, at(1), PEERS_PEX), PEERS_KNOWN);
    expect_none(&w); /* hearsay does not help */
    ck_assert_uint_eq(peers_n_known(w.peers), 1);
    ck_assert_uint_eq(peers_n_dialable(w.peers), 0);
    peers_free(w.peers);
}
END_TEST

START_TEST(tracker_saying_it_again_forgives_one_failure)
{
    struct world w;
    world_open(&w);
    add(&w, at(1), PEERS_PEX);
    for (int i = 0; i < 3; i++) {
        w.now_ms += 200 * MINUTE;
        expect_dial(&w, at(1));
        failed(&w, at(1), PEERS_UNREACHABLE);
    }
    expect_none(&w);
    add(&w, at(1), PEERS_TRACKER);
    expect_dial_after(&w, 2 * MINUTE, at(1));
    peers_free(w.peers);
}
END_TEST

START_TEST(reached_peer_gets_shorter_steps_and_more_of_them)
{
    static const int64_t steps[] = {10 * SECOND, 2 * MINUTE, 15 * MINUTE,
                                    30 * MINUTE, 60 * MINUTE};
    struct world w;
    world_open(&w);
    add(&w, at(1), PEERS_PEX);
    expect_dial(&w, at(1));
    ck_assert_int_eq(connect_as(&w, at(1), id('a'), false), PEERS_WELCOME);
    closed(&w, at(1), true);
    expect_dial_after(&w, 5 * SECOND, at(1));
    w.now_ms += MINUTE; /* or the limit of dials to one IP would show */
    for (size_t i = 0; i < 5; i++) {
        failed(&w, at(1), PEERS_UNREACHABLE);
        expect_dial_after(&w, steps[i], at(1));
    }
    failed(&w, at(1), PEERS_UNREACHABLE);
    ck_assert_int_eq(peers_deadline_ms(w.peers, w.now_ms), INT64_MAX);
    peers_free(w.peers);
}
END_TEST

START_TEST(forgiven_are_dialled_at_once_but_who_was_never_there)
{
    struct world w;
    world_open(&w);
    add(&w, at(1), PEERS_PEX); /* never reached, and given up */
    for (int i = 0; i < 3; i++) {
        w.now_ms += 200 * MINUTE;
        expect_dial(&w, at(1));
        failed(&w, at(1), PEERS_UNREACHABLE);
    }
    add(&w, at(2), PEERS_PEX); /* reached once, and given up */
    expect_dial(&w, at(2));
    connect_as(&w, at(2), id('b'), false);
    closed(&w, at(2), true);
    for (int i = 0; i < PEERS_MAX_FAILS_REACHED; i++) {
        w.now_ms += 200 * MINUTE;
        expect_dial(&w, at(2));
        failed(&w, at(2), PEERS_UNREACHABLE);
    }
    add(&w, at(3), PEERS_PEX); /* waits */
    expect_dial(&w, at(3));
    failed(&w, at(3), PEERS_UNREACHABLE);
    w.now_ms += MINUTE; /* or the limit of dials to one IP would show */
    expect_none(&w);
    peers_forgive_all(w.peers);
    peers_check(w.peers);
    struct addr a, b;
    ck_assert(dial(&w, &a) && dial(&w, &b));
    expect_none(&w);
    struct addr gone = at(1);
    ck_assert(!addr_eq(&a, &gone) && !addr_eq(&b, &gone));
    peers_free(w.peers);
}
END_TEST

START_TEST(useless_connection_counts_as_failure)
{
    struct world w;
    world_open(&w);
    add(&w, at(1), PEERS_PEX);
    expect_dial(&w, at(1));
    connect_as(&w, at(1), id('a'), false);
    closed(&w, at(1), false);
    expect_dial_after(&w, 10 * SECOND, at(1));
    peers_free(w.peers);
}
END_TEST

START_TEST(user_peer_is_never_given_up)
{
    struct world w;
    world_open(&w);
    add(&w, at(1), PEERS_PEX);
    add(&w, at(1), PEERS_USER);
    expect_dial(&w, at(1));
    for (int i = 0; i < 300; i++) {
        failed(&w, at(1), PEERS_UNREACHABLE);
        expect_dial_after(&w, 2 * MINUTE, at(1));
    }
    peers_free(w.peers);
}
END_TEST

START_TEST(one_ip_is_dialled_twice_a_minute_at_most)
{
    struct world w;
    world_open(&w);
    for (uint16_t i = 0; i < 50; i++)
        add(&w, at_port(1, (uint16_t)(1000 + i)), PEERS_PEX);
    int64_t start_ms = w.now_ms;
    int n = 0;
    while (w.now_ms < start_ms + 10 * MINUTE) {
        struct addr a;
        while (dial(&w, &a))
            n++;
        w.now_ms += 1 * SECOND;
    }
    ck_assert_int_eq(n, 20);
    peers_free(w.peers);
}
END_TEST

START_TEST(self_connection_is_known_and_not_repeated)
{
    struct world w;
    world_open(&w);
    add(&w, at(1), PEERS_TRACKER);
    expect_dial(&w, at(1));
    ck_assert_int_eq(connect_as(&w, at_port(1, 50000), own_id, true),
                     PEERS_SELF);
    ck_assert_int_eq(connect_as(&w, at(1), own_id, false), PEERS_SELF);
    ck_assert_uint_eq(peers_n_connected(w.peers), 0);
    ck_assert_int_eq(add(&w, at(1), PEERS_TRACKER), PEERS_KNOWN);
    w.now_ms += 500 * MINUTE;
    expect_none(&w);
    peers_free(w.peers);
}
END_TEST

START_TEST(second_connection_to_a_peer_id_is_a_duplicate)
{
    struct world w;
    world_open(&w);
    ck_assert_int_eq(connect_as(&w, at_port(1, 50000), id('a'), true),
                     PEERS_WELCOME);
    ck_assert_int_eq(connect_as(&w, at_port(1, 50001), id('a'), true),
                     PEERS_DUPLICATE);
    ck_assert_int_eq(connect_as(&w, at_port(2, 50001), id('a'), true),
                     PEERS_DUPLICATE);
    ck_assert_int_eq(connect_as(&w, at_port(2, 50002), id('b'), true),
                     PEERS_WELCOME);
    ck_assert_uint_eq(peers_n_connected(w.peers), 2);
    closed(&w, at_port(1, 50000), true);
    ck_assert_int_eq(connect_as(&w, at_port(1, 50003), id('a'), true),
                     PEERS_WELCOME);
    peers_free(w.peers);
}
END_TEST

START_TEST(told_listen_port_makes_a_connected_candidate)
{
    struct world w;
    struct addr remote = at_port(1, 50000);
    world_open(&w);
    connect_as(&w, remote, id('a'), true);
    peers_on_listen_port(w.peers, &remote, 0, w.now_ms);
    ck_assert_uint_eq(peers_n_known(w.peers), 0);
    peers_on_listen_port(w.peers, &remote, 6881, w.now_ms);
    peers_on_listen_port(w.peers, &remote, 6882, w.now_ms); /* too late */
    peers_check(w.peers);
    ck_assert_uint_eq(peers_n_known(w.peers), 1);
    ck_assert_int_eq(add(&w, at(1), PEERS_TRACKER), PEERS_KNOWN);
    expect_none(&w);
    closed(&w, remote, true);
    expect_dial_after(&w, 5 * SECOND, at(1));
    peers_free(w.peers);
}
END_TEST

START_TEST(dialling_a_peer_that_is_connected_finds_its_port)
{
    struct world w;
    struct addr remote = at_port(1, 50000);
    world_open(&w);
    connect_as(&w, remote, id('a'), true);
    w.now_ms += MINUTE;
    add(&w, at(1), PEERS_TRACKER);
    expect_dial(&w, at(1));
    ck_assert_int_eq(connect_as(&w, at(1), id('a'), false), PEERS_DUPLICATE);
    w.now_ms += 60 * MINUTE;
    expect_none(&w);
    closed(&w, remote, true);
    expect_dial_after(&w, 5 * SECOND, at(1));
    peers_free(w.peers);
}
END_TEST

/* Two peers dial each other; whatever the order of events, they keep one. */
START_TEST(crossing_connections_leave_the_same_one_on_both_sides)
{
    const uint8_t *low_id = (const uint8_t *)"-AA0001-............";
    const uint8_t *high_id = (const uint8_t *)"-ZZ0001-............";
    struct world w;
    struct peers *sides[2];
    world_open(&w);
    sides[0] = peers_new(low_id, &w.rng);
    sides[1] = peers_new(high_id, &w.rng);
    const uint8_t *ids[2] = {low_id, high_id};
    int kept[2];
    for (int side = 0; side < 2; side++) {
        struct addr listening = at(10), from = at_port(10, 50000), old;
        struct addr a;
        int other = 1 - side;
        peers_add(sides[side], &listening, PEERS_TRACKER, 0);
        ck_assert(peers_next_to_dial(sides[side], 0, &a));
        /* _i: which connection this side sees first, bit by side */
        bool is_own_first = (_i >> side & 1) != 0;
        enum peers_verdict first =
            peers_on_connected(sides[side], is_own_first ? &listening : &from,
                               ids[other], !is_own_first, 1, &old);
        ck_assert_int_eq(first, PEERS_WELCOME);
        enum peers_verdict second =
            peers_on_connected(sides[side], is_own_first ? &from : &listening,
                               ids[other], is_own_first, 2, &old);
        bool is_second_kept = second == PEERS_REPLACES;
        if (is_second_kept) {
            ck_assert(addr_eq(&old, is_own_first ? &listening : &from));
            peers_on_closed(sides[side], &old, false, 3);
        } else {
            ck_assert_int_eq(second, PEERS_DUPLICATE);
        }
        peers_check(sides[side]);
        ck_assert_uint_eq(peers_n_connected(sides[side]), 1);
        ck_assert(!peers_next_to_dial(sides[side], 100 * MINUTE, &a));
        /* who dialled the one that is kept */
        kept[side] = is_own_first != is_second_kept ? side : other;
    }
    ck_assert_int_eq(kept[0], 1);
    ck_assert_int_eq(kept[1], 1);
    peers_free(sides[0]);
    peers_free(sides[1]);
    peers_free(w.peers);
}
END_TEST

START_TEST(banned_ip_is_neither_known_nor_welcome)
{
    struct world w;
    struct addr bad = at_port(1, 4000);
    world_open(&w);
    add(&w, at(1), PEERS_TRACKER);
    add(&w, at_port(1, 7000), PEERS_TRACKER);
    add(&w, at(2), PEERS_TRACKER);
    peers_ban(w.peers, &bad);
    peers_ban(w.peers, &bad);
    peers_check(w.peers);
    ck_assert_uint_eq(peers_n_banned(w.peers), 1);
    ck_assert_uint_eq(peers_n_known(w.peers), 1);
    ck_assert_int_eq(add(&w, at(1), PEERS_TRACKER), PEERS_REFUSED);
    ck_assert_int_eq(connect_as(&w, at_port(1, 50000), id('a'), true),
                     PEERS_BANNED);
    expect_dial(&w, at(2));
    expect_none(&w);
    peers_free(w.peers);
}
END_TEST

START_TEST(ban_while_connected_or_dialling_ends_with_it)
{
    struct world w;
    struct addr a = at(1), b = at(2);
    world_open(&w);
    add(&w, a, PEERS_TRACKER);
    expect_dial(&w, a);
    connect_as(&w, a, id('a'), false);
    add(&w, b, PEERS_TRACKER);
    expect_dial(&w, b);
    peers_ban(w.peers, &a);
    peers_ban(w.peers, &b);
    peers_check(w.peers);
    ck_assert_uint_eq(peers_n_known(w.peers), 2);
    closed(&w, a, true);
    failed(&w, b, PEERS_UNREACHABLE);
    ck_assert_uint_eq(peers_n_known(w.peers), 0);
    peers_free(w.peers);
}
END_TEST

START_TEST(seeds_are_not_dialled_while_seeding)
{
    struct world w;
    struct addr seed = at(1);
    world_open(&w);
    add(&w, at(1), PEERS_TRACKER);
    add(&w, at(2), PEERS_DHT);
    peers_set_seed(w.peers, &seed, true);
    peers_set_seeding(w.peers, true);
    peers_check(w.peers);
    ck_assert_uint_eq(peers_n_dialable(w.peers), 1);
    expect_dial(&w, at(2));
    expect_none(&w);
    peers_set_seeding(w.peers, false);
    expect_dial(&w, at(1));
    peers_free(w.peers);
}
END_TEST

START_TEST(connected_seed_is_parked_when_it_closes)
{
    struct world w;
    struct addr seed = at(1);
    world_open(&w);
    add(&w, seed, PEERS_TRACKER);
    expect_dial(&w, seed);
    connect_as(&w, seed, id('a'), false);
    peers_set_seed(w.peers, &seed, true);
    peers_set_seeding(w.peers, true);
    closed(&w, seed, true);
    w.now_ms += 100 * MINUTE;
    expect_none(&w);
    peers_free(w.peers);
}
END_TEST

START_TEST(list_gives_reached_ones_first_and_no_lost_ones)
{
    struct world w;
    struct addr out[10];
    world_open(&w);
    add(&w, at(1), PEERS_TRACKER);
    add(&w, at(2), PEERS_PEX);
    expect_dial(&w, at(1));
    expect_dial(&w, at(2));
    connect_as(&w, at(2), id('b'), false);
    connect_as(&w, at(1), own_id, false);
    add(&w, at(3), PEERS_PEX);
    add(&w, at(4), PEERS_TRACKER);
    ck_assert_uint_eq(peers_list(w.peers, out, 10), 3);
    struct addr expected[3] = {at(2), at(4), at(3)};
    for (size_t i = 0; i < 3; i++)
        ck_assert(addr_eq(&out[i], &expected[i]));
    ck_assert_uint_eq(peers_list(w.peers, out, 1), 1);
    peers_free(w.peers);
}
END_TEST

/* Anything in any order, also events about addresses that are not known. */
static void turn(struct world *w, struct addr a)
{
    struct addr out;
    char name[PEERS_ID_LEN + 1];
    snprintf(name, sizeof(name), "-YY0001-%012u", rng_below(&w->rng, 30));
    switch (rng_below(&w->rng, 12)) {
    case 0:
    case 1:
        add(w, a, (enum peers_source)rng_below(&w->rng, PEERS_N_SOURCES));
        break;
    case 2:
    case 3:
        (void)dial(w, &out);
        break;
    case 4:
        failed(w, a, (enum peers_fail)rng_below(&w->rng, 2));
        break;
    case 5:
    case 6:
        (void)connect_as(w, a, (const uint8_t *)name, false);
        break;
    case 7:
        a.port = (uint16_t)(50000 + rng_below(&w->rng, 3));
        (void)connect_as(w, a, (const uint8_t *)name, true);
        peers_on_listen_port(w->peers, &a, 6881, w->now_ms);
        break;
    case 8:
        if (rng_below(&w->rng, 3) == 0)
            a.port = (uint16_t)(50000 + rng_below(&w->rng, 3));
        closed(w, a, rng_below(&w->rng, 2) == 0);
        break;
    case 9:
        if (rng_below(&w->rng, 20) == 0)
            peers_ban(w->peers, &a);
        break;
    case 10:
        peers_set_seed(w->peers, &a, rng_below(&w->rng, 2) == 0);
        peers_set_seeding(w->peers, rng_below(&w->rng, 2) == 0);
        break;
    default:
        peers_set_self(w->peers, &a);
        break;
    }
}

START_TEST(random_events_keep_every_invariant)
{
    struct world w;
    world_open(&w);
    w.seed = 700 + (uint64_t)_i;
    for (int i = 0; i < 20000; i++) {
        turn(&w, at(rng_below(&w.rng, 40)));
        peers_check(w.peers);
        w.now_ms += rng_below(&w.rng, 20 * SECOND);
    }
    peers_free(w.peers);
}
END_TEST

/* It was good for something: what failed before is not held against it. */
START_TEST(useful_connection_forgives_all_failures)
{
    struct world w;
    struct addr a;
    world_open(&w);
    add(&w, at(1), PEERS_PEX);
    for (int i = 0; i < 2; i++) {
        ck_assert(dial(&w, &a));
        failed(&w, a, PEERS_NO_HANDSHAKE);
        w.now_ms += 3600 * SECOND;
    }
    ck_assert(dial(&w, &a));
    ck_assert_int_eq(connect_as(&w, a, id('a'), false), PEERS_WELCOME);
    closed(&w, a, true);
    w.now_ms += 3600 * SECOND;
    expect_dial(&w, a);
    failed(&w, a, PEERS_NO_HANDSHAKE);
    expect_dial_after(&w, 10 * SECOND, a); /* as after a first one */
    peers_free(w.peers);
}
END_TEST

Suite *peers_suite(void)
{
    Suite *s = suite_create("peers");
    TCase *tc = tcase_create("peers");
    tcase_add_test(tc, add_then_dial_gives_it_once);
    tcase_add_test(tc, source_is_the_best_that_told);
    tcase_add_test(tc, add_undialable_address_is_refused);
    tcase_add_test(tc, mapped_address_is_the_same_candidate);
    tcase_add_test(tc, tally_tells_how_far_dialling_came);
    tcase_add_test(tc, dial_order_is_failures_then_priority_then_source);
    tcase_add_test(tc, unreachable_climbs_the_ladder_and_is_given_up);
    tcase_add_test(tc, tracker_saying_it_again_forgives_one_failure);
    tcase_add_test(tc, reached_peer_gets_shorter_steps_and_more_of_them);
    tcase_add_test(tc, forgiven_are_dialled_at_once_but_who_was_never_there);
    tcase_add_test(tc, useless_connection_counts_as_failure);
    tcase_add_test(tc, user_peer_is_never_given_up);
    tcase_add_test(tc, one_ip_is_dialled_twice_a_minute_at_most);
    tcase_add_test(tc, self_connection_is_known_and_not_repeated);
    tcase_add_test(tc, second_connection_to_a_peer_id_is_a_duplicate);
    tcase_add_test(tc, told_listen_port_makes_a_connected_candidate);
    tcase_add_test(tc, dialling_a_peer_that_is_connected_finds_its_port);
    tcase_add_loop_test(tc,
                        crossing_connections_leave_the_same_one_on_both_sides,
                        0, 4);
    tcase_add_test(tc, banned_ip_is_neither_known_nor_welcome);
    tcase_add_test(tc, ban_while_connected_or_dialling_ends_with_it);
    tcase_add_test(tc, seeds_are_not_dialled_while_seeding);
    tcase_add_test(tc, connected_seed_is_parked_when_it_closes);
    tcase_add_test(tc, list_gives_reached_ones_first_and_no_lost_ones);
    tcase_add_loop_test(tc, random_events_keep_every_invariant, 0, 4);
    tcase_add_test(tc, useful_connection_forgives_all_failures);
    suite_add_tcase(s, tc);
    return s;
}
