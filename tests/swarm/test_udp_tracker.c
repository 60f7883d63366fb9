/* One exchange with a UDP tracker, in virtual time, against packets written by
 * hand. */
#include "config.h"

#include "tests/swarm/suites.h"

#include "swarm/udp_tracker.h"
#include "util/bytes.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    uint64_t seed;
    struct rng rng;
    struct udp_tracker_cache *cache;
    struct udp_tracker_config config;
    struct udp_tracker *t;
    struct addr remote;
    uint8_t sent[TRACKER_UDP_MAX_REQUEST];
    size_t sent_len;
    int64_t now_ms;
};

static void open_fixture(struct fixture *f)
{
    *f = (struct fixture){.seed = 1, .now_ms = 1000000};
    f->rng = rng_seeded(&f->seed);
    f->cache = udp_tracker_cache_new();
    f->remote = addr_v4((const uint8_t[]){9, 9, 9, 9}, 6969);
    f->config = (struct udp_tracker_config){
        .remote = f->remote,
        .request = {.left = 5, .port = 6881, .event = TRACKER_EVENT_STARTED},
        .path = span_of("/announce?k"),
        .cache = f->cache,
        .rng = &f->rng,
    };
    memset(f->config.request.info_hash, 'h', 20);
}

static void begin(struct fixture *f)
{
    udp_tracker_free(f->t);
    f->t = udp_tracker_new(&f->config, f->now_ms);
}

static void close_fixture(struct fixture *f)
{
    udp_tracker_free(f->t);
    udp_tracker_cache_free(f->cache);
}

static size_t tx(struct fixture *f)
{
    f->sent_len = udp_tracker_tx(f->t, f->sent, f->now_ms);
    return f->sent_len;
}

static bool rx(struct fixture *f, const uint8_t *bytes, size_t n)
{
    uint8_t *exact = malloc(n > 0 ? n : 1);
    bool ours;

    ck_assert_ptr_nonnull(exact);
    memcpy(exact, bytes, n);
    ours = udp_tracker_rx(f->t, &f->remote, exact, n, f->now_ms);
    free(exact);
    return ours;
}

/* Step to the deadline and do what is due. */
static void wait(struct fixture *f)
{
    f->now_ms = udp_tracker_deadline_ms(f->t);
    udp_tracker_tick(f->t, f->now_ms);
}

static uint32_t sent_transaction(const struct fixture *f)
{
    return bytes_be32(f->sent + 12);
}

/* Answers to the datagram sent last. */
static size_t make_connect(const struct fixture *f, uint8_t *out)
{
    bytes_put_be32(out, TRACKER_UDP_CONNECT);
    bytes_put_be32(out + 4, sent_transaction(f));
    bytes_put_be64(out + 8, UINT64_C(0xc0ffee));
    return 16;
}

static size_t make_announce(const struct fixture *f, uint8_t *out)
{
    static const uint8_t REST[] = {0, 0, 7, 8, 0, 0, 0, 1,  0,
                                   0, 0, 2, 9, 1, 1, 1, 26, 225};

    bytes_put_be32(out, TRACKER_UDP_ANNOUNCE);
    bytes_put_be32(out + 4, sent_transaction(f));
    memcpy(out + 8, REST, sizeof REST);
    return 8 + sizeof REST;
}

static size_t make_error(const struct fixture *f, const char *words,
                         uint8_t *out)
{
    bytes_put_be32(out, TRACKER_UDP_ERROR);
    bytes_put_be32(out + 4, sent_transaction(f));
    memcpy(out + 8, words, strlen(words));
    return 8 + strlen(words);
}

static void connect_it(struct fixture *f)
{
    uint8_t bytes[64];

    ck_assert_uint_eq(tx(f), 16);
    ck_assert(rx(f, bytes, make_connect(f, bytes)));
    ck_assert_int_eq(udp_tracker_state(f->t), UDP_TRACKER_ASKING);
}

