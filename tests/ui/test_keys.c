#include "config.h"

#include "ui/keys.h"

#include <curses.h>
#include <string.h>

#include "tests/ui/suites.h"

START_TEST(keys_table_binds_each_key_once_in_a_scope)
{
    size_t n;
    const struct keys_binding *t = keys_table(&n);
    for (size_t i = 0; i < n * KEYS_MAX_ALIASES; i++)
        for (size_t j = 0; j < i; j++) {
            const struct keys_binding *a = &t[i / KEYS_MAX_ALIASES];
            const struct keys_binding *b = &t[j / KEYS_MAX_ALIASES];
            int key = a->keys[i % KEYS_MAX_ALIASES];
            bool is_move = a->scope == KEYS_MOVE || b->scope == KEYS_MOVE;
            if (key == 0 || key != b->keys[j % KEYS_MAX_ALIASES])
                continue;
            /* hjkl and their like are never taken by anything else. */
            ck_assert_msg(a->scope != b->scope && !is_move, "key %d twice",
                          key);
        }
}
END_TEST

START_TEST(keys_table_says_what_each_does)
{
    size_t n;
    const struct keys_binding *t = keys_table(&n);
    for (size_t i = 0; i < n; i++) {
        char name[KEYS_NAME_LEN];
        ck_assert_uint_gt(strlen(t[i].note), 1);
        ck_assert_uint_le(strlen(t[i].note), 60);
        ck_assert_int_ne(t[i].action, KEYS_NOTHING);
        for (size_t j = 0; j < KEYS_MAX_ALIASES && t[i].keys[j] != 0; j++) {
            keys_name(t[i].keys[j], name);
            ck_assert_uint_ge(strlen(name), 1);
        }
    }
}
END_TEST

START_TEST(keys_find_prefers_the_view)
{
    ck_assert_int_eq(keys_find(KEYS_LIST, true, 'j'), KEYS_NEXT);
    ck_assert_int_eq(keys_find(KEYS_LIST, false, 'j'), KEYS_NOTHING);
    ck_assert_int_eq(keys_find(KEYS_LIST, false, 'p'), KEYS_PAUSE);
    ck_assert_int_eq(keys_find(KEYS_HELP, true, 'p'), KEYS_NOTHING);
    ck_assert_int_eq(keys_find(KEYS_DETAIL, true, '?'), KEYS_SHOW_HELP);
    ck_assert_int_eq(keys_find(KEYS_DETAIL, true, 0), KEYS_NOTHING);
    ck_assert_int_eq(keys_find(KEYS_DETAIL, true, -1), KEYS_NOTHING);
    /* A tab's own, those of all tabs, of torrents, of everywhere. */
    ck_assert_int_eq(keys_find(KEYS_PIECES, true, 'r'), KEYS_NEXT_RARE);
    ck_assert_int_eq(keys_find(KEYS_PEERS, true, 'r'), KEYS_REANNOUNCE);
    ck_assert_int_eq(keys_find(KEYS_PIECES, true, '3'), KEYS_TAB_3);
    ck_assert_int_eq(keys_find(KEYS_PIECES, true, 'p'), KEYS_PAUSE);
    ck_assert_int_eq(keys_find(KEYS_PIECES, true, '~'), KEYS_GLYPHS);
    ck_assert_int_eq(keys_find(KEYS_LIST, true, '3'), KEYS_NOTHING);
    /* Removal is not beside starting: ^S does nothing. */
    ck_assert_int_eq(keys_find(KEYS_LIST, true, 'd'), KEYS_REMOVE);
    ck_assert_int_eq(keys_find(KEYS_LIST, true, 's' & 0x1f), KEYS_NOTHING);
}
END_TEST

START_TEST(keys_holds_in_follows_the_nesting)
{
    ck_assert(keys_holds_in(KEYS_TORRENT, KEYS_PIECES));
    ck_assert(keys_holds_in(KEYS_DETAIL, KEYS_PIECES));
    ck_assert(keys_holds_in(KEYS_ANYWHERE, KEYS_HELP));
    ck_assert(!keys_holds_in(KEYS_DETAIL, KEYS_LIST));
    ck_assert(!keys_holds_in(KEYS_PEERS, KEYS_PIECES));
}
END_TEST

static const struct {
    int key;
    const char *name;
} names[] = {
    {'a', "a"},          {' ', "Space"},     {4, "^D"},     {'\t', "Tab"},
    {KEY_NPAGE, "PgDn"}, {KEY_F(10), "F10"}, {0x1b, "Esc"}, {'~', "~"},
};

START_TEST(keys_name_says_what_is_on_the_key)
{
    char name[KEYS_NAME_LEN];
    keys_name(names[_i].key, name);
    ck_assert_str_eq(name, names[_i].name);
}
END_TEST

Suite *keys_suite(void)
{
    Suite *s = suite_create("keys");
    TCase *t = tcase_create("keys");
    tcase_add_test(t, keys_table_binds_each_key_once_in_a_scope);
    tcase_add_test(t, keys_table_says_what_each_does);
    tcase_add_test(t, keys_find_prefers_the_view);
    tcase_add_test(t, keys_holds_in_follows_the_nesting);
    tcase_add_loop_test(t, keys_name_says_what_is_on_the_key, 0,
                        sizeof names / sizeof names[0]);
    suite_add_tcase(s, t);
    return s;
}
