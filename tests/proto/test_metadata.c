#include "config.h"

#include "tests/proto/suites.h"

#include "proto/metadata.h"

#include <string.h>

#define BYTES(text) (const uint8_t *)text, sizeof(text) - 1

/* Golden messages: those of the BEP. */
static const struct {
    const uint8_t *bytes;
    size_t len;
    struct metadata_msg msg;
    const char *data;
} good[] = {
    {BYTES("d8:msg_typei0e5:piecei0ee"), {METADATA_REQUEST, 0, 0, {0}}, ""},
    {BYTES("d8:msg_typei2e5:piecei7ee"), {METADATA_REJECT, 7, 0, {0}}, ""},
    {BYTES("d8:msg_typei1e5:piecei0e10:total_sizei34256eexxxxxxxx"),
     {METADATA_DATA, 0, 34256, {0}},
     "xxxxxxxx"},
    /* Bytes that look like bencode belong to the data. */
    {BYTES("d8:msg_typei1e5:piecei1e10:total_sizei17eed1:ae"),
     {METADATA_DATA, 1, 17, {0}},
     "d1:ae"},
    {BYTES("d8:msg_typei1e5:piecei1023ee"), {METADATA_DATA, 1023, 0, {0}}, ""},
    /* Unsorted, with more in it; numbers that no size can be. */
    {BYTES("d5:piecei2e8:msg_typei1e1:xli1eee"),
     {METADATA_DATA, 2, 0, {0}},
     ""},
    {BYTES("d8:msg_typei1e5:piecei0e10:total_sizei0eeA"),
     {METADATA_DATA, 0, 0, {0}},
     "A"},
    {BYTES("d8:msg_typei1e5:piecei0e10:total_sizei-1eeA"),
     {METADATA_DATA, 0, 0, {0}},
     "A"},
    {BYTES("d8:msg_typei1e5:piecei0e10:total_sizei2147483648eeA"),
     {METADATA_DATA, 0, 0, {0}},
     "A"},
    {BYTES("d8:msg_typei1e5:piecei0e10:total_sizei4611686018427387904eeA"),
     {METADATA_DATA, 0, 0, {0}},
     "A"},
    {BYTES("d8:msg_typei1e5:piecei0e10:total_sizei16777216eeA"),
     {METADATA_DATA, 0, 16777216, {0}},
     "A"},
    /* Of a later version: to be ignored. */
    {BYTES("d8:msg_typei3ee"), {METADATA_UNKNOWN, 0, 0, {0}}, ""},
    {BYTES("d8:msg_typei-1e5:piecei-9ee"), {METADATA_UNKNOWN, 0, 0, {0}}, ""},
};
enum { N_GOOD = sizeof good / sizeof good[0] };

START_TEST(metadata_parse_reads_a_message)
{
    struct metadata_msg msg;
    ck_assert_int_eq(metadata_parse(good[_i].bytes, good[_i].len, &msg), OK);
    ck_assert_int_eq(msg.kind, good[_i].msg.kind);
    ck_assert_uint_eq(msg.piece_idx, good[_i].msg.piece_idx);
    ck_assert_uint_eq(msg.total_size, good[_i].msg.total_size);
    ck_assert_uint_eq(msg.data.len, strlen(good[_i].data));
    if (msg.data.len > 0)
        ck_assert_mem_eq(msg.data.p, good[_i].data, msg.data.len);
}
END_TEST

static const struct {
    const uint8_t *bytes;
    size_t len;
    enum err err;
} bad[] = {
    {BYTES(""), ERR_TRUNCATED},
    {BYTES("x"), ERR_SYNTAX},
    {BYTES("i1e"), ERR_SYNTAX},
    {BYTES("le"), ERR_SYNTAX},
    {BYTES("de"), ERR_SYNTAX},
    {BYTES("d5:piecei0ee"), ERR_SYNTAX},
    {BYTES("d8:msg_typei0ee"), ERR_SYNTAX},
    {BYTES("d8:msg_typei1e5:piece1:0e"), ERR_SYNTAX},
    {BYTES("d8:msg_type1:0e"), ERR_SYNTAX},
    {BYTES("d8:msg_typei0e5:piecei-1ee"), ERR_PROTO_RANGE},
    {BYTES("d8:msg_typei0e5:piecei1024ee"), ERR_PROTO_RANGE},
    {BYTES("d8:msg_typei1e5:piecei4611686018427387904ee"), ERR_PROTO_RANGE},
    {BYTES("d8:msg_typei0e5:piecei0e"), ERR_TRUNCATED},
    {BYTES("d1:xlllllllllleeeeeeeeeee"), ERR_TOO_BIG},
};
enum { N_BAD = sizeof bad / sizeof bad[0] };

