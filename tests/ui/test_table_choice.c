#include "config.h"

#include "ui/table_choice.h"

#include <string.h>

#include "tests/ui/suites.h"

static const char *word_of(unsigned i)
{
    static const char *const words[] = {"id", "name", "down", "up", "eta"};
    return words[i];
}

/* The first is always there. */
static const struct table_words words = {word_of, 5, 1, 5};

static struct table_choice read_line(const char *line)
{
    struct table_choice c = {.by = 2, .is_inverted = true};
    table_choice_read(&c, &words, line);
    return c;
}

/* A line, and as it is written again. */
static const struct {
    const char *line, *again;
} lines[] = {
    {"up", "up"},
    {"eta^ +name -up", "eta^ +name -up"},
    {"  -up   id  +name ", "id +name -up"},
    {"+up -up", "down^ -up"},
    {"", "down^"},
    {"none +none -id +id ^ + -", "down^"},
    {"upp^ dow +nam", "down^"},
};

START_TEST(table_choice_read_takes_what_it_knows)
{
    char again[TABLE_CHOICE_LEN];
    struct table_choice c = read_line(lines[_i].line);
    table_choice_write(&c, &words, again);
    ck_assert_str_eq(again, lines[_i].again);
    struct table_choice same = read_line(again);
    ck_assert(table_choice_is_same(&c, &same));
}
END_TEST

START_TEST(table_choice_is_same_by_all_of_it)
{
    static const char *const others[] = {"up", "eta", "up^ +name", "up^ -name"};
    struct table_choice c = read_line("up^");
    struct table_choice other = read_line(others[_i]);
    ck_assert(table_choice_is_same(&c, &c));
    ck_assert(!table_choice_is_same(&c, &other));
}
END_TEST

Suite *table_choice_suite(void)
{
    Suite *s = suite_create("table_choice");
    TCase *t = tcase_create("table_choice");
    tcase_add_loop_test(t, table_choice_read_takes_what_it_knows, 0,
                        (int)(sizeof lines / sizeof *lines));
    tcase_add_loop_test(t, table_choice_is_same_by_all_of_it, 0, 4);
    suite_add_tcase(s, t);
    return s;
}
