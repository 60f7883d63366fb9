/* The extension handshake of BEP 10, both ways. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/extended.h"

#include <stdlib.h>
#include <string.h>

static const char FULL[] =
    "d1:ei1e4:ipv44:\1\2\3\4"
    "4:ipv616:\x20\1\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
    "1:md11:LT_metadatai9e11:lt_donthavei7e11:upload_onlyi3e"
    "11:ut_metadatai2e6:ut_pexi1ee"
    "13:metadata_sizei31235e1:pi6881e4:reqqi250e11:upload_onlyi1e"
    "1:v13:\xc2\xb5Torrent 1.2"
    "6:yourip4:\x0a\0\0\1e";

enum { FULL_LEN = sizeof FULL - 1 };

static enum err parse(const char *text, struct extended *ext)
{
    return extended_parse((const uint8_t *)text, strlen(text), ext);
}

START_TEST(extended_parse_full_reads_all)
{
    struct extended e = {.port = 0};
    struct addr yourip = addr_v4((const uint8_t[]){10, 0, 0, 1}, 0);

    ck_assert_int_eq(extended_parse((const uint8_t *)FULL, FULL_LEN, &e), OK);
    ck_assert_uint_eq(e.ids[EXTENDED_UT_METADATA], 2);
    ck_assert_uint_eq(e.ids[EXTENDED_UT_PEX], 1);
    ck_assert_uint_eq(e.ids[EXTENDED_LT_DONTHAVE], 7);
    ck_assert_uint_eq(e.ids[EXTENDED_UPLOAD_ONLY], 3);
    ck_assert_uint_eq(e.port, 6881);
    ck_assert_uint_eq(e.reqq, 250);
    ck_assert_uint_eq(e.metadata_size, 31235);
    ck_assert(e.upload_only && e.has_upload_only && e.prefers_encryption);
    ck_assert_uint_eq(e.client_len, 13);
    ck_assert_mem_eq(e.client, "\xc2\xb5Torrent 1.2", 13);
    ck_assert(e.has_yourip && addr_eq(&e.yourip, &yourip));
}
END_TEST

START_TEST(extended_parse_cut_anywhere_leaves_all)
{
    struct extended before;

    memset(&before, 0x5a, sizeof before);
    for (size_t n = 0; n < FULL_LEN; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        struct extended e;

        ck_assert_ptr_nonnull(cut);
        memcpy(cut, FULL, n);
        memcpy(&e, &before, sizeof e);
        ck_assert_int_eq(extended_parse(cut, n, &e), ERR_TRUNCATED);
        ck_assert_mem_eq(&e, &before, sizeof e);
        free(cut);
    }
}
END_TEST

START_TEST(extended_parse_more_behind_ignored)
{
    struct extended e = {.port = 0};

    ck_assert_int_eq(parse("d1:pi1eee junk", &e), OK);
    ck_assert_uint_eq(e.port, 1);
}
END_TEST

START_TEST(extended_parse_bad_refused)
{
    static const struct {
        const char *text;
        enum err err;
    } CASES[] = {
        {"le", ERR_SYNTAX},
        {"i1e", ERR_SYNTAX},
        {"4:spam", ERR_SYNTAX},
        {"x", ERR_SYNTAX},
        {"d1:pi01ee", ERR_SYNTAX},
        {"d1:p1000:ae", ERR_TRUNCATED},
        {"d1:mllllllllleeeeeeeeee", ERR_TOO_BIG},
    };

    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct extended e = {.port = 5};

        ck_assert_int_eq(parse(CASES[i].text, &e), CASES[i].err);
        ck_assert_uint_eq(e.port, 5);
    }
}
END_TEST

START_TEST(extended_parse_overlong_refused)
{
    uint8_t *big = calloc(1, EXTENDED_MAX_LEN + 1);
    struct extended e = {.port = 0};

    ck_assert_ptr_nonnull(big);
    memcpy(big, "d1:pi1ee", 8);
    ck_assert_int_eq(extended_parse(big, EXTENDED_MAX_LEN + 1, &e),
                     ERR_TOO_BIG);
    ck_assert_int_eq(extended_parse(big, EXTENDED_MAX_LEN, &e), OK);
    free(big);
}
END_TEST

/* Each value at and beyond its range; what is beyond leaves what was told. */
START_TEST(extended_parse_out_of_range_counts_as_not_told)
{
    static const char *const BAD[] = {
        "d1:pi0ee",
        "d1:pi65536ee",
        "d1:pi-1ee",
        "d1:p4:6881e",
        "d4:reqqi0ee",
        "d4:reqqi-5ee",
        "d4:reqqi9223372036854775807ee",
        "d13:metadata_sizei-1ee",
        "d13:metadata_sizei16777217ee",
        "d1:md6:ut_pexi256eee",
        "d1:md6:ut_pexi-1eee",
        "d1:md6:ut_pex1:1ee",
        "d1:mi1ee",
        "d1:v0:e",
        "d1:vi3ee",
        "d6:yourip3:abce",
        "d6:yourip5:abcdee",
        "d4:ipv416:abcdefghijklmnope",
        "d4:ipv64:abcde",
        "d11:upload_only1:1e",
    };

    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        struct extended e = {.port = 1, .reqq = 2, .metadata_size = 3};
        struct extended before;

        e.ids[EXTENDED_UT_PEX] = 4;
        memcpy(&before, &e, sizeof before);
        ck_assert_int_eq(parse(BAD[i], &e), OK);
        ck_assert_msg(memcmp(&e, &before, sizeof e) == 0, "%s", BAD[i]);
    }
}
END_TEST

