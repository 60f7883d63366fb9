#include "config.h"

#include "ui/hold.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "tests/ui/suites.h"

static struct frame *at(int64_t now_ms)
{
    struct frame *f = frame_new_shared(0);
    f->now_ms = now_ms;
    f->now_wall = 1795413600 + now_ms / 1000;
    return f;
}

static void run(struct hold *h, struct view_world *w, int from_s, int to_s)
{
    for (int s = from_s; s <= to_s; s++) {
        struct event e = {.kind = EVENT_PIECE, .at_ms = s * 1000};
        snprintf(e.text, sizeof e.text, "%d", s);
        hold_on_event(h, w, &e);
        hold_on_frame(h, w, at(s * 1000));
    }
}

static void expect_words(const struct hold *h, int width, const char *wanted)
{
    char words[HOLD_WORDS_LEN];
    hold_words(h, width, words);
    ck_assert_str_eq(words, wanted);
}

START_TEST(hold_words_say_which_moment_it_is)
{
    setenv("TZ", "UTC", 1);
    tzset();
    struct hold *h = hold_new();
    struct view_world w = {0};
    run(h, &w, 0, 100);
    expect_words(h, 80, "");
    ck_assert(hold_act(h, &w, KEYS_FREEZE));
    expect_words(h, 80, " held 06:01:40, 0s ago (,/. step, F live) ");
    run(h, &w, 101, 110);
    ck_assert(hold_act(h, &w, KEYS_MUCH_EARLIER));
    ck_assert(hold_act(h, &w, KEYS_MUCH_EARLIER));
    ck_assert(hold_act(h, &w, KEYS_LATER));
    ck_assert_int_eq(w.frame->now_ms, 81000);
    ck_assert_int_eq(w.latest->now_ms, 110000);
    expect_words(h, 80, " held 06:01:21, 29s ago (,/. step, F live) ");
    expect_words(h, 40, " held 29s ago, F live ");
    expect_words(h, 20, " held ");
    ck_assert(hold_act(h, &w, KEYS_EARLIEST));
    expect_words(h, 80, " held 06:00:00, 1m50s ago (,/. step, F live) ");
    ck_assert(hold_act(h, &w, KEYS_FREEZE));
    expect_words(h, 80, "");
    ck_assert_int_eq(w.frame->now_ms, 110000);
    ck_assert(!hold_act(h, &w, KEYS_NEXT));
    hold_free(h);
}
END_TEST

/* The log, too, is as it was. */
START_TEST(hold_shows_events_up_to_the_moment)
{
    struct hold *h = hold_new();
    struct view_world w = {0};
    run(h, &w, 0, 50);
    ck_assert(hold_act(h, &w, KEYS_EARLIER));
    ck_assert_uint_eq(w.n_events, 50);
    ck_assert_uint_eq(w.n_events_ever, 50);
    ck_assert_str_eq(w.events[w.n_events - 1].text, "49");
    ck_assert(hold_act(h, &w, KEYS_MUCH_EARLIER));
    run(h, &w, 51, 60);
    ck_assert_uint_eq(w.n_events, 40);
    ck_assert(hold_act(h, &w, KEYS_LATEST));
    ck_assert_uint_eq(w.n_events, 61);
    ck_assert(hold_act(h, &w, KEYS_EARLIEST));
    ck_assert_uint_eq(w.n_events, 1);
    /* What is kept of them no more is not shown. */
    run(h, &w, 61, HOLD_MAX_EVENTS + 10);
    ck_assert_uint_eq(w.n_events, 0);
    ck_assert(hold_act(h, &w, KEYS_FREEZE));
    ck_assert_uint_eq(w.n_events, HOLD_MAX_EVENTS);
    ck_assert_uint_eq(w.n_events_ever, HOLD_MAX_EVENTS + 11);
    ck_assert_str_eq(w.events[0].text, "11");
    hold_free(h);
    hold_free(NULL);
}
END_TEST

START_TEST(hold_says_where_there_is_nothing_more)
{
    struct hold *h = hold_new();
    struct view_world w = {0};
    run(h, &w, 0, 2);
    ck_assert(hold_act(h, &w, KEYS_LATER));
    ck_assert_str_eq(w.message, "the view is not held: F holds it");
    ck_assert(!hold_is_on(h));
    ck_assert(hold_act(h, &w, KEYS_EARLIEST));
    ck_assert(hold_is_on(h));
    ck_assert(hold_act(h, &w, KEYS_EARLIER));
    ck_assert_str_eq(w.message, "nothing older was kept");
    ck_assert(hold_act(h, &w, KEYS_LATEST));
    ck_assert(hold_act(h, &w, KEYS_LATER));
    ck_assert_str_eq(w.message, "this is the newest: F goes on with it");
    hold_free(h);
}
END_TEST

Suite *hold_suite(void)
{
    Suite *s = suite_create("hold");
    TCase *t = tcase_create("hold");
    tcase_add_test(t, hold_words_say_which_moment_it_is);
    tcase_add_test(t, hold_shows_events_up_to_the_moment);
    tcase_add_test(t, hold_says_where_there_is_nothing_more);
    suite_add_tcase(s, t);
    return s;
}
