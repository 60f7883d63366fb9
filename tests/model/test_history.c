#include "config.h"

#include "tests/model/suites.h"

#include "model/history.h"

#include <stdlib.h>
#include <string.h>

#include "util/rng.h"
#include "util/xalloc.h"

enum { SEED = 20 };

/* The trivially right twin: every second, in a long array. */
struct book {
    struct history h;
    int64_t first_s;
    size_t n;
    uint32_t *down, *up, *overhead; /* owned */
};

static void book_open(struct book *b, int64_t first_s, size_t cap)
{
    history_init(&b->h, first_s);
    b->first_s = first_s;
    b->n = 0;
    b->down = xcalloc(cap, sizeof *b->down);
    b->up = xcalloc(cap, sizeof *b->up);
    b->overhead = xcalloc(cap, sizeof *b->overhead);
}

static void book_close(struct book *b)
{
    free(b->down);
    free(b->up);
    free(b->overhead);
}

static void book_add(struct book *b, size_t gap, uint32_t down, uint32_t up)
{
    b->n += gap;
    b->down[b->n] = down;
    b->up[b->n] = up;
    b->overhead[b->n] = down / 50 + 3;
    history_add(&b->h, b->first_s + (int64_t)b->n, down, up, b->overhead[b->n]);
    b->n++;
}

static void check_book(const struct book *b)
{
    for (int r = 0; r < HISTORY_N_RINGS; r++) {
        enum history_ring ring = (enum history_ring)r;
        size_t slot_s = history_slot_s(ring);
        size_t len = history_len(&b->h, ring);
        size_t whole = b->n / slot_s;
        ck_assert_uint_le(len, whole);
        for (size_t age = 0; age < len; age++) {
            uint64_t down = 0, up = 0, overhead = 0;
            size_t at = (whole - 1 - age) * slot_s;
            for (size_t i = 0; i < slot_s; i++) {
                down += b->down[at + i];
                up += b->up[at + i];
                overhead += b->overhead[at + i];
            }
            struct history_rate rate = history_at(&b->h, ring, age);
            ck_assert_uint_eq(rate.down_Bps, down / slot_s);
            ck_assert_uint_eq(rate.up_Bps, up / slot_s);
            ck_assert_uint_eq(rate.overhead_Bps, overhead / slot_s);
        }
    }
}

START_TEST(empty_history_shows_nothing)
{
    struct history h;
    struct history_rate out[3];
    int64_t a, b, c;
    history_init(&h, 1000);
    for (int r = 0; r < HISTORY_N_RINGS; r++)
        ck_assert_uint_eq(history_len(&h, (enum history_ring)r), 0);
    ck_assert_uint_eq(history_columns(&h, 60, out, 3), 0);
    ck_assert_uint_eq(out[2].down_Bps, 0);
    ck_assert_uint_eq(history_stats(&h, 300).down_max_Bps, 0);
    ck_assert(!history_eta(&h, 100, &a, &b, &c));
}
END_TEST

START_TEST(rings_are_means_of_the_seconds)
{
    uint64_t state = SEED;
    struct rng rng = rng_seeded(&state);
    struct book b;
    book_open(&b, 777, 200000);
    /* Past the end of every ring, with gaps. */
    while (b.n < 100000) {
        size_t gap = rng_below(&rng, 50) == 0 ? rng_below(&rng, 2000) : 0;
        book_add(&b, gap, rng_below(&rng, 5000000), rng_below(&rng, 1000));
        if (rng_below(&rng, 4000) == 0)
            check_book(&b);
    }
    check_book(&b);
    ck_assert_uint_eq(history_len(&b.h, HISTORY_1S), HISTORY_SLOTS_1S);
    ck_assert_uint_eq(history_len(&b.h, HISTORY_10S), HISTORY_SLOTS_10S);
    ck_assert_uint_eq(history_len(&b.h, HISTORY_5M), HISTORY_SLOTS_5M);
    book_close(&b);
}
END_TEST

