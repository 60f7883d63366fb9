/* The bounds of what a tracker may say. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/tracker.h"

#include <string.h>

START_TEST(tracker_interval_ms_clamps)
{
    ck_assert_int_eq(tracker_interval_ms(INT64_MIN), 1800000);
    ck_assert_int_eq(tracker_interval_ms(-1), 1800000);
    ck_assert_int_eq(tracker_interval_ms(0), 1800000);
    ck_assert_int_eq(tracker_interval_ms(1), 60000);
    ck_assert_int_eq(tracker_interval_ms(60), 60000);
    ck_assert_int_eq(tracker_interval_ms(61), 61000);
    ck_assert_int_eq(tracker_interval_ms(7200), 7200000);
    ck_assert_int_eq(tracker_interval_ms(7201), 7200000);
    ck_assert_int_eq(tracker_interval_ms(INT64_MAX), 7200000);
}
END_TEST

/* Regression 57a348bd: a reply must not fill the list beyond its limit. */
START_TEST(tracker_reply_add_beyond_limit_dropped)
{
    struct tracker_reply r;

    tracker_reply_init(&r);
    for (uint32_t i = 0; i < TRACKER_MAX_PEERS + 500; i++) {
        struct addr a =
            addr_v4((const uint8_t[]){9, 1, (uint8_t)(i >> 8), (uint8_t)i},
                    6881);

        tracker_reply_add(&r, &a);
        ck_assert(addr_eq(&r.peers[r.n_peers - 1], &a) ||
                  i >= TRACKER_MAX_PEERS);
    }
    ck_assert_uint_eq(r.n_peers, TRACKER_MAX_PEERS);
    ck_assert_uint_eq(r.n_over, 500);
    tracker_reply_fini(&r);
}
END_TEST

START_TEST(tracker_reply_add_undialable_dropped)
{
    struct addr no_port = addr_v4((const uint8_t[]){9, 1, 1, 1}, 0);
    struct addr any = addr_v4((const uint8_t[]){0, 0, 0, 0}, 80);
    struct tracker_reply r;

    tracker_reply_init(&r);
    tracker_reply_add(&r, &no_port);
    tracker_reply_add(&r, &any);
    ck_assert_uint_eq(r.n_peers, 0);
    ck_assert_uint_eq(r.n_bad, 2);
    tracker_reply_fini(&r);
}
END_TEST

START_TEST(tracker_text_set_cuts)
{
    uint8_t bytes[TRACKER_MAX_TEXT + 10];
    struct tracker_text t = {.len = 7};

    memset(bytes, 'x', sizeof bytes);
    tracker_text_set(&t, (struct span){bytes, sizeof bytes});
    ck_assert_uint_eq(t.len, TRACKER_MAX_TEXT);
    tracker_text_set(&t, (struct span){NULL, 0});
    ck_assert_uint_eq(t.len, 0);
}
END_TEST

START_TEST(tracker_event_name_each)
{
    ck_assert_str_eq(tracker_event_name(TRACKER_EVENT_NONE), "");
    ck_assert_str_eq(tracker_event_name(TRACKER_EVENT_STARTED), "started");
    ck_assert_str_eq(tracker_event_name(TRACKER_EVENT_COMPLETED), "completed");
    ck_assert_str_eq(tracker_event_name(TRACKER_EVENT_STOPPED), "stopped");
    ck_assert_str_eq(tracker_event_name(TRACKER_EVENT_PAUSED), "paused");
}
END_TEST

START_TEST(tracker_reply_add_compact_each_family)
{
    static const uint8_t v4[] = {8, 8, 8, 8, 0, 80, 9, 9, 9, 9, 1, 0, 7, 7};
    static const uint8_t v6[18] = {0x20, 1, 0xd, 0xb8, [15] = 7, [17] = 99};
    struct tracker_reply r;
    char text[ADDR_TEXT_MAX];

    tracker_reply_init(&r);
    tracker_reply_add_compact(&r, (struct span){v4, 12}, false);
    ck_assert_uint_eq(r.n_peers, 2);
    ck_assert_uint_eq(r.n_bad, 0);
    ck_assert_str_eq(addr_text(&r.peers[1], text), "9.9.9.9:256");
    tracker_reply_add_compact(&r, (struct span){v4, 14}, false);
    ck_assert_uint_eq(r.n_peers, 4);
    ck_assert_uint_eq(r.n_bad, 1);
    /* 18 is a multiple of 6: who sent it says which they are. */
    tracker_reply_add_compact(&r, (struct span){v6, 18}, true);
    ck_assert_uint_eq(r.n_peers, 5);
    ck_assert_str_eq(addr_text(&r.peers[4], text), "[2001:db8::7]:99");
    tracker_reply_add_compact(&r, (struct span){NULL, 0}, true);
    ck_assert_uint_eq(r.n_peers, 5);
    ck_assert_uint_eq(r.n_bad, 1);
    tracker_reply_fini(&r);
}
END_TEST

Suite *tracker_suite(void)
{
    Suite *s = suite_create("tracker");
    TCase *t = tcase_create("tracker");

    tcase_add_test(t, tracker_interval_ms_clamps);
    tcase_add_test(t, tracker_reply_add_beyond_limit_dropped);
    tcase_add_test(t, tracker_reply_add_undialable_dropped);
    tcase_add_test(t, tracker_reply_add_compact_each_family);
    tcase_add_test(t, tracker_text_set_cuts);
    tcase_add_test(t, tracker_event_name_each);
    suite_add_tcase(s, t);
    return s;
}
