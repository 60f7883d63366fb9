#include "config.h"

#include "engine/seeker.h"

#include "tests/engine/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/doorway.h"
#include "engine/seeker_parts.h"
#include "model/frame.h"
#include "proto/metadata.h"
#include "proto/pex.h"
#include "proto/wire.h"
#include "tests/engine/stage.h"
#include "util/hash.h"
#include "util/text.h"
#include "util/xalloc.h"

/* A seeker at one side of a stage, and peers at the other that the test plays as bare
 * streams. */

enum { LEN = 40000, N_FAR = 4, FAR_ID = 7 };

struct far {
    struct conn *conn; /* owned */
    uint8_t in[4096];
    size_t n_in;
    uint8_t its_id; /* of ut_metadata, as the seeker told it */
};

static struct stage stage;
static uint8_t info[LEN];
static struct seeker *seeker;
static struct far far[N_FAR];
static size_t n_far;
static uint8_t *found;
static size_t n_found, n_quiet;

static void on_far(void *ctx, struct conn *conn, const struct addr *remote)
{
    (void)ctx;
    (void)remote;
    ck_assert_uint_lt(n_far, N_FAR);
    far[n_far++].conn = conn;
}

static void on_found(void *ctx, const uint8_t *bytes, size_t len)
{
    (void)ctx;
    ck_assert_ptr_null(found);
    found = xmemdup(bytes, len);
    n_found = len;
}

static void on_quiet(void *ctx)
{
    (void)ctx;
    n_quiet++;
}

static void set_up(void)
{
    uint8_t hash[SHA1_LEN];
    char hex[41];
    stage_init(&stage);
    memset(far, 0, sizeof far);
    n_far = n_found = n_quiet = 0;
    found = NULL;
    for (size_t i = 0; i < LEN; i++)
        info[i] = (uint8_t)(i / 7);
    hash_sha1(info, LEN, hash);
    text_hex(hex, hash, sizeof hash);
    struct seeker_config config = {.id = 5,
                                   .host = {.on_found = on_found,
                                            .on_quiet = on_quiet}};
    ck_assert_int_eq(magnet_parse(hex, &config.magnet, NULL), OK);
    seeker = seeker_new(&stage.here.env, &config);
    link_net_listen(stage.net, &stage.there.at, on_far, NULL);
}

static void tear_down(void)
{
    seeker_free(seeker);
    for (size_t i = 0; i < n_far; i++)
        conn_close(far[i].conn);
    free(found);
    stage_run(&stage, 1000);
    stage_fini(&stage);
}

static void say(struct far *f, const void *bytes, size_t len)
{
    stage_write(f->conn, bytes, len);
}

static void say_extended(struct far *f, uint8_t id, const void *bytes,
                         size_t len)
{
    struct buf b;
    buf_init(&b, 1 << 16);
    ck_assert_int_eq(wire_append_extended(&b, id, bytes, len), OK);
    say(f, buf_bytes(&b), b.len);
    buf_fini(&b);
}

/* Handshakes and extended handshake, with this size told (NULL: none of it). */
static void greet(struct far *f, uint8_t peer_id, const char *size)
{
    uint8_t bytes[HANDSHAKE_LEN];
    struct handshake h = stage_hello(0, peer_id);
    memcpy(h.info_hash, seeker_magnet(seeker)->info_hash, SHA1_LEN);
    handshake_encode(&h, bytes);
    say(f, bytes, sizeof bytes);
    char *dict = size == NULL ? xstrdup("d1:mdee")
                              : xasprintf("d1:md11:ut_metadatai%de"
                                          "e13:metadata_size%se",
                                          FAR_ID, size);
    say_extended(f, 0, dict, strlen(dict));
    free(dict);
    stage_run(&stage, 10);
}

static void send_piece(struct far *f, uint32_t piece_idx, const uint8_t *from)
{
    struct buf b;
    struct metadata_msg msg = {METADATA_DATA,
                               piece_idx,
                               LEN,
                               {from + piece_idx * METADATA_PIECE_LEN,
                                metadata_piece_len(LEN, piece_idx)}};
    buf_init(&b, EXTENDED_MAX_MSG);
    ck_assert_int_eq(metadata_append(&b, &msg), OK);
    say_extended(f, extended_our_id(EXTENDED_UT_METADATA), buf_bytes(&b),
                 b.len);
    buf_fini(&b);
}

