#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"

#include <string.h>

enum { F = FIXTURE_FAST, PIECE = 32768 };

/* Pieces of two blocks; a peer that has all, unchoked, asked for `n` blocks. */
static void begin(struct fixture *f, unsigned int flags, uint32_t n)
{
    fixture_init(f, UINT64_C(1000) * PIECE, PIECE, flags);
    f->max_asked = n;
    fixture_start(f);
    ck_assert_uint_eq(peer_n_outstanding(f->peer), n);
    fixture_forget(f);
}

START_TEST(peer_ask_begins_with_its_start_depth)
{
    struct fixture f;
    begin(&f, F, PEER_START_DEPTH);
    ck_assert_uint_eq(fixture_status(&f).depth, PEER_START_DEPTH);
    f.max_asked = UINT32_MAX;
    ck_assert_int_eq(fixture_piece(&f, 0, 0), OK);
    ck_assert_uint_eq(fixture_status(&f).depth, PEER_START_DEPTH + 1);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_refills_in_runs_not_block_by_block)
{
    struct fixture f;
    fixture_init(&f, UINT64_C(1000) * PIECE, PIECE, F);
    fixture_start(&f);
    f.n_picks = 0;
    for (uint32_t i = 0; i < 1400; i++) {
        f.now_ms++;
        ck_assert_int_eq(fixture_piece(&f, i / 2, i % 2), OK);
        /* Never so late that the other side would run dry. */
        ck_assert_uint_ge(peer_n_outstanding(f.peer) + 1,
                          fixture_status(&f).depth * 7 / 8);
    }
    ck_assert_uint_eq(fixture_status(&f).depth, PEER_MAX_OUTSTANDING);
    ck_assert_uint_lt(f.n_picks, 200);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_not_interested_or_choked_asks_nothing)
{
    struct fixture f;
    fixture_init(&f, UINT64_C(10) * PIECE, PIECE, 0);
    ck_assert_int_eq(fixture_index(&f, WIRE_HAVE, 3), OK);
    peer_fill(f.peer, f.now_ms);
    ck_assert_int_eq(fixture_plain(&f, WIRE_UNCHOKE), OK);
    peer_fill(f.peer, f.now_ms);
    ck_assert_uint_eq(f.n_picks, 0);
    peer_set_interested(f.peer, true, f.now_ms);
    ck_assert_uint_eq(peer_n_outstanding(f.peer), 2);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_on_choke_without_fast_drops_all)
{
    struct fixture f;
    begin(&f, 0, 3);
    ck_assert_int_eq(fixture_plain(&f, WIRE_CHOKE), OK);
    ck_assert_str_eq(fixture_log(&f), "release(0.0 choked) release(0.1 choked) "
                                      "release(1.0 choked) choke");
    /* One was on its way. */
    ck_assert_int_eq(fixture_piece(&f, 0, 0), OK);
    ck_assert_str_eq(fixture_log(&f), "block(0.0)");
    ck_assert_uint_eq(fixture_status(&f).bytes_wasted, 0);
    ck_assert_str_eq(fixture_sent(&f), "");
    f.now_ms += 10000;
    ck_assert_int_eq(fixture_plain(&f, WIRE_UNCHOKE), OK);
    ck_assert_str_eq(fixture_sent(&f),
                     "request(0,16384,16384) request(1,0,16384) "
                     "request(1,16384,16384)");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_on_choke_with_fast_waits_for_rejects)
{
    struct fixture f;
    begin(&f, F, 3);
    ck_assert_int_eq(fixture_plain(&f, WIRE_CHOKE), OK);
    ck_assert_str_eq(fixture_log(&f), "choke");
    ck_assert_int_eq(fixture_block(&f, WIRE_REJECT, 0, 0, 16384), OK);
    ck_assert_int_eq(fixture_piece(&f, 0, 1), OK);
    ck_assert_str_eq(fixture_log(&f), "release(0.0 rejected) block(0.1)");
    /* The third is neither answered nor rejected: given up in the end. */
    ck_assert_int_eq(fixture_run(&f, 1999), OK);
    ck_assert_str_eq(fixture_log(&f), "");
    ck_assert_int_eq(fixture_run(&f, 1), OK);
    ck_assert_str_eq(fixture_log(&f), "release(1.0 choked)");
    ck_assert_str_eq(fixture_sent(&f), "");
    ck_assert(!peer_is_snubbed(f.peer));
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_of_one_that_flaps_asks_once_a_second)
{
    struct fixture f;
    begin(&f, 0, 30);
    f.now_ms += 10000;
    uint32_t n_asked = 0;
    for (int i = 0; i < 500; i++) {
        ck_assert_int_eq(fixture_plain(&f, WIRE_CHOKE), OK);
        ck_assert_int_eq(fixture_plain(&f, WIRE_UNCHOKE), OK);
        n_asked += peer_n_outstanding(f.peer);
        ck_assert_int_eq(fixture_run(&f, 10), OK);
        fixture_forget(&f);
    }
    ck_assert_uint_le(n_asked, 30);
    /* It calms down: all goes on. */
    ck_assert_int_eq(fixture_run(&f, 1000), OK);
    ck_assert_uint_eq(peer_n_outstanding(f.peer), 30);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_block_twice_ends_it)
{
    struct fixture f;
    begin(&f, F, 2);
    f.max_asked = 0;
    ck_assert_int_eq(fixture_piece(&f, 0, 0), OK);
    ck_assert_int_eq(fixture_piece(&f, 0, 0), ERR_PROTO_STATE);
    ck_assert_str_eq(peer_fault(f.peer), "sent a block that was not asked for");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_block_without_memory_is_thrown_away)
{
    struct fixture f;
    begin(&f, F, 2);
    f.max_asked = 0;
    f.lends_none = true;
    ck_assert_int_eq(fixture_piece(&f, 0, 0), OK);
    ck_assert_str_eq(fixture_log(&f), "release(0.0 cancelled)");
    struct peer_status s = fixture_status(&f);
    ck_assert_uint_eq(s.bytes_wasted, 16384);
    ck_assert_uint_eq(s.bytes_down, 16384);
    ck_assert_uint_eq(s.n_outstanding, 1);
    fixture_fini(&f);
}
END_TEST

