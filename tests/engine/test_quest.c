#include "config.h"

#include "engine/quest.h"

#include <stdio.h>
#include <string.h>

#include "tests/engine/suites.h"
#include "tests/fake/world.h"
#include "util/xalloc.h"

enum { MANY = 400, START_MS = 1000000, SECOND_MS = 1000, MINUTE_MS = 60000 };

/* An owner, and what it was told. */
struct owner {
    struct quest *quest;
    uint8_t hash[20];
    struct quest_needs needs;
    size_t n_new; /* of the peers that it is told, it did not know so many */
    size_t n_peers, n_past;
    struct quest_past past; /* the last */
    size_t n_searches, n_cancelled;
    int64_t searched_ms;
    bool told_seed;
    bool tells_at_once; /* a peer is known before the search has begun */
};

static struct loop *loop;
static struct world *world;
static uint64_t seed;
static struct rng rng;
static struct quest_board *board;
static struct owner owners[MANY];
static size_t n_running, most_running;
static bool is_full; /* searches are refused */

static struct owner *owner_of(const uint8_t *hash)
{
    for (size_t i = 0; i < MANY; i++)
        if (memcmp(owners[i].hash, hash, 20) == 0)
            return &owners[i];
    ck_abort_msg("nobody has this hash");
}

static enum err on_search(void *ctx, const uint8_t *hash,
                          const struct dht_announce *announce)
{
    ck_assert_ptr_null(ctx);
    if (is_full)
        return ERR_TOO_BIG;
    struct owner *o = owner_of(hash);
    o->n_searches++;
    o->searched_ms = loop_now_ms(loop);
    o->told_seed = announce->is_seed;
    ck_assert(announce->is_wanted);
    if (o->tells_at_once) {
        struct addr own = {.port = 1};
        quest_board_on_peers(board, hash, &own, 1);
    }
    n_running++;
    most_running = n_running > most_running ? n_running : most_running;
    return OK;
}

static void on_cancel(void *ctx, const uint8_t *hash)
{
    ck_assert_ptr_null(ctx);
    owner_of(hash)->n_cancelled++;
    n_running--;
}

static size_t on_peers(void *ctx, const struct addr *peers, size_t n)
{
    struct owner *o = ctx;
    ck_assert_ptr_nonnull(peers);
    o->n_peers += n;
    return o->n_new < n ? o->n_new : n;
}

static void on_needs(void *ctx, struct quest_needs *out)
{
    struct owner *o = ctx;
    *out = o->needs;
}

static void on_past(void *ctx, const struct quest_past *past)
{
    struct owner *o = ctx;
    o->past = *past;
    o->n_past++;
}

static void finish(struct owner *o, int64_t again_ms)
{
    struct dht_search_result result = {.n_asked = 9,
                                       .n_answered = 7,
                                       .n_peers = 2,
                                       .n_announced = 5,
                                       .again_ms = again_ms};
    n_running--;
    quest_board_on_done(board, o->hash, &result);
    quest_board_check(board);
}

static void set_up(void)
{
    ck_assert_int_eq(loop_new(START_MS, false, &loop), OK);
    world = world_new(loop);
    seed = 1;
    rng = rng_seeded(&seed);
    struct quest_board_host host = {.search = on_search, .cancel = on_cancel};
    board = quest_board_new(loop, &rng, &host);
    memset(owners, 0, sizeof owners);
    for (size_t i = 0; i < MANY; i++)
        snprintf((char *)owners[i].hash, 20, "torrent %zu", i);
    n_running = most_running = 0;
    is_full = false;
}

static void tear_down(void)
{
    for (size_t i = 0; i < MANY; i++)
        quest_free(owners[i].quest);
    quest_board_free(board);
    world_free(world);
    loop_free(loop);
}

static struct owner *start(size_t i, bool is_short, bool is_seed)
{
    struct quest_host host = {.on_peers = on_peers,
                              .needs = on_needs,
                              .on_past = on_past,
                              .ctx = &owners[i]};
    owners[i].needs =
        (struct quest_needs){.is_short = is_short, .is_seed = is_seed};
    owners[i].quest = quest_new(board, owners[i].hash, &host);
    ck_assert_ptr_nonnull(owners[i].quest);
    quest_start(owners[i].quest);
    quest_board_check(board);
    return &owners[i];
}

