/* One tracker's times and events; their interplay is in test_announcer.c. */
#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/tracker_entry.h"

#include <string.h>

static struct tracker_entry open_entry(const char *url)
{
    struct tracker_entry e;

    tracker_entry_init(&e, url, strlen(url));
    tracker_entry_start(&e, 1000);
    tracker_entry_check(&e);
    return e;
}

static void succeed(struct tracker_entry *e, int64_t now_ms)
{
    struct tracker_reply r;

    tracker_reply_init(&r);
    tracker_entry_succeeded(e, &r, now_ms);
    tracker_entry_check(e);
}

START_TEST(init_copies_only_the_url)
{
    struct tracker_entry e;

    tracker_entry_init(&e, "http://a/announce  ", 17);
    ck_assert_str_eq(e.url, "http://a/announce");
    ck_assert(e.can_scrape);
    tracker_entry_fini(&e);
    tracker_entry_init(&e, "http://a/x", 10);
    ck_assert(!e.can_scrape);
    tracker_entry_fini(&e);
    tracker_entry_init(&e, "UDP://a:1", 9);
    ck_assert(e.can_scrape);
    tracker_entry_fini(&e);
}
END_TEST

/* 20 s, 5, 15, 30, 60, 120 min, and there it stays. */
START_TEST(failed_climbs_ladder_with_jitter)
{
    static const int64_t WANT_S[] = {20,   300,  900,  1800,
                                     3600, 7200, 7200, 7200};
    struct tracker_entry e = open_entry("http://a/x");

    for (size_t i = 0; i < sizeof WANT_S / sizeof WANT_S[0]; i++) {
        int64_t now_ms = 1000 * (int64_t)i;

        tracker_entry_send(&e, false, now_ms);
        tracker_entry_failed(&e, "x", 1, 0, 77, now_ms);
        ck_assert_int_eq(e.not_before_ms, now_ms + WANT_S[i] * 1000 + 77);
        tracker_entry_check(&e);
    }
    tracker_entry_fini(&e);
}
END_TEST

START_TEST(failed_retry_told_is_a_minimum)
{
    struct tracker_entry e = open_entry("http://a/x");

    tracker_entry_failed(&e, "", 0, 30000, 0, 0);
    ck_assert_int_eq(e.not_before_ms, 30000);
    ck_assert_str_eq(e.words, "failed without a reason");
    tracker_entry_failed(&e, "x", 1, 30000, 0, 0);
    ck_assert_int_eq(e.not_before_ms, 300000);
    tracker_entry_failed(&e, "x", 1, TRACKER_RETRY_NEVER, 0, 0);
    ck_assert_int_eq(e.not_before_ms, TRACKER_ENTRY_NEVER_MS);
    ck_assert_int_eq(tracker_entry_state(&e), ANNOUNCER_REFUSED);
    tracker_entry_start(&e, 5);
    ck_assert_int_eq(tracker_entry_state(&e), ANNOUNCER_UNUSED);
    tracker_entry_fini(&e);
}
END_TEST

START_TEST(hurry_never_puts_off)
{
    struct tracker_entry e = open_entry("http://a/x");

    tracker_entry_hurry(&e, true, 1000);
    tracker_entry_send(&e, false, 1000);
    succeed(&e, 1000);
    ck_assert_int_eq(e.due_ms, 1801000);
    tracker_entry_hurry(&e, false, 1000);
    ck_assert_int_eq(e.due_ms, 121000);
    tracker_entry_hurry(&e, true, 1000);
    ck_assert_int_eq(e.due_ms, 61000);
    tracker_entry_hurry(&e, false, 1000);
    ck_assert_int_eq(e.due_ms, 61000);
    tracker_entry_hurry(&e, true, 500000);
    ck_assert_int_eq(e.due_ms, 61000);
    tracker_entry_fini(&e);
}
END_TEST

/* A min interval above the interval is kept, too. */
START_TEST(succeeded_min_interval_above_interval)
{
    struct tracker_entry e = open_entry("http://a/x");
    struct tracker_reply r;

    tracker_reply_init(&r);
    r.interval_ms = 60000;
    r.min_interval_ms = 900000;
    tracker_entry_send(&e, false, 0);
    tracker_entry_succeeded(&e, &r, 0);
    ck_assert_int_eq(e.due_ms, 900000);
    tracker_entry_fini(&e);
}
END_TEST

START_TEST(events_started_completed_none_stopped)
{
    struct tracker_entry e = open_entry("http://a/x");

    ck_assert(tracker_entry_has_news(&e));
    ck_assert_int_eq(tracker_entry_send(&e, false, 0), TRACKER_EVENT_STARTED);
    succeed(&e, 0);
    ck_assert(!tracker_entry_has_news(&e));
    tracker_entry_completed(&e);
    ck_assert(tracker_entry_has_news(&e));
    ck_assert_int_eq(tracker_entry_send(&e, false, 1), TRACKER_EVENT_COMPLETED);
    succeed(&e, 1);
    ck_assert_int_eq(tracker_entry_send(&e, false, 2), TRACKER_EVENT_NONE);
    succeed(&e, 2);
    tracker_entry_stop(&e, 3);
    ck_assert_int_eq(tracker_entry_send(&e, true, 3), TRACKER_EVENT_STOPPED);
    succeed(&e, 3);
    ck_assert(!e.owes_stopped && !e.is_known);
    tracker_entry_fini(&e);
}
END_TEST