/* Endgame. */

START_TEST(peer_ask_cancel_tells_it_and_takes_a_late_answer)
{
    struct fixture f;
    begin(&f, F, 3);
    f.max_asked = 0;
    peer_cancel(f.peer, (struct block_ref){0, 1}, f.now_ms);
    ck_assert_str_eq(fixture_log(&f), "release(0.1 cancelled)");
    ck_assert_str_eq(fixture_sent(&f), "cancel(0,16384,16384)");
    /* Once is enough, and only for what is asked. */
    peer_cancel(f.peer, (struct block_ref){0, 1}, f.now_ms);
    peer_cancel(f.peer, (struct block_ref){9, 1}, f.now_ms);
    ck_assert_str_eq(fixture_sent(&f), "");
    f.blocks[1].received = true; /* as another peer sent it meanwhile */
    ck_assert_int_eq(fixture_piece(&f, 0, 1), OK);
    ck_assert_uint_eq(fixture_status(&f).bytes_wasted, 16384);
    ck_assert_int_eq(fixture_piece(&f, 0, 1), ERR_PROTO_STATE);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_cancel_answered_by_reject_is_quiet)
{
    struct fixture f;
    begin(&f, F, 3);
    f.max_asked = 0;
    peer_cancel(f.peer, (struct block_ref){0, 1}, f.now_ms);
    fixture_forget(&f);
    ck_assert_int_eq(fixture_block(&f, WIRE_REJECT, 0, 16384, 16384), OK);
    ck_assert_str_eq(fixture_log(&f), "");
    ck_assert_uint_eq(f.peer->n_rejects, 0);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_cancel_while_it_comes_lets_go_of_memory)
{
    struct fixture f;
    begin(&f, F, 2);
    f.max_asked = 0;
    uint8_t bytes[WIRE_PIECE_HEADER_LEN + 100] = {0};
    wire_put_piece_header(bytes, 0, 0, 16384);
    ck_assert_int_eq(fixture_rx(&f, bytes, sizeof bytes), OK);
    size_t len;
    ck_assert_ptr_nonnull(peer_rx_block(f.peer, &len));
    ck_assert_uint_eq(len, 16284);
    peer_cancel(f.peer, (struct block_ref){0, 0}, f.now_ms);
    fixture_check(&f);
    ck_assert_str_eq(fixture_log(&f), "dropped(0.0) release(0.0 cancelled)");
    ck_assert_str_eq(fixture_sent(&f), "");
    ck_assert_ptr_null(peer_rx_block(f.peer, &len));
    ck_assert_uint_eq(len, 0);
    static const uint8_t rest[16284];
    ck_assert_int_eq(fixture_rx(&f, rest, sizeof rest), OK);
    ck_assert_uint_eq(fixture_status(&f).bytes_wasted, 16384);
    ck_assert_int_eq(fixture_piece(&f, 0, 1), OK);
    ck_assert_str_eq(fixture_log(&f), "block(0.1)");
    fixture_fini(&f);
}
END_TEST

