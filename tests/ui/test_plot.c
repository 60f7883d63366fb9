#include "config.h"

#include "ui/plot.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tests/ui/suites.h"

enum { KiB = 1024, MiB = 1024 * 1024 };

static struct draw *sheet(enum glyphs_level level, int h, int w)
{
    ck_assert_ptr_nonnull(setlocale(LC_ALL, "C.UTF-8"));
    struct draw_look look = {level, THEME_MONO, true, 0};
    struct draw *d = draw_sheet_new(look, h, w);
    ck_assert_ptr_nonnull(d);
    return d;
}

static void expect(struct draw *d, const char *wanted)
{
    char *got = draw_snapshot(d, false);
    ck_assert_str_eq(got, wanted);
    free(got);
    draw_free(d);
}

static const struct {
    uint64_t v, rounded;
} rounds[] = {
    {0, KiB},
    {1, KiB},
    {KiB, KiB},
    {KiB + 1, KiB + KiB / 2},
    {KiB + KiB / 2, KiB + KiB / 2},
    {5 * KiB + 1, 6 * KiB},
    {9 * KiB, 10 * KiB},
    {801 * KiB, MiB},
    {4 * MiB + 1, 5 * MiB},
    {UINT32_MAX, UINT64_C(4) << 30},
    {UINT64_MAX, UINT64_MAX},
};
enum { N_ROUNDS = sizeof rounds / sizeof rounds[0] };

START_TEST(plot_round_gives_the_next_round_number)
{
    ck_assert_uint_eq(plot_round(rounds[_i].v), rounds[_i].rounded);
}
END_TEST

START_TEST(plot_scale_is_raised_at_once_and_lowered_late)
{
    struct plot_scale s = {0};
    ck_assert_uint_eq(plot_scale_fit(&s, 90 * KiB, 1000), 100 * KiB);
    ck_assert_uint_eq(plot_scale_fit(&s, 190 * KiB, 1250), 200 * KiB);
    ck_assert_uint_eq(plot_scale_fit(&s, KiB, 2000), 200 * KiB);
    ck_assert_uint_eq(plot_scale_fit(&s, 40 * KiB, 5000), 200 * KiB);
    ck_assert_uint_eq(plot_scale_fit(&s, KiB, 11999), 200 * KiB);
    /* Not below what was needed meanwhile. */
    ck_assert_uint_eq(plot_scale_fit(&s, KiB, 12000), 40 * KiB);
    ck_assert_uint_eq(plot_scale_fit(&s, KiB, 12250), 40 * KiB);
    ck_assert_uint_eq(plot_scale_fit(&s, KiB, 22250), KiB);
}
END_TEST

START_TEST(plot_scale_that_is_needed_again_is_not_lowered)
{
    struct plot_scale s = {0};
    plot_scale_fit(&s, MiB, 1000);
    plot_scale_fit(&s, KiB, 2000);
    plot_scale_fit(&s, MiB, 9000);
    ck_assert_uint_eq(plot_scale_fit(&s, KiB, 12000), MiB);
    ck_assert_uint_eq(plot_scale_fit(&s, KiB, 21999), MiB);
    ck_assert_uint_eq(plot_scale_fit(&s, KiB, 22000), KiB);
}
END_TEST

static const uint32_t ramp[] = {0, 0, 10, 20, 30, 40, 50, 60, 70, 80};
enum { N_RAMP = sizeof ramp / sizeof ramp[0] };

START_TEST(plot_draw_rises_with_its_samples)
{
    static const struct {
        enum glyphs_level level;
        const char *wanted;
    } cases[] = {
        {GLYPHS_ASCII, "   .|\n..|||\n"},
        {GLYPHS_BLOCK, "   ▄█\n▄▄███\n"},
        {GLYPHS_BRAILLE, "   ⣠⣾\n⣀⣠⣾⣿⣿\n"},
    };
    struct draw *d = sheet(cases[_i].level, 2, 5);
    struct draw_pane p = draw_begin(d);
    plot_draw(&p, &(struct plot_series){.samples = ramp,
                                        .n = N_RAMP,
                                        .n_known = N_RAMP,
                                        .top = 80});
    expect(d, cases[_i].wanted);
}
END_TEST

START_TEST(plot_draw_leaves_what_is_not_known_blank)
{
    static const uint32_t zero[10] = {0};
    struct draw *d = sheet(GLYPHS_ASCII, 1, 8);
    struct draw_pane p = draw_begin(d);
    plot_draw(&p, &(struct plot_series){
                      .samples = zero, .n = 10, .n_known = 4, .top = 1});
    /* Older ones than there are, and older ones than are known. */
    expect(d, "      ..\n");
}
END_TEST

