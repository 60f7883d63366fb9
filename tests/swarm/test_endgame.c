#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/endgame.h"
#include "tests/swarm/picker_fixture.h"

static bool asked_even(const void *ctx, struct block_ref b)
{
    (void)ctx;
    return b.block_idx % 2 == 0;
}

START_TEST(never_asks_one_peer_twice)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1****",
                                            .have = " ****",
                                            .asked = "f    "},
                     1);
    w.query.may_endgame = true;
    w.query.is_asked = asked_even;
    ck_assert(picker_in_endgame(w.picker));
    ck_assert_str_eq(picker_world_ask(&w, 9), "0:13");
    picker_world_close(&w);
}
END_TEST

START_TEST(spreads_and_keeps_to_max_copies)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1****",
                                            .have = " ****",
                                            .received = "3    ",
                                            .asked = "c    "},
                     1);
    w.query.may_endgame = true;
    static const char *const expected[] = {"0:0", "0:1", "0:0",
                                           "0:1", "0:0", "0:1"};
    for (uint32_t i = 0; i < 6; i++) {
        w.query.peer = 20 + i;
        ck_assert_str_eq(picker_world_ask(&w, 1), expected[i]);
    }
    w.query.peer = 30;
    ck_assert_str_eq(picker_world_ask(&w, 1), "");
    ck_assert_uint_eq(pieces_blocks(w.pieces, 0)[0].n_asked, PICKER_MAX_COPIES);
    picker_world_close(&w);
}
END_TEST

START_TEST(find_looks_at_wanted_begun_pieces_of_the_peer_only)
{
    struct picker_world w;
    struct block_ref found[PICKER_ENDGAME_BLOCKS];
    struct parole parole;
    parole_init(&parole);
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "111****",
                                            .have = "   ****",
                                            .asked = "111    "},
                     1);
    picker_world_has(&w, "** ****");
    pieces_set_priority(w.pieces, 0, PIECE_SKIP);
    ck_assert_uint_eq(endgame_find(w.pieces, &parole, &w.query, found, 0), 0);
    ck_assert_uint_eq(endgame_find(w.pieces, &parole, &w.query, found, 4), 1);
    ck_assert_uint_eq(found[0].piece_idx, 1);
    ck_assert_uint_eq(found[0].block_idx, 3);
    parole_begin(&parole, w.n, 1);
    ck_assert_uint_eq(endgame_find(w.pieces, &parole, &w.query, found, 4), 0);
    parole_fini(&parole);
    picker_world_close(&w);
}
END_TEST

Suite *endgame_suite(void)
{
    Suite *s = suite_create("endgame");
    TCase *tc = tcase_create("endgame");
    tcase_add_test(tc, never_asks_one_peer_twice);
    tcase_add_test(tc, spreads_and_keeps_to_max_copies);
    tcase_add_test(tc, find_looks_at_wanted_begun_pieces_of_the_peer_only);
    suite_add_tcase(s, tc);
    return s;
}
