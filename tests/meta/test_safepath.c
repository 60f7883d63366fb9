#include "config.h"

#include "meta/safepath.h"

#include "tests/meta/suites.h"

#include <stdlib.h>
#include <string.h>

#define N_OF(a) ((int)(sizeof(a) / sizeof((a)[0])))

struct name_case {
    const char *raw;
    const char *safe; /* NULL: refused */
};

static const struct name_case name_cases[] = {
    {"plain.txt", "plain.txt"},
    {"with space", "with space"},
    {".hidden", ".hidden"},
    {"...", "..."},
    {"..a", "..a"},
    {"a..", "a.."},
    {" ", " "},
    {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
     "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"},
    /* refused */
    {"..", NULL},
    {"/", NULL},
    {"a/b", NULL},
    {"/etc/passwd", NULL},
    {"../x", NULL},
    {"a\nb", NULL},
    {"Icon\r", NULL},
    {"\x1b[31m", NULL},
    {"\x7f", NULL},
    {"\xc2\x80", NULL},
    {"\xc2\x9b", NULL},
    /* refused behind overlong UTF-8 */
    {"\xc0\xae\xc0\xae", NULL},
    {"\xe0\x80\xae.", NULL},
    {"\xf0\x80\x80\xae\xc0\xae", NULL},
    {"a\xc0\xaf"
     "b",
     NULL},
    {"\xe0\x80\xaf", NULL},
    {"\xc0\x80", NULL},
    {"\xc0\x8a", NULL},
    {"\xe0\x82\x9b", NULL},
    /* rewritten */
    {"\xc1\xa1", "a"},
    {"a\\b", "a_b"},
    {"..\\..\\x", ".._.._x"},
    {"\xc1\x9c", "_"},
    {"\xff", "_"},
    {"a\xc3", "a_"},
    {"\xe2\x82", "__"},
    {"\x80"
     "a",
     "_a"},
    {"\xed\xa0\x80", "_"},
    {"\xf4\x90\x80\x80", "_"},
    {"\xf8\x88\x80\x80\x80", "_____"},
    {"exe.\xe2\x80\xae"
     "gpj",
     "exe._gpj"},
    {"\xe2\x81\xa6x\xe2\x81\xa9", "_x_"},
    {".\xe2\x80\x8b.", "._."},
    {"\xef\xbb\xbf"
     "x",
     "_x"},
    {"x\xd8\x9c", "x_"},
    {"a\xe2\x80\xa8"
     "b",
     "a_b"},
    {"\xf3\xa0\x81\xa1", "_"},
    {"\xc2\xad", "_"},
};

START_TEST(add_makes_names_safe_or_refuses)
{
    const struct name_case *c = &name_cases[_i];
    struct safepath p;
    struct cause cause = {.text = ""};
    safepath_init(&p);
    enum err err = safepath_add(&p, span_of(c->raw), &cause);
    if (c->safe == NULL) {
        ck_assert_int_eq(err, ERR_UNSAFE_PATH);
        ck_assert_ptr_nonnull(strstr(cause.text, "unsafe path"));
        for (const char *at = cause.text; *at != '\0'; at++)
            ck_assert(*at != '\x1b' && *at != '\n' && *at != '\r');
    } else {
        ck_assert_int_eq(err, OK);
        char *path = safepath_dup(&p);
        ck_assert_str_eq(path, c->safe);
        ck_assert_int_eq(p.changed, strcmp(c->raw, c->safe) != 0);
        free(path);
    }
    safepath_fini(&p);
}
END_TEST

START_TEST(add_of_a_nul_is_refused)
{
    struct safepath p;
    safepath_init(&p);
    struct span raw = {.p = (const uint8_t *)"a\0b", .len = 3};
    ck_assert_int_eq(safepath_add(&p, raw, NULL), ERR_UNSAFE_PATH);
    safepath_fini(&p);
}
END_TEST

START_TEST(add_drops_what_names_nothing)
{
    struct safepath p;
    safepath_init(&p);
    static const char *const parts[] = {"", "a", ".", "", "b", "."};
    for (int i = 0; i < N_OF(parts); i++)
        ck_assert_int_eq(safepath_add(&p, span_of(parts[i]), NULL), OK);
    ck_assert_uint_eq(p.depth, 2);
    ck_assert(p.changed);
    char *path = safepath_dup(&p);
    ck_assert_str_eq(path, "a/b");
    free(path);

    safepath_reset(&p);
    ck_assert_int_eq(safepath_add(&p, span_of(""), NULL), OK);
    ck_assert_int_eq(safepath_add(&p, span_of("\xc0\xae"), NULL), OK);
    ck_assert_uint_eq(p.depth, 0);
    safepath_fini(&p);
}
END_TEST

