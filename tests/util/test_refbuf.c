#include "config.h"

#include "tests/util/suites.h"

#include <string.h>

#include "util/refbuf.h"

START_TEST(bytes_live_until_the_last_reference)
{
    struct refbuf *b = refbuf_new(16384);
    ck_assert_uint_eq(b->len, 16384);
    ck_assert_uint_eq(b->n_refs, 1);
    memset(b->bytes, 7, b->len);
    ck_assert_ptr_eq(refbuf_ref(b), b);
    ck_assert_uint_eq(b->n_refs, 2);
    refbuf_unref(b);
    ck_assert_uint_eq(b->n_refs, 1);
    ck_assert_uint_eq(b->bytes[16383], 7);
    refbuf_unref(b);
}
END_TEST

START_TEST(empty_and_null_are_legal)
{
    struct refbuf *b = refbuf_new(0);
    ck_assert_uint_eq(b->len, 0);
    refbuf_unref(b);
    refbuf_unref(NULL);
}
END_TEST

Suite *refbuf_suite(void)
{
    Suite *s = suite_create("refbuf");
    TCase *tc = tcase_create("refbuf");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, bytes_live_until_the_last_reference);
    tcase_add_test(tc, empty_and_null_are_legal);
    return s;
}
