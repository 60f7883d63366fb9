/* hash.h -- SHA-1 and SHA-256 by libcrypto, of one message or a stream; of many pieces
 * at once: hash_many. Thread-safe. Source: FIPS 180-4. */
#ifndef UTIL_HASH_H
#define UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>

enum { SHA1_LEN = 20, SHA256_LEN = 32 };

/* Write the digest of len bytes at p (NULL only when len is 0). */
void hash_sha1(const void *p, size_t len, uint8_t out[SHA1_LEN]);
void hash_sha256(const void *p, size_t len, uint8_t out[SHA256_LEN]);

/* SHA-1 of a stream. */
struct hash_stream;
struct hash_stream *hash_stream_new(void);
void hash_stream_free(struct hash_stream *h); /* NULL: nothing */
/* Hash len bytes more. */
void hash_stream_add(struct hash_stream *h, const void *p, size_t len);
/* Write the digest and begin anew. */
void hash_stream_end(struct hash_stream *h, uint8_t out[SHA1_LEN]);

#endif
