/* Announce and scrape over HTTP: URLs out, bodies in. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/tracker_http.h"
#include "util/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tracker_request request(void)
{
    struct tracker_request req = {
        .uploaded = 1,
        .downloaded = 2,
        .left = UINT64_MAX,
        .key = 0xbeef,
        .port = 6881,
        .numwant = 200,
        .event = TRACKER_EVENT_STARTED,
    };

    memcpy(req.info_hash, "\x00 +&%~.-_Az0=?#/\x7f\x80\xff\n", 20);
    memcpy(req.peer_id, "-TS0100-abcdefABCD-_", 20);
    return req;
}

/* The info-hash above, percent-encoded byte by byte: no '+' for a space. */
static const char HASH[] =
    "info_hash=%00%20%2B%26%25~.-_Az0%3D%3F%23%2F%7F%80%FF%0A";

static const struct {
    const char *announce;
    enum err err;
    const char *begin; /* what stands before our arguments */
} URLS[] = {
    {"http://t.example/announce", OK, "http://t.example/announce?"},
    {"https://t.example:443/a", OK, "https://t.example:443/a?"},
    {"HTTP://t.example", OK, "HTTP://t.example/?"},
    {"http://t.example/a?pass=1", OK, "http://t.example/a?pass=1&"},
    {"http://t.example/a?pass=1&", OK, "http://t.example/a?pass=1&"},
    {"http://t.example/a?", OK, "http://t.example/a?"},
    {"http://t.example?k=1", OK, "http://t.example/?k=1&"},
    {"http://t.example/a#frag?x", OK, "http://t.example/a?"},
    {"http://t.example/a b\xc3\xa9", OK, "http://t.example/a%20b%C3%A9?"},
    {"http://[::1]:80/a", OK, "http://[::1]:80/a?"},
    {"udp://t.example:80/a", ERR_UNSUPPORTED, NULL},
    {"ftp://t.example/a", ERR_UNSUPPORTED, NULL},
    {"file:///etc/passwd", ERR_UNSUPPORTED, NULL},
    {"", ERR_UNSUPPORTED, NULL},
    {"http:/", ERR_UNSUPPORTED, NULL},
    {"http://", ERR_INVALID, NULL},
    {"http:///announce", ERR_INVALID, NULL},
    {"http://?x", ERR_INVALID, NULL},
    {"http://t.example/a\r\nHost: x", ERR_INVALID, NULL},
    {"http://t.example/\x7f", ERR_INVALID, NULL},
};

START_TEST(tracker_http_announce_url_joins)
{
    struct tracker_request req = request();
    char want[600];
    char *url = NULL;

    ck_assert_int_eq(tracker_http_announce_url(URLS[_i].announce, &req, &url),
                     URLS[_i].err);
    if (URLS[_i].err != OK) {
        ck_assert_ptr_null(url);
        return;
    }
    snprintf(want, sizeof want,
             "%s%s&peer_id=-TS0100-abcdefABCD-_&port=6881&uploaded=1"
             "&downloaded=2&left=18446744073709551615&key=0000BEEF"
             "&compact=1&no_peer_id=1&numwant=200&event=started",
             URLS[_i].begin, HASH);
    ck_assert_str_eq(url, want);
    free(url);
}
END_TEST

START_TEST(tracker_http_announce_url_optional_arguments)
{
    struct tracker_request req = request();
    char *url = NULL;

    req.event = TRACKER_EVENT_NONE;
    req.numwant = TRACKER_NUMWANT_DEFAULT;
    req.tracker_id = (struct span){(const uint8_t *)"a b\xff", 4};
    ck_assert_int_eq(tracker_http_announce_url("http://t/a", &req, &url), OK);
    ck_assert_ptr_null(strstr(url, "event"));
    ck_assert_ptr_null(strstr(url, "numwant"));
    ck_assert_str_eq(strstr(url, "&trackerid="), "&trackerid=a%20b%FF");
    free(url);
    req.numwant = 0;
    req.event = TRACKER_EVENT_STOPPED;
    ck_assert_int_eq(tracker_http_announce_url("http://t/a", &req, &url), OK);
    ck_assert_ptr_nonnull(strstr(url, "&numwant=0&event=stopped"));
    free(url);
}
END_TEST

