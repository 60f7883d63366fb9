#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/pieces.h"
#include "util/rng.h"

#include <stdio.h>
#include <stdlib.h>

enum { BLOCK = GEOMETRY_BLOCK_LEN };

/* 5 pieces of 4 blocks, the last of 2 blocks, its last of 100 bytes. */
enum { N_PIECES = 5, PIECE_LEN = 4 * BLOCK, LAST_LEN = BLOCK + 100 };
enum { SIZE = 4 * PIECE_LEN + LAST_LEN };

static struct pieces *new_pieces(uint64_t size_bytes, uint32_t piece_len)
{
    struct geometry geo;
    ck_assert_int_eq(geometry_init(&geo, size_bytes, piece_len), OK);
    return pieces_new(&geo);
}

static struct pieces *new_five(void)
{
    return new_pieces(SIZE, PIECE_LEN);
}

static struct block_ref at(uint32_t piece_idx, uint32_t block_idx)
{
    return (struct block_ref){piece_idx, block_idx};
}

static void ask(struct pieces *p, uint32_t piece_idx, uint32_t block_idx,
                peer_id_t peer)
{
    pieces_ask(p, at(piece_idx, block_idx), peer, PICK_RAREST, 1000);
    pieces_check(p);
}

static bool receive(struct pieces *p, uint32_t piece_idx, uint32_t block_idx,
                    peer_id_t peer)
{
    bool is_whole = pieces_receive(p, at(piece_idx, block_idx), peer, 2000);
    pieces_check(p);
    return is_whole;
}

static void complete(struct pieces *p, uint32_t piece_idx)
{
    uint32_t n = geometry_n_blocks(pieces_geometry(p), piece_idx);
    for (uint32_t i = 0; i < n; i++)
        ck_assert_int_eq(receive(p, piece_idx, i, 7), i == n - 1);
}

START_TEST(new_all_missing_with_normal_priority)
{
    struct pieces *p = new_five();
    pieces_check(p);
    for (uint32_t i = 0; i < N_PIECES; i++) {
        ck_assert_int_eq(pieces_state(p, i), PIECE_MISSING);
        ck_assert_int_eq(pieces_priority(p, i), PIECE_NORMAL);
        ck_assert_uint_eq(pieces_availability(p, i), 0);
        ck_assert_ptr_null(pieces_blocks(p, i));
    }
    ck_assert_uint_eq(pieces_n_wanted(p), 5);
    ck_assert_uint_eq(pieces_n_have(p), 0);
    ck_assert_uint_eq(pieces_bytes_left(p), SIZE);
    ck_assert_uint_eq(pieces_bytes_wanted(p), SIZE);
    ck_assert_uint_eq(pieces_n_free_blocks(p), 18);
    ck_assert(!pieces_is_complete(p) && !pieces_is_finished(p));
    pieces_free(p);
}
END_TEST

START_TEST(ask_missing_piece_makes_it_partial_with_table)
{
    struct pieces *p = new_five();
    ask(p, 2, 1, 7);
    ck_assert_int_eq(pieces_state(p, 2), PIECE_PARTIAL);
    const struct pieces_block *blocks = pieces_blocks(p, 2);
    ck_assert_ptr_nonnull(blocks);
    ck_assert_int_eq(blocks[0].state, BLOCK_FREE);
    ck_assert_int_eq(blocks[1].state, BLOCK_ASKED);
    ck_assert_uint_eq(blocks[1].peer, 7);
    ck_assert_int_eq(blocks[1].reason, PICK_RAREST);
    ck_assert_int_eq(blocks[1].since_ms, 1000);
    ck_assert_uint_eq(pieces_n_free_blocks(p), 17);
    ck_assert_uint_eq(pieces_n_asked_blocks(p), 1);
    ck_assert_uint_eq(pieces_n_blocks_free(p, 2), 3);
    ck_assert_int_eq(pieces_first_free(p, 2), 0);
    pieces_free(p);
}
END_TEST

