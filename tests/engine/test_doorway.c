#include "config.h"

#include "tests/engine/suites.h"

#include "engine/doorway.h"
#include "engine/mseconn.h"
#include "tests/engine/stage.h"

#include <errno.h>
#include <string.h>

static struct stage stage;
static struct doorway *doorway;

/* What the host was given. */
static struct conn *greeted;
static struct handshake theirs;
static int n_greetings;
static uint8_t hash_here; /* all bytes of the torrent that the host has */
static bool refuses;      /* as a session that has no such torrent */

static void on_greeting(void *ctx, struct conn *conn,
                        const struct handshake *handshake)
{
    ck_assert_ptr_eq(ctx, &stage);
    n_greetings++;
    theirs = *handshake;
    if (!refuses) {
        greeted = conn;
        return;
    }
    conn_close(conn);
    limits_on_closed(&stage.here.limits, false);
}

static bool find_mse(void *ctx, const uint8_t hash[SHA1_LEN],
                     uint8_t info_hash_out[SHA1_LEN])
{
    uint8_t own[SHA1_LEN];
    ck_assert_ptr_eq(ctx, &stage);
    memset(info_hash_out, hash_here, SHA1_LEN);
    mse_torrent_hash(info_hash_out, own);
    return memcmp(own, hash, SHA1_LEN) == 0;
}

static void set_up(void)
{
    stage_init(&stage);
    struct doorway_host host = {.on_greeting = on_greeting,
                                .find_mse = find_mse,
                                .ctx = &stage};
    doorway = doorway_new(&stage.here.env, &host);
    greeted = NULL;
    n_greetings = 0;
    refuses = false;
    hash_here = 0xab;
}

static void tear_down(void)
{
    doorway_free(doorway);
    stage_fini(&stage);
}

/* A connection from `remote` goes in; returns the far end. */
static struct conn *enter_from(const struct addr *remote)
{
    struct link_config config = {.addr_a = *remote, .addr_b = stage.here.at};
    struct conn *far, *near;
    link_pair(stage.loop, &config, &far, &near);
    doorway_enter_conn(doorway, near);
    return far;
}

static struct conn *enter(void)
{
    struct addr remote = stage_addr(9, 40000);
    return enter_from(&remote);
}

static void make_hello(uint8_t out[HANDSHAKE_LEN])
{
    struct handshake h = stage_hello(0xab, 'p');
    handshake_encode(&h, out);
}

static void expect_greeted(void)
{
    ck_assert_int_eq(n_greetings, 1);
    ck_assert_ptr_nonnull(greeted);
    ck_assert_uint_eq(theirs.info_hash[19], 0xab);
    ck_assert_uint_eq(theirs.peer_id[19], 'p');
    ck_assert(theirs.fast && theirs.extended && !theirs.dht);
    ck_assert_uint_eq(stage.here.limits.n_conns, 1);
    /* It is the host's from now on, whatever becomes of the doorway. */
    stage_run(&stage, 2 * DOORWAY_TIMEOUT_MS);
    ck_assert_int_eq(n_greetings, 1);
    conn_close(greeted);
    limits_on_closed(&stage.here.limits, false);
}

START_TEST(enter_whole_handshake_is_handed_on)
{
    uint8_t bytes[HANDSHAKE_LEN];
    make_hello(bytes);
    struct conn *far = enter();
    stage_write(far, bytes, sizeof bytes);
    stage_run(&stage, 0);
    expect_greeted();
    conn_close(far);
}
END_TEST

START_TEST(enter_handshake_byte_by_byte_is_handed_on)
{
    uint8_t bytes[HANDSHAKE_LEN];
    make_hello(bytes);
    struct conn *far = enter();
    for (size_t i = 0; i < sizeof bytes; i++) {
        ck_assert_int_eq(n_greetings, 0);
        stage_write(far, bytes + i, 1);
        stage_run(&stage, 10);
    }
    expect_greeted();
    conn_close(far);
}
END_TEST

