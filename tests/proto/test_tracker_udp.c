/* The packets of BEP 15, from its tables. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/tracker_udp.h"

#include <stdlib.h>
#include <string.h>

static const struct span NO_PATH = {NULL, 0};

START_TEST(tracker_udp_put_connect_golden)
{
    uint8_t out[TRACKER_UDP_MAX_REQUEST];

    ck_assert_uint_eq(tracker_udp_put_connect(out, 0x01020304), 16);
    ck_assert_mem_eq(out,
                     "\0\0\x04\x17\x27\x10\x19\x80\0\0\0\0\x01\x02\x03\x04",
                     16);
}
END_TEST

static struct tracker_request request(void)
{
    struct tracker_request req = {
        .downloaded = 1,
        .left = 2,
        .uploaded = 3,
        .event = TRACKER_EVENT_STARTED,
        .key = 0xdeadbeef,
        .numwant = TRACKER_NUMWANT_DEFAULT,
        .port = 6881,
    };

    memset(req.info_hash, 'h', 20);
    memset(req.peer_id, 'p', 20);
    return req;
}

static const char ANNOUNCE[] = "\1\2\3\4\5\6\7\10"
                               "\0\0\0\1"
                               "\0\0\0\x2a"
                               "hhhhhhhhhhhhhhhhhhhh"
                               "pppppppppppppppppppp"
                               "\0\0\0\0\0\0\0\1"
                               "\0\0\0\0\0\0\0\2"
                               "\0\0\0\0\0\0\0\3"
                               "\0\0\0\2"
                               "\0\0\0\0"
                               "\xde\xad\xbe\xef"
                               "\xff\xff\xff\xff"
                               "\x1a\xe1";

START_TEST(tracker_udp_put_announce_golden)
{
    struct tracker_request req = request();
    uint8_t out[TRACKER_UDP_MAX_REQUEST];

    ck_assert_uint_eq(tracker_udp_put_announce(out,
                                               UINT64_C(0x0102030405060708), 42,
                                               &req, NO_PATH),
                      98);
    ck_assert_mem_eq(out, ANNOUNCE, 98);
}
END_TEST

START_TEST(tracker_udp_put_announce_events)
{
    static const struct {
        enum tracker_event event;
        uint8_t code;
    } CASES[] = {
        {TRACKER_EVENT_NONE, 0},    {TRACKER_EVENT_COMPLETED, 1},
        {TRACKER_EVENT_STARTED, 2}, {TRACKER_EVENT_STOPPED, 3},
        {TRACKER_EVENT_PAUSED, 0},
    };

    for (size_t i = 0; i < 5; i++) {
        struct tracker_request req = request();
        uint8_t out[TRACKER_UDP_MAX_REQUEST];

        req.event = CASES[i].event;
        tracker_udp_put_announce(out, 1, 2, &req, NO_PATH);
        ck_assert_uint_eq(bytes_be32(out + 80), CASES[i].code);
    }
}
END_TEST

/* BEP 41: URL data in options of at most 255 bytes. */
START_TEST(tracker_udp_put_announce_path_in_options)
{
    struct tracker_request req = request();
    uint8_t path[TRACKER_UDP_MAX_PATH + 1];
    uint8_t out[TRACKER_UDP_MAX_REQUEST];
    size_t n;

    memset(path, 'x', sizeof path);
    n = tracker_udp_put_announce(out, 1, 2, &req, span_of("/announce?a=b"));
    ck_assert_uint_eq(n, 98 + 2 + 13);
    ck_assert_mem_eq(out + 98, "\x02\x0d/announce?a=b", 15);
    n = tracker_udp_put_announce(out, 1, 2, &req, (struct span){path, 300});
    ck_assert_uint_eq(n, 98 + 2 + 255 + 2 + 45);
    ck_assert_mem_eq(out + 98, "\x02\xff", 2);
    ck_assert_mem_eq(out + 98 + 257, "\x02\x2d", 2);
    n = tracker_udp_put_announce(out, 1, 2, &req,
                                 (struct span){path, TRACKER_UDP_MAX_PATH});
    ck_assert_uint_eq(n, 98 + 4 * 2 + 1000);
    n = tracker_udp_put_announce(out, 1, 2, &req,
                                 (struct span){path, sizeof path});
    ck_assert_uint_eq(n, 98);
}
END_TEST