START_TEST(old_seconds_change_nothing)
{
    struct history h, before;
    history_init(&h, 10);
    history_add(&h, 10, 100, 1, 0);
    history_add(&h, 11, 200, 2, 0);
    before = h;
    history_add(&h, 11, 900, 9, 0);
    history_add(&h, 3, 900, 9, 0);
    history_idle(&h, 11);
    ck_assert_int_eq(memcmp(&before, &h, sizeof h), 0);
}
END_TEST

START_TEST(a_day_of_nothing_forgets_all)
{
    struct history h;
    history_init(&h, 0);
    for (int64_t s = 0; s < 1000; s++)
        history_add(&h, s, 5000, 5000, 0);
    history_add(&h, 1000 + 86400 + 5, 70, 7, 0);
    ck_assert_uint_eq(history_at(&h, HISTORY_1S, 0).down_Bps, 70);
    for (size_t age = 1; age < HISTORY_SLOTS_1S; age++)
        ck_assert_uint_eq(history_at(&h, HISTORY_1S, age).down_Bps, 0);
    for (size_t age = 0; age < HISTORY_SLOTS_5M; age++)
        ck_assert_uint_eq(history_at(&h, HISTORY_5M, age).down_Bps, 0);
    /* The day after fills slots that begin where they would have. */
    for (int64_t s = 0; s < 700; s++)
        history_add(&h, 1000 + 86400 + 6 + s, 3000, 0, 0);
    ck_assert_uint_eq(history_at(&h, HISTORY_5M, 0).down_Bps, 3000);
}
END_TEST

START_TEST(rates_saturate)
{
    struct history h;
    history_init(&h, 0);
    history_add(&h, 0, UINT64_C(1) << 40, UINT32_MAX, 0);
    ck_assert_uint_eq(history_at(&h, HISTORY_1S, 0).down_Bps, UINT32_MAX);
    ck_assert_uint_eq(history_at(&h, HISTORY_1S, 0).up_Bps, UINT32_MAX);
}
END_TEST

START_TEST(columns_resample_both_ways)
{
    struct history h;
    struct history_rate out[120];
    history_init(&h, 0);
    for (int64_t s = 0; s < 60; s++)
        history_add(&h, s, (uint64_t)s * 100, 0, 0);
    /* Fewer than seconds: means. */
    ck_assert_uint_eq(history_columns(&h, 60, out, 6), 6);
    ck_assert_uint_eq(out[0].down_Bps, 450);
    ck_assert_uint_eq(out[5].down_Bps, 5450);
    /* As many. */
    ck_assert_uint_eq(history_columns(&h, 60, out, 60), 60);
    for (size_t i = 0; i < 60; i++)
        ck_assert_uint_eq(out[i].down_Bps, i * 100);
    /* More: each twice. */
    ck_assert_uint_eq(history_columns(&h, 60, out, 120), 120);
    for (size_t i = 0; i < 120; i++)
        ck_assert_uint_eq(out[i].down_Bps, i / 2 * 100);
}
END_TEST

START_TEST(columns_move_whole_as_time_goes_on)
{
    struct history h;
    struct history_rate out[7], before[7];
    history_init(&h, 0);
    for (int64_t s = 0; s < 100; s++)
        history_add(&h, s, (uint64_t)(s * s % 977) * 100, 0, 0);
    ck_assert_uint_eq(history_columns(&h, 60, before, 7), 7);
    size_t n_moved = 0;
    for (int64_t s = 100; s < 160; s++) {
        history_add(&h, s, (uint64_t)(s * s % 977) * 100, 0, 0);
        ck_assert_uint_eq(history_columns(&h, 60, out, 7), 7);
        /* All but the last are as they were, or where the next one was. */
        size_t by = out[0].down_Bps == before[0].down_Bps ? 0 : 1;
        for (size_t i = 0; i + 1 + by < 7; i++)
            ck_assert_uint_eq(out[i].down_Bps, before[i + by].down_Bps);
        n_moved += by;
        memcpy(before, out, sizeof before);
    }
    ck_assert_uint_eq(n_moved, 7);
}
END_TEST

