#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/endgame.h"
#include "tests/swarm/picker_fixture.h"

enum { BLOCK = GEOMETRY_BLOCK_LEN };

static bool asked_even(const void *ctx, struct block_ref b)
{
    (void)ctx;
    return b.block_idx % 2 == 0;
}

/* Twelve blocks of three pieces are on order, nothing is free. */
static void open_busy(struct picker_world *w)
{
    picker_world_set(w,
                     &(struct picker_scene){.availability = "111****",
                                            .have = "   ****",
                                            .asked = "fff    "},
                     1);
    ck_assert(picker_in_endgame(w->picker));
    w->query.outlook = &w->outlook;
}

START_TEST(never_asks_one_peer_twice)
{
    struct picker_world w;
    open_busy(&w);
    w.query.is_asked = asked_even;
    ck_assert_str_eq(picker_world_ask(&w, 9), "2:31 1:31 0:31");
    picker_world_close(&w);
}
END_TEST

/* Who was asked for them in the first place. */
START_TEST(never_asks_their_giver)
{
    struct picker_world w;
    open_busy(&w);
    w.query.peer = 91;
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    picker_world_close(&w);
}
END_TEST

/* To more, where the first is expected much later. */
START_TEST(keeps_to_max_copies)
{
    static const struct {
        int64_t due_ms;
        uint32_t max_copies;
    } rows[] = {{1500, PICKER_MAX_COPIES}, {60000, 2 * PICKER_MAX_COPIES}};
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1****",
                                            .have = " ****",
                                            .received = "3    ",
                                            .asked = "c    "},
                     1);
    w.query.outlook = &w.outlook;
    w.due_ms = rows[_i].due_ms;
    for (uint32_t i = 0; i < 2 * PICKER_MAX_COPIES + 1; i++) {
        w.query.peer = 20 + i;
        w.query.now_ms += 1000;
        w.outlook.now_ms += 1000;
        ck_assert_str_eq(picker_world_ask(&w, 9),
                         i < rows[_i].max_copies - 1 ? "0:10" : "");
    }
    ck_assert_uint_eq(pieces_blocks(w.pieces, 0)[0].n_asked,
                      rows[_i].max_copies);
    picker_world_close(&w);
}
END_TEST

/* As much as keeps it busy for a round trip, and no more. */
static const struct {
    int64_t round_ms;
    uint64_t Bps;
    uint64_t bytes;
    size_t n;
} depths[] = {
    {0, 40 * BLOCK, 0, 5},
    {100, 40 * BLOCK, 0, 9},
    {100, 40 * BLOCK, 5 * BLOCK, 4},
    {100, 40 * BLOCK, 8 * BLOCK, 1},
    {100, 40 * BLOCK, 9 * BLOCK, 0},
    {200, 1 << 30, 0, 12},
    {100, BLOCK, 0, 1}, /* slow, but there is time enough */
};

START_TEST(asks_for_what_a_round_trip_takes)
{
    struct picker_world w;
    open_busy(&w);
    w.outlook = outlook_of(w.query.now_ms, depths[_i].round_ms, depths[_i].Bps,
                           depths[_i].bytes);
    (void)picker_world_ask(&w, 30);
    ck_assert_uint_eq(w.n_choices, depths[_i].n);
    picker_world_close(&w);
}
END_TEST

/* A copy here in 250 ms and 31 for each block; the giver needs its round trip to be
 * called off. */
START_TEST(asks_for_what_comes_sooner)
{
    struct picker_world w;
    open_busy(&w);
    w.query.is_frugal = true;
    w.query.is_idle = true;
    w.round_ms = 300;
    w.due_ms = 255;
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.query.now_ms = w.outlook.now_ms = 6000;
    w.due_ms = 300 + 265;
    ck_assert_str_eq(picker_world_ask(&w, 9), "2:3");
    picker_world_close(&w);
}
END_TEST