START_TEST(unask_last_block_makes_piece_missing_again)
{
    struct pieces *p = new_five();
    ask(p, 2, 1, 7);
    pieces_unask(p, at(2, 1), 7);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 2), PIECE_MISSING);
    ck_assert_ptr_null(pieces_blocks(p, 2));
    ck_assert_uint_eq(pieces_n_free_blocks(p), 18);
    pieces_unask(p, at(2, 1), 7); /* nothing there: ignored */
    pieces_check(p);
    pieces_free(p);
}
END_TEST

START_TEST(unask_one_of_two_keeps_block_asked)
{
    struct pieces *p = new_five();
    ask(p, 0, 0, 7);
    pieces_ask(p, at(0, 0), 8, PICK_ENDGAME, 5000);
    ck_assert_uint_eq(pieces_blocks(p, 0)[0].n_asked, 2);
    ck_assert_int_eq(pieces_blocks(p, 0)[0].since_ms, 1000);
    ck_assert_uint_eq(pieces_n_asked_blocks(p), 1);
    pieces_unask(p, at(0, 0), 7);
    pieces_check(p);
    ck_assert_int_eq(pieces_block_state(p, at(0, 0)), BLOCK_ASKED);
    pieces_unask(p, at(0, 0), 8);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 0), PIECE_MISSING);
    pieces_free(p);
}
END_TEST

START_TEST(unask_received_block_changes_nothing)
{
    struct pieces *p = new_five();
    ask(p, 0, 0, 7);
    pieces_ask(p, at(0, 0), 8, PICK_ENDGAME, 5000);
    receive(p, 0, 0, 8);
    pieces_unask(p, at(0, 0), 7);
    pieces_check(p);
    ck_assert_int_eq(pieces_block_state(p, at(0, 0)), BLOCK_RECEIVED);
    ck_assert_uint_eq(pieces_blocks(p, 0)[0].peer, 8);
    pieces_free(p);
}
END_TEST

START_TEST(receive_every_block_completes_and_written_makes_have)
{
    struct pieces *p = new_five();
    ask(p, 4, 0, 7);
    ask(p, 4, 1, 7);
    ck_assert(!receive(p, 4, 1, 7));
    ck_assert(receive(p, 4, 0, 7));
    ck_assert_int_eq(pieces_state(p, 4), PIECE_COMPLETE);
    ck_assert(!bitset_get(pieces_have(p), 4));
    ck_assert_uint_eq(pieces_bytes_left(p), SIZE);
    ck_assert_int_eq(pieces_next_partial(p, 0), 4);
    pieces_written(p, 4);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 4), PIECE_HAVE);
    ck_assert(bitset_get(pieces_have(p), 4));
    ck_assert_uint_eq(pieces_bytes_have(p), LAST_LEN);
    ck_assert_uint_eq(pieces_bytes_wanted_left(p), SIZE - LAST_LEN);
    ck_assert_int_eq(pieces_next_partial(p, 0), -1);
    ck_assert_int_eq(pieces_block_state(p, at(4, 1)), BLOCK_RECEIVED);
    pieces_free(p);
}
END_TEST

START_TEST(receive_unasked_block_of_missing_piece_is_kept)
{
    struct pieces *p = new_five();
    ck_assert(!receive(p, 1, 3, 9));
    ck_assert_int_eq(pieces_state(p, 1), PIECE_PARTIAL);
    ck_assert_uint_eq(pieces_n_blocks_received(p, 1), 1);
    ck_assert_uint_eq(pieces_blocks(p, 1)[3].peer, 9);
    pieces_free(p);
}
END_TEST

START_TEST(receive_only_block_completes_at_once)
{
    struct pieces *p = new_pieces(3 * BLOCK, BLOCK);
    ck_assert(receive(p, 1, 0, 9));
    ck_assert_int_eq(pieces_state(p, 1), PIECE_COMPLETE);
    pieces_free(p);
}
END_TEST

START_TEST(failed_returns_all_blocks)
{
    struct pieces *p = new_five();
    complete(p, 3);
    ck_assert_uint_eq(pieces_n_free_blocks(p), 14);
    pieces_failed(p, 3);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 3), PIECE_MISSING);
    ck_assert_uint_eq(pieces_n_free_blocks(p), 18);
    pieces_free(p);
}
END_TEST