START_TEST(young_history_fills_the_end_of_a_long_span)
{
    struct history h;
    struct history_rate out[72];
    history_init(&h, 0);
    for (int64_t s = 0; s < 60; s++)
        history_add(&h, s, 1000, 10, 0);
    /* A day in 20 minutes a column: one column has something. */
    ck_assert_uint_eq(history_columns(&h, 86400, out, 72), 1);
    ck_assert_uint_eq(out[71].down_Bps, 1000);
    ck_assert_uint_eq(out[70].down_Bps, 0);
    ck_assert_uint_eq(history_columns(&h, 300, out, 10), 2);
    ck_assert_uint_eq(out[8].up_Bps, 10);
    ck_assert_uint_eq(out[7].up_Bps, 0);
}
END_TEST

START_TEST(stats_are_of_the_span)
{
    struct history h;
    history_init(&h, 0);
    for (int64_t s = 0; s < 100; s++)
        history_add(&h, s, s < 40 ? 9000 : 1000, s == 99 ? 600 : 0,
                    s < 70 ? 80 : 20);
    struct history_stats s = history_stats(&h, 60);
    ck_assert_uint_eq(s.down_mean_Bps, 1000);
    ck_assert_uint_eq(s.overhead_mean_Bps, 50);
    ck_assert_uint_eq(s.down_max_Bps, 1000);
    ck_assert_uint_eq(s.up_mean_Bps, 10);
    ck_assert_uint_eq(s.up_max_Bps, 600);
    s = history_stats(&h, 300);
    ck_assert_uint_eq(s.down_mean_Bps, 4200);
    ck_assert_uint_eq(s.down_max_Bps, 9000);
    history_idle(&h, 5000);
    ck_assert_uint_eq(history_stats(&h, 86400).down_max_Bps, 4200 / 3);
}
END_TEST

START_TEST(eta_has_a_range)
{
    struct history h;
    int64_t mid = 0, low = 0, high = 0;
    history_init(&h, 0);
    for (int64_t s = 0; s < 5; s++)
        history_add(&h, s, 2000, 0, 0);
    ck_assert(history_eta(&h, 10001, &mid, &low, &high));
    ck_assert_int_eq(mid, 6);
    ck_assert_int_eq(low, 6);
    ck_assert_int_eq(high, 6);
    for (int64_t s = 5; s < 100; s++)
        history_add(&h, s, s < 80 ? 2000 : 5000, 0, 0);
    ck_assert(history_eta(&h, 30000, &mid, &low, &high));
    ck_assert_int_eq(mid, 10);
    ck_assert_int_eq(low, 6);
    ck_assert_int_eq(high, 15);
    history_idle(&h, 125);
    ck_assert(history_eta(&h, 30000, &mid, &low, &high));
    ck_assert_int_eq(high, -1);
    history_idle(&h, 400);
    ck_assert(!history_eta(&h, 30000, &mid, &low, &high));
}
END_TEST

Suite *history_suite(void)
{
    Suite *s = suite_create("history");
    TCase *tc = tcase_create("history");
    tcase_add_test(tc, empty_history_shows_nothing);
    tcase_add_test(tc, rings_are_means_of_the_seconds);
    tcase_add_test(tc, old_seconds_change_nothing);
    tcase_add_test(tc, a_day_of_nothing_forgets_all);
    tcase_add_test(tc, rates_saturate);
    tcase_add_test(tc, columns_resample_both_ways);
    tcase_add_test(tc, columns_move_whole_as_time_goes_on);
    tcase_add_test(tc, young_history_fills_the_end_of_a_long_span);
    tcase_add_test(tc, stats_are_of_the_span);
    tcase_add_test(tc, eta_has_a_range);
    suite_add_tcase(s, tc);
    return s;
}
