#include "config.h"

#include "ui/glyphs.h"

#include <string.h>

#include "tests/ui/suites.h"
#include "util/text.h"

static bool is_ascii(const char *s)
{
    for (; *s != '\0'; s++)
        if ((unsigned char)*s >= 0x80)
            return false;
    return true;
}

START_TEST(glyphs_text_is_one_cell_everywhere)
{
    for (int level = 0; level < GLYPHS_N_LEVELS; level++)
        for (int id = 0; id < GLYPHS_N; id++) {
            const char *s =
                glyphs_text((enum glyphs_level)level, (enum glyphs_id)id);
            ck_assert_ptr_nonnull(s);
            ck_assert_uint_eq(text_width(s), 1);
            ck_assert(level != GLYPHS_ASCII || is_ascii(s));
        }
}
END_TEST

START_TEST(glyphs_pair_is_one_cell_and_empty_at_zero)
{
    for (int level = 0; level < GLYPHS_N_LEVELS; level++)
        for (unsigned i = 0; i < 25; i++) {
            const char *s = glyphs_pair((enum glyphs_level)level, i / 5, i % 5);
            ck_assert_uint_eq(text_width(s), 1);
            ck_assert_int_eq(i == 0, strcmp(s, " ") == 0);
            ck_assert(level > GLYPHS_LINE || is_ascii(s));
        }
    for (unsigned i = 0; i < 25; i++)
        for (unsigned j = 0; j < i; j++)
            ck_assert_str_ne(glyphs_pair(GLYPHS_BRAILLE, i / 5, i % 5),
                             glyphs_pair(GLYPHS_BRAILLE, j / 5, j % 5));
}
END_TEST

static const struct {
    bool is_utf8;
    const char *term;
    enum glyphs_level level;
} choices[] = {
    {true, "xterm-256color", GLYPHS_BLOCK},
    {true, "linux", GLYPHS_LINE},
    {true, "vt100", GLYPHS_ASCII},
    {true, "dumb", GLYPHS_ASCII},
    {true, NULL, GLYPHS_ASCII},
    {false, "xterm", GLYPHS_ASCII},
    {true, "tmux-256color", GLYPHS_BLOCK},
    {false, "linux", GLYPHS_ASCII},
};

START_TEST(glyphs_choose_asks_for_no_more_than_there_is)
{
    ck_assert_int_eq(glyphs_choose(choices[_i].is_utf8, choices[_i].term),
                     choices[_i].level);
}
END_TEST

START_TEST(glyphs_next_goes_round)
{
    enum glyphs_level level = GLYPHS_ASCII;
    for (int i = 0; i < GLYPHS_N_LEVELS; i++) {
        ck_assert_int_eq(level, i);
        level = glyphs_next(level, true);
    }
    ck_assert_int_eq(level, GLYPHS_ASCII);
    ck_assert_int_eq(glyphs_next(GLYPHS_ASCII, false), GLYPHS_ASCII);
}
END_TEST

Suite *glyphs_suite(void)
{
    Suite *s = suite_create("glyphs");
    TCase *t = tcase_create("glyphs");
    tcase_add_test(t, glyphs_text_is_one_cell_everywhere);
    tcase_add_test(t, glyphs_pair_is_one_cell_and_empty_at_zero);
    tcase_add_loop_test(t, glyphs_choose_asks_for_no_more_than_there_is, 0,
                        sizeof choices / sizeof choices[0]);
    tcase_add_test(t, glyphs_next_goes_round);
    suite_add_tcase(s, t);
    return s;
}