START_TEST(failed_skipped_piece_becomes_unwanted)
{
    struct pieces *p = new_five();
    complete(p, 3);
    pieces_set_priority(p, 3, PIECE_SKIP);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 3), PIECE_COMPLETE);
    pieces_failed(p, 3);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 3), PIECE_UNWANTED);
    pieces_free(p);
}
END_TEST

START_TEST(lost_gives_bytes_back)
{
    struct pieces *p = new_five();
    pieces_found(p, 0);
    pieces_found(p, 4);
    pieces_check(p);
    ck_assert_uint_eq(pieces_bytes_have(p), PIECE_LEN + LAST_LEN);
    pieces_lost(p, 0);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 0), PIECE_MISSING);
    ck_assert_uint_eq(pieces_bytes_left(p), SIZE - LAST_LEN);
    ck_assert(bitset_get(pieces_wanted(p), 0));
    pieces_free(p);
}
END_TEST

START_TEST(found_of_partial_frees_its_blocks)
{
    struct pieces *p = new_five();
    receive(p, 0, 2, 7);
    pieces_found(p, 0);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 0), PIECE_HAVE);
    ck_assert_uint_eq(pieces_n_free_blocks(p), 14);
    pieces_free(p);
}
END_TEST

START_TEST(skip_partial_keeps_blocks_until_wanted_again)
{
    struct pieces *p = new_five();
    ask(p, 1, 0, 7);
    receive(p, 1, 1, 7);
    pieces_set_priority(p, 1, PIECE_SKIP);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 1), PIECE_UNWANTED);
    ck_assert_uint_eq(pieces_n_free_blocks(p), 14);
    ck_assert_uint_eq(pieces_n_asked_blocks(p), 0);
    ck_assert_uint_eq(pieces_n_partial(p), 0);
    ck_assert_uint_eq(pieces_bytes_wanted(p), SIZE - PIECE_LEN);
    ck_assert_int_eq(pieces_block_state(p, at(1, 1)), BLOCK_RECEIVED);
    pieces_set_priority(p, 1, PIECE_HIGH);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 1), PIECE_PARTIAL);
    ck_assert_uint_eq(pieces_n_asked_blocks(p), 1);
    ck_assert_uint_eq(pieces_n_blocks_received(p, 1), 1);
    pieces_free(p);
}
END_TEST

START_TEST(skip_everything_left_is_finished_not_complete)
{
    struct pieces *p = new_five();
    pieces_found(p, 0);
    for (uint32_t i = 1; i < N_PIECES; i++)
        pieces_set_priority(p, i, PIECE_SKIP);
    pieces_check(p);
    ck_assert(pieces_is_finished(p) && !pieces_is_complete(p));
    ck_assert_uint_eq(pieces_bytes_wanted_left(p), 0);
    ck_assert_uint_eq(pieces_bytes_left(p), SIZE - PIECE_LEN);
    pieces_free(p);
}
END_TEST

START_TEST(late_block_of_unwanted_piece_may_complete_it)
{
    struct pieces *p = new_five();
    pieces_set_priority(p, 4, PIECE_SKIP);
    ck_assert(!receive(p, 4, 0, 7));
    ck_assert_int_eq(pieces_state(p, 4), PIECE_UNWANTED);
    ck_assert(receive(p, 4, 1, 7));
    ck_assert_int_eq(pieces_state(p, 4), PIECE_COMPLETE);
    pieces_written(p, 4);
    pieces_check(p);
    ck_assert_uint_eq(pieces_bytes_have(p), LAST_LEN);
    ck_assert_uint_eq(pieces_n_wanted(p), 4);
    pieces_free(p);
}
END_TEST

START_TEST(drop_received_keeps_asked_blocks)
{
    struct pieces *p = new_five();
    ask(p, 1, 2, 7);
    receive(p, 1, 0, 8);
    receive(p, 2, 0, 8);
    pieces_drop_received(p, 1);
    pieces_drop_received(p, 2);
    pieces_check(p);
    ck_assert_int_eq(pieces_state(p, 1), PIECE_PARTIAL);
    ck_assert_uint_eq(pieces_n_blocks_asked(p, 1), 1);
    ck_assert_uint_eq(pieces_n_blocks_received(p, 1), 0);
    ck_assert_int_eq(pieces_first_free(p, 1), 0);
    ck_assert_int_eq(pieces_state(p, 2), PIECE_MISSING);
    pieces_free(p);
}
END_TEST

