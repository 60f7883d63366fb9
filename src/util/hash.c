#include "config.h"

#include "util/hash.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>
#include <openssl/opensslv.h>

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
