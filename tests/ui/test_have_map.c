#include "config.h"

#include "ui/have_map.h"

#include <locale.h>
#include <stdlib.h>

#include "tests/ui/suites.h"

/* Ten pieces: they have 0..4 and 9; we have 3..5 and check 9; 1 is not wanted. */
static uint8_t theirs[] = {0xf8, 0x40};
static uint8_t pieces[] = {DETAIL_MISSING, DETAIL_UNWANTED,
                           DETAIL_ACTIVE,  DETAIL_HAVE,
                           DETAIL_HAVE,    DETAIL_HAVE | DETAIL_PRIORITY_MASK,
                           DETAIL_MISSING, DETAIL_PARTIAL,
                           DETAIL_MISSING, DETAIL_CHECKING};

static const struct {
    enum have_map_row row;
    int w;
    const char *wanted;
} cases[] = {
    {HAVE_MAP_THEIRS, 10, "#####....#\n"},
    {HAVE_MAP_THEIRS, 5, "##=.=\n"},
    {HAVE_MAP_THEIRS, 3, "#==\n"},
    {HAVE_MAP_THEIRS, 1, "=\n"},
    {HAVE_MAP_THEIRS, 0, "\n"},
    /* More cells than pieces: one each, and the rest empty. */
    {HAVE_MAP_THEIRS, 15, "#####....#\n"},
    {HAVE_MAP_OURS, 10, "...###....\n"},
    {HAVE_MAP_GIVES, 10, "*.*.......\n"},
    {HAVE_MAP_GIVES, 2, "*.\n"},
};

START_TEST(have_map_cells_say_all_some_or_none)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    struct draw *d =
        draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true, 0}, 1,
                       20);
    struct draw_pane p = draw_begin(d);
    struct detail of = {.n_pieces = 10, .peer_has = theirs, .pieces = pieces};
    have_map_draw(&p, 0, 0, cases[_i].w, cases[_i].row, &of);
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, cases[_i].wanted);
    free(got);
    draw_begin(d);
    of.pieces = NULL;
    of.peer_has = NULL;
    have_map_draw(&p, 0, 0, 10, cases[_i].row, &of);
    got = draw_snapshot(d, false);
    ck_assert_str_eq(got, "\n");
    free(got);
    draw_free(d);
}
END_TEST

Suite *have_map_suite(void)
{
    Suite *s = suite_create("have_map");
    TCase *tc = tcase_create("have_map");
    tcase_add_loop_test(tc, have_map_cells_say_all_some_or_none, 0,
                        sizeof cases / sizeof *cases);
    suite_add_tcase(s, tc);
    return s;
}