START_TEST(exchange_announce_answered)
{
    struct fixture f;
    uint8_t bytes[64];
    const struct tracker_reply *r;

    open_fixture(&f);
    begin(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    ck_assert_int_eq(udp_tracker_result(f.t), ERR_AGAIN);
    connect_it(&f);
    ck_assert_uint_eq(tx(&f), 98 + 2 + 11);
    ck_assert_uint_eq(bytes_be64(f.sent), UINT64_C(0xc0ffee));
    ck_assert_uint_eq(bytes_be32(f.sent + 8), TRACKER_UDP_ANNOUNCE);
    ck_assert_mem_eq(f.sent + 16, "hhhhhhhhhhhhhhhhhhhh", 20);
    ck_assert_uint_eq(tx(&f), 0);
    ck_assert_ptr_null(udp_tracker_reply(f.t));
    ck_assert(rx(&f, bytes, make_announce(&f, bytes)));
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_DONE);
    ck_assert_int_eq(udp_tracker_result(f.t), OK);
    ck_assert_int_eq(udp_tracker_deadline_ms(f.t), INT64_MAX);
    r = udp_tracker_reply(f.t);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->n_peers, 1);
    ck_assert_int_eq(r->n_seeds, 2);
    ck_assert_ptr_null(udp_tracker_scrape(f.t));
    ck_assert_uint_eq(tx(&f), 0);
    close_fixture(&f);
}
END_TEST

START_TEST(exchange_scrape_answered)
{
    struct fixture f;
    uint8_t bytes[20] = {0, 0, 0, 2};

    open_fixture(&f);
    f.config.is_scrape = true;
    begin(&f);
    connect_it(&f);
    ck_assert_uint_eq(tx(&f), 36);
    bytes_put_be32(bytes + 4, sent_transaction(&f));
    bytes_put_be32(bytes + 8, 11);
    ck_assert(rx(&f, bytes, sizeof bytes));
    ck_assert_ptr_nonnull(udp_tracker_scrape(f.t));
    ck_assert_int_eq(udp_tracker_scrape(f.t)->n_seeds, 11);
    ck_assert_ptr_null(udp_tracker_reply(f.t));
    close_fixture(&f);
}
END_TEST

/* Sends at 0, 5, 15, 35 s, gives up at 60 s. */
START_TEST(exchange_silence_resends_then_fails)
{
    static const int64_t AT_S[] = {0, 5, 15, 35};
    struct fixture f;
    int64_t start_ms;
    uint32_t transaction = 0;

    open_fixture(&f);
    begin(&f);
    start_ms = f.now_ms;
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(f.now_ms - start_ms, AT_S[i] * 1000);
        ck_assert_uint_eq(tx(&f), 16);
        ck_assert_uint_eq(tx(&f), 0);
        f.sent_len = 16;
        if (i > 0)
            ck_assert_uint_eq(sent_transaction(&f), transaction);
        transaction = sent_transaction(&f);
        wait(&f);
    }
    ck_assert_int_eq(f.now_ms - start_ms, 60000);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_FAILED);
    ck_assert_int_eq(udp_tracker_result(f.t), ERR_TIMEOUT);
    ck_assert_str_eq(udp_tracker_words(f.t), "no answer within 60 s");
    ck_assert_uint_eq(tx(&f), 0);
    ck_assert_int_eq(udp_tracker_deadline_ms(f.t), INT64_MAX);
    udp_tracker_tick(f.t, f.now_ms + 1);
    close_fixture(&f);
}
END_TEST

/* The answer to the first datagram counts after the second was sent. */
START_TEST(exchange_late_answer_taken)
{
    struct fixture f;
    uint8_t bytes[64];

    open_fixture(&f);
    begin(&f);
    tx(&f);
    make_connect(&f, bytes);
    wait(&f);
    tx(&f);
    ck_assert(rx(&f, bytes, 16));
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    close_fixture(&f);
}
END_TEST

