#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/choker.h"
#include "util/rng.h"

#include <string.h>

enum { MAX_PEERS = 100, SECOND = 1000, PIECE_LEN = 262144 };

struct world {
    uint64_t seed;
    struct rng rng;
    struct choker *choker;
    struct choker_config config;
    struct choker_peer peers[MAX_PEERS];
    size_t n;
    int64_t now_ms;
};

/* n peers, connected long ago, interested and choked, that send us 1000, 2000,
 * ... bytes a second. */
static void world_open(struct world *w, size_t n, uint32_t n_slots,
                       uint64_t seed)
{
    *w = (struct world){.seed = seed, .n = n, .now_ms = 1000 * SECOND};
    w->rng = rng_seeded(&w->seed);
    w->choker = choker_new(&w->rng);
    w->config.n_slots = n_slots;
    w->config.piece_len = PIECE_LEN;
    for (size_t i = 0; i < n; i++) {
        w->peers[i].peer = (peer_id_t)(i + 1);
        w->peers[i].is_interested = true;
        w->peers[i].rate_down_Bps = 1000 * (i + 1);
        w->peers[i].flipped_ms = CHOKER_NEVER;
    }
}

/* Decide, act on it as an engine does; return how many turned over. */
static size_t run(struct world *w)
{
    size_t n_turned = 0;
    choker_run(w->choker, &w->config, w->peers, w->n, w->now_ms);
    for (size_t i = 0; i < w->n; i++) {
        struct choker_peer *peer = &w->peers[i];
        ck_assert(!peer->is_optimistic || peer->unchoke);
        ck_assert(!peer->is_seed || !peer->unchoke);
        if (peer->unchoke == peer->is_unchoked)
            continue;
        ck_assert(peer->flipped_ms == CHOKER_NEVER || peer->is_seed ||
                  peer->is_shunned ||
                  w->now_ms - peer->flipped_ms >= CHOKER_MIN_FLIP_MS);
        peer->is_unchoked = peer->unchoke;
        peer->bytes_since_unchoke = 0;
        peer->flipped_ms = w->now_ms;
        n_turned++;
    }
    return n_turned;
}

static size_t run_after(struct world *w, int64_t ms)
{
    w->now_ms += ms;
    return run(w);
}

static size_t n_unchoked(const struct world *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        n += w->peers[i].is_unchoked;
    return n;
}

static size_t optimistic(const struct world *w)
{
    for (size_t i = 0; i < w->n; i++) {
        if (w->peers[i].is_optimistic)
            return i;
    }
    return SIZE_MAX;
}

START_TEST(leeching_gives_slots_to_those_who_send_most)
{
    struct world w;
    world_open(&w, 20, 4, 1);
    run(&w);
    ck_assert_uint_eq(n_unchoked(&w), 4);
    for (size_t i = 17; i < 20; i++)
        ck_assert(w.peers[i].is_unchoked && !w.peers[i].is_optimistic);
    ck_assert_uint_lt(optimistic(&w), 17);
    choker_free(w.choker);
}
END_TEST

/* The one who sends most is first; who may not win is not placed. */
START_TEST(everybody_learns_its_place)
{
    struct world w;
    world_open(&w, 6, 2, 1);
    w.peers[5].is_snubbed = true;
    w.peers[4].is_interested = false;
    w.peers[3].is_seed = true;
    run(&w);
    for (size_t i = 3; i < 6; i++)
        ck_assert_uint_eq(w.peers[i].rank, 0);
    for (uint32_t i = 0; i < 3; i++)
        ck_assert_uint_eq(w.peers[i].rank, 3 - i);
    choker_free(w.choker);
}
END_TEST

START_TEST(running_again_at_once_changes_nothing)
{
    struct world w;
    world_open(&w, 20, 8, (uint64_t)_i);
    w.config.is_seeding = _i % 2 == 1;
    for (int i = 0; i < 30; i++) {
        run_after(&w, 3 * SECOND);
        ck_assert_uint_eq(run(&w), 0);
        ck_assert_uint_eq(run(&w), 0);
    }
    choker_free(w.choker);
}
END_TEST

START_TEST(no_slots_choke_everyone)
{
    struct world w;
    world_open(&w, 5, 4, 1);
    run(&w);
    w.config.n_slots = 0;
    run_after(&w, 10 * SECOND);
    ck_assert_uint_eq(n_unchoked(&w), 0);
    w.n = 0;
    run_after(&w, 10 * SECOND);
    choker_free(w.choker);
}
END_TEST

