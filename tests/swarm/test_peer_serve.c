#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"

#include <stdlib.h>
#include <string.h>

enum { F = FIXTURE_FAST, SEED = FIXTURE_SEED, PIECE = 32768 };

/* A leecher with nothing at a seed of 100 pieces; unchoked. */
static void begin(struct fixture *f, unsigned int flags)
{
    fixture_init(f, UINT64_C(100) * PIECE, PIECE, flags);
    ck_assert_int_eq(fixture_plain(f, WIRE_INTERESTED), OK);
    peer_set_choked(f->peer, false, f->now_ms);
    fixture_forget(f);
}

static enum err ask(struct fixture *f, uint32_t piece_idx)
{
    return fixture_block(f, WIRE_REQUEST, piece_idx, 0, 100);
}

START_TEST(peer_serve_answers_in_order_from_the_middle_of_a_buffer)
{
    struct fixture f;
    begin(&f, SEED);
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 3, 7, 5), OK);
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 0, 0, 2), OK);
    ck_assert_str_eq(fixture_log(&f), "request(3,7,5) request(0,0,2)");
    ck_assert_uint_eq(peer_n_requests(f.peer), 2);
    fixture_serve(&f);
    struct iovec iov[4];
    ck_assert_int_eq(peer_tx(f.peer, iov, 4), 4);
    static const uint8_t header[] = {0, 0, 0, 14, 7, 0, 0, 0, 3, 0, 0, 0, 7};
    ck_assert_uint_eq(iov[0].iov_len, sizeof header);
    ck_assert_mem_eq(iov[0].iov_base, header, sizeof header);
    ck_assert_uint_eq(iov[1].iov_len, 5);
    ck_assert_mem_eq(iov[1].iov_base, f.data + 3 * PIECE + 7, 5);
    ck_assert_str_eq(fixture_sent(&f), "piece(3,7,5) piece(0,0,2)");
    ck_assert_uint_eq(fixture_status(&f).bytes_up, 7);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_serve_takes_up_to_128_KiB_at_once)
{
    struct fixture f;
    fixture_init(&f, UINT64_C(4) << 20, 1 << 20, SEED);
    peer_set_choked(f.peer, false, f.now_ms);
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 1, 1,
                                   PEER_MAX_REQUEST_LEN),
                     OK);
    ck_assert_uint_eq(peer_request(f.peer, 0).len, PEER_MAX_REQUEST_LEN);
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 1, 1,
                                   PEER_MAX_REQUEST_LEN + 1),
                     ERR_PROTO_RANGE);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_serve_of_a_piece_we_lack_is_refused)
{
    for (unsigned int fast = 0; fast <= F; fast += F) {
        struct fixture f;
        begin(&f, FIXTURE_EVEN | fast);
        ck_assert_int_eq(ask(&f, 1), OK);
        ck_assert_int_eq(ask(&f, 2), OK);
        ck_assert_str_eq(fixture_log(&f), "request(2,0,100)");
        ck_assert_str_eq(fixture_sent(&f), fast ? "reject(1,0,100)" : "");
        peer_refuse(f.peer, f.now_ms);
        ck_assert_str_eq(fixture_sent(&f), fast ? "reject(2,0,100)" : "");
        ck_assert_uint_eq(peer_n_requests(f.peer), 0);
        fixture_fini(&f);
    }
}
END_TEST

START_TEST(peer_serve_cancel_before_and_after_it_is_queued)
{
    for (unsigned int fast = 0; fast <= F; fast += F) {
        struct fixture f;
        begin(&f, SEED | fast);
        for (uint32_t i = 0; i < 3; i++)
            ck_assert_int_eq(ask(&f, i), OK);
        ck_assert_int_eq(fixture_block(&f, WIRE_CANCEL, 1, 0, 100), OK);
        ck_assert_uint_eq(peer_n_requests(f.peer), 2);
        fixture_serve(&f);
        ck_assert_int_eq(fixture_block(&f, WIRE_CANCEL, 2, 0, 100), OK);
        ck_assert_int_eq(fixture_block(&f, WIRE_CANCEL, 2, 0, 100), OK);
        ck_assert_str_eq(fixture_sent(&f),
                         fast ? "reject(1,0,100) reject(2,0,100) piece(0,0,100)"
                              : "piece(0,0,100)");
        fixture_fini(&f);
    }
}
END_TEST

