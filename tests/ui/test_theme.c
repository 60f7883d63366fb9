#include "config.h"

#include "ui/theme.h"

#include "tests/ui/suites.h"

START_TEST(theme_look_without_colour_has_none)
{
    static const struct {
        enum theme_kind kind;
        int n_colors;
    } cases[] = {{THEME_MONO, 1 << 24}, {THEME_DARK, 0}, {THEME_LIGHT, 2}};
    for (int role = 0; role < THEME_N_ROLES; role++) {
        struct theme_look look = theme_look(cases[_i].kind, cases[_i].n_colors,
                                            (enum theme_role)role);
        ck_assert_int_eq(look.fg, -1);
    }
}
END_TEST

START_TEST(theme_look_stays_in_the_terminals_colours)
{
    static const int depths[] = {8, 16, 88, 256, 1 << 24};
    static const int bounds[] = {8, 8, 8, 256, 1 << 24};
    for (int kind = 0; kind < THEME_MONO; kind++)
        for (int role = 0; role < THEME_N_ROLES; role++) {
            struct theme_look look =
                theme_look((enum theme_kind)kind, depths[_i],
                           (enum theme_role)role);
            ck_assert_int_ge(look.fg, -1);
            ck_assert_int_lt(look.fg, bounds[_i]);
        }
}
END_TEST

START_TEST(theme_choose_heeds_no_color)
{
    ck_assert_int_eq(theme_choose(NULL), THEME_DARK);
    ck_assert_int_eq(theme_choose(""), THEME_DARK);
    ck_assert_int_eq(theme_choose("1"), THEME_MONO);
}
END_TEST

Suite *theme_suite(void)
{
    Suite *s = suite_create("theme");
    TCase *t = tcase_create("theme");
    tcase_add_loop_test(t, theme_look_without_colour_has_none, 0, 3);
    tcase_add_loop_test(t, theme_look_stays_in_the_terminals_colours, 0, 5);
    tcase_add_test(t, theme_choose_heeds_no_color);
    suite_add_tcase(s, t);
    return s;
}