static void run(int64_t for_ms)
{
    world_run_until(world, loop_now_ms(loop) + for_ms);
    quest_board_check(board);
}

/* Run until the next search of o, at most so long; return how long it took. */
static int64_t wait_search(struct owner *o, int64_t most_ms)
{
    size_t n = o->n_searches;
    int64_t from_ms = loop_now_ms(loop);
    while (o->n_searches == n && loop_now_ms(loop) - from_ms < most_ms)
        run(SECOND_MS);
    ck_assert_uint_eq(o->n_searches, n + 1);
    return loop_now_ms(loop) - from_ms;
}

START_TEST(start_searches_at_once_and_tells_what_came)
{
    struct owner *o = start(0, true, false);
    struct addr peers[3] = {{.port = 1}, {.port = 2}, {.port = 3}};
    o->n_new = 2;
    run(0);
    ck_assert_uint_eq(o->n_searches, 1);
    ck_assert(!o->told_seed);
    quest_board_on_peers(board, o->hash, peers, 3);
    run(1400);
    finish(o, 0);
    ck_assert_uint_eq(o->n_peers, 3);
    ck_assert_uint_eq(o->n_past, 1);
    ck_assert_uint_eq(o->past.n_new, 2);
    ck_assert_int_eq(o->past.took_ms, 1400);
    ck_assert_uint_eq(o->past.n_announced, 5);
}
END_TEST

/* Those that announced to our own node. */
START_TEST(peers_that_are_told_at_once_are_taken)
{
    owners[0].tells_at_once = true;
    struct owner *o = start(0, true, false);
    run(0);
    ck_assert_uint_eq(o->n_peers, 1);
}
END_TEST

START_TEST(who_has_enough_is_announced_every_quarter_of_an_hour)
{
    struct owner *o = start(0, false, true);
    wait_search(o, MINUTE_MS);
    ck_assert(o->told_seed);
    for (int i = 0; i < 3; i++) {
        finish(o, MINUTE_MS);
        int64_t wait_ms = wait_search(o, QUEST_EVERY_MS + MINUTE_MS);
        ck_assert_int_ge(wait_ms, QUEST_EVERY_MS * 85 / 100);
        ck_assert_int_le(wait_ms, QUEST_EVERY_MS + 2 * SECOND_MS);
    }
}
END_TEST

START_TEST(who_is_short_searches_sooner_and_ever_less_often)
{
    struct owner *o = start(0, true, false);
    int64_t before_ms = 10 * SECOND_MS;
    wait_search(o, MINUTE_MS);
    for (int i = 0; i < 8; i++) {
        finish(o, 0);
        int64_t wait_ms = wait_search(o, 6 * MINUTE_MS);
        ck_assert_int_ge(wait_ms, before_ms * 80 / 100);
        ck_assert_int_le(wait_ms, 5 * MINUTE_MS + 2 * SECOND_MS);
        before_ms = wait_ms;
    }
    ck_assert_int_ge(before_ms, 4 * MINUTE_MS);
    o->needs.is_short = false;
    finish(o, 0);
    ck_assert_int_gt(wait_search(o, QUEST_EVERY_MS + MINUTE_MS),
                     10 * MINUTE_MS);
}
END_TEST

START_TEST(want_peers_brings_the_next_search_forward_once)
{
    struct owner *o = start(0, false, false);
    wait_search(o, MINUTE_MS);
    finish(o, 0);
    run(MINUTE_MS);
    o->needs.is_short = true;
    for (int i = 0; i < 10; i++)
        quest_want_peers(o->quest);
    ck_assert_int_le(wait_search(o, MINUTE_MS), 2 * SECOND_MS);
    finish(o, 0);
    quest_want_peers(o->quest);
    ck_assert_int_ge(wait_search(o, 2 * MINUTE_MS), 12 * SECOND_MS);
}
END_TEST

START_TEST(ask_now_does_not_wait_nor_begin_a_second_search)
{
    struct owner *o = start(0, false, false);
    wait_search(o, MINUTE_MS);
    quest_ask_now(o->quest);
    run(MINUTE_MS);
    ck_assert_uint_eq(o->n_searches, 1);
    finish(o, 0);
    quest_ask_now(o->quest);
    run(0);
    ck_assert_uint_eq(o->n_searches, 2);
}
END_TEST

