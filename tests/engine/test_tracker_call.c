#include "config.h"

#include "tests/engine/suites.h"

#include "engine/tracker_call.h"
#include "net/loop.h"
#include "swarm/udp_tracker.h"
#include "tests/engine/outside.h"
#include "tests/net/turns.h"
#include "util/xalloc.h"

#include <stdlib.h>
#include <string.h>

static struct outside outside;
static struct udptracker v4, v6;
static bool has_v6;
static char *url; /* of the test */

/* What the call told. */
static struct tracker_call *call;
static int n_replies, n_scrapes, n_over;
static size_t n_peers;
static struct tracker_scrape scrape;
static bool was_answered;
static char words[TRACKER_CALL_WORDS_MAX];
static int64_t retry_ms;

static void on_reply(void *ctx, const struct tracker_reply *reply)
{
    ck_assert_ptr_eq(ctx, &outside);
    ck_assert(!reply->is_failure);
    ck_assert_int_eq(n_over, 0);
    n_replies++;
    n_peers += reply->n_peers;
}

static void on_scrape(void *ctx, const struct tracker_scrape *s)
{
    ck_assert_ptr_eq(ctx, &outside);
    n_scrapes++;
    scrape = *s;
}

static void on_over(void *ctx, bool is_answered, const char *why, int64_t retry)
{
    ck_assert_ptr_eq(ctx, &outside);
    n_over++;
    was_answered = is_answered;
    retry_ms = retry;
    ck_assert_uint_lt(strlen(why), sizeof words);
    memcpy(words, why, strlen(why) + 1);
    tracker_call_free(call);
    call = NULL;
}

static bool on_datagram(void *ctx, const struct addr *from, struct span bytes)
{
    (void)ctx;
    return call != NULL && tracker_call_on_datagram(call, from, bytes);
}

static void set_up(void)
{
    outside_init(&outside);
    outside.on_datagram = on_datagram;
    udptracker_init(&v4, outside.env.loop, false);
    has_v6 = turns_has_v6();
    if (has_v6)
        udptracker_init(&v6, outside.env.loop, true);
    call = NULL;
    url = NULL;
    n_replies = n_scrapes = n_over = 0;
    n_peers = 0;
    words[0] = '\0';
    retry_ms = 0;
}

static void tear_down(void)
{
    tracker_call_free(call);
    udptracker_fini(&v4);
    if (has_v6)
        udptracker_fini(&v6);
    outside_fini(&outside);
    free(url);
}

static const struct tracker_request announce = {
    .left = 100,
    .port = 6881,
    .numwant = 50,
    .event = TRACKER_EVENT_STARTED,
};

static void start_with(const struct tracker_call_config *config)
{
    struct tracker_call_host host = {.on_reply = on_reply,
                                     .on_scrape = on_scrape,
                                     .on_over = on_over,
                                     .ctx = &outside};
    call = tracker_call_new(&outside.env, config, &host);
    ck_assert_int_eq(n_replies + n_scrapes + n_over, 0);
}

static void start(enum tracker_event event)
{
    struct tracker_call_config config = {.url = url, .request = announce};
    config.request.event = event;
    start_with(&config);
}

/* What every name means from now on. */
static void name_is(const struct addr *first, const struct addr *second)
{
    outside.n_addrs = 0;
    outside.addrs[outside.n_addrs++] = *first;
    if (second != NULL)
        outside.addrs[outside.n_addrs++] = *second;
}

static void url_of(const char *host, uint16_t port)
{
    free(url);
    url = xasprintf("udp://%s:%u/announce", host, (unsigned)port);
}

static void expect_failure(const char *part)
{
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(!was_answered);
    ck_assert_int_eq(n_replies, 0);
    ck_assert_msg(strstr(words, part) != NULL, "\"%s\"", words);
    ck_assert_ptr_null(call);
}

/* Addresses that the session's IP filter has. */

static const struct web_page nothing[] = {{.path = NULL}};

START_TEST(filtered_tracker_is_not_asked_and_says_why)
{
    struct web *web = web_new(outside.env.loop, nothing);
    outside_filter(&outside, "127.0.0.1");
    url_of("127.0.0.1", v4.at.port);
    if (_i == 1) {
        free(url);
        url =
            xasprintf("http://127.0.0.1:%u/announce", (unsigned)web_port(web));
    }
    start(TRACKER_EVENT_STARTED);
    struct tracker_call *begun = call;
    while (n_over == 0) {
        ck_assert(!tracker_call_is_refused(begun));
        ck_assert_int_eq(loop_run_once(outside.env.loop, 2000), OK);
    }
    expect_failure("its address 127.0.0.1 is in the IP filter");
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(v4.n_connects, 0);
    ck_assert_int_eq(web_n_connections(web), 0);
    ck_assert_uint_eq(outside.filter.n_out, 1);
    web_free(web);
}
END_TEST

