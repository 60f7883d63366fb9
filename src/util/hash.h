/* hash.h -- SHA-1 and SHA-256 by libcrypto, and SHA-1 of many pieces at once.
 * hash_sha1_many() hashes in lanes of a vector register (a piece a lane) where
 * that is quicker than libcrypto on this machine, which hash_lanes() measures
 * once: it may be so with SHA instructions too. Thread-safe.
 * Source: FIPS 180-4. */
#ifndef UTIL_HASH_H
#define UTIL_HASH_H

#include "util/bytes.h"

#include <stddef.h>
#include <stdint.h>

enum { SHA1_LEN = 20, SHA256_LEN = 32, HASH_MAX_LANES = 16 };

/* One message to hash, such as a piece; `out` is written. */
struct hash_job {
    const uint8_t *bytes; /* borrowed */
    size_t len;
    uint8_t out[SHA1_LEN];
};

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

/* How many messages hash_sha1_many() wants at once to be at its best: 1 where
 * libcrypto alone is quickest, else 8 or 16. Measured at the first call (some
 * milliseconds), then constant. */
size_t hash_lanes(void);

/* Hash n messages of any lengths; best when their lengths are equal and n is a
 * multiple of hash_lanes(). */
void hash_sha1_many(struct hash_job *jobs, size_t n);

#endif
