#include "config.h"

#include "tests/disk/suites.h"

#include "disk/space.h"
#include "tests/disk/tmpdir.h"

#include <stdlib.h>

#include "util/xalloc.h"

START_TEST(a_folder_to_be_made_has_the_room_of_its_parent)
{
    struct cause cause;
    uint64_t here = 0, there = 0;
    char *dir = tmpdir_new();
    char *deep = xasprintf("%s/not/made/yet", dir);
    ck_assert_int_eq(space_free(dir, &here, &cause), OK);
    ck_assert_uint_gt(here, 0);
    ck_assert_int_eq(space_free(deep, &there, &cause), OK);
    ck_assert_uint_lt(here > there ? here - there : there - here, here / 2);
    free(deep);
    tmpdir_free(dir);
}
END_TEST

START_TEST(what_is_no_path_is_refused)
{
    struct cause cause = {""};
    uint64_t n = 7;
    ck_assert_int_eq(space_free("", &n, &cause), ERR_SYS);
    ck_assert_str_ne(cause.text, "");
    ck_assert_uint_eq(n, 7);
}
END_TEST

Suite *space_suite(void)
{
    Suite *s = suite_create("space");
    TCase *tc = tcase_create("space");
    tcase_add_test(tc, a_folder_to_be_made_has_the_room_of_its_parent);
    tcase_add_test(tc, what_is_no_path_is_refused);
    suite_add_tcase(s, tc);
    return s;
}