/* The longest URL of bytes that all need encoding still fits what we build. */
START_TEST(tracker_http_announce_url_length_bound)
{
    struct tracker_request req = request();
    uint8_t id[TRACKER_MAX_ID];
    char text[TRACKER_MAX_URL + 2];
    char *url = NULL;

    memset(id, 0xff, sizeof id);
    req.tracker_id = (struct span){id, sizeof id};
    req.uploaded = req.downloaded = UINT64_MAX;
    memset(req.peer_id, 0, sizeof req.peer_id);
    memset(text, ' ', sizeof text);
    memcpy(text, "http://t/", 9);
    text[TRACKER_MAX_URL] = '\0';
    ck_assert_int_eq(tracker_http_announce_url(text, &req, &url), OK);
    free(url);
    url = NULL;
    text[TRACKER_MAX_URL] = ' ';
    text[TRACKER_MAX_URL + 1] = '\0';
    ck_assert_int_eq(tracker_http_announce_url(text, &req, &url), ERR_TOO_BIG);
    ck_assert_int_eq(tracker_http_scrape_url(text, id, &url), ERR_TOO_BIG);
    ck_assert_ptr_null(url);
}
END_TEST

static const struct {
    const char *announce;
    const char *scrape; /* NULL: has none */
} SCRAPES[] = {
    {"http://example.com/announce", "http://example.com/scrape?"},
    {"http://example.com/x/announce", "http://example.com/x/scrape?"},
    {"http://example.com/announce.php", "http://example.com/scrape.php?"},
    {"http://example.com/announce?x2%0644",
     "http://example.com/scrape?x2%0644&"},
    {"http://example.com/announce/announce",
     "http://example.com/announce/scrape?"},
    {"http://announce.example/announce#announce",
     "http://announce.example/scrape?"},
    {"http://example.com/a", NULL},
    {"http://example.com/announce/x", NULL},
    {"http://example.com/a?x=/announce", NULL},
    {"http://example.com/x%064announce", NULL},
    {"http://announce", NULL},
    {"udp://t:1/announce", NULL},
};

START_TEST(tracker_http_scrape_url_replaces_announce)
{
    static const uint8_t hash[20] = "hhhhhhhhhhhhhhhhhhh ";
    char *url = NULL;
    enum err e = tracker_http_scrape_url(SCRAPES[_i].announce, hash, &url);

    if (SCRAPES[_i].scrape == NULL) {
        ck_assert_int_eq(e, ERR_UNSUPPORTED);
        ck_assert(!tracker_http_can_scrape(SCRAPES[_i].announce));
    } else {
        char want[200];

        snprintf(want, sizeof want, "%sinfo_hash=hhhhhhhhhhhhhhhhhhh%%20",
                 SCRAPES[_i].scrape);
        ck_assert_int_eq(e, OK);
        ck_assert_str_eq(url, want);
        ck_assert(tracker_http_can_scrape(SCRAPES[_i].announce));
    }
    free(url);
}
END_TEST

static enum err parse(const char *body, struct tracker_reply *out)
{
    return tracker_http_parse((const uint8_t *)body, strlen(body), out);
}

static const char REPLY[] =
    "d8:completei5e10:downloadedi9e11:external ip4:\x08\x08\x08\x08"
    "10:incompletei7e8:intervali1800e12:min intervali300e"
    "5:peers12:\x0b\0\0\1\x1a\xe1\x0b\0\0\2\0\x50"
    "6:peers618:\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x1a\xe1"
    "10:tracker id3:abc15:warning message4:slowe";

START_TEST(tracker_http_parse_full_reply)
{
    struct tracker_reply r;
    char text[ADDR_TEXT_MAX];

    ck_assert_int_eq(tracker_http_parse((const uint8_t *)REPLY,
                                        sizeof REPLY - 1, &r),
                     OK);
    ck_assert(!r.is_failure);
    ck_assert_int_eq(r.interval_ms, 1800000);
    ck_assert_int_eq(r.min_interval_ms, 300000);
    ck_assert_int_eq(r.n_seeds, 5);
    ck_assert_int_eq(r.n_leechers, 7);
    ck_assert_int_eq(r.n_downloaded, 9);
    ck_assert(r.has_external_ip);
    ck_assert_str_eq(addr_ip_text(&r.external_ip, text), "8.8.8.8");
    ck_assert_uint_eq(r.tracker_id_len, 3);
    ck_assert_mem_eq(r.tracker_id, "abc", 3);
    ck_assert_uint_eq(r.warning.len, 4);
    ck_assert_mem_eq(r.warning.bytes, "slow", 4);
    ck_assert_uint_eq(r.n_peers, 3);
    ck_assert_str_eq(addr_text(&r.peers[0], text), "11.0.0.1:6881");
    ck_assert_str_eq(addr_text(&r.peers[1], text), "11.0.0.2:80");
    ck_assert_str_eq(addr_text(&r.peers[2], text), "[2001:db8::1]:6881");
    tracker_reply_fini(&r);
}
END_TEST

