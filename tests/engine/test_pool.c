#include "config.h"

#include "tests/engine/suites.h"

#include "engine/pool.h"

#include <string.h>

START_TEST(thresholds_follow_use)
{
    struct pool *p = pool_new(1000);
    uint8_t *a = pool_take(p, 749);
    ck_assert(pool_may_open(p));
    uint8_t *b = pool_take(p, 1);
    ck_assert(!pool_may_open(p));
    ck_assert(!pool_is_full(p));
    uint8_t *c = pool_take(p, 250);
    ck_assert(pool_is_full(p));
    uint8_t *over = pool_take(p, 100);
    ck_assert_uint_eq(pool_used(p), 1100);
    pool_give(p, over, 100);
    pool_give(p, c, 250);
    ck_assert(!pool_is_full(p));
    pool_give(p, b, 1);
    pool_give(p, a, 749);
    ck_assert_uint_eq(pool_used(p), 0);
    pool_free(p);
}
END_TEST

START_TEST(buffer_given_back_is_used_again)
{
    struct pool *p = pool_new(1 << 20);
    uint8_t *a = pool_take(p, 4096);
    memset(a, 0xaa, 4096);
    pool_give(p, a, 4096);
    ck_assert_ptr_eq(pool_take(p, 4096), a);
    uint8_t *other = pool_take(p, 8192);
    ck_assert_ptr_ne(other, a);
    pool_give(p, a, 4096);
    pool_give(p, other, 8192);
    pool_free(p);
}
END_TEST

START_TEST(many_sizes_forget_the_oldest)
{
    struct pool *p = pool_new(1 << 20);
    for (size_t round = 0; round < 3; round++)
        for (size_t len = 100; len < 140; len++) {
            uint8_t *bytes = pool_take(p, len);
            memset(bytes, (int)len, len);
            pool_give(p, bytes, len);
        }
    ck_assert_uint_eq(pool_used(p), 0);
    pool_free(p); /* leaks are the sanitizer's to see */
}
END_TEST

Suite *pool_suite(void)
{
    Suite *s = suite_create("pool");
    TCase *tc = tcase_create("pool");
    tcase_add_test(tc, thresholds_follow_use);
    tcase_add_test(tc, buffer_given_back_is_used_again);
    tcase_add_test(tc, many_sizes_forget_the_oldest);
    suite_add_tcase(s, tc);
    return s;
}
