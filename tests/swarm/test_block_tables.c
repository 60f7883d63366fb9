#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/block_tables.h"
#include "util/rng.h"

START_TEST(tables_are_found_and_walked_in_order)
{
    static const uint32_t added[] = {7, 3, 9, 1, 2000000};
    struct block_tables *ts = block_tables_new();
    ck_assert_int_eq(block_tables_next(ts, 0), -1);
    for (size_t i = 0; i < 5; i++)
        block_tables_add(ts, added[i], 4);
    block_tables_check(ts);
    ck_assert_ptr_nonnull(block_tables_find(ts, 9));
    ck_assert_ptr_null(block_tables_find(ts, 8));
    ck_assert_int_eq(block_tables_next(ts, 0), 1);
    ck_assert_int_eq(block_tables_next(ts, 2), 3);
    ck_assert_int_eq(block_tables_next(ts, 10), 2000000);
    ck_assert_int_eq(block_tables_next(ts, 2000001), -1);
    block_tables_remove(ts, 3);
    block_tables_remove(ts, 3);
    block_tables_check(ts);
    ck_assert_uint_eq(block_tables_count(ts), 4);
    ck_assert_int_eq(block_tables_next(ts, 2), 7);
    block_tables_free(ts);
}
END_TEST

static void take(struct block_table *t, uint32_t block_idx)
{
    t->blocks[block_idx].state = BLOCK_RECEIVED;
    block_tables_set_taken(t, block_idx);
}

START_TEST(first_free_is_kept_whatever_is_taken_or_freed)
{
    struct block_tables *ts = block_tables_new();
    struct block_table *t = block_tables_add(ts, 5, 6);
    ck_assert_uint_eq(t->first_free, 0);
    take(t, 1);
    ck_assert_uint_eq(t->first_free, 0);
    take(t, 0);
    ck_assert_uint_eq(t->first_free, 2);
    block_tables_set_free(t, 1);
    ck_assert_uint_eq(t->first_free, 1);
    for (uint32_t i = 1; i < 6; i++)
        take(t, i);
    ck_assert_uint_eq(t->first_free, 6);
    ck_assert_uint_eq(t->n_free, 0);
    block_tables_check(ts);
    block_tables_set_free(t, 5);
    ck_assert_uint_eq(t->first_free, 5);
    block_tables_check(ts);
    block_tables_free(ts);
}
END_TEST

START_TEST(random_tables_agree_with_a_plain_array)
{
    uint64_t seed = 11;
    struct rng rng = rng_seeded(&seed);
    struct block_tables *ts = block_tables_new();
    bool is_there[200] = {false};
    for (int i = 0; i < 5000; i++) {
        uint32_t piece_idx = rng_below(&rng, 200);
        struct block_table *t = block_tables_find(ts, piece_idx);
        ck_assert_int_eq(t != NULL, is_there[piece_idx]);
        if (t == NULL)
            block_tables_add(ts, piece_idx, 1 + rng_below(&rng, 9));
        else if (t->n_free > 0 && rng_below(&rng, 2) == 0)
            take(t, t->first_free);
        else
            block_tables_remove(ts, piece_idx);
        is_there[piece_idx] = block_tables_find(ts, piece_idx) != NULL;
        block_tables_check(ts);
        uint32_t from = rng_below(&rng, 200);
        uint32_t next = from;
        while (next < 200 && !is_there[next])
            next++;
        ck_assert_int_eq(block_tables_next(ts, from),
                         next < 200 ? (int64_t)next : -1);
    }
    block_tables_free(ts);
}
END_TEST

Suite *block_tables_suite(void)
{
    Suite *s = suite_create("block_tables");
    TCase *tc = tcase_create("block_tables");
    tcase_add_test(tc, tables_are_found_and_walked_in_order);
    tcase_add_test(tc, first_free_is_kept_whatever_is_taken_or_freed);
    tcase_add_test(tc, random_tables_agree_with_a_plain_array);
    suite_add_tcase(s, tc);
    return s;
}