START_TEST(enter_what_follows_the_handshake_stays_in_the_stream)
{
    uint8_t bytes[HANDSHAKE_LEN + 5];
    make_hello(bytes);
    memcpy(bytes + HANDSHAKE_LEN, "after", 5);
    struct conn *far = enter();
    stage_write(far, bytes, sizeof bytes);
    stage_run(&stage, 0);
    char rest[32];
    ck_assert_ptr_nonnull(greeted);
    ck_assert_uint_eq(stage_read(greeted, rest, sizeof rest, NULL), 5);
    ck_assert_int_eq(memcmp(rest, "after", 5), 0);
    expect_greeted();
    conn_close(far);
}
END_TEST

/* _i bytes of a handshake, and no more. */
START_TEST(enter_cut_handshake_is_closed_at_the_timeout)
{
    uint8_t bytes[HANDSHAKE_LEN];
    make_hello(bytes);
    struct conn *far = enter();
    if (_i > 0)
        stage_write(far, bytes, (size_t)_i);
    stage_run(&stage, DOORWAY_TIMEOUT_MS - 1);
    ck_assert(!stage_is_closed(far));
    ck_assert_uint_eq(stage.here.limits.n_conns, 1);
    stage_run(&stage, 1);
    ck_assert(stage_is_closed(far));
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    ck_assert_int_eq(n_greetings, 0);
    conn_close(far);
}
END_TEST

START_TEST(enter_far_side_closing_midway_is_forgotten_at_once)
{
    uint8_t bytes[HANDSHAKE_LEN];
    make_hello(bytes);
    struct conn *far = enter();
    if (_i > 0)
        stage_write(far, bytes, (size_t)_i);
    conn_close(far);
    stage_run(&stage, 0);
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    ck_assert_int_eq(n_greetings, 0);
}
END_TEST

START_TEST(enter_trickle_does_not_put_the_timeout_off)
{
    uint8_t bytes[HANDSHAKE_LEN];
    make_hello(bytes);
    struct conn *far = enter();
    for (size_t i = 0; i < 9; i++) {
        stage_write(far, bytes + i, 1);
        stage_run(&stage, 1000);
    }
    ck_assert(!stage_is_closed(far));
    stage_run(&stage, 1000);
    ck_assert(stage_is_closed(far));
    conn_close(far);
}
END_TEST

/* Encrypted handshakes. */

/* The protocol's name is wrong at byte _i: it may be an encrypted handshake until so many
 * bytes came that it cannot be. */
START_TEST(enter_no_handshake_at_all_is_closed_at_the_bound)
{
    enum { BOUND = MSE_KEY_LEN + MSE_MAX_PAD + SHA1_LEN };
    uint8_t bytes[BOUND] = {0};
    make_hello(bytes);
    bytes[_i] ^= 0x20;
    struct conn *far = enter();
    stage_write(far, bytes, (size_t)_i + 1);
    stage_run(&stage, 0);
    ck_assert(!stage_is_closed(far));
    stage_write(far, bytes + _i + 1, BOUND - 1 - ((size_t)_i + 1));
    stage_run(&stage, 0);
    ck_assert(!stage_is_closed(far));
    stage_write(far, bytes + BOUND - 1, 1);
    stage_run(&stage, 0);
    ck_assert(stage_is_closed(far));
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    ck_assert_int_eq(n_greetings, 0);
    conn_close(far);
}
END_TEST

/* Begin an encrypted handshake by hand, for the torrent of all `hash`, with a hello
 * inside. */
static struct mse *begin_crypt(uint8_t hash, unsigned methods)
{
    uint8_t bytes[HANDSHAKE_LEN];
    struct mse_config config = {.is_initiator = true,
                                .methods = methods,
                                .rng = rng_seeded(&stage.there.seed)};
    memset(config.info_hash, hash, sizeof config.info_hash);
    struct mse *m = mse_new(&config);
    make_hello(bytes);
    mse_add_initial(m, bytes, sizeof bytes);
    return m;
}

/* Send what is ready in runs of `cut` bytes, and take what comes; the bytes behind the
 * handshake go to rest (512 bytes), *n_rest says how many. */
