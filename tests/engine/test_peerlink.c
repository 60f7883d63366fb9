#include "config.h"

#include "tests/engine/suites.h"

#include "engine/peerlink.h"
#include "proto/wire.h"
#include "tests/engine/torrentlet.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N_PIECES = 16 };

static struct stage stage;
static struct torrentlet here, there; /* leech and seed */
static struct conn *far;              /* of a link to a bare stream */

static void set_up(void)
{
    stage_init(&stage);
    torrentlet_init(&here, &stage.here, N_PIECES, false);
    torrentlet_init(&there, &stage.there, N_PIECES, true);
    far = NULL;
}

static void tear_down(void)
{
    torrentlet_fini(&here);
    torrentlet_fini(&there);
    conn_close(far);
    stage_run(&stage, 1000);
    stage_fini(&stage);
}

/* Dial the seed. */
static void dial_there(void)
{
    torrentlet_listen(&there);
    ck_assert_int_eq(torrentlet_dial(&here, &stage.there.at), OK);
}

/* Read what was said to the far end, and throw it away. */
static void far_drain(void)
{
    uint8_t bytes[4096];
    while (stage_read(far, bytes, sizeof bytes, NULL) > 0)
        ;
}

/* Dialling. */

START_TEST(dial_of_a_seed_brings_the_whole_torrent)
{
    dial_there();
    ck_assert_uint_eq(stage.here.limits.n_conns, 1);
    ck_assert_uint_eq(stage.here.limits.n_half_open, 1);
    ck_assert(peerlink_is_half_open(here.link));
    stage_run(&stage, 1000);
    ck_assert(torrentlet_is_whole(&here));
    ck_assert(peerlink_is_greeted(here.link) &&
              peerlink_is_greeted(there.link));
    ck_assert(!peerlink_is_half_open(here.link));
    ck_assert(!peerlink_is_incoming(here.link));
    ck_assert(peerlink_is_incoming(there.link));
    ck_assert(addr_eq(peerlink_remote(here.link), &stage.there.at));
    ck_assert(addr_eq(peerlink_remote(there.link), &stage.here.at));
    ck_assert_uint_eq(stage.here.limits.n_half_open, 0);
    peerlink_close(here.link, ERR_CANCELLED, "had enough");
    stage_run(&stage, 1);
    torrentlet_expect_closed(&here, ERR_CANCELLED, "had enough");
    torrentlet_expect_closed(&there, ERR_CLOSED, err_text(ERR_CLOSED));
    ck_assert(!there.was_half_open);
}
END_TEST

START_TEST(dial_without_sockets_takes_the_count_back)
{
    stage.here.has_no_sockets = true;
    ck_assert_int_eq(torrentlet_dial(&here, &stage.there.at), ERR_SYS);
    ck_assert_ptr_null(here.link);
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    ck_assert_uint_eq(stage.here.limits.n_half_open, 0);
}
END_TEST

START_TEST(dial_where_nobody_listens_is_told_once)
{
    ck_assert_int_eq(torrentlet_dial(&here, &stage.there.at), OK);
    stage_run(&stage, 60000);
    torrentlet_expect_closed(&here, ERR_SYS, strerror(ECONNREFUSED));
    ck_assert(here.was_half_open);
}
END_TEST

START_TEST(dial_never_answered_times_out)
{
    link_net_silence(stage.net, &stage.there.at, true);
    ck_assert_int_eq(torrentlet_dial(&here, &stage.there.at), OK);
    stage_run(&stage, PEERLINK_CONNECT_TIMEOUT_MS - 1);
    ck_assert_int_eq(here.n_calls[TORRENTLET_CLOSED], 0);
    stage_run(&stage, 1);
    torrentlet_expect_closed(&here, ERR_TIMEOUT, "no answer");
    ck_assert(here.was_half_open);
}
END_TEST

/* The handshake. */

START_TEST(greeting_sends_ours_first)
{
    torrentlet_dial_bare(&here, &stage, &far);
    uint8_t bytes[HANDSHAKE_LEN + 1];
    struct handshake h;
    ck_assert_uint_eq(stage_read(far, bytes, sizeof bytes, NULL),
                      HANDSHAKE_LEN);
    ck_assert_int_eq(handshake_decode(bytes, HANDSHAKE_LEN, &h), OK);
    ck_assert_int_eq(memcmp(&h, &here.owner.hello, sizeof h), 0);
    ck_assert(!peerlink_is_greeted(here.link));
    ck_assert_ptr_null(peerlink_peer(here.link));
}
END_TEST

