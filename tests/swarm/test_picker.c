#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/parole.h"
#include "tests/swarm/picker_fixture.h"

#include <string.h>

enum { OTHER = 8 };

struct pick_case {
    const char *name;
    struct picker_scene scene;
    const char *has; /* NULL: everything */
    size_t cap;
    bool is_slow;
    bool may_not_open;
    bool is_sequential;
    bool has_outlook;
    int64_t due_ms; /* 0: the fixture's */
    const char *expected;
    enum pick_reason reason; /* of the first */
};

static const struct pick_case pick_cases[] = {
    {.name = "the rarest goes first",
     .scene = {.availability = "33133****", .have = "     ****"},
     .cap = 4,
     .expected = "2:0123",
     .reason = PICK_RAREST},
    {.name = "in the order of rarity",
     .scene = {.availability = "42315****", .have = "     ****"},
     .cap = 20,
     .expected = "3:0123 1:0123 2:0123 0:0123 4:0123",
     .reason = PICK_RAREST},
    {.name = "the rarest that this peer has",
     .scene = {.availability = "42315****", .have = "     ****"},
     .has = "* *      ",
     .cap = 5,
     .expected = "2:0123 0:0",
     .reason = PICK_RAREST},
    {.name = "nothing but what we have",
     .scene = {.availability = "42315****", .have = "     ****"},
     .has = "     ****",
     .cap = 5,
     .expected = ""},
    {.name = "no room",
     .scene = {.availability = "42315****", .have = "     ****"},
     .cap = 0,
     .expected = ""},
    {.name = "a piece left by others before a rarer one",
     .scene = {.availability = "3133****",
               .have = "    ****",
               .received = "   a    "},
     .cap = 3,
     .expected = "3:13 1:0",
     .reason = PICK_PARTIAL},
    {.name = "of pieces left the rarest",
     .scene = {.availability = "3332****",
               .have = "    ****",
               .received = "8  8    "},
     .cap = 4,
     .expected = "3:123 0:1",
     .reason = PICK_PARTIAL},
    {.name = "not a piece that another is at",
     .scene = {.availability = "9293****",
               .have = "    ****",
               .asked = "8       "},
     .cap = 4,
     .expected = "1:0123",
     .reason = PICK_RAREST},
    {.name = "a piece that another is at when all else is done",
     .scene = {.availability = "91*1****",
               .have = " *******",
               .asked = "8       "},
     .cap = 8,
     .expected = "0:123",
     .reason = PICK_PARTIAL},
    {.name = "shared pieces early when there are too many",
     .scene = {.availability = "922222222222222****",
               .have = "               ****",
               .asked = " 88888888888888    "},
     .has = "**                 ",
     .cap = 3,
     .expected = "1:123",
     .reason = PICK_PARTIAL},
    {.name = "high before begun normal, normal before rarer low",
     .scene = {.availability = "44145****",
               .have = "     ****",
               .priority = "221322222",
               .received = "8        "},
     .cap = 12,
     .expected = "3:0123 0:123 1:0123 4:0",
     .reason = PICK_PRIORITY},
    {.name = "low last",
     .scene = {.availability = "12****",
               .have = "  ****",
               .priority = "122222"},
     .cap = 8,
     .expected = "1:0123 0:0123",
     .reason = PICK_RAREST},
    {.name = "skipped never",
     .scene = {.availability = "1112****",
               .have = "    ****",
               .priority = "00022222",
               .received = "8       "},
     .cap = 9,
     .expected = "3:0123",
     .reason = PICK_RAREST},
    {.name = "memory is short: begun pieces only",
     .scene = {.availability = "1112****",
               .have = "    ****",
               .received = "8       ",
               .asked = " 8      "},
     .cap = 9,
     .may_not_open = true,
     .expected = "0:123 1:123",
     .reason = PICK_PARTIAL},
    {.name = "sequential: lowest index first",
     .scene = {.availability = "54321****", .have = "     ****"},
     .has = "* ***    ",
     .cap = 10,
     .is_sequential = true,
     .expected = "0:0123 2:0123 3:01",
     .reason = PICK_SEQUENTIAL},
    {.name = "sequential: begun and new pieces by index, also of others",
     .scene = {.availability = "54321****",
               .have = "     ****",
               .received = "  8      ",
               .asked = " 8 8     "},
     .cap = 20,
     .is_sequential = true,
     .expected = "0:0123 1:123 2:123 3:123 4:0123",
     .reason = PICK_SEQUENTIAL},
    {.name = "sequential: high first",
     .scene = {.availability = "54321****",
               .have = "     ****",
               .priority = "222332222"},
     .cap = 9,
     .is_sequential = true,
     .expected = "3:0123 4:0123 0:0",
     .reason = PICK_PRIORITY},
    {.name = "slow: a new piece before one left by others",
     .scene = {.availability = "3133****",
               .have = "    ****",
               .received = "   a    "},
     .cap = 3,
     .is_slow = true,
     .expected = "1:012",
     .reason = PICK_RAREST},
    {.name = "slow: never the only free block of a shared piece",
     .scene = {.availability = "11****", .have = "  ****", .asked = "ec    "},
     .cap = 9,
     .is_slow = true,
     .expected = "1:2",
     .reason = PICK_PARTIAL},
    {.name = "slow: the only free block of a piece nobody is at",
     .scene = {.availability = "1*****",
               .have = " *****",
               .received = "e     "},
     .cap = 9,
     .is_slow = true,
     .expected = "0:3",
     .reason = PICK_PARTIAL},
    {.name = "endgame: what is expected last first",
     .scene = {.availability = "11****",
               .have = "  ****",
               .received = "80    ",
               .asked = "7f    "},
     .cap = 9,
     .has_outlook = true,
     .expected = "1:3210 0:321",
     .reason = PICK_ENDGAME},
    {.name = "endgame: not beyond what was asked for",
     .scene = {.availability = "11****",
               .have = "  ****",
               .received = "80    ",
               .asked = "7f    "},
     .cap = 1,
     .has_outlook = true,
     .expected = "1:3",
     .reason = PICK_ENDGAME},
    {.name = "endgame: only what this peer has",
     .scene = {.availability = "11****",
               .have = "  ****",
               .received = "80    ",
               .asked = "7f    "},
     .has = "* ****",
     .cap = 9,
     .has_outlook = true,
     .expected = "0:321",
     .reason = PICK_ENDGAME},
    {.name = "endgame: not without an outlook",
     .scene = {.availability = "11****",
               .have = "  ****",
               .received = "80    ",
               .asked = "7f    "},
     .cap = 9,
     .expected = ""},
    {.name = "endgame: not what comes as soon from where it was asked",
     .scene = {.availability = "11****", .have = "  ****", .asked = "ff    "},
     .cap = 9,
     .has_outlook = true,
     .due_ms = 250,
     .expected = ""},
    {.name = "while a block is free: not for a small gain",
     .scene = {.availability = "11****", .have = "  ****", .asked = "f     "},
     .has = "* ****",
     .cap = 9,
     .has_outlook = true,
     .due_ms = 1400,
     .expected = ""},
    {.name = "while a block is free: for a great gain",
     .scene = {.availability = "11****", .have = "  ****", .asked = "f     "},
     .has = "* ****",
     .cap = 9,
     .has_outlook = true,
     .expected = "0:3210",
     .reason = PICK_LATE},
    {.name = "endgame: skipped pieces do not count",
     .scene = {.availability = "11****",
               .have = "  ****",
               .priority = "202222",
               .asked = "f     "},
     .cap = 9,
     .has_outlook = true,
     .expected = "0:3210",
     .reason = PICK_ENDGAME},
};

