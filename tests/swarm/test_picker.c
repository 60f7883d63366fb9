#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/picker.h"
#include "swarm/pieces.h"
#include "util/rng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Decisions as strings: one character a piece of 4 blocks.
 *   availability  how many other peers have it: 0..9; '*': all
 *   have          '*': we have it
 *   priority      0..3 (PIECE_SKIP to PIECE_HIGH); NULL: all normal
 *   received      blocks received of peer 90, as a hexadecimal digit: block 0
 *                 is 8, block 3 is 1; NULL: none
 *   asked         blocks asked of peer 91, likewise
 * and an answer as "piece:blocks piece:blocks", both hexadecimal digits. */
enum { BLOCKS = 4, N_OTHERS = 9, FROM = 90, OF = 91, US = 7, OTHER = 8 };
enum { ANSWER_MAX = 512 };

struct world {
    uint64_t seed;
    struct rng rng;
    uint32_t n;
    struct pieces *pieces;
    struct picker *picker;
    struct bitset *others[N_OTHERS];
    struct bitset *has; /* what the asking peer has */
    struct picker_query query;
    struct picker_choice choices[64];
    size_t n_choices;
    char answer[ANSWER_MAX];
};

struct scene {
    const char *availability;
    const char *have;
    const char *priority;
    const char *received;
    const char *asked;
};

static unsigned digit(char c)
{
    if (c == '*')
        return N_OTHERS;
    return (unsigned)(c >= 'a' ? c - 'a' + 10 : c - '0');
}

static bool is_block(const char *masks, uint32_t piece_idx, uint32_t block_idx)
{
    return masks != NULL && masks[piece_idx] != ' ' &&
           (digit(masks[piece_idx]) >> (3 - block_idx) & 1) != 0;
}

static bool never_asked(const void *ctx, struct block_ref b)
{
    (void)ctx;
    (void)b;
    return false;
}

static void world_check(const struct world *w)
{
    pieces_check(w->pieces);
    picker_check(w->picker);
}

static void world_open(struct world *w, uint32_t n, uint64_t seed)
{
    struct geometry geo;
    *w = (struct world){.seed = seed, .n = n};
    w->rng = rng_seeded(&w->seed);
    ck_assert_int_eq(geometry_init(&geo,
                                   (uint64_t)n * BLOCKS * GEOMETRY_BLOCK_LEN,
                                   BLOCKS * GEOMETRY_BLOCK_LEN),
                     OK);
    w->pieces = pieces_new(&geo);
    w->picker = picker_new(w->pieces, &w->rng);
    w->has = bitset_new(n);
    w->query = (struct picker_query){.peer = US,
                                     .has = w->has,
                                     .may_open = true,
                                     .is_asked = never_asked,
                                     .now_ms = 5000};
}

static void world_close(struct world *w)
{
    picker_free(w->picker);
    pieces_free(w->pieces);
    bitset_free(w->has);
    for (size_t i = 0; i < N_OTHERS; i++)
        bitset_free(w->others[i]);
}

static void set_piece(struct world *w, const struct scene *s, uint32_t i)
{
    if (s->have != NULL && s->have[i] == '*')
        pieces_found(w->pieces, i);
    if (s->priority != NULL)
        pieces_set_priority(w->pieces, i,
                            (enum piece_priority)digit(s->priority[i]));
    for (uint32_t j = 0; j < BLOCKS; j++) {
        struct block_ref b = {i, j};
        if (is_block(s->received, i, j))
            pieces_receive(w->pieces, b, FROM, 1000);
        if (is_block(s->asked, i, j))
            pieces_ask(w->pieces, b, OF, PICK_RAREST, 1000 + i * 10 + j);
    }
}

static void world_set(struct world *w, const struct scene *s, uint64_t seed)
{
    uint32_t n = (uint32_t)strlen(s->availability);
    world_open(w, n, seed);
    for (uint32_t j = 0; j < N_OTHERS; j++) {
        w->others[j] = bitset_new(n);
        for (uint32_t i = 0; i < n; i++) {
            if (j < digit(s->availability[i]))
                bitset_set(w->others[j], i);
        }
        pieces_peer_joined(w->pieces, w->others[j]);
    }
    for (uint32_t i = 0; i < n; i++)
        set_piece(w, s, i);
    bitset_set_all(w->has);
    world_check(w);
}

/* The asking peer has only the pieces marked '*'. */
static void world_has(struct world *w, const char *has)
{
    bitset_clear_all(w->has);
    for (uint32_t i = 0; i < w->n; i++) {
        if (has[i] == '*')
            bitset_set(w->has, i);
    }
}

