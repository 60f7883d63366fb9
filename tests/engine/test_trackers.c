#include "config.h"

#include "tests/engine/suites.h"

#include "engine/tracker_call.h"
#include "engine/trackers.h"
#include "net/loop.h"
#include "tests/engine/outside.h"
#include "tests/net/turns.h"
#include "util/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct outside outside;
static struct udptracker udp;
static struct trackers *trackers;
static struct metainfo meta;
static struct metainfo_tracker one;
static struct web *web; /* NULL: none */

/* What the host was told. */
static int n_totals, n_peers, n_good, n_bad, n_quiet;
static char words[512]; /* the last */

static void on_totals(void *ctx, struct announcer_totals *out)
{
    ck_assert_ptr_eq(ctx, &outside);
    n_totals++;
    out->left = 1;
    out->port = outside.env.listen_port;
}

static void on_peer(void *ctx, const struct addr *a)
{
    ck_assert_ptr_eq(ctx, &outside);
    ck_assert_uint_ne(a->port, 0);
    n_peers++;
}

static void on_words(void *ctx, bool good, const char *line)
{
    ck_assert_ptr_eq(ctx, &outside);
    *(good ? &n_good : &n_bad) += 1;
    snprintf(words, sizeof words, "%s", line);
}

static void on_quiet(void *ctx)
{
    ck_assert_ptr_eq(ctx, &outside);
    ck_assert(trackers_is_quiet(trackers));
    n_quiet++;
}

static bool on_datagram(void *ctx, const struct addr *from, struct span bytes)
{
    (void)ctx;
    return trackers_on_datagram(trackers, from, bytes);
}

static void set_up(void)
{
    outside_init(&outside);
    outside.on_datagram = on_datagram;
    udptracker_init(&udp, outside.env.loop, false);
    meta = (struct metainfo){.trackers = &one};
    memset(meta.info_hash, 'i', sizeof meta.info_hash);
    one = (struct metainfo_tracker){.url = NULL};
    web = NULL;
    n_totals = n_peers = n_good = n_bad = n_quiet = 0;
}

static void tear_down(void)
{
    trackers_free(trackers);
    if (web != NULL)
        web_free(web);
    udptracker_fini(&udp);
    outside_fini(&outside);
    free(one.url);
}

/* A torrent whose only tracker this is; NULL: it has none. */
static void make(char *url)
{
    struct trackers_host host = {.totals = on_totals,
                                 .on_peer = on_peer,
                                 .on_words = on_words,
                                 .on_quiet = on_quiet,
                                 .ctx = &outside};
    one.url = url;
    meta.n_trackers = url != NULL ? 1 : 0;
    trackers = trackers_new(&outside.env, &meta,
                            (const uint8_t *)"-TS0100-abcdefghijkl", &host);
}

static void make_udp(void)
{
    make(xasprintf("udp://127.0.0.1:%u/announce", (unsigned)udp.at.port));
}

static void make_web(const struct web_page *pages, const char *host)
{
    web = web_new(outside.env.loop, pages);
    make(xasprintf("http://%s:%u/announce?passkey=secret", host,
                   (unsigned)web_port(web)));
}

static const char REPLY[] =
    "d8:completei1e11:external ip4:\xcb\x01\x71\x09"
    "10:incompletei1e8:intervali1800e"
    "5:peers12:\x01\x02\x03\x04\x1a\xe1\x05\x06\x07\x08\x1a\xe1"
    "15:warning message7:slow\033[me";