/* Answer what it asks for by now from these bytes; return how many requests came. */
static size_t answer(struct far *f, const uint8_t *from)
{
    size_t n = 0;
    f->n_in +=
        stage_read(f->conn, f->in + f->n_in, sizeof f->in - f->n_in, NULL);
    if (f->n_in >= HANDSHAKE_LEN && f->in[0] == 19) {
        f->n_in -= HANDSHAKE_LEN;
        memmove(f->in, f->in + HANDSHAKE_LEN, f->n_in);
    }
    while (f->n_in >= 4 && f->n_in >= 4 + bytes_be32(f->in)) {
        size_t len = 4 + (size_t)bytes_be32(f->in);
        struct metadata_msg msg;
        if (len > 6 && f->in[4] == WIRE_EXTENDED && f->in[5] == FAR_ID &&
            metadata_parse(f->in + 6, len - 6, &msg) == OK &&
            msg.kind == METADATA_REQUEST) {
            n++;
            if (from != NULL)
                send_piece(f, msg.piece_idx, from);
        }
        f->n_in -= len;
        memmove(f->in, f->in + len, f->n_in);
    }
    stage_run(&stage, 10);
    return n;
}

static void dial_there(void)
{
    seeker_start(seeker);
    seeker_add_peers(seeker, &stage.there.at, 1, PEERS_TRACKER);
    stage_run(&stage, 10);
    ck_assert_uint_eq(n_far, 1);
}

START_TEST(seeker_gets_them_from_one_peer)
{
    dial_there();
    greet(&far[0], 'f', "i40000e");
    ck_assert_uint_eq(answer(&far[0], info), 2);
    ck_assert_ptr_null(found);
    ck_assert_uint_eq(answer(&far[0], info), 1);
    ck_assert_uint_eq(n_found, LEN);
    ck_assert_mem_eq(found, info, LEN);
    /* The connection stays, for the torrent. */
    ck_assert_uint_eq(stage.here.limits.n_conns, 1);
    ck_assert(!stage_is_closed(far[0].conn));
}
END_TEST

/* N9: sizes that cannot be are as if none was told; it is not asked, nor sent away. */
static const char *const odd_sizes[] = {"i0e",          "i-1e",
                                        "i2147483648e", "i4611686018427387904e",
                                        "i16777217e",   "1:x"};
enum { N_ODD_SIZES = sizeof odd_sizes / sizeof odd_sizes[0] };

START_TEST(seeker_ignores_sizes_that_cannot_be)
{
    dial_there();
    greet(&far[0], 'f', odd_sizes[_i]);
    ck_assert_uint_eq(answer(&far[0], NULL), 0);
    ck_assert(!stage_is_closed(far[0].conn));
    /* It may tell a right one later. */
    static const char again[] = "d13:metadata_sizei40000ee";
    say_extended(&far[0], 0, again, sizeof again - 1);
    stage_run(&stage, 10);
    ck_assert_uint_eq(answer(&far[0], info), 2);
    ck_assert_uint_eq(answer(&far[0], info), 1);
    ck_assert_ptr_nonnull(found);
}
END_TEST

START_TEST(seeker_bans_a_liar)
{
    static uint8_t wrong[LEN];
    dial_there();
    greet(&far[0], 'f', "i40000e");
    (void)answer(&far[0], wrong);
    (void)answer(&far[0], wrong);
    ck_assert_ptr_null(found);
    ck_assert(stage_is_closed(far[0].conn));
    ck_assert(peers_is_banned(seeker->known, &stage.there.at));
    ck_assert_uint_eq(stage.here.limits.n_conns, 0);
    /* It is not dialled again, nor let in. */
    stage_run(&stage, 600000);
    ck_assert_uint_eq(n_far, 1);
}
END_TEST

START_TEST(seeker_rejects_what_it_cannot_give)
{
    static const char request[] = "d8:msg_typei0e5:piecei0ee";
    dial_there();
    greet(&far[0], 'f', "i0e");
    (void)answer(&far[0], NULL);
    say_extended(&far[0], extended_our_id(EXTENDED_UT_METADATA), request,
                 sizeof request - 1);
    stage_run(&stage, 10);
    uint8_t bytes[256];
    size_t n = stage_read(far[0].conn, bytes, sizeof bytes, NULL);
    struct metadata_msg msg;
    ck_assert_uint_gt(n, 6);
    ck_assert_uint_eq(bytes[5], FAR_ID);
    ck_assert_int_eq(metadata_parse(bytes + 6, n - 6, &msg), OK);
    ck_assert_int_eq(msg.kind, METADATA_REJECT);
}
END_TEST

/* One peer that lacks the metadata tells of one that has them. */
START_TEST(seeker_dials_whom_peers_tell_of)
{
    struct pex pex = {.n_added = 1, .added[0] = {.addr = stage.there.at}};
    struct addr other = stage.there.at;
    struct buf b;
    other.port++;
    pex.added[0].addr = other;
    link_net_listen(stage.net, &other, on_far, NULL);
    stage.here.env.uses_pex = _i == 0;
    dial_there();
    greet(&far[0], 'f', NULL);
    buf_init(&b, PEX_MAX_LEN);
    ck_assert_int_eq(pex_append(&b, &pex), OK);
    say_extended(&far[0], extended_our_id(EXTENDED_UT_PEX), buf_bytes(&b),
                 b.len);
    buf_fini(&b);
    stage_run(&stage, 1000);
    ck_assert_uint_eq(n_far, _i == 0 ? 2 : 1);
    if (_i != 0)
        return;
    greet(&far[1], 'g', "i40000e");
    ck_assert_uint_eq(answer(&far[1], info), 2);
    ck_assert_uint_eq(answer(&far[1], info), 1);
    ck_assert_uint_eq(n_found, LEN);
}
END_TEST

