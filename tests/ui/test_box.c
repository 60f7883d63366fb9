#include "config.h"

#include "ui/box.h"

#include <locale.h>
#include <stdlib.h>

#include "tests/ui/suites.h"

static struct draw *sheet(enum glyphs_level level, int h, int w)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    struct draw *d =
        draw_sheet_new((struct draw_look){level, THEME_MONO, true, 0}, h, w);
    ck_assert_ptr_nonnull(d);
    return d;
}

START_TEST(box_draw_leaves_what_is_inside)
{
    static const struct {
        enum glyphs_level level;
        bool has_focus;
        const char *wanted;
    } cases[] = {
        {GLYPHS_ASCII, true, "+-[pieces]-+\n|in        |\n+-----foot-+\n"},
        {GLYPHS_ASCII, false, "+- pieces -+\n|in        |\n+-----foot-+\n"},
        {GLYPHS_LINE, false, "┌─ pieces ─┐\n│in        │\n└─────foot─┘\n"},
    };
    struct draw *d = sheet(cases[_i].level, 3, 12);
    struct draw_pane p = draw_begin(d);
    struct draw_pane in = box_draw(&p, "pieces", cases[_i].has_focus);
    box_foot(&p, "foot");
    draw_text(&in, 0, 0, 99, THEME_NORMAL, "in");
    ck_assert_int_eq(in.h, 1);
    ck_assert_int_eq(in.w, 10);
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, cases[_i].wanted);
    free(got);
    draw_free(d);
}
END_TEST

START_TEST(box_draw_in_too_little_room_has_nothing_inside)
{
    struct draw *d = sheet(GLYPHS_ASCII, 5, 5);
    struct draw_pane all = draw_begin(d);
    for (int h = 0; h < 3; h++)
        for (int w = 0; w < 3; w++) {
            struct draw_pane p = draw_sub(&all, 0, 0, h, w);
            struct draw_pane in = box_draw(&p, "title", true);
            box_foot(&p, "foot");
            ck_assert(in.h <= 0 || in.w <= 0);
        }
    draw_free(d);
}
END_TEST

Suite *box_suite(void)
{
    Suite *s = suite_create("box");
    TCase *t = tcase_create("box");
    tcase_add_loop_test(t, box_draw_leaves_what_is_inside, 0, 3);
    tcase_add_test(t, box_draw_in_too_little_room_has_nothing_inside);
    suite_add_tcase(s, t);
    return s;
}
