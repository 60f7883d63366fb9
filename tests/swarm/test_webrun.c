#include "config.h"

#include "swarm/webrun.h"

#include "tests/swarm/picker_fixture.h"
#include "tests/swarm/suites.h"

#include <stdio.h>

enum { PIECE_BYTES = PICKER_BLOCKS * GEOMETRY_BLOCK_LEN };

static const uint32_t NO_HINT = UINT32_MAX;

/* Pick a run, the last having ended before piece `hint`: "piece.block+blocks", or "-". */
static const char *pick(struct picker_world *w, uint32_t hint,
                        uint64_t max_bytes)
{
    struct webrun run;
    struct webrun last = {{hint - 1, 3}, 1};
    if (!webrun_pick(w->picker, w->pieces, &w->query,
                     hint == NO_HINT ? NULL : &last, max_bytes, &run))
        return "-";
    picker_world_check(w);
    for (uint32_t i = 0; i < run.n_blocks; i++) {
        struct block_ref b = webrun_block(&run, pieces_geometry(w->pieces), i);
        ck_assert_int_eq(pieces_block_state(w->pieces, b), BLOCK_ASKED);
    }
    snprintf(w->answer, sizeof w->answer, "%u.%u+%u", run.first.piece_idx,
             run.first.block_idx, run.n_blocks);
    return w->answer;
}

/* One rare piece: the run begins there, and takes what follows. */
START_TEST(run_begins_where_the_picker_does_and_goes_on)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "99999199999999",
                                            .have = "****          "},
                     5);
    ck_assert_str_eq(pick(&w, NO_HINT, 3 * PIECE_BYTES), "5.0+12");
    picker_world_close(&w);
}
END_TEST

static const struct {
    const char *have, *priority, *received, *asked;
    const char *run;
} stops[] = {
    {"****    *     ", NULL, NULL, NULL, "5.0+12"},
    {"****          ", "22222222322222", NULL, NULL, "8.0+4"},
    {"****          ", "22222220222222", NULL, NULL, "5.0+8"},
    {"****          ", "22222221222222", NULL, NULL, "5.0+8"},
    {"****          ", NULL, "00000080000000", NULL, "6.1+23"},
    {"****          ", NULL, NULL, "00000008000000", "5.0+8"},
    {"****          ", NULL, "000000f0000000", NULL, "5.0+4"},
};

START_TEST(run_stops_at_what_is_had_begun_or_wanted_otherwise)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "99999199999999",
                                            .have = stops[_i].have,
                                            .priority = stops[_i].priority,
                                            .received = stops[_i].received,
                                            .asked = stops[_i].asked},
                     5);
    ck_assert_str_eq(pick(&w, NO_HINT, 6 * PIECE_BYTES), stops[_i].run);
    picker_world_close(&w);
}
END_TEST

START_TEST(run_is_of_whole_pieces_or_a_part_of_one)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "9999919999",
                                            .have = "****      "},
                     5);
    ck_assert_str_eq(pick(&w, NO_HINT, PIECE_BYTES + 20000), "5.0+4");
    ck_assert_str_eq(pick(&w, 6, 40000), "6.0+2");
    ck_assert_str_eq(pick(&w, 9, 1), "9.0+1");
    /* What is left of a piece comes before what nobody has begun. */
    struct webrun run, last = {{6, 0}, 2};
    ck_assert(webrun_pick(w.picker, w.pieces, &w.query, &last,
                          PIECE_BYTES + PIECE_BYTES / 2, &run));
    ck_assert_uint_eq(run.first.piece_idx, 6);
    ck_assert_uint_eq(run.first.block_idx, 2);
    ck_assert_uint_eq(run.n_blocks, 6);
    picker_world_close(&w);
}
END_TEST

START_TEST(run_follows_the_last_one_where_nothing_is_better)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "9999919999",
                                            .have = "****      "},
                     5);
    ck_assert_str_eq(pick(&w, 7, 2 * PIECE_BYTES), "7.0+8");
    ck_assert_str_eq(pick(&w, 9, 1 * PIECE_BYTES), "9.0+4");
    /* What it would go on with is taken. */
    ck_assert_str_eq(pick(&w, 9, 1 * PIECE_BYTES), "5.0+4");
    picker_world_close(&w);
    /* Wanted more, or in order: the hint does not count. */
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "9999919999",
                                            .have = "****      ",
                                            .priority = "2222232222"},
                     5);
    ck_assert_str_eq(pick(&w, 7, 2 * PIECE_BYTES), "5.0+4");
    picker_set_sequential(w.picker, true);
    ck_assert_str_eq(pick(&w, 7, 2 * PIECE_BYTES), "4.0+4");
    picker_world_close(&w);
}
END_TEST

START_TEST(run_keeps_to_what_the_server_has)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "9999199899",
                                            .have = "****      "},
                     5);
    picker_world_has(&w, "*****  ***");
    ck_assert_str_eq(pick(&w, NO_HINT, 9 * PIECE_BYTES), "4.0+4");
    ck_assert_str_eq(pick(&w, 5, 9 * PIECE_BYTES), "7.0+12");
    ck_assert_str_eq(pick(&w, 5, 9 * PIECE_BYTES), "-");
    picker_world_close(&w);
}
END_TEST