START_TEST(tracker_http_parse_cut_anywhere_refused)
{
    for (size_t n = 0; n < sizeof REPLY - 1; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        struct tracker_reply r;

        ck_assert_ptr_nonnull(cut);
        memcpy(cut, REPLY, n);
        ck_assert_int_eq(tracker_http_parse(cut, n, &r), ERR_TRUNCATED);
        free(cut);
    }
}
END_TEST

START_TEST(tracker_http_parse_more_behind_ignored)
{
    struct tracker_reply r;

    ck_assert_int_eq(parse("d8:intervali90ee\r\n", &r), OK);
    ck_assert_int_eq(r.interval_ms, 90000);
    ck_assert_int_eq(r.n_seeds, -1);
    tracker_reply_fini(&r);
}
END_TEST

/* BEP 3's list of dictionaries. */
START_TEST(tracker_http_parse_dictionary_peers)
{
    struct tracker_reply r;
    char text[ADDR_TEXT_MAX];

    ck_assert_int_eq(parse("d5:peersl"
                           "d2:ip8:11.0.0.17:peer id20:aaaaaaaaaaaaaaaaaaaa"
                           "4:porti6881ee"
                           "d2:ip11:2001:db8::14:porti80ee"
                           "d2:ip12:peer.example4:porti80ee"
                           "d2:ip8:11.0.0.24:porti0ee"
                           "d2:ip8:11.0.0.24:porti65536ee"
                           "d2:ip8:11.0.0.24:porti-1ee"
                           "d2:ip8:11.0.0.2e"
                           "d4:porti80ee"
                           "d2:ip0:4:porti80ee"
                           "i1e"
                           "d2:ip7:0.0.0.04:porti80ee"
                           "ee",
                           &r),
                     OK);
    ck_assert_uint_eq(r.n_peers, 2);
    ck_assert_str_eq(addr_text(&r.peers[0], text), "11.0.0.1:6881");
    ck_assert_str_eq(addr_text(&r.peers[1], text), "[2001:db8::1]:80");
    ck_assert_uint_eq(r.n_named, 1);
    ck_assert_uint_eq(r.n_bad, 8);
    tracker_reply_fini(&r);
}
END_TEST

START_TEST(tracker_http_parse_ip_with_nul_dropped)
{
    static const char BODY[] = "d5:peersld2:ip9:1.2.3.4\0x4:porti80eeee";
    struct tracker_reply r;

    ck_assert_int_eq(tracker_http_parse((const uint8_t *)BODY, sizeof BODY - 1,
                                        &r),
                     OK);
    ck_assert_uint_eq(r.n_peers, 0);
    ck_assert_uint_eq(r.n_bad, 1);
    tracker_reply_fini(&r);
}
END_TEST

START_TEST(tracker_http_parse_uneven_compact_keeps_whole_ones)
{
    struct tracker_reply r;

    ck_assert_int_eq(parse("d5:peers8:\x0b\1\1\1\x1a\xe1zze", &r), OK);
    ck_assert_uint_eq(r.n_peers, 1);
    ck_assert_uint_eq(r.n_bad, 1);
    tracker_reply_fini(&r);
}
END_TEST

/* Regression 57a348bd, through both forms of list. */
START_TEST(tracker_http_parse_too_many_peers_bounded)
{
    struct tracker_reply r;
    struct buf b;

    buf_init(&b, TRACKER_HTTP_MAX_BODY);
    ck_assert_int_eq(buf_printf(&b, "d5:peersl"), OK);
    for (int i = 0; i < 3000; i++)
        ck_assert_int_eq(buf_printf(&b, "d2:ip7:9.1.1.14:porti%dee", i + 1),
                         OK);
    ck_assert_int_eq(buf_printf(&b, "e6:peers6%d:", 18 * 3000), OK);
    for (int i = 0; i < 3000; i++)
        ck_assert_int_eq(buf_append(&b,
                                    "\x20\1\2\3\4\5\6\7\10\11\12\13\14"
                                    "\15\16\17\1\2",
                                    18),
                         OK);
    ck_assert_int_eq(buf_append(&b, "e", 1), OK);
    ck_assert_int_eq(tracker_http_parse(buf_bytes(&b), b.len, &r), OK);
    ck_assert_uint_eq(r.n_peers, TRACKER_MAX_PEERS);
    ck_assert_uint_eq(r.n_over, 4000);
    tracker_reply_fini(&r);
    buf_fini(&b);
}
END_TEST