/* Rejects. */

START_TEST(peer_ask_reject_is_not_answered_by_the_same_request)
{
    struct fixture f;
    begin(&f, F, 2);
    ck_assert_int_eq(fixture_block(&f, WIRE_REJECT, 0, 0, 16384), OK);
    ck_assert_int_eq(fixture_block(&f, WIRE_REJECT, 0, 16384, 16384), OK);
    ck_assert_str_eq(fixture_log(&f),
                     "release(0.0 rejected) release(0.1 rejected)");
    ck_assert_str_eq(fixture_sent(&f), "");
    ck_assert_int_eq(peer_deadline_ms(f.peer), f.now_ms + PEER_REJECT_RETRY_MS);
    ck_assert_int_eq(fixture_run(&f, PEER_REJECT_RETRY_MS), OK);
    ck_assert_str_eq(fixture_sent(&f),
                     "request(0,0,16384) request(0,16384,16384)");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_of_one_that_rejects_all_pauses)
{
    struct fixture f;
    begin(&f, F, 1);
    int64_t began_ms = f.now_ms;
    int n_rejects = 0;
    while (f.now_ms - began_ms < 110000) {
        if (peer_n_outstanding(f.peer) == 1) {
            ck_assert_int_eq(fixture_block(&f, WIRE_REJECT, 0, 0, 16384), OK);
            n_rejects++;
        }
        peer_fill(f.peer, f.now_ms - 1); /* others' events do not help */
        fixture_sent(&f);
        ck_assert_int_eq(fixture_run(&f, 500), OK);
        ck_assert_int_eq(fixture_plain(&f, WIRE_KEEPALIVE), OK);
        if (n_rejects > PEER_MAX_REJECTS)
            break;
    }
    ck_assert_int_eq(n_rejects, PEER_MAX_REJECTS + 1);
    ck_assert_int_eq(fixture_run(&f, PEER_REJECT_PAUSE_MS - 500 - 1), OK);
    peer_fill(f.peer, f.now_ms);
    ck_assert_uint_eq(peer_n_outstanding(f.peer), 0);
    ck_assert_int_eq(fixture_run(&f, 2), OK);
    ck_assert_uint_eq(peer_n_outstanding(f.peer), 1);
    fixture_fini(&f);
}
END_TEST

/* Choked, but allowed. */

START_TEST(peer_ask_while_choked_takes_allowed_pieces_only)
{
    struct fixture f;
    fixture_init(&f, UINT64_C(10) * PIECE, PIECE, F);
    ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_ALL), OK);
    peer_set_interested(f.peer, true, f.now_ms);
    ck_assert_uint_eq(f.n_picks, 0);
    ck_assert_int_eq(fixture_index(&f, WIRE_ALLOWED_FAST, 4), OK);
    ck_assert_str_eq(fixture_sent(&f),
                     "have none interested request(4,0,16384) "
                     "request(4,16384,16384)");
    /* It takes its word back: no more of that piece while choked. */
    ck_assert_int_eq(fixture_block(&f, WIRE_REJECT, 4, 0, 16384), OK);
    ck_assert_int_eq(fixture_run(&f, 5000), OK);
    ck_assert_str_eq(fixture_sent(&f), "");
    size_t n;
    peer_allowed_fast(f.peer, &n);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(fixture_piece(&f, 4, 1), OK);
    fixture_fini(&f);
}
END_TEST

/* Time. */

/* Answer blocks in order at 1 s each, so that the timeout is known: 2 s. */
static void learn_timeout(struct fixture *f, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        f->now_ms += 100;
        ck_assert_int_eq(fixture_piece(f, i / 2, i % 2), OK);
    }
    fixture_forget(f);
}