START_TEST(stop_unknown_owes_nothing)
{
    struct tracker_entry e = open_entry("http://a/x");

    tracker_entry_stop(&e, 0);
    ck_assert(!e.owes_stopped);
    tracker_entry_fini(&e);
}
END_TEST

START_TEST(cancelled_is_in_history)
{
    struct tracker_entry e = open_entry("http://a/x");
    struct announcer_attempt h[2];

    tracker_entry_send(&e, false, 1000);
    tracker_entry_stop(&e, 1700);
    ck_assert_uint_eq(tracker_entry_history(&e, h, 2), 1);
    ck_assert(!h[0].ok);
    ck_assert_int_eq(h[0].took_ms, 700);
    ck_assert_str_eq(h[0].words, "cancelled");
    tracker_entry_fini(&e);
}
END_TEST

START_TEST(scrape_due_when_counts_are_old)
{
    struct tracker_entry e = open_entry("udp://a:1");
    struct tracker_reply r;

    ck_assert_int_eq(tracker_entry_scrape_ms(&e), TRACKER_ENTRY_NEVER_MS);
    tracker_entry_send(&e, false, 2000);
    tracker_reply_init(&r);
    r.n_seeds = r.n_leechers = 1;
    tracker_entry_succeeded(&e, &r, 2000);
    ck_assert_int_eq(tracker_entry_scrape_ms(&e), 2000 + ANNOUNCER_SCRAPE_MS);
    e.scrape_in_flight = true;
    ck_assert_int_eq(tracker_entry_scrape_ms(&e), TRACKER_ENTRY_NEVER_MS);
    tracker_entry_scraped(&e, NULL, 9000);
    ck_assert_int_eq(tracker_entry_scrape_ms(&e), 9000 + ANNOUNCER_SCRAPE_MS);
    ck_assert_int_eq(e.n_seeds, 1);
    tracker_entry_fini(&e);
}
END_TEST

/* What it owes is what it owed: nothing that comes later is for it. */
START_TEST(disabled_owes_stopped_alone)
{
    struct tracker_entry e = open_entry("udp://a:1");

    tracker_entry_send(&e, false, 1000);
    succeed(&e, 1000);
    tracker_entry_completed(&e);
    tracker_entry_disable(&e, true, 2000);
    tracker_entry_check(&e);
    tracker_entry_completed(&e);
    tracker_entry_start(&e, 2000);
    ck_assert(e.owes_stopped && !e.owes_completed);
    ck_assert_int_eq(tracker_entry_scrape_ms(&e), TRACKER_ENTRY_NEVER_MS);
    ck_assert_int_eq(tracker_entry_send(&e, false, 2000),
                     TRACKER_EVENT_STOPPED);
    ck_assert_int_eq(tracker_entry_state(&e), ANNOUNCER_DISABLED);
    tracker_entry_failed(&e, "x", 1, 0, 0, 3000);
    tracker_entry_check(&e);
    tracker_entry_stop(&e, 4000);
    ck_assert(!e.owes_stopped && !e.is_known);
    tracker_entry_enable(&e, true, 5000);
    tracker_entry_check(&e);
    ck_assert_int_eq(tracker_entry_state(&e), ANNOUNCER_WORKING);
    ck_assert_int_eq(tracker_entry_send(&e, false, 5000),
                     TRACKER_EVENT_STARTED);
    tracker_entry_fini(&e);
}
END_TEST

/* At rest there is nothing to stop or start: only what comes then is otherwise. */
START_TEST(disabled_at_rest_changes_nothing_else)
{
    struct tracker_entry e = open_entry("http://a/x");

    tracker_entry_send(&e, false, 1000);
    succeed(&e, 1000);
    tracker_entry_stop(&e, 2000);
    tracker_entry_send(&e, false, 2000);
    tracker_entry_disable(&e, false, 2000);
    ck_assert(e.owes_stopped && e.in_flight);
    tracker_entry_enable(&e, false, 2000);
    ck_assert(e.owes_stopped && e.in_flight && !e.is_disabled);
    tracker_entry_check(&e);
    tracker_entry_fini(&e);
}
END_TEST

Suite *tracker_entry_suite(void)
{
    Suite *s = suite_create("tracker_entry");
    TCase *t = tcase_create("tracker_entry");

    tcase_add_test(t, init_copies_only_the_url);
    tcase_add_test(t, failed_climbs_ladder_with_jitter);
    tcase_add_test(t, failed_retry_told_is_a_minimum);
    tcase_add_test(t, hurry_never_puts_off);
    tcase_add_test(t, succeeded_min_interval_above_interval);
    tcase_add_test(t, events_started_completed_none_stopped);
    tcase_add_test(t, stop_unknown_owes_nothing);
    tcase_add_test(t, cancelled_is_in_history);
    tcase_add_test(t, scrape_due_when_counts_are_old);
    tcase_add_test(t, disabled_owes_stopped_alone);
    tcase_add_test(t, disabled_at_rest_changes_nothing_else);
    suite_add_tcase(s, t);
    return s;
}