/* What is in flight to it is given up, and its answer is nobody's. */
START_TEST(trackers_are_added_and_removed_while_running)
{
    struct udptracker other;
    udptracker_init(&other, outside.env.loop, false);
    make_udp();
    trackers_start(trackers);
    ck_assert_int_eq(loop_run_once(outside.env.loop, 0), OK);
    ck_assert_ptr_eq(outside.env.asking, trackers);
    char *more = xasprintf("udp://127.0.0.1:%u/", (unsigned)other.at.port);
    ck_assert_int_eq(trackers_add(trackers, more), OK);
    ck_assert_int_eq(trackers_add(trackers, more), ERR_BUSY);
    ck_assert_int_eq(trackers_remove(trackers, "udp://nobody:1/"),
                     ERR_NOT_FOUND);
    ck_assert_int_eq(trackers_remove(trackers, one.url), OK);
    turns_until_count(outside.env.loop, &n_good, 1);
    ck_assert_int_eq(other.n_announces, 1);
    ck_assert_int_eq(udp.n_announces, 0);
    ck_assert_ptr_null(outside.env.asking);
    trackers_take_datagram(&outside.env, &udp.at, (struct span){NULL, 0});
    trackers_stop(trackers);
    ck_assert_ptr_eq(outside.env.asking, trackers);
    turns_until_count(outside.env.loop, &n_quiet, 1);
    ck_assert_int_eq(other.n_announces, 2);
    udptracker_fini(&other);
    free(more);
}
END_TEST

/* The next is asked at once, and the words are of those that are asked. */
START_TEST(trackers_are_disabled_and_enabled_while_running)
{
    struct udptracker other;
    struct cause said;
    udptracker_init(&other, outside.env.loop, false);
    make_udp();
    char *more = xasprintf("udp://127.0.0.1:%u/", (unsigned)other.at.port);
    ck_assert_int_eq(trackers_add(trackers, more), OK);
    ck_assert_int_eq(trackers_enable(trackers, "udp://nobody:1/", false),
                     ERR_NOT_FOUND);
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_good, 1);
    ck_assert_int_eq(trackers_enable(trackers, one.url, false), OK);
    trackers_words(trackers, &said);
    ck_assert_str_eq(said.text, "");
    turns_until_count(outside.env.loop, &n_good, 2);
    turns_until_count(outside.env.loop, &udp.n_announces, 2);
    turns_quiet(outside.env.loop);
    ck_assert_uint_eq(udp.event, TRACKER_EVENT_STOPPED);
    ck_assert_int_eq(other.n_announces, 1);
    trackers_words(trackers, &said);
    ck_assert_str_eq(said.text, words);
    ck_assert_int_eq(trackers_enable(trackers, one.url, false), OK);
    ck_assert_int_gt(trackers_reannounce(trackers), 0);
    outside_skip(&outside, 60000);
    turns_until_count(outside.env.loop, &n_good, 3);
    ck_assert_int_eq(other.n_announces, 2);
    ck_assert_int_eq(udp.n_announces, 2);
    ck_assert_int_eq(trackers_enable(trackers, one.url, true), OK);
    turns_until_count(outside.env.loop, &udp.n_announces, 3);
    ck_assert_uint_eq(udp.event, TRACKER_EVENT_STARTED);
    udptracker_fini(&other);
    free(more);
}
END_TEST

/* What was in flight to it is given up, a scrape too: nobody waits for it. */
START_TEST(trackers_disabled_in_flight_are_told_stopped)
{
    udp.mood = UDPTRACKER_IS_SILENT;
    make_udp();
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &udp.n_connects, 1);
    udp.mood = UDPTRACKER_ANSWERS;
    ck_assert_int_eq(trackers_enable(trackers, one.url, false), OK);
    turns_until_count(outside.env.loop, &udp.n_announces, 1);
    ck_assert_uint_eq(udp.event, TRACKER_EVENT_STOPPED);
    turns_quiet(outside.env.loop);
    ck_assert_ptr_null(outside.env.asking);
    ck_assert_int_eq(trackers_reannounce(trackers), -1);
    trackers_stop(trackers);
    ck_assert(trackers_is_quiet(trackers));
    ck_assert_int_eq(n_peers + n_good + n_bad + n_quiet, 0);
}
END_TEST

/* Leaving waits for a `stopped` of one that was disabled just now, as for others. */
START_TEST(trackers_disabled_just_now_are_waited_for)
{
    make_udp();
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_good, 1);
    udp.mood = UDPTRACKER_IS_SILENT;
    ck_assert_int_eq(trackers_enable(trackers, one.url, false), OK);
    turns_until_count(outside.env.loop, &udp.n_announces, 2);
    trackers_stop(trackers);
    ck_assert(!trackers_is_quiet(trackers));
    outside_skip(&outside, TRACKER_CALL_STOP_MS);
    ck_assert_int_eq(n_quiet, 1);
}
END_TEST