START_TEST(no_piece_is_begun_without_memory)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "99999999",
                                            .have = "****    ",
                                            .received = "    8   "},
                     5);
    w.query.may_open = false;
    ck_assert_str_eq(pick(&w, NO_HINT, 9 * PIECE_BYTES), "4.1+3");
    ck_assert_str_eq(pick(&w, 6, 9 * PIECE_BYTES), "-");
    picker_world_close(&w);
}
END_TEST

static bool is_block_2(const void *ctx, struct block_ref b)
{
    (void)ctx;
    return b.block_idx == 2;
}

static bool is_block_0(const void *ctx, struct block_ref b)
{
    (void)ctx;
    return b.block_idx == 0;
}

/* The other piece comes sooner, and is given back; nor is more of it asked than there
 * was. */
START_TEST(endgame_takes_what_follows_one_another)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "999999",
                                            .have = "****  ",
                                            .asked = "    ff"},
                     5);
    ck_assert_str_eq(pick(&w, NO_HINT, 9 * PIECE_BYTES), "-");
    w.query.outlook = &w.outlook;
    w.query.is_asked = is_block_2;
    ck_assert_str_eq(pick(&w, NO_HINT, 9 * PIECE_BYTES), "5.3+1");
    ck_assert_uint_eq(pieces_blocks(w.pieces, 5)[3].n_asked, 2);
    ck_assert_uint_eq(pieces_blocks(w.pieces, 5)[1].n_asked, 1);
    w.query.peer++;
    w.query.now_ms += 1000;
    w.query.is_asked = is_block_0;
    ck_assert_str_eq(pick(&w, NO_HINT, 9 * PIECE_BYTES), "5.1+3");
    ck_assert_uint_eq(pieces_blocks(w.pieces, 4)[3].n_asked, 1);
    picker_world_close(&w);
}
END_TEST

/* The last piece is short: what would follow it in a whole one is not looked at. */
START_TEST(run_does_not_go_on_behind_the_end)
{
    struct geometry geo;
    uint64_t seed = 3;
    struct rng rng = rng_seeded(&seed);
    ck_assert_int_eq(geometry_init(&geo, 65536 + 20000, 65536), OK);
    struct pieces *pieces = pieces_new(&geo);
    struct picker *picker = picker_new(pieces, &rng);
    struct bitset *all = bitset_new(2);
    bitset_set_all(all);
    pieces_seed_joined(pieces);
    pieces_ask(pieces, (struct block_ref){1, 0}, 9, PICK_RAREST, 1);
    pieces_ask(pieces, (struct block_ref){1, 1}, 9, PICK_RAREST, 1);
    struct picker_query q = {.peer = 7, .has = all, .may_open = true};
    struct webrun run, last = {{1, 0}, 2};
    ck_assert(webrun_pick(picker, pieces, &q, &last, 1 << 20, &run));
    ck_assert_uint_eq(run.first.piece_idx, 0);
    ck_assert_uint_eq(run.n_blocks, 4);
    picker_free(picker);
    pieces_free(pieces);
    bitset_free(all);
}
END_TEST

START_TEST(blocks_of_a_run_are_found_again)
{
    struct geometry geo;
    /* 5 blocks a piece, the last of each short; 2 in the last piece. */
    ck_assert_int_eq(geometry_init(&geo, 2 * 70000 + 20000, 70000), OK);
    struct webrun run = {.first = {0, 3}, .n_blocks = 9};
    for (uint32_t i = 0; i < run.n_blocks; i++)
        ck_assert_int_eq(webrun_find(&run, &geo, webrun_block(&run, &geo, i)),
                         i);
    ck_assert_int_eq(webrun_find(&run, &geo, (struct block_ref){0, 2}), -1);
    ck_assert_int_eq(webrun_find(&run, &geo, (struct block_ref){2, 2}), -1);
    ck_assert_uint_eq(webrun_off(&run, &geo), 3 * 16384);
    ck_assert_uint_eq(webrun_end(&run, &geo, 0), 3 * 16384);
    ck_assert_uint_eq(webrun_end(&run, &geo, 2), 70000);
    ck_assert_uint_eq(webrun_end(&run, &geo, 3), 70000 + 16384);
    ck_assert_uint_eq(webrun_end(&run, &geo, 9), 160000);
}
END_TEST

Suite *webrun_suite(void)
{
    Suite *s = suite_create("webrun");
    TCase *tc = tcase_create("webrun");
    tcase_add_test(tc, run_begins_where_the_picker_does_and_goes_on);
    tcase_add_loop_test(tc, run_stops_at_what_is_had_begun_or_wanted_otherwise,
                        0, sizeof stops / sizeof *stops);
    tcase_add_test(tc, run_is_of_whole_pieces_or_a_part_of_one);
    tcase_add_test(tc, run_follows_the_last_one_where_nothing_is_better);
    tcase_add_test(tc, run_keeps_to_what_the_server_has);
    tcase_add_test(tc, no_piece_is_begun_without_memory);
    tcase_add_test(tc, endgame_takes_what_follows_one_another);
    tcase_add_test(tc, run_does_not_go_on_behind_the_end);
    tcase_add_test(tc, blocks_of_a_run_are_found_again);
    suite_add_tcase(s, tc);
    return s;
}
