#include "config.h"

#include "disk/sealed.h"

#include "tests/disk/suites.h"

#include <string.h>

#include "util/hash.h"

static const struct bencode_limits limits = {.max_depth = 2, .max_tokens = 16};

static void seal(struct buf *out, const char *text)
{
    buf_init(out, 4096);
    ck_assert_int_eq(buf_append(out, "before", 6), OK);
    ck_assert_int_eq(buf_append(out, text, strlen(text)), OK);
    ck_assert_int_eq(sealed_close(out, 6), OK);
}

START_TEST(what_was_closed_opens)
{
    struct buf b;
    struct bencode dict;
    seal(&b, "d1:ai5ee");
    ck_assert_int_eq(sealed_open(buf_bytes(&b) + 6, b.len - 6, &limits, "x",
                                 &dict, NULL),
                     OK);
    ck_assert_int_eq(dict.type, BENCODE_DICT);
    ck_assert_uint_eq(dict.raw.len, 8);
    buf_fini(&b);
}
END_TEST

/* Each byte changed, and each length but the right one. */
START_TEST(what_was_damaged_or_cut_does_not)
{
    struct buf b;
    struct bencode dict;
    struct cause cause = {""};
    seal(&b, "d1:ai5ee");
    uint8_t bytes[64];
    size_t len = b.len - 6;
    memcpy(bytes, buf_bytes(&b) + 6, len);
    buf_fini(&b);
    for (size_t i = 0; i < len; i++) {
        bytes[i] ^= 1;
        ck_assert_int_eq(sealed_open(bytes, len, &limits, "x", &dict, &cause),
                         ERR_HASH);
        bytes[i] ^= 1;
    }
    for (size_t i = 0; i < len; i++)
        ck_assert_int_eq(sealed_open(bytes, i, &limits, "x", &dict, &cause),
                         i <= SHA256_LEN ? ERR_SYNTAX : ERR_HASH);
    ck_assert_str_eq(cause.text, "x: checksum is wrong: cut or damaged");
}
END_TEST

START_TEST(what_is_no_dictionary_is_refused)
{
    static const char *const wrong[] = {"i5e", "d1:ai5ee1:b", "hello",
                                        "d1:ad1:ad1:ai5eeee"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct buf b;
        struct bencode dict;
        seal(&b, wrong[i]);
        ck_assert_int_eq(sealed_open(buf_bytes(&b) + 6, b.len - 6, &limits, "x",
                                     &dict, NULL),
                         ERR_SYNTAX);
        buf_fini(&b);
    }
}
END_TEST

START_TEST(put_uint_is_never_negative)
{
    struct buf b;
    struct bencode_writer w;
    buf_init(&b, 4096);
    bencode_writer_init(&w, &b);
    bencode_begin_dict(&w);
    sealed_put_uint(&w, "a", 7);
    sealed_put_uint(&w, "b", INT64_MAX);
    sealed_put_uint(&w, "c", (uint64_t)INT64_MAX + 1);
    bencode_end(&w);
    ck_assert_int_eq(bencode_writer_finish(&w), OK);
    static const char want[] = "d1:ai7e1:bi9223372036854775807e"
                               "1:ci9223372036854775807ee";
    ck_assert_uint_eq(b.len, strlen(want));
    ck_assert_mem_eq(buf_bytes(&b), want, b.len);
    buf_fini(&b);
}
END_TEST

Suite *sealed_suite(void)
{
    Suite *s = suite_create("sealed");
    TCase *tc = tcase_create("sealed");
    tcase_add_test(tc, what_was_closed_opens);
    tcase_add_test(tc, what_was_damaged_or_cut_does_not);
    tcase_add_test(tc, what_is_no_dictionary_is_refused);
    tcase_add_test(tc, put_uint_is_never_negative);
    suite_add_tcase(s, tc);
    return s;
}
