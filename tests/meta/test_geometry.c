#include "config.h"

#include "meta/geometry.h"

#include "tests/meta/suites.h"

#include <inttypes.h>
#include <stddef.h>

struct init_case {
    uint64_t size_bytes;
    uint32_t piece_len;
    enum err err;
    uint32_t n_pieces;
    uint32_t last_piece_len;
    uint32_t blocks_per_piece;
};

#define KIB UINT32_C(1024)
#define TIB (UINT64_C(1) << 40)
static const struct init_case init_cases[] = {
    {1, 16384, OK, 1, 1, 1},
    {16384, 16384, OK, 1, 16384, 1},
    {16385, 16384, OK, 2, 1, 1},
    {40000, 20000, OK, 2, 20000, 2},
    {40001, 20000, OK, 3, 1, 2},
    {5000, 1024, OK, 5, 904, 1},
    {3, 262144, OK, 1, 3, 16},
    {2097152 * UINT64_C(16384), 16384, OK, 2097152, 16384, 1},
    {256 * TIB - 1, 256u << 20, OK, 1048576, (256u << 20) - 1, 16384},
    {0, 16384, ERR_INVALID, 0, 0, 0},
    {1, 0, ERR_INVALID, 0, 0, 0},
    {1, 1023, ERR_INVALID, 0, 0, 0},
    {2097152 * UINT64_C(16384) + 1, 16384, ERR_TOO_BIG, 0, 0, 0},
    {256 * TIB, 256u << 20, ERR_TOO_BIG, 0, 0, 0},
    {UINT64_MAX, 256u << 20, ERR_TOO_BIG, 0, 0, 0},
    {UINT64_MAX, 1024, ERR_TOO_BIG, 0, 0, 0},
    {1, (256u << 20) + 1, ERR_TOO_BIG, 0, 0, 0},
    {1, UINT32_MAX, ERR_TOO_BIG, 0, 0, 0},
};

START_TEST(init_sizes_and_limits)
{
    const struct init_case *c = &init_cases[_i];
    struct geometry g = {.n_pieces = 77};
    ck_assert_int_eq(geometry_init(&g, c->size_bytes, c->piece_len), c->err);
    if (c->err != OK) {
        ck_assert_uint_eq(g.n_pieces, 77); /* untouched */
        return;
    }
    ck_assert_uint_eq(g.n_pieces, c->n_pieces);
    ck_assert_uint_eq(g.last_piece_len, c->last_piece_len);
    ck_assert_uint_eq(g.blocks_per_piece, c->blocks_per_piece);
}
END_TEST

static struct geometry make(uint64_t size_bytes, uint32_t piece_len)
{
    struct geometry g;
    ck_assert_int_eq(geometry_init(&g, size_bytes, piece_len), OK);
    return g;
}

START_TEST(blocks_of_all_pieces_cover_every_byte_once)
{
    static const struct {
        uint64_t size_bytes;
        uint32_t piece_len;
    } shapes[] = {
        {1, 1024},      {100000, 16384},  {100000, 32768}, {98304, 32768},
        {100001, 1024}, {100000, 50000},  {16385, 16384},  {300000, 49153},
        {65536, 65536}, {65537, 1048576},
    };
    struct geometry g = make(shapes[_i].size_bytes, shapes[_i].piece_len);
    uint64_t at = 0;
    for (uint32_t p = 0; p < g.n_pieces; p++) {
        ck_assert_uint_eq(geometry_piece_off(&g, p), at);
        uint32_t in_piece = 0;
        for (uint32_t b = 0; b < geometry_n_blocks(&g, p); b++) {
            struct block_ref ref = {p, b};
            uint32_t len = geometry_block_len(&g, ref);
            ck_assert_uint_ge(len, 1);
            ck_assert_uint_le(len, GEOMETRY_BLOCK_LEN);
            ck_assert_uint_eq(geometry_block_begin(ref), in_piece);
            ck_assert_uint_eq(geometry_piece_at(&g, at), p);
            ck_assert_uint_eq(geometry_piece_at(&g, at + len - 1), p);
            struct block_ref found = {0, 0};
            ck_assert_int_eq(geometry_block_at(&g, p, in_piece, len, &found),
                             OK);
            ck_assert_uint_eq(found.piece_idx, p);
            ck_assert_uint_eq(found.block_idx, b);
            in_piece += len;
            at += len;
        }
        ck_assert_uint_eq(in_piece, geometry_piece_len(&g, p));
    }
    ck_assert_uint_eq(at, g.size_bytes);
}
END_TEST

struct block_case {
    uint32_t piece_idx;
    uint32_t begin;
    uint32_t len;
};

/* Of a torrent of two pieces of 40 KiB and one of 20,000 bytes. */
static const struct block_case wrong_blocks[] = {
    {0, 0, 16383},          {0, 0, 16385},           {0, 0, 0},
    {0, 1, 16384},          {0, 16383, 16384},       {0, 32768, 16384},
    {0, 32768, 8191},       {0, 40960, 16384},       {0, 49152, 1},
    {2, 16384, 3615},       {2, 16384, 3617},        {2, 16384, 16384},
    {2, 32768, 1},          {3, 0, 16384},           {UINT32_MAX, 0, 16384},
    {0, UINT32_MAX, 16384}, {0, 0, UINT32_MAX},      {0, 4294950912u, 16384},
    {2, 0xffffffffu, 2},    {1, 16384, 0xffffc000u},
};

START_TEST(block_at_what_is_no_block_is_refused)
{
    struct geometry g = make(2 * 40 * KIB + 20000, 40 * KIB);
    const struct block_case *c = &wrong_blocks[_i];
    struct block_ref out = {5, 5};
    ck_assert_int_eq(geometry_block_at(&g, c->piece_idx, c->begin, c->len,
                                       &out),
                     ERR_PROTO_RANGE);
    ck_assert_uint_eq(out.piece_idx, 5);
    ck_assert_uint_eq(out.block_idx, 5);
}
END_TEST

START_TEST(contains_edges)
{
    struct geometry g = make(2 * 40 * KIB + 20000, 40 * KIB);
    ck_assert(geometry_contains(&g, 0, 0, 1));
    ck_assert(geometry_contains(&g, 0, 0, 40 * KIB));
    ck_assert(!geometry_contains(&g, 0, 0, 40 * KIB + 1));
    ck_assert(geometry_contains(&g, 1, 7, 40 * KIB - 7));
    ck_assert(!geometry_contains(&g, 1, 8, 40 * KIB - 7));
    ck_assert(geometry_contains(&g, 2, 19999, 1));
    ck_assert(!geometry_contains(&g, 2, 20000, 1));
    ck_assert(!geometry_contains(&g, 2, 0, 0));
    ck_assert(!geometry_contains(&g, 3, 0, 1));
    ck_assert(!geometry_contains(&g, 0, UINT32_MAX, 2));
    ck_assert(!geometry_contains(&g, 0, 2, UINT32_MAX));
}
END_TEST

#define N_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *geometry_suite(void)
{
    Suite *s = suite_create("geometry");
    TCase *tc = tcase_create("geometry");
    tcase_add_loop_test(tc, init_sizes_and_limits, 0, N_OF(init_cases));
    tcase_add_loop_test(tc, blocks_of_all_pieces_cover_every_byte_once, 0, 10);
    tcase_add_loop_test(tc, block_at_what_is_no_block_is_refused, 0,
                        N_OF(wrong_blocks));
    tcase_add_test(tc, contains_edges);
    suite_add_tcase(s, tc);
    return s;
}
