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
    ck_assert_int_eq(theme_choose(NULL, NULL), THEME_DARK);
    ck_assert_int_eq(theme_choose("", NULL), THEME_DARK);
    ck_assert_int_eq(theme_choose("1", NULL), THEME_MONO);
    ck_assert_int_eq(theme_choose("0", "0;15"), THEME_MONO);
}
END_TEST

START_TEST(theme_choose_takes_light_from_the_background)
{
    static const struct {
        const char *colorfgbg;
        enum theme_kind kind;
    } cases[] = {{"0;15", THEME_LIGHT},         {"0;7", THEME_LIGHT},
                 {"0;default;15", THEME_LIGHT}, {"15;0", THEME_DARK},
                 {"15;default", THEME_DARK},    {"15", THEME_DARK},
                 {"0;8", THEME_DARK},           {"", THEME_DARK}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(theme_choose(NULL, cases[i].colorfgbg) == cases[i].kind,
                      "%s", cases[i].colorfgbg);
}
END_TEST

/* What must be told apart beside each other is not told apart by red and green, nor
 * by less than a colour. */
START_TEST(theme_look_tells_neighbours_apart)
{
    static const enum theme_role pairs[][2] = {{THEME_DOWN, THEME_UP},
                                               {THEME_HAVE, THEME_ACTIVE},
                                               {THEME_HAVE, THEME_RARE},
                                               {THEME_HAVE, THEME_BAD},
                                               {THEME_ACTIVE, THEME_RARE},
                                               {THEME_ACTIVE, THEME_BAD}};
    static const int depths[] = {8, 256, 1 << 24};
    for (int kind = 0; kind < THEME_MONO; kind++)
        for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
            int a =
                theme_look((enum theme_kind)kind, depths[_i], pairs[i][0]).fg;
            int b =
                theme_look((enum theme_kind)kind, depths[_i], pairs[i][1]).fg;
            ck_assert_int_ne(a, b);
            ck_assert(depths[_i] != 8 || (a != 2 && b != 2));
            /* Below 8 a terminal with all colours takes a number for one of its first. */
            ck_assert(depths[_i] <= 256 || (a >= 8 && b >= 8));
        }
}
END_TEST

Suite *theme_suite(void)
{
    Suite *s = suite_create("theme");
    TCase *t = tcase_create("theme");
    tcase_add_loop_test(t, theme_look_without_colour_has_none, 0, 3);
    tcase_add_loop_test(t, theme_look_stays_in_the_terminals_colours, 0, 5);
    tcase_add_test(t, theme_choose_heeds_no_color);
    tcase_add_test(t, theme_choose_takes_light_from_the_background);
    tcase_add_loop_test(t, theme_look_tells_neighbours_apart, 0, 3);
    suite_add_tcase(s, t);
    return s;
}
