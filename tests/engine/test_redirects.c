#include "config.h"

#include "engine/redirects.h"

#include "tests/engine/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct redirects r;

static void set_up(void)
{
    memset(&r, 0, sizeof r);
}

static void tear_down(void)
{
    redirects_fini(&r);
}

/* want NULL: the URL itself. */
static void expect(size_t file_idx, const char *url, int64_t now_ms,
                   const char *want)
{
    char *got = redirects_find(&r, file_idx, url, now_ms);
    if (want == NULL)
        ck_assert_ptr_null(got);
    else
        ck_assert_pstr_eq(got, want);
    free(got);
}

START_TEST(another_host_stands_for_all_files)
{
    redirects_learn(&r, 0, "http://a/t/x", "https://m.b:8/t/x", 1000);
    expect(0, "http://a/t/x", 1000, "https://m.b:8/t/x");
    expect(7, "http://a/t/y?z", 1000, "https://m.b:8/t/y?z");
    redirects_learn(&r, REDIRECTS_NO_FILE, "http://a/s?piece=1",
                    "http://c/s?piece=1#here", 2000);
    expect(REDIRECTS_NO_FILE, "http://a/s?piece=2", 2000, "http://c/s?piece=2");
}
END_TEST

START_TEST(another_path_stands_for_its_file)
{
    redirects_learn(&r, 3, "http://a/t/x", "http://b/store?id=5&t=%20#f", 1000);
    expect(3, "http://a/t/x", 1000, "http://b/store?id=5&t=%20");
    expect(4, "http://a/t/y", 1000, NULL);
    redirects_learn(&r, 3, "http://a/t/x", "http://b/store?id=6", 1000);
    expect(3, "http://a/t/x", 1000, "http://b/store?id=6");
    /* Of pieces each has a URL of its own. */
    redirects_learn(&r, REDIRECTS_NO_FILE, "http://a/s?1", "http://b/t", 1000);
    expect(REDIRECTS_NO_FILE, "http://a/s?1", 1000, NULL);
}
END_TEST

START_TEST(what_is_used_goes_stale_all_the_same)
{
    redirects_learn(&r, 0, "http://a/x", "http://b/x", 1000);
    redirects_learn(&r, 1, "http://a/y", "http://b/other", 5000);
    expect(0, "http://a/x", 1000 + REDIRECTS_KEEP_MS - 1, "http://b/x");
    expect(0, "http://a/x", 1000 + REDIRECTS_KEEP_MS, NULL);
    expect(1, "http://a/y", 1000 + REDIRECTS_KEEP_MS, "http://b/other");
    expect(1, "http://a/y", 5000 + REDIRECTS_KEEP_MS, NULL);
}
END_TEST

START_TEST(what_failed_is_not_learned_for_a_while)
{
    redirects_learn(&r, 0, "http://a/x", "http://b/x", 1000);
    redirects_learn(&r, 1, "http://a/y", "http://b/other", 1000);
    redirects_fail(&r, 1, 2000);
    /* Its own is gone, that of all is not. */
    expect(1, "http://a/y", 2000, "http://b/y");
    redirects_fail(&r, 1, 2000);
    expect(0, "http://a/x", 2000, NULL);
    redirects_learn(&r, 0, "http://a/x", "http://b/x",
                    2000 + REDIRECTS_KEEP_MS - 1);
    expect(0, "http://a/x", 2000 + REDIRECTS_KEEP_MS - 1, NULL);
    redirects_learn(&r, 0, "http://a/x", "http://b/x",
                    2000 + REDIRECTS_KEEP_MS);
    expect(0, "http://a/x", 2000 + REDIRECTS_KEEP_MS, "http://b/x");
    redirects_forget(&r, 0);
    redirects_learn(&r, 0, "http://a/x", "http://c/x",
                    3000 + REDIRECTS_KEEP_MS);
    expect(0, "http://a/x", 3000 + REDIRECTS_KEEP_MS, "http://c/x");
}
END_TEST

START_TEST(bounds_hold)
{
    char url[64], long_url[REDIRECTS_MAX_URL + 20] = "http://b/";
    for (size_t i = 0; i <= REDIRECTS_MAX_FILES; i++) {
        snprintf(url, sizeof url, "http://b/%zu", i);
        redirects_learn(&r, i, "http://a/x", url, 1000);
    }
    ck_assert_uint_eq(r.n_files, REDIRECTS_MAX_FILES);
    expect(0, "http://a/x", 1000, NULL);
    expect(REDIRECTS_MAX_FILES, "http://a/x", 1000, url);
    memset(long_url + 9, 'x', sizeof long_url - 10);
    redirects_learn(&r, 99, "http://a/x", long_url, 1000);
    expect(99, "http://a/x", 1000, NULL);
}
END_TEST

Suite *redirects_suite(void)
{
    Suite *s = suite_create("redirects");
    TCase *t = tcase_create("redirects");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, another_host_stands_for_all_files);
    tcase_add_test(t, another_path_stands_for_its_file);
    tcase_add_test(t, what_is_used_goes_stale_all_the_same);
    tcase_add_test(t, what_failed_is_not_learned_for_a_while);
    tcase_add_test(t, bounds_hold);
    suite_add_tcase(s, t);
    return s;
}