START_TEST(metadata_parse_refuses_what_is_none)
{
    struct metadata_msg msg = {.piece_idx = 99};
    ck_assert_int_eq(metadata_parse(bad[_i].bytes, bad[_i].len, &msg),
                     bad[_i].err);
    ck_assert_uint_eq(msg.piece_idx, 99);
}
END_TEST

START_TEST(metadata_parse_cut_anywhere_is_refused)
{
    static const char whole[] = "d8:msg_typei0e5:piecei0ee";
    struct metadata_msg msg;
    for (size_t n = 0; n < sizeof whole - 1; n++)
        ck_assert_int_eq(metadata_parse((const uint8_t *)whole, n, &msg),
                         ERR_TRUNCATED);
}
END_TEST

/* As much as a piece, and one byte more. */
START_TEST(metadata_append_is_read_back)
{
    static uint8_t data[METADATA_PIECE_LEN + 1];
    struct buf b;
    struct metadata_msg back;
    struct metadata_msg msg = {METADATA_DATA,
                               1023,
                               EXTENDED_MAX_METADATA,
                               {data, METADATA_PIECE_LEN}};
    memset(data, 'e', sizeof data);
    buf_init(&b, EXTENDED_MAX_MSG);
    ck_assert_int_eq(metadata_append(&b, &msg), OK);
    ck_assert_int_eq(metadata_parse(buf_bytes(&b), b.len, &back), OK);
    ck_assert_uint_eq(back.total_size, msg.total_size);
    ck_assert_uint_eq(back.data.len, METADATA_PIECE_LEN);
    ck_assert_mem_eq(back.data.p, data, METADATA_PIECE_LEN);
    ck_assert_int_eq(buf_append(&b, data, 1), OK);
    ck_assert_int_eq(metadata_parse(buf_bytes(&b), b.len, &back), ERR_TOO_BIG);
    buf_fini(&b);
}
END_TEST

START_TEST(metadata_append_beyond_the_room_changes_nothing)
{
    struct buf b;
    uint8_t data[100] = {0};
    struct metadata_msg msg = {METADATA_DATA, 0, 100, {data, sizeof data}};
    buf_init(&b, 100);
    ck_assert_int_eq(buf_append(&b, "ab", 2), OK);
    ck_assert_int_eq(metadata_append(&b, &msg), ERR_TOO_BIG);
    ck_assert_uint_eq(b.len, 2);
    buf_fini(&b);
}
END_TEST

START_TEST(metadata_pieces_add_up_to_the_size)
{
    static const uint32_t sizes[] = {1,     16383, 16384,
                                     16385, 32768, EXTENDED_MAX_METADATA};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint32_t n = metadata_n_pieces(sizes[i]);
        size_t sum = 0;
        for (uint32_t k = 0; k < n; k++) {
            size_t len = metadata_piece_len(sizes[i], k);
            ck_assert(len > 0 && len <= METADATA_PIECE_LEN);
            sum += len;
        }
        ck_assert_uint_eq(sum, sizes[i]);
    }
    ck_assert_uint_eq(metadata_n_pieces(0), 0);
    ck_assert_uint_eq(metadata_n_pieces(EXTENDED_MAX_METADATA),
                      METADATA_MAX_PIECES);
}
END_TEST

Suite *metadata_suite(void)
{
    Suite *s = suite_create("metadata");
    TCase *t = tcase_create("metadata");
    tcase_add_loop_test(t, metadata_parse_reads_a_message, 0, N_GOOD);
    tcase_add_loop_test(t, metadata_parse_refuses_what_is_none, 0, N_BAD);
    tcase_add_test(t, metadata_parse_cut_anywhere_is_refused);
    tcase_add_test(t, metadata_append_is_read_back);
    tcase_add_test(t, metadata_append_beyond_the_room_changes_nothing);
    tcase_add_test(t, metadata_pieces_add_up_to_the_size);
    suite_add_tcase(s, t);
    return s;
}