START_TEST(plot_draw_shows_the_limit_where_nothing_hides_it)
{
    struct draw *d = sheet(GLYPHS_ASCII, 4, 5);
    struct draw_pane p = draw_begin(d);
    struct plot_series s = {.samples = ramp,
                            .n = N_RAMP,
                            .n_known = N_RAMP,
                            .top = 80,
                            .limit = 50};
    plot_draw(&p, &s);
    expect(d, "    :\n---:|\n  :||\n.:|||\n");
    d = sheet(GLYPHS_ASCII, 4, 5);
    p = draw_begin(d);
    s.limit = 81;
    plot_draw(&p, &s);
    expect(d, "    :\n   :|\n  :||\n.:|||\n");
}
END_TEST

START_TEST(plot_draw_of_many_cells_in_one_row_is_whole)
{
    static uint32_t high[800];
    for (size_t i = 0; i < 800; i++)
        high[i] = 9;
    struct draw *d = sheet(GLYPHS_BRAILLE, 1, 400);
    struct draw_pane p = draw_begin(d);
    plot_draw(&p, &(struct plot_series){
                      .samples = high, .n = 800, .n_known = 800, .top = 9});
    char *got = draw_snapshot(d, false);
    ck_assert_uint_eq(strlen(got), 400 * strlen("⣿") + 1);
    free(got);
    draw_free(d);
}
END_TEST

START_TEST(plot_stack_puts_layers_on_one_another)
{
    static const uint32_t a[] = {0, 25, 50, 100};
    static const uint32_t b[] = {0, 50, 50, 50};
    const struct plot_layer layers[] = {
        {a, 'A', THEME_NORMAL},
        {b, 'b', THEME_DIM},
    };
    struct draw *d = sheet(GLYPHS_ASCII, 4, 6);
    struct draw_pane p = draw_begin(d);
    plot_stack(&p, layers, 2, 4, 100);
    expect(d, "    bA\n   bbA\n   bAA\n   AAA\n");
}
END_TEST

START_TEST(plot_axis_and_its_graph_fit_any_pane)
{
    for (int h = 0; h < 9; h++)
        for (int w = 0; w < 60; w += 7) {
            struct draw *d = sheet(GLYPHS_LINE, 10, 70);
            struct draw_pane all = draw_begin(d);
            struct draw_pane p = draw_sub(&all, 0, 0, h, w);
            struct draw_pane in = plot_inside(&p);
            ck_assert_int_ge(in.h, 0);
            ck_assert_int_ge(in.w, 0);
            plot_axis(&p, 5 * MiB, "D/s");
            plot_draw(&in, &(struct plot_series){.samples = ramp,
                                                 .n = N_RAMP,
                                                 .n_known = N_RAMP,
                                                 .top = 80});
            draw_free(d);
        }
}
END_TEST

START_TEST(plot_axis_names_its_ends)
{
    struct draw *d = sheet(GLYPHS_ASCII, 3, 44);
    struct draw_pane p = draw_begin(d);
    plot_axis(&p, 5 * MiB, "D/s");
    expect(d, "  5.0M|\n     0|\n"
              "  D/s +-------------------------------------\n");
}
END_TEST

START_TEST(plot_strip_is_one_row_on_its_own_scale)
{
    struct draw *d = sheet(GLYPHS_BRAILLE, 1, 9);
    struct draw_pane p = draw_begin(d);
    plot_strip(&p, 0, 2, 4, THEME_DOWN, ramp, N_RAMP, 0);
    plot_strip(&p, 0, 7, 2, THEME_DOWN, ramp, N_RAMP, 1000);
    plot_strip(&p, 0, 8, 0, THEME_DOWN, NULL, 0, 0);
    expect(d, "  ⣀⣤⣴⣾ ⣀⣀\n");
}
END_TEST

Suite *plot_suite(void)
{
    Suite *s = suite_create("plot");
    TCase *t = tcase_create("plot");
    tcase_add_loop_test(t, plot_round_gives_the_next_round_number, 0, N_ROUNDS);
    tcase_add_test(t, plot_scale_is_raised_at_once_and_lowered_late);
    tcase_add_test(t, plot_scale_that_is_needed_again_is_not_lowered);
    tcase_add_loop_test(t, plot_draw_rises_with_its_samples, 0, 3);
    tcase_add_test(t, plot_draw_leaves_what_is_not_known_blank);
    tcase_add_test(t, plot_draw_shows_the_limit_where_nothing_hides_it);
    tcase_add_test(t, plot_draw_of_many_cells_in_one_row_is_whole);
    tcase_add_test(t, plot_stack_puts_layers_on_one_another);
    tcase_add_test(t, plot_axis_and_its_graph_fit_any_pane);
    tcase_add_test(t, plot_axis_names_its_ends);
    tcase_add_test(t, plot_strip_is_one_row_on_its_own_scale);
    suite_add_tcase(s, t);
    return s;
}