START_TEST(tracker_udp_put_scrape_golden)
{
    uint8_t out[TRACKER_UDP_MAX_REQUEST];

    ck_assert_uint_eq(tracker_udp_put_scrape(
                          out, 1, 42, (const uint8_t *)"hhhhhhhhhhhhhhhhhhhh"),
                      36);
    ck_assert_mem_eq(out,
                     "\0\0\0\0\0\0\0\1\0\0\0\2\0\0\0\x2ahhhhhhhhhhhhhhhhhhhh",
                     36);
}
END_TEST

static const struct {
    const char *url;
    enum err err;
    const char *host;
    uint16_t port;
    const char *path;
} URLS[] = {
    {"udp://t.example:6969/announce", OK, "t.example", 6969, "/announce"},
    {"UDP://t.example:80", OK, "t.example", 80, ""},
    {"udp://[2001:db8::1]:65535/a?b=c#d", OK, "2001:db8::1", 65535, "/a?b=c"},
    {"udp://1.2.3.4:1?x", OK, "1.2.3.4", 1, "?x"},
    {"udp://1.2.3.4:1#x", OK, "1.2.3.4", 1, ""},
    {"http://t:1/", ERR_UNSUPPORTED, NULL, 0, NULL},
    {"udp:/", ERR_UNSUPPORTED, NULL, 0, NULL},
    {"udp://", ERR_INVALID, NULL, 0, NULL},
    {"udp://t", ERR_INVALID, NULL, 0, NULL},
    {"udp://t/announce", ERR_INVALID, NULL, 0, NULL},
    {"udp://t:", ERR_INVALID, NULL, 0, NULL},
    {"udp://t:0", ERR_INVALID, NULL, 0, NULL},
    {"udp://t:65536", ERR_INVALID, NULL, 0, NULL},
    {"udp://t:99999999999999999999", ERR_INVALID, NULL, 0, NULL},
    {"udp://t:80x", ERR_INVALID, NULL, 0, NULL},
    {"udp://:80", ERR_INVALID, NULL, 0, NULL},
    {"udp://[]:80", ERR_INVALID, NULL, 0, NULL},
    {"udp://[::1", ERR_INVALID, NULL, 0, NULL},
    {"udp://user@t:80", ERR_INVALID, NULL, 0, NULL},
    {"udp://t:80/a b", ERR_INVALID, NULL, 0, NULL},
    {"udp://t:80/\n", ERR_INVALID, NULL, 0, NULL},
};

START_TEST(tracker_udp_parse_url_parts)
{
    struct tracker_udp_url u;

    ck_assert_int_eq(tracker_udp_parse_url(URLS[_i].url, &u), URLS[_i].err);
    if (URLS[_i].err != OK)
        return;
    ck_assert_str_eq(u.host, URLS[_i].host);
    ck_assert_uint_eq(u.port, URLS[_i].port);
    ck_assert(span_is(u.path, URLS[_i].path));
}
END_TEST

START_TEST(tracker_udp_parse_url_overlong_refused)
{
    char text[TRACKER_MAX_URL + 2];
    struct tracker_udp_url u;

    memset(text, 'x', sizeof text);
    memcpy(text, "udp://", 6);
    text[6 + TRACKER_UDP_MAX_HOST] = ':';
    text[6 + TRACKER_UDP_MAX_HOST + 1] = '1';
    text[6 + TRACKER_UDP_MAX_HOST + 2] = '\0';
    ck_assert_int_eq(tracker_udp_parse_url(text, &u), OK);
    text[6 + TRACKER_UDP_MAX_HOST] = 'x';
    text[6 + TRACKER_UDP_MAX_HOST + 1] = ':';
    text[6 + TRACKER_UDP_MAX_HOST + 2] = '1';
    text[6 + TRACKER_UDP_MAX_HOST + 3] = '\0';
    ck_assert_int_eq(tracker_udp_parse_url(text, &u), ERR_TOO_BIG);
    memset(text, 'x', sizeof text);
    memcpy(text, "udp://t:1/", 10);
    text[TRACKER_MAX_URL] = '\0';
    ck_assert_int_eq(tracker_udp_parse_url(text, &u), OK);
    text[TRACKER_MAX_URL] = 'x';
    text[TRACKER_MAX_URL + 1] = '\0';
    ck_assert_int_eq(tracker_udp_parse_url(text, &u), ERR_TOO_BIG);
}
END_TEST

