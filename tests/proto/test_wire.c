/* The codec of messages: golden bytes from BEP 3, 6 and 10, every length bound
 * on both sides, every message cut at every byte. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/wire.h"
#include "util/bitset.h"
#include "util/buf.h"

#include <stdlib.h>
#include <string.h>

/* One message as it is on the wire, and what it must read as. */
static const struct golden {
    const char *bytes;
    size_t len;
    struct wire_msg msg; /* body is compared by body_len */
    size_t body_len;
} GOLDEN[] = {
    {"\0\0\0\1\0", 5, {.id = WIRE_CHOKE}, 0},
    {"\0\0\0\1\1", 5, {.id = WIRE_UNCHOKE}, 0},
    {"\0\0\0\1\2", 5, {.id = WIRE_INTERESTED}, 0},
    {"\0\0\0\1\3", 5, {.id = WIRE_NOT_INTERESTED}, 0},
    {"\0\0\0\5\4\0\0\1\2", 9, {.id = WIRE_HAVE, .piece_idx = 258}, 0},
    {"\0\0\0\3\5\xff\x80", 7, {.id = WIRE_BITFIELD}, 2},
    {"\0\0\0\15\6\0\0\0\7\0\0\x40\0\0\0\x40\0",
     17,
     {.id = WIRE_REQUEST, .piece_idx = 7, .begin = 16384, .len = 16384},
     0},
    {"\0\0\0\14\7\0\0\0\1\0\0\0\2abc",
     16,
     {.id = WIRE_PIECE, .piece_idx = 1, .begin = 2, .len = 3},
     0},
    {"\0\0\0\15\10\xff\xff\xff\xff\0\0\0\0\0\0\0\1",
     17,
     {.id = WIRE_CANCEL, .piece_idx = UINT32_MAX, .begin = 0, .len = 1},
     0},
    {"\0\0\0\3\11\x1a\xe1", 7, {.id = WIRE_PORT, .port = 6881}, 0},
    {"\0\0\0\5\15\0\0\0\11", 9, {.id = WIRE_SUGGEST, .piece_idx = 9}, 0},
    {"\0\0\0\1\16", 5, {.id = WIRE_HAVE_ALL}, 0},
    {"\0\0\0\1\17", 5, {.id = WIRE_HAVE_NONE}, 0},
    {"\0\0\0\15\20\0\0\0\7\0\0\x40\0\0\0\x40\0",
     17,
     {.id = WIRE_REJECT, .piece_idx = 7, .begin = 16384, .len = 16384},
     0},
    {"\0\0\0\5\21\0\0\0\11", 9, {.id = WIRE_ALLOWED_FAST, .piece_idx = 9}, 0},
    {"\0\0\0\4\24\0de", 8, {.id = WIRE_EXTENDED, .extended_id = 0}, 2},
    {"\0\0\0\2\24\3", 6, {.id = WIRE_EXTENDED, .extended_id = 3}, 0},
    {"\0\0\0\2\310x", 6, {.id = 200}, 1},
    {"\0\0\0\0", 4, {.id = WIRE_KEEPALIVE}, 0},
};

enum {
    N_GOLDEN = sizeof GOLDEN / sizeof GOLDEN[0],
    PIECES = 9 /* the bitfield above has two bytes */
};

static void assert_reads(const uint8_t *bytes, size_t n,
                         const struct golden *want)
{
    struct wire_header h;
    struct wire_msg m;

    ck_assert_int_eq(wire_header(bytes, n, PIECES, &h), OK);
    ck_assert_uint_eq(h.id, want->msg.id);
    ck_assert_uint_eq(h.len + h.payload_len, want->len);
    ck_assert_int_eq(wire_decode(&h, bytes + h.len, n - h.len, &m), OK);
    ck_assert_uint_eq(m.id, want->msg.id);
    ck_assert_uint_eq(m.piece_idx, want->msg.piece_idx);
    ck_assert_uint_eq(m.begin, want->msg.begin);
    ck_assert_uint_eq(m.len, want->msg.len);
    ck_assert_uint_eq(m.port, want->msg.port);
    ck_assert_uint_eq(m.extended_id, want->msg.extended_id);
    ck_assert_uint_eq(m.body.len, want->body_len);
    if (m.body.len > 0)
        ck_assert_mem_eq(m.body.p, want->bytes + want->len - want->body_len,
                         want->body_len);
}

