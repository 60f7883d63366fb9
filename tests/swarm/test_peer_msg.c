#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"
#include "util/bytes.h"
#include "util/xalloc.h"

#include <stdlib.h>
#include <string.h>

/* 20 pieces of 32 KiB, the last shorter: a bitfield of 3 bytes with 4 spare
 * bits. */
enum { PIECE = 32768, SIZE = 20 * PIECE - 5000, LAST = PIECE - 5000 };

enum {
    F = FIXTURE_FAST,
    E = FIXTURE_EXTENDED,
    SEED = FIXTURE_SEED,
    UNCHOKED = 1 << 16 /* we unchoked it */
};

#define BITFIELD    "\0\0\0\4\5\xff\xff\xf0"
#define HAVE_0      "\0\0\0\5\4\0\0\0\0"
#define HAVE_ALL    "\0\0\0\1\x0e"
#define HAVE_NONE   "\0\0\0\1\x0f"
#define UNCHOKE     "\0\0\0\1\1"
#define REQUEST     "\0\0\0\x0d\6"
#define CANCEL      "\0\0\0\x0d\x8"
#define REJECT      "\0\0\0\x0d\x10"
#define BYTES(text) text, sizeof(text) - 1

/* N7 and its like: streams that end the connection, with the code. */
static const struct {
    unsigned int flags;
    enum err err;
    const char *bytes;
    size_t n;
} hostile[] = {
    /* What it has. */
    {0, ERR_PROTO_LENGTH, BYTES("\0\0\0\3\5\xff\xff")},
    {0, ERR_PROTO_LENGTH, BYTES("\0\0\0\5\5\xff\xff\xf0\0")},
    {0, ERR_PROTO_RANGE, BYTES("\0\0\0\4\5\xff\xff\xf1")},
    {0, ERR_PROTO_RANGE, BYTES("\0\0\0\4\5\0\0\x8")},
    {0, ERR_PROTO_RANGE, BYTES(BITFIELD "\0\0\0\4\5\xff\xff\xf1")},
    {0, ERR_PROTO_LENGTH, BYTES(UNCHOKE "\0\0\0\3\5\xff\xff")},
    {F, ERR_PROTO_STATE, BYTES(HAVE_ALL HAVE_ALL)},
    {F, ERR_PROTO_STATE, BYTES(HAVE_ALL HAVE_NONE)},
    {F, ERR_PROTO_STATE, BYTES(HAVE_NONE HAVE_ALL)},
    {F, ERR_PROTO_STATE, BYTES(BITFIELD HAVE_ALL)},
    {F, ERR_PROTO_STATE, BYTES(HAVE_0 HAVE_NONE)},
    {F, ERR_PROTO_STATE, BYTES("\0\0\0\1\2" HAVE_NONE)},
    {0, ERR_PROTO_RANGE, BYTES("\0\0\0\5\4\0\0\0\x14")},
    {0, ERR_PROTO_RANGE, BYTES("\0\0\0\5\4\xff\xff\xff\xff")},
    {0, ERR_PROTO_RANGE, BYTES("\0\0\0\5\4\x80\0\0\0")},
    /* BEP 6 without the bit. */
    {0, ERR_PROTO_STATE, BYTES(HAVE_ALL)},
    {0, ERR_PROTO_STATE, BYTES(HAVE_NONE)},
    {0, ERR_PROTO_STATE, BYTES("\0\0\0\5\x0d\0\0\0\0")},
    {0, ERR_PROTO_STATE, BYTES("\0\0\0\5\x11\0\0\0\0")},
    {0, ERR_PROTO_STATE, BYTES(REJECT "\0\0\0\0\0\0\0\0\0\0\x40\0")},
    {E, ERR_PROTO_STATE, BYTES(HAVE_ALL)},
    /* BEP 6 out of range. */
    {F, ERR_PROTO_RANGE, BYTES("\0\0\0\5\x0d\0\0\0\x14")},
    {F, ERR_PROTO_RANGE, BYTES("\0\0\0\5\x11\0\0\0\x14")},
    {F, ERR_PROTO_RANGE, BYTES("\0\0\0\5\x11\xff\xff\xff\xff")},
    {F, ERR_PROTO_RANGE, BYTES(REJECT "\0\0\0\x14\0\0\0\0\0\0\x40\0")},
    {F, ERR_PROTO_RANGE, BYTES(REJECT "\0\0\0\0\0\0\0\1\0\0\x40\0")},
    {F, ERR_PROTO_RANGE, BYTES(REJECT "\0\0\0\0\0\0\0\0\0\0\0\0")},
    /* Requests. */
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\x14\0\0\0\0\0\0\x40\0")},
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\xff\xff\xff\xff\0\0\0\0\0\0\0\1")},
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\0\xff\xff\xff\xff\0\0\0\2")},
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\0\0\0\0\2\xff\xff\xff\xff")},
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\0\0\0\0\0\0\0\0\0")},
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\0\0\0\x80\0\0\0\0\1")},
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\0\0\0\x40\0\0\0\x40\1")},
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\x13\0\0\x40\0\0\0\x40\0")},
    {SEED, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\0\0\0\0\0\0\2\0\1")},
    {SEED | UNCHOKED, ERR_PROTO_RANGE,
     BYTES(REQUEST "\0\0\0\0\0\0\0\0\0\0\0\0")},
    {SEED | UNCHOKED, ERR_PROTO_RANGE,
     BYTES(REQUEST "\0\0\0\0\xff\xff\xff\xff\0\0\0\2")},
    {SEED | UNCHOKED | F, ERR_PROTO_RANGE,
     BYTES(REQUEST "\0\0\0\0\0\0\0\0\0\2\0\1")},
    {F, ERR_PROTO_RANGE, BYTES(REQUEST "\0\0\0\x14\0\0\0\0\0\0\x40\0")},
    {SEED, ERR_PROTO_RANGE, BYTES(CANCEL "\0\0\0\x14\0\0\0\0\0\0\x40\0")},
    {SEED, ERR_PROTO_RANGE, BYTES(CANCEL "\0\0\0\0\0\0\0\0\0\0\0\0")},
    {SEED, ERR_PROTO_RANGE, BYTES(CANCEL "\0\0\0\0\xff\xff\xff\xff\0\0\0\2")},
    /* Blocks. */
    {0, ERR_PROTO_STATE, BYTES(BITFIELD "\0\0\x40\x9\7\0\0\0\0\0\0\0\0")},
    {F, ERR_PROTO_STATE, BYTES(HAVE_ALL "\0\0\x40\x9\7\0\0\0\0\0\0\0\0")},
    {0, ERR_PROTO_LENGTH, BYTES("\0\0\0\x9\7\0\0\0\0\0\0\0\0")},
    {0, ERR_PROTO_STATE, BYTES("\0\0\0\x0a\7\0\0\0\0\0\0\0\0")},
    {0, ERR_PROTO_STATE, BYTES("\0\0\x40\x9\7\0\0\0\0\0\0\0\1")},
    {0, ERR_PROTO_STATE, BYTES("\0\0\x40\x9\7\0\0\0\0\xff\xff\xff\xff")},
    {0, ERR_PROTO_STATE, BYTES("\0\0\x40\x9\7\0\0\0\x13\0\0\x40\0")},
    {0, ERR_PROTO_RANGE, BYTES("\0\0\x40\x9\7\0\0\0\x14\0\0\0\0")},
    {0, ERR_PROTO_RANGE, BYTES("\0\0\x40\x9\7\xff\xff\xff\xff\0\0\0\0")},
};
enum { N_HOSTILE = sizeof hostile / sizeof hostile[0] };

START_TEST(peer_msg_of_a_hostile_kind_ends_the_connection)
{
    struct fixture f;
    unsigned int flags = hostile[_i].flags;
    fixture_init(&f, SIZE, PIECE, flags & ~(unsigned int)UNCHOKED);
    if (flags & UNCHOKED)
        peer_set_choked(f.peer, false, f.now_ms);
    enum err e = fixture_rx(&f, hostile[_i].bytes, hostile[_i].n);
    ck_assert_int_eq(e, hostile[_i].err);
    ck_assert_uint_gt(strlen(peer_fault(f.peer)), 8);
    /* It stays so, is due at once, and asks for nothing more. */
    ck_assert_int_eq(fixture_plain(&f, WIRE_UNCHOKE), e);
    ck_assert_int_le(peer_deadline_ms(f.peer), f.now_ms);
    ck_assert_int_eq(fixture_tick(&f, 1), e);
    ck_assert_uint_eq(f.n_asked, 0);
    fixture_fini(&f);
}
END_TEST

/* Odd, but no fault. Each with what the host is told. */
static const struct {
    unsigned int flags;
    const char *log;
    const char *bytes;
    size_t n;
} harmless[] = {
    {0, "has(20)", BYTES(BITFIELD)},
    {F, "has(20)", BYTES(BITFIELD)},
    {F, "has(20)", BYTES(HAVE_ALL)},
    {F, "has(0)", BYTES(HAVE_NONE)},
    {F, "has(0) have(0)", BYTES(HAVE_NONE HAVE_0)},
    {F, "has(0) have(0)",
     BYTES(HAVE_0)}, /* BEP 6 wants an opening; others not */
    {0, "has(0) have(0)", BYTES(HAVE_0 HAVE_0)},
    {0, "has(20)", BYTES(BITFIELD HAVE_0)},
    /* A later bitfield, as aria2 sends in place of many HAVEs. */
    {0, "has(20)", BYTES(BITFIELD BITFIELD)},
    {F, "has(20)", BYTES(HAVE_ALL BITFIELD)},
    {0, "has(0) have(0) have(3) have(19)",
     BYTES(HAVE_0 "\0\0\0\4\5\x90\0\x10")},
    {0, "has(20)", BYTES(BITFIELD "\0\0\0\4\5\0\0\0")}, /* none is lost */
    {0, "has(0) unchoke", BYTES(UNCHOKE UNCHOKE)},
    {0, "has(0)", BYTES("\0\0\0\1\0\0\0\0\1\0")}, /* choked from the start */
    {0, "has(0) unchoke choke", BYTES(UNCHOKE "\0\0\0\1\0\0\0\0\1\0")},
    {0, "has(0) interest interest",
     BYTES("\0\0\0\1\2\0\0\0\1\2\0\0\0\1\3\0\0\0\1\3")},
    {0, "", BYTES("\0\0\0\1\x0a\0\0\0\1\xff\0\0\0\0")}, /* unknown ids */
    /* port before; that of none */
    {0, "node(6881) has(20)", BYTES("\0\0\0\3\x9\x1a\xe1" BITFIELD)},
    {0, "", BYTES("\0\0\0\3\x9\0\0")},
    {E, "extended has(20)", BYTES("\0\0\0\4\x14\0de" BITFIELD)},
    {0, "has(20)", BYTES("\0\0\0\4\x14\0de" BITFIELD)}, /* not agreed on */
    {E, "", BYTES("\0\0\0\4\x14\0xx")},
    {E, "", BYTES("\0\0\0\2\x14\0")},
    {E, "", BYTES("\0\0\0\7\x14\0i1e4x")},
    {E, "extended extended", BYTES("\0\0\0\4\x14\0de\0\0\0\4\x14\0de")},
    {F, "has(0)", BYTES(REJECT "\0\0\0\0\0\0\0\0\0\0\x40\0")}, /* never asked */
    {F, "has(0)", BYTES(CANCEL "\0\0\0\0\0\0\0\0\0\0\x40\0")},
    {SEED, "has(0)", BYTES(REQUEST "\0\0\0\0\0\0\0\0\0\0\x40\0")}, /* choked */
    {0, "has(0)", BYTES(REQUEST "\0\0\0\0\0\0\0\0\0\0\x40\0")},
    {SEED | UNCHOKED, "has(0) request(1,1,1)",
     BYTES(REQUEST "\0\0\0\1\0\0\0\1\0\0\0\1")},
};
enum { N_HARMLESS = sizeof harmless / sizeof harmless[0] };

START_TEST(peer_msg_of_an_odd_kind_is_taken)
{
    struct fixture f;
    unsigned int flags = harmless[_i].flags;
    fixture_init(&f, SIZE, PIECE, flags & ~(unsigned int)UNCHOKED);
    if (flags & UNCHOKED)
        peer_set_choked(f.peer, false, f.now_ms);
    ck_assert_int_eq(fixture_rx(&f, harmless[_i].bytes, harmless[_i].n), OK);
    ck_assert_str_eq(fixture_log(&f), harmless[_i].log);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_msg_have_of_the_last_makes_a_seed)
{
    struct fixture f;
    fixture_init(&f, SIZE, PIECE, 0);
    for (uint32_t i = 0; i < 20; i++) {
        ck_assert(!peer_is_seed(f.peer));
        ck_assert_int_eq(fixture_index(&f, WIRE_HAVE, i), OK);
    }
    ck_assert(peer_is_seed(f.peer));
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_msg_lists_of_pieces_are_bounded)
{
    struct fixture f;
    size_t n;
    fixture_init(&f, UINT64_C(200) * 1024, 1024, F);
    ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_NONE), OK);
    for (uint32_t i = 0; i < 200; i++) {
        ck_assert_int_eq(fixture_index(&f, WIRE_SUGGEST, i), OK);
        ck_assert_int_eq(fixture_index(&f, WIRE_SUGGEST, i), OK);
        ck_assert_int_eq(fixture_index(&f, WIRE_ALLOWED_FAST, i), OK);
        ck_assert_int_eq(fixture_index(&f, WIRE_ALLOWED_FAST, i), OK);
    }
    const uint32_t *suggested = peer_suggested(f.peer, &n);
    ck_assert_uint_eq(n, PEER_MAX_SUGGESTED);
    ck_assert_uint_eq(suggested[0], 200 - PEER_MAX_SUGGESTED);
    ck_assert_uint_eq(suggested[n - 1], 199);
    const uint32_t *allowed = peer_allowed_fast(f.peer, &n);
    ck_assert_uint_eq(n, PEER_MAX_ALLOWED_FAST);
    ck_assert_uint_eq(allowed[0], 0);
    ck_assert_uint_eq(allowed[n - 1], PEER_MAX_ALLOWED_FAST - 1);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_msg_upload_only_comes_in_two_ways)
{
    struct fixture f;
    fixture_init(&f, SIZE, PIECE, E);
    static const uint8_t as_message[] = {0, 0, 0, 3, 20, 0, 1};
    uint8_t message[sizeof as_message];
    memcpy(message, as_message, sizeof message);
    message[5] = extended_our_id(EXTENDED_UPLOAD_ONLY);
    ck_assert_int_eq(fixture_rx(&f,
                                BYTES("\0\0\0\x15\x14\0d11:upload_onlyi1ee")),
                     OK);
    ck_assert(fixture_status(&f).is_upload_only);
    message[6] = 0;
    ck_assert_int_eq(fixture_rx(&f, message, sizeof message), OK);
    ck_assert(!fixture_status(&f).is_upload_only);
    message[6] = 1;
    ck_assert_int_eq(fixture_rx(&f, message, sizeof message), OK);
    ck_assert(fixture_status(&f).is_upload_only);
    ck_assert_str_eq(fixture_log(&f), "extended extended extended");
    fixture_fini(&f);
}
END_TEST

