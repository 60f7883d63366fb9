#include "config.h"

#include "engine/webseeds.h"

#include "tests/engine/suites.h"

#include <stdio.h>
#include <string.h>

#include "engine/inspect.h"
#include "engine/weed.h"
#include "model/detail.h"
#include "net/http.h"
#include "tests/engine/webstage.h"

enum { PIECE = 32768 };

static struct webstage stage;
static struct webserver *first;

static void open_stage(const uint64_t *sizes, size_t n_files)
{
    webstage_init(&stage, sizes, n_files, PIECE);
}

static void start(size_t n_seeds)
{
    webstage_start(&stage, n_seeds, false);
    first = webseeds_at(stage.torrent, 0);
    ck_assert_ptr_nonnull(first);
}

static void tear_down(void)
{
    webstage_fini(&stage);
}

static const uint64_t one[] = {10 * PIECE + 777};
static const uint64_t three[] = {PIECE * 3 + 5, 20, PIECE * 4 + 100};

START_TEST(all_comes_from_one_server)
{
    open_stage(three, 3);
    start(1);
    ck_assert_uint_eq(pieces_n_seeds(stage.torrent->pieces), 1);
    webstage_until_done(&stage);
    ck_assert_uint_eq(first->health.rate.total,
                      stage.content->meta->geo.size_bytes);
    ck_assert_uint_eq(stage.torrent->down.total, first->health.rate.total);
    ck_assert_uint_eq(stage.torrent->bytes_wasted, 0);
    /* What is done asks for nothing, and counts nobody. */
    ck_assert_uint_eq(http_n_active(stage.outside.env.http), 0);
    ck_assert_uint_eq(pieces_n_seeds(stage.torrent->pieces), 0);
    ck_assert_int_le(web_n_connections(stage.web), 4);
}
END_TEST

START_TEST(every_kind_of_server_serves_all)
{
    static const enum web_fault faults[] = {WEB_WHOLE, WEB_LESS, WEB_FLOOD};
    open_stage(one, 1);
    stage.pages[0].fault = faults[_i];
    start(1);
    webstage_until_done(&stage);
    ck_assert_int_eq(first->health.is_rangeless, faults[_i] == WEB_WHOLE);
}
END_TEST

START_TEST(faulty_server_is_given_up_with_words)
{
    static const struct {
        enum web_fault fault;
        const char *words;
    } cases[] = {
        {WEB_UNSAID, "does not say which bytes it sends"},
        {WEB_OTHER, "sends other bytes than were asked for"},
        {WEB_SIZE, "its file has 328464 bytes, not 328457"},
    };
    char line[300];
    open_stage(one, 1);
    stage.pages[0].fault = cases[_i].fault;
    start(1);
    webstage_until_state(&stage, WEBSEED_DROPPED);
    ck_assert_str_eq(first->health.words.text, cases[_i].words);
    snprintf(line, sizeof line,
             "web seed http://127.0.0.1:%u/...: given up: %s",
             (unsigned)web_port(stage.web), cases[_i].words);
    ck_assert_str_eq(stage.words, line);
    ck_assert_uint_eq(pieces_n_asked_blocks(stage.torrent->pieces), 0);
    ck_assert_uint_eq(pieces_n_seeds(stage.torrent->pieces), 0);
    int n_requests = web_n_requests(stage.web);
    webstage_skip(&stage, 7200000);
    ck_assert_int_eq(web_n_requests(stage.web), n_requests);
}
END_TEST

/* A whole piece is wrong, by one sender. */
START_TEST(wrong_data_is_blamed_and_the_server_dropped)
{
    static const uint8_t zeros[10 * PIECE + 777];
    open_stage(one, 1);
    stage.pages[0].bytes = zeros;
    start(1);
    webstage_until_state(&stage, WEBSEED_DROPPED);
    ck_assert_ptr_nonnull(strstr(first->health.words.text,
                                 "sent a whole piece that was wrong (piece "));
    ck_assert_int_ge(first->n_bad, 1);
    ck_assert_int_ge(stage.n_events[EVENT_HASH_FAILED], 1);
    ck_assert_uint_eq(peers_n_banned(stage.torrent->known), 0);
    ck_assert_uint_eq(pieces_n_have(stage.torrent->pieces), 0);
}
END_TEST

