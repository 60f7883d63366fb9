/* Messages of peer exchange, BEP 11, both ways. */
#include "config.h"

#include "tests/proto/suites.h"

#include "proto/pex.h"

#include <stdlib.h>
#include <string.h>

static const char FULL[] = "d5:added12:\x50\0\0\1\x1a\xe1\x50\0\0\2\x1a\xe2"
                           "7:added.f2:\x12\0"
                           "6:added618:\x20\1\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\5"
                           "8:added6.f1:\1"
                           "7:dropped6:\x50\0\0\3\x1a\xe3"
                           "8:dropped60:e";

enum { FULL_LEN = sizeof FULL - 1, MANY = 60 };

static struct addr at(const char *text)
{
    struct addr a;
    ck_assert_int_eq(addr_parse(text, 0, &a), OK);
    return a;
}

static void expect_addr(const struct addr *a, const char *text)
{
    char got[ADDR_TEXT_MAX];
    ck_assert_str_eq(addr_text(a, got), text);
}

static enum err parse(const char *text, struct pex *out)
{
    return pex_parse((const uint8_t *)text, strlen(text), out);
}

START_TEST(parse_full_reads_all)
{
    struct pex p;
    ck_assert_int_eq(pex_parse((const uint8_t *)FULL, FULL_LEN, &p), OK);
    ck_assert_uint_eq(p.n_added, 3);
    expect_addr(&p.added[0].addr, "80.0.0.1:6881");
    expect_addr(&p.added[1].addr, "80.0.0.2:6882");
    expect_addr(&p.added[2].addr, "[2001::1]:5");
    ck_assert_uint_eq(p.added[0].flags, PEX_SEED | PEX_OUTGOING);
    ck_assert_uint_eq(p.added[1].flags, 0);
    ck_assert_uint_eq(p.added[2].flags, PEX_PREFERS_ENCRYPTION);
    ck_assert_uint_eq(p.n_dropped, 1);
    expect_addr(&p.dropped[0], "80.0.0.3:6883");
}
END_TEST

START_TEST(parse_cut_anywhere_is_truncated)
{
    struct pex p, before;
    memset(&before, 0x5a, sizeof before);
    for (size_t n = 0; n < FULL_LEN; n++) {
        uint8_t *cut = malloc(n > 0 ? n : 1);
        ck_assert_ptr_nonnull(cut);
        memcpy(cut, FULL, n);
        memcpy(&p, &before, sizeof p);
        ck_assert_int_eq(pex_parse(cut, n, &p), ERR_TRUNCATED);
        ck_assert_mem_eq(&p, &before, sizeof p);
        free(cut);
    }
}
END_TEST

START_TEST(parse_bad_is_refused)
{
    static const struct {
        const char *text;
        enum err err;
    } cases[] = {
        {"le", ERR_SYNTAX},
        {"4:spam", ERR_SYNTAX},
        {"x", ERR_SYNTAX},
        {"de", ERR_INVALID},
        {"d5:addedlee", ERR_INVALID},
        {"d5:added5:abcdee", ERR_INVALID},
        {"d6:added66:abcdefe", ERR_INVALID},
        {"d7:dropped7:abcdefge", ERR_INVALID},
        {"d8:dropped617:abcdefghijklmnopqe", ERR_INVALID},
        {"d5:added1000:ae", ERR_TRUNCATED},
        {"d1:alllllleeeeee5:added0:e", ERR_TOO_BIG},
    };
    struct pex p;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_int_eq(parse(cases[i].text, &p), cases[i].err);
}
END_TEST

START_TEST(parse_empty_lists_are_a_message)
{
    struct pex p;
    ck_assert_int_eq(parse("d5:added0:e", &p), OK);
    ck_assert_uint_eq(p.n_added + p.n_dropped, 0);
    ck_assert_int_eq(parse("d7:dropped0:e", &p), OK);
    ck_assert_uint_eq(p.n_added + p.n_dropped, 0);
}
END_TEST

START_TEST(parse_flags_of_another_number_are_none)
{
    struct pex p;
    ck_assert_int_eq(parse("d5:added6:Paaabc7:added.f2:\2\2e", &p), OK);
    ck_assert_uint_eq(p.n_added, 1);
    ck_assert_uint_eq(p.added[0].flags, 0);
}
END_TEST

/* Port 0, 0/8, multicast and link-local: nobody's, and they take no room. */
START_TEST(parse_undialable_left_out_with_its_flags)
{
    static const char text[] = "d5:added24:\x50\0\0\1\0\0\0\0\0\1\0\1"
                               "\xe0\0\0\1\0\1\x50\0\0\2\0\2"
                               "7:added.f4:\1\2\4\x10"
                               "6:added618:\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
                               "\0\1e";
    struct pex p;
    ck_assert_int_eq(pex_parse((const uint8_t *)text, sizeof text - 1, &p), OK);
    ck_assert_uint_eq(p.n_added, 1);
    expect_addr(&p.added[0].addr, "80.0.0.2:2");
    ck_assert_uint_eq(p.added[0].flags, PEX_OUTGOING);
}
END_TEST

/* n addresses of a family, the i-th ending in i. */
static void put_many(struct buf *b, const char *key, size_t stride, size_t n)
{
    ck_assert_int_eq(buf_printf(b, "%zu:%s%zu:", strlen(key), key, n * stride),
                     OK);
    for (size_t i = 0; i < n; i++) {
        uint8_t one[18] = {0x20, 1};
        one[stride - 3] = (uint8_t)(i + 1);
        one[stride - 1] = 9;
        ck_assert_int_eq(buf_append(b, one, stride), OK);
    }
}

