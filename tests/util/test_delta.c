#include "config.h"

#include "util/delta.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/util/suites.h"
#include "util/rng.h"

enum { LEN = 1003 }; /* the last word is cut */

/* A block like another one, with n bytes changed. */
static void change(const struct rng *rng, const uint8_t *from, uint8_t *to,
                   int n)
{
    memcpy(to, from, LEN);
    for (int i = 0; i < n; i++)
        to[rng_below(rng, LEN)] ^= (uint8_t)(1 + rng_below(rng, 255));
}

START_TEST(delta_apply_gives_what_was)
{
    uint8_t older[LEN], newer[LEN], block[LEN];
    uint64_t state = 7;
    struct rng rng = rng_seeded(&state);
    memset(older, 0x5a, sizeof older);
    for (int n = 0; n < 60; n++) {
        struct delta *d = NULL;
        change(&rng, older, newer, n);
        ck_assert(delta_make(older, newer, LEN, &d));
        ck_assert(n > 0 || d == NULL);
        ck_assert_uint_le(delta_bytes(d), LEN / 2 + 8);
        memcpy(block, newer, LEN);
        delta_apply(d, block, LEN);
        ck_assert_mem_eq(block, older, LEN);
        free(d);
        memcpy(older, newer, LEN);
    }
}
END_TEST

START_TEST(delta_make_of_the_last_byte_alone)
{
    uint8_t older[LEN] = {0}, newer[LEN] = {0};
    struct delta *d = NULL;
    newer[LEN - 1] = 1;
    ck_assert(delta_make(older, newer, LEN, &d));
    ck_assert_ptr_nonnull(d);
    delta_apply(d, newer, LEN);
    ck_assert_mem_eq(newer, older, LEN);
    free(d);
}
END_TEST

START_TEST(delta_make_of_another_block_is_refused)
{
    uint8_t older[LEN], newer[LEN];
    struct delta *none = NULL;
    memset(older, 1, sizeof older);
    memset(newer, 2, sizeof newer);
    ck_assert(!delta_make(older, newer, LEN, &none));
    ck_assert_ptr_null(none);
    /* Of nothing there is no difference. */
    ck_assert(delta_make(older, newer, 0, &none));
    ck_assert_ptr_null(none);
}
END_TEST

/* Many moments, the ones in between taken out at random: the first is found from the
 * last all the same. */
START_TEST(delta_merge_does_what_both_do)
{
    enum { N = 12 };
    uint8_t blocks[N][LEN];
    uint64_t state = 11;
    struct rng rng = rng_seeded(&state);
    for (int round = 0; round < 40; round++) {
        struct delta *all = NULL;
        memset(blocks[0], round, LEN);
        for (int i = 1; i < N; i++) {
            struct delta *d = NULL;
            change(&rng, blocks[i - 1], blocks[i], (int)rng_below(&rng, 40));
            ck_assert(delta_make(blocks[i - 1], blocks[i], LEN, &d));
            struct delta *merged = delta_merge(all, d);
            free(all);
            free(d);
            all = merged;
        }
        delta_apply(all, blocks[N - 1], LEN);
        ck_assert_mem_eq(blocks[N - 1], blocks[0], LEN);
        free(all);
    }
}
END_TEST

Suite *delta_suite(void)
{
    Suite *s = suite_create("delta");
    TCase *t = tcase_create("delta");
    tcase_add_test(t, delta_apply_gives_what_was);
    tcase_add_test(t, delta_make_of_the_last_byte_alone);
    tcase_add_test(t, delta_make_of_another_block_is_refused);
    tcase_add_test(t, delta_merge_does_what_both_do);
    suite_add_tcase(s, t);
    return s;
}
