#include "config.h"

#include "tests/util/suites.h"

#include <errno.h>
#include <string.h>

#include "util/err.h"
#include "util/text.h"

START_TEST(text_of_each_code_is_distinct)
{
    for (int i = 0; i < ERR_N; i++) {
        ck_assert_ptr_nonnull(err_text((enum err)i));
        ck_assert_str_ne(err_text((enum err)i), "");
        ck_assert_str_ne(err_text((enum err)i), err_text(ERR_N));
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(err_text((enum err)i), err_text((enum err)j));
    }
    ck_assert_ptr_nonnull(err_text((enum err)(-1)));
}
END_TEST

START_TEST(cause_null_is_ignored)
{
    cause_set(NULL, "%d", 1);
    cause_set_errno(NULL, ENOENT, "%d", 1);
    cause_prefix(NULL, "file");
}
END_TEST

START_TEST(cause_set_formats)
{
    struct cause cause;
    cause_set(&cause, "piece %d of %s", 3, "x.torrent");
    ck_assert_str_eq(cause.text, "piece 3 of x.torrent");
}
END_TEST

START_TEST(cause_may_hold_its_own_old_text)
{
    struct cause cause;
    cause_set(&cause, "b");
    cause_set(&cause, "a%sc%s", cause.text, cause.text);
    ck_assert_str_eq(cause.text, "abcb");
    cause_prefix(&cause, "file");
    ck_assert_str_eq(cause.text, "file: abcb");
}
END_TEST

START_TEST(cause_set_errno_appends_the_systems_words)
{
    struct cause cause;
    cause_set_errno(&cause, ENOENT, "cannot open %s", "f");
    ck_assert_str_eq(cause.text, "cannot open f: No such file or directory");
    cause_set_errno(&cause, 99999, "x");
    ck_assert(strncmp(cause.text, "x: ", 3) == 0 && cause.text[3] != '\0');
}
END_TEST

/* The length of the text. Not by strlen(), of which the compiler knows that it is
 * below the size of the array. */
static size_t length_of(const struct cause *cause)
{
    const char *end = memchr(cause->text, '\0', sizeof cause->text);
    ck_assert_ptr_nonnull(end);
    return (size_t)(end - cause->text);
}

/* Texts of each length around the limit, ending in a three-byte character: the
 * cut leaves whole characters, and the words for errno. */
START_TEST(cause_longer_than_its_room_is_cut_at_a_character)
{
    char name[2 * CAUSE_MAX_LEN];
    struct cause cause;
    for (size_t n = CAUSE_MAX_LEN - 60; n < CAUSE_MAX_LEN + 4; n++) {
        memset(name, 'a', n);
        memcpy(name + n, "\xe2\x80\xa6\xe2\x80\xa6", 7);

        cause_set(&cause, "%s", name);
        size_t len = length_of(&cause);
        ck_assert_uint_gt(len, CAUSE_MAX_LEN - 70);
        ck_assert(strncmp(cause.text, name, len) == 0);
        ck_assert(text_is_utf8(cause.text, len));

        cause_set_errno(&cause, ENOENT, "%s", name);
        len = length_of(&cause);
        ck_assert_ptr_nonnull(
            strstr(cause.text, ": No such file or directory"));
        ck_assert(text_is_utf8(cause.text, len));

        cause_prefix(&cause, name);
        ck_assert_uint_ge(length_of(&cause), CAUSE_MAX_LEN - 70);
    }
}
END_TEST

Suite *err_suite(void)
{
    Suite *s = suite_create("err");
    TCase *tc = tcase_create("err");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, text_of_each_code_is_distinct);
    tcase_add_test(tc, cause_null_is_ignored);
    tcase_add_test(tc, cause_set_formats);
    tcase_add_test(tc, cause_may_hold_its_own_old_text);
    tcase_add_test(tc, cause_set_errno_appends_the_systems_words);
    tcase_add_test(tc, cause_longer_than_its_room_is_cut_at_a_character);
    return s;
}
