/* Datagrams of local service discovery, BEP 14, both ways. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/lsd.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH_A "00112233445566778899aabbccddeeff00112233"
#define HASH_B "ffeeddccbbaa99887766554433221100ffeeddcc"

static const char FULL[] = "BT-SEARCH * HTTP/1.1\r\n"
                           "Host: 239.192.152.143:6771\r\n"
                           "Port: 6881\r\n"
                           "Infohash: " HASH_A "\r\n"
                           "Infohash: " HASH_B "\r\n"
                           "cookie: k1f0\r\n"
                           "\r\n\r\n";

static enum err parse(const char *text, struct lsd *out)
{
    return lsd_parse((const uint8_t *)text, strlen(text), out);
}

START_TEST(parse_full_reads_all)
{
    struct lsd l;
    ck_assert_int_eq(parse(FULL, &l), OK);
    ck_assert_uint_eq(l.port, 6881);
    ck_assert_uint_eq(l.n_hashes, 2);
    ck_assert_uint_eq(l.hashes[0][1], 0x11);
    ck_assert_uint_eq(l.hashes[1][0], 0xff);
    ck_assert_str_eq(l.cookie, "k1f0");
}
END_TEST

/* As other clients write it, or may: other cases, LF alone, spaces, an unknown
 * header, no empty line at the end. */
START_TEST(parse_loose_forms_read)
{
    static const char *const cases[] = {
        "BT-SEARCH * HTTP/1.1\r\nhost: x\r\nport: 6881\r\n"
        "infohash: " HASH_A "\r\n\r\n",
        "BT-SEARCH * HTTP/1.1\nPORT:6881\nINFOHASH:" HASH_A "\n",
        "BT-SEARCH * HTTP/1.1\r\nX-Other: Port: 1\r\nPort: \t6881 \r\n"
        "Infohash: " HASH_A,
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lsd l;
        ck_assert_int_eq(parse(cases[i], &l), OK);
        ck_assert_uint_eq(l.port, 6881);
        ck_assert_uint_eq(l.n_hashes, 1);
        ck_assert_str_eq(l.cookie, "");
    }
}
END_TEST

START_TEST(parse_bad_is_refused)
{
    static const struct {
        const char *text;
        enum err err;
    } cases[] = {
        {"", ERR_SYNTAX},
        {"\r\n", ERR_SYNTAX},
        {"GET / HTTP/1.1\r\nPort: 1\r\nInfohash: " HASH_A "\r\n", ERR_SYNTAX},
        {"BT-SEARCH * HTTP/1.10\r\nPort: 1\r\nInfohash: " HASH_A "\r\n",
         ERR_SYNTAX},
        {"BT-SEARCH * HTTP/1.1\r\n", ERR_INVALID},
        {"BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n\r\n", ERR_INVALID},
        {"BT-SEARCH * HTTP/1.1\r\nInfohash: " HASH_A "\r\n", ERR_INVALID},
        {"BT-SEARCH * HTTP/1.1\r\nPort: 0\r\nInfohash: " HASH_A "\r\n",
         ERR_INVALID},
        {"BT-SEARCH * HTTP/1.1\r\nPort: 65536\r\nInfohash: " HASH_A "\r\n",
         ERR_INVALID},
        {"BT-SEARCH * HTTP/1.1\r\nPort: -1\r\nInfohash: " HASH_A "\r\n",
         ERR_INVALID},
        {"BT-SEARCH * HTTP/1.1\r\nPort: 4294967297\r\nInfohash: " HASH_A "\r\n",
         ERR_INVALID},
        {"BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: " HASH_A "0\r\n",
         ERR_INVALID},
        {"BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: z" HASH_A "\r\n",
         ERR_INVALID},
        /* After the empty line there are no headers any more. */
        {"BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n\r\nInfohash: " HASH_A "\r\n",
         ERR_INVALID},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct lsd l;
        ck_assert_int_eq(parse(cases[i].text, &l), cases[i].err);
    }
}
END_TEST

/* Cut at any byte: either less, or nothing, never beyond the end. */
START_TEST(parse_cut_anywhere_stays_inside)
{
    size_t full_len = strlen(FULL);
    for (size_t n = 0; n < full_len; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        struct lsd l = {.port = 7};
        ck_assert_ptr_nonnull(cut);
        memcpy(cut, FULL, n);
        if (lsd_parse(cut, n, &l) == OK)
            ck_assert(l.n_hashes >= 1 && l.n_hashes <= 2);
        else
            ck_assert_uint_eq(l.port, 7);
        free(cut);
    }
}
END_TEST