START_TEST(wire_decode_golden_reads)
{
    const struct golden *g = &GOLDEN[_i];

    assert_reads((const uint8_t *)g->bytes, g->len, g);
}
END_TEST

/* The bytes lie in memory of exactly that size, for the sanitizer to watch. */
START_TEST(wire_decode_cut_anywhere_waits)
{
    const struct golden *g = &GOLDEN[_i];

    for (size_t n = 0; n < g->len; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        struct wire_header h;
        struct wire_msg m;

        ck_assert_ptr_nonnull(cut);
        memcpy(cut, g->bytes, n);
        if (n < 4 || (n < 5 && g->msg.id != WIRE_KEEPALIVE)) {
            ck_assert_int_eq(wire_header(cut, n, PIECES, &h), ERR_AGAIN);
        } else {
            ck_assert_int_eq(wire_header(cut, n, PIECES, &h), OK);
            if (n - h.len < wire_decode_len(&h))
                ck_assert_int_eq(wire_decode(&h, cut + h.len, n - h.len, &m),
                                 ERR_TRUNCATED);
            else
                ck_assert_int_eq(g->msg.id, WIRE_PIECE);
        }
        free(cut);
    }
}
END_TEST

START_TEST(wire_decode_with_more_behind_reads_its_own)
{
    const struct golden *g = &GOLDEN[_i];
    uint8_t more[64];

    memset(more, 0xee, sizeof more);
    memcpy(more, g->bytes, g->len);
    assert_reads(more, sizeof more, g);
}
END_TEST

START_TEST(wire_put_golden_writes)
{
    const struct golden *g = &GOLDEN[_i];
    const struct wire_msg *m = &g->msg;
    uint8_t out[WIRE_SMALL_MAX];
    size_t n = 0;

    switch (m->id) {
    case WIRE_HAVE:
    case WIRE_SUGGEST:
    case WIRE_ALLOWED_FAST:
        n = wire_put_index(out, (enum wire_id)m->id, m->piece_idx);
        break;
    case WIRE_REQUEST:
    case WIRE_CANCEL:
    case WIRE_REJECT:
        n = wire_put_block(out, (enum wire_id)m->id, m->piece_idx, m->begin,
                           m->len);
        break;
    case WIRE_PIECE:
        n = wire_put_piece_header(out, m->piece_idx, m->begin, m->len);
        ck_assert_uint_eq(n, g->len - m->len);
        break;
    case WIRE_PORT:
        n = wire_put_port(out, m->port);
        break;
    case WIRE_BITFIELD:
    case WIRE_EXTENDED:
    case 200:
        return; /* have tests of their own, or cannot be sent */
    default:
        n = wire_put_plain(out, (enum wire_id)m->id);
        break;
    }
    if (m->id != WIRE_PIECE)
        ck_assert_uint_eq(n, g->len);
    ck_assert_mem_eq(out, g->bytes, n);
}
END_TEST

/* Payload lengths at the edge of what an id may have; n_pieces 2097152 makes
 * the longest bitfield. */
static const struct bound {
    uint16_t id;
    uint32_t n_pieces;
    uint32_t min, max;
} BOUNDS[] = {
    {WIRE_CHOKE, 9, 0, 0},         {WIRE_UNCHOKE, 9, 0, 0},
    {WIRE_INTERESTED, 9, 0, 0},    {WIRE_NOT_INTERESTED, 9, 0, 0},
    {WIRE_HAVE, 9, 4, 4},          {WIRE_BITFIELD, 9, 2, 2},
    {WIRE_BITFIELD, 8, 1, 1},      {WIRE_BITFIELD, 2097152, 262144, 262144},
    {WIRE_BITFIELD, 0, 0, 262144}, {WIRE_REQUEST, 9, 12, 12},
    {WIRE_PIECE, 9, 9, 8 + 16384}, {WIRE_CANCEL, 9, 12, 12},
    {WIRE_PORT, 9, 2, 2},          {WIRE_SUGGEST, 9, 4, 4},
    {WIRE_HAVE_ALL, 9, 0, 0},      {WIRE_HAVE_NONE, 9, 0, 0},
    {WIRE_REJECT, 9, 12, 12},      {WIRE_ALLOWED_FAST, 9, 4, 4},
    {WIRE_EXTENDED, 9, 1, 131071}, {10, 9, 0, 131071},
    {255, 9, 0, 131071},
};