START_TEST(trackers_are_found_as_they_are_shown)
{
    make(xstrdup("udp://a:1/\x1b[m"));
    ck_assert_str_eq(trackers_find(trackers, one.url), one.url);
    ck_assert_str_eq(trackers_find(trackers, "udp://a:1/\xef\xbf\xbd[m"),
                     one.url);
    ck_assert_ptr_null(trackers_find(trackers, "udp://a:1/"));
}
END_TEST

/* A failure, as much as an answer. */
START_TEST(trackers_words_are_those_that_were_told)
{
    struct cause said;
    udp.mood = _i == 0 ? UDPTRACKER_REFUSES : UDPTRACKER_ANSWERS;
    make_udp();
    trackers_words(trackers, &said);
    ck_assert_str_eq(said.text, "");
    trackers_start(trackers);
    turns_until_count(outside.env.loop, _i == 0 ? &n_bad : &n_good, 1);
    trackers_words(trackers, &said);
    ck_assert_str_eq(said.text, words);
}
END_TEST

START_TEST(udp_life_is_started_completed_stopped)
{
    make_udp();
    ck_assert(trackers_is_quiet(trackers));
    trackers_start(trackers);
    ck_assert(!trackers_is_quiet(trackers));
    turns_until_count(outside.env.loop, &n_good, 1);
    ck_assert_uint_eq(udp.event, TRACKER_EVENT_STARTED);
    ck_assert_uint_eq(udp.port, 6881);
    ck_assert_int_eq(n_totals, 1);
    ck_assert_int_eq(n_peers, 1);
    ck_assert_ptr_nonnull(strstr(words, ": 1 peer"));
    trackers_completed(trackers);
    turns_until_count(outside.env.loop, &n_good, 2);
    ck_assert_uint_eq(udp.event, TRACKER_EVENT_COMPLETED);
    trackers_stop(trackers);
    ck_assert_int_eq(n_quiet, 0);
    turns_until_count(outside.env.loop, &n_quiet, 1);
    ck_assert_uint_eq(udp.event, TRACKER_EVENT_STOPPED);
    ck_assert_int_eq(n_peers, 2); /* a `stopped` asks for none */
    ck_assert_int_eq(n_good, 2);
    outside_skip(&outside, 3 * 3600 * 1000);
    ck_assert_int_eq(n_quiet, 1);
    ck_assert_int_eq(udp.n_announces, 3);
}
END_TEST

START_TEST(http_warning_is_told_clean_and_peers_are_taken)
{
    struct web_page pages[] = {outside_page("/announce", "200 OK", REPLY),
                               {.path = NULL}};
    make_web(pages, "127.0.0.1");
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_bad, 1);
    ck_assert_int_eq(n_peers, 2);
    ck_assert_ptr_nonnull(strstr(words, "slow"));
    ck_assert_ptr_null(strchr(words, '\033'));
    struct announcer_tracker t;
    announcer_tracker(trackers_announcer(trackers), 0, &t);
    ck_assert_int_eq(t.state, ANNOUNCER_WORKING);
    ck_assert_ptr_nonnull(strstr(web_last_request(web), "passkey=secret&"));
    ck_assert_int_eq(outside.env.self.v4.by, SELFADDR_TRACKER);
    ck_assert_uint_eq(outside.env.self.v4.ip.ip[ADDR_V4_AT], 203);
}
END_TEST

/* Who gets no peers is told why. */
START_TEST(peers_that_are_left_out_are_counted)
{
    static const char reply[] = "d8:intervali1800e5:peersl"
                                "d2:ip9:127.0.0.14:porti6881ee"
                                "d2:ip9:some.host4:porti6881ee"
                                "d2:ip9:10.0.0.114:porti0eee"
                                "e";
    struct web_page pages[] = {outside_page("/announce", "200 OK", reply),
                               {.path = NULL}};
    make_web(pages, "127.0.0.1");
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_good, 1);
    ck_assert_int_eq(n_peers, 1);
    ck_assert_ptr_nonnull(strstr(words, ": 1 peer, 2 left out: 1 by name, 1 "
                                        "that cannot be dialled, 0 too many"));
}
END_TEST

