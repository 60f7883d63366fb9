#include "config.h"

#include "tests/util/suites.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/rng.h"

enum { MODEL_MAX = 3000 };

/* A run of bytes kept in the plainest way. */
struct model {
    uint8_t bytes[MODEL_MAX];
    size_t len;
};

static void check_against(struct buf *b, const struct model *m)
{
    ck_assert_uint_eq(b->len, m->len);
    if (m->len > 0)
        ck_assert_mem_eq(buf_bytes(b), m->bytes, m->len);
    ck_assert_uint_le(b->head + b->len, b->cap);
    ck_assert_uint_le(b->cap, 2 * b->max);
}

static void append_to_both(struct buf *b, struct model *m, const uint8_t *bytes,
                           size_t n, bool by_extend)
{
    enum err err;
    if (by_extend) {
        uint8_t *to = NULL;
        err = buf_extend(b, n, &to);
        if (err == OK && n > 0)
            memcpy(to, bytes, n);
    } else {
        err = buf_append(b, bytes, n);
    }
    ck_assert_int_eq(err, n > MODEL_MAX - m->len ? ERR_TOO_BIG : OK);
    if (err == OK) {
        memcpy(m->bytes + m->len, bytes, n);
        m->len += n;
    }
}

START_TEST(random_operations_equal_model)
{
    uint64_t seed = 3000 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    struct buf b;
    struct model m = {.len = 0};
    buf_init(&b, MODEL_MAX);
    for (int step = 0; step < 5000; step++) {
        uint8_t bytes[600];
        uint32_t what = rng_below(&rng, 100);
        size_t some = rng_below(&rng, (uint32_t)m.len + 1);
        if (what < 60) {
            size_t n = rng_below(&rng, what < 3 ? 600 : 60);
            rng_bytes(&rng, bytes, n);
            append_to_both(&b, &m, bytes, n, what % 2 == 0);
        } else if (what < 97) {
            some = what < 90 ? some / 8 : some;
            buf_consume(&b, some);
            memmove(m.bytes, m.bytes + some, m.len - some);
            m.len -= some;
        } else if (what < 99) {
            buf_chop(&b, some / 4);
            m.len -= some / 4;
        } else {
            buf_reset(&b);
            m.len = 0;
        }
        check_against(&b, &m);
    }
    buf_fini(&b);
}
END_TEST

START_TEST(append_past_max_changes_nothing)
{
    struct buf b;
    buf_init(&b, 10);
    ck_assert_int_eq(buf_append(&b, "0123456789", 10), OK);
    ck_assert_int_eq(buf_append(&b, "x", 1), ERR_TOO_BIG);
    ck_assert_int_eq(buf_append(&b, "x", SIZE_MAX), ERR_TOO_BIG);
    ck_assert_int_eq(buf_printf(&b, "%d", 5), ERR_TOO_BIG);
    uint8_t *to = NULL;
    ck_assert_int_eq(buf_extend(&b, 1, &to), ERR_TOO_BIG);
    ck_assert_ptr_null(to);
    ck_assert_uint_eq(b.len, 10);
    ck_assert_mem_eq(buf_bytes(&b), "0123456789", 10);
    buf_consume(&b, 1);
    ck_assert_int_eq(buf_append(&b, "x", 1), OK);
    ck_assert_mem_eq(buf_bytes(&b), "123456789x", 10);
    buf_fini(&b);
}
END_TEST

/* A peer that takes a byte a time from a full buffer must not cost a move of all
 * the others each time. */
START_TEST(full_buffer_in_small_steps_is_seldom_moved)
{
    enum { MAX = 1000, N_STEPS = 100000 };
    struct buf b;
    buf_init(&b, MAX);
    while (b.len < MAX)
        ck_assert_int_eq(buf_append(&b, "0123456789", 10), OK);
    int n_moves = 0;
    for (int i = 0; i < N_STEPS; i++) {
        buf_consume(&b, 1);
        size_t head = b.head;
        ck_assert_int_eq(buf_append(&b, "x", 1), OK);
        n_moves += b.head < head;
    }
    ck_assert_int_le(n_moves, N_STEPS / MAX + 1);
    ck_assert_uint_le(b.cap, 2 * MAX);
    buf_fini(&b);
}
END_TEST