static enum err header_of(uint16_t id, uint32_t payload_len, uint32_t n_pieces)
{
    uint8_t bytes[5];
    struct wire_header h;

    bytes_put_be32(bytes, payload_len + 1);
    bytes[4] = (uint8_t)id;
    return wire_header(bytes, sizeof bytes, n_pieces, &h);
}

START_TEST(wire_header_length_out_of_bounds_refused)
{
    const struct bound *b = &BOUNDS[_i];

    ck_assert_int_eq(header_of(b->id, b->min, b->n_pieces), OK);
    ck_assert_int_eq(header_of(b->id, b->max, b->n_pieces), OK);
    ck_assert_int_eq(header_of(b->id, b->max + 1, b->n_pieces),
                     ERR_PROTO_LENGTH);
    if (b->min > 0)
        ck_assert_int_eq(header_of(b->id, b->min - 1, b->n_pieces),
                         ERR_PROTO_LENGTH);
    ck_assert_int_eq(header_of(b->id, UINT32_MAX - 1, b->n_pieces),
                     ERR_PROTO_LENGTH);
}
END_TEST

START_TEST(wire_header_impossible_length_refused_before_its_id)
{
    struct wire_header h;

    ck_assert_int_eq(wire_header((const uint8_t *)"\0\4\0\2", 4, 9, &h),
                     ERR_PROTO_LENGTH);
    ck_assert_int_eq(wire_header((const uint8_t *)"\0\4\0\1", 4, 9, &h),
                     ERR_AGAIN);
    ck_assert_int_eq(wire_header((const uint8_t *)"\xff\xff\xff\xff", 4, 9, &h),
                     ERR_PROTO_LENGTH);
    /* "HTTP": a peer that is none. */
    ck_assert_int_eq(wire_header((const uint8_t *)"HTTP", 4, 9, &h),
                     ERR_PROTO_LENGTH);
}
END_TEST

START_TEST(wire_decode_short_header_of_no_parse_refused)
{
    struct wire_header h = {.id = WIRE_REQUEST, .len = 5, .payload_len = 3};
    struct wire_msg m;

    ck_assert_int_eq(wire_decode(&h, (const uint8_t *)"abcdefghijklmnop", 16,
                                 &m),
                     ERR_TRUNCATED);
}
END_TEST

START_TEST(wire_append_bitfield_writes_header_and_bits)
{
    struct bitset *set = bitset_new(10);
    struct buf b;

    bitset_set(set, 0);
    bitset_set(set, 9);
    buf_init(&b, 7);
    ck_assert_int_eq(wire_append_bitfield(&b, set), OK);
    ck_assert_uint_eq(b.len, 7);
    ck_assert_mem_eq(buf_bytes(&b), "\0\0\0\3\5\x80\x40", 7);
    ck_assert_int_eq(wire_append_bitfield(&b, set), ERR_TOO_BIG);
    ck_assert_uint_eq(b.len, 7);
    buf_fini(&b);
    bitset_free(set);
}
END_TEST

START_TEST(wire_append_extended_writes_header_and_payload)
{
    static uint8_t big[WIRE_MAX_MSG_LEN];
    struct wire_header h;
    struct buf b;

    buf_init(&b, 1 << 20);
    ck_assert_int_eq(wire_append_extended(&b, 2, "de", 2), OK);
    ck_assert_uint_eq(b.len, 8);
    ck_assert_mem_eq(buf_bytes(&b), "\0\0\0\4\24\2de", 8);
    buf_reset(&b);
    ck_assert_int_eq(wire_append_extended(&b, 2, NULL, 0), OK);
    ck_assert_mem_eq(buf_bytes(&b), "\0\0\0\2\24\2", 6);
    buf_reset(&b);
    ck_assert_int_eq(wire_append_extended(&b, 2, big, sizeof big - 1),
                     ERR_TOO_BIG);
    ck_assert_uint_eq(b.len, 0);
    /* The longest that we write is the longest that we read. */
    ck_assert_int_eq(wire_append_extended(&b, 2, big, sizeof big - 2), OK);
    ck_assert_int_eq(wire_header(buf_bytes(&b), b.len, 9, &h), OK);
    buf_fini(&b);
}
END_TEST