START_TEST(peer_serve_choke_comes_before_its_rejects)
{
    struct fixture f;
    struct iovec iov[3];
    begin(&f, SEED | F);
    ck_assert_int_eq(fixture_index(&f, WIRE_HAVE, 99), OK);
    for (uint32_t i = 10; i < 14; i++)
        ck_assert_int_eq(ask(&f, i), OK);
    struct refbuf *b = refbuf_new(100);
    memset(b->bytes, 0, 100);
    peer_serve(f.peer, b, 0, f.now_ms);
    peer_serve(f.peer, b, 0, f.now_ms);
    /* 10 is begun, 11 queued, 12 and 13 wait. */
    fixture_log(&f);
    ck_assert_int_gt(peer_tx(f.peer, iov, 3), 0);
    size_t n = f.peer->txq.control.len + 1;
    for (size_t i = 0; i < n; i++)
        peer_tx_sent(f.peer, 1, f.now_ms);
    peer_set_choked(f.peer, true, f.now_ms);
    fixture_check(&f);
    ck_assert_uint_eq(peer_n_requests(f.peer), 0);
    ck_assert_uint_eq(b->n_refs, 2);
    /* What is left of 10 is 112 bytes; then the messages. */
    ck_assert_int_eq(peer_tx(f.peer, iov, 3), 3);
    ck_assert_uint_eq(iov[0].iov_len + iov[1].iov_len, 112);
    peer_tx_sent(f.peer, 112, f.now_ms);
    ck_assert_uint_eq(b->n_refs, 1);
    ck_assert_str_eq(fixture_sent(&f), "choke reject(11,0,100) "
                                       "reject(12,0,100) reject(13,0,100)");
    refbuf_unref(b);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_serve_choke_without_fast_drops)
{
    struct fixture f;
    begin(&f, SEED);
    for (uint32_t i = 10; i < 14; i++)
        ck_assert_int_eq(ask(&f, i), OK);
    peer_set_choked(f.peer, true, f.now_ms);
    peer_set_choked(f.peer, true, f.now_ms);
    ck_assert_str_eq(fixture_sent(&f), "choke");
    ck_assert_uint_eq(peer_n_requests(f.peer), 0);
    ck_assert_int_eq(fixture_status(&f).unchoked_since_ms, 0);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_serve_requests_cross_a_choke_for_2_s)
{
    struct fixture f;
    begin(&f, SEED);
    peer_set_choked(f.peer, true, f.now_ms);
    f.now_ms += PEER_CHOKE_GRACE_MS - 1;
    for (int i = 0; i < 600; i++)
        ck_assert_int_eq(ask(&f, 1), OK);
    f.now_ms += 1;
    for (int i = 0; i < PEER_MAX_REJECTS; i++)
        ck_assert_int_eq(ask(&f, 1), OK);
    ck_assert_int_eq(ask(&f, 1), ERR_PROTO_FLOOD);
    ck_assert_str_eq(fixture_log(&f), "");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_serve_over_512_rejects_or_ends_it)
{
    struct fixture f;
    begin(&f, SEED | F);
    for (int i = 0; i < PEER_MAX_QUEUED; i++)
        ck_assert_int_eq(ask(&f, 1), OK);
    ck_assert_str_eq(fixture_sent(&f), "");
    ck_assert_int_eq(ask(&f, 2), OK);
    ck_assert_str_eq(fixture_sent(&f), "reject(2,0,100)");
    ck_assert_uint_eq(peer_n_requests(f.peer), PEER_MAX_QUEUED);
    fixture_fini(&f);
    begin(&f, SEED);
    for (int i = 0; i < PEER_MAX_QUEUED_HARD; i++)
        ck_assert_int_eq(ask(&f, 1), OK);
    ck_assert_int_eq(ask(&f, 2), ERR_PROTO_FLOOD);
    fixture_fini(&f);
}
END_TEST

/* N5: it asks and does not read. */
START_TEST(peer_serve_of_one_that_does_not_read_is_bounded)
{
    struct fixture f;
    begin(&f, FIXTURE_EVEN | F);
    enum err e = OK;
    int n = 0;
    while (e == OK && n < 100000) {
        e = ask(&f, 1); /* which we lack: each makes a reject */
        n++;
        ck_assert_uint_le(peer_tx_backlog(f.peer), (64 << 10) + 16);
    }
    ck_assert_int_eq(e, ERR_PROTO_FLOOD);
    ck_assert_str_eq(peer_fault(f.peer), "does not read what we send");
    fixture_fini(&f);
    begin(&f, SEED | F);
    for (int i = 0; i < PEER_MAX_QUEUED; i++)
        ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 1, 0, PIECE), OK);
    fixture_serve(&f);
    ck_assert_uint_lt(peer_tx_backlog(f.peer),
                      PEER_MAX_TX_BACKLOG + PIECE + WIRE_PIECE_HEADER_LEN);
    while (e != ERR_TIMEOUT) {
        e = fixture_run(&f, 30000);
        if (e == OK)
            ck_assert_int_eq(fixture_plain(&f, WIRE_KEEPALIVE), OK);
    }
    ck_assert_str_eq(peer_fault(f.peer), "read nothing for 120 seconds");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_can_serve_while_there_is_room)
{
    struct fixture f;
    begin(&f, SEED | F);
    ck_assert(!peer_can_serve(f.peer));
    /* Single bytes: bounded by their number. */
    for (int i = 0; i < 3; i++) {
        while (peer_n_requests(f.peer) < PEER_MAX_QUEUED)
            ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 1, 0, 1), OK);
        fixture_serve(&f);
        ck_assert_uint_eq(f.peer->txq.n, PEER_MAX_QUEUED);
    }
    ck_assert(!peer_can_serve(f.peer));
    peer_tx_sent(f.peer, 14, f.now_ms);
    ck_assert(peer_can_serve(f.peer));
    fixture_fini(&f);
}
END_TEST

