#include "config.h"

#include "tests/proto/suites.h"

#include "proto/rc4.h"

#include <string.h>

/* RFC 6229: the key stream of these keys, at the beginning and from byte 1024 on. */
static const struct {
    const char *key;
    size_t len;
    uint8_t at_0[16], at_1024[16];
} VECTORS[] = {
    {"\x01\x02\x03\x04\x05",
     5,
     {0xb2, 0x39, 0x63, 0x05, 0xf0, 0x3d, 0xc0, 0x27, 0xcc, 0xc3, 0x52, 0x4a,
      0x0a, 0x11, 0x18, 0xa8},
     {0x30, 0xab, 0xbc, 0xc7, 0xc2, 0x0b, 0x01, 0x60, 0x9f, 0x23, 0xee, 0x2d,
      0x5f, 0x6b, 0xb7, 0xdf}},
    {"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10",
     16,
     {0x9a, 0xc7, 0xcc, 0x9a, 0x60, 0x9d, 0x1e, 0xf7, 0xb2, 0x93, 0x28, 0x99,
      0xcd, 0xe4, 0x1b, 0x97},
     {0xbd, 0xf0, 0x32, 0x4e, 0x60, 0x83, 0xdc, 0xc6, 0xd3, 0xce, 0xdd, 0x3c,
      0xa8, 0xc5, 0x3c, 0x16}},
};

START_TEST(crypt_gives_the_known_stream)
{
    struct rc4 r;
    uint8_t bytes[16] = {0};
    rc4_init(&r, (const uint8_t *)VECTORS[_i].key, VECTORS[_i].len);
    rc4_crypt(&r, bytes, sizeof bytes);
    ck_assert_mem_eq(bytes, VECTORS[_i].at_0, sizeof bytes);
    rc4_skip(&r, 1024 - sizeof bytes);
    memset(bytes, 0, sizeof bytes);
    rc4_crypt(&r, bytes, sizeof bytes);
    ck_assert_mem_eq(bytes, VECTORS[_i].at_1024, sizeof bytes);
}
END_TEST

/* In runs of all lengths up to 40, the same as at once. */
START_TEST(crypt_in_any_cuts_is_the_same)
{
    uint8_t whole[4096] = {0}, cut[4096] = {0};
    struct rc4 a, b;
    rc4_init(&a, (const uint8_t *)"key", 3);
    b = a;
    rc4_crypt(&a, whole, sizeof whole);
    for (size_t at = 0, n = 0; at < sizeof cut; at += n) {
        n = at * 7 % 41;
        n = n < sizeof cut - at ? n : sizeof cut - at;
        n = n == 0 ? 1 : n;
        rc4_crypt(&b, cut + at, n);
    }
    ck_assert_mem_eq(whole, cut, sizeof cut);
    ck_assert_mem_eq(&a, &b, sizeof a);
}
END_TEST

Suite *rc4_suite(void)
{
    Suite *s = suite_create("rc4");
    TCase *t = tcase_create("rc4");

    tcase_add_loop_test(t, crypt_gives_the_known_stream, 0,
                        (int)(sizeof VECTORS / sizeof VECTORS[0]));
    tcase_add_test(t, crypt_in_any_cuts_is_the_same);
    suite_add_tcase(s, t);
    return s;
}
