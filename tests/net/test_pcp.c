#include "config.h"

#include "tests/net/suites.h"

#include <string.h>

#include "net/pcp.h"
#include "tests/net/turns.h"

/* A response of a server at 198.51.100.7 that maps TCP port 7000. */
static const uint8_t response[PCP_REQUEST_LEN] = {
    2,   0x81, 0,    0,                         /* version, response, result */
    0,   0,    0x0e, 0x10, 0,    1,    0,    2, /* life, epoch */
    0,   0,    0,    0,    0,    0,    0,    0,   0,   0,   0,    0, /* reserved */
    'n', 'o',  'n',  'c',  'e',  ' ',  'o',  'f', ' ', '1', '2',  '.',  6,
    0,   0,    0,    0x1b, 0x58, 0x1b, 0x59, /* TCP, 7000, 7001 */
    0,   0,    0,    0,    0,    0,    0,    0,   0,   0,   0xff, 0xff, 198,
    51,  100,  7};

static struct pcp_map asked(void)
{
    struct pcp_map map = {.protocol = PCP_TCP, .port = 7000, .life_s = 3600};
    memcpy(map.nonce, "nonce of 12.", PCP_NONCE_LEN);
    map.suggested = turns_v4(7000);
    return map;
}

START_TEST(put_map_is_as_the_rfc_has_it)
{
    static const uint8_t want[PCP_REQUEST_LEN] = {
        2,   1,   0,   0,   0,    0,    0x0e, 0x10, 0,   0,   0,   0,
        0,   0,   0,   0,   0,    0,    0xff, 0xff, 10,  0,   0,   9,
        'n', 'o', 'n', 'c', 'e',  ' ',  'o',  'f',  ' ', '1', '2', '.',
        6,   0,   0,   0,   0x1b, 0x58, 0x1b, 0x58, 0,   0,   0,   0,
        0,   0,   0,   0,   0,    0,    0xff, 0xff, 127, 0,   0,   1};
    static const uint8_t own[4] = {10, 0, 0, 9};
    uint8_t got[PCP_REQUEST_LEN];
    struct addr client = addr_v4(own, 5555);
    struct pcp_map map = asked();
    ck_assert_uint_eq(pcp_put_map(got, &client, &map), PCP_REQUEST_LEN);
    ck_assert_mem_eq(got, want, sizeof want);
}
END_TEST

START_TEST(parse_map_reads_what_is_given)
{
    struct pcp_map map = asked();
    struct pcp_reply r;
    char text[ADDR_TEXT_MAX];
    ck_assert_int_eq(pcp_parse_map(response, sizeof response, &map, &r), OK);
    ck_assert_uint_eq(r.result, PCP_SUCCESS);
    ck_assert_uint_eq(r.life_s, 3600);
    ck_assert_str_eq(addr_text(&r.external, text), "198.51.100.7:7001");
}
END_TEST

/* Options behind it are none of ours, and no fault. */
START_TEST(parse_map_passes_options_over)
{
    uint8_t longer[PCP_REQUEST_LEN + 8] = {0};
    struct pcp_map map = asked();
    struct pcp_reply r;
    memcpy(longer, response, sizeof response);
    longer[PCP_REQUEST_LEN] = 129;
    ck_assert_int_eq(pcp_parse_map(longer, sizeof longer, &map, &r), OK);
    ck_assert_int_eq(pcp_parse_map(longer, sizeof longer - 1, &map, &r),
                     ERR_INVALID);
}
END_TEST

START_TEST(parse_map_cut_anywhere_is_no_response)
{
    struct pcp_map map = asked();
    for (size_t n = 0; n < sizeof response; n++) {
        struct pcp_reply r = {.life_s = 77};
        enum err err = pcp_parse_map(response, n, &map, &r);
        ck_assert_msg(err == ERR_TRUNCATED || err == ERR_INVALID,
                      "%zu bytes: %d", n, (int)err);
        ck_assert_uint_eq(r.life_s, 77);
    }
}
END_TEST