START_TEST(extended_parse_at_range_taken)
{
    struct extended e = {.port = 0};

    ck_assert_int_eq(parse("d1:md6:ut_pexi255ee13:metadata_sizei16777216e"
                           "1:pi65535ee",
                           &e),
                     OK);
    ck_assert_uint_eq(e.ids[EXTENDED_UT_PEX], 255);
    ck_assert_uint_eq(e.metadata_size, 16777216);
    ck_assert_uint_eq(e.port, 65535);
    /* BEP 9: a peer without metadata says 0. */
    ck_assert_int_eq(parse("d13:metadata_sizei0ee", &e), OK);
    ck_assert_uint_eq(e.metadata_size, 0);
}
END_TEST

/* BEP 10: m is additive, 0 disables one entry and leaves the others. */
START_TEST(extended_parse_again_is_additive)
{
    struct extended e = {.port = 0};

    ck_assert_int_eq(parse("d1:md11:ut_metadatai2e6:ut_pexi1ee1:pi7ee", &e),
                     OK);
    ck_assert_int_eq(parse("d1:md11:lt_donthavei5e6:ut_pexi0eee", &e), OK);
    ck_assert_uint_eq(e.ids[EXTENDED_UT_METADATA], 2);
    ck_assert_uint_eq(e.ids[EXTENDED_UT_PEX], 0);
    ck_assert_uint_eq(e.ids[EXTENDED_LT_DONTHAVE], 5);
    ck_assert_uint_eq(e.port, 7);
    ck_assert_int_eq(parse("d11:upload_onlyi1ee", &e), OK);
    ck_assert(e.upload_only);
    ck_assert_int_eq(parse("d11:upload_onlyi0ee", &e), OK);
    ck_assert(!e.upload_only && e.has_upload_only);
}
END_TEST

START_TEST(extended_parse_long_client_is_cut)
{
    struct extended e = {.port = 0};
    char text[300];

    memset(text, 'x', sizeof text);
    memcpy(text, "d1:v255:", 8);
    text[8 + 255] = 'e';
    text[8 + 256] = '\0';
    ck_assert_int_eq(parse(text, &e), OK);
    ck_assert_uint_eq(e.client_len, EXTENDED_MAX_CLIENT);
}
END_TEST

