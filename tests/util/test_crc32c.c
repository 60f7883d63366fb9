#include "config.h"

#include "tests/util/suites.h"

#include "util/crc32c.h"

#include <string.h>

/* RFC 3720, B.4, and the usual check. */
START_TEST(crc32c_of_known_bytes)
{
    uint8_t bytes[32];
    ck_assert_uint_eq(crc32c((const uint8_t *)"123456789", 9), 0xe3069283);
    memset(bytes, 0, sizeof bytes);
    ck_assert_uint_eq(crc32c(bytes, sizeof bytes), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    ck_assert_uint_eq(crc32c(bytes, sizeof bytes), 0x62a8ab43);
    ck_assert_uint_eq(crc32c(bytes, 0), 0);
}
END_TEST

Suite *crc32c_suite(void)
{
    Suite *s = suite_create("crc32c");
    TCase *tc = tcase_create("crc32c");
    tcase_add_test(tc, crc32c_of_known_bytes);
    suite_add_tcase(s, tc);
    return s;
}
