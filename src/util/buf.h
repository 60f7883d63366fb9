/* buf.h -- a growable run of bytes with a maximum given at its birth.
 * Consumed from the front, appended at the back; memory is given back when it
 * runs empty after having grown large. Open struct, but change it by calls
 * only. The memory may reach twice the maximum: so each byte is moved a bounded
 * number of times, however small the steps in which bytes come and go. */
#ifndef UTIL_BUF_H
#define UTIL_BUF_H

#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

struct buf {
    uint8_t *mem; /* owned; NULL while nothing was ever appended */
    size_t head;  /* first byte in use */
    size_t len;   /* bytes in use */
    size_t cap;   /* bytes allocated */
    size_t max;   /* len may never pass this */
};

/* Begin empty, allowed to hold up to max bytes. Allocates nothing yet. */
void buf_init(struct buf *b, size_t max);
/* Free the memory. b is empty after, and may be used again. */
void buf_fini(struct buf *b);

/* The bytes in use, borrowed until the next change. */
uint8_t *buf_bytes(struct buf *b);

/* Append n bytes. ERR_TOO_BIG, and nothing done, when max would be passed. */
enum err buf_append(struct buf *b, const void *p, size_t n) ERR_MUST_CHECK;

/* Append n bytes to be filled by the caller; *out borrowed until the next
 * change. ERR_TOO_BIG as above. */
enum err buf_extend(struct buf *b, size_t n, uint8_t **out) ERR_MUST_CHECK;

/* Append formatted text without its NUL. ERR_TOO_BIG as above; ERR_INVALID when
 * the C library cannot format it. */
enum err buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))) ERR_MUST_CHECK;

/* Drop n bytes at the front (n <= len), or at the back. */
void buf_consume(struct buf *b, size_t n);
void buf_chop(struct buf *b, size_t n);

/* Drop all bytes; keeps the memory. */
void buf_reset(struct buf *b);

/* Hand over the bytes (length in *len_out, may be NULL) followed by a NUL that
 * is not counted; b is empty after. Free with free(). */
uint8_t *buf_take(struct buf *b, size_t *len_out);

#endif