START_TEST(peer_ask_stalled_gives_up_one_at_a_time)
{
    struct fixture f;
    begin(&f, F, 4);
    learn_timeout(&f, 20);
    int64_t timeout_ms = peer_orders_timeout_ms(&f.peer->orders);
    ck_assert_int_eq(timeout_ms, 2000);
    ck_assert_int_eq(fixture_run(&f, timeout_ms - 1), OK);
    ck_assert_str_eq(fixture_log(&f), "");
    ck_assert_int_eq(fixture_run(&f, 1), OK);
    ck_assert_str_eq(fixture_log(&f), "release(10.0 timeout)");
    ck_assert_int_eq(fixture_run(&f, timeout_ms), OK);
    ck_assert_str_eq(fixture_log(&f), "release(10.1 timeout)");
    /* Nothing new is asked of it meanwhile; a late answer is welcome. */
    ck_assert_str_eq(fixture_sent(&f), "");
    ck_assert_int_eq(fixture_piece(&f, 10, 0), OK);
    ck_assert_str_eq(fixture_log(&f), "block(10.0)");
    ck_assert_str_eq(fixture_sent(&f),
                     "request(10,16384,16384) request(12,0,16384)");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_slower_but_steady_gives_up_nothing)
{
    struct fixture f;
    begin(&f, F, 100 < PEER_START_DEPTH ? 100 : PEER_START_DEPTH);
    learn_timeout(&f, 100);
    /* From ten blocks a second to one in 1.9 s: all wait far over 2 s. */
    for (uint32_t i = 100; i < 140; i++) {
        ck_assert_int_eq(fixture_run(&f, 1900), OK);
        ck_assert_int_eq(fixture_piece(&f, i / 2, i % 2), OK);
        ck_assert_ptr_null(strstr(fixture_log(&f), "release"));
    }
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_passed_over_gives_up_though_others_come)
{
    struct fixture f;
    begin(&f, F, 4);
    learn_timeout(&f, 20);
    /* 10.0 is never answered, the others are. */
    bool is_released = false;
    for (uint32_t i = 21; i < 60 && !is_released; i++) {
        ck_assert_int_eq(fixture_run(&f, 500), OK);
        is_released = strstr(fixture_log(&f), "release(10.0 timeout)") != NULL;
        if (!is_released)
            ck_assert_int_eq(fixture_piece(&f, i / 2, i % 2), OK);
    }
    ck_assert(is_released);
    ck_assert(!peer_is_snubbed(f.peer));
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_silent_for_20_s_snubs)
{
    struct fixture f;
    begin(&f, F, 5);
    ck_assert_int_eq(fixture_run(&f, PEER_SNUB_MS - 1), OK);
    ck_assert(!peer_is_snubbed(f.peer));
    ck_assert_str_eq(fixture_log(&f), "");
    ck_assert_int_eq(fixture_run(&f, 1), OK);
    ck_assert(peer_is_snubbed(f.peer));
    ck_assert_str_eq(fixture_log(&f),
                     "release(0.1 timeout) release(1.0 timeout) "
                     "release(1.1 timeout) release(2.0 timeout)");
    ck_assert_uint_eq(fixture_status(&f).depth, 1);
    ck_assert_str_eq(fixture_sent(&f), "");
    /* The last goes after 60 s; then one is tried at a time. */
    ck_assert_int_eq(fixture_run(&f, 40000), OK);
    ck_assert_str_eq(fixture_log(&f), "release(0.0 timeout)");
    ck_assert_str_eq(fixture_sent(&f), "keep-alive request(0,0,16384)");
    /* A block, and all is well. */
    ck_assert_int_eq(fixture_piece(&f, 1, 1), OK);
    ck_assert(!peer_is_snubbed(f.peer));
    ck_assert_uint_eq(fixture_status(&f).depth, PEER_PIPE_MIN + 1);
    ck_assert_uint_eq(peer_n_outstanding(f.peer), 5);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_with_nothing_on_order_is_never_snubbed)
{
    struct fixture f;
    begin(&f, F, 2);
    f.max_asked = 0;
    ck_assert_int_eq(fixture_piece(&f, 0, 1), OK);
    peer_cancel(f.peer, (struct block_ref){0, 0}, f.now_ms);
    ck_assert_int_eq(fixture_run(&f, 100000), OK);
    ck_assert(!peer_is_snubbed(f.peer));
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_block_that_dribbles_is_given_up_and_still_taken)
{
    struct fixture f;
    begin(&f, F, 2);
    f.max_asked = 0;
    uint8_t bytes[WIRE_PIECE_HEADER_LEN + 1] = {0};
    wire_put_piece_header(bytes, 0, 0, 16384);
    ck_assert_int_eq(fixture_rx(&f, bytes, sizeof bytes), OK);
    uint32_t sent = 1;
    while (strcmp(fixture_log(&f), "release(0.0 timeout)") != 0) {
        ck_assert_int_eq(fixture_run(&f, 1000), OK);
        ck_assert_int_eq(fixture_rx(&f, bytes + 12, 1), OK);
        ck_assert_uint_lt(++sent, 100);
    }
    ck_assert_uint_ge(sent, 60);
    static const uint8_t rest[16384];
    ck_assert_int_eq(fixture_rx(&f, rest, 16384 - sent), OK);
    ck_assert_str_eq(fixture_log(&f), "block(0.0)");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_ask_at_25_MBps_and_100_ms_is_full_soon)
{
    /* Blocks cross a line of 25 MB/s and come 100 ms after they are asked. */
    enum { DELAY_MS = 100, LINE_BPMS = 25000, BLOCKS = 4096 };
    struct fixture f;
    fixture_init(&f, (uint64_t)BLOCKS * 16384, 16384,
                 F | FIXTURE_QUIET | FIXTURE_UNCHECKED);
    int64_t began_ms = f.now_ms;
    fixture_start(&f);
    int64_t line_free_B = began_ms * LINE_BPMS;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        ck_assert_uint_gt(f.peer->orders.n, 0);
        struct peer_order o = peer_orders_at(&f.peer->orders, 0);
        int64_t start_B = (o.asked_ms + DELAY_MS) * LINE_BPMS;
        if (start_B < line_free_B)
            start_B = line_free_B;
        line_free_B = start_B + 16384;
        f.now_ms = line_free_B / LINE_BPMS;
        ck_assert_int_eq(fixture_piece(&f, o.block.piece_idx,
                                       o.block.block_idx),
                         OK);
        fixture_sent(&f);
    }
    int64_t took_ms = f.now_ms - began_ms;
    int64_t ideal_ms = (int64_t)BLOCKS * 16384 / LINE_BPMS;
    ck_assert_int_ge(ideal_ms * 100, took_ms * 85);
    fixture_fini(&f);
}
END_TEST