START_TEST(seeker_dials_again_who_went)
{
    dial_there();
    conn_close(far[0].conn);
    n_far = 0;
    stage_run(&stage, 600000);
    ck_assert_uint_gt(n_far, 0);
}
END_TEST

/* What the network failed is closed, of that family alone, and dialled again at once. */
START_TEST(seeker_that_wakes_dials_again)
{
    dial_there();
    greet(&far[0], 'f', "i40000e");
    seeker_lose(seeker, false, true, "asleep");
    stage_run(&stage, 10);
    ck_assert(!stage_is_closed(far[0].conn));
    seeker_lose(seeker, true, false, "asleep");
    stage_run(&stage, 10);
    ck_assert(stage_is_closed(far[0].conn));
    conn_close(far[0].conn);
    n_far = 0;
    seeker_wake(seeker, 3600000, 0);
    stage_run(&stage, 100);
    ck_assert_uint_eq(n_far, 1);
}
END_TEST

START_TEST(seeker_stops_and_goes_on_with_what_it_has)
{
    dial_there();
    greet(&far[0], 'f', "i40000e");
    ck_assert_uint_eq(answer(&far[0], info), 2);
    ck_assert(!seeker_is_quiet(seeker));
    seeker_stop(seeker);
    stage_run(&stage, 10);
    ck_assert(seeker_is_quiet(seeker));
    ck_assert_uint_gt(n_quiet, 0);
    ck_assert(stage_is_closed(far[0].conn));
    conn_close(far[0].conn);
    n_far = 0;
    memset(far, 0, sizeof far);
    seeker_start(seeker);
    stage_run(&stage, PEERS_USEFUL_WAIT_MS + 1000);
    ck_assert_uint_eq(n_far, 1);
    greet(&far[0], 'f', "i40000e");
    ck_assert_uint_eq(answer(&far[0], info), 1); /* the last piece */
    ck_assert_ptr_nonnull(found);
}
END_TEST

START_TEST(seeker_is_freed_at_any_time)
{
    dial_there();
    if (_i > 0)
        greet(&far[0], 'f', "i40000e");
    if (_i > 1)
        (void)answer(&far[0], info);
    if (_i > 2)
        seeker_stop(seeker);
}
END_TEST

START_TEST(seeker_sends_away_and_bans)
{
    dial_there();
    greet(&far[0], 'f', "i40000e");
    ck_assert_int_eq(seeker_send_away(seeker, 99, false), ERR_NOT_FOUND);
    ck_assert_int_eq(seeker_send_away(seeker, 1, true), OK);
    stage_run(&stage, 10);
    ck_assert(stage_is_closed(far[0].conn));
    ck_assert(peers_is_banned(seeker->known, &stage.there.at));
}
END_TEST

START_TEST(seeker_private_drops_whom_no_tracker_named)
{
    struct addr dht = stage_addr(9, 1);
    seeker_start(seeker);
    seeker_add_peers(seeker, &stage.there.at, 1,
                     _i == 0 ? PEERS_DHT : PEERS_TRACKER);
    stage_run(&stage, 10);
    ck_assert_uint_eq(n_far, 1);
    greet(&far[0], 'f', "i40000e");
    seeker_go_private(seeker);
    stage_run(&stage, 10);
    ck_assert_int_eq(stage_is_closed(far[0].conn), _i == 0);
    seeker_add_peers(seeker, &dht, 1, PEERS_DHT);
    ck_assert_uint_eq(peers_n_known(seeker->known), _i == 0 ? 0 : 1);
}
END_TEST

Suite *seeker_suite(void)
{
    Suite *s = suite_create("seeker");
    TCase *t = tcase_create("seeker");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, seeker_gets_them_from_one_peer);
    tcase_add_loop_test(t, seeker_ignores_sizes_that_cannot_be, 0, N_ODD_SIZES);
    tcase_add_test(t, seeker_bans_a_liar);
    tcase_add_test(t, seeker_rejects_what_it_cannot_give);
    tcase_add_loop_test(t, seeker_dials_whom_peers_tell_of, 0, 2);
    tcase_add_test(t, seeker_dials_again_who_went);
    tcase_add_test(t, seeker_that_wakes_dials_again);
    tcase_add_test(t, seeker_stops_and_goes_on_with_what_it_has);
    tcase_add_loop_test(t, seeker_is_freed_at_any_time, 0, 4);
    tcase_add_test(t, seeker_sends_away_and_bans);
    tcase_add_loop_test(t, seeker_private_drops_whom_no_tracker_named, 0, 2);
    suite_add_tcase(s, t);
    return s;
}