START_TEST(greeting_that_does_not_come_times_out)
{
    uint8_t bytes[HANDSHAKE_LEN];
    torrentlet_far_hello(bytes);
    torrentlet_dial_bare(&here, &stage, &far);
    for (size_t i = 0; i < 9; i++) { /* a trickle does not put it off */
        stage_write(far, bytes + i, 1);
        stage_run(&stage, PEERLINK_GREET_TIMEOUT_MS / 10);
    }
    ck_assert_int_eq(here.n_calls[TORRENTLET_CLOSED], 0);
    stage_run(&stage, PEERLINK_GREET_TIMEOUT_MS / 10);
    torrentlet_expect_closed(&here, ERR_TIMEOUT, "no handshake");
    ck_assert(!here.was_half_open);
}
END_TEST

START_TEST(greeting_for_another_torrent_is_closed)
{
    uint8_t bytes[HANDSHAKE_LEN];
    torrentlet_far_hello(bytes);
    bytes[28 + _i] ^= 1;
    torrentlet_dial_bare(&here, &stage, &far);
    stage_write(far, bytes, sizeof bytes);
    stage_run(&stage, 0);
    torrentlet_expect_closed(&here, ERR_PROTO_HANDSHAKE,
                             "not for this torrent");
    ck_assert_int_eq(here.n_calls[TORRENTLET_GREETED], 0);
}
END_TEST

START_TEST(greeting_of_another_protocol_is_closed_at_its_first_wrong_byte)
{
    uint8_t bytes[HANDSHAKE_LEN];
    torrentlet_far_hello(bytes);
    bytes[_i] ^= 0x20;
    torrentlet_dial_bare(&here, &stage, &far);
    stage_write(far, bytes, (size_t)_i + 1);
    stage_run(&stage, 0);
    torrentlet_expect_closed(&here, ERR_PROTO_HANDSHAKE, "");
}
END_TEST

START_TEST(greeting_cut_at_a_byte_is_closed_with_the_stream)
{
    uint8_t bytes[HANDSHAKE_LEN];
    torrentlet_far_hello(bytes);
    torrentlet_dial_bare(&here, &stage, &far);
    if (_i > 0)
        stage_write(far, bytes, (size_t)_i);
    conn_close(far);
    far = NULL;
    stage_run(&stage, 0);
    torrentlet_expect_closed(&here, ERR_CLOSED, err_text(ERR_CLOSED));
    ck_assert_int_eq(here.n_calls[TORRENTLET_GREETED], 0);
}
END_TEST

/* A greeting and the first messages, in runs of _i bytes. */
START_TEST(greeting_and_messages_in_any_runs_are_the_same)
{
    uint8_t bytes[HANDSHAKE_LEN + 3 * WIRE_SMALL_MAX];
    size_t len = HANDSHAKE_LEN;
    torrentlet_far_hello(bytes);
    len += wire_put_plain(bytes + len, WIRE_HAVE_ALL);
    len += wire_put_plain(bytes + len, WIRE_UNCHOKE);
    torrentlet_dial_bare(&here, &stage, &far);
    for (size_t at = 0; at < len;) {
        size_t n = len - at < (size_t)_i ? len - at : (size_t)_i;
        stage_write(far, bytes + at, n);
        at += n;
        stage_run(&stage, 0);
    }
    ck_assert_int_eq(here.n_calls[TORRENTLET_GREETED], 1);
    ck_assert_int_eq(here.n_calls[TORRENTLET_HAS], 1);
    ck_assert_int_eq(here.n_calls[TORRENTLET_CHOKE], 1);
    ck_assert(peer_is_seed(here.peer));
    ck_assert_uint_gt(peer_n_outstanding(here.peer), 0);
}
END_TEST

START_TEST(greeting_that_the_owner_refuses_is_closed_with_its_words)
{
    here.refuses = true;
    dial_there();
    stage_run(&stage, 1000);
    torrentlet_expect_closed(&here, ERR_REFUSED, "no room");
    torrentlet_expect_closed(&there, ERR_CLOSED, "");
}
END_TEST

START_TEST(accept_that_the_owner_refuses_is_closed_with_its_words)
{
    there.refuses = true;
    dial_there();
    stage_run(&stage, 1000);
    torrentlet_expect_closed(&there, ERR_REFUSED, "no room");
    torrentlet_expect_closed(&here, ERR_SYS,
                             strerror(EPIPE)); /* it was talking already */
}
END_TEST

