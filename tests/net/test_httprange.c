#include "config.h"

#include "net/httprange.h"

#include "tests/net/suites.h"

#include <string.h>

struct line_case {
    const char *line;
    bool has_range;
    uint64_t first, last;
    bool has_size;
    uint64_t size;
};

static const struct line_case lines[] = {
    {"Content-Range: bytes 0-99/1234\r\n", true, 0, 99, true, 1234},
    {"content-range:bytes 5-5/*\r\n", true, 5, 5, false, 0},
    {"CONTENT-RANGE:  Bytes  7-8/9", true, 7, 8, true, 9},
    {"Content-Range: bytes 0-18446744073709551614/18446744073709551615", true,
     0, UINT64_MAX - 1, true, UINT64_MAX},
    {"Content-Range: bytes 0-18446744073709551616/*", false, 0, 0, false, 0},
    {"Content-Range: bytes 9-8/20", false, 0, 0, false, 0},
    {"Content-Range: bytes 0-20/20", false, 0, 0, false, 0},
    {"Content-Range: bytes */20", false, 0, 0, false, 0},
    {"Content-Range: bytes -5-8/20", false, 0, 0, false, 0},
    {"Content-Range: lines 0-8/20", false, 0, 0, false, 0},
    {"Content-Range: bytes 0-8", false, 0, 0, false, 0},
    {"Content-Range: bytes 0-8/", false, 0, 0, false, 0},
    {"Content-Range: bytes 0-", false, 0, 0, false, 0},
    {"Content-Range:", false, 0, 0, false, 0},
    {"Content-Rang", false, 0, 0, false, 0},
    {"X-Content-Range: bytes 0-8/20", false, 0, 0, false, 0},
    {"", false, 0, 0, false, 0},
};

START_TEST(header_line_is_read_or_left)
{
    const struct line_case *c = &lines[_i];
    struct httprange r = {.has_range = false};
    httprange_header(&r, c->line, strlen(c->line));
    ck_assert_int_eq(r.has_range, c->has_range);
    ck_assert_uint_eq(r.first, c->first);
    ck_assert_uint_eq(r.last, c->last);
    ck_assert_int_eq(r.has_size, c->has_size);
    ck_assert_uint_eq(r.size, c->size);
}
END_TEST

/* Its bytes end where it says, without a NUL. */
START_TEST(header_line_is_read_no_further_than_its_end)
{
    static const char line[] = "Content-Range: bytes 10-19/200";
    for (size_t len = 0; len < sizeof line - 1; len++) {
        struct httprange r = {.has_range = false};
        httprange_header(&r, line, len);
        /* Byte 19 is in a file of 20 bytes, and not in one of 2. */
        ck_assert_int_eq(r.has_range, len == sizeof line - 2);
    }
}
END_TEST

/* Of a reply that was redirected, the last one's headers count. */
START_TEST(status_line_begins_anew)
{
    static const char line[] = "Content-Range: bytes 0-8/20";
    static const char status[] = "HTTP/1.1 200 OK";
    struct httprange r = {.has_range = false};
    httprange_header(&r, line, sizeof line - 1);
    httprange_header(&r, status, sizeof status - 1);
    ck_assert(!r.has_range);
}
END_TEST

struct check_case {
    struct httprange r;
    struct httprange_want want;
    long status;
    int64_t content_len;
    enum err err;
    uint64_t skip;
    const char *words;
};

#define R(a, b, n)                                                             \
    {                                                                          \
        .has_range = true, .has_size = (n) > 0, .first = (a), .last = (b),     \
        .size = (n)                                                            \
    }

static const struct check_case checks[] = {
    {R(10, 19, 100), {10, 10, 100, 0, false}, 206, 10, OK, 0, ""},
    {R(10, 14, 100), {10, 10, 100, 0, false}, 206, 5, OK, 0, ""},
    {R(10, 19, 0), {10, 10, 100, 0, false}, 206, 10, OK, 0, ""},
    {R(11, 19, 100), {10, 10, 100, 0, false}, 206, 9, ERR_INVALID, 0, "other"},
    {R(10, 20, 100), {10, 10, 100, 0, false}, 206, 11, ERR_INVALID, 0, "other"},
    {R(10, 19, 99),
     {10, 10, 100, 0, false},
     206,
     10,
     ERR_INVALID,
     0,
     "its file has 99 bytes, not 100"},
    {{.has_range = false},
     {10, 10, 100, 0, false},
     206,
     10,
     ERR_INVALID,
     0,
     "does not say"},
    {{.has_range = false}, {0, 10, 100, 0, false}, 200, 100, OK, 0, ""},
    {{.has_range = false}, {0, 10, 100, 0, false}, 200, -1, OK, 0, ""},
    {{.has_range = false}, {30, 10, 100, 30, false}, 200, 100, OK, 30, ""},
    {{.has_range = false},
     {31, 10, 100, 30, false},
     200,
     100,
     ERR_UNSUPPORTED,
     0,
     "ignores ranges"},
    {{.has_range = false},
     {0, 10, 100, 30, false},
     200,
     10,
     ERR_INVALID,
     0,
     "its file has 10 bytes, not 100"},
    {{.has_range = false}, {0, 10, 0, 0, true}, 200, 10, OK, 0, ""},
    {{.has_range = false},
     {0, 10, 0, 0, true},
     200,
     11,
     ERR_INVALID,
     0,
     "sends 11 bytes where 10"},
    {{.has_range = false},
     {0, 10, 0, 0, false},
     204,
     -1,
     ERR_INVALID,
     0,
     "HTTP 204"},
};

START_TEST(reply_is_checked_against_what_was_asked)
{
    const struct check_case *c = &checks[_i];
    struct cause cause = {""};
    uint64_t skip = 0;
    ck_assert_int_eq(httprange_check(&c->r, &c->want, c->status, c->content_len,
                                     &skip, &cause),
                     c->err);
    ck_assert_uint_eq(skip, c->skip);
    ck_assert_msg(strstr(cause.text, c->words) != NULL, "%s", cause.text);
}
END_TEST

Suite *httprange_suite(void)
{
    Suite *s = suite_create("httprange");
    TCase *tc = tcase_create("httprange");
    tcase_add_loop_test(tc, header_line_is_read_or_left, 0,
                        sizeof lines / sizeof *lines);
    tcase_add_test(tc, header_line_is_read_no_further_than_its_end);
    tcase_add_test(tc, status_line_begins_anew);
    tcase_add_loop_test(tc, reply_is_checked_against_what_was_asked, 0,
                        sizeof checks / sizeof *checks);
    suite_add_tcase(s, tc);
    return s;
}
