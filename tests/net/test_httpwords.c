#include "config.h"

#include "tests/net/suites.h"

#include <errno.h>
#include <string.h>

#include "net/httpwords.h"

struct words_case {
    struct httpwords end;
    enum err err;
    const char *words;
};

static const struct words_case cases[] = {
    {{.status = 200}, OK, ""},
    {{.status = 299}, OK, ""},
    {{.status = 404}, ERR_REFUSED, "HTTP 404, not found"},
    {{.status = 599}, ERR_REFUSED, "HTTP 599"},
    {{.status = 304}, ERR_REFUSED, "HTTP 304"},
    {{.code = CURLE_OPERATION_TIMEDOUT},
     ERR_TIMEOUT,
     "timed out while looking up the host name"},
    {{.code = CURLE_OPERATION_TIMEDOUT, .was_resolved = true},
     ERR_TIMEOUT,
     "timed out while connecting"},
    {{.code = CURLE_OPERATION_TIMEDOUT,
      .was_resolved = true,
      .was_connected = true},
     ERR_TIMEOUT,
     "timed out while waiting for the reply"},
    {{.code = CURLE_OPERATION_TIMEDOUT,
      .was_resolved = true,
      .was_connected = true,
      .was_answered = true},
     ERR_TIMEOUT,
     "timed out while receiving"},
    {{.code = CURLE_COULDNT_CONNECT, .os_errno = ECONNREFUSED},
     ERR_SYS,
     "cannot connect: Connection refused"},
    {{.code = CURLE_COULDNT_CONNECT}, ERR_SYS, "cannot connect"},
    {{.code = CURLE_COULDNT_CONNECT, .is_private = true, .address = "::1"},
     ERR_INVALID,
     "led to ::1, a private address that its URL does not name"},
    {{.code = CURLE_COULDNT_CONNECT,
      .refusal = "is in a list",
      .address = "1.2.3.4"},
     ERR_REFUSED,
     "its address 1.2.3.4 is in a list"},
    {{.code = CURLE_WRITE_ERROR, .limit_bytes = 1048576},
     ERR_TOO_BIG,
     "the reply is larger than 1.0 MiB"},
    {{.code = CURLE_WRITE_ERROR, .limit_bytes = 65536, .is_header_limit = true},
     ERR_TOO_BIG,
     "the reply's headers are larger than 64.0 KiB"},
    {{.code = CURLE_UNSUPPORTED_PROTOCOL},
     ERR_UNSUPPORTED,
     "only http and https URLs can be fetched"},
    {{.code = CURLE_UNSUPPORTED_PROTOCOL, .was_connected = true, .status = 302},
     ERR_UNSUPPORTED,
     "redirected to what is not http or https"},
    {{.code = CURLE_UNSUPPORTED_PROTOCOL, .was_connected = true},
     ERR_INVALID,
     "not an HTTP reply"},
    {{.code = CURLE_PEER_FAILED_VERIFICATION,
      .detail = "self-signed \x1b[31m\ncertificate"},
     ERR_INVALID,
     "certificate not accepted: self-signed \xef\xbf\xbd[31m\xef\xbf\xbd"
     "certificate"},
    {{.code = CURLE_SSL_CONNECT_ERROR}, ERR_INVALID, "no secure connection"},
    {{.code = CURLE_TOO_MANY_REDIRECTS}, ERR_INVALID, "too many redirects"},
    {{.code = CURLE_COULDNT_RESOLVE_HOST},
     ERR_NOT_FOUND,
     "host name not found"},
    {{.code = CURLE_GOT_NOTHING}, ERR_CLOSED, "closed without a reply"},
    {{.code = CURLE_PARTIAL_FILE}, ERR_TRUNCATED, "the reply ends too early"},
};

START_TEST(each_end_has_its_code_and_words)
{
    struct cause words;
    memset(&words, '#', sizeof words);
    ck_assert_int_eq(httpwords_of(&cases[_i].end, &words), cases[_i].err);
    ck_assert_str_eq(words.text, cases[_i].words);
}
END_TEST

/* Every code of libcurl that is or will be: an error, with one line. */
START_TEST(every_code_has_an_error_and_words)
{
    struct httpwords end = {.code = (CURLcode)(_i + 1), .detail = "x"};
    struct cause words = {""};
    ck_assert_int_ne(httpwords_of(&end, &words), OK);
    ck_assert_str_ne(words.text, "");
    ck_assert_ptr_null(strchr(words.text, '\n'));
}
END_TEST

Suite *httpwords_suite(void)
{
    Suite *suite = suite_create("httpwords");
    TCase *tc = tcase_create("ends");
    tcase_add_loop_test(tc, each_end_has_its_code_and_words, 0,
                        (int)(sizeof cases / sizeof *cases));
    tcase_add_loop_test(tc, every_code_has_an_error_and_words, 0, 110);
    suite_add_tcase(suite, tc);
    return suite;
}