static const char *picked(struct world *w, size_t cap)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = 0;
    w->n_choices = picker_next(w->picker, &w->query, w->choices, cap);
    ck_assert_uint_le(w->n_choices, cap);
    for (size_t i = 0; i < w->n_choices; i++) {
        struct block_ref b = w->choices[i].block;
        if (i == 0 || w->choices[i - 1].block.piece_idx != b.piece_idx) {
            if (i > 0)
                w->answer[len++] = ' ';
            w->answer[len++] = digits[b.piece_idx];
            w->answer[len++] = ':';
        }
        w->answer[len++] = digits[b.block_idx];
    }
    w->answer[len] = '\0';
    world_check(w);
    return w->answer;
}

struct pick_case {
    const char *name;
    struct scene scene;
    const char *has; /* NULL: everything */
    size_t cap;
    bool is_slow;
    bool may_not_open;
    bool is_sequential;
    bool may_endgame;
    const char *expected;
    enum pick_reason reason; /* of the first */
};

static const struct pick_case pick_cases[] = {
    {.name = "the rarest goes first",
     .scene = {"33133****", "     ****"},
     .cap = 4,
     .expected = "2:0123",
     .reason = PICK_RAREST},
    {.name = "in the order of rarity",
     .scene = {"42315****", "     ****"},
     .cap = 20,
     .expected = "3:0123 1:0123 2:0123 0:0123 4:0123",
     .reason = PICK_RAREST},
    {.name = "the rarest that this peer has",
     .scene = {"42315****", "     ****"},
     .has = "* *      ",
     .cap = 5,
     .expected = "2:0123 0:0",
     .reason = PICK_RAREST},
    {.name = "nothing but what we have",
     .scene = {"42315****", "     ****"},
     .has = "     ****",
     .cap = 5,
     .expected = ""},
    {.name = "no room",
     .scene = {"42315****", "     ****"},
     .cap = 0,
     .expected = ""},
    {.name = "a piece left by others before a rarer one",
     .scene = {"3133****", "    ****", NULL, "   a    "},
     .cap = 3,
     .expected = "3:13 1:0",
     .reason = PICK_PARTIAL},
    {.name = "of pieces left the rarest",
     .scene = {"3332****", "    ****", NULL, "8  8    "},
     .cap = 4,
     .expected = "3:123 0:1",
     .reason = PICK_PARTIAL},
    {.name = "not a piece that another is at",
     .scene = {"9293****", "    ****", NULL, NULL, "8       "},
     .cap = 4,
     .expected = "1:0123",
     .reason = PICK_RAREST},
    {.name = "a piece that another is at when all else is done",
     .scene = {"91*1****", " *******", NULL, NULL, "8       "},
     .cap = 8,
     .expected = "0:123",
     .reason = PICK_PARTIAL},
    {.name = "shared pieces early when there are too many",
     .scene = {"922222222222222****", "               ****", NULL, NULL,
               " 88888888888888    "},
     .has = "**                 ",
     .cap = 3,
     .expected = "1:123",
     .reason = PICK_PARTIAL},
    {.name = "high before begun normal, normal before rarer low",
     .scene = {"44145****", "     ****", "221322222", "8        "},
     .cap = 12,
     .expected = "3:0123 0:123 1:0123 4:0",
     .reason = PICK_PRIORITY},
    {.name = "low last",
     .scene = {"12****", "  ****", "122222"},
     .cap = 8,
     .expected = "1:0123 0:0123",
     .reason = PICK_RAREST},
    {.name = "skipped never",
     .scene = {"1112****", "    ****", "00022222", "8       "},
     .cap = 9,
     .expected = "3:0123",
     .reason = PICK_RAREST},
    {.name = "memory is short: begun pieces only",
     .scene = {"1112****", "    ****", NULL, "8       ", " 8      "},
     .cap = 9,
     .may_not_open = true,
     .expected = "0:123 1:123",
     .reason = PICK_PARTIAL},
    {.name = "sequential: lowest index first",
     .scene = {"54321****", "     ****"},
     .has = "* ***    ",
     .cap = 10,
     .is_sequential = true,
     .expected = "0:0123 2:0123 3:01",
     .reason = PICK_SEQUENTIAL},
    {.name = "sequential: begun pieces by index, also of others",
     .scene = {"54321****", "     ****", NULL, "  8      ", " 8 8     "},
     .cap = 20,
     .is_sequential = true,
     .expected = "2:123 1:123 3:123 0:0123 4:0123",
     .reason = PICK_PARTIAL},
    {.name = "sequential: high first",
     .scene = {"54321****", "     ****", "222332222"},
     .cap = 9,
     .is_sequential = true,
     .expected = "3:0123 4:0123 0:0",
     .reason = PICK_PRIORITY},
    {.name = "slow: a new piece before one left by others",
     .scene = {"3133****", "    ****", NULL, "   a    "},
     .cap = 3,
     .is_slow = true,
     .expected = "1:012",
     .reason = PICK_RAREST},
    {.name = "slow: never the only free block of a shared piece",
     .scene = {"11****", "  ****", NULL, NULL, "ec    "},
     .cap = 9,
     .is_slow = true,
     .expected = "1:2",
     .reason = PICK_PARTIAL},
    {.name = "slow: the only free block of a piece nobody is at",
     .scene = {"1*****", " *****", NULL, "e     "},
     .cap = 9,
     .is_slow = true,
     .expected = "0:3",
     .reason = PICK_PARTIAL},
    {.name = "endgame: the longest-waiting first",
     .scene = {"11****", "  ****", NULL, "80    ", "7f    "},
     .cap = 9,
     .may_endgame = true,
     .expected = "0:123 1:0",
     .reason = PICK_ENDGAME},
    {.name = "endgame: not beyond what was asked for",
     .scene = {"11****", "  ****", NULL, "80    ", "7f    "},
     .cap = 1,
     .may_endgame = true,
     .expected = "0:1",
     .reason = PICK_ENDGAME},
    {.name = "endgame: only what this peer has",
     .scene = {"11****", "  ****", NULL, "80    ", "7f    "},
     .has = " *****",
     .cap = 9,
     .may_endgame = true,
     .expected = "1:0123",
     .reason = PICK_ENDGAME},
    {.name = "endgame: not while it has something outstanding",
     .scene = {"11****", "  ****", NULL, "80    ", "7f    "},
     .cap = 9,
     .expected = ""},
    {.name = "endgame: not while a wanted block is free",
     .scene = {"11****", "  ****", NULL, NULL, "f     "},
     .has = "* ****",
     .cap = 9,
     .may_endgame = true,
     .expected = ""},
    {.name = "endgame: skipped pieces do not count",
     .scene = {"11****", "  ****", "202222", NULL, "f     "},
     .cap = 9,
     .may_endgame = true,
     .expected = "0:0123",
     .reason = PICK_ENDGAME},
};