/* A name has two families, one of which nobody answers: that is no failure. */
START_TEST(name_of_two_families_is_one_success)
{
    struct web_page pages[] = {outside_page("/announce", "200 OK", REPLY),
                               {.path = NULL}};
    make_web(pages, "localhost");
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_peers, 2);
    turns_quiet(outside.env.loop);
    struct announcer_tracker t;
    announcer_tracker(trackers_announcer(trackers), 0, &t);
    ck_assert_int_eq(t.state, ANNOUNCER_WORKING);
    ck_assert_uint_eq(t.n_fails, 0);
}
END_TEST

START_TEST(failure_is_told_with_host_and_without_passkey)
{
    struct web_page pages[] = {outside_page("/announce", "200 OK",
                                            "d14:failure reason4:busye"),
                               {.path = NULL}};
    make_web(pages, "127.0.0.1");
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_bad, 1);
    ck_assert_ptr_nonnull(strstr(words, "http://127.0.0.1:"));
    ck_assert_ptr_nonnull(strstr(words, "busy"));
    ck_assert_ptr_null(strstr(words, "secret"));
    struct announcer_tracker t;
    announcer_tracker(trackers_announcer(trackers), 0, &t);
    ck_assert_int_eq(t.state, ANNOUNCER_FAILING);
    /* It never knew us: nobody is to be told. */
    trackers_stop(trackers);
    ck_assert(trackers_is_quiet(trackers));
    ck_assert_int_eq(n_quiet, 0);
}
END_TEST

START_TEST(private_torrent_is_announced_once)
{
    struct addr nobody = turns_v6(udp.at.port);
    outside.addrs[0] = udp.at;
    outside.addrs[1] = nobody;
    outside.n_addrs = 2;
    meta.is_private = _i == 1;
    make(xasprintf("udp://localhost:%u", (unsigned)udp.at.port));
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_good, 1);
    int64_t due_ms = loop_next_due_ms(outside.env.loop);
    /* A second leg would be resending within seconds. */
    bool is_over = due_ms > loop_now_ms(outside.env.loop) + 50000;
    if (turns_has_v6())
        ck_assert_int_eq(is_over, meta.is_private);
}
END_TEST

START_TEST(stop_gives_a_silent_tracker_up)
{
    make_udp();
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_good, 1);
    udp.mood = UDPTRACKER_IS_SILENT;
    trackers_stop(trackers);
    turns_until_count(outside.env.loop, &udp.n_announces, 2);
    ck_assert_int_eq(n_quiet, 0);
    outside_skip(&outside, TRACKER_CALL_STOP_MS);
    ck_assert_int_eq(n_quiet, 1);
    ck_assert_int_eq(n_bad, 0);
}
END_TEST

/* The first announce was not answered: it may have been heard. */
START_TEST(stop_while_starting_cancels_and_tells_stopped)
{
    udp.mood = UDPTRACKER_IS_SILENT;
    make_udp();
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &udp.n_connects, 1);
    udp.mood = UDPTRACKER_ANSWERS;
    trackers_stop(trackers);
    turns_until_count(outside.env.loop, &n_quiet, 1);
    ck_assert_int_eq(udp.n_announces, 1);
    ck_assert_uint_eq(udp.event, TRACKER_EVENT_STOPPED);
    ck_assert_int_eq(n_peers, 0);
}
END_TEST

START_TEST(stop_with_nobody_to_tell_is_quiet_at_once)
{
    make(_i == 0 ? NULL : xstrdup("udp://127.0.0.1:9"));
    if (_i == 0)
        trackers_start(trackers);
    trackers_stop(trackers);
    ck_assert(trackers_is_quiet(trackers));
    outside_skip(&outside, 60000);
    ck_assert_int_eq(n_quiet, 0);
}
END_TEST

START_TEST(start_after_stop_announces_again)
{
    make_udp();
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_good, 1);
    trackers_stop(trackers);
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_good, 2);
    ck_assert_uint_eq(udp.event, TRACKER_EVENT_STARTED);
    ck_assert_int_eq(n_quiet, 0);
}
END_TEST