START_TEST(picker_next_case_gives_expected_blocks)
{
    const struct pick_case *t = &pick_cases[_i];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct picker_world w;
        picker_world_set(&w, &t->scene, seed);
        if (t->has != NULL)
            picker_world_has(&w, t->has);
        picker_set_sequential(w.picker, t->is_sequential);
        w.query.is_slow = t->is_slow;
        w.query.may_open = !t->may_not_open;
        w.query.outlook = t->has_outlook ? &w.outlook : NULL;
        if (t->due_ms != 0)
            w.due_ms = t->due_ms;
        const char *answer = picker_world_ask(&w, t->cap);
        ck_assert_msg(strcmp(answer, t->expected) == 0,
                      "%s (seed %u): %s, not %s", t->name, (unsigned)seed,
                      answer, t->expected);
        if (w.n_choices > 0)
            ck_assert_msg(w.choices[0].reason == t->reason, "%s: reason %d",
                          t->name, w.choices[0].reason);
        picker_world_close(&w);
    }
}
END_TEST

START_TEST(own_piece_goes_on_before_rarer_ones)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "2133****",
                                            .have = "    ****"},
                     1);
    ck_assert_str_eq(picker_world_ask(&w, 2), "1:01");
    pieces_receive(w.pieces, (struct block_ref){1, 0}, PICKER_US, 1);
    pieces_peer_joined(w.pieces, w.others[0]); /* now all are commoner */
    ck_assert_str_eq(picker_world_ask(&w, 1), "1:2");
    ck_assert_int_eq(w.choices[0].reason, PICK_PARTIAL);
    ck_assert_str_eq(picker_world_ask(&w, 3), "1:3 0:01");
    pieces_peer_left(w.pieces, w.others[0]);
    picker_world_close(&w);
}
END_TEST