START_TEST(picker_next_case_gives_expected_blocks)
{
    const struct pick_case *t = &pick_cases[_i];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct world w;
        world_set(&w, &t->scene, seed);
        if (t->has != NULL)
            world_has(&w, t->has);
        picker_set_sequential(w.picker, t->is_sequential);
        w.query.is_slow = t->is_slow;
        w.query.may_open = !t->may_not_open;
        w.query.may_endgame = t->may_endgame;
        const char *answer = picked(&w, t->cap);
        ck_assert_msg(strcmp(answer, t->expected) == 0,
                      "%s (seed %u): %s, not %s", t->name, (unsigned)seed,
                      answer, t->expected);
        if (w.n_choices > 0)
            ck_assert_msg(w.choices[0].reason == t->reason, "%s: reason %d",
                          t->name, w.choices[0].reason);
        world_close(&w);
    }
}
END_TEST

START_TEST(own_piece_goes_on_before_rarer_ones)
{
    struct world w;
    world_set(&w,
              &(struct scene){.availability = "2133****", .have = "    ****"},
              1);
    ck_assert_str_eq(picked(&w, 2), "1:01");
    pieces_receive(w.pieces, (struct block_ref){1, 0}, US, 1);
    pieces_peer_joined(w.pieces, w.others[0]); /* now all are commoner */
    ck_assert_str_eq(picked(&w, 1), "1:2");
    ck_assert_int_eq(w.choices[0].reason, PICK_PARTIAL);
    ck_assert_str_eq(picked(&w, 3), "1:3 0:01");
    pieces_peer_left(w.pieces, w.others[0]);
    world_close(&w);
}
END_TEST

START_TEST(two_quick_peers_get_pieces_of_their_own)
{
    struct world w;
    world_set(&w, &(struct scene){.availability = "12****", .have = "  ****"},
              1);
    ck_assert_str_eq(picked(&w, 2), "0:01");
    w.query.peer = OTHER;
    ck_assert_str_eq(picked(&w, 2), "1:01");
    w.query.peer = US;
    ck_assert_str_eq(picked(&w, 1), "0:2");
    w.query.peer = OTHER;
    ck_assert_str_eq(picked(&w, 4), "1:23 0:3");
    world_close(&w);
}
END_TEST