/* Reliability T1: intervals that make no sense. */
static const struct {
    const char *body;
    enum err err;
    int64_t interval_ms, min_interval_ms;
} INTERVALS[] = {
    {"d8:intervali-1ee", OK, 1800000, 0},
    {"d8:intervali0ee", OK, 1800000, 0},
    {"d8:intervali1ee", OK, 60000, 0},
    {"d8:intervali9223372036854775807ee", OK, 7200000, 0},
    {"d8:intervali9223372036854775808ee", ERR_TOO_BIG, 0, 0},
    {"d8:interval4:1800e", ERR_INVALID, 0, 0},
    {"d8:interval4:18005:peers0:e", OK, 1800000, 0},
    {"d12:min intervali0e5:peers0:e", OK, 1800000, 0},
    {"d12:min intervali-9e5:peers0:e", OK, 1800000, 0},
    {"d12:min intervali5e5:peers0:e", OK, 1800000, 60000},
    {"d12:min intervali999999e5:peers0:e", OK, 1800000, 7200000},
};

START_TEST(tracker_http_parse_interval_clamped)
{
    struct tracker_reply r;

    ck_assert_int_eq(parse(INTERVALS[_i].body, &r), INTERVALS[_i].err);
    if (INTERVALS[_i].err != OK)
        return;
    ck_assert_int_eq(r.interval_ms, INTERVALS[_i].interval_ms);
    ck_assert_int_eq(r.min_interval_ms, INTERVALS[_i].min_interval_ms);
    tracker_reply_fini(&r);
}
END_TEST

/* T1: depth 10^6, and just beyond what is allowed. */
START_TEST(tracker_http_parse_deep_refused)
{
    uint8_t *deep = malloc(TRACKER_HTTP_MAX_BODY);
    struct tracker_reply r;

    ck_assert_ptr_nonnull(deep);
    memset(deep, 'l', TRACKER_HTTP_MAX_BODY);
    memcpy(deep, "d1:a", 4);
    ck_assert_int_eq(tracker_http_parse(deep, TRACKER_HTTP_MAX_BODY, &r),
                     ERR_TOO_BIG);
    free(deep);
    ck_assert_int_eq(parse("d1:alllllllleeeeeeee5:peers0:e", &r), ERR_TOO_BIG);
    ck_assert_int_eq(parse("d1:allllllleeeeeee5:peers0:e", &r), OK);
    tracker_reply_fini(&r);
}
END_TEST

START_TEST(tracker_http_parse_overlong_refused)
{
    uint8_t *big = calloc(1, TRACKER_HTTP_MAX_BODY + 1);
    struct tracker_reply r;

    ck_assert_ptr_nonnull(big);
    memcpy(big, "d5:peers0:e", 11);
    ck_assert_int_eq(tracker_http_parse(big, TRACKER_HTTP_MAX_BODY + 1, &r),
                     ERR_TOO_BIG);
    ck_assert_int_eq(tracker_http_parse(big, TRACKER_HTTP_MAX_BODY, &r), OK);
    tracker_reply_fini(&r);
    free(big);
}
END_TEST

START_TEST(tracker_http_parse_no_answer_refused)
{
    static const struct {
        const char *body;
        enum err err;
    } CASES[] = {
        {"<html>404</html>", ERR_SYNTAX},
        {"le", ERR_SYNTAX},
        {"i1e", ERR_SYNTAX},
        {"4:spam", ERR_SYNTAX},
        {"de", ERR_INVALID},
        {"d3:fooi1ee", ERR_INVALID},
        {"d5:peers6:abce", ERR_TRUNCATED},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct tracker_reply r;

        ck_assert_int_eq(parse(CASES[i].body, &r), CASES[i].err);
    }
}
END_TEST

