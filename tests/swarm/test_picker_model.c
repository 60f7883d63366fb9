#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/picker_fixture.h"

#include <string.h>

START_TEST(rare_pieces_that_peer_lacks_do_not_hide_its_own)
{
    /* 20000 rare pieces before the two that this peer has: the search gives up
     * looking through them. */
    struct picker_world w;
    uint32_t n = 20000;
    picker_world_open(&w, n, 1);
    struct bitset *rare = bitset_new(n);
    for (uint32_t i = 0; i < 4; i++)
        pieces_found(w.pieces, i);
    for (uint32_t i = 4; i < n - 2; i++)
        bitset_set(rare, i);
    pieces_peer_joined(w.pieces, rare);
    bitset_set(w.has, n - 1);
    bitset_set(w.has, n - 2);
    for (int i = 0; i < 3; i++)
        pieces_peer_joined(w.pieces, w.has);
    pieces_peer_gained(w.pieces, n - 1);
    w.n_choices = picker_next(w.picker, &w.query, w.choices, 9);
    ck_assert_uint_eq(w.n_choices, 8);
    ck_assert_uint_eq(w.choices[0].block.piece_idx, n - 2);
    ck_assert_uint_eq(w.choices[4].block.piece_idx, n - 1);
    picker_world_check(&w);
    bitset_free(rare);
    picker_world_close(&w);
}
END_TEST

enum { N_MODEL_PIECES = 40, N_MODEL_PEERS = 6 };

struct model {
    struct picker_world w;
    struct bitset *has[N_MODEL_PEERS];
    bool is_here[N_MODEL_PEERS];
};

static bool is_pickable(const struct picker_world *w, const struct bitset *has,
                        uint32_t i)
{
    enum piece_state state = pieces_state(w->pieces, i);
    return bitset_get(has, i) &&
           (state == PIECE_MISSING ||
            (state == PIECE_PARTIAL && pieces_n_blocks_free(w->pieces, i) > 0));
}

/* What any right answer to a query with cap 1 keeps to, before it is given. */
struct law {
    int best_priority; /* of pickable pieces; -1 when there is none */
    uint32_t rarest;   /* among the MISSING ones of that priority */
};

static struct law law_of(const struct picker_world *w)
{
    struct law law = {-1, UINT32_MAX};
    for (uint32_t i = 0; i < w->n; i++) {
        int priority = (int)pieces_priority(w->pieces, i);
        if (is_pickable(w, w->query.has, i) && priority > law.best_priority)
            law.best_priority = priority;
    }
    for (uint32_t i = 0; i < w->n; i++) {
        if (bitset_get(w->query.has, i) &&
            pieces_state(w->pieces, i) == PIECE_MISSING &&
            (int)pieces_priority(w->pieces, i) == law.best_priority &&
            pieces_availability(w->pieces, i) < law.rarest)
            law.rarest = pieces_availability(w->pieces, i);
    }
    return law;
}

static void check_first(const struct picker_world *w, const struct law *law,
                        const uint8_t *was_free)
{
    ck_assert_int_eq(w->n_choices > 0, law->best_priority >= 0);
    if (w->n_choices == 0)
        return;
    uint32_t i = w->choices[0].block.piece_idx;
    ck_assert_int_eq((int)pieces_priority(w->pieces, i), law->best_priority);
    if (w->choices[0].reason == PICK_RAREST)
        ck_assert_uint_eq(pieces_availability(w->pieces, i), law->rarest);
    for (size_t k = 0; k < w->n_choices; k++) {
        struct block_ref b = w->choices[k].block;
        ck_assert(bitset_get(w->query.has, b.piece_idx));
        ck_assert(was_free[b.piece_idx * PICKER_BLOCKS + b.block_idx]);
        for (size_t j = 0; j < k; j++)
            ck_assert(memcmp(&w->choices[j].block, &b, sizeof(b)) != 0);
    }
}