START_TEST(snubbing_peer_gets_optimistic_slot_only)
{
    struct world w;
    world_open(&w, 6, 4, 1);
    w.peers[5].is_snubbed = true;
    run(&w);
    ck_assert(w.peers[4].is_unchoked && w.peers[3].is_unchoked &&
              w.peers[2].is_unchoked);
    ck_assert(!w.peers[5].is_unchoked || w.peers[5].is_optimistic);
    choker_free(w.choker);
}
END_TEST

START_TEST(interest_in_a_free_slot_is_met_at_once)
{
    struct world w;
    world_open(&w, 8, 4, 1);
    for (size_t i = 0; i < 8; i++) {
        w.peers[i].is_interested = false;
        w.peers[i].rate_down_Bps = 0;
    }
    run(&w);
    ck_assert_uint_eq(n_unchoked(&w), 0);
    for (size_t i = 0; i < 8; i++) {
        w.peers[i].is_interested = true;
        run_after(&w, 100);
        ck_assert_uint_eq(n_unchoked(&w), i < 4 ? i + 1 : 4);
    }
    choker_free(w.choker);
}
END_TEST

START_TEST(before_the_round_nobody_loses_its_slot)
{
    struct world w;
    world_open(&w, 8, 4, 1);
    run(&w);
    for (size_t i = 0; i < 8; i++)
        w.peers[i].rate_down_Bps = 1000 * (8 - i);
    ck_assert_uint_eq(run_after(&w, 9 * SECOND), 0);
    ck_assert_uint_eq(run_after(&w, SECOND - 1), 0);
    ck_assert_int_eq(choker_deadline_ms(w.choker), w.now_ms + 1);
    ck_assert_uint_ne(run_after(&w, 1), 0);
    ck_assert(w.peers[0].is_unchoked && w.peers[1].is_unchoked);
    choker_free(w.choker);
}
END_TEST

START_TEST(faster_but_not_interested_is_unchoked_beside_the_slots)
{
    struct world w;
    world_open(&w, 10, 4, 1);
    w.peers[9].is_interested = false; /* faster than the last winner */
    w.peers[0].is_interested = false; /* slower */
    run(&w);
    ck_assert(w.peers[9].is_unchoked);
    ck_assert(!w.peers[0].is_unchoked);
    ck_assert_uint_eq(n_unchoked(&w), 5);
    w.config.is_seeding = true;
    run_after(&w, 10 * SECOND);
    ck_assert(!w.peers[9].is_unchoked);
    choker_free(w.choker);
}
END_TEST

START_TEST(optimistic_slot_rotates_every_30_seconds)
{
    struct world w;
    bool had[20] = {false};
    size_t n_had = 0;
    world_open(&w, 20, 4, 1);
    for (int i = 0; i < 100; i++) {
        run_after(&w, 10 * SECOND);
        size_t first = optimistic(&w);
        run_after(&w, 10 * SECOND);
        ck_assert_uint_eq(optimistic(&w), first);
        run_after(&w, 10 * SECOND);
        ck_assert_uint_eq(optimistic(&w), first);
        n_had += !had[first];
        had[first] = true;
    }
    ck_assert_uint_ge(n_had, 15); /* of the 17 that win nothing */
    choker_free(w.choker);
}
END_TEST

START_TEST(optimistic_peer_that_wins_makes_room_for_another)
{
    struct world w;
    world_open(&w, 20, 4, 1);
    run(&w);
    size_t first = optimistic(&w);
    w.peers[first].rate_down_Bps = 100000;
    run_after(&w, 10 * SECOND);
    ck_assert(w.peers[first].is_unchoked && !w.peers[first].is_optimistic);
    ck_assert_uint_ne(optimistic(&w), SIZE_MAX);
    ck_assert_uint_eq(n_unchoked(&w), 4);
    choker_free(w.choker);
}
END_TEST

START_TEST(optimistic_peer_that_leaves_is_replaced_at_once)
{
    struct world w;
    world_open(&w, 20, 4, 1);
    run(&w);
    size_t first = optimistic(&w);
    w.peers[first] = w.peers[--w.n];
    run_after(&w, SECOND);
    ck_assert_uint_ne(optimistic(&w), SIZE_MAX);
    ck_assert_uint_eq(n_unchoked(&w), 4);
    choker_free(w.choker);
}
END_TEST

