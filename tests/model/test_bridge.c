#include "config.h"

#include "tests/model/suites.h"

#include "model/bridge.h"

#include <pthread.h>

static void count_wake(void *ctx)
{
    ++*(int *)ctx;
}

START_TEST(commands_arrive_in_order_and_wake)
{
    struct bridge *b = bridge_new();
    int n_wakes = 0;
    bridge_send(b, command_new(COMMAND_REANNOUNCE, 1)); /* nobody to wake yet */
    bridge_set_wake(b, count_wake, &n_wakes);
    bridge_send(b, command_new(COMMAND_REANNOUNCE, 2));
    bridge_send(b, command_new(COMMAND_QUIT, 0));
    ck_assert_int_eq(n_wakes, 2);
    static const uint32_t order[] = {1, 2, 0};
    for (size_t i = 0; i < 3; i++) {
        struct command *c = bridge_take_command(b);
        ck_assert_ptr_nonnull(c);
        ck_assert_uint_eq(c->torrent, order[i]);
        command_free(c);
    }
    ck_assert_ptr_null(bridge_take_command(b));
    bridge_set_wake(b, NULL, NULL);
    bridge_send(b, command_new(COMMAND_QUIT, 0)); /* freed with the bridge */
    ck_assert_int_eq(n_wakes, 2);
    bridge_free(b);
}
END_TEST

START_TEST(frames_only_latest_is_kept)
{
    struct bridge *b = bridge_new();
    ck_assert(bridge_wants_frame(b));
    ck_assert_ptr_null(bridge_take_frame(b));
    for (int64_t at = 1; at <= 3; at++) {
        struct frame *f = frame_new(0);
        f->now_ms = at;
        bridge_publish(b, f);
    }
    ck_assert(!bridge_wants_frame(b));
    struct frame *f = bridge_take_frame(b);
    ck_assert_int_eq(f->now_ms, 3);
    frame_free(f);
    ck_assert(bridge_wants_frame(b));
    bridge_publish(b, frame_new(5)); /* freed with the bridge */
    bridge_free(b);
}
END_TEST

START_TEST(events_overflow_loses_oldest_and_counts)
{
    struct bridge *b = bridge_new();
    struct event e = {.kind = EVENT_DISK};
    for (uint32_t i = 0; i < BRIDGE_MAX_EVENTS + 7; i++) {
        e.torrent = i;
        bridge_post(b, &e);
    }
    ck_assert(bridge_take_event(b, &e));
    ck_assert_int_eq(e.kind, EVENT_LOST);
    ck_assert_str_eq(e.text, "7 events came too fast to be kept");
    for (uint32_t i = 7; i < BRIDGE_MAX_EVENTS + 7; i++) {
        ck_assert(bridge_take_event(b, &e));
        ck_assert_uint_eq(e.torrent, i);
    }
    ck_assert(!bridge_take_event(b, &e));
    bridge_free(b);
}
END_TEST

START_TEST(wait_returns_at_once_when_news_is_there)
{
    /* A wait that missed what is there already would last for an hour. */
    struct bridge *b = bridge_new();
    struct event e = {.kind = EVENT_ADDED};
    bridge_post(b, &e);
    bridge_wait(b, 3600 * 1000);
    ck_assert(bridge_take_event(b, &e));
    bridge_publish(b, frame_new(0));
    bridge_wait(b, 3600 * 1000);
    bridge_free(b);
}
END_TEST

enum { N_POSTED = 500 };

static void *post_all(void *ctx)
{
    struct event e = {.kind = EVENT_ADDED};
    for (uint32_t i = 0; i < N_POSTED; i++) {
        e.torrent = i;
        bridge_post(ctx, &e);
        bridge_publish(ctx, frame_new(1));
    }
    return NULL;
}

START_TEST(two_threads_nothing_is_lost)
{
    struct bridge *b = bridge_new();
    pthread_t engine;
    ck_assert_int_eq(pthread_create(&engine, NULL, post_all, b), 0);
    for (uint32_t i = 0; i < N_POSTED;) {
        struct event e;
        bridge_wait(b, 1000);
        while (bridge_take_event(b, &e))
            ck_assert_uint_eq(e.torrent, i++);
        frame_free(bridge_take_frame(b));
    }
    pthread_join(engine, NULL);
    bridge_free(b);
}
END_TEST

Suite *bridge_suite(void)
{
    Suite *s = suite_create("bridge");
    TCase *tc = tcase_create("bridge");
    tcase_add_test(tc, commands_arrive_in_order_and_wake);
    tcase_add_test(tc, frames_only_latest_is_kept);
    tcase_add_test(tc, events_overflow_loses_oldest_and_counts);
    tcase_add_test(tc, wait_returns_at_once_when_news_is_there);
    tcase_add_test(tc, two_threads_nothing_is_lost);
    suite_add_tcase(s, tc);
    return s;
}
