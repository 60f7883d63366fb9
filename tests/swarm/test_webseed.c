#include "config.h"

#include "swarm/webseed.h"

#include "tests/swarm/suites.h"

/* Begin a request at now_ms, which must be allowed. */
static void begin(struct webseed *w, int64_t now_ms)
{
    ck_assert(webseed_may_begin(w, now_ms));
    webseed_on_begin(w);
    webseed_check(w);
}

static void break_off(struct webseed *w, bool had_blocks, int64_t wish_s,
                      int64_t now_ms)
{
    webseed_on_failed(w, had_blocks, wish_s, "HTTP 503", now_ms);
    webseed_check(w);
}

START_TEST(one_request_until_a_block_came_then_three)
{
    struct webseed w;
    webseed_init(&w);
    begin(&w, 0);
    ck_assert(!webseed_may_begin(&w, 10));
    webseed_on_block(&w, 16384, 10);
    begin(&w, 10);
    begin(&w, 10);
    ck_assert(!webseed_may_begin(&w, 10));
    webseed_on_end(&w);
    begin(&w, 20);
    webseed_on_rangeless(&w);
    webseed_on_end(&w);
    webseed_on_end(&w);
    ck_assert(!webseed_may_begin(&w, 30));
    webseed_on_end(&w);
    ck_assert(webseed_may_begin(&w, 30));
    webseed_check(&w);
}
END_TEST

START_TEST(errors_are_rested_after_longer_and_longer)
{
    static const int64_t rests_ms[] = {30000,  60000,   120000,  240000, 480000,
                                       960000, 1920000, 3600000, 3600000};
    struct webseed w;
    int64_t now_ms = 1000;
    webseed_init(&w);
    ck_assert_int_eq(webseed_deadline_ms(&w), INT64_MAX);
    for (size_t i = 0; i < sizeof rests_ms / sizeof *rests_ms; i++) {
        begin(&w, now_ms);
        break_off(&w, false, 0, now_ms);
        ck_assert_str_eq(w.words.text, "HTTP 503");
        ck_assert_int_eq(webseed_deadline_ms(&w), now_ms + rests_ms[i]);
        ck_assert(!webseed_may_begin(&w, now_ms + rests_ms[i] - 1));
        now_ms += rests_ms[i];
    }
    /* One good request, and all is forgotten. */
    begin(&w, now_ms);
    webseed_on_block(&w, 16384, now_ms);
    webseed_on_end(&w);
    ck_assert_str_eq(w.words.text, "");
    begin(&w, now_ms);
    break_off(&w, false, 0, now_ms);
    ck_assert_int_eq(webseed_deadline_ms(&w), now_ms + 30000);
}
END_TEST

START_TEST(woken_it_is_ready_and_its_failures_do_not_count)
{
    struct webseed w;
    webseed_init(&w);
    for (int64_t now_ms = 0; now_ms < 60000; now_ms += 30000) {
        begin(&w, now_ms);
        break_off(&w, false, 0, now_ms);
        ck_assert_int_eq(webseed_deadline_ms(&w), now_ms + 30000);
        webseed_wake(&w);
        ck_assert(webseed_may_begin(&w, now_ms));
    }
    webseed_drop(&w, "of no use");
    webseed_wake(&w);
    ck_assert(!webseed_may_begin(&w, 60000));
}
END_TEST

START_TEST(error_after_blocks_is_rested_after_shortly)
{
    struct webseed w;
    webseed_init(&w);
    begin(&w, 0);
    webseed_on_block(&w, 16384, 100);
    break_off(&w, true, 0, 100);
    ck_assert_int_eq(webseed_deadline_ms(&w), 2100);
}
END_TEST

START_TEST(longer_wish_of_the_server_counts_within_bounds)
{
    struct webseed w;
    webseed_init(&w);
    begin(&w, 0);
    break_off(&w, false, 90, 0);
    ck_assert_int_eq(webseed_deadline_ms(&w), 90000);
    begin(&w, 90000);
    break_off(&w, false, 5, 90000);
    ck_assert_int_eq(webseed_deadline_ms(&w), 150000);
    begin(&w, 150000);
    break_off(&w, false, INT64_MAX, 150000);
    ck_assert_int_eq(webseed_deadline_ms(&w), 150000 + 3600000);
}
END_TEST