/* BEP 6's own example: 80.4.4.200, hash of 0xaa, 1313 pieces. */
START_TEST(peer_serve_grants_the_allowed_fast_set)
{
    struct fixture f;
    fixture_init(&f, UINT64_C(1313) * 1024, 1024, SEED | F);
    ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_NONE), OK);
    ck_assert_str_eq(fixture_sent(&f),
                     "have all allowed fast(1059) allowed fast(431) "
                     "allowed fast(808) allowed fast(1217) allowed fast(287)");
    fixture_log(&f);
    /* Choked, it may have these, twice over; others not. */
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 808, 0, 1024), OK);
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 809, 0, 1024), OK);
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 808, 0, 1024), OK);
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 808, 0, 1), OK);
    ck_assert_str_eq(fixture_log(&f), "request(808,0,1024) "
                                      "request(808,0,1024)");
    ck_assert_str_eq(fixture_sent(&f), "reject(809,0,1024) reject(808,0,1)");
    /* A choke does not touch them. */
    peer_set_choked(f.peer, false, f.now_ms);
    peer_set_choked(f.peer, true, f.now_ms);
    ck_assert_uint_eq(peer_n_requests(f.peer), 2);
    fixture_serve(&f);
    ck_assert_str_eq(fixture_sent(&f), "unchoke choke piece(808,0,1024) "
                                       "piece(808,0,1024)");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_serve_grants_nothing_to_one_that_has_pieces)
{
    struct fixture f;
    fixture_init(&f, UINT64_C(1313) * 1024, 1024, SEED | F);
    ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_ALL), OK);
    ck_assert_str_eq(fixture_sent(&f), "have all");
    fixture_fini(&f);
    /* Nor of what we do not have, nor to IPv6. */
    fixture_init(&f, UINT64_C(1313) * 1024, 1024, FIXTURE_EVEN | F);
    ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_NONE), OK);
    ck_assert_str_eq(fixture_sent(&f), "bitfield allowed fast(808)");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_serve_grants_up_to_4_MiB)
{
    static const struct {
        uint32_t piece_len;
        size_t n;
    } rows[] = {{1 << 20, 4}, {2 << 20, 2}, {4 << 20, 1}, {5 << 20, 0}};
    struct fixture f;
    fixture_init(&f, UINT64_C(10) * rows[_i].piece_len, rows[_i].piece_len,
                 SEED | F);
    ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_NONE), OK);
    size_t n = 0;
    for (const char *at = fixture_sent(&f);
         (at = strstr(at, "allowed fast")) != NULL; at++)
        n++;
    ck_assert_uint_eq(n, rows[_i].n);
    fixture_fini(&f);
}
END_TEST

Suite *peer_serve_suite(void)
{
    Suite *s = suite_create("peer_serve");
    TCase *t = tcase_create("peer_serve");
    tcase_add_test(t, peer_serve_answers_in_order_from_the_middle_of_a_buffer);
    tcase_add_test(t, peer_serve_takes_up_to_128_KiB_at_once);
    tcase_add_test(t, peer_serve_of_a_piece_we_lack_is_refused);
    tcase_add_test(t, peer_serve_cancel_before_and_after_it_is_queued);
    tcase_add_test(t, peer_serve_choke_comes_before_its_rejects);
    tcase_add_test(t, peer_serve_choke_without_fast_drops);
    tcase_add_test(t, peer_serve_requests_cross_a_choke_for_2_s);
    tcase_add_test(t, peer_serve_over_512_rejects_or_ends_it);
    tcase_add_test(t, peer_serve_of_one_that_does_not_read_is_bounded);
    tcase_add_test(t, peer_can_serve_while_there_is_room);
    tcase_add_test(t, peer_serve_grants_the_allowed_fast_set);
    tcase_add_test(t, peer_serve_grants_nothing_to_one_that_has_pieces);
    tcase_add_loop_test(t, peer_serve_grants_up_to_4_MiB, 0, 4);
    suite_add_tcase(s, t);
    return s;
}