START_TEST(missing_file_is_not_asked_for_again)
{
    open_stage(three, 3);
    stage.pages[2].path = "/elsewhere";
    stage.pages[3] =
        (struct web_page){.path = "/x/content/c",
                          .bytes =
                              "HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n",
                          .len = 40,
                          .after = WEB_KEEP};
    start(1);
    while (pieces_n_have(stage.torrent->pieces) < 3)
        webstage_turn(&stage);
    for (int i = 0; i < 50; i++)
        webstage_turn(&stage);
    int n_requests = web_n_requests(stage.web);
    webstage_skip(&stage, 100000);
    ck_assert_int_eq(web_n_requests(stage.web), n_requests);
    ck_assert_uint_eq(first->n_lacking, 1);
    ck_assert_int_eq(first->health.state, WEBSEED_READY);
    ck_assert_uint_eq(bitset_count(first->has), 3);
    ck_assert_uint_eq(pieces_availability(stage.torrent->pieces, 0), 1);
    ck_assert_uint_eq(pieces_availability(stage.torrent->pieces, 5), 0);
}
END_TEST

START_TEST(busy_server_is_asked_again_when_it_says)
{
    open_stage(one, 1);
    struct web_page good = stage.pages[0];
    stage.pages[0] =
        (struct web_page){.path = good.path,
                          .bytes = "HTTP/1.1 503 Busy\r\nRetry-After: 77\r\n"
                                   "Content-Length: 0\r\n\r\n",
                          .len = 58,
                          .after = WEB_KEEP};
    start(1);
    webstage_until_state(&stage, WEBSEED_RESTING);
    ck_assert_str_eq(first->health.words.text, "HTTP 503, not available now");
    ck_assert_ptr_nonnull(strstr(stage.words, "failed: HTTP 503"));
    ck_assert_uint_eq(pieces_n_asked_blocks(stage.torrent->pieces), 0);
    stage.pages[0] = good;
    webstage_skip(&stage, 76000);
    ck_assert_int_eq(first->health.state, WEBSEED_RESTING);
    webstage_skip(&stage, 2000);
    webstage_until_done(&stage);
}
END_TEST

/* It rests, is not given up, and goes on when the filter lets it. */
START_TEST(filtered_server_is_not_asked_until_it_is_let)
{
    open_stage(one, 1);
    outside_filter(&stage.outside, "127.0.0.1");
    start(1);
    webstage_until_state(&stage, WEBSEED_RESTING);
    ck_assert_str_eq(first->health.words.text,
                     "its address 127.0.0.1 is in the IP filter");
    ck_assert_int_eq(web_n_connections(stage.web), 0);
    outside_filter(&stage.outside, NULL);
    weed_torrent(stage.torrent);
    ck_assert_int_eq(first->health.state, WEBSEED_READY);
    webstage_until_done(&stage);
}
END_TEST

/* While it sends, too. */
START_TEST(server_that_is_filtered_meanwhile_is_left)
{
    open_stage(one, 1);
    start(1);
    while (pieces_n_have(stage.torrent->pieces) < 2)
        webstage_turn(&stage);
    outside_filter(&stage.outside, "127.0.0.1");
    http_weed(stage.outside.env.http);
    weed_torrent(stage.torrent);
    webstage_until_state(&stage, WEBSEED_RESTING);
    ck_assert_ptr_nonnull(
        strstr(first->health.words.text, "is in the IP filter"));
    ck_assert_int_eq(stage.n_events[EVENT_FINISHED], 0);
    outside_filter(&stage.outside, NULL);
    weed_torrent(stage.torrent);
    webstage_until_done(&stage);
}
END_TEST

/* BEP 17: the wish is in the body. */
START_TEST(http_seed_serves_and_says_when_it_is_busy)
{
    static const uint64_t size[] = {PIECE};
    open_stage(size, 1);
    stage.pages[0] =
        (struct web_page){.path = "/piece",
                          .bytes = "HTTP/1.1 503 Busy\r\nContent-Length: 3"
                                   "\r\n\r\n120",
                          .len = 43,
                          .after = WEB_KEEP};
    webstage_start(&stage, 1, true);
    first = webseeds_at(stage.torrent, 0);
    int64_t now_ms = loop_now_ms(stage.outside.env.loop);
    webstage_until_state(&stage, WEBSEED_RESTING);
    ck_assert_int_ge(first->health.retry_ms, now_ms + 120000);
    stage.pages[0] = (struct web_page){.path = "/piece",
                                       .bytes = stage.content->bytes,
                                       .len = PIECE,
                                       .fault = WEB_WHOLE};
    webstage_skip(&stage, 121000);
    webstage_until_done(&stage);
    ck_assert_ptr_nonnull(
        strstr(web_last_request(stage.web), "&piece=0&ranges=0-32767 "));
}
END_TEST

