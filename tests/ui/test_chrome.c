#include "config.h"

#include "ui/chrome.h"

#include <stdlib.h>
#include <string.h>

#include "tests/ui/suites.h"
#include "ui/draw.h"

static const char *const titles[VIEW_N_TABS] = {"Over",  "Pieces", "Peers",
                                                "Files", "Trk",    "Graph",
                                                "Log"};

START_TEST(chrome_tab_at_finds_each_where_it_is_drawn)
{
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 80, 0), VIEW_STAY);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 80, 1), VIEW_OVERVIEW);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 80, 8), VIEW_OVERVIEW);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 80, 9), VIEW_PIECES);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 80, 200), VIEW_STAY);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 80, -1), VIEW_STAY);
    /* In 40 cells: " 1  2  3  4  5  6 [7 Log]". */
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 40, 3), VIEW_OVERVIEW);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 40, 4), VIEW_PIECES);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 40, 18), VIEW_GRAPH);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 40, 19), VIEW_LOG);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 40, 25), VIEW_LOG);
    ck_assert_int_eq(chrome_tab_at(titles, VIEW_LOG, 40, 26), VIEW_STAY);
}
END_TEST

START_TEST(chrome_tabs_name_the_torrent_and_show_which_one)
{
    static const int widths[] = {20, 40, 80};
    struct draw_look look = {GLYPHS_ASCII, THEME_MONO, true, 0};
    struct draw *d = draw_sheet_new(look, 1, widths[_i]);
    ck_assert_ptr_nonnull(d);
    struct draw_pane p = draw_begin(d);
    chrome_tabs(&p, titles, VIEW_PEERS, "a.iso");
    char *row = draw_snapshot(d, false);
    ck_assert(strstr(row, "[3 Peers]") != NULL);
    ck_assert_int_eq(strstr(row, "a.iso") != NULL, widths[_i] >= 40);
    free(row);
    draw_free(d);
}
END_TEST

static int key_at(int width, enum keys_scope scope, int x)
{
    static struct chrome_hints hints;
    chrome_lay_hints(&hints, scope, CHROME_PLAIN, width);
    return chrome_key_at(&hints, x);
}

START_TEST(chrome_key_at_finds_the_keys_of_the_view_first)
{
    /* " Enter open  Space mark ..." */
    ck_assert_int_eq(key_at(80, KEYS_LIST, 1), '\r');
    ck_assert_int_eq(key_at(80, KEYS_LIST, 10), '\r');
    ck_assert_int_eq(key_at(80, KEYS_LIST, 11), 0);
    ck_assert_int_eq(key_at(80, KEYS_LIST, 13), ' ');
    ck_assert_int_eq(key_at(3, KEYS_LIST, 1), 0);
    /* p pauses everywhere but in the log: no second p is offered there. */
    size_t n_p = 0;
    for (int x = 0; x < 200; x++)
        n_p += key_at(200, KEYS_EVENTS, x) == 'p' &&
               key_at(200, KEYS_EVENTS, x - 1) != 'p';
    ck_assert_uint_eq(n_p, 1);
}
END_TEST

START_TEST(chrome_hints_are_of_keys_that_do_what_they_say)
{
    static const struct {
        enum keys_scope scope;
        enum chrome_mode mode;
        int key; /* of the hint */
        const char *word;
    } cases[] = {
        {KEYS_LIST, CHROME_LEAVES, 'q', "leave"},
        {KEYS_LIST, CHROME_LEAVES, 0x1b, NULL},
        {KEYS_PIECES, CHROME_PLAIN, 'q', "back"},
        {KEYS_PIECES, CHROME_PLAIN, 0x1b, NULL},
        {KEYS_ADDING, CHROME_PLAIN, 'a', "all"},
        {KEYS_ADDING, CHROME_TYPES, 'a', NULL},
        {KEYS_ADDING, CHROME_TYPES, 'q', NULL},
        {KEYS_ADDING, CHROME_TYPES, '?', NULL},
        {KEYS_ADDING, CHROME_TYPES, '\r', "add"},
        {KEYS_ADDING, CHROME_TYPES, 0x1b, "back"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct chrome_hints h = {0};
        chrome_lay_hints(&h, cases[i].scope, cases[i].mode, 300);
        const char *word = NULL;
        for (size_t j = 0; j < h.n; j++)
            if (h.all[j].key == cases[i].key)
                word = h.all[j].word;
        ck_assert_pstr_eq(word, cases[i].word);
    }
}
END_TEST

Suite *chrome_suite(void)
{
    Suite *s = suite_create("chrome");
    TCase *t = tcase_create("chrome");
    tcase_add_test(t, chrome_tab_at_finds_each_where_it_is_drawn);
    tcase_add_loop_test(t, chrome_tabs_name_the_torrent_and_show_which_one, 0,
                        3);
    tcase_add_test(t, chrome_key_at_finds_the_keys_of_the_view_first);
    tcase_add_test(t, chrome_hints_are_of_keys_that_do_what_they_say);
    suite_add_tcase(s, t);
    return s;
}
