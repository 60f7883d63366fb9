#include "config.h"

#include "tests/model/suites.h"

#include "model/event.h"

#include <string.h>

START_TEST(every_kind_has_a_name_of_its_own)
{
    for (int i = 0; i < EVENT_N_KINDS; i++) {
        const char *name = event_kind_name((enum event_kind)i);
        ck_assert_ptr_nonnull(name);
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(name, event_kind_name((enum event_kind)k));
        ck_assert_uint_eq(strcspn(name, " _"), strlen(name));
    }
}
END_TEST

Suite *event_suite(void)
{
    Suite *s = suite_create("event");
    TCase *tc = tcase_create("event");
    tcase_add_test(tc, every_kind_has_a_name_of_its_own);
    suite_add_tcase(s, tc);
    return s;
}