START_TEST(availability_counts_seeds_and_pieces)
{
    struct pieces *p = new_five();
    struct bitset *has = bitset_new(N_PIECES);
    bitset_set(has, 1);
    pieces_seed_joined(p);
    pieces_peer_joined(p, has);
    bitset_set(has, 3);
    pieces_peer_gained(p, 3);
    pieces_check(p);
    ck_assert_uint_eq(pieces_availability(p, 0), 1);
    ck_assert_uint_eq(pieces_availability(p, 1), 2);
    ck_assert_uint_eq(pieces_availability(p, 3), 2);
    ck_assert_uint_eq(pieces_n_peers(p), 2);
    pieces_peer_left(p, has);
    pieces_seed_left(p);
    pieces_check(p);
    for (uint32_t i = 0; i < N_PIECES; i++)
        ck_assert_uint_eq(pieces_availability(p, i), 0);
    bitset_free(has);
    pieces_free(p);
}
END_TEST

START_TEST(next_partial_walks_in_order)
{
    struct pieces *p = new_five();
    ask(p, 3, 0, 7);
    ask(p, 0, 0, 7);
    ask(p, 2, 0, 7);
    ck_assert_int_eq(pieces_next_partial(p, 0), 0);
    ck_assert_int_eq(pieces_next_partial(p, 1), 2);
    ck_assert_int_eq(pieces_next_partial(p, 3), 3);
    ck_assert_int_eq(pieces_next_partial(p, 4), -1);
    pieces_free(p);
}
END_TEST

struct told {
    uint32_t n_changes;
    uint32_t n_many;
    uint32_t last;
};

static void count_change(void *ctx, uint32_t piece_idx)
{
    struct told *told = ctx;
    told->n_changes++;
    told->last = piece_idx;
}

static void count_many(void *ctx)
{
    struct told *told = ctx;
    told->n_many++;
}

START_TEST(observer_is_told_of_turns_only)
{
    struct pieces *p = new_five();
    struct told told = {0};
    pieces_observe(p,
                   &(struct pieces_observer){count_change, count_many, &told});
    ask(p, 2, 0, 7);
    ck_assert_uint_eq(told.n_changes, 1);
    ck_assert_uint_eq(told.last, 2);
    ask(p, 2, 1, 7);
    ck_assert_uint_eq(told.n_changes, 1);
    ask(p, 2, 2, 7);
    ask(p, 2, 3, 7); /* nothing FREE is left */
    ck_assert_uint_eq(told.n_changes, 2);
    pieces_unask(p, at(2, 3), 7);
    ck_assert_uint_eq(told.n_changes, 3);
    pieces_seed_joined(p);
    ck_assert_uint_eq(told.n_changes, 3);
    pieces_free(p);
}
END_TEST

START_TEST(observer_is_told_once_of_many)
{
    struct pieces *p = new_pieces(1000 * BLOCK, BLOCK);
    struct bitset *has = bitset_new(1000);
    struct told told = {0};
    pieces_observe(p,
                   &(struct pieces_observer){count_change, count_many, &told});
    bitset_set_all(has);
    pieces_peer_joined(p, has);
    ck_assert_uint_eq(told.n_many, 1);
    ck_assert_uint_eq(told.n_changes, 0);
    bitset_free(has);
    pieces_free(p);
}
END_TEST

START_TEST(many_pieces_sums_do_not_overflow)
{
    uint64_t size = (uint64_t)GEOMETRY_MAX_PIECES * (4u << 20);
    struct pieces *p = new_pieces(size, 4u << 20);
    ck_assert_uint_eq(pieces_bytes_left(p), size);
    ck_assert_uint_eq(pieces_n_free_blocks(p), size / BLOCK);
    pieces_found(p, GEOMETRY_MAX_PIECES - 1);
    ck_assert_uint_eq(pieces_bytes_left(p), size - (4u << 20));
    pieces_free(p);
}
END_TEST