static const char V4[] = "\0\0\0\1\0\0\0\x2a\0\0\x07\x08\0\0\0\5\0\0\0\7"
                         "\x0b\0\0\1\x1a\xe1\x0b\0\0\2\0\x50";
static const char V6[] = "\0\0\0\1\0\0\0\x2a\0\0\x07\x08\0\0\0\5\0\0\0\7"
                         "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\x1a\xe1";

/* Leechers come before seeders. */
START_TEST(tracker_udp_parse_announce_v4)
{
    struct tracker_reply r;
    char text[ADDR_TEXT_MAX];

    ck_assert_int_eq(tracker_udp_parse_announce((const uint8_t *)V4,
                                                sizeof V4 - 1, false, &r),
                     OK);
    ck_assert_int_eq(r.interval_ms, 1800000);
    ck_assert_int_eq(r.n_leechers, 5);
    ck_assert_int_eq(r.n_seeds, 7);
    ck_assert_uint_eq(r.n_peers, 2);
    ck_assert_str_eq(addr_text(&r.peers[0], text), "11.0.0.1:6881");
    ck_assert_str_eq(addr_text(&r.peers[1], text), "11.0.0.2:80");
    tracker_reply_fini(&r);
}
END_TEST

/* Fault 28 of the reference design: 18 is a multiple of 6. */
START_TEST(tracker_udp_parse_announce_stride_by_family)
{
    struct tracker_reply r;
    char text[ADDR_TEXT_MAX];

    ck_assert_int_eq(tracker_udp_parse_announce((const uint8_t *)V6,
                                                sizeof V6 - 1, true, &r),
                     OK);
    ck_assert_uint_eq(r.n_peers, 1);
    ck_assert_str_eq(addr_text(&r.peers[0], text), "[2001:db8::1]:6881");
    tracker_reply_fini(&r);
}
END_TEST

START_TEST(tracker_udp_parse_announce_cut_anywhere)
{
    for (size_t n = 0; n < sizeof V4 - 1; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        struct tracker_reply r;

        ck_assert_ptr_nonnull(cut);
        memcpy(cut, V4, n);
        if (n < 20) {
            ck_assert_int_eq(tracker_udp_parse_announce(cut, n, false, &r),
                             ERR_TRUNCATED);
        } else {
            ck_assert_int_eq(tracker_udp_parse_announce(cut, n, false, &r), OK);
            ck_assert_uint_eq(r.n_peers, (n - 20) / 6);
            ck_assert_uint_eq(r.n_bad, (n - 20) % 6 != 0);
            tracker_reply_fini(&r);
        }
        free(cut);
    }
}
END_TEST

START_TEST(tracker_udp_parse_announce_odd_numbers)
{
    uint8_t bytes[20];
    struct tracker_reply r;

    memcpy(bytes, V4, sizeof bytes);
    memset(bytes + 8, 0xff, 12);
    ck_assert_int_eq(tracker_udp_parse_announce(bytes, sizeof bytes, false, &r),
                     OK);
    ck_assert_int_eq(r.interval_ms, TRACKER_INTERVAL_MS);
    ck_assert_int_eq(r.n_leechers, -1);
    ck_assert_int_eq(r.n_seeds, -1);
    tracker_reply_fini(&r);
    memset(bytes + 8, 0x7f, 4);
    ck_assert_int_eq(tracker_udp_parse_announce(bytes, sizeof bytes, false, &r),
                     OK);
    ck_assert_int_eq(r.interval_ms, TRACKER_MAX_INTERVAL_MS);
    tracker_reply_fini(&r);
}
END_TEST

/* Reliability T5: none, short, and 65 kB. */
START_TEST(tracker_udp_head_of_any_length)
{
    uint8_t *big = calloc(1, 65507);
    uint32_t action = 9, id = 9;

    ck_assert_ptr_nonnull(big);
    ck_assert_int_eq(tracker_udp_head(NULL, 0, &action, &id), ERR_TRUNCATED);
    ck_assert_int_eq(tracker_udp_head(big, 7, &action, &id), ERR_TRUNCATED);
    ck_assert_int_eq(tracker_udp_head(big, 65507, &action, &id), ERR_TOO_BIG);
    ck_assert_int_eq(tracker_udp_head(big, TRACKER_UDP_MAX_REPLY + 1, &action,
                                      &id),
                     ERR_TOO_BIG);
    ck_assert_uint_eq(action, 9);
    ck_assert_int_eq(tracker_udp_head((const uint8_t *)V4, 8, &action, &id),
                     OK);
    ck_assert_uint_eq(action, TRACKER_UDP_ANNOUNCE);
    ck_assert_uint_eq(id, 42);
    free(big);
}
END_TEST