START_TEST(high_priority_interrupts_own_piece)
{
    struct world w;
    world_set(&w, &(struct scene){.availability = "12****", .have = "  ****"},
              1);
    ck_assert_str_eq(picked(&w, 2), "0:01");
    pieces_set_priority(w.pieces, 1, PIECE_HIGH);
    ck_assert_str_eq(picked(&w, 5), "1:0123 0:2");
    world_close(&w);
}
END_TEST

START_TEST(released_blocks_are_given_out_again_in_order)
{
    struct world w;
    world_set(&w, &(struct scene){.availability = "12****", .have = "  ****"},
              1);
    ck_assert_str_eq(picked(&w, 4), "0:0123");
    pieces_unask(w.pieces, (struct block_ref){0, 2}, US);
    pieces_unask(w.pieces, (struct block_ref){0, 1}, US);
    ck_assert_str_eq(picked(&w, 3), "0:12 1:0");
    world_close(&w);
}
END_TEST

START_TEST(choked_gives_allowed_fast_only)
{
    struct world w;
    uint32_t allowed[] = {3, 0, 99, 2};
    world_set(&w,
              &(struct scene){.availability = "1111****",
                              .have = "    ****",
                              .priority = "22022222"},
              1);
    world_has(&w, " ***    ");
    w.query.is_choked = true;
    ck_assert_str_eq(picked(&w, 9), "");
    w.query.allowed_fast = allowed;
    w.query.n_allowed_fast = 4;
    ck_assert_str_eq(picked(&w, 9), "3:0123");
    ck_assert_int_eq(w.choices[0].reason, PICK_ALLOWED_FAST);
    pieces_unask(w.pieces, (struct block_ref){3, 1}, US);
    w.query.may_open = false;
    ck_assert_str_eq(picked(&w, 9), "3:1");
    world_close(&w);
}
END_TEST

START_TEST(suggested_go_before_rarest)
{
    struct world w;
    uint32_t suggested[] = {99, 4, 2};
    world_set(&w,
              &(struct scene){.availability = "1231****", .have = "    ****"},
              1);
    w.query.suggested = suggested;
    w.query.n_suggested = 3;
    ck_assert_str_eq(picked(&w, 5), "2:0123 0:0");
    ck_assert_int_eq(w.choices[0].reason, PICK_SUGGESTED);
    world_close(&w);
}
END_TEST

START_TEST(parole_piece_is_not_shared_while_others_are_missing)
{
    struct world w;
    world_set(&w,
              &(struct scene){"1111****", "    ****", NULL, NULL, "8       "},
              1);
    picker_set_parole(w.picker, 0);
    w.query.may_open = false;
    ck_assert_str_eq(picked(&w, 1), "");
    w.query.may_open = true;
    picked(&w, 12);
    ck_assert_uint_eq(w.n_choices, 12);
    for (size_t i = 0; i < 12; i++)
        ck_assert_uint_ne(w.choices[i].block.piece_idx, 0);
    ck_assert_str_eq(picked(&w, 9), "0:123");
    world_close(&w);
}
END_TEST

static bool asked_even(const void *ctx, struct block_ref b)
{
    (void)ctx;
    return b.block_idx % 2 == 0;
}

START_TEST(endgame_never_asks_one_peer_twice)
{
    struct world w;
    world_set(&w, &(struct scene){"1****", " ****", NULL, NULL, "f    "}, 1);
    w.query.may_endgame = true;
    w.query.is_asked = asked_even;
    ck_assert(picker_in_endgame(w.picker));
    ck_assert_str_eq(picked(&w, 9), "0:13");
    world_close(&w);
}
END_TEST

START_TEST(endgame_spreads_and_keeps_to_max_copies)
{
    struct world w;
    world_set(&w, &(struct scene){"1****", " ****", NULL, "3    ", "c    "}, 1);
    w.query.may_endgame = true;
    static const char *const expected[] = {"0:0", "0:1", "0:0",
                                           "0:1", "0:0", "0:1"};
    for (uint32_t i = 0; i < 6; i++) {
        w.query.peer = 20 + i;
        ck_assert_str_eq(picked(&w, 1), expected[i]);
    }
    w.query.peer = 30;
    ck_assert_str_eq(picked(&w, 1), "");
    ck_assert_uint_eq(pieces_blocks(w.pieces, 0)[0].n_asked, PICKER_MAX_COPIES);
    world_close(&w);
}
END_TEST

START_TEST(seed_gives_what_no_other_has)
{
    struct world w;
    world_set(&w,
              &(struct scene){.availability = "1010****", .have = "    ****"},
              1);
    pieces_seed_joined(w.pieces);
    picked(&w, 8);
    ck_assert_uint_eq(w.n_choices, 8);
    for (size_t i = 0; i < 8; i++)
        ck_assert_uint_eq(w.choices[i].block.piece_idx % 2, 1);
    world_close(&w);
}
END_TEST

