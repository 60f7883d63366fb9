#include "config.h"

#include "tests/swarm/suites.h"

#include "tests/swarm/peer_fixture.h"

#include "swarm/peer_parts.h"

#include <string.h>

/* 20 pieces of 32 KiB: a bitfield of 3 bytes with 4 spare bits. */
enum { PIECE = 32768, SIZE = 20 * PIECE };

enum {
    F = FIXTURE_FAST,
    E = FIXTURE_EXTENDED,
    EARLY = FIXTURE_EARLY,
    SEED = FIXTURE_SEED
};

#define BYTES(text) text, sizeof(text) - 1
#define BITFIELD    "\0\0\0\4\5\xa0\0\x10"
#define HAVE_ALL    "\0\0\0\1\x0e"
#define HAVE_NONE   "\0\0\0\1\x0f"
#define HAVE_4      "\0\0\0\5\4\0\0\0\4"
#define UNCHOKE     "\0\0\0\1\1"
#define ALLOWED     "\0\0\0\5\x11"

/* What it said before anybody knew how many pieces there are, and what of that is known
 * when it is settled. */
static const struct {
    unsigned int flags;
    const char *bytes;
    size_t n;
    const char *early; /* the log before... */
    const char *log;   /* ...and of settling */
} takes[] = {
    {0, BYTES(""), "", ""},
    {0, BYTES(BITFIELD), "", "has(3)"},
    {0, BYTES(BITFIELD HAVE_4), "", "has(4)"},
    {0, BYTES(BITFIELD BITFIELD), "", "has(3)"},
    {0, BYTES(HAVE_4 BITFIELD), "", "has(4)"},
    {0, BYTES(HAVE_4), "", "has(1)"},
    {0, BYTES("\0\0\0\5\4\0\0\0\x13" HAVE_4), "", "has(2)"},
    {F, BYTES(HAVE_ALL), "", "has(20)"},
    {F, BYTES(HAVE_NONE), "", "has(0)"},
    {F, BYTES(HAVE_NONE HAVE_4), "", "has(1)"},
    {0, BYTES(UNCHOKE), "unchoke", "has(0)"},
    {0, BYTES(BITFIELD UNCHOKE), "unchoke", "has(3)"},
    {0, BYTES("\0\0\0\1\2" BITFIELD), "interest", "has(3)"},
    {F, BYTES(HAVE_ALL ALLOWED "\0\0\0\2" ALLOWED "\0\0\1\0"), "", "has(20)"},
    {E, BYTES("\0\0\0\4\x14\0de"), "extended", ""},
    /* It has nothing to ask of us, and we have asked for nothing. */
    {0, BYTES("\0\0\0\x0d\6\0\0\0\1\0\0\0\0\0\0\x40\0"), "", "has(0)"},
    {0, BYTES("\0\0\0\x0d\x8\0\0\0\1\0\0\0\0\0\0\x40\0"), "", "has(0)"},
    {F, BYTES("\0\0\0\x0d\x10\0\0\0\1\0\0\0\0\0\0\x40\0"), "", "has(0)"},
    {F, BYTES("\0\0\0\5\x0d\0\1\0\0"), "", "has(0)"},
};
enum { N_TAKES = sizeof takes / sizeof takes[0] };

START_TEST(peer_early_words_are_understood_later)
{
    for (size_t run = 1; run <= 64; run *= 8) {
        struct fixture f;
        fixture_init(&f, SIZE, PIECE, EARLY | takes[_i].flags);
        ck_assert_int_eq(fixture_read(&f, (const uint8_t *)takes[_i].bytes,
                                      takes[_i].n, run),
                         OK);
        ck_assert_str_eq(fixture_log(&f), takes[_i].early);
        ck_assert(!peer_is_seed(f.peer) && !peer_has_told(f.peer));
        ck_assert_int_eq(fixture_settle(&f, 0), OK);
        ck_assert_str_eq(fixture_log(&f), takes[_i].log);
        fixture_fini(&f);
    }
}
END_TEST

/* Faults at once, and those that show when it is settled. */
static const struct {
    unsigned int flags;
    const char *bytes;
    size_t n;
    bool is_at_once;
} faults[] = {
    {0, BYTES("\0\0\0\5\4\0\x20\0\0"), true}, /* beyond any torrent */
    {0, BYTES("\0\0\0\5\4\xff\xff\xff\xff"), true},
    {0, BYTES(BITFIELD "\0\0\0\5\5\xa0\0\x10\0"), true}, /* two lengths */
    {0, BYTES(HAVE_ALL), true},                          /* not agreed on */
    {F, BYTES(HAVE_ALL HAVE_ALL), true},
    {F, BYTES(HAVE_4 HAVE_NONE), true},
    {0, BYTES("\0\0\0\x0a\7\0\0\0\0\0\0\0\0x"), true}, /* nobody asked */
    {0, BYTES("\0\0\0\5\4\0\0\0\x14"), false},
    {0, BYTES("\0\0\0\5\4\0\0\1\0"), false},
    {0, BYTES("\0\0\0\3\5\xa0\0"), false},
    {0, BYTES("\0\0\0\5\5\xa0\0\0\0"), false},
    {0, BYTES("\0\0\0\4\5\xa0\0\x08"), false}, /* a spare bit */
    {0, BYTES("\0\0\0\1\5"), false},
};
enum { N_FAULTS = sizeof faults / sizeof faults[0] };