START_TEST(tracker_udp_parse_connect_golden_and_cut)
{
    static const uint8_t BYTES[18] = {0, 0, 0, 0, 0, 0, 0, 42, 1,
                                      2, 3, 4, 5, 6, 7, 8, 99, 99};
    uint64_t id = 7;

    for (size_t n = 0; n < 16; n++)
        ck_assert_int_eq(tracker_udp_parse_connect(BYTES, n, &id),
                         ERR_TRUNCATED);
    ck_assert_uint_eq(id, 7);
    ck_assert_int_eq(tracker_udp_parse_connect(BYTES, 16, &id), OK);
    ck_assert(id == UINT64_C(0x0102030405060708));
    ck_assert_int_eq(tracker_udp_parse_connect(BYTES, 18, &id), OK);
    ck_assert_int_eq(tracker_udp_parse_connect((const uint8_t *)V4,
                                               sizeof V4 - 1, &id),
                     ERR_INVALID);
}
END_TEST

START_TEST(tracker_udp_parse_scrape_golden_and_cut)
{
    static const char BYTES[] =
        "\0\0\0\2\0\0\0\x2a\0\0\0\1\0\0\0\2\0\0\0\3more";
    struct tracker_scrape s;

    for (size_t n = 0; n < 20; n++)
        ck_assert_int_eq(tracker_udp_parse_scrape((const uint8_t *)BYTES, n,
                                                  &s),
                         ERR_TRUNCATED);
    for (size_t n = 20; n < sizeof BYTES; n++)
        ck_assert_int_eq(tracker_udp_parse_scrape((const uint8_t *)BYTES, n,
                                                  &s),
                         OK);
    ck_assert_int_eq(s.n_seeds, 1);
    ck_assert_int_eq(s.n_downloaded, 2);
    ck_assert_int_eq(s.n_leechers, 3);
}
END_TEST

START_TEST(tracker_udp_parse_error_golden)
{
    static const char BYTES[] = "\0\0\0\3\0\0\0\x2ano such torrent";
    struct tracker_text t;

    ck_assert_int_eq(tracker_udp_parse_error((const uint8_t *)BYTES,
                                             sizeof BYTES - 1, &t),
                     OK);
    ck_assert_uint_eq(t.len, 15);
    ck_assert_mem_eq(t.bytes, "no such torrent", 15);
    ck_assert_int_eq(tracker_udp_parse_error((const uint8_t *)BYTES, 8, &t),
                     OK);
    ck_assert_uint_eq(t.len, 0);
    ck_assert_int_eq(tracker_udp_parse_error((const uint8_t *)BYTES, 7, &t),
                     ERR_TRUNCATED);
}
END_TEST

Suite *tracker_udp_suite(void)
{
    Suite *s = suite_create("tracker_udp");
    TCase *t = tcase_create("tracker_udp");

    tcase_add_test(t, tracker_udp_put_connect_golden);
    tcase_add_test(t, tracker_udp_put_announce_golden);
    tcase_add_test(t, tracker_udp_put_announce_events);
    tcase_add_test(t, tracker_udp_put_announce_path_in_options);
    tcase_add_test(t, tracker_udp_put_scrape_golden);
    tcase_add_loop_test(t, tracker_udp_parse_url_parts, 0,
                        (int)(sizeof URLS / sizeof URLS[0]));
    tcase_add_test(t, tracker_udp_parse_url_overlong_refused);
    tcase_add_test(t, tracker_udp_parse_announce_v4);
    tcase_add_test(t, tracker_udp_parse_announce_stride_by_family);
    tcase_add_test(t, tracker_udp_parse_announce_cut_anywhere);
    tcase_add_test(t, tracker_udp_parse_announce_odd_numbers);
    tcase_add_test(t, tracker_udp_head_of_any_length);
    tcase_add_test(t, tracker_udp_parse_connect_golden_and_cut);
    tcase_add_test(t, tracker_udp_parse_scrape_golden_and_cut);
    tcase_add_test(t, tracker_udp_parse_error_golden);
    suite_add_tcase(s, t);
    return s;
}
