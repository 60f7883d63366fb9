#include "config.h"

#include "ui/piece_map.h"

#include "tests/ui/suites.h"
#include "ui/piece_blocks.h"
#include "ui/piece_find.h"

/* Whatever the size: the cursor is seen, and all pieces have a cell. */
START_TEST(map_fit_shows_the_cursor_at_any_size)
{
    uint64_t seed = 5;
    struct piece_map m = {0};
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        unsigned r = (unsigned)(seed >> 33);
        uint32_t n = 1 + r % (r % 3 == 0 ? 1000000 : 5000), first, end;
        uint32_t cursor = (r / 7) % n;
        m.zoom = (enum piece_map_zoom)(r / 11 % PIECE_MAP_N_ZOOMS);
        int h = (int)(r / 13 % 70), w = (int)(r / 1000 % 700);
        piece_map_fit(&m, n, cursor, h, w);
        ck_assert_uint_gt(m.per_cell, 0);
        ck_assert_uint_gt(m.n_cells, 0);
        ck_assert_uint_le(m.n_cells + (m.n_cells - 1) / 16, CELLROW_MAX);
        uint32_t row = cursor / m.per_cell / m.n_cells;
        ck_assert_uint_ge(row, m.top);
        ck_assert_uint_lt(row - m.top, m.n_rows);
        if (m.zoom == PIECE_MAP_FIT) {
            ck_assert_uint_eq(m.top, 0);
            ck_assert_uint_ge((uint64_t)m.per_cell * m.n_cells * m.n_rows, n);
        }
        static const enum keys_action moves[] = {KEYS_LEFT,      KEYS_RIGHT,
                                                 KEYS_NEXT,      KEYS_PREV,
                                                 KEYS_HALF_NEXT, KEYS_HALF_PREV,
                                                 KEYS_PAGE_NEXT, KEYS_PAGE_PREV,
                                                 KEYS_FIRST,     KEYS_LAST};
        ck_assert(piece_map_move(&m, moves[r / 17 % 10], cursor, &first, &end));
        ck_assert_uint_lt(first, end);
        ck_assert_uint_le(end, n);
        ck_assert(!piece_map_move(&m, KEYS_QUIT, cursor, &first, &end));
    }
}
END_TEST

START_TEST(map_at_is_where_a_cell_was_drawn)
{
    struct piece_map m = {.zoom = PIECE_MAP_ONE};
    uint32_t first, end;
    piece_map_fit(&m, 1000, 500, 5, 80);
    ck_assert_int_eq(m.label_w, 5);
    ck_assert_uint_eq(m.n_cells, 64);
    uint32_t top = m.top * m.n_cells;
    ck_assert(piece_map_at(&m, 0, 5, &first, &end));
    ck_assert_uint_eq(first, top);
    ck_assert_uint_eq(end, top + 1);
    ck_assert(piece_map_at(&m, 2, 5 + 17, &first, &end));
    ck_assert_uint_eq(first, top + 2 * 64 + 16);
    ck_assert(!piece_map_at(&m, 0, 4, &first, &end));      /* the number */
    ck_assert(!piece_map_at(&m, 0, 5 + 16, &first, &end)); /* a gap */
    ck_assert(!piece_map_at(&m, 5, 5, &first, &end));
    ck_assert(!piece_map_at(&m, 0, 79, &first, &end));
}
END_TEST

START_TEST(map_zoom_skips_what_shows_nothing_else)
{
    struct piece_map m = {0};
    piece_map_fit(&m, 1000, 0, 5, 80);
    piece_map_zoom(&m, true);
    ck_assert_int_eq(m.zoom, PIECE_MAP_ONE);
    piece_map_zoom(&m, true);
    ck_assert_int_eq(m.zoom, PIECE_MAP_DOTS);
    piece_map_zoom(&m, true);
    ck_assert_int_eq(m.zoom, PIECE_MAP_FIT);
    piece_map_fit(&m, 100, 0, 5, 80);
    piece_map_zoom(&m, false);
    ck_assert_int_eq(m.zoom, PIECE_MAP_FIT);
    piece_map_zoom(&m, true);
    ck_assert_int_eq(m.zoom, PIECE_MAP_DOTS);
}
END_TEST