START_TEST(accept_of_a_broken_connection_is_told_at_the_end_of_the_turn)
{
    struct link_config config = {.addr_a = stage.here.at,
                                 .addr_b = stage.there.at};
    struct conn *near;
    struct handshake theirs = stage_hello('h', 'f');
    link_pair(stage.loop, &config, &near, &far);
    ck_assert(limits_may_accept(&stage.here.limits));
    link_break(near, ECONNRESET);
    struct peerlink *l =
        peerlink_accept(&stage.here.env, &here.owner, near, &theirs);
    ck_assert(peerlink_is_closing(l));
    ck_assert_int_eq(here.n_calls[TORRENTLET_CLOSED], 0);
    stage_run(&stage, 0);
    torrentlet_expect_closed(&here, ERR_SYS, strerror(ECONNRESET));
    ck_assert_int_eq(here.n_calls[TORRENTLET_GREETED], 0);
}
END_TEST

/* The end. */

static void greet_far(void)
{
    uint8_t bytes[HANDSHAKE_LEN];
    torrentlet_far_hello(bytes);
    torrentlet_dial_bare(&here, &stage, &far);
    stage_write(far, bytes, sizeof bytes);
    stage_run(&stage, 0);
    ck_assert_ptr_nonnull(here.peer);
}

START_TEST(close_is_told_once_with_the_first_reason)
{
    greet_far();
    struct peerlink *l = here.link;
    peerlink_close(l, ERR_REFUSED, "first");
    peerlink_close(l, ERR_CANCELLED, "second");
    ck_assert(peerlink_is_closing(l));
    peerlink_send_soon(l);
    ck_assert_int_eq(here.n_calls[TORRENTLET_CLOSED], 0);
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    stage_run(&stage, 300000);
    torrentlet_expect_closed(&here, ERR_REFUSED, "first");
}
END_TEST

START_TEST(cut_cable_is_told_with_its_errno)
{
    greet_far();
    link_break(far, ECONNRESET);
    stage_run(&stage, 0);
    torrentlet_expect_closed(&here, ERR_SYS, strerror(ECONNRESET));
}
END_TEST

START_TEST(wrong_message_is_told_with_the_peers_words)
{
    static const uint8_t TOO_LONG[4] = {0xff, 0xff, 0xff, 0xff};
    greet_far();
    stage_write(far, TOO_LONG, sizeof TOO_LONG);
    stage_run(&stage, 0);
    torrentlet_expect_closed(&here, ERR_PROTO_LENGTH, "4294967295");
}
END_TEST

/* The link is closed from inside each callback in turn, on either side. */
START_TEST(close_inside_a_callback_is_told_once)
{
    enum torrentlet_call call = (enum torrentlet_call)(_i / 2);
    struct torrentlet *closer = _i % 2 == 0 ? &here : &there;
    closer->close_in = call;
    dial_there();
    stage_run(&stage, 5000);
    if (closer->n_calls[call] > 0 && call != TORRENTLET_CLOSED) {
        torrentlet_expect_closed(closer, ERR_CANCELLED, "closed inside");
        ck_assert_int_eq(
            (closer == &here ? &there : &here)->n_calls[TORRENTLET_CLOSED], 1);
    } else {
        ck_assert(torrentlet_is_whole(&here));
    }
}
END_TEST

/* A request times out: the release comes from the tick of the deadline. */
START_TEST(close_inside_a_tick_is_told_once)
{
    uint8_t bytes[2 * WIRE_SMALL_MAX];
    greet_far();
    size_t len = wire_put_plain(bytes, WIRE_HAVE_ALL);
    len += wire_put_plain(bytes + len, WIRE_UNCHOKE);
    stage_write(far, bytes, len);
    stage_run(&stage, 0);
    ck_assert_uint_gt(peer_n_outstanding(here.peer), 0);
    here.close_in = TORRENTLET_RELEASE;
    stage_run(&stage, PEER_INACTIVE_MS - 1);
    torrentlet_expect_closed(&here, ERR_CANCELLED, "closed inside");
}
END_TEST

enum {
    IN_DIALING,
    IN_GREETING,
    IN_TALKING,
    IN_DIRTY,
    IN_PAUSED,
    IN_REFILL,
    IN_CLOSING,
    N_STATES
};

START_TEST(free_in_every_state_tells_nobody)
{
    if (_i == IN_DIALING) {
        ck_assert_int_eq(torrentlet_dial(&here, &stage.there.at), OK);
    } else if (_i == IN_GREETING) {
        torrentlet_dial_bare(&here, &stage, &far);
    } else {
        greet_far();
        uint8_t bytes[WIRE_SMALL_MAX];
        size_t len = wire_put_plain(bytes, WIRE_HAVE_ALL);
        uint8_t *memory = NULL;
        if (_i == IN_PAUSED) {
            memory = pool_take(stage.here.env.pool, STAGE_POOL_BYTES);
            stage.here.is_disk_busy = true;
        } else if (_i == IN_REFILL) {
            bucket_init(&here.down, 100, stage_now(&stage));
            bucket_take(&here.down, 100000, stage_now(&stage));
        }
        stage_write(far, bytes, len);
        stage_run(&stage, 0);
        ck_assert((stage.here.env.paused != NULL) == (_i == IN_PAUSED));
        pool_give(stage.here.env.pool, memory, STAGE_POOL_BYTES);
        if (_i == IN_DIRTY) {
            peerlink_send_soon(here.link);
            ck_assert_ptr_nonnull(stage.here.env.dirty);
        } else if (_i == IN_CLOSING)
            peerlink_close(here.link, ERR_CANCELLED, "");
    }
    peerlink_free(here.link);
    here.link = NULL;
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    ck_assert_uint_eq(stage.here.limits.n_half_open, 0);
    stage_run(&stage, 300000);
    ck_assert_int_eq(here.n_calls[TORRENTLET_CLOSED], 0);
}
END_TEST

