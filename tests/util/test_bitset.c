#include "config.h"

#include "tests/util/suites.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/bitset.h"
#include "util/rng.h"

static const size_t sizes[] = {0,  1,  7,   8,   9,   63,   64,
                               65, 72, 127, 128, 129, 1000, 4096};
enum { N_SIZES = sizeof sizes / sizeof sizes[0], MODEL_MAX = 4096 };

/* Compare with a model that keeps a bool a bit. */
static void check_against(const struct bitset *b, const bool *model)
{
    size_t n = bitset_size(b);
    size_t count = 0;
    int64_t next_set = BITSET_NONE;
    int64_t next_clear = BITSET_NONE;
    ck_assert_int_eq(bitset_next_set(b, n), BITSET_NONE);
    for (size_t i = n; i-- > 0;) {
        ck_assert_int_eq(bitset_get(b, i), model[i]);
        count += model[i];
        *(model[i] ? &next_set : &next_clear) = (int64_t)i;
        ck_assert_int_eq(bitset_next_set(b, i), next_set);
        ck_assert_int_eq(bitset_next_clear(b, i), next_clear);
    }
    ck_assert_uint_eq(bitset_count(b), count);
    ck_assert_int_eq(bitset_full(b), count == n);
}

static void check_wire(const struct bitset *b, const bool *model)
{
    uint8_t wire[MODEL_MAX / 8 + 1];
    size_t n = bitset_size(b);
    size_t len = bitset_wire_len(b);
    ck_assert_uint_eq(len, (n + 7) / 8);
    memset(wire, 0xa5, sizeof wire);
    bitset_to_wire(b, wire);
    ck_assert_uint_eq(wire[len], 0xa5);
    for (size_t i = 0; i < 8 * len; i++) {
        bool bit = (wire[i / 8] >> (7 - i % 8) & 1) != 0;
        ck_assert_int_eq(bit, i < n && model[i]);
    }
    struct bitset *copy = bitset_new(n);
    ck_assert_int_eq(bitset_from_wire(copy, wire, len), OK);
    check_against(copy, model);
    bitset_free(copy);
}

START_TEST(random_operations_equal_model)
{
    uint64_t seed = 1000 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    size_t n = sizes[_i];
    struct bitset *b = bitset_new(n);
    bool model[MODEL_MAX] = {false};
    check_against(b, model);
    for (int step = 0; n > 0 && step < 3000; step++) {
        size_t i = rng_below(&rng, (uint32_t)n);
        uint32_t what = rng_below(&rng, 1000);
        if (what == 0) {
            bitset_set_all(b);
            memset(model, true, n);
        } else if (what == 1) {
            bitset_clear_all(b);
            memset(model, false, n);
        } else if (what < 500) {
            ck_assert_int_eq(bitset_set(b, i), !model[i]);
            model[i] = true;
        } else {
            ck_assert_int_eq(bitset_clear(b, i), model[i]);
            model[i] = false;
        }
        if (step % 100 == 0)
            check_against(b, model);
    }
    check_against(b, model);
    check_wire(b, model);
    bitset_set_all(b);
    memset(model, true, n);
    check_wire(b, model);
    bitset_free(b);
}
END_TEST

START_TEST(operations_on_two_equal_model)
{
    uint64_t seed = 2000 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    size_t n = sizes[_i];
    struct bitset *a = bitset_new(n);
    struct bitset *b = bitset_new(n);
    for (uint32_t density = 1; density < 64; density *= 2) {
        for (size_t i = 0; i < n; i++) {
            (void)(rng_below(&rng, density) ? bitset_clear(a, i)
                                            : bitset_set(a, i));
            (void)(rng_below(&rng, 3) ? bitset_clear(b, i) : bitset_set(b, i));
        }
        int64_t next = BITSET_NONE;
        size_t count = 0;
        for (size_t i = n; i-- > 0;) {
            bool both = bitset_get(a, i) && bitset_get(b, i);
            count += both;
            next = both ? (int64_t)i : next;
            ck_assert_int_eq(bitset_next_and(a, b, i), next);
        }
        ck_assert_int_eq(bitset_next_and(a, b, n), BITSET_NONE);
        ck_assert_uint_eq(bitset_count_and(a, b), count);
    }
    bitset_free(a);
    bitset_free(b);
}
END_TEST

START_TEST(copy_and_assign_are_independent)
{
    struct bitset *a = bitset_new(100);
    bitset_set(a, 3);
    bitset_set(a, 99);
    struct bitset *b = bitset_copy(a);
    bitset_clear(a, 3);
    ck_assert(bitset_get(b, 3));
    ck_assert_uint_eq(bitset_count(b), 2);
    bitset_assign(b, a);
    bitset_set(a, 50);
    ck_assert(!bitset_get(b, 3) && !bitset_get(b, 50));
    ck_assert_uint_eq(bitset_count(b), 1);
    bitset_free(a);
    bitset_free(b);
}
END_TEST

START_TEST(from_wire_wrong_length_or_spare_bits_changes_nothing)
{
    size_t n = sizes[_i];
    struct bitset *b = bitset_new(n);
    if (n > 0)
        bitset_set(b, n - 1);
    size_t len = bitset_wire_len(b);
    uint8_t *bytes = calloc(len + 2, 1);
    for (size_t bad = 0; bad < len + 2; bad++) {
        if (bad != len)
            ck_assert_int_eq(bitset_from_wire(b, bytes, bad), ERR_PROTO_LENGTH);
    }
    for (size_t i = n; i < 8 * len; i++) {
        memset(bytes, 0, len);
        bytes[i / 8] = (uint8_t)(0x80 >> i % 8);
        ck_assert_int_eq(bitset_from_wire(b, bytes, len), ERR_PROTO_RANGE);
    }
    ck_assert_uint_eq(bitset_count(b), n > 0 ? 1 : 0);
    ck_assert(n == 0 || bitset_get(b, n - 1));
    free(bytes);
    bitset_free(b);
}
END_TEST

START_TEST(free_null_does_nothing)
{
    bitset_free(NULL);
}
END_TEST

Suite *bitset_suite(void)
{
    Suite *s = suite_create("bitset");
    TCase *tc = tcase_create("bitset");
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, random_operations_equal_model, 0, N_SIZES);
    tcase_add_loop_test(tc, operations_on_two_equal_model, 0, N_SIZES);
    tcase_add_test(tc, copy_and_assign_are_independent);
    tcase_add_loop_test(tc,
                        from_wire_wrong_length_or_spare_bits_changes_nothing, 0,
                        N_SIZES);
    tcase_add_test(tc, free_null_does_nothing);
    return s;
}