/* A name of len times `c`, then the ending. */
static char *long_name(char c, size_t len, const char *ending)
{
    char *name = malloc(len + strlen(ending) + 1);
    ck_assert_ptr_nonnull(name);
    memset(name, c, len);
    memcpy(name + len, ending, strlen(ending) + 1);
    return name;
}

static void assert_cut(char *raw, size_t len, const char *ending)
{
    struct safepath p;
    safepath_init(&p);
    ck_assert_int_eq(safepath_add(&p, span_of(raw), NULL), OK);
    char *path = safepath_dup(&p);
    ck_assert_uint_eq(strlen(path), len);
    ck_assert_str_eq(path + len - strlen(ending), ending);
    ck_assert_int_eq(p.changed, strcmp(path, raw) != 0);
    free(path);
    free(raw);
    safepath_fini(&p);
}

START_TEST(add_cuts_long_names_and_keeps_extensions)
{
    assert_cut(long_name('a', 255, ""), 255, "aaa");
    assert_cut(long_name('a', 256, ""), 240, "aaa");
    assert_cut(long_name('a', 251, ".mkv"), 255, "a.mkv");
    assert_cut(long_name('a', 252, ".mkv"), 240, "a.mkv");
    assert_cut(long_name('a', 100000, ".tar.gz"), 240, ".gz");
    assert_cut(long_name('.', 400, ""), 240, "....");
    assert_cut(long_name('a', 300, ".an extension as long as a name is"), 240,
               "aaa");
    /* Euro signs of three bytes: 235 are room for 78 of them. */
    char *euros = long_name('x', 90 * 3, ".long");
    for (size_t i = 0; i < 90; i++)
        memcpy(euros + 3 * i, "\xe2\x82\xac", 3);
    assert_cut(euros, 78 * 3 + 5, "\xe2\x82\xac.long");
}
END_TEST

START_TEST(add_depth_limit_is_exact)
{
    struct safepath p;
    struct cause cause;
    safepath_init(&p);
    for (int i = 0; i < SAFEPATH_MAX_DEPTH; i++)
        ck_assert_int_eq(safepath_add(&p, span_of("d"), NULL), OK);
    ck_assert_int_eq(safepath_add(&p, span_of(""), NULL), OK);
    ck_assert_int_eq(safepath_add(&p, span_of("d"), &cause), ERR_TOO_BIG);
    safepath_fini(&p);
}
END_TEST

START_TEST(add_length_limit_is_exact)
{
    struct safepath p;
    safepath_init(&p);
    char *name = long_name('n', 255, "");
    for (int i = 0; i < 15; i++)
        ck_assert_int_eq(safepath_add(&p, span_of(name), NULL), OK);
    name[254] = '\0'; /* 15 * 256 + 254 = 4094 */
    ck_assert_int_eq(safepath_add(&p, span_of(name), NULL), OK);
    ck_assert_int_eq(safepath_add(&p, span_of("x"), NULL), ERR_TOO_BIG);
    free(name);
    safepath_fini(&p);
}
END_TEST

static void assert_numbered(const char *path, size_t number, const char *want)
{
    char *got = safepath_numbered(path, number);
    ck_assert_str_eq(got, want);
    free(got);
}

START_TEST(numbered_goes_before_the_extension)
{
    assert_numbered("a.txt", 1, "a.1.txt");
    assert_numbered("d.d/a", 12, "d.d/a.12");
    assert_numbered("d/e/a.tar.gz", 3, "d/e/a.tar.3.gz");
    assert_numbered("d/.rc", 3, "d/.rc.3");
    char *name = long_name('a', 251, ".mkv");
    char *got = safepath_numbered(name, 499);
    ck_assert_uint_eq(strlen(got), 255);
    ck_assert_str_eq(got + 247 - 3, "aaa.499.mkv");
    free(got);
    free(name);
}
END_TEST

Suite *safepath_suite(void)
{
    Suite *s = suite_create("safepath");
    TCase *tc = tcase_create("safepath");
    tcase_add_loop_test(tc, add_makes_names_safe_or_refuses, 0,
                        N_OF(name_cases));
    tcase_add_test(tc, add_of_a_nul_is_refused);
    tcase_add_test(tc, add_drops_what_names_nothing);
    tcase_add_test(tc, add_cuts_long_names_and_keeps_extensions);
    tcase_add_test(tc, add_depth_limit_is_exact);
    tcase_add_test(tc, add_length_limit_is_exact);
    tcase_add_test(tc, numbered_goes_before_the_extension);
    suite_add_tcase(s, tc);
    return s;
}
