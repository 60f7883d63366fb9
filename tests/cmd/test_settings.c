#include "config.h"

#include "tests/cmd/suites.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/settings.h"

static struct settings s;

static void set_up(void)
{
    ck_assert_int_eq(setenv("HOME", "/home/me", 1), 0);
    settings_init(&s);
}

static void tear_down(void)
{
    settings_fini(&s);
}

/* The value that a key has now is written so. */
static void expect(const char *name, const char *text)
{
    char *now = settings_text(&s, settings_find(name));
    ck_assert_msg(strcmp(now, text) == 0, "%s is %s, not %s", name, now, text);
    free(now);
}

static void set(const char *name, const char *text)
{
    struct cause cause = {""};
    ck_assert_msg(settings_set_text(&s, name, text, &cause) == OK, "%s: %s",
                  name, cause.text);
}

START_TEST(init_sets_each_row_to_its_default)
{
    size_t n;
    const struct settings_item *items = settings_table(&n);
    for (size_t i = 0; i < n; i++) {
        expect(items[i].opt.name, items[i].value);
        ck_assert_ptr_eq(settings_find(items[i].opt.name), &items[i]);
    }
    ck_assert_uint_eq(s.port, SETTINGS_ANY_PORT);
    ck_assert_ptr_null(s.bind);
    ck_assert_uint_eq(s.encryption, SETTINGS_PREFERRED);
    ck_assert_uint_eq(s.n_slots, 8);
    ck_assert_uint_eq(s.open_with.n, 1);
    ck_assert(s.confirm_remove);
    ck_assert_ptr_null(settings_find("nonsense"));
}
END_TEST

static const struct {
    const char *name, *text, *as; /* as NULL: as it was set */
} good[] = {
    {"dir", "\"/a b\"", NULL},
    {"dir", "~/x", "/home/me/x"},
    {"dir", "~", "/home/me"},
    {"dir", "~other/x", NULL},
    {"down", "2048", "2K"},
    {"down", "3m", "3M"},
    {"port", "0", NULL},
    {"port", "auto", NULL},
    {"port", "65535", NULL},
    {"bind", "192.0.2.7", NULL},
    {"bind", "::1", NULL},
    {"seed-ratio", "1.25", NULL},
    {"sequential", "yes", "true"},
    {"confirm-remove", "off", "false"},
    {"theme", "light", NULL},
    {"colors", "256", NULL},
    {"glyphs", "braille", NULL},
    {"on-complete", "{}", NULL},
    {"on-complete", "vlc", "{ vlc }"},
    {"on-complete", "{sh, -c, 'echo \"$x\"', ''}",
     "{ sh, -c, \"echo \\\"\\$x\\\"\", \"\" }"},
    {"watch-folder", "{~/in, \"b c\"}", "{ /home/me/in, \"b c\" }"},
    {"log", "\"peer=trace,disk\"", NULL},
};

START_TEST(set_takes_what_text_gives)
{
    const char *as = good[_i].as != NULL ? good[_i].as : good[_i].text;
    set(good[_i].name, good[_i].text);
    expect(good[_i].name, as);
    set(good[_i].name, as);
    expect(good[_i].name, as);
}
END_TEST

static const struct {
    const char *name, *text, *why;
} bad[] = {
    {"down", "fast", "'fast' is not a size such as 500K or 2M"},
    {"port", "65536", "'65536' is not a number from 0 to 65535"},
    {"port", "Auto", "'Auto' is not a number from 0 to 65535"},
    {"slots", "0", "'0' is not a number from 1 to 64"},
    {"slots", "auto", "'auto' is not a number from 1 to 64"},
    {"seed-ratio", "-1", "'-1' is not a number such as 1.5"},
    {"mouse", "maybe", "'maybe' is not true or false"},
    {"theme", "dar", "'dar' is not one of auto|dark|light|mono"},
    {"theme", "\"\"", "'' is not one of auto|dark|light|mono"},
    {"theme", "\"dark|light\"",
     "'dark|light' is not one of auto|dark|light|mono"},
    {"bind", "1.2.3.4:5",
     "'1.2.3.4:5' is not an address such as 192.0.2.7 or 2001:db8::7"},
    {"dir", "{a, b}", "takes one value"},
    {"dir", "{}", "takes one value"},
    {"dir", "a b", "more after the value; a value with spaces needs quotes"},
    {"dir", "a\nup = 3", "more than one line"},
    {"dir", "\"", "a quote is not closed"},
    {"dir", "", "no value after ="},
    {"nonsense", "1", "no setting is called \"nonsense\""},
};

START_TEST(set_refuses_and_changes_nothing)
{
    struct cause cause = {""};
    const struct settings_item *item = settings_find(bad[_i].name);
    ck_assert_int_eq(settings_set_text(&s, bad[_i].name, bad[_i].text, &cause),
                     item != NULL ? ERR_USAGE : ERR_NOT_FOUND);
    ck_assert_str_eq(cause.text, bad[_i].why);
    if (item != NULL)
        expect(bad[_i].name, item->value);
}
END_TEST

START_TEST(option_rows_are_those_that_are_options)
{
    size_t n = 0;
    for (const struct opt *o; (o = settings_option(n)) != NULL; n++) {
        bool is_off = o->kind == OPT_OFF;
        const char *key = is_off ? o->name + strlen("no-") : o->name;
        ck_assert(settings_find(key)->is_option);
        if (is_off)
            ck_assert_str_eq(settings_find(key)->value, "true");
    }
    ck_assert_uint_gt(n, 5);
    ck_assert_ptr_null(settings_option(n + 1));
}
END_TEST

START_TEST(note_keeps_a_number_of_lines)
{
    for (int i = 0; i < SETTINGS_MAX_NOTES + 3; i++)
        settings_note(&s, "line %d", i);
    ck_assert_uint_eq(s.notes.n, SETTINGS_MAX_NOTES);
    ck_assert_uint_eq(s.n_notes_left_off, 3);
    ck_assert_str_eq(s.notes.items[1], "line 1");
}
END_TEST

Suite *settings_suite(void)
{
    Suite *suite = suite_create("settings");
    TCase *tc = tcase_create("settings");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, init_sets_each_row_to_its_default);
    tcase_add_loop_test(tc, set_takes_what_text_gives, 0,
                        (int)(sizeof good / sizeof good[0]));
    tcase_add_loop_test(tc, set_refuses_and_changes_nothing, 0,
                        (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(tc, option_rows_are_those_that_are_options);
    tcase_add_test(tc, note_keeps_a_number_of_lines);
    suite_add_tcase(suite, tc);
    return suite;
}
