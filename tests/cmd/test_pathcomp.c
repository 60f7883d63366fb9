#include "config.h"

#include "cmd/pathcomp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cmd/suites.h"
#include "tests/disk/tmpdir.h"

/* What is typed below the folder; what becomes of it, and what may follow. */
static const struct {
    const char *typed, *extended, *choices;
} cases[] = {
    {"al", "alpha/", ""},
    {"alpha/", "alpha/deep.torrent", ""},
    {"be", "beta", ""},
    {"beta", NULL, "beta  beta-2"},
    {"", NULL, "alpha  beta  beta-2  d\xc3\xa8s  d\xc3\xa9j\xc3\xa0"},
    {".", ".hidden", ""},
    {"nothing", NULL, ""},
    {"no/such/folder", NULL, ""},
    /* What two names have in common ends inside a character. */
    {"d", NULL, "d\xc3\xa8s  d\xc3\xa9j\xc3\xa0"},
};

START_TEST(pathcomp_extend_adds_what_is_certain)
{
    char *dir = tmpdir_new();
    static const char *const files[] = {
        "alpha/deep.torrent", "beta",       "beta-2", ".hidden",
        "d\xc3\xa9j\xc3\xa0", "d\xc3\xa8s",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        tmpdir_write(dir, files[i], "x", 1);
    char path[1024], wanted[1024], choices[256];
    snprintf(path, sizeof path, "%s/%s", dir, cases[_i].typed);
    snprintf(wanted, sizeof wanted, "%s/%s", dir,
             cases[_i].extended != NULL ? cases[_i].extended : cases[_i].typed);
    bool done = pathcomp_extend(path, sizeof path, choices, sizeof choices);
    ck_assert_int_eq(done, cases[_i].extended != NULL);
    ck_assert_str_eq(path, wanted);
    ck_assert_str_eq(choices, cases[_i].choices);
    tmpdir_free(dir);
}
END_TEST

START_TEST(pathcomp_extend_stays_within_its_buffer)
{
    char *dir = tmpdir_new();
    tmpdir_write(dir, "a-long-name-that-does-not-fit", "x", 1);
    char path[1024], choices[8];
    snprintf(path, sizeof path, "%s/a", dir);
    size_t cap = strlen(path) + 4;
    ck_assert(!pathcomp_extend(path, cap, choices, sizeof choices));
    ck_assert_uint_lt(strlen(path), cap);
    ck_assert_uint_lt(strlen(choices), sizeof choices);
    tmpdir_free(dir);
}
END_TEST

START_TEST(pathcomp_expand_knows_home)
{
    setenv("HOME", "/home/someone", 1);
    static const char *const pairs[][2] = {
        {"~", "/home/someone"},
        {"~/x", "/home/someone/x"},
        {"~other/x", "~other/x"},
        {"a/~/x", "a/~/x"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char *path = pathcomp_expand(pairs[i][0]);
        ck_assert_str_eq(path, pairs[i][1]);
        free(path);
    }
}
END_TEST

Suite *pathcomp_suite(void)
{
    Suite *s = suite_create("pathcomp");
    TCase *t = tcase_create("pathcomp");
    tcase_add_loop_test(t, pathcomp_extend_adds_what_is_certain, 0,
                        sizeof cases / sizeof cases[0]);
    tcase_add_test(t, pathcomp_extend_stays_within_its_buffer);
    tcase_add_test(t, pathcomp_expand_knows_home);
    suite_add_tcase(s, t);
    return s;
}
