#include "config.h"

#include "ui/reel.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail.h"
#include "model/frame.h"
#include "tests/ui/suites.h"
#include "util/rng.h"
#include "util/xalloc.h"

enum { QUARTER_MS = 250, N_PIECES = 100000, MIB = 1 << 20 };

static struct frame *at(int64_t now_ms)
{
    struct frame *f = frame_new_shared(0);
    f->now_ms = now_ms;
    return f;
}

/* Four frames a second, from one time up to another. */
static void run(struct reel *r, int from_s, int to_s)
{
    for (int64_t ms = from_s * 1000; ms <= to_s * 1000; ms += QUARTER_MS)
        reel_put(r, at(ms));
}

static int64_t shown_ms(const struct reel *r)
{
    return reel_shown(r)->now_ms;
}

START_TEST(reel_without_a_frame_shows_none)
{
    struct reel *r = reel_new(MIB);
    ck_assert_ptr_null(reel_shown(r));
    reel_hold(r);
    ck_assert(!reel_is_held(r));
    ck_assert(!reel_step(r, -1));
    reel_put(r, at(5000));
    reel_hold(r);
    ck_assert(reel_is_held(r));
    ck_assert(!reel_step(r, -1));
    ck_assert(!reel_step(r, 1));
    ck_assert_int_eq(shown_ms(r), 5000);
    reel_free(r);
    reel_free(NULL);
}
END_TEST

START_TEST(reel_keeps_one_a_second_and_ten_minutes)
{
    struct reel *r = reel_new(MIB);
    run(r, 100, 130);
    ck_assert_uint_eq(reel_n(r), 30);
    for (size_t i = 0; i < 30; i++)
        ck_assert_int_eq(reel_at_ms(r, i), 100000 + 1000 * (int64_t)i);
    run(r, 131, 2000);
    ck_assert_uint_eq(reel_n(r), REEL_SPAN_S);
    ck_assert_int_eq(reel_at_ms(r, 0), (2000 - REEL_SPAN_S) * 1000);
    ck_assert_uint_le(reel_bytes(r), MIB);
    /* After a pause of the process what is older than that is gone. */
    reel_put(r, at(2300000));
    reel_put(r, at(2301000));
    ck_assert_int_ge(reel_at_ms(r, 0), (2300 - REEL_SPAN_S) * 1000);
    reel_free(r);
}
END_TEST

START_TEST(reel_held_stands_and_steps)
{
    struct reel *r = reel_new(MIB);
    run(r, 0, 100);
    ck_assert(!reel_step(r, -1));
    reel_hold(r);
    run(r, 101, 130);
    ck_assert_int_eq(shown_ms(r), 100000);
    ck_assert_int_eq(reel_ago_s(r), 30);
    ck_assert(reel_step(r, -1));
    ck_assert_int_eq(shown_ms(r), 99000);
    ck_assert(reel_step(r, -10));
    ck_assert_int_eq(shown_ms(r), 89000);
    ck_assert(reel_step(r, 1));
    ck_assert_int_eq(shown_ms(r), 90000);
    ck_assert(reel_step(r, 20));
    ck_assert_int_eq(shown_ms(r), 110000);
    ck_assert_int_eq(reel_latest(r)->now_ms, 130000);
    reel_release(r);
    ck_assert_int_eq(shown_ms(r), 130000);
    ck_assert_int_eq(reel_ago_s(r), 0);
    reel_free(r);
}
END_TEST

START_TEST(reel_steps_to_its_ends_and_no_further)
{
    struct reel *r = reel_new(MIB);
    run(r, 50, 60);
    reel_hold(r);
    ck_assert(reel_step(r, -1000));
    ck_assert_int_eq(shown_ms(r), 50000);
    ck_assert(!reel_step(r, -1));
    ck_assert(!reel_step(r, INT_MIN));
    ck_assert_int_eq(shown_ms(r), 50000);
    ck_assert(reel_step(r, INT_MAX));
    ck_assert_int_eq(shown_ms(r), 60000);
    ck_assert(!reel_step(r, 1));
    /* The newest that it is held at stays, and then there is a newer one. */
    run(r, 61, 62);
    ck_assert_int_eq(shown_ms(r), 60000);
    ck_assert(reel_step(r, INT_MIN));
    ck_assert_int_eq(shown_ms(r), 50000);
    ck_assert(reel_step(r, INT_MAX));
    ck_assert_int_eq(shown_ms(r), 62000);
    reel_free(r);
}
END_TEST