START_TEST(silent_server_gives_back_what_it_holds)
{
    open_stage(one, 1);
    stage.pages[0].fault = WEB_STALL;
    start(1);
    while (pieces_n_have(stage.torrent->pieces) < 2)
        webstage_turn(&stage);
    uint64_t n_asked = pieces_n_asked_blocks(stage.torrent->pieces);
    webstage_skip(&stage, 21500);
    ck_assert_int_eq(first->health.state, WEBSEED_RESTING);
    ck_assert_str_eq(first->health.words.text, "sent nothing for 20 s");
    ck_assert_uint_lt(pieces_n_asked_blocks(stage.torrent->pieces), n_asked);
    stage.pages[0].fault = WEB_RANGES;
    webstage_skip(&stage, 3000);
    webstage_until_done(&stage);
}
END_TEST

/* The server that rests is asked again at once, and the request that hangs is dropped. */
START_TEST(waking_ends_rests_and_what_hangs)
{
    open_stage(one, 1);
    stage.pages[0].fault = WEB_STALL;
    start(1);
    while (pieces_n_have(stage.torrent->pieces) < 1)
        webstage_turn(&stage);
    ck_assert_uint_gt(http_n_active(stage.outside.env.http), 0);
    webseeds_wake(stage.torrent);
    ck_assert_uint_eq(http_n_active(stage.outside.env.http), 0);
    webstage_skip(&stage, 21500);
    webstage_until_state(&stage, WEBSEED_RESTING);
    stage.pages[0].fault = WEB_RANGES;
    webseeds_wake(stage.torrent);
    ck_assert_int_eq(first->health.state, WEBSEED_READY);
    webstage_until_done(&stage);
}
END_TEST

START_TEST(pause_ends_all_requests_at_once)
{
    open_stage(one, 1);
    stage.pages[0].fault = WEB_STALL;
    start(1);
    while (pieces_n_have(stage.torrent->pieces) < 1)
        webstage_turn(&stage);
    torrent_pause(stage.torrent);
    ck_assert_uint_eq(http_n_active(stage.outside.env.http), 0);
    ck_assert_uint_eq(pieces_n_asked_blocks(stage.torrent->pieces), 0);
    webstage_skip(&stage, 60000);
    ck_assert(torrent_is_paused(stage.torrent));
    stage.pages[0].fault = WEB_RANGES;
    torrent_resume(stage.torrent);
    webstage_until_done(&stage);
}
END_TEST

/* Each has its own requests, and one that stalls is helped out by the other. */
START_TEST(second_server_takes_over_from_a_silent_one)
{
    open_stage(three, 3);
    stage.pages[2].fault = WEB_STALL;
    start(2);
    for (int i = 0; i < 200; i++)
        webstage_turn(&stage);
    stage.pages[2].fault = WEB_RANGES;
    webstage_skip(&stage, 30000);
    webstage_until_done(&stage);
    ck_assert_ptr_ne(webseeds_at(stage.torrent, 1), NULL);
    ck_assert_ptr_null(webseeds_at(stage.torrent, 2));
}
END_TEST

START_TEST(limit_pauses_what_comes)
{
    open_stage(one, 1);
    bucket_set_limit(&stage.outside.limits.down, 100000,
                     loop_now_ms(stage.outside.env.loop));
    start(1);
    for (int i = 0; i < 20; i++)
        webstage_turn(&stage);
    uint64_t came = stage.torrent->down.total;
    ck_assert_uint_lt(came, 150000);
    for (int i = 0; i < 400 && stage.n_events[EVENT_FINISHED] == 0; i++) {
        outside_skip(&stage.outside, 50);
        webstage_turn(&stage);
    }
    webstage_until_done(&stage);
}
END_TEST

static const struct {
    const char *url;
    const char *words;
} unfit[] = {
    {"http://127.0.0.1/cgi?reboot=", "a private address with a query, which is "
                                     "not asked"},
    {"http://localhost/x?y", "a private address with a query, which is not "
                             "asked"},
    {"ftp://h/", "not a URL that can be fetched"},
    {"http://", "not a URL that can be fetched"},
};