/* Failure wins, also over peers; its text stays raw, its length bounded. */
START_TEST(tracker_http_parse_failure_wins)
{
    struct tracker_reply r;

    ck_assert_int_eq(parse("d14:failure reason6:\033[31mx8:intervali60e"
                           "5:peers6:\x0b\1\1\1\x1a\xe1"
                           "8:retry ini5ee",
                           &r),
                     OK);
    ck_assert(r.is_failure);
    ck_assert_uint_eq(r.failure.len, 6);
    ck_assert_mem_eq(r.failure.bytes, "\033[31mx", 6);
    ck_assert_int_eq(r.retry_ms, 300000);
    ck_assert_uint_eq(r.n_peers, 0);
    tracker_reply_fini(&r);
    ck_assert_int_eq(parse("d14:failure reason0:8:retry in5:nevere", &r), OK);
    ck_assert(r.is_failure);
    ck_assert_int_eq(r.retry_ms, TRACKER_RETRY_NEVER);
    tracker_reply_fini(&r);
    ck_assert_int_eq(
        parse("d14:failure reason0:8:retry ini9223372036854775807ee", &r), OK);
    ck_assert_int_eq(r.retry_ms, INT64_C(86400000));
    tracker_reply_fini(&r);
    ck_assert_int_eq(parse("d14:failure reason0:8:retry ini-4ee", &r), OK);
    ck_assert_int_eq(r.retry_ms, 0);
    tracker_reply_fini(&r);
}
END_TEST

START_TEST(tracker_http_parse_odd_values_ignored)
{
    struct tracker_reply r;
    struct buf b;

    ck_assert_int_eq(parse("d8:completei-1e11:external ip3:abc10:incomplete1:x"
                           "5:peersde10:tracker id0:e",
                           &r),
                     OK);
    ck_assert_int_eq(r.n_seeds, -1);
    ck_assert_int_eq(r.n_leechers, -1);
    ck_assert(!r.has_external_ip);
    ck_assert_uint_eq(r.tracker_id_len, 0);
    ck_assert_uint_eq(r.n_peers, 0);
    tracker_reply_fini(&r);
    /* A tracker id that is too long to keep is not half kept. */
    buf_init(&b, 4096);
    ck_assert_int_eq(buf_printf(&b, "d10:tracker id257:%0257de", 0), OK);
    ck_assert_int_eq(tracker_http_parse(buf_bytes(&b), b.len, &r), OK);
    ck_assert_uint_eq(r.tracker_id_len, 0);
    tracker_reply_fini(&r);
    buf_fini(&b);
}
END_TEST

/* BEP 48's own example. */
static const char SCRAPE[] =
    "d5:filesd"
    "20:xxxxxxxxxxxxxxxxxxxxd8:completei11e10:downloadedi13772e10:incomplete"
    "i19ee"
    "20:yyyyyyyyyyyyyyyyyyyyd8:completei21e10:downloadedi206e11:downloaders"
    "i3e10:incompletei20ee"
    "ee";

static enum err scrape(const char *body, const char *hash,
                       struct tracker_scrape *out)
{
    return tracker_http_parse_scrape((const uint8_t *)body, strlen(body),
                                     (const uint8_t *)hash, out, NULL);
}

START_TEST(tracker_http_parse_scrape_finds_ours)
{
    struct tracker_scrape s;

    ck_assert_int_eq(scrape(SCRAPE, "yyyyyyyyyyyyyyyyyyyy", &s), OK);
    ck_assert_int_eq(s.n_seeds, 21);
    ck_assert_int_eq(s.n_leechers, 20);
    ck_assert_int_eq(s.n_downloaded, 206);
    ck_assert_int_eq(s.n_downloaders, 3);
    ck_assert_int_eq(scrape(SCRAPE, "xxxxxxxxxxxxxxxxxxxx", &s), OK);
    ck_assert_int_eq(s.n_seeds, 11);
    ck_assert_int_eq(s.n_downloaders, -1);
    ck_assert_int_eq(scrape(SCRAPE, "zzzzzzzzzzzzzzzzzzzz", &s), ERR_NOT_FOUND);
    ck_assert_int_eq(scrape("d5:filesd20:zzzzzzzzzzzzzzzzzzzzi1eee",
                            "zzzzzzzzzzzzzzzzzzzz", &s),
                     OK);
    ck_assert_int_eq(s.n_seeds, -1);
    ck_assert_int_eq(scrape("de", "zzzzzzzzzzzzzzzzzzzz", &s), ERR_INVALID);
}
END_TEST

START_TEST(tracker_http_parse_scrape_cut_anywhere_refused)
{
    for (size_t n = 0; n < sizeof SCRAPE - 1; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        struct tracker_scrape s;

        ck_assert_ptr_nonnull(cut);
        memcpy(cut, SCRAPE, n);
        ck_assert_int_eq(tracker_http_parse_scrape(
                             cut, n, (const uint8_t *)"xxxxxxxxxxxxxxxxxxxx",
                             &s, NULL),
                         ERR_TRUNCATED);
        free(cut);
    }
}
END_TEST