START_TEST(extended_append_golden)
{
    static const char WANT[] =
        "d1:ei1e1:md11:lt_donthavei3e11:ut_metadatai1e6:ut_pexi0ee"
        "13:metadata_sizei5e1:pi6881e4:reqqi512e11:upload_onlyi0e"
        "1:v7:tessera6:yourip4:\x7f\0\0\1e";
    struct addr yourip = addr_v4((const uint8_t[]){127, 0, 0, 1}, 4000);
    struct extended_offer offer = {.client = "tessera",
                                   .port = 6881,
                                   .reqq = 512,
                                   .metadata_size = 5,
                                   .yourip = &yourip,
                                   .prefers_encryption = true,
                                   .tell_upload_only = true};
    struct buf b;

    offer.kinds[EXTENDED_UT_METADATA] = true;
    offer.kinds[EXTENDED_LT_DONTHAVE] = true;
    offer.drop[EXTENDED_UT_PEX] = true;
    buf_init(&b, 4096);
    ck_assert_int_eq(extended_append(&b, &offer), OK);
    ck_assert_uint_eq(b.len, sizeof WANT - 1);
    ck_assert_mem_eq(buf_bytes(&b), WANT, sizeof WANT - 1);
    buf_fini(&b);
}
END_TEST

START_TEST(extended_append_empty_is_a_dictionary)
{
    struct extended_offer offer = {.port = 0};
    struct buf b;

    buf_init(&b, 4096);
    ck_assert_int_eq(extended_append(&b, &offer), OK);
    ck_assert_uint_eq(b.len, 7);
    ck_assert_mem_eq(buf_bytes(&b), "d1:mdee", 7);
    buf_fini(&b);
}
END_TEST

/* What we write we can read, and each of our ids names its kind. */
START_TEST(extended_append_reads_back)
{
    struct addr yourip;
    struct extended_offer offer = {.client = "x", .port = 9, .reqq = 8};
    struct extended e = {.port = 0};
    struct buf b;

    ck_assert_int_eq(addr_parse("[2001:db8::7]:1", 0, &yourip), OK);
    offer.yourip = &yourip;
    for (int i = 0; i < EXTENDED_N; i++)
        offer.kinds[i] = true;
    buf_init(&b, 4096);
    ck_assert_int_eq(extended_append(&b, &offer), OK);
    ck_assert_int_eq(extended_parse(buf_bytes(&b), b.len, &e), OK);
    for (int i = 0; i < EXTENDED_N; i++) {
        ck_assert_uint_eq(e.ids[i], extended_our_id((enum extended_kind)i));
        ck_assert_int_eq((int)extended_kind_of(e.ids[i]), i);
    }
    ck_assert(e.has_yourip && addr_same_ip(&e.yourip, &yourip));
    ck_assert(!e.has_upload_only);
    ck_assert_int_eq((int)extended_kind_of(0), EXTENDED_N);
    ck_assert_int_eq((int)extended_kind_of(255), EXTENDED_N);
    ck_assert_int_eq((int)extended_kind_of(EXTENDED_FIRST_ID + EXTENDED_N),
                     EXTENDED_N);
    buf_fini(&b);
}
END_TEST

START_TEST(extended_append_no_room_leaves_buffer)
{
    struct extended_offer offer = {.client = "tessera", .port = 6881};

    for (size_t max = 3; max < 20; max++) {
        struct buf b;

        buf_init(&b, max);
        ck_assert_int_eq(buf_append(&b, "abc", 3), OK);
        ck_assert_int_eq(extended_append(&b, &offer), ERR_TOO_BIG);
        ck_assert_uint_eq(b.len, 3);
        ck_assert_mem_eq(buf_bytes(&b), "abc", 3);
        buf_fini(&b);
    }
}
END_TEST

Suite *extended_suite(void)
{
    Suite *s = suite_create("extended");
    TCase *t = tcase_create("extended");

    tcase_add_test(t, extended_parse_full_reads_all);
    tcase_add_test(t, extended_parse_cut_anywhere_leaves_all);
    tcase_add_test(t, extended_parse_more_behind_ignored);
    tcase_add_test(t, extended_parse_bad_refused);
    tcase_add_test(t, extended_parse_overlong_refused);
    tcase_add_test(t, extended_parse_out_of_range_counts_as_not_told);
    tcase_add_test(t, extended_parse_at_range_taken);
    tcase_add_test(t, extended_parse_again_is_additive);
    tcase_add_test(t, extended_parse_long_client_is_cut);
    tcase_add_test(t, extended_append_golden);
    tcase_add_test(t, extended_append_empty_is_a_dictionary);
    tcase_add_test(t, extended_append_reads_back);
    tcase_add_test(t, extended_append_no_room_leaves_buffer);
    suite_add_tcase(s, t);
    return s;
}
