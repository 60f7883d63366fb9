#include "config.h"

#include "ui/chrome.h"

#include "tests/ui/suites.h"

static const char *const titles[VIEW_N_TABS] = {"Over",  "Pieces", "Peers",
                                                "Files", "Trk",    "Graph",
                                                "Log"};

START_TEST(chrome_tab_at_finds_each_where_it_is_drawn)
{
    ck_assert_int_eq(chrome_tab_at(titles, 0), VIEW_STAY);
    ck_assert_int_eq(chrome_tab_at(titles, 1), VIEW_OVERVIEW);
    ck_assert_int_eq(chrome_tab_at(titles, 8), VIEW_OVERVIEW);
    ck_assert_int_eq(chrome_tab_at(titles, 9), VIEW_PIECES);
    ck_assert_int_eq(chrome_tab_at(titles, 200), VIEW_STAY);
    ck_assert_int_eq(chrome_tab_at(titles, -1), VIEW_STAY);
}
END_TEST

START_TEST(chrome_key_at_finds_the_keys_of_the_view_first)
{
    /* " Enter open  Space mark ..." */
    ck_assert_int_eq(chrome_key_at(80, KEYS_LIST, 1), '\r');
    ck_assert_int_eq(chrome_key_at(80, KEYS_LIST, 10), '\r');
    ck_assert_int_eq(chrome_key_at(80, KEYS_LIST, 11), 0);
    ck_assert_int_eq(chrome_key_at(80, KEYS_LIST, 13), ' ');
    ck_assert_int_eq(chrome_key_at(3, KEYS_LIST, 1), 0);
}
END_TEST

Suite *chrome_suite(void)
{
    Suite *s = suite_create("chrome");
    TCase *t = tcase_create("chrome");
    tcase_add_test(t, chrome_tab_at_finds_each_where_it_is_drawn);
    tcase_add_test(t, chrome_key_at_finds_the_keys_of_the_view_first);
    suite_add_tcase(s, t);
    return s;
}