START_TEST(find_next_goes_round_and_back)
{
    uint8_t pieces[] = {DETAIL_MISSING, DETAIL_ACTIVE,  DETAIL_HAVE,
                        DETAIL_MISSING, DETAIL_PARTIAL, DETAIL_UNWANTED};
    uint8_t copies[] = {3, 9, 1, 3, 4, 0};
    struct detail d = {.pieces = pieces, .availability = copies, .n_pieces = 6};
    static const struct {
        enum piece_find_kind kind;
        uint32_t from;
        bool is_back;
        uint32_t found;
    } rows[] = {
        {PIECE_FIND_ACTIVE, 1, false, 4},
        {PIECE_FIND_ACTIVE, 4, false, 1},
        {PIECE_FIND_ACTIVE, 4, true, 1},
        {PIECE_FIND_ACTIVE, 0, true, 4},
        /* What is had or not wanted is not rare. */
        {PIECE_FIND_RARE, 0, false, 3},
        {PIECE_FIND_RARE, 3, false, 0},
    };
    uint32_t at = 77;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert(piece_find_next(&d, rows[i].kind, rows[i].from,
                                  rows[i].is_back, &at));
        ck_assert_uint_eq(at, rows[i].found);
    }
    at = 77;
    ck_assert(!piece_find_next(&d, PIECE_FIND_BAD, 0, false, &at));
    ck_assert_uint_eq(at, 77);
    ck_assert_uint_eq(piece_find_missing(&d, 2, 5), 3);
    ck_assert_uint_eq(piece_find_missing(&d, 5, 5), 5);
}
END_TEST

/* A block a character: '#' here, '.' free, 'S' asked long ago, 'A' just now. */
START_TEST(blocks_make_says_who_and_how_slow)
{
    static const struct {
        const char *blocks;
        int max;
        const char *cells;
    } rows[] = {
        {"##A.S", 8, "##B.b"}, {"##A.S", 2, "Bb"}, {"##..#.", 3, "#.="},
        {"####", 2, "##"},     {"AAAS", 1, "b"},
    };
    struct detail_peer peer = {.id = 5, .slot = 1, .request_delay_ms = 100};
    struct detail_block blocks[8];
    struct detail d = {.peers = &peer, .n_peers = 1, .blocks = blocks};
    struct detail_active a = {0};
    for (const char *c = rows[_i].blocks; *c != '\0'; c++)
        blocks[a.n_blocks++] =
            (struct detail_block){.state = *c == '#'   ? DETAIL_BLOCK_RECEIVED
                                           : *c == '.' ? DETAIL_BLOCK_FREE
                                                       : DETAIL_BLOCK_ASKED,
                                  .n_asked = 1,
                                  .peer = 5,
                                  .since_ms = *c == 'S' ? 1000 : 9900};
    struct cellrow_cell cells[CELLROW_MAX];
    char text[CELLROW_MAX + 1];
    int n = piece_blocks_make(&d, &a, 0, 10000, rows[_i].max, cells);
    for (int i = 0; i < n; i++)
        text[i] = cells[i].letter;
    text[n] = '\0';
    ck_assert_str_eq(text, rows[_i].cells);
    blocks[0].state = DETAIL_BLOCK_ASKED;
    blocks[0].n_asked = 3;
    blocks[0].since_ms = 0;
    piece_blocks_make(&d, &a, 5, 10000, rows[_i].max, cells);
    ck_assert_int_eq(cells[0].letter, '3');
    ck_assert_int_eq(cells[0].role, THEME_BAR);
}
END_TEST

Suite *piece_map_suite(void)
{
    Suite *s = suite_create("piece_map");
    TCase *t = tcase_create("piece_map");
    tcase_add_test(t, map_fit_shows_the_cursor_at_any_size);
    tcase_add_test(t, map_at_is_where_a_cell_was_drawn);
    tcase_add_test(t, map_zoom_skips_what_shows_nothing_else);
    tcase_add_test(t, find_next_goes_round_and_back);
    tcase_add_loop_test(t, blocks_make_says_who_and_how_slow, 0, 5);
    suite_add_tcase(s, t);
    return s;
}
