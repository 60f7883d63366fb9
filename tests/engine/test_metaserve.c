#include "config.h"

#include "engine/metaserve.h"

#include "tests/engine/suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/metadata.h"
#include "proto/wire.h"
#include "tests/engine/torrentlet.h"
#include "util/xalloc.h"

/* A torrent that has metadata to give and nothing else, and members that ask. */

enum { N_PIECES = 5, LEN = (N_PIECES - 1) * METADATA_PIECE_LEN + 100 };

static struct stage stage;
static struct torrentlet here, there;
static struct torrent torrent;
static struct metainfo meta;
static uint8_t info[LEN];
static struct member member;

static void set_up(void)
{
    stage_init(&stage);
    torrentlet_init(&here, &stage.here, 1, false);
    torrentlet_init(&there, &stage.there, 1, true);
    torrentlet_listen(&there);
    ck_assert_int_eq(torrentlet_dial(&here, &stage.there.at), OK);
    stage_run(&stage, 1000);
    for (size_t i = 0; i < LEN; i++)
        info[i] = (uint8_t)(i * 3 + i / 1000);
    meta = (struct metainfo){.info = {info, LEN}};
    torrent = (struct torrent){.meta = &meta, .env = &stage.here.env};
    member = (struct member){.torrent = &torrent,
                             .link = here.link,
                             .peer = here.peer,
                             .id = 3};
}

static void tear_down(void)
{
    metaserve_fini(&torrent);
    torrentlet_fini(&here);
    torrentlet_fini(&there);
    stage_run(&stage, 1000);
    stage_fini(&stage);
}

/* It can be sent messages: its id for them is 9. */
static void greet(void)
{
    static const char hello[] = "\0\0\0\x1a\x14\0d1:md11:ut_metadatai9eee";
    ck_assert_int_eq(peer_rx(here.peer, (const uint8_t *)hello,
                             sizeof hello - 1, stage_now(&stage)),
                     OK);
}

static void ask(uint32_t piece_idx)
{
    struct buf b;
    struct metadata_msg msg = {.kind = METADATA_REQUEST,
                               .piece_idx = piece_idx};
    buf_init(&b, 100);
    ck_assert_int_eq(metadata_append(&b, &msg), OK);
    metaserve_on_message(&member, buf_bytes(&b), b.len);
    buf_fini(&b);
}

/* Take what waits to be sent, as words: "data(2) reject(7)". */
static const char *sent(void)
{
    static char words[4096];
    size_t len = 0;
    struct iovec iov[8];
    struct buf all;
    int n;
    words[0] = '\0';
    buf_init(&all, 4 << 20);
    while ((n = peer_tx(here.peer, iov, 8)) > 0) {
        size_t sum = 0;
        for (int i = 0; i < n; i++) {
            ck_assert_int_eq(buf_append(&all, iov[i].iov_base, iov[i].iov_len),
                             OK);
            sum += iov[i].iov_len;
        }
        peer_tx_sent(here.peer, sum, stage_now(&stage));
        metaserve_on_sent(&member);
    }
    const uint8_t *at = buf_bytes(&all);
    for (size_t off = 0; off < all.len;) {
        uint32_t n_bytes = (uint32_t)bytes_be32(at + off);
        struct metadata_msg msg;
        ck_assert(at[off + 4] == WIRE_EXTENDED && at[off + 5] == 9);
        ck_assert_int_eq(metadata_parse(at + off + 6, n_bytes - 2, &msg), OK);
        len += (size_t)snprintf(words + len, sizeof words - len, "%s%s(%u)",
                                len > 0 ? " " : "",
                                msg.kind == METADATA_DATA ? "data" : "reject",
                                (unsigned)msg.piece_idx);
        if (msg.kind == METADATA_DATA) {
            ck_assert_uint_eq(msg.total_size, LEN);
            ck_assert_uint_eq(msg.data.len,
                              metadata_piece_len(LEN, msg.piece_idx));
            ck_assert_mem_eq(msg.data.p,
                             info + msg.piece_idx * METADATA_PIECE_LEN,
                             msg.data.len);
        }
        off += 4 + n_bytes;
    }
    buf_fini(&all);
    return words;
}

