#include "config.h"

#include "tests/cmd/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/uiviews.h"
#include "tests/disk/tmpdir.h"

static char *dir, *path;

static void set_up(void)
{
    dir = tmpdir_new();
    path = tmpdir_path(dir, "views");
}

static void tear_down(void)
{
    free(path);
    tmpdir_free(dir);
}

static void write_file(const char *text, size_t len)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(text, 1, len, f), len);
    fclose(f);
}

START_TEST(uiviews_are_the_same_at_the_next_start)
{
    struct uiviews *v = uiviews_new(path);
    ck_assert_ptr_null(uiviews_get(v, "list"));
    uiviews_save(v);
    ck_assert_int_ne(access(path, F_OK), 0);
    uiviews_set(v, "list", "down^ +label");
    uiviews_set(v, "peers", "Up");
    uiviews_set(v, "list", "eta");
    uiviews_save(v);
    uiviews_free(v);
    v = uiviews_new(path);
    ck_assert_str_eq(uiviews_get(v, "list"), "eta");
    ck_assert_str_eq(uiviews_get(v, "peers"), "Up");
    uiviews_free(v);
}
END_TEST

START_TEST(uiviews_of_a_damaged_file_are_what_can_be_read)
{
    static const char text[] = "list down\n\n \nno-space\npeers Up\0x\nmore";
    write_file(text, sizeof text - 1);
    struct uiviews *v = uiviews_new(path);
    ck_assert_str_eq(uiviews_get(v, "list"), "down");
    ck_assert_str_eq(uiviews_get(v, "peers"), "Up");
    ck_assert_ptr_null(uiviews_get(v, "no-space"));
    uiviews_free(v);
    /* Too many, and too long. */
    write_file("a 1\nb 1\nc 1\nd 1\ne 1\nf 1\ng 1\nh 1\ni 1\n", 36);
    v = uiviews_new(path);
    ck_assert_ptr_nonnull(uiviews_get(v, "h"));
    ck_assert_ptr_null(uiviews_get(v, "i"));
    uiviews_free(v);
    char *big = malloc(UIVIEWS_MAX_LEN + 1);
    memset(big, 'x', UIVIEWS_MAX_LEN + 1);
    write_file(big, UIVIEWS_MAX_LEN + 1);
    free(big);
    v = uiviews_new(path);
    ck_assert_ptr_null(uiviews_get(v, "list"));
    uiviews_free(v);
}
END_TEST

START_TEST(uiviews_without_a_file_last_for_a_run)
{
    struct uiviews *v = uiviews_new(NULL);
    uiviews_set(v, "list", "eta");
    uiviews_save(v);
    ck_assert_str_eq(uiviews_get(v, "list"), "eta");
    uiviews_free(v);
    uiviews_free(NULL);
}
END_TEST

Suite *uiviews_suite(void)
{
    Suite *s = suite_create("uiviews");
    TCase *t = tcase_create("uiviews");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, uiviews_are_the_same_at_the_next_start);
    tcase_add_test(t, uiviews_of_a_damaged_file_are_what_can_be_read);
    tcase_add_test(t, uiviews_without_a_file_last_for_a_run);
    suite_add_tcase(s, t);
    return s;
}
