#include "config.h"

#include "tests/util/suites.h"

#include <string.h>

#include "util/bytes.h"

static const uint8_t fifteen[] = {0x80, 0xff, 0xfe, 0x01, 0x02,
                                  0x03, 0x04, 0xf1, 0xf2, 0xf3,
                                  0xf4, 0xf5, 0xf6, 0xf7, 0xf8};

START_TEST(reader_gives_big_endian_values)
{
    struct bytes_reader r = bytes_reader(fifteen, sizeof fifteen);
    ck_assert_uint_eq(bytes_left(&r), 15);
    ck_assert_uint_eq(bytes_read_u8(&r), 0x80);
    ck_assert_uint_eq(bytes_read_be16(&r), 0xfffe);
    ck_assert_uint_eq(bytes_read_be32(&r), 0x01020304);
    ck_assert_uint_eq(bytes_read_be64(&r), UINT64_C(0xf1f2f3f4f5f6f7f8));
    ck_assert_uint_eq(bytes_left(&r), 0);
    ck_assert(!r.bad);
}
END_TEST

/* Cut at each length: what lies before the cut is read, all after it is 0. */
START_TEST(reader_past_end_is_bad_and_stays_so)
{
    size_t len = (size_t)_i;
    struct bytes_reader r = bytes_reader(fifteen, len);
    ck_assert_uint_eq(bytes_read_u8(&r), len >= 1 ? 0x80 : 0);
    ck_assert_uint_eq(bytes_read_be16(&r), len >= 3 ? 0xfffe : 0);
    ck_assert_uint_eq(bytes_read_be32(&r), len >= 7 ? 0x01020304 : 0);
    ck_assert_uint_eq(bytes_read_be64(&r), 0);
    ck_assert(r.bad);
    ck_assert_uint_eq(bytes_left(&r), 0);
    ck_assert_uint_eq(bytes_read_u8(&r), 0);
    ck_assert_ptr_null(bytes_read(&r, 0));
    ck_assert(r.bad);
}
END_TEST

START_TEST(reader_lends_runs)
{
    struct bytes_reader r = bytes_reader(fifteen, sizeof fifteen);
    ck_assert_ptr_eq(bytes_read(&r, 4), fifteen);
    ck_assert_ptr_eq(bytes_read(&r, 0), fifteen + 4);
    ck_assert_ptr_eq(bytes_read(&r, 11), fifteen + 4);
    ck_assert(!r.bad);
    r = bytes_reader(fifteen, sizeof fifteen);
    ck_assert_ptr_null(bytes_read(&r, 16));
    r = bytes_reader(fifteen, sizeof fifteen);
    ck_assert_ptr_null(bytes_read(&r, SIZE_MAX));
    ck_assert(r.bad);
}
END_TEST

START_TEST(reader_of_nothing_is_empty)
{
    struct bytes_reader r = bytes_reader(NULL, 0);
    ck_assert_uint_eq(bytes_left(&r), 0);
    ck_assert(!r.bad);
    ck_assert_uint_eq(bytes_read_be32(&r), 0);
    ck_assert(r.bad);
}
END_TEST

static void write_fifteen(struct bytes_writer *w)
{
    bytes_write_u8(w, 0x80);
    bytes_write_be16(w, 0xfffe);
    bytes_write_be32(w, 0x01020304);
    bytes_write_be64(w, UINT64_C(0xf1f2f3f4f5f6f7f8));
}

START_TEST(writer_writes_what_reader_reads)
{
    uint8_t bytes[sizeof fifteen + 3];
    struct bytes_writer w = bytes_writer(bytes, sizeof bytes);
    write_fifteen(&w);
    bytes_write(&w, "xyz", 3);
    bytes_write(&w, NULL, 0);
    ck_assert(!w.bad);
    ck_assert_uint_eq(bytes_written(&w), sizeof bytes);
    ck_assert_mem_eq(bytes, fifteen, sizeof fifteen);
    ck_assert_mem_eq(bytes + sizeof fifteen, "xyz", 3);
}
END_TEST

START_TEST(writer_past_end_writes_no_byte_there)
{
    size_t cap = (size_t)_i;
    uint8_t bytes[sizeof fifteen + 1];
    memset(bytes, 0xa5, sizeof bytes);
    struct bytes_writer w = bytes_writer(bytes, cap);
    write_fifteen(&w);
    ck_assert(w.bad);
    size_t n = bytes_written(&w);
    ck_assert_uint_eq(n, cap >= 7 ? 7 : cap >= 3 ? 3 : cap >= 1 ? 1 : 0);
    ck_assert_mem_eq(bytes, fifteen, n);
    for (size_t i = n; i < sizeof bytes; i++)
        ck_assert_uint_eq(bytes[i], 0xa5);
    bytes_write(&w, "x", 1);
    ck_assert_uint_eq(bytes_written(&w), n);
}
END_TEST

START_TEST(span_compares_length_and_bytes)
{
    struct span empty = {NULL, 0};
    ck_assert(span_eq(empty, span_of("")));
    ck_assert(span_is(empty, ""));
    ck_assert(span_is(span_of("info"), "info"));
    ck_assert(!span_is(span_of("info"), "inf"));
    ck_assert(!span_is(span_of("inf"), "info"));
    ck_assert(!span_is(span_of("Info"), "info"));
    struct span with_nul = {(const uint8_t *)"info\0x", 6};
    ck_assert(!span_is(with_nul, "info"));
}
END_TEST

Suite *bytes_suite(void)
{
    Suite *s = suite_create("bytes");
    TCase *tc = tcase_create("bytes");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, reader_gives_big_endian_values);
    tcase_add_loop_test(tc, reader_past_end_is_bad_and_stays_so, 0,
                        sizeof fifteen);
    tcase_add_test(tc, reader_lends_runs);
    tcase_add_test(tc, reader_of_nothing_is_empty);
    tcase_add_test(tc, writer_writes_what_reader_reads);
    tcase_add_loop_test(tc, writer_past_end_writes_no_byte_there, 0,
                        sizeof fifteen);
    tcase_add_test(tc, span_compares_length_and_bytes);
    return s;
}
