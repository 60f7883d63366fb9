#include "config.h"

#include "tests/swarm/picker_fixture.h"

#include <check.h>
#include <string.h>

#include "swarm/endgame.h"

enum { FROM = 90, OF = 91 };

static unsigned digit(char c)
{
    if (c == '*')
        return PICKER_OTHERS;
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

/* All of it is asked of one; who was asked later has it later than that one. */
static void tell(void *ctx, struct endgame *e)
{
    struct picker_world *w = ctx;
    w->n_tellings++;
    for (uint32_t i = 0; i < w->n; i++) {
        const struct pieces_block *blocks = pieces_blocks(w->pieces, i);
        for (uint32_t j = 0; blocks != NULL && j < PICKER_BLOCKS; j++) {
            struct block_ref b = {i, j};
            int64_t due_ms = w->query.now_ms + w->due_ms + i * 10 + j;
            for (uint32_t k = 0;
                 blocks[j].state == BLOCK_ASKED && k < blocks[j].n_asked; k++)
                endgame_tell(e, b, OF + k, due_ms + k, w->round_ms);
        }
    }
}

void picker_world_check(const struct picker_world *w)
{
    pieces_check(w->pieces);
    picker_check(w->picker);
}

void picker_world_open(struct picker_world *w, uint32_t n, uint64_t seed)
{
    struct geometry geo;
    *w = (struct picker_world){.seed = seed, .n = n};
    w->rng = rng_seeded(&w->seed);
    ck_assert_int_eq(geometry_init(&geo,
                                   (uint64_t)n * PICKER_BLOCKS *
                                       GEOMETRY_BLOCK_LEN,
                                   PICKER_BLOCKS * GEOMETRY_BLOCK_LEN),
                     OK);
    w->pieces = pieces_new(&geo);
    w->picker = picker_new(w->pieces, &w->rng);
    w->has = bitset_new(n);
    w->query = (struct picker_query){.peer = PICKER_US,
                                     .has = w->has,
                                     .may_open = true,
                                     .is_asked = never_asked,
                                     .now_ms = 5000};
    w->outlook = outlook_of(5000, OUTLOOK_ROUND_MS, 0, 0);
    w->due_ms = 60000;
    struct picker_teller teller = {tell, w};
    picker_set_teller(w->picker, &teller);
}

void picker_world_close(struct picker_world *w)
{
    picker_free(w->picker);
    pieces_free(w->pieces);
    bitset_free(w->has);
    for (size_t i = 0; i < PICKER_OTHERS; i++)
        bitset_free(w->others[i]);
}

static void set_piece(struct picker_world *w, const struct picker_scene *s,
                      uint32_t i)
{
    if (s->have != NULL && s->have[i] == '*')
        pieces_found(w->pieces, i);
    if (s->priority != NULL)
        pieces_set_priority(w->pieces, i,
                            (enum piece_priority)digit(s->priority[i]));
    for (uint32_t j = 0; j < PICKER_BLOCKS; j++) {
        struct block_ref b = {i, j};
        if (is_block(s->received, i, j))
            pieces_receive(w->pieces, b, FROM, 1000);
        if (is_block(s->asked, i, j))
            pieces_ask(w->pieces, b, OF, PICK_RAREST, 1000 + i * 10 + j);
    }
}

void picker_world_set(struct picker_world *w, const struct picker_scene *s,
                      uint64_t seed)
{
    uint32_t n = (uint32_t)strlen(s->availability);
    picker_world_open(w, n, seed);
    for (uint32_t j = 0; j < PICKER_OTHERS; j++) {
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
    picker_world_check(w);
}

void picker_world_has(struct picker_world *w, const char *has)
{
    bitset_clear_all(w->has);
    for (uint32_t i = 0; i < w->n; i++) {
        if (has[i] == '*')
            bitset_set(w->has, i);
    }
}

const char *picker_world_ask(struct picker_world *w, size_t cap)
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
    picker_world_check(w);
    return w->answer;
}