/* Held in the middle of a second, at the newest or not, it goes to what is kept of it. */
START_TEST(reel_settles_on_what_is_kept_of_the_second)
{
    struct reel *r = reel_new(MIB);
    ck_assert(!reel_settle(r));
    run(r, 0, 10);
    reel_put(r, at(10250));
    reel_put(r, at(10500));
    ck_assert(!reel_settle(r));
    reel_hold(r);
    ck_assert_int_eq(shown_ms(r), 10500);
    ck_assert(reel_settle(r));
    ck_assert_int_eq(shown_ms(r), 10000);
    ck_assert(!reel_settle(r));
    ck_assert_int_eq(shown_ms(r), 10000);
    ck_assert(reel_step(r, -1));
    ck_assert(!reel_settle(r));
    ck_assert_int_eq(shown_ms(r), 9000);
    /* Nothing is kept yet of the newest's own second. */
    reel_release(r);
    reel_put(r, at(11000));
    reel_hold(r);
    ck_assert(!reel_settle(r));
    ck_assert_int_eq(shown_ms(r), 11000);
    reel_free(r);
}
END_TEST

/* What is shown stays, also when it is long gone from what is kept. */
START_TEST(reel_held_outlasts_what_is_kept)
{
    struct reel *r = reel_new(MIB);
    run(r, 0, 20);
    reel_hold(r);
    ck_assert(reel_step(r, -10));
    run(r, 21, 2000);
    ck_assert_int_eq(shown_ms(r), 10000);
    ck_assert_int_eq(reel_ago_s(r), 1990);
    ck_assert(!reel_step(r, -1));
    ck_assert(reel_step(r, 1));
    ck_assert_int_eq(shown_ms(r), (2000 - REEL_SPAN_S) * 1000);
    reel_free(r);
}
END_TEST

/* What is large. */

/* A torrent of 100,000 pieces; so many of them change each second. */
static struct frame *large(uint8_t *pieces, struct rng rng, int second,
                           uint32_t n_changes)
{
    struct focus focus = {.torrent = 1, .parts = FOCUS_PIECES};
    struct frame *f = at(second * 1000);
    for (uint32_t i = 0; i < n_changes; i++)
        pieces[rng_below(&rng, N_PIECES)]++;
    f->detail = detail_new(1, &focus);
    f->detail->n_pieces = N_PIECES;
    f->detail->pieces = xmemdup(pieces, N_PIECES);
    f->detail->availability = xzalloc(N_PIECES);
    return f;
}

static uint32_t sum_of(const uint8_t *pieces)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < N_PIECES; i++)
        sum += pieces[i];
    return sum;
}

START_TEST(reel_keeps_every_second_of_a_large_torrent)
{
    uint64_t state = 3;
    struct rng rng = rng_seeded(&state);
    uint8_t *pieces = xzalloc(N_PIECES);
    struct reel *r = reel_new(REEL_MAX_BYTES);
    for (int i = 0; i <= REEL_SPAN_S; i++)
        reel_put(r, large(pieces, rng, i, 100));
    ck_assert_uint_eq(reel_n(r), REEL_SPAN_S);
    ck_assert_uint_le(reel_bytes(r), REEL_MAX_BYTES);
    reel_free(r);
    free(pieces);
}
END_TEST