static enum err hand_in(struct fixture *f, uint8_t extended_id, size_t len)
{
    uint8_t *message = xzalloc(6 + len);
    bytes_put_be32(message, (uint32_t)(2 + len));
    message[4] = WIRE_EXTENDED;
    message[5] = extended_id;
    if (len > 0)
        message[6 + len - 1] = 9;
    enum err e = fixture_read(f, message, 6 + len, 1000);
    free(message);
    return e;
}

START_TEST(peer_msg_extended_messages_go_to_the_host)
{
    struct fixture f;
    uint8_t pex = extended_our_id(EXTENDED_UT_PEX);
    fixture_init(&f, SIZE, PIECE, E);
    ck_assert_int_eq(hand_in(&f, pex, 0), OK);
    ck_assert_int_eq(hand_in(&f, pex, 5), OK);
    ck_assert_int_eq(hand_in(&f, pex, EXTENDED_MAX_MSG), OK);
    ck_assert_str_eq(fixture_log(&f),
                     "message(1,0,0) message(1,5,9) message(1,17408,9)");
    /* Too long, and of a kind that we did not tell, are skipped. */
    ck_assert_int_eq(hand_in(&f, pex, EXTENDED_MAX_MSG + 1), OK);
    ck_assert_int_eq(hand_in(&f, extended_our_id(EXTENDED_UT_METADATA), 5), OK);
    ck_assert_str_eq(fixture_log(&f), "");
    ck_assert_int_eq(hand_in(&f, pex, 1), OK);
    ck_assert_str_eq(fixture_log(&f), "message(1,1,9)");
    fixture_fini(&f);
}
END_TEST

Suite *peer_msg_suite(void)
{
    Suite *s = suite_create("peer_msg");
    TCase *t = tcase_create("peer_msg");
    tcase_add_loop_test(t, peer_msg_of_a_hostile_kind_ends_the_connection, 0,
                        N_HOSTILE);
    tcase_add_loop_test(t, peer_msg_of_an_odd_kind_is_taken, 0, N_HARMLESS);
    tcase_add_test(t, peer_msg_have_of_the_last_makes_a_seed);
    tcase_add_test(t, peer_msg_lists_of_pieces_are_bounded);
    tcase_add_test(t, peer_msg_upload_only_comes_in_two_ways);
    tcase_add_test(t, peer_msg_extended_messages_go_to_the_host);
    suite_add_tcase(s, t);
    return s;
}
