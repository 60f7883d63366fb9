#include "config.h"

#include "tests/util/suites.h"

#include <stdlib.h>
#include <string.h>

#include "util/rng.h"
#include "util/sha1_lanes.h"
#include "util/xalloc.h"

enum { MAX_LEN = 200 * 1024, MAX_JOBS = 50 };

/* The width of a loop test's round; it has nothing to do where the CPU has no
 * such kernel. */
static const size_t widths[] = {8, 16};
enum { N_WIDTHS = sizeof widths / sizeof widths[0] };

static uint8_t *random_bytes(uint64_t seed, size_t len)
{
    struct rng rng = rng_seeded(&seed);
    uint8_t *bytes = xmalloc(len);
    rng_bytes(&rng, bytes, len);
    return bytes;
}

/* Each message lies in memory of its own, so that a sanitizer sees a read past
 * its end. */
static void check_lengths(size_t width, const size_t *lens, size_t n)
{
    struct sha1_job jobs[MAX_JOBS];
    for (size_t i = 0; i < n; i++) {
        jobs[i].bytes = random_bytes(7000 + i, lens[i]);
        jobs[i].len = lens[i];
        memset(jobs[i].out, 0x5a, sizeof jobs[i].out);
    }
    sha1_lanes_hash(width, jobs, n);
    for (size_t i = 0; i < n; i++) {
        uint8_t expected[SHA1_LEN];
        hash_sha1(jobs[i].bytes, jobs[i].len, expected);
        ck_assert_msg(memcmp(jobs[i].out, expected, SHA1_LEN) == 0,
                      "width %zu: message %zu of %zu, %zu bytes", width, i, n,
                      lens[i]);
        free((void *)jobs[i].bytes);
    }
}

/* Lengths around each boundary of block and padding, all lanes alike. */
START_TEST(equal_lengths_equal_libcrypto)
{
    size_t width = widths[_i];
    if (!sha1_lanes_has(width))
        return;
    for (size_t len = 0; len < 300; len++) {
        size_t lens[16];
        for (size_t i = 0; i < width; i++)
            lens[i] = len;
        check_lengths(width, lens, width);
    }
}
END_TEST

START_TEST(lengths_in_sequence_equal_libcrypto)
{
    size_t width = widths[_i];
    if (!sha1_lanes_has(width))
        return;
    for (size_t first = 0; first < 600; first += 7) {
        size_t lens[MAX_JOBS];
        for (size_t i = 0; i < MAX_JOBS; i++)
            lens[i] = first + i;
        check_lengths(width, lens, MAX_JOBS);
    }
}
END_TEST

START_TEST(random_lengths_equal_libcrypto)
{
    size_t width = widths[_i % N_WIDTHS];
    uint64_t seed = 8000 + (uint64_t)_i;
    struct rng rng = rng_seeded(&seed);
    if (!sha1_lanes_has(width))
        return;
    size_t n = rng_below(&rng, MAX_JOBS + 1);
    uint32_t spread = _i % 3 == 0 ? MAX_LEN : MAX_LEN / 6;
    size_t lens[MAX_JOBS];
    for (size_t i = 0; i < n; i++)
        lens[i] = MAX_LEN - rng_below(&rng, spread + 1);
    check_lengths(width, lens, n);
}
END_TEST

/* As when verifying: pieces of one length, and a last one that is shorter. */
START_TEST(each_count_with_a_short_last_equals_libcrypto)
{
    size_t width = widths[_i];
    if (!sha1_lanes_has(width))
        return;
    for (size_t n = 0; n <= 2 * width + 1; n++) {
        size_t lens[MAX_JOBS];
        for (size_t i = 0; i < n; i++)
            lens[i] = i + 1 < n ? 4096 : 1000;
        check_lengths(width, lens, n);
    }
}
END_TEST

START_TEST(unknown_widths_are_not_had)
{
    ck_assert(!sha1_lanes_has(0));
    ck_assert(!sha1_lanes_has(1));
    ck_assert(!sha1_lanes_has(9));
    ck_assert(!sha1_lanes_has(32));
}
END_TEST

Suite *sha1_lanes_suite(void)
{
    Suite *s = suite_create("sha1_lanes");
    TCase *tc = tcase_create("sha1_lanes");
    suite_add_tcase(s, tc);
    tcase_add_loop_test(tc, equal_lengths_equal_libcrypto, 0, N_WIDTHS);
    tcase_add_loop_test(tc, lengths_in_sequence_equal_libcrypto, 0, N_WIDTHS);
    tcase_add_loop_test(tc, random_lengths_equal_libcrypto, 0, 12);
    tcase_add_loop_test(tc, each_count_with_a_short_last_equals_libcrypto, 0,
                        N_WIDTHS);
    tcase_add_test(tc, unknown_widths_are_not_had);
    return s;
}
