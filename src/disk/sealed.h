/* sealed.h -- the form of state files: one bencoded dictionary, and the SHA-256 of its
 * bytes behind it, so that what was cut or damaged is told from what is meant. Knows no
 * keys. Owner and thread: plain values, any thread. Cost: O(bytes). */
#ifndef DISK_SEALED_H
#define DISK_SEALED_H

#include "meta/bencode.h"
#include "util/buf.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

/* Write a pair of the dictionary whose number may be above what bencode has: it is written
 * as the greatest then. */
void sealed_put_uint(struct bencode_writer *w, const char *key, uint64_t num);
/* Append the checksum of what `out` holds from `start` on. ERR_TOO_BIG: no room. */
enum err sealed_close(struct buf *out, size_t start) ERR_MUST_CHECK;

/* Check len bytes, down to their dictionary, which borrows them. what: for the cause,
 * such as "resume state". ERR_SYNTAX; ERR_HASH: cut or damaged. */
enum err sealed_open(const void *bytes, size_t len,
                     const struct bencode_limits *limits, const char *what,
                     struct bencode *out, struct cause *cause) ERR_MUST_CHECK;

#endif