START_TEST(two_quick_peers_get_pieces_of_their_own)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "12****",
                                            .have = "  ****"},
                     1);
    ck_assert_str_eq(picker_world_ask(&w, 2), "0:01");
    w.query.peer = OTHER;
    ck_assert_str_eq(picker_world_ask(&w, 2), "1:01");
    w.query.peer = PICKER_US;
    ck_assert_str_eq(picker_world_ask(&w, 1), "0:2");
    w.query.peer = OTHER;
    ck_assert_str_eq(picker_world_ask(&w, 4), "1:23 0:3");
    picker_world_close(&w);
}
END_TEST

START_TEST(whole_pieces_in_flight_are_no_reason_to_share)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability =
                                                "9999999999999999****",
                                            .have = "                ****",
                                            .asked = "ffffffffffffff8     "},
                     1);
    ck_assert_str_eq(picker_world_ask(&w, 4), "f:0123");
    picker_world_close(&w);
}
END_TEST

START_TEST(slow_peer_leaves_the_last_free_block_of_its_piece_to_others)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1****",
                                            .have = " ****"},
                     1);
    w.query.is_slow = true;
    ck_assert_str_eq(picker_world_ask(&w, 1), "0:0");
    ck_assert_str_eq(picker_world_ask(&w, 1), "0:1");
    w.query.peer = OTHER;
    w.query.is_slow = false;
    ck_assert_str_eq(picker_world_ask(&w, 1), "0:2");
    w.query.peer = PICKER_US;
    w.query.is_slow = true;
    ck_assert_str_eq(picker_world_ask(&w, 1), "");
    pieces_unask(w.pieces, (struct block_ref){0, 2}, OTHER);
    ck_assert_str_eq(picker_world_ask(&w, 2), "0:23");
    picker_world_close(&w);
}
END_TEST

START_TEST(high_priority_interrupts_own_piece)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "12****",
                                            .have = "  ****"},
                     1);
    ck_assert_str_eq(picker_world_ask(&w, 2), "0:01");
    pieces_set_priority(w.pieces, 1, PIECE_HIGH);
    ck_assert_str_eq(picker_world_ask(&w, 5), "1:0123 0:2");
    picker_world_close(&w);
}
END_TEST

START_TEST(released_blocks_are_given_out_again_in_order)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "12****",
                                            .have = "  ****"},
                     1);
    ck_assert_str_eq(picker_world_ask(&w, 4), "0:0123");
    pieces_unask(w.pieces, (struct block_ref){0, 2}, PICKER_US);
    pieces_unask(w.pieces, (struct block_ref){0, 1}, PICKER_US);
    ck_assert_str_eq(picker_world_ask(&w, 3), "0:12 1:0");
    picker_world_close(&w);
}
END_TEST

START_TEST(choked_gives_allowed_fast_only)
{
    struct picker_world w;
    uint32_t allowed[] = {3, 0, 99, 2};
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1111****",
                                            .have = "    ****",
                                            .priority = "22022222"},
                     1);
    picker_world_has(&w, " ***    ");
    w.query.is_choked = true;
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.query.allowed_fast = allowed;
    w.query.n_allowed_fast = 4;
    ck_assert_str_eq(picker_world_ask(&w, 9), "3:0123");
    ck_assert_int_eq(w.choices[0].reason, PICK_ALLOWED_FAST);
    pieces_unask(w.pieces, (struct block_ref){3, 1}, PICKER_US);
    w.query.may_open = false;
    ck_assert_str_eq(picker_world_ask(&w, 9), "3:1");
    picker_world_close(&w);
}
END_TEST

START_TEST(suggested_go_before_rarest)
{
    struct picker_world w;
    uint32_t suggested[] = {99, 4, 2};
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1232****",
                                            .have = "    ****"},
                     1);
    w.query.suggested = suggested;
    w.query.n_suggested = 3;
    ck_assert_str_eq(picker_world_ask(&w, 5), "2:0123 0:0");
    ck_assert_int_eq(w.choices[0].reason, PICK_SUGGESTED);
    picker_world_close(&w);
}
END_TEST

