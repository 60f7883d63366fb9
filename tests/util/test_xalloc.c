#include "config.h"

#include "tests/util/suites.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

START_TEST(size_zero_gives_a_pointer)
{
    void *p[] = {xzalloc(0),
                 xcalloc(0, 8),
                 xcalloc(8, 0),
                 xmalloc(0),
                 xreallocarray(NULL, 0, 8),
                 xmemdup(NULL, 0)};
    for (size_t i = 0; i < sizeof p / sizeof p[0]; i++) {
        ck_assert_ptr_nonnull(p[i]);
        for (size_t j = 0; j < i; j++)
            ck_assert_ptr_ne(p[i], p[j]);
    }
    for (size_t i = 0; i < sizeof p / sizeof p[0]; i++)
        free(p[i]);
}
END_TEST

START_TEST(trimming_leaves_what_is_in_use)
{
    enum { N = 64, LEN = 64 << 10 };
    char *kept[N];
    for (int i = 0; i < N; i++) {
        kept[i] = xmalloc(LEN);
        memset(kept[i], i, LEN);
    }
    for (int i = 0; i < N; i += 2)
        free(kept[i]);
    xalloc_trim();
    static char wanted[LEN];
    for (int i = 1; i < N; i += 2) {
        memset(wanted, i, LEN);
        ck_assert_mem_eq(kept[i], wanted, LEN);
        free(kept[i]);
    }
}
END_TEST

START_TEST(zeroing_ones_zero)
{
    static const char zeros[4096];
    void *p = xzalloc(sizeof zeros);
    ck_assert_mem_eq(p, zeros, sizeof zeros);
    free(p);
    p = xcalloc(64, 64);
    ck_assert_mem_eq(p, zeros, sizeof zeros);
    free(p);
}
END_TEST

START_TEST(reallocarray_keeps_content)
{
    char *p = xmemdup("abcd", 4);
    p = xreallocarray(p, 1000, 3);
    ck_assert_mem_eq(p, "abcd", 4);
    memset(p, 1, 3000);
    free(p);
}
END_TEST

START_TEST(strings_are_copied)
{
    char *p = xstrdup("torrent");
    ck_assert_str_eq(p, "torrent");
    free(p);
    p = xstrndup("torrent", 3);
    ck_assert_str_eq(p, "tor");
    free(p);
    p = xstrndup("torrent", 100);
    ck_assert_str_eq(p, "torrent");
    free(p);
    static const char no_nul[] = {'a', 'b'};
    p = xstrndup(no_nul, sizeof no_nul);
    ck_assert_str_eq(p, "ab");
    free(p);
}
END_TEST

START_TEST(asprintf_formats_any_length)
{
    char *p = xasprintf("%s", "");
    ck_assert_str_eq(p, "");
    free(p);
    p = xasprintf("%0*d-%s", 5000, 7, "end");
    ck_assert_uint_eq(strlen(p), 5004);
    ck_assert_str_eq(p + 4999, "7-end");
    free(p);
}
END_TEST

/* Volatile, so that the compiler does not see the absurd size. */
static volatile size_t half = SIZE_MAX / 2 + 1;

START_TEST(calloc_overflow_aborts)
{
    free(xcalloc(half, 2));
}
END_TEST

START_TEST(reallocarray_overflow_aborts)
{
    free(xreallocarray(NULL, 2, half));
}
END_TEST

Suite *xalloc_suite(void)
{
    Suite *s = suite_create("xalloc");
    TCase *tc = tcase_create("xalloc");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, size_zero_gives_a_pointer);
    tcase_add_test(tc, trimming_leaves_what_is_in_use);
    tcase_add_test(tc, zeroing_ones_zero);
    tcase_add_test(tc, reallocarray_keeps_content);
    tcase_add_test(tc, strings_are_copied);
    tcase_add_test(tc, asprintf_formats_any_length);

    /* Those that end the process need one of their own. */
    const char *fork = getenv("CK_FORK");
    if (fork == NULL || strcmp(fork, "no") != 0) {
        tcase_add_test_raise_signal(tc, calloc_overflow_aborts, SIGABRT);
        tcase_add_test_raise_signal(tc, reallocarray_overflow_aborts, SIGABRT);
    }
    return s;
}