START_TEST(peer_early_words_that_cannot_be_end_it)
{
    struct fixture f;
    fixture_init(&f, SIZE, PIECE, EARLY | faults[_i].flags);
    enum err e = fixture_rx(&f, faults[_i].bytes, faults[_i].n);
    ck_assert_int_eq(e != OK, faults[_i].is_at_once);
    ck_assert_int_ne(fixture_settle(&f, 0), OK);
    ck_assert_str_ne(peer_fault(f.peer), "");
    ck_assert_int_ne(fixture_rx(&f, BYTES("\0\0\0\0")), OK);
    fixture_fini(&f);
}
END_TEST

/* The longest there can be, a bit at a time: memory stays within bounds. */
START_TEST(peer_early_bits_are_bounded)
{
    struct fixture f;
    fixture_init(&f, SIZE, PIECE, EARLY);
    for (uint32_t i = 3; i < WIRE_MAX_PIECES; i = i * 2 + 1)
        ck_assert_int_eq(fixture_index(&f, WIRE_HAVE, i), OK);
    ck_assert_int_eq(fixture_index(&f, WIRE_HAVE, WIRE_MAX_PIECES - 1), OK);
    ck_assert_uint_le(f.peer->early->len, WIRE_MAX_PIECES / 8);
    ck_assert_int_ne(fixture_settle(&f, 0), OK);
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_early_says_that_it_has_nothing)
{
    struct fixture f;
    fixture_init(&f, SIZE, PIECE, EARLY | F | SEED);
    ck_assert_str_eq(fixture_sent(&f), "have none");
    peer_announce_have(f.peer, 2);
    ck_assert_str_eq(fixture_sent(&f), "");
    fixture_fini(&f);
    fixture_init(&f, SIZE, PIECE, EARLY);
    ck_assert_str_eq(fixture_sent(&f), "");
    fixture_fini(&f);
}
END_TEST

START_TEST(peer_early_refuses_requests)
{
    struct fixture f;
    fixture_init(&f, SIZE, PIECE, EARLY | F);
    fixture_forget(&f);
    ck_assert_int_eq(fixture_block(&f, WIRE_REQUEST, 3, 0, 16384), OK);
    ck_assert_str_eq(fixture_sent(&f), "reject(3,0,16384)");
    fixture_fini(&f);
}
END_TEST

/* What we found meanwhile, and that we have metadata to give, is told then. */
START_TEST(peer_settle_tells_what_we_have)
{
    struct fixture f;
    struct iovec iov[4];
    struct extended told = {0};
    fixture_init(&f, SIZE, PIECE, EARLY | E | F | FIXTURE_EVEN);
    ck_assert_str_eq(fixture_sent(&f), "have none extended");
    ck_assert_int_eq(fixture_index(&f, WIRE_HAVE, 4), OK);
    ck_assert_int_eq(fixture_settle(&f, 4711), OK);
    ck_assert_int_eq(peer_tx(f.peer, iov, 4), 1);
    /* Nine HAVEs of 9 bytes, not of the one it has, then the handshake. */
    const uint8_t *bytes = (const uint8_t *)iov[0].iov_base + 81;
    ck_assert_uint_eq(bytes[4], WIRE_EXTENDED);
    ck_assert_int_eq(extended_parse(bytes + 6, iov[0].iov_len - 87 - 18, &told),
                     OK);
    ck_assert_uint_eq(told.metadata_size, 4711);
    ck_assert_str_eq(fixture_sent(&f),
                     "have(0) have(2) have(6) have(8) have(10) have(12) "
                     "have(14) have(16) have(18) extended allowed fast(8) "
                     "allowed fast(0)");
    fixture_fini(&f);
}
END_TEST

/* It goes on where it was: unchoked, and in the middle of a message. */
START_TEST(peer_settle_goes_on_with_the_stream)
{
    struct fixture f;
    fixture_init(&f, SIZE, PIECE, EARLY | F);
    ck_assert_int_eq(fixture_plain(&f, WIRE_HAVE_ALL), OK);
    ck_assert_int_eq(fixture_plain(&f, WIRE_UNCHOKE), OK);
    ck_assert_int_eq(fixture_rx(&f, BYTES("\0\0\0\5\4\0\0")), OK);
    ck_assert_uint_eq(f.n_picks, 0);
    ck_assert_int_eq(fixture_settle(&f, 0), OK);
    ck_assert_int_eq(fixture_rx(&f, BYTES("\0\1")), OK);
    fixture_forget(&f);
    peer_set_interested(f.peer, true, f.now_ms);
    ck_assert_uint_gt(f.n_asked, 0);
    ck_assert_int_eq(fixture_piece(&f, 0, 0), OK);
    fixture_check(&f);
    fixture_fini(&f);
}
END_TEST

Suite *peer_early_suite(void)
{
    Suite *s = suite_create("peer_early");
    TCase *t = tcase_create("peer_early");
    tcase_add_loop_test(t, peer_early_words_are_understood_later, 0, N_TAKES);
    tcase_add_loop_test(t, peer_early_words_that_cannot_be_end_it, 0, N_FAULTS);
    tcase_add_test(t, peer_early_bits_are_bounded);
    tcase_add_test(t, peer_early_says_that_it_has_nothing);
    tcase_add_test(t, peer_early_refuses_requests);
    tcase_add_test(t, peer_settle_tells_what_we_have);
    tcase_add_test(t, peer_settle_goes_on_with_the_stream);
    suite_add_tcase(s, t);
    return s;
}