START_TEST(parole_piece_is_not_shared_while_its_peer_gets_on)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1111****",
                                            .have = "    ****",
                                            .asked = "8       "},
                     1);
    picker_set_parole(w.picker, 0);
    w.query.may_open = false;
    ck_assert_str_eq(picker_world_ask(&w, 1), "");
    w.query.may_open = true;
    picker_world_ask(&w, 12);
    ck_assert_uint_eq(w.n_choices, 12);
    for (size_t i = 0; i < 12; i++)
        ck_assert_uint_ne(w.choices[i].block.piece_idx, 0);
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.query.is_choked = true;
    w.query.allowed_fast = &(uint32_t){0};
    w.query.n_allowed_fast = 1;
    ck_assert_str_eq(picker_world_ask(&w, 9), "");
    w.query.is_choked = false;
    w.query.now_ms = 1000 + PAROLE_QUIET_MS;
    ck_assert_str_eq(picker_world_ask(&w, 9), "0:123");
    picker_world_close(&w);
}
END_TEST

START_TEST(seed_gives_what_no_other_has)
{
    struct picker_world w;
    picker_world_set(&w,
                     &(struct picker_scene){.availability = "1010****",
                                            .have = "    ****"},
                     1);
    pieces_seed_joined(w.pieces);
    picker_world_ask(&w, 8);
    ck_assert_uint_eq(w.n_choices, 8);
    for (size_t i = 0; i < 8; i++)
        ck_assert_uint_eq(w.choices[i].block.piece_idx % 2, 1);
    picker_world_close(&w);
}
END_TEST

/* The first pick of many worlds, counted by piece. */
static void count_first_picks(const struct picker_scene *s, const char *has,
                              uint32_t n_worlds, uint32_t *counts)
{
    for (uint32_t i = 0; i < n_worlds; i++) {
        struct picker_world w;
        picker_world_set(&w, s, 1000 + i);
        if (has != NULL)
            picker_world_has(&w, has);
        picker_world_ask(&w, 1);
        ck_assert_uint_eq(w.n_choices, 1);
        counts[w.choices[0].block.piece_idx]++;
        picker_world_close(&w);
    }
}

START_TEST(first_pieces_are_random_whatever_their_rarity)
{
    uint32_t counts[8] = {0};
    count_first_picks(&(struct picker_scene){.availability = "12345678",
                                             .have = "        "},
                      NULL, 800, counts);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_uint_ge(counts[i], 60); /* of 100 expected; 4 sigma is 37 */
        ck_assert_uint_le(counts[i], 140);
    }
}
END_TEST

START_TEST(equally_rare_pieces_are_random)
{
    uint32_t counts[12] = {0};
    count_first_picks(&(struct picker_scene){.availability = "11111122****",
                                             .have = "        ****"},
                      "  **** *****", 800, counts);
    for (size_t i = 2; i < 6; i++) {
        ck_assert_uint_ge(counts[i], 150); /* of 200; 4 sigma is 49 */
        ck_assert_uint_le(counts[i], 250);
    }
    ck_assert_uint_eq(counts[7], 0);
}
END_TEST

Suite *picker_suite(void)
{
    Suite *s = suite_create("picker");
    TCase *tc = tcase_create("picker");
    tcase_add_loop_test(tc, picker_next_case_gives_expected_blocks, 0,
                        sizeof(pick_cases) / sizeof(pick_cases[0]));
    tcase_add_test(tc, own_piece_goes_on_before_rarer_ones);
    tcase_add_test(tc, two_quick_peers_get_pieces_of_their_own);
    tcase_add_test(tc, whole_pieces_in_flight_are_no_reason_to_share);
    tcase_add_test(tc,
                   slow_peer_leaves_the_last_free_block_of_its_piece_to_others);
    tcase_add_test(tc, high_priority_interrupts_own_piece);
    tcase_add_test(tc, released_blocks_are_given_out_again_in_order);
    tcase_add_test(tc, choked_gives_allowed_fast_only);
    tcase_add_test(tc, suggested_go_before_rarest);
    tcase_add_test(tc, parole_piece_is_not_shared_while_its_peer_gets_on);
    tcase_add_test(tc, seed_gives_what_no_other_has);
    tcase_add_test(tc, first_pieces_are_random_whatever_their_rarity);
    tcase_add_test(tc, equally_rare_pieces_are_random);
    suite_add_tcase(s, tc);
    return s;
}
