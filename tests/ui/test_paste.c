#include "config.h"

#include "ui/paste.h"

#include <stdlib.h>
#include <string.h>

#include "tests/ui/suites.h"
#include "ui/keys.h"
#include "ui/view.h"
#include "util/xalloc.h"

static struct paste paste;
static struct view_world *world;

static void set_up(void)
{
    paste = (struct paste){0};
    world = xzalloc(sizeof *world);
}

static void tear_down(void)
{
    free(world);
}

/* All of it, between its marks. */
static void take(const char *text)
{
    ck_assert_int_eq(paste_key(&paste, KEYS_PASTE, 0), PASTE_TAKEN);
    for (; *text != '\0'; text++)
        ck_assert_int_eq(paste_key(&paste, *text, 0), PASTE_TAKEN);
    ck_assert_int_eq(paste_key(&paste, KEYS_PASTE_END, 0), PASTE_WHOLE);
}

START_TEST(keys_that_are_typed_are_not_its)
{
    ck_assert_int_eq(paste_key(&paste, 'd', 0), PASTE_NOT);
    take("d");
    ck_assert_int_eq(paste_key(&paste, 'd', 0), PASTE_NOT);
    /* An end without a beginning. */
    ck_assert_int_eq(paste_key(&paste, KEYS_PASTE_END, 0), PASTE_TAKEN);
    ck_assert_int_eq(paste_key(&paste, 'd', 0), PASTE_NOT);
}
END_TEST

START_TEST(one_that_never_ends_is_given_up)
{
    int64_t now_ms = 1000;
    paste_key(&paste, KEYS_PASTE, now_ms);
    now_ms += PASTE_GAP_MS;
    ck_assert_int_eq(paste_key(&paste, 'a', now_ms), PASTE_TAKEN);
    now_ms += PASTE_GAP_MS + 1;
    ck_assert_int_eq(paste_key(&paste, 'q', now_ms), PASTE_NOT);
    ck_assert_int_eq(paste_key(&paste, 'q', now_ms), PASTE_NOT);
}
END_TEST

START_TEST(its_first_line_counts_without_what_is_no_text)
{
    paste_key(&paste, KEYS_PASTE, 0);
    const int keys[] = {'\n', 'a',  0x1b, '\t', KEYS_WIDE + 0xe9,
                        'b',  '\r', 'c',  '\n', 'd'};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        paste_key(&paste, keys[i], 0);
    ck_assert_int_eq(paste_key(&paste, KEYS_PASTE_END, 0), PASTE_WHOLE);
    ck_assert_uint_eq(paste.n, 3);
    ck_assert_int_eq(paste.keys[0], 'a');
    ck_assert_int_eq(paste.keys[1], KEYS_WIDE + 0xe9);
    ck_assert_int_eq(paste.keys[2], 'b');
}
END_TEST

START_TEST(a_long_one_is_cut)
{
    paste_key(&paste, KEYS_PASTE, 0);
    for (int i = 0; i < PASTE_MAX_KEYS + 100; i++)
        paste_key(&paste, 'x', 0);
    ck_assert_int_eq(paste_key(&paste, KEYS_PASTE_END, 0), PASTE_WHOLE);
    ck_assert_uint_eq(paste.n, PASTE_MAX_KEYS);
    ck_assert(!paste_offer(&paste, world));
}
END_TEST

#define HASH   "0123456789abcdef0123456789abcdef01234567"
#define MAGNET "magnet:?xt=urn:btih:" HASH

static const struct {
    const char *text;
    const char *source; /* NULL: it is none */
} offers[] = {
    {MAGNET, MAGNET},
    {"  " MAGNET " \n", MAGNET},
    {HASH, HASH},
    {"https://a.example/x", "https://a.example/x"},
    {"'/home/u/my set.torrent' ", "/home/u/my set.torrent"},
    {"\"~/x\"", "~/x"},
    {"x.torrent", "x.torrent"},
    {"'", NULL},
    {"dD", NULL},
    {"", NULL},
    {".torrent", NULL},
    {"rm -rf /", NULL},
    {"http:/x", NULL},
};

START_TEST(what_names_a_torrent_is_offered)
{
    take(offers[_i].text);
    ck_assert_int_eq(paste_offer(&paste, world), offers[_i].source != NULL);
    if (offers[_i].source != NULL) {
        ck_assert_str_eq(world->source, offers[_i].source);
        ck_assert_str_eq(world->message, "");
    } else {
        ck_assert_str_eq(world->source, "");
        ck_assert_ptr_nonnull(strstr(world->message, "no magnet link"));
    }
}
END_TEST

Suite *paste_suite(void)
{
    Suite *suite = suite_create("paste");
    TCase *tc = tcase_create("paste");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, keys_that_are_typed_are_not_its);
    tcase_add_test(tc, one_that_never_ends_is_given_up);
    tcase_add_test(tc, its_first_line_counts_without_what_is_no_text);
    tcase_add_test(tc, a_long_one_is_cut);
    tcase_add_loop_test(tc, what_names_a_torrent_is_offered, 0,
                        sizeof offers / sizeof *offers);
    suite_add_tcase(suite, tc);
    return suite;
}