START_TEST(parse_bad_cookie_is_none)
{
    struct lsd l;
    char text[256];
    snprintf(text, sizeof text,
             "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: " HASH_A
             "\r\ncookie: %s\r\n",
             "a\033[2Jb");
    ck_assert_int_eq(parse(text, &l), OK);
    ck_assert_str_eq(l.cookie, "");
    snprintf(text, sizeof text,
             "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: " HASH_A
             "\r\ncookie: %s\r\n",
             "01234567890123456789012345678901");
    ck_assert_int_eq(parse(text, &l), OK);
    ck_assert_str_eq(l.cookie, "");
}
END_TEST

START_TEST(parse_more_hashes_than_kept_keeps_the_first)
{
    uint8_t bytes[LSD_MAX_LEN];
    struct lsd l = {.port = 1, .n_hashes = LSD_MAX_HASHES};
    for (size_t i = 0; i < LSD_MAX_HASHES; i++)
        l.hashes[i][0] = (uint8_t)i;
    size_t len = lsd_write(bytes, "x", &l);
    static const char more[] = "Infohash: " HASH_B "\r\n";
    /* In front of the empty line. */
    memcpy(bytes + len - 4, more, sizeof more - 1);
    struct lsd back;
    ck_assert_int_eq(lsd_parse(bytes, len - 4 + sizeof more - 1, &back), OK);
    ck_assert_uint_eq(back.n_hashes, LSD_MAX_HASHES);
    ck_assert_mem_eq(back.hashes, l.hashes, sizeof l.hashes);
}
END_TEST

START_TEST(parse_longer_than_the_limit_refused)
{
    uint8_t bytes[LSD_MAX_LEN + 1];
    struct lsd l;
    memset(bytes, ' ', sizeof bytes);
    memcpy(bytes, FULL, strlen(FULL));
    ck_assert_int_eq(lsd_parse(bytes, sizeof bytes, &l), ERR_TOO_BIG);
    ck_assert_int_eq(lsd_parse(bytes, sizeof bytes - 1, &l), OK);
}
END_TEST

START_TEST(write_makes_the_request_of_the_bep)
{
    uint8_t bytes[LSD_MAX_LEN];
    struct lsd l;
    ck_assert_int_eq(parse(FULL, &l), OK);
    size_t len = lsd_write(bytes, "239.192.152.143:6771", &l);
    ck_assert_uint_eq(len, strlen(FULL));
    ck_assert_mem_eq(bytes, FULL, len);
}
END_TEST

/* The longest of all: every hash, the longest cookie, host and port. */
START_TEST(write_full_fits)
{
    uint8_t bytes[LSD_MAX_LEN];
    struct lsd l = {.port = 65535, .n_hashes = LSD_MAX_HASHES};
    struct lsd back;
    memset(l.cookie, 'c', LSD_COOKIE_MAX - 1);
    size_t len = lsd_write(bytes, "[ff15::efc0:988f]:6771", &l);
    ck_assert_uint_le(len, LSD_MAX_LEN);
    ck_assert_int_eq(lsd_parse(bytes, len, &back), OK);
    ck_assert_uint_eq(back.n_hashes, LSD_MAX_HASHES);
    ck_assert_str_eq(back.cookie, l.cookie);
}
END_TEST

Suite *lsd_suite(void)
{
    Suite *s = suite_create("lsd");
    TCase *tc = tcase_create("lsd");
    tcase_add_test(tc, parse_full_reads_all);
    tcase_add_test(tc, parse_loose_forms_read);
    tcase_add_test(tc, parse_bad_is_refused);
    tcase_add_test(tc, parse_cut_anywhere_stays_inside);
    tcase_add_test(tc, parse_bad_cookie_is_none);
    tcase_add_test(tc, parse_more_hashes_than_kept_keeps_the_first);
    tcase_add_test(tc, parse_longer_than_the_limit_refused);
    tcase_add_test(tc, write_makes_the_request_of_the_bep);
    tcase_add_test(tc, write_full_fits);
    suite_add_tcase(s, tc);
    return s;
}