static void model_pick(struct model *m, const struct rng *rng)
{
    struct picker_world *w = &m->w;
    uint32_t peer = rng_below(rng, N_MODEL_PEERS);
    uint8_t was_free[N_MODEL_PIECES * PICKER_BLOCKS];
    if (!m->is_here[peer])
        return;
    for (uint32_t i = 0; i < N_MODEL_PIECES * PICKER_BLOCKS; i++)
        was_free[i] =
            pieces_block_state(w->pieces,
                               (struct block_ref){i / PICKER_BLOCKS,
                                                  i % PICKER_BLOCKS}) ==
            BLOCK_FREE;
    w->query.peer = peer + 1;
    w->query.has = m->has[peer];
    struct law law = law_of(w);
    size_t cap = rng_below(rng, 2) == 0 ? 1 : 1 + rng_below(rng, 40);
    w->n_choices = picker_next(w->picker, &w->query, w->choices, cap);
    check_first(w, &law, was_free);
}

static void model_join_or_leave(struct model *m, const struct rng *rng)
{
    uint32_t peer = rng_below(rng, N_MODEL_PEERS);
    uint32_t i = rng_below(rng, N_MODEL_PIECES);
    if (!m->is_here[peer]) {
        bitset_clear_all(m->has[peer]);
        for (uint32_t k = 0; k < N_MODEL_PIECES; k++) {
            if (rng_below(rng, N_MODEL_PEERS) <= peer)
                bitset_set(m->has[peer], k);
        }
        pieces_peer_joined(m->w.pieces, m->has[peer]);
        m->is_here[peer] = true;
    } else if (rng_below(rng, 3) == 0) {
        pieces_peer_left(m->w.pieces, m->has[peer]);
        m->is_here[peer] = false;
    } else if (bitset_set(m->has[peer], i)) {
        pieces_peer_gained(m->w.pieces, i);
    }
}

static void model_block(struct model *m, const struct rng *rng)
{
    struct pieces *pieces = m->w.pieces;
    uint32_t i = rng_below(rng, N_MODEL_PIECES);
    struct block_ref b = {i, rng_below(rng, PICKER_BLOCKS)};
    if (pieces_block_state(pieces, b) != BLOCK_ASKED)
        return;
    if (rng_below(rng, 3) == 0)
        pieces_unask(pieces, b, 1);
    else if (pieces_receive(pieces, b, 1, 9) && rng_below(rng, 4) == 0)
        pieces_failed(pieces, i);
    else if (pieces_state(pieces, i) == PIECE_COMPLETE)
        pieces_written(pieces, i);
}

static void model_turn(struct model *m, const struct rng *rng)
{
    uint32_t i = rng_below(rng, N_MODEL_PIECES);
    switch (rng_below(rng, 12)) {
    case 0:
        model_join_or_leave(m, rng);
        break;
    case 1:
        pieces_set_priority(m->w.pieces, i,
                            (enum piece_priority)rng_below(rng, 4));
        break;
    case 2:
        if (pieces_state(m->w.pieces, i) == PIECE_HAVE)
            pieces_lost(m->w.pieces, i);
        break;
    case 3:
    case 4:
    case 5:
        model_pick(m, rng);
        break;
    default:
        model_block(m, rng);
        break;
    }
}

START_TEST(random_swarm_keeps_order_and_finds_all_there_is)
{
    struct model m = {0};
    uint64_t seed = 500 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    picker_world_open(&m.w, N_MODEL_PIECES, seed);
    for (size_t i = 0; i < N_MODEL_PEERS; i++)
        m.has[i] = bitset_new(N_MODEL_PIECES);
    for (int i = 0; i < 6000; i++) {
        picker_set_sequential(m.w.picker, i / 1000 % 3 == 2);
        model_turn(&m, &rng);
        picker_world_check(&m.w);
    }
    for (size_t i = 0; i < N_MODEL_PEERS; i++)
        bitset_free(m.has[i]);
    picker_world_close(&m.w);
}
END_TEST

Suite *picker_model_suite(void)
{
    Suite *s = suite_create("picker_model");
    TCase *tc = tcase_create("picker_model");
    tcase_add_test(tc, rare_pieces_that_peer_lacks_do_not_hide_its_own);
    tcase_add_loop_test(tc, random_swarm_keeps_order_and_finds_all_there_is, 0,
                        6);
    suite_add_tcase(s, tc);
    return s;
}