START_TEST(newcomers_are_three_times_likelier)
{
    uint32_t n_new = 0;
    for (uint64_t seed = 1; seed <= 600; seed++) {
        struct world w;
        world_open(&w, 13, 4, seed); /* 3 win, 5 new and 5 old are left */
        for (size_t i = 0; i < 5; i++)
            w.peers[i].connected_ms = w.now_ms - CHOKER_NEW_MS + 1;
        run(&w);
        n_new += optimistic(&w) < 5;
        choker_free(w.choker);
    }
    ck_assert_uint_ge(n_new, 408); /* of 450; 4 sigma is 42 */
    ck_assert_uint_le(n_new, 492);
}
END_TEST

START_TEST(seeding_prefers_those_who_take_most)
{
    struct world w;
    world_open(&w, 10, 4, 1);
    w.config.is_seeding = true;
    run(&w);
    ck_assert_uint_eq(n_unchoked(&w), 4);
    for (size_t i = 0; i < 10; i++)
        w.peers[i].rate_up_Bps = i < 3 ? 5000 : 100;
    run_after(&w, 10 * SECOND);
    for (size_t i = 0; i < 3; i++)
        ck_assert(w.peers[i].is_unchoked);
    choker_free(w.choker);
}
END_TEST

START_TEST(seeding_takes_turns_after_quota_and_a_minute)
{
    struct world w;
    bool had[12] = {false};
    size_t n_had = 0;
    world_open(&w, 12, 4, 1);
    w.config.is_seeding = true;
    for (int round = 0; round < 60; round++) {
        run_after(&w, 10 * SECOND);
        for (size_t i = 0; i < 12; i++) {
            struct choker_peer *peer = &w.peers[i];
            n_had += peer->is_unchoked && !had[i];
            had[i] = had[i] || peer->is_unchoked;
            peer->rate_up_Bps = peer->is_unchoked ? 1000000 : 0;
            peer->bytes_since_unchoke += peer->rate_up_Bps * 10;
        }
    }
    ck_assert_uint_eq(n_had, 12);
    choker_free(w.choker);
}
END_TEST

START_TEST(seeding_keeps_a_peer_short_of_its_quota)
{
    struct world w;
    world_open(&w, 6, 1, 1); /* one slot: no lot */
    w.config.is_seeding = true;
    run(&w);
    size_t first = 0;
    while (!w.peers[first].is_unchoked)
        first++;
    w.peers[first].rate_up_Bps = 1000;
    w.peers[first].bytes_since_unchoke = 20 * PIECE_LEN - 1;
    run_after(&w, 70 * SECOND);
    ck_assert(w.peers[first].is_unchoked);
    w.peers[first].bytes_since_unchoke++;
    run_after(&w, 10 * SECOND);
    ck_assert(!w.peers[first].is_unchoked);
    choker_free(w.choker);
}
END_TEST

START_TEST(peer_that_became_a_seed_is_choked_at_once)
{
    struct world w;
    world_open(&w, 4, 4, 1);
    run(&w);
    w.peers[3].is_seed = true;
    run_after(&w, SECOND);
    ck_assert(!w.peers[3].is_unchoked);
    choker_free(w.choker);
}
END_TEST

START_TEST(slots_by_rate_follow_the_rates)
{
    struct choker_peer peers[MAX_PEERS] = {{0}};
    ck_assert_uint_eq(choker_slots_by_rate(peers, 0), 2);
    ck_assert_uint_eq(choker_slots_by_rate(peers, 10), 2);
    for (size_t i = 0; i < 5; i++)
        peers[i].rate_up_Bps = 100000;
    ck_assert_uint_eq(choker_slots_by_rate(peers, 10), 6);
    peers[4].rate_up_Bps = 1024 + 4 * 2048 - 1;
    ck_assert_uint_eq(choker_slots_by_rate(peers, 10), 5);
    for (size_t i = 0; i < MAX_PEERS; i++)
        peers[i].rate_up_Bps = UINT64_MAX;
    ck_assert_uint_eq(choker_slots_by_rate(peers, MAX_PEERS), CHOKER_MAX_SLOTS);
}
END_TEST

/* Whatever peers do, slots are kept to, turns keep their distance, and no slot
 * is left empty while somebody may have it. */