START_TEST(another_address_of_a_name_is_asked_in_its_place)
{
    struct addr other = v4.at;
    other.ip[15] = 2;
    name_is(&other, &v4.at);
    outside_filter(&outside, "127.0.0.2");
    url_of("localhost", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(was_answered);
}
END_TEST

/* What is sent again goes through the filter that there is then. */
START_TEST(filtered_meanwhile_it_is_not_asked_again)
{
    v4.mood = UDPTRACKER_IS_SILENT;
    url_of("127.0.0.1", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &v4.n_connects, 1);
    outside_filter(&outside, "127.0.0.1");
    outside_skip(&outside, UDP_TRACKER_RESEND_MS);
    expect_failure("is in the IP filter");
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(v4.n_connects, 1);
}
END_TEST

/* UDP. */

START_TEST(udp_announce_is_answered)
{
    url_of("127.0.0.1", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(was_answered);
    ck_assert_int_eq(n_replies, 1);
    ck_assert_uint_eq(n_peers, 1);
    ck_assert_int_eq(v4.n_connects, 1);
    ck_assert_int_eq(v4.n_announces, 1);
    ck_assert_uint_eq(v4.event, TRACKER_EVENT_STARTED);
    ck_assert_uint_eq(v4.port, 6881);
}
END_TEST

START_TEST(udp_scheme_in_capitals_is_udp)
{
    url_of("127.0.0.1", v4.at.port);
    memcpy(url, "UDP", 3);
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(was_answered);
}
END_TEST

START_TEST(udp_announce_over_ipv6_is_answered)
{
    if (!has_v6)
        return;
    url_of("[::1]", v6.at.port);
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(was_answered);
    ck_assert_uint_eq(n_peers, 1);
    ck_assert_int_eq(v6.n_announces, 1);
}
END_TEST

START_TEST(udp_scrape_is_answered)
{
    url_of("127.0.0.1", v4.at.port);
    struct tracker_call_config config = {.url = url, .is_scrape = true};
    start_with(&config);
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(was_answered);
    ck_assert_int_eq(n_scrapes, 1);
    ck_assert_int_eq(scrape.n_seeds, 11);
    ck_assert_int_eq(scrape.n_leechers, 33);
}
END_TEST

START_TEST(udp_refusal_has_the_trackers_words)
{
    v4.mood = UDPTRACKER_REFUSES;
    url_of("127.0.0.1", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    expect_failure("not here");
}
END_TEST

START_TEST(udp_silence_is_a_failure_after_its_time)
{
    v4.mood = UDPTRACKER_IS_SILENT;
    url_of("127.0.0.1", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &v4.n_connects, 1);
    outside_skip(&outside, UDP_TRACKER_TOTAL_MS - 1000);
    ck_assert_int_eq(n_over, 0);
    outside_skip(&outside, 1000);
    expect_failure("no answer");
}
END_TEST

START_TEST(udp_stopped_has_less_time)
{
    v4.mood = UDPTRACKER_IS_SILENT;
    url_of("127.0.0.1", v4.at.port);
    start(TRACKER_EVENT_STOPPED);
    turns_until_count(outside.env.loop, &v4.n_connects, 1);
    outside_skip(&outside, TRACKER_CALL_STOP_MS);
    expect_failure("no answer in time");
}
END_TEST

/* Names. */

START_TEST(udp_name_of_two_families_needs_one_answer)
{
    struct addr nobody = turns_v6(v4.at.port);
    name_is(&nobody, &v4.at);
    url_of("localhost", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &n_replies, 1);
    outside_skip(&outside, UDP_TRACKER_TOTAL_MS);
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(was_answered);
    ck_assert_int_eq(n_replies, 1);
}
END_TEST

START_TEST(udp_name_of_two_families_fails_with_the_words_of_the_tracker)
{
    struct addr nobody = turns_v6(v4.at.port);
    v4.mood = UDPTRACKER_REFUSES;
    name_is(&nobody, &v4.at);
    url_of("localhost", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &v4.n_announces, 1);
    turns_quiet(outside.env.loop);
    outside_skip(&outside, UDP_TRACKER_TOTAL_MS);
    expect_failure("not here");
}
END_TEST

START_TEST(udp_single_call_asks_one_family)
{
    struct addr nobody = turns_v6(v4.at.port);
    name_is(&v4.at, &nobody);
    url_of("localhost", v4.at.port);
    struct tracker_call_config config = {.url = url,
                                         .request = announce,
                                         .is_single = true};
    start_with(&config);
    /* Over with the first answer: nothing else is under way. */
    turns_until_count(outside.env.loop, &n_replies, 1);
    ck_assert_int_eq(n_over, 1);
}
END_TEST

START_TEST(udp_name_that_leads_to_a_private_address_is_not_followed)
{
    name_is(&v4.at, NULL);
    url_of("tracker.example", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    expect_failure("private address");
    turns_quiet(outside.env.loop);
    ck_assert_int_eq(v4.n_connects, 0);
}
END_TEST

START_TEST(udp_name_that_does_not_exist_is_a_failure)
{
    url_of("tracker.example", v4.at.port);
    start(TRACKER_EVENT_STARTED);
    expect_failure("no such name");
}
END_TEST

/* Wrong from the start: told later, never inside. */

START_TEST(url_that_cannot_be_used_is_told_later)
{
    static const struct {
        const char *url, *words;
    } cases[] = {
        {"udp://127.0.0.1/announce", "udp://HOST:PORT"},
        {"udp://:80", "udp://HOST:PORT"},
        {"udp://", "udp://HOST:PORT"},
        {"http://127.0.0.1:9/reboot", "only asked at .../announce"},
    };
    url = xstrdup(cases[_i].url);
    start(TRACKER_EVENT_STARTED);
    expect_failure(cases[_i].words);
}
END_TEST

START_TEST(protocol_that_is_off_is_told_later)
{
    struct env env = outside.env;
    outside.env.udp = NULL;
    outside.env.http = NULL;
    url =
        xstrdup(_i == 0 ? "udp://127.0.0.1:9" : "http://127.0.0.1:9/announce");
    start(TRACKER_EVENT_STARTED);
    expect_failure(_i == 0 ? "UDP is off" : "HTTP is off");
    outside.env = env;
}
END_TEST

/* Dropped while under way: nobody is told. */

START_TEST(free_while_under_way_tells_nobody)
{
    v4.mood = _i < 3 ? UDPTRACKER_IS_SILENT : UDPTRACKER_ANSWERS;
    name_is(&v4.at, NULL);
    url_of(_i == 0 ? "localhost" : "127.0.0.1", v4.at.port);
    start(_i == 1 ? TRACKER_EVENT_STOPPED : TRACKER_EVENT_STARTED);
    if (_i == 2)
        turns_until_count(outside.env.loop, &v4.n_connects, 1);
    if (_i == 3)
        turns_until_count(outside.env.loop, &v4.n_announces, 1);
    tracker_call_free(call);
    call = NULL;
    turns_quiet(outside.env.loop);
    outside_skip(&outside, UDP_TRACKER_TOTAL_MS);
    ck_assert_int_eq(n_replies + n_over, 0);
}
END_TEST

/* HTTP. */

static const char REPLY[] = "d8:intervali1800e5:peers6:\x01\x02\x03\x04\x1a\xe1"
                            "e";
static const char REFUSAL[] = "d14:failure reason9:forbidden"
                              "8:retry ini10ee";

static struct web *serve(const struct web_page *pages, const char *host)
{
    struct web *web = web_new(outside.env.loop, pages);
    url = xasprintf("http://%s:%u/announce", host, (unsigned)web_port(web));
    return web;
}

START_TEST(http_answer_is_told)
{
    /* By address one leg; by name two, of which one finds nobody. */
    struct web_page pages[] = {outside_page("/announce", "200 OK", REPLY),
                               {.path = NULL}};
    struct web *web = serve(pages, _i == 0 ? "127.0.0.1" : "localhost");
    start(TRACKER_EVENT_STARTED);
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(was_answered);
    ck_assert_int_eq(n_replies, 1);
    ck_assert_uint_eq(n_peers, 1);
    ck_assert_int_eq(web_n_requests(web), 1);
    ck_assert_ptr_nonnull(strstr(web_last_request(web), "event=started"));
    ck_assert_ptr_nonnull(strstr(web_last_request(web), "port=6881"));
    web_free(web);
}
END_TEST

static const struct {
    const char *status, *body, *words;
    int64_t retry_ms;
} failures[] = {
    {"200 OK", REFUSAL, "forbidden", 600000},
    {"403 Forbidden", REFUSAL, "forbidden", 600000},
    {"200 OK", "<html>", "not a tracker's", 0},
    {"200 OK", "", "not a tracker's", 0},
    {"404 Not Found", "<html>", "404", 0},
    {"500 Oh", REPLY, "500", 0},
};

START_TEST(http_failure_says_why)
{
    struct web_page pages[] = {outside_page("/announce", failures[_i].status,
                                            failures[_i].body),
                               {.path = NULL}};
    struct web *web = serve(pages, "127.0.0.1");
    start(TRACKER_EVENT_STARTED);
    expect_failure(failures[_i].words);
    ck_assert_int_eq(retry_ms, failures[_i].retry_ms);
    web_free(web);
}
END_TEST

START_TEST(http_stopped_has_less_time)
{
    struct web_page pages[] = {{.path = "/announce", .after = WEB_HANG},
                               {.path = NULL}};
    struct web *web = serve(pages, "127.0.0.1");
    start(TRACKER_EVENT_STOPPED);
    for (int i = 0; i < 1000 && web_n_requests(web) == 0; i++)
        ck_assert_int_eq(loop_run_once(outside.env.loop, 2000), OK);
    outside_skip(&outside, TRACKER_CALL_STOP_MS);
    expect_failure("no answer in time");
    web_free(web);
}
END_TEST

START_TEST(http_scrape_is_answered)
{
    static const char BODY[] =
        "d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei5e10:downloadedi7e"
        "10:incompletei9eeee";
    struct web_page pages[] = {outside_page("/scrape", "200 OK", BODY),
                               {.path = NULL}};
    struct web *web = serve(pages, "127.0.0.1");
    struct tracker_call_config config = {.url = url, .is_scrape = true};
    memset(config.request.info_hash, 'a', 20);
    start_with(&config);
    turns_until_count(outside.env.loop, &n_over, 1);
    ck_assert(was_answered);
    ck_assert_int_eq(scrape.n_seeds, 5);
    ck_assert_int_eq(scrape.n_leechers, 9);
    web_free(web);
}
END_TEST

START_TEST(http_scrape_of_another_torrent_is_no_answer)
{
    struct web_page pages[] = {
        outside_page("/scrape", "200 OK",
                     "d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei5eeee"),
        {.path = NULL}};
    struct web *web = serve(pages, "127.0.0.1");
    struct tracker_call_config config = {.url = url, .is_scrape = true};
    start_with(&config);
    expect_failure("no scrape");
    ck_assert_int_eq(n_scrapes, 0);
    web_free(web);
}
END_TEST

Suite *tracker_call_suite(void)
{
    Suite *s = suite_create("tracker_call");
    TCase *tc = tcase_create("tracker_call");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, filtered_tracker_is_not_asked_and_says_why, 0, 2);
    tcase_add_test(tc, another_address_of_a_name_is_asked_in_its_place);
    tcase_add_test(tc, filtered_meanwhile_it_is_not_asked_again);
    tcase_add_test(tc, udp_announce_is_answered);
    tcase_add_test(tc, udp_scheme_in_capitals_is_udp);
    tcase_add_test(tc, udp_announce_over_ipv6_is_answered);
    tcase_add_test(tc, udp_scrape_is_answered);
    tcase_add_test(tc, udp_refusal_has_the_trackers_words);
    tcase_add_test(tc, udp_silence_is_a_failure_after_its_time);
    tcase_add_test(tc, udp_stopped_has_less_time);
    tcase_add_test(tc, udp_name_of_two_families_needs_one_answer);
    tcase_add_test(
        tc, udp_name_of_two_families_fails_with_the_words_of_the_tracker);
    tcase_add_test(tc, udp_single_call_asks_one_family);
    tcase_add_test(tc,
                   udp_name_that_leads_to_a_private_address_is_not_followed);
    tcase_add_test(tc, udp_name_that_does_not_exist_is_a_failure);
    tcase_add_loop_test(tc, url_that_cannot_be_used_is_told_later, 0, 4);
    tcase_add_loop_test(tc, protocol_that_is_off_is_told_later, 0, 2);
    tcase_add_loop_test(tc, free_while_under_way_tells_nobody, 0, 4);
    tcase_add_loop_test(tc, http_answer_is_told, 0, 2);
    tcase_add_loop_test(tc, http_failure_says_why, 0,
                        (int)(sizeof failures / sizeof failures[0]));
    tcase_add_test(tc, http_stopped_has_less_time);
    tcase_add_test(tc, http_scrape_is_answered);
    tcase_add_test(tc, http_scrape_of_another_torrent_is_no_answer);
    suite_add_tcase(s, tc);
    return s;
}
