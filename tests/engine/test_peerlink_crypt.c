#include "config.h"

#include "tests/engine/suites.h"

#include "engine/peerlink.h"
#include "proto/mse.h"
#include "tests/engine/torrentlet.h"

#include <string.h>

/* Links that are dialled encrypted or plain, and then the other way. */

enum { N_PIECES = 16 };

static struct stage stage;
static struct torrentlet here;
static struct conn *far; /* of a link to a bare stream */

static void set_up(void)
{
    stage_init(&stage);
    torrentlet_init(&here, &stage.here, N_PIECES, false);
    far = NULL;
}

static void tear_down(void)
{
    torrentlet_fini(&here);
    conn_close(far);
    stage_run(&stage, 1000);
    stage_fini(&stage);
}

/* Is what was said to the far end plain; closes it. */
static bool far_was_plain(void)
{
    uint8_t bytes[4096];
    struct handshake h;
    size_t n = stage_read(far, bytes, sizeof bytes, NULL);
    bool is_plain = n == HANDSHAKE_LEN;
    if (is_plain)
        ck_assert_int_eq(handshake_decode(bytes, n, &h), OK);
    else
        ck_assert_uint_ge(n, MSE_KEY_LEN);
    conn_close(far);
    far = NULL;
    return is_plain;
}

static const struct {
    enum encryption mode;
    enum peers_crypt known;
    bool is_plain_first;
    int n_tries;
} turns[] = {
    {ENCRYPTION_PLAIN, PEERS_CRYPT_UNKNOWN, true, 2},
    {ENCRYPTION_PREFERRED, PEERS_CRYPT_UNKNOWN, false, 2},
    {ENCRYPTION_REQUIRED, PEERS_CRYPT_UNKNOWN, false, 1},
    {ENCRYPTION_PLAIN, PEERS_CRYPT_MSE, false, 2},
    {ENCRYPTION_PREFERRED, PEERS_CRYPT_NONE, true, 2},
    {ENCRYPTION_REQUIRED, PEERS_CRYPT_NONE, false, 1},
};

START_TEST(dial_that_is_closed_goes_the_other_way_at_once_and_once)
{
    stage.here.env.encryption = turns[_i].mode;
    here.owner.crypt = turns[_i].known;
    torrentlet_dial_bare(&here, &stage, &far);
    ck_assert_int_eq(far_was_plain(), turns[_i].is_plain_first);
    stage_run(&stage, 0);
    if (turns[_i].n_tries == 2) {
        ck_assert_int_eq(here.n_calls[TORRENTLET_CLOSED], 0);
        ck_assert_ptr_nonnull(far);
        ck_assert_int_eq(far_was_plain(), !turns[_i].is_plain_first);
        stage_run(&stage, 0);
    }
    ck_assert_ptr_null(far);
    torrentlet_expect_closed(&here, ERR_CLOSED,
                             turns[_i].n_tries == 1 || turns[_i].is_plain_first
                                 ? "encrypted handshake"
                                 : err_text(ERR_CLOSED));
}
END_TEST

START_TEST(dial_that_is_answered_plain_goes_on_plain)
{
    uint8_t bytes[HANDSHAKE_LEN];
    uint64_t down, up;
    stage.here.env.encryption = ENCRYPTION_PREFERRED;
    torrentlet_far_hello(bytes);
    torrentlet_dial_bare(&here, &stage, &far);
    struct conn *first = far;
    far = NULL;
    stage_write(first, bytes, sizeof bytes);
    stage_run(&stage, 0);
    ck_assert(stage_is_closed(first));
    conn_close(first);
    ck_assert_ptr_nonnull(far);
    stage_write(far, bytes, sizeof bytes);
    stage_run(&stage, 0);
    ck_assert(peerlink_is_greeted(here.link));
    ck_assert(!peerlink_has_crypt(here.link));
    ck_assert(!peerlink_is_encrypted(here.link));
    ck_assert_uint_eq(stage.here.limits.n_conns, 1);
    ck_assert_uint_eq(stage.here.limits.n_half_open, 0);
    /* Of both tries. */
    peerlink_overhead(here.link, &down, &up);
    ck_assert_uint_eq(down, 2 * HANDSHAKE_LEN);
    ck_assert_uint_ge(up, MSE_KEY_LEN + HANDSHAKE_LEN);
}
END_TEST

START_TEST(dial_that_must_be_encrypted_and_is_answered_plain_says_so)
{
    uint8_t bytes[HANDSHAKE_LEN];
    stage.here.env.encryption = ENCRYPTION_REQUIRED;
    torrentlet_far_hello(bytes);
    torrentlet_dial_bare(&here, &stage, &far);
    stage_write(far, bytes, sizeof bytes);
    stage_run(&stage, 0);
    torrentlet_expect_closed(&here, ERR_PROTO_HANDSHAKE,
                             "answers without encryption");
}
END_TEST

START_TEST(dial_that_meets_silence_is_not_tried_twice)
{
    stage.here.env.encryption = ENCRYPTION_PREFERRED;
    torrentlet_dial_bare(&here, &stage, &far);
    stage_run(&stage, PEERLINK_GREET_TIMEOUT_MS);
    torrentlet_expect_closed(&here, ERR_TIMEOUT,
                             "no encrypted handshake in time");
}
END_TEST

/* The second try finds nobody, or no socket. */
START_TEST(dial_the_other_way_may_fail_too)
{
    stage.here.env.encryption = ENCRYPTION_PREFERRED;
    torrentlet_dial_bare(&here, &stage, &far);
    link_net_listen(stage.net, &stage.there.at, NULL, NULL);
    stage.here.has_no_sockets = _i == 1;
    (void)far_was_plain();
    stage_run(&stage, 0);
    torrentlet_expect_closed(&here, _i == 1 ? ERR_CLOSED : ERR_SYS, "");
    ck_assert(here.was_half_open);
}
END_TEST

Suite *peerlink_crypt_suite(void)
{
    Suite *s = suite_create("peerlink_crypt");
    TCase *tc = tcase_create("peerlink_crypt");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc,
                        dial_that_is_closed_goes_the_other_way_at_once_and_once,
                        0, 6);
    tcase_add_test(tc, dial_that_is_answered_plain_goes_on_plain);
    tcase_add_test(tc,
                   dial_that_must_be_encrypted_and_is_answered_plain_says_so);
    tcase_add_test(tc, dial_that_meets_silence_is_not_tried_twice);
    tcase_add_loop_test(tc, dial_the_other_way_may_fail_too, 0, 2);
    suite_add_tcase(s, tc);
    return s;
}
