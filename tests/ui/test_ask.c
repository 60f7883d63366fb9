#include "config.h"

#include "ui/ask.h"

#include <string.h>

#include "tests/ui/suites.h"
#include "ui/view.h"

static int answered;
static char text[PROMPT_MAX_LEN];

static void on_answer(struct view_world *w, struct ask *a, int key)
{
    (void)w;
    answered = key;
    memcpy(text, a->line.text, sizeof text);
}

static void type(struct ask *a, const char *keys)
{
    answered = 0;
    for (; *keys != '\0'; keys++)
        ck_assert(ask_take(a, NULL, *keys));
}

START_TEST(ask_key_takes_one_key_and_only_its_own_are_answers)
{
    struct ask a = {0};
    ck_assert(!ask_take(&a, NULL, 'r'));
    ask_key(&a, "remove?", "rD", on_answer);
    type(&a, "D");
    ck_assert_int_eq(answered, 'D');
    ck_assert(!a.is_open);
    ask_key(&a, "remove?", "rD", on_answer);
    type(&a, "d");
    ck_assert_int_eq(answered, 0);
    ck_assert(!a.is_open);
    ask_key(&a, "remove?", "rD", on_answer);
    ck_assert(ask_take(&a, NULL, 0));
    ck_assert(!a.is_open);
    ask_fini(&a);
}
END_TEST

START_TEST(ask_line_answers_with_its_text)
{
    struct ask a = {0};
    char words[ASK_LINE_LEN];
    ask_line(&a, "label:", "lin", on_answer);
    ck_assert_uint_eq(a.targets.n, 0);
    idset_toggle(&a.targets, 3);
    type(&a, "ux");
    ask_words(&a, words);
    ck_assert_str_eq(words, "label: linux_");
    type(&a, "\t\r");
    ck_assert_int_eq(answered, '\r');
    ck_assert_str_eq(text, "linux");
    ck_assert_uint_eq(a.targets.n, 1);
    ask_line(&a, "label:", "", on_answer);
    ck_assert_uint_eq(a.targets.n, 0);
    type(&a, "q\x1b");
    ck_assert_int_eq(answered, 0);
    ck_assert(!a.is_open);
    ask_fini(&a);
}
END_TEST

static void complete(struct view_world *w, struct prompt *line)
{
    (void)w;
    prompt_open(line, "/srv/iso/");
}

START_TEST(ask_line_is_completed_by_tab)
{
    struct ask a = {0};
    ask_line(&a, "to:", "/s", on_answer);
    a.complete = complete;
    type(&a, "\t\r");
    ck_assert_str_eq(text, "/srv/iso/");
    ask_fini(&a);
}
END_TEST

Suite *ask_suite(void)
{
    Suite *s = suite_create("ask");
    TCase *t = tcase_create("ask");
    tcase_add_test(t, ask_key_takes_one_key_and_only_its_own_are_answers);
    tcase_add_test(t, ask_line_answers_with_its_text);
    tcase_add_test(t, ask_line_is_completed_by_tab);
    suite_add_tcase(s, t);
    return s;
}