START_TEST(gives_every_piece_and_rejects_others)
{
    greet();
    ask(0);
    ask(4);
    ck_assert_str_eq(sent(), "data(0) data(4)");
    ask(5);
    ask(METADATA_MAX_PIECES - 1);
    ck_assert_str_eq(sent(), "reject(5) reject(1023)");
}
END_TEST

/* More than fits at once waits, in its order. */
START_TEST(queues_what_does_not_fit)
{
    greet();
    for (uint32_t i = 0; i < N_PIECES; i++)
        ask(i);
    ck_assert_ptr_nonnull(torrent.metaserve);
    ck_assert_str_eq(sent(), "data(0) data(1) data(2) data(3) data(4)");
    ck_assert_ptr_null(torrent.metaserve);
}
END_TEST

START_TEST(the_queue_is_bounded)
{
    greet();
    member.n_metadata = UINT32_MAX - 200; /* wraps: this once it may ask on */
    for (uint32_t i = 0; i < 20; i++)
        ask(i % N_PIECES);
    ck_assert_ptr_null(torrent.metaserve); /* it had its share */
    member.n_metadata = 0;
    for (uint32_t round = 0; round < 2 + METASERVE_MAX; round++) {
        member.n_metadata = 0;
        ask(1);
    }
    ck_assert_ptr_nonnull(torrent.metaserve);
    (void)sent();
    ck_assert_ptr_null(torrent.metaserve);
}
END_TEST

START_TEST(one_member_has_it_a_few_times_only)
{
    greet();
    for (uint32_t round = 0; round < METASERVE_ROUNDS; round++)
        for (uint32_t i = 0; i < N_PIECES; i++) {
            ask(i);
            ck_assert_ptr_nonnull(strstr(sent(), "data"));
        }
    ask(0);
    ck_assert_str_eq(sent(), "reject(0)");
}
END_TEST

START_TEST(before_its_extended_handshake_nothing_is_said)
{
    ask(0);
    ask(99);
    ck_assert_str_eq(sent(), "");
}
END_TEST

START_TEST(private_metadata_are_not_given)
{
    struct peer_config config = {.listen_port = 1};
    meta.is_private = true;
    metaserve_configure(&torrent, &config);
    ck_assert(!config.kinds[EXTENDED_UT_METADATA]);
    ck_assert_uint_eq(config.metadata_size, 0);
    greet();
    ask(0);
    ck_assert_str_eq(sent(), "reject(0)");
    meta.is_private = false;
    metaserve_configure(&torrent, &config);
    ck_assert(config.kinds[EXTENDED_UT_METADATA]);
    ck_assert_uint_eq(config.metadata_size, LEN);
}
END_TEST

START_TEST(one_that_goes_waits_no_more)
{
    greet();
    for (uint32_t i = 0; i < N_PIECES; i++)
        ask(i);
    metaserve_forget(&member);
    ck_assert_ptr_null(torrent.metaserve);
}
END_TEST

START_TEST(other_messages_are_ignored)
{
    static const char *const messages[] = {"", "x", "d8:msg_typei2e5:piecei0ee",
                                           "d8:msg_typei9ee",
                                           "d8:msg_typei0e5:piecei-1ee"};
    greet();
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
        metaserve_on_message(&member, (const uint8_t *)messages[i],
                             strlen(messages[i]));
    ck_assert_str_eq(sent(), "");
}
END_TEST

Suite *metaserve_suite(void)
{
    Suite *s = suite_create("metaserve");
    TCase *t = tcase_create("metaserve");
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_test(t, gives_every_piece_and_rejects_others);
    tcase_add_test(t, queues_what_does_not_fit);
    tcase_add_test(t, the_queue_is_bounded);
    tcase_add_test(t, one_member_has_it_a_few_times_only);
    tcase_add_test(t, before_its_extended_handshake_nothing_is_said);
    tcase_add_test(t, private_metadata_are_not_given);
    tcase_add_test(t, one_that_goes_waits_no_more);
    tcase_add_test(t, other_messages_are_ignored);
    suite_add_tcase(s, t);
    return s;
}