/* It takes two at once, and refuses the third. */
START_TEST(refusal_of_one_more_lowers_how_many)
{
    struct webseed w;
    webseed_init(&w);
    begin(&w, 0);
    webseed_on_block(&w, 16384, 0);
    begin(&w, 0);
    begin(&w, 0);
    break_off(&w, false, 0, 0);
    ck_assert_int_eq(w.state, WEBSEED_READY);
    ck_assert(!webseed_may_begin(&w, 0));
    webseed_on_end(&w);
    begin(&w, 0);
    ck_assert(!webseed_may_begin(&w, 100000));
}
END_TEST

START_TEST(dropped_is_dropped)
{
    struct webseed w;
    webseed_init(&w);
    begin(&w, 0);
    webseed_on_block(&w, 16384, 0);
    begin(&w, 0);
    webseed_drop(&w, "wrong data");
    break_off(&w, false, 0, 0);
    webseed_on_end(&w);
    webseed_check(&w);
    ck_assert_str_eq(w.words.text, "wrong data");
    ck_assert(!webseed_may_begin(&w, INT64_MAX));
    ck_assert_int_eq(webseed_deadline_ms(&w), INT64_MAX);
}
END_TEST

/* 10 s of what it sends, shared by its requests, within bounds. */
START_TEST(requests_are_as_long_as_the_server_is_quick)
{
    struct webseed w;
    webseed_init(&w);
    ck_assert_uint_eq(webseed_run_bytes(&w, 0), WEBSEED_FIRST_RUN);
    begin(&w, 0);
    for (int i = 0; i < 50; i++) /* 163840 bytes a second */
        webseed_on_block(&w, 16384, i * 100);
    uint64_t alone = webseed_run_bytes(&w, 5000);
    ck_assert_uint_gt(alone, 600000);
    ck_assert_uint_lt(alone, 1000000);
    begin(&w, 5000);
    ck_assert_uint_lt(webseed_run_bytes(&w, 5000), alone);
    ck_assert_uint_eq(webseed_run_bytes(&w, 60000), WEBSEED_MIN_RUN);
    for (int i = 0; i < 2000; i++)
        webseed_on_block(&w, 16384, 60000 + i);
    ck_assert_uint_eq(webseed_run_bytes(&w, 62000), WEBSEED_MAX_RUN);
    webseed_on_rangeless(&w);
    ck_assert_uint_eq(webseed_run_bytes(&w, 62000), WEBSEED_RANGELESS_RUN);
}
END_TEST

START_TEST(tail_of_a_slow_request_is_given_back)
{
    ck_assert_uint_eq(webseed_keep(256, 0, 4999), 256);
    ck_assert_uint_eq(webseed_keep(256, 0, 5000), 1);
    ck_assert_uint_eq(webseed_keep(1, 0, 60000), 1);
    /* A block a second: 30 are in time, of more it keeps 10. */
    ck_assert_uint_eq(webseed_keep(30, 10 * 16384, 10000), 30);
    ck_assert_uint_eq(webseed_keep(31, 10 * 16384, 10000), 10);
    ck_assert_uint_eq(webseed_keep(256, UINT64_C(1) << 40, 10000), 256);
}
END_TEST

Suite *webseed_suite(void)
{
    Suite *s = suite_create("webseed");
    TCase *tc = tcase_create("webseed");
    tcase_add_test(tc, one_request_until_a_block_came_then_three);
    tcase_add_test(tc, errors_are_rested_after_longer_and_longer);
    tcase_add_test(tc, woken_it_is_ready_and_its_failures_do_not_count);
    tcase_add_test(tc, error_after_blocks_is_rested_after_shortly);
    tcase_add_test(tc, longer_wish_of_the_server_counts_within_bounds);
    tcase_add_test(tc, refusal_of_one_more_lowers_how_many);
    tcase_add_test(tc, dropped_is_dropped);
    tcase_add_test(tc, requests_are_as_long_as_the_server_is_quick);
    tcase_add_test(tc, tail_of_a_slow_request_is_given_back);
    suite_add_tcase(s, tc);
    return s;
}
