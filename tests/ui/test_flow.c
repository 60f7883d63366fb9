#include "config.h"

#include "ui/flow.h"

#include <locale.h>
#include <stdlib.h>

#include "tests/ui/suites.h"

static struct draw *sheet(int h, int w)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    struct draw *d =
        draw_sheet_new((struct draw_look){GLYPHS_ASCII, THEME_MONO, true, 0}, h,
                       w);
    ck_assert_ptr_nonnull(d);
    return d;
}

START_TEST(flow_breaks_between_phrases_only)
{
    static const struct {
        int w;
        const char *wanted;
    } cases[] = {
        {40, " one two  three  four\n five\n\n\n"},
        {16, " one two  three\n four\n five\n\n"},
        {15, " one two  three\n four\n five\n\n"},
        {14, " one two\n three  four\n five\n\n"},
        /* What is wider than the pane is cut. */
        {6, " on...\n three\n four\n five\n"},
    };
    struct draw *d = sheet(4, cases[_i].w);
    struct draw_pane p = draw_begin(d);
    struct flow f;
    flow_begin(&f, &p, 0, 1);
    flow_put(&f, THEME_NORMAL, "one %s", "two");
    flow_put(&f, THEME_NORMAL, "three");
    flow_put(&f, THEME_NORMAL, "four");
    flow_line(&f);
    flow_line(&f);
    flow_put(&f, THEME_NORMAL, "five");
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, cases[_i].wanted);
    free(got);
    draw_free(d);
}
END_TEST

/* Cells are counted, not bytes; what must not reach a terminal does not. */
START_TEST(flow_measures_what_is_shown)
{
    struct draw *d = sheet(2, 12);
    struct draw_pane p = draw_begin(d);
    struct flow f;
    flow_begin(&f, &p, 0, 0);
    flow_put(&f, THEME_NORMAL, "日本");
    flow_put(&f, THEME_NORMAL, "\x1b[2Jx");
    ck_assert(!flow_is_full(&f));
    flow_put(&f, THEME_NORMAL, "yz");
    flow_line(&f);
    ck_assert(flow_is_full(&f));
    flow_put(&f, THEME_NORMAL, "below");
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, "日本  \xef\xbf\xbd[2Jx\nyz\n");
    free(got);
    draw_free(d);
}
END_TEST

START_TEST(flow_words_break_where_phrases_end)
{
    struct draw *d = sheet(3, 20);
    struct draw_pane p = draw_begin(d);
    struct flow f;
    flow_begin(&f, &p, 0, 1);
    flow_words(&f, THEME_NORMAL, "one two; three; and four words");
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, " one two;  three;\n and four words\n\n");
    free(got);
    draw_free(d);
}
END_TEST

Suite *flow_suite(void)
{
    Suite *s = suite_create("flow");
    TCase *tc = tcase_create("flow");
    tcase_add_loop_test(tc, flow_breaks_between_phrases_only, 0, 5);
    tcase_add_test(tc, flow_words_break_where_phrases_end);
    tcase_add_test(tc, flow_measures_what_is_shown);
    suite_add_tcase(s, tc);
    return s;
}