/* Random events, each legal; pieces_check() recounts after each. */
static void step_block(struct pieces *p, const struct rng *rng, uint32_t i,
                       uint32_t j)
{
    enum block_state block = pieces_block_state(p, at(i, j));
    enum piece_state state = pieces_state(p, i);
    bool is_open = state == PIECE_MISSING || state == PIECE_PARTIAL;
    peer_id_t peer = 1 + rng_below(rng, 5);
    switch (rng_below(rng, 3)) {
    case 0:
        if (is_open && block != BLOCK_RECEIVED)
            pieces_ask(p, at(i, j), peer, PICK_RAREST, 1);
        break;
    case 1:
        pieces_unask(p, at(i, j), peer);
        break;
    default:
        if (block != BLOCK_RECEIVED)
            pieces_receive(p, at(i, j), peer, 2);
        break;
    }
}

static void step_piece(struct pieces *p, const struct rng *rng, uint32_t i)
{
    enum piece_state state = pieces_state(p, i);
    switch (rng_below(rng, 5)) {
    case 0:
        pieces_set_priority(p, i, (enum piece_priority)rng_below(rng, 4));
        break;
    case 1:
        if (state == PIECE_COMPLETE && rng_below(rng, 2) == 0)
            pieces_written(p, i);
        else if (state == PIECE_COMPLETE)
            pieces_failed(p, i);
        break;
    case 2:
        if (state == PIECE_HAVE)
            pieces_lost(p, i);
        break;
    case 3:
        if (state != PIECE_COMPLETE)
            pieces_drop_received(p, i);
        break;
    default:
        if (state != PIECE_COMPLETE && pieces_n_blocks_asked(p, i) == 0 &&
            rng_below(rng, 4) == 0)
            pieces_found(p, i);
        break;
    }
}

START_TEST(random_events_keep_every_invariant)
{
    uint64_t seed = 100 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    struct pieces *p = new_five();
    for (int i = 0; i < 20000; i++) {
        uint32_t piece_idx = rng_below(&rng, N_PIECES);
        uint32_t n = geometry_n_blocks(pieces_geometry(p), piece_idx);
        if (rng_below(&rng, 4) > 0)
            step_block(p, &rng, piece_idx, rng_below(&rng, n));
        else
            step_piece(p, &rng, piece_idx);
        pieces_check(p);
    }
    pieces_free(p);
}
END_TEST

Suite *pieces_suite(void)
{
    Suite *s = suite_create("pieces");
    TCase *tc = tcase_create("pieces");
    tcase_add_test(tc, new_all_missing_with_normal_priority);
    tcase_add_test(tc, ask_missing_piece_makes_it_partial_with_table);
    tcase_add_test(tc, unask_last_block_makes_piece_missing_again);
    tcase_add_test(tc, unask_one_of_two_keeps_block_asked);
    tcase_add_test(tc, unask_received_block_changes_nothing);
    tcase_add_test(tc, receive_every_block_completes_and_written_makes_have);
    tcase_add_test(tc, receive_unasked_block_of_missing_piece_is_kept);
    tcase_add_test(tc, receive_only_block_completes_at_once);
    tcase_add_test(tc, failed_returns_all_blocks);
    tcase_add_test(tc, failed_skipped_piece_becomes_unwanted);
    tcase_add_test(tc, lost_gives_bytes_back);
    tcase_add_test(tc, found_of_partial_frees_its_blocks);
    tcase_add_test(tc, skip_partial_keeps_blocks_until_wanted_again);
    tcase_add_test(tc, skip_everything_left_is_finished_not_complete);
    tcase_add_test(tc, late_block_of_unwanted_piece_may_complete_it);
    tcase_add_test(tc, drop_received_keeps_asked_blocks);
    tcase_add_test(tc, availability_counts_seeds_and_pieces);
    tcase_add_test(tc, next_partial_walks_in_order);
    tcase_add_test(tc, observer_is_told_of_turns_only);
    tcase_add_test(tc, observer_is_told_once_of_many);
    tcase_add_test(tc, many_pieces_sums_do_not_overflow);
    tcase_add_loop_test(tc, random_events_keep_every_invariant, 0, 4);
    suite_add_tcase(s, tc);
    return s;
}