START_TEST(parse_map_overlong_is_no_response)
{
    static uint8_t longest[PCP_MAX_LEN + 4];
    struct pcp_map map = asked();
    struct pcp_reply r;
    memcpy(longest, response, sizeof response);
    ck_assert_int_eq(pcp_parse_map(longest, PCP_MAX_LEN, &map, &r), OK);
    ck_assert_int_eq(pcp_parse_map(longest, PCP_MAX_LEN + 4, &map, &r),
                     ERR_TOO_BIG);
}
END_TEST

/* One byte that is not as it must be. */
static const struct {
    size_t at;
    uint8_t byte;
    enum err err;
    const char *what;
} wrong[] = {
    {0, 3, ERR_INVALID, "a version to come"},
    {1, 0x01, ERR_INVALID, "a request"},
    {1, 0x82, ERR_INVALID, "of another opcode"},
    {24, 'N', ERR_INVALID, "first of the nonce"},
    {35, '!', ERR_INVALID, "last of the nonce"},
    {36, 17, ERR_INVALID, "of another protocol"},
    {41, 0x59, ERR_INVALID, "of another port"},
    {3, 1, ERR_UNSUPPORTED, "no version of ours"},
    {0, 0, ERR_UNSUPPORTED, "NAT-PMP"},
};

START_TEST(parse_map_of_something_else_is_refused)
{
    uint8_t bytes[PCP_REQUEST_LEN];
    struct pcp_map map = asked();
    struct pcp_reply r;
    memcpy(bytes, response, sizeof bytes);
    bytes[wrong[_i].at] = wrong[_i].byte;
    enum err err = pcp_parse_map(bytes, sizeof bytes, &map, &r);
    ck_assert_msg(err == wrong[_i].err, "%s: %d", wrong[_i].what, (int)err);
}
END_TEST

/* RFC 6886 section 3.5: 8 bytes, and the result in 2 of them. */
START_TEST(parse_map_knows_natpmp_by_its_short_answer)
{
    static const uint8_t natpmp[] = {0, 0x81, 0, 1, 0, 0, 0, 9};
    struct pcp_map map = asked();
    struct pcp_reply r;
    ck_assert_int_eq(pcp_parse_map(natpmp, sizeof natpmp, &map, &r),
                     ERR_UNSUPPORTED);
    ck_assert_int_eq(pcp_parse_map(natpmp, 7, &map, &r), ERR_TRUNCATED);
}
END_TEST

START_TEST(results_have_words)
{
    uint8_t bytes[PCP_REQUEST_LEN];
    struct pcp_map map = asked();
    struct pcp_reply r;
    memcpy(bytes, response, sizeof bytes);
    bytes[3] = 2;
    ck_assert_int_eq(pcp_parse_map(bytes, sizeof bytes, &map, &r), OK);
    ck_assert_str_eq(pcp_result_words(r.result),
                     "the gateway is set to refuse");
    ck_assert_str_eq(pcp_result_words(13),
                     "the gateway allows fewer hosts beyond it");
    ck_assert_str_eq(pcp_result_words(14), pcp_result_words(255));
}
END_TEST

Suite *pcp_suite(void)
{
    Suite *s = suite_create("pcp");
    TCase *tc = tcase_create("pcp");
    tcase_add_test(tc, put_map_is_as_the_rfc_has_it);
    tcase_add_test(tc, parse_map_reads_what_is_given);
    tcase_add_test(tc, parse_map_passes_options_over);
    tcase_add_test(tc, parse_map_cut_anywhere_is_no_response);
    tcase_add_test(tc, parse_map_overlong_is_no_response);
    tcase_add_loop_test(tc, parse_map_of_something_else_is_refused, 0,
                        sizeof wrong / sizeof *wrong);
    tcase_add_test(tc, parse_map_knows_natpmp_by_its_short_answer);
    tcase_add_test(tc, results_have_words);
    suite_add_tcase(s, tc);
    return s;
}