static enum err go_on(struct mse *m, struct conn *far, size_t cut,
                      uint8_t *rest, size_t *n_rest)
{
    enum err err = ERR_AGAIN;
    *n_rest = 0;
    for (int i = 0; i < 3 && err == ERR_AGAIN; i++) {
        struct buf *tx = mse_tx(m);
        while (tx->len > 0) {
            size_t n = tx->len < cut ? tx->len : cut;
            stage_write(far, buf_bytes(tx), n);
            buf_consume(tx, n);
            stage_run(&stage, 0);
        }
        uint8_t bytes[2048];
        size_t used = 0, n = stage_read(far, bytes, sizeof bytes, NULL);
        err = mse_take(m, bytes, n, &used);
        *n_rest = n - used;
        memcpy(rest, bytes + used, *n_rest < 512 ? *n_rest : 512);
    }
    return err;
}

START_TEST(enter_encrypted_handshake_is_handed_on_in_any_runs)
{
    static const size_t cuts[] = {1, 3, 67, 68, 69, 96, 5000};
    stage.here.env.encryption = ENCRYPTION_PREFERRED;
    struct conn *far = enter();
    struct mse *m = begin_crypt(0xab, MSE_RC4 | MSE_PLAIN);
    uint8_t rest[512];
    size_t n_rest;
    ck_assert_int_eq(go_on(m, far, cuts[_i], rest, &n_rest), OK);
    struct mse_result agreed;
    mse_result(m, &agreed);
    ck_assert_int_eq(agreed.method, MSE_RC4);
    ck_assert_ptr_nonnull(greeted);
    ck_assert_ptr_nonnull(mseconn_result(greeted));
    char words[6] = "after";
    mse_crypt(&agreed.tx, (uint8_t *)words, 5);
    stage_write(far, words, 5);
    stage_run(&stage, 0);
    ck_assert_uint_eq(stage_read(greeted, words, 5, NULL), 5);
    ck_assert_str_eq(words, "after");
    stage_write(greeted, "back", 4);
    stage_run(&stage, 0);
    ck_assert_uint_eq(stage_read(far, words, 5, NULL), 4);
    mse_crypt(&agreed.rx, (uint8_t *)words, 4);
    ck_assert_int_eq(memcmp(words, "back", 4), 0);
    expect_greeted();
    mse_free(m);
    conn_close(far);
}
END_TEST

static void expect_turned_away(struct conn *far)
{
    stage_run(&stage, 0);
    ck_assert(stage_is_closed(far));
    ck_assert_int_eq(n_greetings, 0);
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    conn_close(far);
}

START_TEST(enter_encrypted_for_no_torrent_here_is_closed)
{
    struct conn *far = enter();
    struct mse *m = begin_crypt(0xac, MSE_RC4);
    uint8_t rest[512];
    size_t n_rest;
    ck_assert_int_eq(go_on(m, far, 5000, rest, &n_rest), ERR_AGAIN);
    expect_turned_away(far);
    mse_free(m);
}
END_TEST

START_TEST(enter_encrypted_for_one_and_greeting_for_another_is_closed)
{
    hash_here = 0xac;
    struct conn *far = enter();
    struct mse *m = begin_crypt(0xac, MSE_RC4);
    uint8_t rest[512];
    size_t n_rest;
    ck_assert_int_eq(go_on(m, far, 5000, rest, &n_rest), OK);
    expect_turned_away(far);
    mse_free(m);
}
END_TEST

START_TEST(enter_plain_where_encryption_is_required_is_closed)
{
    uint8_t bytes[HANDSHAKE_LEN];
    stage.here.env.encryption = ENCRYPTION_REQUIRED;
    make_hello(bytes);
    struct conn *far = enter();
    stage_write(far, bytes, sizeof bytes);
    expect_turned_away(far);
}
END_TEST

/* The handshake encrypted, the stream not: where it is required, that is not enough. */
START_TEST(enter_plain_stream_depends_on_what_is_required)
{
    bool is_required = _i == 1;
    stage.here.env.encryption =
        is_required ? ENCRYPTION_REQUIRED : ENCRYPTION_PREFERRED;
    struct conn *far = enter();
    struct mse *m = begin_crypt(0xab, MSE_PLAIN);
    uint8_t rest[512];
    size_t n_rest;
    enum err err = go_on(m, far, 5000, rest, &n_rest);
    ck_assert_int_eq(err, is_required ? ERR_AGAIN : OK);
    if (is_required)
        expect_turned_away(far);
    else {
        expect_greeted();
        conn_close(far);
    }
    mse_free(m);
}
END_TEST