static void shake(struct world *w, struct choker_peer *peer)
{
    switch (rng_below(&w->rng, 8)) {
    case 0:
        peer->is_interested = !peer->is_interested;
        break;
    case 1:
        peer->is_snubbed = !peer->is_snubbed;
        break;
    case 2:
        peer->rate_down_Bps = rng_below(&w->rng, 1u << 20);
        break;
    case 3:
        peer->rate_up_Bps = rng_below(&w->rng, 1u << 20);
        break;
    case 4:
        if (peer->is_unchoked)
            peer->bytes_since_unchoke += rng_below(&w->rng, 1u << 22);
        break;
    default:
        break;
    }
}

static void check_slots(const struct world *w)
{
    size_t n_used = 0;
    size_t n_waiting = 0;
    for (size_t i = 0; i < w->n; i++) {
        const struct choker_peer *peer = &w->peers[i];
        bool is_locked = peer->flipped_ms != CHOKER_NEVER &&
                         w->now_ms - peer->flipped_ms < CHOKER_MIN_FLIP_MS;
        n_used += peer->is_interested && peer->is_unchoked;
        n_waiting += peer->is_interested && !peer->is_unchoked && !is_locked &&
                     !peer->is_snubbed;
    }
    if (n_waiting > 0)
        ck_assert_uint_ge(n_used, w->config.n_slots);
}

START_TEST(random_peers_leave_no_slot_empty)
{
    struct world w;
    world_open(&w, 30, 1 + (uint32_t)_i * 3, 40 + (uint64_t)_i);
    w.config.is_seeding = _i % 2 == 1;
    for (int i = 0; i < 2000; i++) {
        for (int k = 0; k < 5; k++)
            shake(&w, &w.peers[rng_below(&w.rng, 30)]);
        run_after(&w, 1500);
        check_slots(&w);
    }
    choker_free(w.choker);
}
END_TEST

/* The fastest of all, then one by lot: neither keeps a slot, nor gets one again,
 * whoever is left; and all is as before when it is no more so. */
START_TEST(shunned_is_choked_at_once_and_until_undone)
{
    struct world w;
    world_open(&w, 4, 3, (uint64_t)_i);
    run(&w);
    size_t fastest = 3, by_lot = optimistic(&w);
    ck_assert(w.peers[fastest].is_unchoked);
    w.peers[fastest].is_shunned = w.peers[by_lot].is_shunned = true;
    run_after(&w, 1);
    for (int i = 0; i < 30; i++) {
        ck_assert(!w.peers[fastest].is_unchoked);
        ck_assert(!w.peers[by_lot].is_unchoked);
        w.peers[fastest].is_interested = i % 2 == 0;
        run_after(&w, CHOKER_ROUND_MS);
    }
    w.peers[fastest].is_shunned = false;
    w.peers[fastest].is_interested = true;
    run_after(&w, CHOKER_ROUND_MS);
    ck_assert(w.peers[fastest].is_unchoked);
    choker_free(w.choker);
}
END_TEST

Suite *choker_suite(void)
{
    Suite *s = suite_create("choker");
    TCase *tc = tcase_create("choker");
    tcase_add_test(tc, everybody_learns_its_place);
    tcase_add_test(tc, leeching_gives_slots_to_those_who_send_most);
    tcase_add_loop_test(tc, running_again_at_once_changes_nothing, 1, 9);
    tcase_add_test(tc, no_slots_choke_everyone);
    tcase_add_test(tc, snubbing_peer_gets_optimistic_slot_only);
    tcase_add_test(tc, interest_in_a_free_slot_is_met_at_once);
    tcase_add_test(tc, before_the_round_nobody_loses_its_slot);
    tcase_add_test(tc, faster_but_not_interested_is_unchoked_beside_the_slots);
    tcase_add_test(tc, optimistic_slot_rotates_every_30_seconds);
    tcase_add_test(tc, optimistic_peer_that_wins_makes_room_for_another);
    tcase_add_test(tc, optimistic_peer_that_leaves_is_replaced_at_once);
    tcase_add_test(tc, newcomers_are_three_times_likelier);
    tcase_add_test(tc, seeding_prefers_those_who_take_most);
    tcase_add_test(tc, seeding_takes_turns_after_quota_and_a_minute);
    tcase_add_test(tc, seeding_keeps_a_peer_short_of_its_quota);
    tcase_add_test(tc, peer_that_became_a_seed_is_choked_at_once);
    tcase_add_loop_test(tc, shunned_is_choked_at_once_and_until_undone, 0, 9);
    tcase_add_test(tc, slots_by_rate_follow_the_rates);
    tcase_add_loop_test(tc, random_peers_leave_no_slot_empty, 0, 5);
    suite_add_tcase(s, tc);
    return s;
}
