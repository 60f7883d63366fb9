#include "config.h"

#include "tests/util/suites.h"

#include <pthread.h>
#include <string.h>

#include "util/hash_many.h"
#include "util/text.h"

/* FIPS 180-4, the examples that NIST publishes with it. */
static const struct {
    const char *message;
    const char *sha1;
} vectors[] = {
    {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
};
enum { N_VECTORS = sizeof vectors / sizeof vectors[0] };

START_TEST(lanes_are_one_of_three_and_stay)
{
    size_t lanes = hash_many_lanes();
    ck_assert(lanes == 1 || sha1_lanes_has(lanes));
    ck_assert_uint_le(lanes, SHA1_MAX_LANES);
    ck_assert_uint_eq(hash_many_lanes(), lanes);
}
END_TEST

static void *lanes_of_thread(void *out)
{
    *(size_t *)out = hash_many_lanes();
    return NULL;
}

START_TEST(lanes_are_measured_once_for_all_threads)
{
    enum { N_THREADS = 4 };
    pthread_t threads[N_THREADS];
    size_t lanes[N_THREADS];
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, lanes_of_thread,
                                        &lanes[i]),
                         0);
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < N_THREADS; i++)
        ck_assert_uint_eq(lanes[i], hash_many_lanes());
}
END_TEST

START_TEST(many_gives_the_standards_digests)
{
    enum { N_JOBS = 40 };
    struct sha1_job jobs[N_JOBS];
    for (size_t i = 0; i < N_JOBS; i++) {
        const char *message = vectors[i % N_VECTORS].message;
        jobs[i].bytes = (const uint8_t *)message;
        jobs[i].len = strlen(message);
    }
    hash_many(jobs, N_JOBS);
    for (size_t i = 0; i < N_JOBS; i++) {
        char hex[2 * SHA1_LEN + 1];
        text_hex(hex, jobs[i].out, SHA1_LEN);
        ck_assert_str_eq(hex, vectors[i % N_VECTORS].sha1);
    }
    hash_many(jobs, 0);
    hash_many(NULL, 0);
}
END_TEST

Suite *hash_many_suite(void)
{
    Suite *s = suite_create("hash_many");
    TCase *tc = tcase_create("hash_many");
    suite_add_tcase(s, tc);
    tcase_add_test(tc, lanes_are_one_of_three_and_stay);
    tcase_add_test(tc, lanes_are_measured_once_for_all_threads);
    tcase_add_test(tc, many_gives_the_standards_digests);
    return s;
}
