#include "config.h"

#include "tests/util/suites.h"

#include <stdlib.h>
#include <string.h>

#include "util/hash.h"
#include "util/text.h"
#include "util/xalloc.h"

/* FIPS 180-4, the examples that NIST publishes with it. */
static const struct {
    const char *message;
    size_t n_times;
    const char *sha1;
    const char *sha256;
} vectors[] = {
    {"abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    {"a", 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};
enum { N_VECTORS = sizeof vectors / sizeof vectors[0] };

static void check_hex(const uint8_t *digest, size_t len, const char *expected)
{
    char hex[2 * SHA256_LEN + 1];
    text_hex(hex, digest, len);
    ck_assert_str_eq(hex, expected);
}

START_TEST(one_message_gives_the_standards_digest)
{
    size_t one = strlen(vectors[_i].message);
    size_t len = one * vectors[_i].n_times;
    uint8_t *message = xmalloc(len);
    for (size_t at = 0; at < len; at += one)
        memcpy(message + at, vectors[_i].message, one);

    uint8_t out[SHA256_LEN];
    hash_sha1(message, len, out);
    check_hex(out, SHA1_LEN, vectors[_i].sha1);
    hash_sha256(message, len, out);
    check_hex(out, SHA256_LEN, vectors[_i].sha256);
    free(message);
}
END_TEST

START_TEST(stream_in_parts_gives_the_standards_digest)
{
    struct hash_stream *h = hash_stream_new();
    uint8_t out[SHA1_LEN];
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < vectors[_i].n_times; i++)
            hash_stream_add(h, vectors[_i].message,
                            strlen(vectors[_i].message));
        hash_stream_end(h, out);
        check_hex(out, SHA1_LEN, vectors[_i].sha1);
    }
    hash_stream_free(h);
}
END_TEST

START_TEST(stream_free_null_does_nothing)
{
    hash_stream_free(NULL);
}
END_TEST

Suite *hash_suite(void)
{
    Suite *s = suite_create("hash");
    TCase *tc = tcase_create("hash");
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, one_message_gives_the_standards_digest, 0,
                        N_VECTORS);
    tcase_add_loop_test(tc, stream_in_parts_gives_the_standards_digest, 0,
                        N_VECTORS);
    tcase_add_test(tc, stream_free_null_does_nothing);
    return s;
}