START_TEST(exchange_tick_before_deadline_does_nothing)
{
    struct fixture f;

    open_fixture(&f);
    begin(&f);
    tx(&f);
    udp_tracker_tick(f.t, udp_tracker_deadline_ms(f.t) - 1);
    ck_assert_uint_eq(tx(&f), 0);
    close_fixture(&f);
}
END_TEST

START_TEST(exchange_error_packet_fails_with_clean_words)
{
    struct fixture f;
    uint8_t bytes[64];

    open_fixture(&f);
    begin(&f);
    connect_it(&f);
    tx(&f);
    ck_assert(rx(&f, bytes, make_error(&f, "no\033[31m\n", bytes)));
    ck_assert_int_eq(udp_tracker_result(f.t), ERR_REFUSED);
    ck_assert_str_eq(udp_tracker_words(f.t), "no\xef\xbf\xbd[31m\xef\xbf\xbd");
    begin(&f);
    close_fixture(&f);
}
END_TEST

START_TEST(exchange_error_without_words_has_words)
{
    struct fixture f;
    uint8_t bytes[64];

    open_fixture(&f);
    begin(&f);
    tx(&f);
    ck_assert(rx(&f, bytes, make_error(&f, "", bytes)));
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_FAILED);
    ck_assert_str_ne(udp_tracker_words(f.t), "");
    close_fixture(&f);
}
END_TEST

/* Reliability T5: wrong id, wrong source, short, none, 65 kB, replay. */
START_TEST(exchange_strange_datagrams_skipped)
{
    struct fixture f;
    uint8_t bytes[64], replay[16];
    uint8_t *big = calloc(1, 65507);
    struct addr other;

    ck_assert_ptr_nonnull(big);
    open_fixture(&f);
    begin(&f);
    tx(&f);
    make_connect(&f, bytes);
    memcpy(replay, bytes, sizeof replay);
    for (size_t n = 0; n < 16; n++)
        rx(&f, bytes, n);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    memcpy(big, bytes, 16);
    ck_assert(!rx(&f, big, 65507));
    other = f.remote;
    other.port++;
    ck_assert(!udp_tracker_rx(f.t, &other, bytes, 16, f.now_ms));
    other = addr_v4((const uint8_t[]){9, 9, 9, 8}, 6969);
    ck_assert(!udp_tracker_rx(f.t, &other, bytes, 16, f.now_ms));
    bytes[7] ^= 1;
    ck_assert(!rx(&f, bytes, 16));
    bytes[7] ^= 1;
    bytes[3] = TRACKER_UDP_SCRAPE; /* an answer to what was not asked */
    rx(&f, bytes, 16);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    ck_assert(rx(&f, replay, sizeof replay));
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    tx(&f);
    ck_assert(!rx(&f, replay, sizeof replay));
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    make_announce(&f, bytes);
    for (size_t n = 0; n < 20; n++)
        rx(&f, bytes, n);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    ck_assert(rx(&f, bytes, 26));
    ck_assert(!rx(&f, bytes, 26)); /* it is over */
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_DONE);
    close_fixture(&f);
    free(big);
}
END_TEST

/* Regression 7def73d0: a datagram of no bytes, in each state. */
START_TEST(exchange_zero_length_datagram_ignored)
{
    struct fixture f;

    open_fixture(&f);
    begin(&f);
    ck_assert(!udp_tracker_rx(f.t, &f.remote, NULL, 0, f.now_ms));
    connect_it(&f);
    ck_assert(!udp_tracker_rx(f.t, &f.remote, NULL, 0, f.now_ms));
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    close_fixture(&f);
}
END_TEST