/* The first pick of many worlds, counted by piece. */
static void count_first_picks(const struct scene *s, const char *has,
                              uint32_t n_worlds, uint32_t *counts)
{
    for (uint32_t i = 0; i < n_worlds; i++) {
        struct world w;
        world_set(&w, s, 1000 + i);
        if (has != NULL)
            world_has(&w, has);
        picked(&w, 1);
        ck_assert_uint_eq(w.n_choices, 1);
        counts[w.choices[0].block.piece_idx]++;
        world_close(&w);
    }
}

START_TEST(first_pieces_are_random_whatever_their_rarity)
{
    uint32_t counts[8] = {0};
    count_first_picks(&(struct scene){.availability = "12345678",
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
    count_first_picks(&(struct scene){.availability = "11111122****",
                                      .have = "        ****"},
                      "  **** *****", 800, counts);
    for (size_t i = 2; i < 6; i++) {
        ck_assert_uint_ge(counts[i], 150); /* of 200; 4 sigma is 49 */
        ck_assert_uint_le(counts[i], 250);
    }
    ck_assert_uint_eq(counts[7], 0);
}
END_TEST

/* ---- Large, and by a model ---- */

START_TEST(rare_pieces_that_peer_lacks_do_not_hide_its_own)
{
    /* 20000 rare pieces before the two that this peer has: the search gives up
     * looking through them. */
    struct world w;
    uint32_t n = 20000;
    world_open(&w, n, 1);
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
    world_check(&w);
    bitset_free(rare);
    world_close(&w);
}
END_TEST

enum { N_MODEL_PIECES = 40, N_MODEL_PEERS = 6 };

struct model {
    struct world w;
    struct bitset *has[N_MODEL_PEERS];
    bool is_here[N_MODEL_PEERS];
};

static bool is_pickable(const struct world *w, const struct bitset *has,
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

static struct law law_of(const struct world *w)
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

static void check_first(const struct world *w, const struct law *law,
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
        ck_assert(was_free[b.piece_idx * BLOCKS + b.block_idx]);
        for (size_t j = 0; j < k; j++)
            ck_assert(memcmp(&w->choices[j].block, &b, sizeof(b)) != 0);
    }
}

static void model_pick(struct model *m, const struct rng *rng)
{
    struct world *w = &m->w;
    uint32_t peer = rng_below(rng, N_MODEL_PEERS);
    uint8_t was_free[N_MODEL_PIECES * BLOCKS];
    if (!m->is_here[peer])
        return;
    for (uint32_t i = 0; i < N_MODEL_PIECES * BLOCKS; i++)
        was_free[i] =
            pieces_block_state(w->pieces,
                               (struct block_ref){i / BLOCKS, i % BLOCKS}) ==
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
    struct block_ref b = {i, rng_below(rng, BLOCKS)};
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
    world_open(&m.w, N_MODEL_PIECES, seed);
    for (size_t i = 0; i < N_MODEL_PEERS; i++)
        m.has[i] = bitset_new(N_MODEL_PIECES);
    for (int i = 0; i < 6000; i++) {
        picker_set_sequential(m.w.picker, i / 1000 % 3 == 2);
        model_turn(&m, &rng);
        world_check(&m.w);
    }
    for (size_t i = 0; i < N_MODEL_PEERS; i++)
        bitset_free(m.has[i]);
    world_close(&m.w);
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
    tcase_add_test(tc, high_priority_interrupts_own_piece);
    tcase_add_test(tc, released_blocks_are_given_out_again_in_order);
    tcase_add_test(tc, choked_gives_allowed_fast_only);
    tcase_add_test(tc, suggested_go_before_rarest);
    tcase_add_test(tc, parole_piece_is_not_shared_while_others_are_missing);
    tcase_add_test(tc, endgame_never_asks_one_peer_twice);
    tcase_add_test(tc, endgame_spreads_and_keeps_to_max_copies);
    tcase_add_test(tc, seed_gives_what_no_other_has);
    tcase_add_test(tc, first_pieces_are_random_whatever_their_rarity);
    tcase_add_test(tc, equally_rare_pieces_are_random);
    tcase_add_test(tc, rare_pieces_that_peer_lacks_do_not_hide_its_own);
    tcase_add_loop_test(tc, random_swarm_keeps_order_and_finds_all_there_is, 0,
                        6);
    suite_add_tcase(s, tc);
    return s;
}