START_TEST(enter_encrypted_that_stops_is_closed_at_the_timeout)
{
    struct conn *far = enter();
    struct mse *m = begin_crypt(0xab, MSE_RC4);
    stage_write(far, buf_bytes(mse_tx(m)), _i == 0 ? 50 : MSE_KEY_LEN);
    stage_run(&stage, DOORWAY_TIMEOUT_MS - 1);
    ck_assert(!stage_is_closed(far));
    stage_run(&stage, 1);
    expect_turned_away(far);
    mse_free(m);
}
END_TEST

START_TEST(enter_encrypted_that_is_cut_is_forgotten)
{
    struct conn *far = enter();
    struct mse *m = begin_crypt(0xab, MSE_RC4);
    stage_write(far, buf_bytes(mse_tx(m)), MSE_KEY_LEN);
    stage_run(&stage, 1);
    if (_i == 0)
        link_break(far, ECONNRESET);
    conn_close(far);
    stage_run(&stage, 0);
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    mse_free(m);
}
END_TEST

START_TEST(enter_cut_cable_is_forgotten)
{
    struct conn *far = enter();
    stage_write(far, "\023Bit", 4);
    stage_run(&stage, 5);
    link_break(far, ECONNRESET);
    stage_run(&stage, 0);
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    conn_close(far);
}
END_TEST

START_TEST(enter_is_bounded_and_lets_in_again)
{
    struct conn *far[DOORWAY_MAX + 1];
    for (size_t i = 0; i <= DOORWAY_MAX; i++) {
        struct addr remote = stage_addr((uint8_t)(10 + i), 40000);
        far[i] = enter_from(&remote);
    }
    stage_run(&stage, 0);
    /* The longest silent made room for the last. */
    for (size_t i = 0; i <= DOORWAY_MAX; i++)
        ck_assert(stage_is_closed(far[i]) == (i == 0));
    ck_assert_uint_eq(stage.here.limits.n_conns, DOORWAY_MAX);
    conn_close(far[0]);
    /* One whose handshake came makes room, and goes on being counted. */
    uint8_t bytes[HANDSHAKE_LEN];
    make_hello(bytes);
    stage_write(far[3], bytes, sizeof bytes);
    stage_run(&stage, 0);
    ck_assert_ptr_nonnull(greeted);
    struct conn *late = enter();
    stage_run(&stage, 0);
    ck_assert(!stage_is_closed(late));
    ck_assert_uint_eq(stage.here.limits.n_conns, DOORWAY_MAX + 1);
    stage_run(&stage, DOORWAY_TIMEOUT_MS);
    expect_greeted();
    conn_close(late);
    for (size_t i = 1; i <= DOORWAY_MAX; i++)
        conn_close(far[i]);
}
END_TEST

START_TEST(enter_many_of_one_ip_are_refused_but_not_of_loopback)
{
    static const uint8_t LOOPBACK[4] = {127, 0, 0, 1};
    enum { N = 3 * DOORWAY_MAX_PER_IP };
    struct conn *far[2][N];
    for (uint16_t i = 0; i < N; i++) {
        struct addr one = stage_addr(77, (uint16_t)(1000 + i));
        struct addr local = addr_v4(LOOPBACK, (uint16_t)(1000 + i));
        far[0][i] = enter_from(&one);
        far[1][i] = enter_from(&local);
    }
    stage_run(&stage, 0);
    for (size_t i = 0; i < N; i++) {
        ck_assert(stage_is_closed(far[0][i]) == (i >= DOORWAY_MAX_PER_IP));
        ck_assert(!stage_is_closed(far[1][i]));
        conn_close(far[0][i]);
        conn_close(far[1][i]);
    }
    stage_run(&stage, 0);
}
END_TEST

