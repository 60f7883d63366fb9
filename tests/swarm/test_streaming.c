/* The window of a reader, and how far from its front a peer fetches. */
#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/streaming.h"
#include "tests/swarm/picker_fixture.h"

enum { KB = 1024, MB = 1024 * KB, BLOCK = GEOMETRY_BLOCK_LEN };

/* Peers of one rate, each with 3 s on order, leave nothing to each other; one at a
 * fiftieth of it leaves what the others send meanwhile. */
START_TEST(plan_of_equals_has_no_lead_and_of_the_slow_has)
{
    struct streaming_rates r = {.all_Bps = 4 * MB,
                                .own_Bps = 1 * MB,
                                .n_peers = 4,
                                .own_bytes = 3 * MB,
                                .all_bytes = 12 * MB};
    struct streaming_plan equal = streaming_plan(&r);
    ck_assert_uint_eq(equal.lead_bytes, 0);
    ck_assert_uint_eq(equal.window_bytes, 80 * MB);
    ck_assert_int_ge(equal.late_ms, STREAMING_LATE_MS);
    r.own_Bps = 20 * KB;
    r.own_bytes = 20 * BLOCK;
    struct streaming_plan slow = streaming_plan(&r);
    /* 16 s of the torrent, less what is on order and one second. */
    ck_assert_uint_ge(slow.lead_bytes, 46 * MB);
    ck_assert_uint_le(slow.lead_bytes, 50 * MB);
    ck_assert_int_eq(slow.late_ms, 0);
    r.own_bytes = BLOCK;
    ck_assert_uint_eq(streaming_plan(&r).lead_bytes, 0);
}
END_TEST

START_TEST(plan_stays_in_its_bounds)
{
    struct streaming_rates r = {.all_Bps = 0};
    struct streaming_plan p = streaming_plan(&r);
    ck_assert_uint_eq(p.window_bytes, STREAMING_MIN_BYTES);
    ck_assert_uint_eq(p.lead_bytes, 0);
    ck_assert_int_eq(p.late_ms, 0);
    r = (struct streaming_rates){.all_Bps = UINT64_MAX / 1024,
                                 .own_Bps = 1,
                                 .n_peers = UINT32_MAX,
                                 .own_bytes = UINT64_MAX / 2};
    p = streaming_plan(&r);
    ck_assert_uint_eq(p.window_bytes, STREAMING_MAX_BYTES);
    ck_assert_uint_eq(p.lead_bytes, STREAMING_MAX_BYTES / 4 * 3);
}
END_TEST

/* A new peer is taken for one of the others until it has sent something. */
START_TEST(plan_of_the_unknown_is_that_of_the_average)
{
    struct streaming_rates r = {.all_Bps = 4 * MB,
                                .n_peers = 4,
                                .own_bytes = 32 * BLOCK,
                                .all_bytes = 12 * MB};
    struct streaming_plan p = streaming_plan(&r);
    ck_assert_uint_eq(p.lead_bytes, 0);
    ck_assert_int_eq(p.late_ms, 0);
}
END_TEST

/* Pieces of one priority, not had, the first four: what is skipped, had or of another
 * priority is passed over. */
START_TEST(walk_goes_through_the_window)
{
    struct picker_world w;
    static const uint32_t expected[] = {1, 4, 5, 7};
    uint32_t i;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1111111111",
                                            .have = "*     *   ",
                                            .priority = "2203222222",
                                            .asked = " f        "},
                     1);
    struct streaming_walk walk = streaming_walk(w.pieces, PIECE_NORMAL, 0, 0);
    ck_assert_uint_eq(walk.front, 1);
    for (size_t k = 0; k < STREAMING_MIN_PIECES; k++) {
        ck_assert(streaming_next(&walk, &i));
        ck_assert_uint_eq(i, expected[k]);
    }
    ck_assert(!streaming_next(&walk, &i));
    ck_assert_uint_eq(walk.at, 8);
    walk = streaming_walk(w.pieces, PIECE_NORMAL, 8, 100 * MB);
    ck_assert(streaming_next(&walk, &i) && i == 8);
    ck_assert(streaming_next(&walk, &i) && i == 9);
    ck_assert(!streaming_next(&walk, &i));
    ck_assert_uint_eq(walk.at, w.n);
    walk = streaming_walk(w.pieces, PIECE_LOW, 0, 100 * MB);
    ck_assert_uint_eq(walk.front, w.n);
    ck_assert(!streaming_next(&walk, &i));
    picker_world_close(&w);
}
END_TEST