/* Only for its sake: trackers that fail for other reasons wait as they do. */
START_TEST(filter_that_changes_has_those_asked_again_that_it_had)
{
    if (_i == 0)
        outside_filter(&outside, "127.0.0.1");
    else
        udp.mood = UDPTRACKER_REFUSES;
    make_udp();
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_bad, 1);
    ck_assert_int_eq(strstr(words, "127.0.0.1 is in the IP filter") != NULL,
                     _i == 0);
    outside_filter(&outside, NULL);
    udp.mood = UDPTRACKER_ANSWERS;
    int n_before = udp.n_announces;
    trackers_reconsider(trackers);
    if (_i == 0)
        turns_until_count(outside.env.loop, &n_good, 1);
    else
        turns_quiet(outside.env.loop);
    ck_assert_int_eq(udp.n_announces, n_before + (_i == 0));
}
END_TEST

START_TEST(reannounce_says_how_long_it_will_wait)
{
    make_udp();
    ck_assert_int_eq(trackers_reannounce(trackers), -1);
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &n_good, 1);
    /* It answered just now: a minute is the least between two. */
    int64_t wait_ms = trackers_reannounce(trackers);
    ck_assert_int_gt(wait_ms, 50000);
    ck_assert_int_le(wait_ms, 60000);
}
END_TEST

START_TEST(free_in_flight_tells_nobody)
{
    udp.mood = UDPTRACKER_IS_SILENT;
    make_udp();
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &udp.n_connects, 1);
    if (_i == 1)
        trackers_stop(trackers);
    trackers_free(trackers);
    trackers = NULL;
    outside.on_datagram = NULL;
    turns_quiet(outside.env.loop);
    outside_skip(&outside, 60000);
    ck_assert_int_eq(n_good + n_bad + n_quiet + n_peers, 0);
}
END_TEST

START_TEST(datagram_of_a_stranger_is_not_ours)
{
    static const uint8_t bytes[16];
    struct addr from = turns_v4(9);
    make_udp();
    trackers_start(trackers);
    turns_until_count(outside.env.loop, &udp.n_connects, 1);
    ck_assert(!trackers_on_datagram(trackers, &from,
                                    (struct span){bytes, sizeof bytes}));
    ck_assert(!trackers_on_datagram(trackers, &udp.at,
                                    (struct span){bytes, sizeof bytes}));
    ck_assert(
        !trackers_on_datagram(trackers, &udp.at, (struct span){bytes, 0}));
}
END_TEST

Suite *trackers_suite(void)
{
    Suite *s = suite_create("trackers");
    TCase *tc = tcase_create("trackers");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, trackers_are_added_and_removed_while_running);
    tcase_add_test(tc, trackers_are_disabled_and_enabled_while_running);
    tcase_add_test(tc, trackers_disabled_in_flight_are_told_stopped);
    tcase_add_test(tc, trackers_disabled_just_now_are_waited_for);
    tcase_add_test(tc, trackers_are_found_as_they_are_shown);
    tcase_add_loop_test(tc, trackers_words_are_those_that_were_told, 0, 2);
    tcase_add_test(tc, udp_life_is_started_completed_stopped);
    tcase_add_test(tc, http_warning_is_told_clean_and_peers_are_taken);
    tcase_add_test(tc, peers_that_are_left_out_are_counted);
    tcase_add_test(tc, name_of_two_families_is_one_success);
    tcase_add_test(tc, failure_is_told_with_host_and_without_passkey);
    tcase_add_loop_test(tc, private_torrent_is_announced_once, 0, 2);
    tcase_add_test(tc, stop_gives_a_silent_tracker_up);
    tcase_add_test(tc, stop_while_starting_cancels_and_tells_stopped);
    tcase_add_loop_test(tc, stop_with_nobody_to_tell_is_quiet_at_once, 0, 2);
    tcase_add_test(tc, start_after_stop_announces_again);
    tcase_add_loop_test(tc,
                        filter_that_changes_has_those_asked_again_that_it_had,
                        0, 2);
    tcase_add_test(tc, reannounce_says_how_long_it_will_wait);
    tcase_add_loop_test(tc, free_in_flight_tells_nobody, 0, 2);
    tcase_add_test(tc, datagram_of_a_stranger_is_not_ours);
    suite_add_tcase(s, tc);
    return s;
}