START_TEST(enter_one_host_of_ipv6_counts_as_one_ip)
{
    enum { N = DOORWAY_MAX_PER_IP + 1 };
    uint8_t ip[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 1};
    struct conn *far[N + 1];
    for (uint8_t i = 0; i < N; i++) {
        ip[8] = ip[15] = (uint8_t)(i + 1);
        struct addr remote = addr_v6(ip, 1000);
        far[i] = enter_from(&remote);
    }
    ip[7] = 2;
    struct addr neighbour = addr_v6(ip, 1000);
    far[N] = enter_from(&neighbour);
    stage_run(&stage, 0);
    for (size_t i = 0; i <= N; i++) {
        ck_assert(stage_is_closed(far[i]) == (i == DOORWAY_MAX_PER_IP));
        conn_close(far[i]);
    }
    stage_run(&stage, 0);
}
END_TEST

START_TEST(enter_when_the_connections_are_used_up_is_refused)
{
    stage.here.limits.max_conns = 2;
    struct conn *far[3] = {enter(), enter(), enter()};
    stage_run(&stage, 0);
    ck_assert(!stage_is_closed(far[0]) && !stage_is_closed(far[1]));
    ck_assert(stage_is_closed(far[2]));
    ck_assert_uint_eq(stage.here.limits.n_conns, 2);
    for (size_t i = 0; i < 3; i++)
        conn_close(far[i]);
    stage_run(&stage, 0);
}
END_TEST

START_TEST(enter_host_may_close_what_it_is_given)
{
    refuses = true;
    uint8_t bytes[HANDSHAKE_LEN];
    make_hello(bytes);
    struct conn *far = enter();
    stage_write(far, bytes, sizeof bytes);
    stage_run(&stage, 0);
    ck_assert_int_eq(n_greetings, 1);
    ck_assert(stage_is_closed(far));
    conn_close(far);
}
END_TEST

START_TEST(free_closes_whoever_waits)
{
    struct conn *far[2] = {enter(), enter()};
    stage_write(far[0], "\023", 1);
    stage_run(&stage, 0);
    doorway_free(doorway);
    doorway = NULL;
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    stage_run(&stage, DOORWAY_TIMEOUT_MS);
    for (size_t i = 0; i < 2; i++) {
        ck_assert(stage_is_closed(far[i]));
        conn_close(far[i]);
    }
}
END_TEST

Suite *doorway_suite(void)
{
    Suite *s = suite_create("doorway");
    TCase *tc = tcase_create("doorway");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, enter_whole_handshake_is_handed_on);
    tcase_add_test(tc, enter_handshake_byte_by_byte_is_handed_on);
    tcase_add_test(tc, enter_what_follows_the_handshake_stays_in_the_stream);
    tcase_add_loop_test(tc, enter_cut_handshake_is_closed_at_the_timeout, 0,
                        HANDSHAKE_LEN);
    tcase_add_loop_test(tc, enter_far_side_closing_midway_is_forgotten_at_once,
                        0, HANDSHAKE_LEN);
    tcase_add_test(tc, enter_trickle_does_not_put_the_timeout_off);
    tcase_add_loop_test(tc, enter_no_handshake_at_all_is_closed_at_the_bound, 0,
                        20);
    tcase_add_loop_test(tc, enter_encrypted_handshake_is_handed_on_in_any_runs,
                        0, 7);
    tcase_add_test(tc, enter_encrypted_for_no_torrent_here_is_closed);
    tcase_add_test(tc,
                   enter_encrypted_for_one_and_greeting_for_another_is_closed);
    tcase_add_test(tc, enter_plain_where_encryption_is_required_is_closed);
    tcase_add_loop_test(tc, enter_plain_stream_depends_on_what_is_required, 0,
                        2);
    tcase_add_loop_test(tc, enter_encrypted_that_stops_is_closed_at_the_timeout,
                        0, 2);
    tcase_add_loop_test(tc, enter_encrypted_that_is_cut_is_forgotten, 0, 2);
    tcase_add_test(tc, enter_cut_cable_is_forgotten);
    tcase_add_test(tc, enter_is_bounded_and_lets_in_again);
    tcase_add_test(tc, enter_many_of_one_ip_are_refused_but_not_of_loopback);
    tcase_add_test(tc, enter_one_host_of_ipv6_counts_as_one_ip);
    tcase_add_test(tc, enter_when_the_connections_are_used_up_is_refused);
    tcase_add_test(tc, enter_host_may_close_what_it_is_given);
    tcase_add_test(tc, free_closes_whoever_waits);
    suite_add_tcase(s, tc);
    return s;
}