/* 60 of one family fill the list; 60 of both have half of it each. */
START_TEST(parse_many_keeps_the_first_of_each_family)
{
    static const struct {
        size_t n_v4, n_v6, expected_v4, expected_v6;
    } cases[] = {
        {MANY, 0, 50, 0},   {0, MANY, 0, 50},   {MANY, MANY, 25, 25},
        {MANY, 10, 40, 10}, {10, MANY, 10, 40},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf b;
        struct pex p;
        size_t n_v4 = 0;
        buf_init(&b, PEX_MAX_LEN);
        ck_assert_int_eq(buf_append(&b, "d", 1), OK);
        put_many(&b, "added", 6, cases[i].n_v4);
        put_many(&b, "added6", 18, cases[i].n_v6);
        put_many(&b, "dropped", 6, MANY);
        ck_assert_int_eq(buf_append(&b, "e", 1), OK);
        ck_assert_int_eq(pex_parse(buf_bytes(&b), b.len, &p), OK);
        for (size_t k = 0; k < p.n_added; k++)
            n_v4 += addr_is_v4(&p.added[k].addr);
        ck_assert_uint_eq(n_v4, cases[i].expected_v4);
        ck_assert_uint_eq(p.n_added - n_v4, cases[i].expected_v6);
        ck_assert_uint_eq(p.n_dropped, PEX_MAX_PEERS);
        buf_fini(&b);
    }
}
END_TEST

START_TEST(parse_longer_than_the_limit_refused)
{
    uint8_t *big = calloc(1, PEX_MAX_LEN + 1);
    struct pex p;
    ck_assert_ptr_nonnull(big);
    memcpy(big, "d5:added0:e", 11);
    ck_assert_int_eq(pex_parse(big, PEX_MAX_LEN + 1, &p), ERR_TOO_BIG);
    ck_assert_int_eq(pex_parse(big, PEX_MAX_LEN, &p), OK);
    free(big);
}
END_TEST

START_TEST(append_makes_what_parse_reads)
{
    struct pex p = {.n_added = 3, .n_dropped = 1};
    struct buf b;
    p.added[0] =
        (struct pex_peer){at("80.0.0.1:6881"), PEX_SEED | PEX_OUTGOING};
    p.added[1] = (struct pex_peer){at("[2001::1]:5"), PEX_PREFERS_ENCRYPTION};
    p.added[2] = (struct pex_peer){at("80.0.0.2:6882"), 0};
    p.dropped[0] = at("80.0.0.3:6883");
    buf_init(&b, PEX_MAX_LEN);
    ck_assert_int_eq(pex_append(&b, &p), OK);
    /* All but the empty list that a message may have. */
    ck_assert_uint_eq(b.len, FULL_LEN - 12);
    ck_assert_mem_eq(buf_bytes(&b), FULL, b.len - 1);
    buf_fini(&b);
}
END_TEST

START_TEST(append_nothing_is_no_message)
{
    struct pex p = {.n_added = 0};
    struct buf b;
    buf_init(&b, PEX_MAX_LEN);
    ck_assert_int_eq(pex_append(&b, &p), ERR_INVALID);
    ck_assert_uint_eq(b.len, 0);
    buf_fini(&b);
}
END_TEST

/* The largest that we can make is one that we would read, and one byte less of
 * room leaves the buffer as it was. */
START_TEST(append_full_fits_and_no_more)
{
    struct pex p = {.n_added = PEX_MAX_PEERS, .n_dropped = PEX_MAX_PEERS};
    struct pex back;
    struct buf b;
    for (size_t i = 0; i < PEX_MAX_PEERS; i++) {
        struct addr a = at("[2001::1]:5");
        a.ip[14] = (uint8_t)i;
        p.added[i] = (struct pex_peer){a, 0};
        a.ip[13] = 1;
        p.dropped[i] = a;
    }
    buf_init(&b, PEX_MAX_LEN);
    ck_assert_int_eq(pex_append(&b, &p), OK);
    ck_assert_int_eq(pex_parse(buf_bytes(&b), b.len, &back), OK);
    ck_assert_uint_eq(back.n_added, PEX_MAX_PEERS);
    ck_assert_uint_eq(back.n_dropped, PEX_MAX_PEERS);
    for (size_t i = 0; i < PEX_MAX_PEERS; i++) {
        ck_assert(addr_eq(&back.added[i].addr, &p.added[i].addr));
        ck_assert(addr_eq(&back.dropped[i], &p.dropped[i]));
    }
    size_t len = b.len;
    buf_fini(&b);
    buf_init(&b, len - 1);
    ck_assert_int_eq(pex_append(&b, &p), ERR_TOO_BIG);
    ck_assert_uint_eq(b.len, 0);
    buf_fini(&b);
}
END_TEST

Suite *pex_suite(void)
{
    Suite *s = suite_create("pex");
    TCase *tc = tcase_create("pex");
    tcase_add_test(tc, parse_full_reads_all);
    tcase_add_test(tc, parse_cut_anywhere_is_truncated);
    tcase_add_test(tc, parse_bad_is_refused);
    tcase_add_test(tc, parse_empty_lists_are_a_message);
    tcase_add_test(tc, parse_flags_of_another_number_are_none);
    tcase_add_test(tc, parse_undialable_left_out_with_its_flags);
    tcase_add_test(tc, parse_many_keeps_the_first_of_each_family);
    tcase_add_test(tc, parse_longer_than_the_limit_refused);
    tcase_add_test(tc, append_makes_what_parse_reads);
    tcase_add_test(tc, append_nothing_is_no_message);
    tcase_add_test(tc, append_full_fits_and_no_more);
    suite_add_tcase(s, tc);
    return s;
}