/* Of what may come twice so much is asked for, ever: here the least. */
START_TEST(risks_are_bounded)
{
    struct picker_world w;
    size_t n = 0;
    open_busy(&w);
    w.round_ms = 10000;
    w.due_ms = 10000;
    for (uint32_t i = 0; i < 9; i++) {
        w.query.peer = 20 + i;
        w.query.now_ms += 1000;
        w.outlook.now_ms += 1000;
        (void)picker_world_ask(&w, 3);
        n += w.n_choices;
    }
    ck_assert_uint_eq(n, ENDGAME_RISK_BLOCKS);
    picker_world_close(&w);
}
END_TEST

START_TEST(frugal_asks_an_idle_peer_for_one)
{
    struct picker_world w;
    open_busy(&w);
    w.query.is_frugal = true;
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.query.is_idle = true;
    ck_assert_str_eq(picker_world_ask(&w, 9), "2:3");
    picker_world_close(&w);
}
END_TEST

/* Where all share a limit: only in half the time, and what is sure. */
START_TEST(careful_asks_for_great_gains)
{
    struct picker_world w;
    open_busy(&w);
    w.query.is_careful = true;
    w.due_ms = 500;
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.due_ms = 1000;
    w.round_ms = 900;
    w.query.now_ms = w.outlook.now_ms = 6000;
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.round_ms = 0;
    w.query.now_ms = w.outlook.now_ms = 7000;
    ck_assert_str_eq(picker_world_ask(&w, 1), "2:3");
    picker_world_close(&w);
}
END_TEST

/* Orders are told once for all who ask within a moment; what changed since is let be. */
START_TEST(tellings_are_shared)
{
    struct picker_world w;
    open_busy(&w);
    ck_assert_str_eq(picker_world_ask(&w, 2), "2:32");
    pieces_receive(w.pieces, (struct block_ref){2, 1}, 91, w.query.now_ms);
    pieces_unask(w.pieces, (struct block_ref){2, 0}, 91);
    pieces_ask(w.pieces, (struct block_ref){2, 0}, 30, PICK_RAREST,
               w.query.now_ms);
    w.query.peer = 20;
    ck_assert_str_eq(picker_world_ask(&w, 3), "2:0 1:32");
    ck_assert_uint_eq(w.n_tellings, 1);
    w.query.now_ms += ENDGAME_FRESH_MS;
    w.query.peer = 21;
    ck_assert_str_eq(picker_world_ask(&w, 1), "2:3");
    ck_assert_uint_eq(w.n_tellings, 2);
    picker_world_close(&w);
}
END_TEST

START_TEST(parole_and_skipped_pieces_are_let_be)
{
    struct picker_world w;
    open_busy(&w);
    picker_world_has(&w, "** ****");
    pieces_set_priority(w.pieces, 0, PIECE_SKIP);
    picker_set_parole(w.picker, 1);
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.query.now_ms += PAROLE_MAX_MS;
    w.outlook.now_ms += PAROLE_MAX_MS;
    ck_assert_str_eq(picker_world_ask(&w, 9), "1:3210");
    picker_world_close(&w);
}
END_TEST

Suite *endgame_suite(void)
{
    Suite *s = suite_create("endgame");
    TCase *tc = tcase_create("endgame");
    tcase_add_test(tc, never_asks_one_peer_twice);
    tcase_add_test(tc, never_asks_their_giver);
    tcase_add_loop_test(tc, keeps_to_max_copies, 0, 2);
    tcase_add_loop_test(tc, asks_for_what_a_round_trip_takes, 0,
                        sizeof depths / sizeof depths[0]);
    tcase_add_test(tc, asks_for_what_comes_sooner);
    tcase_add_test(tc, risks_are_bounded);
    tcase_add_test(tc, frugal_asks_an_idle_peer_for_one);
    tcase_add_test(tc, careful_asks_for_great_gains);
    tcase_add_test(tc, tellings_are_shared);
    tcase_add_test(tc, parole_and_skipped_pieces_are_let_be);
    suite_add_tcase(s, tc);
    return s;
}