START_TEST(cache_id_used_again_for_a_minute)
{
    struct fixture f;

    open_fixture(&f);
    begin(&f);
    connect_it(&f);
    f.now_ms += 59999;
    begin(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    ck_assert_uint_gt(tx(&f), 16);
    ck_assert_uint_eq(bytes_be64(f.sent), UINT64_C(0xc0ffee));
    f.now_ms += 1;
    begin(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    /* Another address has another id. */
    f.now_ms -= 1;
    f.config.remote.port++;
    begin(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    close_fixture(&f);
}
END_TEST

/* A tracker that was restarted refuses, or does not answer, the old id. */
START_TEST(cache_stale_id_asked_for_anew)
{
    struct fixture f;
    uint8_t bytes[64];

    open_fixture(&f);
    begin(&f);
    connect_it(&f);
    begin(&f);
    tx(&f);
    ck_assert(rx(&f, bytes, make_error(&f, "bad connection id", bytes)));
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    connect_it(&f);
    tx(&f);
    ck_assert(rx(&f, bytes, make_error(&f, "no", bytes)));
    ck_assert_int_eq(udp_tracker_result(f.t), ERR_REFUSED);
    /* Silence. */
    begin(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    tx(&f);
    wait(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    close_fixture(&f);
}
END_TEST

/* The id may run out between two sends, or before the first. */
START_TEST(cache_id_expired_before_send_asked_for_anew)
{
    struct fixture f;

    open_fixture(&f);
    begin(&f);
    connect_it(&f);
    f.now_ms += 59000;
    begin(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    f.now_ms += 1000;
    ck_assert_uint_eq(tx(&f), 16);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    close_fixture(&f);
}
END_TEST

/* Many trackers: the cache keeps the newest ids and stays in its bounds. */
START_TEST(cache_full_forgets_the_oldest)
{
    struct fixture f;
    uint16_t first = 1000;

    open_fixture(&f);
    for (int i = 0; i <= UDP_TRACKER_CACHE_MAX; i++) {
        f.now_ms += 10;
        f.config.remote.port = f.remote.port = (uint16_t)(first + i);
        begin(&f);
        connect_it(&f);
    }
    f.config.remote.port = first;
    begin(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_CONNECTING);
    f.config.remote.port = (uint16_t)(first + 1);
    begin(&f);
    ck_assert_int_eq(udp_tracker_state(f.t), UDP_TRACKER_ASKING);
    close_fixture(&f);
}
END_TEST

START_TEST(exchange_v6_reads_stride_18)
{
    struct fixture f;
    uint8_t bytes[20 + 18] = {0, 0, 0, 1};

    open_fixture(&f);
    ck_assert_int_eq(addr_parse("[2001:db8::9]:80", 0, &f.remote), OK);
    f.config.remote = f.remote;
    begin(&f);
    connect_it(&f);
    tx(&f);
    bytes_put_be32(bytes + 4, sent_transaction(&f));
    bytes[20] = 0x20;
    bytes[37] = 80;
    ck_assert(rx(&f, bytes, sizeof bytes));
    ck_assert_uint_eq(udp_tracker_reply(f.t)->n_peers, 1);
    ck_assert(!addr_is_v4(&udp_tracker_reply(f.t)->peers[0]));
    close_fixture(&f);
}
END_TEST

Suite *udp_tracker_suite(void)
{
    Suite *s = suite_create("udp_tracker");
    TCase *t = tcase_create("exchange");

    tcase_add_test(t, exchange_announce_answered);
    tcase_add_test(t, exchange_scrape_answered);
    tcase_add_test(t, exchange_silence_resends_then_fails);
    tcase_add_test(t, exchange_late_answer_taken);
    tcase_add_test(t, exchange_tick_before_deadline_does_nothing);
    tcase_add_test(t, exchange_error_packet_fails_with_clean_words);
    tcase_add_test(t, exchange_error_without_words_has_words);
    tcase_add_test(t, exchange_strange_datagrams_skipped);
    tcase_add_test(t, exchange_zero_length_datagram_ignored);
    tcase_add_test(t, exchange_v6_reads_stride_18);
    suite_add_tcase(s, t);
    t = tcase_create("cache");
    tcase_add_test(t, cache_id_used_again_for_a_minute);
    tcase_add_test(t, cache_stale_id_asked_for_anew);
    tcase_add_test(t, cache_id_expired_before_send_asked_for_anew);
    tcase_add_test(t, cache_full_forgets_the_oldest);
    suite_add_tcase(s, t);
    return s;
}