START_TEST(max_zero_holds_nothing)
{
    struct buf b;
    buf_init(&b, 0);
    ck_assert_int_eq(buf_append(&b, "", 0), OK);
    ck_assert_int_eq(buf_append(&b, "x", 1), ERR_TOO_BIG);
    ck_assert_uint_eq(b.len, 0);
    buf_fini(&b);
}
END_TEST

START_TEST(max_unbounded_does_not_overflow)
{
    struct buf b;
    buf_init(&b, SIZE_MAX);
    ck_assert_int_eq(buf_append(&b, "abc", 3), OK);
    buf_consume(&b, 2);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(buf_append(&b, "0123456789", 10), OK);
    ck_assert_uint_eq(b.len, 10001);
    buf_fini(&b);
}
END_TEST

START_TEST(printf_appends_up_to_max_without_nul)
{
    struct buf b;
    buf_init(&b, 8);
    ck_assert_int_eq(buf_printf(&b, "%s-%d", "ab", 12), OK);
    ck_assert_int_eq(buf_printf(&b, "%d", 345), OK);
    ck_assert_uint_eq(b.len, 8);
    ck_assert_mem_eq(buf_bytes(&b), "ab-12345", 8);
    buf_fini(&b);
}
END_TEST

START_TEST(consume_of_all_gives_large_memory_back)
{
    struct buf b;
    buf_init(&b, 1 << 20);
    uint8_t *to;
    ck_assert_int_eq(buf_extend(&b, 1000, &to), OK);
    buf_consume(&b, 1000);
    ck_assert_ptr_nonnull(b.mem);
    ck_assert_int_eq(buf_extend(&b, 1 << 20, &to), OK);
    memset(to, 1, 1 << 20);
    buf_consume(&b, 1 << 20);
    ck_assert_ptr_null(b.mem);
    ck_assert_int_eq(buf_append(&b, "x", 1), OK);
    buf_fini(&b);
    ck_assert_int_eq(buf_append(&b, "y", 1), OK);
    ck_assert_mem_eq(buf_bytes(&b), "y", 1);
    buf_fini(&b);
}
END_TEST

START_TEST(take_gives_bytes_with_nul_and_empties)
{
    struct buf b;
    size_t len = 77;
    buf_init(&b, 6);
    char *text = (char *)buf_take(&b, &len);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(len, 0);
    free(text);

    ck_assert_int_eq(buf_append(&b, "abcdef", 6), OK);
    buf_consume(&b, 2);
    text = (char *)buf_take(&b, &len);
    ck_assert_str_eq(text, "cdef");
    ck_assert_uint_eq(len, 4);
    ck_assert_uint_eq(b.len, 0);
    free(text);

    ck_assert_int_eq(buf_append(&b, "123456", 6), OK);
    text = (char *)buf_take(&b, NULL);
    ck_assert_str_eq(text, "123456");
    free(text);
    buf_fini(&b);
}
END_TEST

Suite *buf_suite(void)
{
    Suite *s = suite_create("buf");
    TCase *tc = tcase_create("buf");
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, random_operations_equal_model, 0, 10);
    tcase_add_test(tc, append_past_max_changes_nothing);
    tcase_add_test(tc, full_buffer_in_small_steps_is_seldom_moved);
    tcase_add_test(tc, max_zero_holds_nothing);
    tcase_add_test(tc, max_unbounded_does_not_overflow);
    tcase_add_test(tc, printf_appends_up_to_max_without_nul);
    tcase_add_test(tc, consume_of_all_gives_large_memory_back);
    tcase_add_test(tc, take_gives_bytes_with_nul_and_empties);
    return s;
}
