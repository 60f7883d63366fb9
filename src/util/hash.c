#include "config.h"

#include "util/hash.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/opensslv.h>

#include "util/clock.h"
#include "util/sha1_lanes.h"
#include "util/xalloc.h"

struct hash_stream {
    EVP_MD_CTX *ctx; /* owned */
};

/* Looked up once: with OpenSSL 3 each lookup costs more than a short hash. */
static struct {
    pthread_once_t once;
    const EVP_MD *sha1;
    const EVP_MD *sha256;
} algorithms = {.once = PTHREAD_ONCE_INIT};

/* libcrypto fails at hashing when memory ends or its set-up forbids SHA-1:
 * either way nothing can be verified any more. */
static void must(bool ok)
{
    if (ok)
        return;
    fputs("tessera: libcrypto cannot hash\n", stderr);
    abort();
}

static void fetch_algorithms(void)
{
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
    algorithms.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    algorithms.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
#else
    algorithms.sha1 = EVP_sha1();
    algorithms.sha256 = EVP_sha256();
#endif
    must(algorithms.sha1 != NULL && algorithms.sha256 != NULL);
}

static const EVP_MD *sha1(void)
{
    must(pthread_once(&algorithms.once, fetch_algorithms) == 0);
    return algorithms.sha1;
}

static const EVP_MD *sha256(void)
{
    must(pthread_once(&algorithms.once, fetch_algorithms) == 0);
    return algorithms.sha256;
}

void hash_sha1(const void *p, size_t len, uint8_t out[SHA1_LEN])
{
    must(EVP_Digest(p, len, out, NULL, sha1(), NULL) == 1);
}

void hash_sha256(const void *p, size_t len, uint8_t out[SHA256_LEN])
{
    must(EVP_Digest(p, len, out, NULL, sha256(), NULL) == 1);
}

struct hash_stream *hash_stream_new(void)
{
    struct hash_stream *h = xzalloc(sizeof *h);
    h->ctx = EVP_MD_CTX_new();
    must(h->ctx != NULL && EVP_DigestInit_ex(h->ctx, sha1(), NULL) == 1);
    return h;
}

void hash_stream_free(struct hash_stream *h)
{
    if (h == NULL)
        return;
    EVP_MD_CTX_free(h->ctx);
    free(h);
}

void hash_stream_add(struct hash_stream *h, const void *p, size_t len)
{
    must(EVP_DigestUpdate(h->ctx, p, len) == 1);
}

void hash_stream_end(struct hash_stream *h, uint8_t out[SHA1_LEN])
{
    must(EVP_DigestFinal_ex(h->ctx, out, NULL) == 1 &&
         EVP_DigestInit_ex(h->ctx, sha1(), NULL) == 1);
}

static void hash_many_with(size_t width, struct hash_job *jobs, size_t n)
{
    if (width > 1) {
        sha1_lanes_hash(width, jobs, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        hash_sha1(jobs[i].bytes, jobs[i].len, jobs[i].out);
}

enum { TRIAL_LEN = 16 * 1024, N_TRIALS = 3 };

/* Microseconds that HASH_MAX_LANES messages take, at best; width 1 stands for
 * libcrypto. The best of a few runs is the one that nothing interrupted. */
static int64_t trial_us(size_t width, struct hash_job *jobs)
{
    int64_t best_us = INT64_MAX;
    for (int trial = 0; trial < N_TRIALS; trial++) {
        int64_t start_us = clock_now_us();
        hash_many_with(width, jobs, HASH_MAX_LANES);
        int64_t took_us = clock_now_us() - start_us;
        best_us = took_us < best_us ? took_us : best_us;
    }
    return best_us;
}

static struct {
    pthread_once_t once;
    size_t width;
} lanes = {.once = PTHREAD_ONCE_INIT};

static void choose_lanes(void)
{
    static const size_t widths[] = {8, 16};
    struct hash_job jobs[HASH_MAX_LANES];
    uint8_t *bytes = xzalloc((size_t)HASH_MAX_LANES * TRIAL_LEN);
    for (size_t i = 0; i < HASH_MAX_LANES; i++)
        jobs[i] = (struct hash_job){bytes + i * TRIAL_LEN, TRIAL_LEN, {0}};

    lanes.width = 1;
    int64_t best_us = trial_us(1, jobs);
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        if (!sha1_lanes_has(widths[i]))
            continue;
        int64_t us = trial_us(widths[i], jobs);
        if (us < best_us) {
            best_us = us;
            lanes.width = widths[i];
        }
    }
    free(bytes);
}

size_t hash_lanes(void)
{
    must(pthread_once(&lanes.once, choose_lanes) == 0);
    return lanes.width;
}

void hash_sha1_many(struct hash_job *jobs, size_t n)
{
    hash_many_with(hash_lanes(), jobs, n);
}