START_TEST(tracker_http_parse_scrape_failure_refused)
{
    static const char *const BODIES[] = {"d14:failure reason2:noe",
                                         "d14:failure_reason2:noe"};

    for (int i = 0; i < 2; i++) {
        struct tracker_text words = {.len = 0};
        struct tracker_scrape s;

        ck_assert_int_eq(tracker_http_parse_scrape(
                             (const uint8_t *)BODIES[i], strlen(BODIES[i]),
                             (const uint8_t *)"xxxxxxxxxxxxxxxxxxxx", &s,
                             &words),
                         ERR_REFUSED);
        ck_assert_uint_eq(words.len, 2);
        ck_assert_mem_eq(words.bytes, "no", 2);
    }
}
END_TEST

/* Regression c7d4604d: a scrape that lists the whole tracker costs no memory,
 * and one beyond the cap is refused. */
START_TEST(tracker_http_parse_scrape_unbounded_reply_bounded)
{
    struct tracker_scrape s;
    struct buf b;

    buf_init(&b, TRACKER_HTTP_MAX_BODY + 100);
    ck_assert_int_eq(buf_printf(&b, "d5:filesd"), OK);
    for (int i = 0; i < 20000; i++)
        ck_assert_int_eq(buf_printf(&b, "20:%020dd8:completei%dee", i, i), OK);
    ck_assert_int_eq(buf_printf(&b, "ee"), OK);
    ck_assert_int_eq(tracker_http_parse_scrape(
                         buf_bytes(&b), b.len,
                         (const uint8_t *)"00000000000000019999", &s, NULL),
                     OK);
    ck_assert_int_eq(s.n_seeds, 19999);
    while (b.len <= TRACKER_HTTP_MAX_BODY)
        ck_assert_int_eq(buf_append(&b, " ", 1), OK);
    ck_assert_int_eq(tracker_http_parse_scrape(
                         buf_bytes(&b), b.len,
                         (const uint8_t *)"00000000000000019999", &s, NULL),
                     ERR_TOO_BIG);
    buf_fini(&b);
}
END_TEST

Suite *tracker_http_suite(void)
{
    Suite *s = suite_create("tracker_http");
    TCase *t = tcase_create("url");

    tcase_add_loop_test(t, tracker_http_announce_url_joins, 0,
                        (int)(sizeof URLS / sizeof URLS[0]));
    tcase_add_test(t, tracker_http_announce_url_optional_arguments);
    tcase_add_test(t, tracker_http_announce_url_length_bound);
    tcase_add_loop_test(t, tracker_http_scrape_url_replaces_announce, 0,
                        (int)(sizeof SCRAPES / sizeof SCRAPES[0]));
    suite_add_tcase(s, t);
    t = tcase_create("announce");
    tcase_add_test(t, tracker_http_parse_full_reply);
    tcase_add_test(t, tracker_http_parse_cut_anywhere_refused);
    tcase_add_test(t, tracker_http_parse_more_behind_ignored);
    tcase_add_test(t, tracker_http_parse_dictionary_peers);
    tcase_add_test(t, tracker_http_parse_ip_with_nul_dropped);
    tcase_add_test(t, tracker_http_parse_uneven_compact_keeps_whole_ones);
    tcase_add_test(t, tracker_http_parse_too_many_peers_bounded);
    tcase_add_loop_test(t, tracker_http_parse_interval_clamped, 0,
                        (int)(sizeof INTERVALS / sizeof INTERVALS[0]));
    tcase_add_test(t, tracker_http_parse_deep_refused);
    tcase_add_test(t, tracker_http_parse_overlong_refused);
    tcase_add_test(t, tracker_http_parse_no_answer_refused);
    tcase_add_test(t, tracker_http_parse_failure_wins);
    tcase_add_test(t, tracker_http_parse_odd_values_ignored);
    suite_add_tcase(s, t);
    t = tcase_create("scrape");
    tcase_add_test(t, tracker_http_parse_scrape_finds_ours);
    tcase_add_test(t, tracker_http_parse_scrape_cut_anywhere_refused);
    tcase_add_test(t, tracker_http_parse_scrape_failure_refused);
    tcase_add_test(t, tracker_http_parse_scrape_unbounded_reply_bounded);
    suite_add_tcase(s, t);
    return s;
}
