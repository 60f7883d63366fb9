#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"

#include <string.h>

enum { F = FIXTURE_FAST, E = FIXTURE_EXTENDED, SEED = FIXTURE_SEED };

#define BYTES(text) text, sizeof(text) - 1

/* Golden bytes: what is said first. 11 pieces; the even ones are 0xaa 0xa0. */
static const struct {
    unsigned int flags;
    const char *bytes;
    size_t n;
} openings[] = {
    {0, BYTES("")},
    {SEED, BYTES("\0\0\0\3\5\xff\xe0")},
    {FIXTURE_EVEN, BYTES("\0\0\0\3\5\xaa\xa0")},
    {F, BYTES("\0\0\0\1\x0f")},
    {F | SEED, BYTES("\0\0\0\1\x0e")},
    {F | FIXTURE_EVEN, BYTES("\0\0\0\3\5\xaa\xa0")},
    {F | SEED | FIXTURE_DHT, BYTES("\0\0\0\1\x0e\0\0\0\3\x9\x1a\xe3")},
};
enum { N_OPENINGS = sizeof openings / sizeof openings[0] };

START_TEST(peer_tx_opens_with_what_we_have)
{
    struct fixture f;
    struct iovec iov[2];
    fixture_init(&f, 11 * 1024, 1024, openings[_i].flags);
    int n = peer_tx(f.peer, iov, 2);
    ck_assert_int_eq(n, openings[_i].n > 0 ? 1 : 0);
    ck_assert_uint_eq(peer_tx_backlog(f.peer), openings[_i].n);
    if (n > 0) {
        ck_assert_uint_eq(iov[0].iov_len, openings[_i].n);
        ck_assert_mem_eq(iov[0].iov_base, openings[_i].bytes, openings[_i].n);
    }
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tx_extended_handshake_tells_all_of_us)
{
    struct fixture f;
    struct iovec iov[2];
    fixture_init(&f, 11 * 1024, 1024, E | F | SEED);
    ck_assert_int_eq(peer_tx(f.peer, iov, 2), 1);
    const uint8_t *bytes = iov[0].iov_base;
    struct extended told = {0};
    ck_assert_uint_eq(bytes[9], WIRE_EXTENDED);
    ck_assert_uint_eq(bytes_be32(bytes + 5), iov[0].iov_len - 9);
    ck_assert_int_eq(extended_parse(bytes + 11, iov[0].iov_len - 11, &told),
                     OK);
    ck_assert(told.upload_only && told.has_upload_only);
    ck_assert_uint_ne(told.ids[EXTENDED_UPLOAD_ONLY], 0);
    ck_assert_uint_eq(told.ids[EXTENDED_UT_METADATA], 0);
    ck_assert_uint_eq(told.port, 6882);
    ck_assert_uint_eq(told.reqq, 512);
    ck_assert(told.has_yourip &&
              addr_same_ip(&told.yourip, peer_remote(f.peer)));
    static const char client[] = "tessera " PACKAGE_VERSION;
    ck_assert_uint_eq(told.client_len, sizeof client - 1);
    ck_assert_mem_eq(told.client, client, sizeof client - 1);
    fixture_forget(&f);
    /* It changes: said again, once. */
    peer_set_upload_only(f.peer, true);
    ck_assert_str_eq(fixture_sent(&f), "");
    peer_set_upload_only(f.peer, false);
    ck_assert_str_eq(fixture_sent(&f), "extended");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tx_extended_message_has_their_id_and_a_bound)
{
    static const uint8_t pings[PEER_MAX_TX_EXTENDED / 4];
    struct fixture f;
    struct iovec iov[2];
    fixture_init(&f, 11 * 1024, 1024, E);
    fixture_forget(&f);
    ck_assert(!peer_send_extended(f.peer, EXTENDED_UT_PEX, "ping", 4));
    ck_assert_int_eq(fixture_rx(&f,
                                BYTES("\0\0\0\x15\x14\0d1:md6:ut_pexi77eee")),
                     OK);
    ck_assert(!peer_send_extended(f.peer, EXTENDED_UT_METADATA, "ping", 4));
    ck_assert(!peer_takes(f.peer, EXTENDED_UT_METADATA));
    ck_assert(peer_takes(f.peer, EXTENDED_UT_PEX));
    ck_assert(peer_send_extended(f.peer, EXTENDED_UT_PEX, "ping", 4));
    ck_assert_int_eq(peer_tx(f.peer, iov, 2), 1);
    ck_assert_uint_eq(iov[0].iov_len, 10);
    ck_assert_mem_eq(iov[0].iov_base, "\0\0\0\6\x14\x4dping", 10);
    for (int i = 0; i < 3; i++)
        ck_assert(
            peer_send_extended(f.peer, EXTENDED_UT_PEX, pings, sizeof pings));
    ck_assert(
        !peer_send_extended(f.peer, EXTENDED_UT_PEX, pings, sizeof pings));
    fixture_forget(&f);
    ck_assert(peer_send_extended(f.peer, EXTENDED_UT_PEX, pings, sizeof pings));
    fixture_forget(&f);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tx_have_is_not_told_to_one_that_has_it)
{
    struct fixture f;
    fixture_init(&f, 11 * 1024, 1024, F);
    ck_assert_int_eq(fixture_index(&f, WIRE_HAVE, 3), OK);
    fixture_forget(&f);
    peer_announce_have(f.peer, 2);
    peer_announce_have(f.peer, 3);
    peer_announce_have(f.peer, 4);
    ck_assert_str_eq(fixture_sent(&f), "have(2) have(4)");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tx_haves_of_a_slow_reader_are_owed_and_paid)
{
    enum { N = 100000 };
    struct fixture f;
    fixture_init(&f, UINT64_C(1024) * N, 1024, F);
    ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_NONE), OK);
    fixture_forget(&f);
    for (uint32_t i = 0; i < N; i++)
        peer_announce_have(f.peer, i);
    ck_assert_uint_le(peer_tx_backlog(f.peer), PEER_TX_HAVE_MAX + 9);
    /* One of those owed it gets elsewhere meanwhile. */
    ck_assert_int_eq(fixture_index(&f, WIRE_HAVE, 50000), OK);
    size_t sent = 0;
    size_t n;
    while ((n = peer_tx_backlog(f.peer)) > 0) {
        ck_assert_uint_le(n, PEER_TX_HAVE_MAX + 9);
        n = n < 1000 ? n : 1000;
        peer_tx_sent(f.peer, n, f.now_ms);
        fixture_check(&f);
        sent += n;
    }
    ck_assert_uint_eq(sent, 9 * (N - 1));
    ck_assert_ptr_null(f.peer->owed);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tx_is_told_once_until_all_is_sent)
{
    struct fixture f;
    fixture_init(&f, 11 * 1024, 1024, 0);
    peer_announce_have(f.peer, 1);
    ck_assert_uint_eq(f.n_tx, 1);
    fixture_forget(&f);
    f.n_tx = 0;
    peer_announce_have(f.peer, 1);
    peer_announce_have(f.peer, 2);
    peer_set_interested(f.peer, true, f.now_ms);
    peer_set_interested(f.peer, true, f.now_ms);
    ck_assert_uint_eq(f.n_tx, 1);
    peer_tx_sent(f.peer, 5, f.now_ms);
    peer_announce_have(f.peer, 3);
    ck_assert_uint_eq(f.n_tx, 1);
    ck_assert_uint_eq(peer_tx_backlog(f.peer), 9 * 3 + 5 - 5);
    peer_tx_sent(f.peer, peer_tx_backlog(f.peer), f.now_ms);
    peer_announce_have(f.peer, 4);
    ck_assert_uint_eq(f.n_tx, 2);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tx_opening_is_not_told)
{
    struct fixture f;
    fixture_init(&f, 11 * 1024, 1024, F);
    peer_announce_have(f.peer, 1);
    ck_assert_uint_eq(f.n_tx, 0);
    ck_assert_str_eq(fixture_sent(&f), "have none have(1)");
    peer_announce_have(f.peer, 2);
    ck_assert_uint_eq(f.n_tx, 1);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tx_is_told_again_after_its_only_block_is_taken_back)
{
    struct fixture f;
    fixture_init(&f, 11 * 1024, 1024, SEED);
    peer_set_choked(f.peer, false, f.now_ms);
    fixture_forget(&f);
    f.n_tx = 0;
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 1, 0, 9), OK);
    fixture_serve(&f);
    ck_assert_uint_eq(f.n_tx, 1);
    ck_assert_int_eq(fixture_block(&f, WIRE_CANCEL, 1, 0, 9), OK);
    ck_assert_uint_eq(peer_tx_backlog(f.peer), 0);
    peer_announce_have(f.peer, 1);
    ck_assert_uint_eq(f.n_tx, 2);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_tx_keepalive_after_a_quiet_minute)
{
    struct fixture f;
    fixture_init(&f, 11 * 1024, 1024, F);
    fixture_forget(&f);
    ck_assert_int_eq(peer_deadline_ms(f.peer), f.now_ms + PEER_KEEPALIVE_MS);
    ck_assert_int_eq(fixture_run(&f, PEER_KEEPALIVE_MS - 1), OK);
    ck_assert_uint_eq(peer_tx_backlog(f.peer), 0);
    ck_assert_int_eq(fixture_run(&f, 1), OK);
    ck_assert_str_eq(fixture_sent(&f), "keep-alive");
    ck_assert_int_eq(fixture_status(&f).last_tx_ms, f.now_ms);
    fixture_fini(&f);
}
END_TEST

Suite *peer_tx_suite(void)
{
    Suite *s = suite_create("peer_tx");
    TCase *t = tcase_create("peer_tx");
    tcase_add_loop_test(t, peer_tx_opens_with_what_we_have, 0, N_OPENINGS);
    tcase_add_test(t, peer_tx_extended_handshake_tells_all_of_us);
    tcase_add_test(t, peer_tx_extended_message_has_their_id_and_a_bound);
    tcase_add_test(t, peer_tx_have_is_not_told_to_one_that_has_it);
    tcase_add_test(t, peer_tx_haves_of_a_slow_reader_are_owed_and_paid);
    tcase_add_test(t, peer_tx_opening_is_not_told);
    tcase_add_test(t, peer_tx_is_told_once_until_all_is_sent);
    tcase_add_test(t, peer_tx_is_told_again_after_its_only_block_is_taken_back);
    tcase_add_test(t, peer_tx_keepalive_after_a_quiet_minute);
    suite_add_tcase(s, t);
    return s;
}
