#include "config.h"

#include "tests/engine/suites.h"

#include "engine/assembly.h"

#include <string.h>

enum { BLOCK = GEOMETRY_BLOCK_LEN };

static struct geometry geometry_of(uint64_t size_bytes, uint32_t piece_len)
{
    struct geometry geo;
    ck_assert_int_eq(geometry_init(&geo, size_bytes, piece_len), OK);
    return geo;
}

START_TEST(small_piece_is_one_run)
{
    struct geometry geo = geometry_of(10 * BLOCK + 5, 4 * BLOCK);
    struct pool *pool = pool_new(1 << 20);
    struct assembly *a = assembly_new(&geo, pool);
    struct assembly_run run;
    ck_assert(assembly_is_whole(a));
    for (uint32_t i = 4; i-- > 0;) {
        struct block_ref b = {1, i};
        memset(assembly_block(a, b), (int)i + 1, BLOCK);
        ck_assert(assembly_filled(a, b, &run) == (i == 0));
    }
    ck_assert_uint_eq(run.piece_idx, 1);
    ck_assert_uint_eq(run.begin, 0);
    ck_assert_uint_eq(run.len, 4 * BLOCK);
    for (uint32_t i = 0; i < run.len; i++)
        ck_assert_uint_eq(run.bytes[i], i / BLOCK + 1);
    pool_give(pool, run.bytes, run.len);
    ck_assert_uint_eq(pool_used(pool), 0);
    assembly_free(a);
    pool_free(pool);
}
END_TEST

START_TEST(last_piece_is_short)
{
    struct geometry geo = geometry_of(10 * BLOCK + 5, 4 * BLOCK);
    struct pool *pool = pool_new(1 << 20);
    struct assembly *a = assembly_new(&geo, pool);
    struct assembly_run run;
    assembly_block(a, (struct block_ref){2, 0});
    ck_assert(!assembly_filled(a, (struct block_ref){2, 0}, &run));
    ck_assert(!assembly_filled(a, (struct block_ref){2, 1}, &run));
    ck_assert_uint_eq(pool_used(pool), 2 * BLOCK + 5);
    ck_assert(assembly_filled(a, (struct block_ref){2, 2}, &run));
    ck_assert_uint_eq(run.len, 2 * BLOCK + 5);
    pool_give(pool, run.bytes, run.len);
    assembly_free(a);
    pool_free(pool);
}
END_TEST

START_TEST(large_piece_goes_in_runs)
{
    uint32_t piece_len = ASSEMBLY_WHOLE_MAX + ASSEMBLY_MAX_RUN / 2;
    struct geometry geo = geometry_of((uint64_t)2 * piece_len, piece_len);
    struct pool *pool = pool_new(1 << 20);
    struct assembly *a = assembly_new(&geo, pool);
    ck_assert(!assembly_is_whole(a));
    uint32_t n_runs = 0, len = 0;
    for (uint32_t i = 0; i < geometry_n_blocks(&geo, 0); i++) {
        struct block_ref b = {0, i};
        struct assembly_run run;
        assembly_block(a, b);
        if (!assembly_filled(a, b, &run))
            continue;
        ck_assert_uint_eq(run.begin, n_runs * ASSEMBLY_MAX_RUN);
        n_runs++;
        len += run.len;
        pool_give(pool, run.bytes, run.len);
        ck_assert_uint_eq(pool_used(pool), 0);
    }
    ck_assert_uint_eq(n_runs, 5);
    ck_assert_uint_eq(len, piece_len);
    assembly_free(a);
    pool_free(pool);
}
END_TEST

START_TEST(drop_gives_all_back)
{
    uint32_t piece_len = ASSEMBLY_WHOLE_MAX * 2;
    struct geometry geo = geometry_of((uint64_t)2 * piece_len, piece_len);
    struct pool *pool = pool_new(1 << 20);
    struct assembly *a = assembly_new(&geo, pool);
    assembly_block(a, (struct block_ref){0, 0});
    assembly_block(a, (struct block_ref){0, 200});
    assembly_block(a, (struct block_ref){1, 3});
    ck_assert_uint_eq(pool_used(pool), 3 * ASSEMBLY_MAX_RUN);
    assembly_drop(a, 0);
    ck_assert_uint_eq(pool_used(pool), ASSEMBLY_MAX_RUN);
    struct assembly_run run;
    ck_assert(assembly_next(a, 0, 0, &run));
    ck_assert_uint_eq(run.piece_idx, 1);
    ck_assert(!assembly_next(a, 1, run.begin + 1, &run));
    assembly_free(a);
    ck_assert_uint_eq(pool_used(pool), 0);
    pool_free(pool);
}
END_TEST

Suite *assembly_suite(void)
{
    Suite *s = suite_create("assembly");
    TCase *tc = tcase_create("assembly");
    tcase_add_test(tc, small_piece_is_one_run);
    tcase_add_test(tc, last_piece_is_short);
    tcase_add_test(tc, large_piece_goes_in_runs);
    tcase_add_test(tc, drop_gives_all_back);
    suite_add_tcase(s, tc);
    return s;
}