START_TEST(free_of_nothing_does_nothing)
{
    peerlink_free(NULL);
}
END_TEST

/* The clock. */

START_TEST(silent_peer_is_closed_and_told_that_we_live_until_then)
{
    greet_far();
    far_drain();
    stage_run(&stage, PEER_KEEPALIVE_MS);
    uint8_t bytes[64];
    static const uint8_t KEEPALIVE[4];
    ck_assert_uint_eq(stage_read(far, bytes, sizeof bytes, NULL), 4);
    ck_assert_int_eq(memcmp(bytes, KEEPALIVE, 4), 0);
    stage_run(&stage, PEER_INACTIVE_MS - PEER_KEEPALIVE_MS - 1);
    ck_assert_int_eq(here.n_calls[TORRENTLET_CLOSED], 0);
    stage_run(&stage, 1);
    torrentlet_expect_closed(&here, ERR_TIMEOUT, "no message");
}
END_TEST

/* Each message puts the end off: the deadline follows, however often. */
START_TEST(peer_that_keeps_alive_stays)
{
    static const uint8_t KEEPALIVE[4];
    greet_far();
    for (int i = 0; i < 60; i++) {
        stage_run(&stage, PEER_INACTIVE_MS - 1000);
        stage_write(far, KEEPALIVE, sizeof KEEPALIVE);
        stage_run(&stage, 0);
        far_drain();
    }
    ck_assert_int_eq(here.n_calls[TORRENTLET_CLOSED], 0);
    stage_run(&stage, PEER_INACTIVE_MS);
    torrentlet_expect_closed(&here, ERR_TIMEOUT, "no message");
}
END_TEST

Suite *peerlink_suite(void)
{
    Suite *s = suite_create("peerlink");
    TCase *tc = tcase_create("peerlink");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, dial_of_a_seed_brings_the_whole_torrent);
    tcase_add_test(tc, dial_without_sockets_takes_the_count_back);
    tcase_add_test(tc, dial_where_nobody_listens_is_told_once);
    tcase_add_test(tc, dial_never_answered_times_out);
    tcase_add_test(tc, greeting_sends_ours_first);
    tcase_add_test(tc, greeting_that_does_not_come_times_out);
    tcase_add_loop_test(tc, greeting_for_another_torrent_is_closed, 0, 20);
    tcase_add_loop_test(
        tc, greeting_of_another_protocol_is_closed_at_its_first_wrong_byte, 0,
        20);
    tcase_add_loop_test(tc, greeting_cut_at_a_byte_is_closed_with_the_stream, 1,
                        HANDSHAKE_LEN);
    tcase_add_loop_test(tc, greeting_and_messages_in_any_runs_are_the_same, 1,
                        HANDSHAKE_LEN + 11);
    tcase_add_test(tc,
                   greeting_that_the_owner_refuses_is_closed_with_its_words);
    tcase_add_test(tc, accept_that_the_owner_refuses_is_closed_with_its_words);
    tcase_add_test(
        tc, accept_of_a_broken_connection_is_told_at_the_end_of_the_turn);
    tcase_add_test(tc, close_is_told_once_with_the_first_reason);
    tcase_add_test(tc, cut_cable_is_told_with_its_errno);
    tcase_add_test(tc, wrong_message_is_told_with_the_peers_words);
    tcase_add_loop_test(tc, close_inside_a_callback_is_told_once, 2,
                        2 * TORRENTLET_N_CALLS);
    tcase_add_test(tc, close_inside_a_tick_is_told_once);
    tcase_add_loop_test(tc, free_in_every_state_tells_nobody, 0, N_STATES);
    tcase_add_test(tc, free_of_nothing_does_nothing);
    tcase_add_test(tc, silent_peer_is_closed_and_told_that_we_live_until_then);
    tcase_add_test(tc, peer_that_keeps_alive_stays);
    suite_add_tcase(s, tc);
    return s;
}