Suite *peer_ask_suite(void)
{
    Suite *s = suite_create("peer_ask");
    TCase *t = tcase_create("peer_ask");
    tcase_add_test(t, peer_ask_begins_with_its_start_depth);
    tcase_add_test(t, peer_ask_refills_in_runs_not_block_by_block);
    tcase_add_test(t, peer_ask_not_interested_or_choked_asks_nothing);
    tcase_add_test(t, peer_ask_on_choke_without_fast_drops_all);
    tcase_add_test(t, peer_ask_on_choke_with_fast_waits_for_rejects);
    tcase_add_test(t, peer_ask_of_one_that_flaps_asks_once_a_second);
    tcase_add_test(t, peer_ask_block_twice_ends_it);
    tcase_add_test(t, peer_ask_block_without_memory_is_thrown_away);
    tcase_add_test(t, peer_ask_cancel_tells_it_and_takes_a_late_answer);
    tcase_add_test(t, peer_ask_cancel_answered_by_reject_is_quiet);
    tcase_add_test(t, peer_ask_cancel_while_it_comes_lets_go_of_memory);
    tcase_add_test(t, peer_ask_reject_is_not_answered_by_the_same_request);
    tcase_add_test(t, peer_ask_of_one_that_rejects_all_pauses);
    tcase_add_test(t, peer_ask_while_choked_takes_allowed_pieces_only);
    suite_add_tcase(s, t);
    t = tcase_create("time");
    tcase_add_test(t, peer_ask_stalled_gives_up_one_at_a_time);
    tcase_add_test(t, peer_ask_slower_but_steady_gives_up_nothing);
    tcase_add_test(t, peer_ask_passed_over_gives_up_though_others_come);
    tcase_add_test(t, peer_ask_silent_for_20_s_snubs);
    tcase_add_test(t, peer_ask_with_nothing_on_order_is_never_snubbed);
    tcase_add_test(t, peer_ask_block_that_dribbles_is_given_up_and_still_taken);
    tcase_add_test(t, peer_ask_at_25_MBps_and_100_ms_is_full_soon);
    suite_add_tcase(s, t);
    return s;
}