/* Each moment says which second it was by what its pieces add up to. */
START_TEST(reel_thins_out_what_is_old_within_its_bytes)
{
    enum { CHANGES = 5000, SECONDS = 1500 };
    uint64_t state = 5;
    struct rng rng = rng_seeded(&state);
    uint8_t *pieces = xzalloc(N_PIECES);
    uint32_t *sums = xcalloc(SECONDS, sizeof *sums);
    struct reel *r = reel_new(2 * MIB);
    for (int i = 0; i < SECONDS; i++) {
        reel_put(r, large(pieces, rng, i, CHANGES));
        sums[i] = sum_of(pieces);
        ck_assert_uint_le(reel_bytes(r), 2 * MIB);
    }
    size_t n = reel_n(r);
    int64_t last_ms = reel_at_ms(r, n - 1);
    ck_assert_uint_gt(n, 15);
    ck_assert_uint_lt(n, 200);
    ck_assert_int_eq(last_ms, (SECONDS - 2) * 1000);
    /* The last seconds are whole; before them a gap is a share of its age. */
    ck_assert_int_eq(reel_at_ms(r, n - 4), last_ms - 3000);
    ck_assert_int_lt(reel_at_ms(r, 0), last_ms - 300000);
    for (size_t i = 0; i + 1 < n; i++) {
        int64_t gap = reel_at_ms(r, i + 1) - reel_at_ms(r, i);
        int64_t age = last_ms - reel_at_ms(r, i);
        ck_assert_int_gt(gap, 0);
        ck_assert_int_le(gap, 1000 + age / 2);
    }
    reel_hold(r);
    for (size_t i = n; reel_step(r, -1); i--) {
        int64_t ms = reel_shown(r)->now_ms;
        ck_assert_int_eq(ms, reel_at_ms(r, i - 1));
        ck_assert_uint_eq(sum_of(reel_shown(r)->detail->pieces),
                          sums[ms / 1000]);
    }
    ck_assert_int_eq(reel_shown(r)->now_ms, reel_at_ms(r, 0));
    reel_free(r);
    free(sums);
    free(pieces);
}
END_TEST

START_TEST(reel_keeps_nothing_that_is_larger_than_all_it_may)
{
    uint64_t state = 9;
    struct rng rng = rng_seeded(&state);
    uint8_t *pieces = xzalloc(N_PIECES);
    struct reel *r = reel_new(N_PIECES);
    for (int i = 0; i < 5; i++)
        reel_put(r, large(pieces, rng, i, 1));
    ck_assert_uint_eq(reel_n(r), 0);
    ck_assert_uint_eq(reel_bytes(r), 0);
    reel_hold(r);
    ck_assert(!reel_step(r, -1));
    reel_put(r, at(6000));
    reel_put(r, at(7000));
    ck_assert_uint_eq(reel_n(r), 1);
    reel_free(r);
    free(pieces);
}
END_TEST

/* The list of a client at rest: its rows are made anew now and then, with another time
 * in them. */
START_TEST(reel_of_a_thousand_torrents_at_rest_is_small)
{
    enum { N = 1000, SECONDS = REEL_SPAN_S + 1 };
    struct reel *r = reel_new(REEL_MAX_BYTES);
    for (int second = 0; second < SECONDS; second++) {
        struct frame *f = frame_new_shared(N);
        f->now_ms = second * 1000;
        for (size_t i = 0; i < N; i++) {
            struct frame_torrent t = {.id = (uint32_t)i + 1,
                                      .name = "debian-12.5.0-amd64-DVD-1.iso",
                                      .dir = "/home/downloads",
                                      .seconds_seed = second};
            f->torrents[i] = frame_torrent_new(&t);
        }
        reel_put(r, f);
    }
    ck_assert_uint_eq(reel_n(r), REEL_SPAN_S);
    ck_assert_uint_lt(reel_bytes(r), REEL_MAX_BYTES);
    reel_hold(r);
    ck_assert(reel_step(r, -60));
    const struct frame_torrent *t = reel_shown(r)->torrents[N - 1];
    ck_assert_int_eq(t->seconds_seed, SECONDS - 1 - 60);
    ck_assert_str_eq(t->name, "debian-12.5.0-amd64-DVD-1.iso");
    reel_free(r);
}
END_TEST

Suite *reel_suite(void)
{
    Suite *s = suite_create("reel");
    TCase *t = tcase_create("reel");
    tcase_add_test(t, reel_without_a_frame_shows_none);
    tcase_add_test(t, reel_keeps_one_a_second_and_ten_minutes);
    tcase_add_test(t, reel_held_stands_and_steps);
    tcase_add_test(t, reel_steps_to_its_ends_and_no_further);
    tcase_add_test(t, reel_settles_on_what_is_kept_of_the_second);
    tcase_add_test(t, reel_held_outlasts_what_is_kept);
    tcase_add_test(t, reel_keeps_every_second_of_a_large_torrent);
    tcase_add_test(t, reel_thins_out_what_is_old_within_its_bytes);
    tcase_add_test(t, reel_keeps_nothing_that_is_larger_than_all_it_may);
    tcase_add_test(t, reel_of_a_thousand_torrents_at_rest_is_small);
    suite_add_tcase(s, t);
    return s;
}