START_TEST(unfit_url_is_never_asked)
{
    open_stage(one, 1);
    webstage_start_url(&stage, unfit[_i].url);
    first = webseeds_at(stage.torrent, 0);
    ck_assert_int_eq(first->health.state, WEBSEED_DROPPED);
    ck_assert_str_eq(first->health.words.text, unfit[_i].words);
    webstage_skip(&stage, 5000);
    ck_assert_uint_eq(http_n_active(stage.outside.env.http), 0);
}
END_TEST

START_TEST(views_show_servers_among_peers_and_in_a_list)
{
    open_stage(one, 1);
    stage.pages[0].fault = WEB_STALL;
    start(2);
    while (pieces_n_have(stage.torrent->pieces) < 1)
        webstage_turn(&stage);
    struct focus focus = {.torrent = 1,
                          .peer = first->id,
                          .piece_idx = 0,
                          .parts = FOCUS_PEERS | FOCUS_TRACKERS |
                                   FOCUS_TIMELINE | FOCUS_SOURCES};
    torrent_second(stage.torrent);
    struct detail *d = inspect_torrent(stage.torrent, &focus);
    char host[64];
    snprintf(host, sizeof host, "127.0.0.1:%u", (unsigned)web_port(stage.web));
    ck_assert_uint_eq(d->n_peers, 2);
    ck_assert_str_eq(d->peers[0].web, host);
    ck_assert_str_eq(d->peers[0].client, "HTTP");
    ck_assert_uint_eq(d->peers[0].id, first->id);
    ck_assert(d->peers[0].has_piece && d->peers[0].is_seed);
    ck_assert_uint_eq(d->peers[0].slot, 0);
    ck_assert_uint_eq(d->peers[1].slot, 1);
    ck_assert_uint_eq(d->peers[0].n_outstanding + d->peers[1].n_outstanding,
                      pieces_n_asked_blocks(stage.torrent->pieces));
    ck_assert_uint_eq(d->why.n, d->why.n);
    ck_assert_uint_eq(d->why_input.n_seeds, 2);
    ck_assert_ptr_nonnull(d->timeline);
    ck_assert_ptr_nonnull(d->peer_has);
    ck_assert_uint_eq(d->n_webs, 2);
    ck_assert_ptr_nonnull(strstr(d->webs[0].url, host));
    ck_assert_int_eq(d->webs[0].state, DETAIL_WEB_ACTIVE);
    /* Who sent a piece that is had is one of them. */
    size_t had = 0;
    while (d->sources[had] == 0)
        had++;
    ck_assert_ptr_nonnull(detail_peer_by_id(d, d->sources[had]));
    detail_free(d);
    webserver_drop(first, "by the user");
    d = inspect_torrent(stage.torrent, &focus);
    ck_assert_uint_eq(d->n_peers, 1);
    ck_assert_int_eq(d->webs[0].state, DETAIL_WEB_DROPPED);
    ck_assert_str_eq(d->webs[0].words, "by the user");
    detail_free(d);
}
END_TEST

Suite *webseeds_suite(void)
{
    Suite *s = suite_create("webseeds");
    TCase *tc = tcase_create("webseeds");
    tcase_add_checked_fixture(tc, NULL, tear_down);
    tcase_add_test(tc, all_comes_from_one_server);
    tcase_add_loop_test(tc, every_kind_of_server_serves_all, 0, 3);
    tcase_add_loop_test(tc, faulty_server_is_given_up_with_words, 0, 3);
    tcase_add_test(tc, wrong_data_is_blamed_and_the_server_dropped);
    tcase_add_test(tc, missing_file_is_not_asked_for_again);
    tcase_add_test(tc, busy_server_is_asked_again_when_it_says);
    tcase_add_test(tc, filtered_server_is_not_asked_until_it_is_let);
    tcase_add_test(tc, server_that_is_filtered_meanwhile_is_left);
    tcase_add_test(tc, http_seed_serves_and_says_when_it_is_busy);
    tcase_add_test(tc, silent_server_gives_back_what_it_holds);
    tcase_add_test(tc, waking_ends_rests_and_what_hangs);
    tcase_add_test(tc, pause_ends_all_requests_at_once);
    tcase_add_test(tc, second_server_takes_over_from_a_silent_one);
    tcase_add_test(tc, limit_pauses_what_comes);
    tcase_add_loop_test(tc, unfit_url_is_never_asked, 0,
                        sizeof unfit / sizeof *unfit);
    tcase_add_test(tc, views_show_servers_among_peers_and_in_a_list);
    suite_add_tcase(s, tc);
    return s;
}
