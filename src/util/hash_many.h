/* hash_many.h -- SHA-1 of many messages, such as pieces, at once: decides whether
 * lanes of a vector register (sha1_lanes: a message a lane) or libcrypto (hash) have
 * them. What is quicker on this machine is measured once: it may be the lanes with
 * SHA instructions too. Thread-safe. */
#ifndef UTIL_HASH_MANY_H
#define UTIL_HASH_MANY_H

#include "util/sha1_lanes.h"

#include <stddef.h>

/* How many messages hash_many() wants at once to be at its best: 1 where libcrypto
 * alone is quickest, else 8 or 16 (SHA1_MAX_LANES). Measured at the first call (some
 * milliseconds), then constant. */
size_t hash_many_lanes(void);

/* Hash n messages of any lengths; best when their lengths are equal and n is a
 * multiple of hash_many_lanes(). */
void hash_many(struct sha1_job *jobs, size_t n);

#endif