START_TEST(free_block_is_the_first_from_there)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1111",
                                            .have = "   *",
                                            .asked = " af "},
                     1);
    ck_assert_uint_eq(streaming_n_free(w.pieces, 0), PICKER_BLOCKS);
    ck_assert_uint_eq(streaming_n_free(w.pieces, 1), 2);
    ck_assert_uint_eq(streaming_n_free(w.pieces, 2), 0);
    ck_assert_uint_eq(streaming_n_free(w.pieces, 3), 0);
    ck_assert_int_eq(streaming_free_block(w.pieces, 0, 2), 2);
    ck_assert_int_eq(streaming_free_block(w.pieces, 0, PICKER_BLOCKS), -1);
    ck_assert_int_eq(streaming_free_block(w.pieces, 1, 0), 1);
    ck_assert_int_eq(streaming_free_block(w.pieces, 1, 2), 3);
    ck_assert_int_eq(streaming_free_block(w.pieces, 2, 0), -1);
    ck_assert_int_eq(streaming_free_block(w.pieces, 3, 0), -1);
    picker_world_close(&w);
}
END_TEST

/* The picker by a plan. */

START_TEST(picker_slow_peer_begins_behind_its_lead)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "111111",
                                            .asked = "c     "},
                     1);
    picker_set_sequential(w.picker, true);
    w.query.stream.lead_bytes = 7 * BLOCK;
    /* Two blocks of piece 0, four of piece 1, one of piece 2. */
    ck_assert_str_eq(picker_world_ask(&w, 4), "2:123 3:0");
    w.query.stream.lead_bytes = 0;
    ck_assert_str_eq(picker_world_ask(&w, 4), "0:23 1:01");
    picker_world_close(&w);
}
END_TEST

/* Beyond the window the rarest is next, and what is left there is finished. */
START_TEST(picker_beyond_the_window_is_rarest_first)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "555555351",
                                            .received = "       8 ",
                                            .asked = "ffff     "},
                     1);
    picker_set_sequential(w.picker, true);
    ck_assert_str_eq(picker_world_ask(&w, 11), "7:123 8:0123 6:0123");
    picker_world_close(&w);
}
END_TEST

/* When all that is left lies in its lead, one block at a time is better than none. */
START_TEST(picker_slow_peer_with_nothing_else_gets_one_block)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "11****",
                                            .have = "  ****"},
                     1);
    picker_set_sequential(w.picker, true);
    w.query.stream.lead_bytes = 100 * BLOCK;
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.query.is_idle = true;
    ck_assert_str_eq(picker_world_ask(&w, 9), "0:0");
    picker_world_close(&w);
}
END_TEST

static bool asked_none(const void *ctx, struct block_ref b)
{
    (void)ctx;
    (void)b;
    return false;
}

/* The fixture's others were asked at 1000 + 10 * piece + block. */
START_TEST(picker_late_blocks_go_to_the_quick_first)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "111111",
                                            .asked = "88  8 "},
                     1);
    picker_set_sequential(w.picker, true);
    w.query.is_asked = asked_none;
    w.query.now_ms = 6000;
    w.query.stream.late_ms = 5000;
    ck_assert_str_eq(picker_world_ask(&w, 2), "0:01");
    ck_assert_int_eq(w.choices[0].reason, PICK_LATE);
    w.query.now_ms = 6010;
    w.query.peer = 8;
    /* The next one; a third copy of the first is not due. */
    ck_assert_str_eq(picker_world_ask(&w, 2), "1:0 0:2");
    /* That of 4 is not near the front, for those that come later. */
    w.query.now_ms = 6040;
    w.query.peer = 9;
    ck_assert_str_eq(picker_world_ask(&w, 1), "0:3");
    picker_world_close(&w);
}
END_TEST

Suite *streaming_suite(void)
{
    Suite *s = suite_create("streaming");
    TCase *tc = tcase_create("streaming");
    tcase_add_test(tc, plan_of_equals_has_no_lead_and_of_the_slow_has);
    tcase_add_test(tc, plan_stays_in_its_bounds);
    tcase_add_test(tc, plan_of_the_unknown_is_that_of_the_average);
    tcase_add_test(tc, walk_goes_through_the_window);
    tcase_add_test(tc, free_block_is_the_first_from_there);
    tcase_add_test(tc, picker_slow_peer_begins_behind_its_lead);
    tcase_add_test(tc, picker_beyond_the_window_is_rarest_first);
    tcase_add_test(tc, picker_slow_peer_with_nothing_else_gets_one_block);
    tcase_add_test(tc, picker_late_blocks_go_to_the_quick_first);
    suite_add_tcase(s, tc);
    return s;
}
