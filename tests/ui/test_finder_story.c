#include "config.h"

#include "ui/finder_story.h"

#include <string.h>

#include "tests/ui/suites.h"

START_TEST(state_while_asking_tells_how_far_it_is)
{
    char text[UNITS_LEN];
    struct detail_finder f = {.state = DETAIL_FINDER_ASKING,
                              .n_answered = 3,
                              .n_asked = 8};
    finder_story_state(&f, text);
    ck_assert_str_eq(text, "3/8");
    f.n_asked = f.n_answered = 0;
    finder_story_state(&f, text);
    ck_assert_str_eq(text, "asking");
}
END_TEST

START_TEST(state_of_any_numbers_fits_its_column)
{
    char text[UNITS_LEN];
    struct detail_finder f = {.state = DETAIL_FINDER_ASKING,
                              .n_answered = UINT32_MAX,
                              .n_asked = UINT32_MAX};
    finder_story_state(&f, text);
    ck_assert_uint_le(strlen(text), 7);
}
END_TEST

Suite *finder_story_suite(void)
{
    Suite *s = suite_create("finder_story");
    TCase *tc = tcase_create("finder_story");
    tcase_add_test(tc, state_while_asking_tells_how_far_it_is);
    tcase_add_test(tc, state_of_any_numbers_fits_its_column);
    suite_add_tcase(s, tc);
    return s;
}