START_TEST(wire_name_known_and_unknown)
{
    ck_assert_str_eq(wire_name(WIRE_NOT_INTERESTED), "not interested");
    ck_assert_str_eq(wire_name(WIRE_KEEPALIVE), "keep-alive");
    ck_assert_str_eq(wire_name(10), "unknown");
    ck_assert_str_eq(wire_name(65535), "unknown");
}
END_TEST

/* BEP 6, "Example Implementation": its two results. */
START_TEST(wire_allowed_fast_bep_vectors)
{
    static const uint32_t want[] = {1059, 431,  808, 1217, 287,
                                    376,  1188, 353, 508};
    struct addr ip = addr_v4((const uint8_t[]){80, 4, 4, 200}, 1);
    uint8_t hash[20];
    uint32_t got[9];

    memset(hash, 0xaa, sizeof hash);
    ck_assert_uint_eq(wire_allowed_fast(&ip, hash, 1313, 7, got), 7);
    ck_assert_mem_eq(got, want, 7 * sizeof *want);
    ck_assert_uint_eq(wire_allowed_fast(&ip, hash, 1313, 9, got), 9);
    ck_assert_mem_eq(got, want, sizeof want);
    /* All of a /24 share one set; the next /24 does not. */
    ip = addr_v4((const uint8_t[]){80, 4, 4, 1}, 9);
    ck_assert_uint_eq(wire_allowed_fast(&ip, hash, 1313, 9, got), 9);
    ck_assert_mem_eq(got, want, sizeof want);
    ip = addr_v4((const uint8_t[]){80, 4, 5, 200}, 1);
    ck_assert_uint_eq(wire_allowed_fast(&ip, hash, 1313, 9, got), 9);
    ck_assert_mem_ne(got, want, sizeof want);
}
END_TEST

START_TEST(wire_allowed_fast_few_pieces_gives_each_once)
{
    struct addr ip = addr_v4((const uint8_t[]){10, 0, 0, 1}, 1);
    uint8_t hash[20] = {1};

    for (uint32_t n_pieces = 0; n_pieces < 40; n_pieces++) {
        uint32_t got[WIRE_ALLOWED_FAST_MAX];
        size_t want = n_pieces < 10 ? n_pieces : 10;

        ck_assert_uint_eq(wire_allowed_fast(&ip, hash, n_pieces, 10, got),
                          want);
        for (size_t i = 0; i < want; i++) {
            ck_assert_uint_lt(got[i], n_pieces);
            for (size_t j = 0; j < i; j++)
                ck_assert_uint_ne(got[i], got[j]);
        }
    }
}
END_TEST

START_TEST(wire_allowed_fast_ipv6_gives_none)
{
    struct addr ip = addr_v6((const uint8_t[16]){0x20, 1}, 1);
    uint8_t hash[20] = {1};
    uint32_t got[5];

    ck_assert_uint_eq(wire_allowed_fast(&ip, hash, 100, 5, got), 0);
}
END_TEST

Suite *wire_suite(void)
{
    Suite *s = suite_create("wire");
    TCase *t = tcase_create("wire");

    tcase_add_loop_test(t, wire_decode_golden_reads, 0, N_GOLDEN);
    tcase_add_loop_test(t, wire_decode_cut_anywhere_waits, 0, N_GOLDEN);
    tcase_add_loop_test(t, wire_decode_with_more_behind_reads_its_own, 0,
                        N_GOLDEN);
    tcase_add_loop_test(t, wire_put_golden_writes, 0, N_GOLDEN);
    tcase_add_loop_test(t, wire_header_length_out_of_bounds_refused, 0,
                        (int)(sizeof BOUNDS / sizeof BOUNDS[0]));
    tcase_add_test(t, wire_header_impossible_length_refused_before_its_id);
    tcase_add_test(t, wire_decode_short_header_of_no_parse_refused);
    tcase_add_test(t, wire_append_bitfield_writes_header_and_bits);
    tcase_add_test(t, wire_append_extended_writes_header_and_payload);
    tcase_add_test(t, wire_name_known_and_unknown);
    tcase_add_test(t, wire_allowed_fast_bep_vectors);
    tcase_add_test(t, wire_allowed_fast_few_pieces_gives_each_once);
    tcase_add_test(t, wire_allowed_fast_ipv6_gives_none);
    suite_add_tcase(s, t);
    return s;
}