START_TEST(stop_cancels_and_rests)
{
    struct owner *o = start(0, true, false);
    run(0);
    quest_stop(o->quest);
    ck_assert_uint_eq(o->n_cancelled, 1);
    struct dht_search_result result = {.n_peers = 1};
    quest_board_on_done(board, o->hash, &result); /* too late */
    ck_assert_uint_eq(o->n_past, 0);
    quest_ask_now(o->quest);
    quest_want_peers(o->quest);
    run(2 * QUEST_EVERY_MS);
    ck_assert_uint_eq(o->n_searches, 1);
    quest_start(o->quest);
    run(0);
    ck_assert_uint_eq(o->n_searches, 2);
}
END_TEST

/* All begin at once, and every search takes 2 s. */
START_TEST(many_are_spread_and_those_that_want_peers_come_first)
{
    enum { WANTING = 20 };
    for (size_t i = 0; i < MANY; i++)
        start(i, i >= MANY - WANTING, i < MANY - WANTING);
    int64_t last_ms = 0;
    for (int s = 0; s < 10 * 60; s++) {
        run(SECOND_MS);
        size_t n = 0;
        for (size_t i = 0; i < MANY; i++) {
            struct owner *o = &owners[i];
            struct quest_status status;
            quest_status(o->quest, &status);
            if (status.is_running &&
                loop_now_ms(loop) - o->searched_ms >= 2 * SECOND_MS) {
                o->needs.is_short = false;
                finish(o, 0);
            }
            n += o->n_searches > 0;
        }
        if (n == MANY && last_ms == 0)
            last_ms = loop_now_ms(loop) - START_MS;
        if (s == 10)
            for (size_t i = MANY - WANTING; i < MANY; i++)
                ck_assert_uint_ge(owners[i].n_searches, 1);
    }
    ck_assert_uint_le(most_running, QUEST_MAX_RUNNING);
    ck_assert_int_ge(last_ms, (MANY - QUEST_BURST) * QUEST_GAP_MS);
    ck_assert_int_le(last_ms, 2 * MANY * QUEST_GAP_MS);
}
END_TEST

START_TEST(a_full_node_is_asked_again_later)
{
    is_full = true;
    struct owner *o = start(0, true, false);
    run(SECOND_MS);
    ck_assert_uint_eq(o->n_searches, 0);
    is_full = false;
    run(MINUTE_MS);
    ck_assert_uint_eq(o->n_searches, 1);
}
END_TEST

START_TEST(new_of_a_hash_that_is_there_is_null)
{
    struct owner *o = start(0, true, false);
    struct quest_host host = {.on_peers = on_peers, .needs = on_needs};
    ck_assert_ptr_null(quest_new(board, o->hash, &host));
}
END_TEST

START_TEST(status_has_the_newest_first_and_few)
{
    struct owner *o = start(0, true, false);
    struct quest_status status;
    for (int i = 0; i < QUEST_MAX_PAST + 2; i++) {
        wait_search(o, QUEST_EVERY_MS);
        quest_status(o->quest, &status);
        ck_assert(status.is_running);
        ck_assert_int_eq(status.next_ms, -1);
        finish(o, 0);
    }
    quest_status(o->quest, &status);
    ck_assert_uint_eq(status.n_past, QUEST_MAX_PAST);
    ck_assert_int_gt(status.past[0].begun_ms, status.past[1].begun_ms);
    ck_assert_int_gt(status.next_ms, loop_now_ms(loop));
}
END_TEST

Suite *quest_suite(void)
{
    Suite *s = suite_create("quest");
    TCase *tc = tcase_create("quest");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, start_searches_at_once_and_tells_what_came);
    tcase_add_test(tc, peers_that_are_told_at_once_are_taken);
    tcase_add_test(tc, who_has_enough_is_announced_every_quarter_of_an_hour);
    tcase_add_test(tc, who_is_short_searches_sooner_and_ever_less_often);
    tcase_add_test(tc, want_peers_brings_the_next_search_forward_once);
    tcase_add_test(tc, ask_now_does_not_wait_nor_begin_a_second_search);
    tcase_add_test(tc, stop_cancels_and_rests);
    tcase_add_test(tc, many_are_spread_and_those_that_want_peers_come_first);
    tcase_add_test(tc, a_full_node_is_asked_again_later);
    tcase_add_test(tc, new_of_a_hash_that_is_there_is_null);
    tcase_add_test(tc, status_has_the_newest_first_and_few);
    suite_add_tcase(s, tc);
    return s;
}
