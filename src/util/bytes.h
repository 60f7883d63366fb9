/* bytes.h -- bounded big-endian reading and writing. A reader or writer that
 * would pass its end does nothing, and remembers it: check `bad` once at the
 * end instead of at each step. Values without invariants, on the stack. */
#ifndef UTIL_BYTES_H
#define UTIL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A borrowed run of bytes; p may be NULL only when len is 0. */
struct span {
    const uint8_t *p;
    size_t len;
};

struct bytes_reader {
    const uint8_t *at; /* borrowed */
    const uint8_t *end;
    bool bad; /* a read went past end; all later reads give 0 */
};

struct bytes_writer {
    uint8_t *start; /* borrowed */
    uint8_t *at;
    uint8_t *end;
    bool bad; /* a write did not fit; nothing more is written */
};

/* Read, or write, 2, 4 or 8 bytes at p, of which there must be as many. */
uint16_t bytes_be16(const uint8_t *p);
uint32_t bytes_be32(const uint8_t *p);
uint64_t bytes_be64(const uint8_t *p);
void bytes_put_be16(uint8_t *p, uint16_t v);
void bytes_put_be32(uint8_t *p, uint32_t v);
void bytes_put_be64(uint8_t *p, uint64_t v);

/* Begin to read len bytes at p (borrowed; NULL only when len is 0). */
struct bytes_reader bytes_reader(const void *p, size_t len);
/* Bytes not yet read; 0 once bad. */
size_t bytes_left(const struct bytes_reader *r);
/* Read the next value and step over it; 0, and bad, when too few are left. */
uint8_t bytes_read_u8(struct bytes_reader *r);
uint16_t bytes_read_be16(struct bytes_reader *r);
uint32_t bytes_read_be32(struct bytes_reader *r);
uint64_t bytes_read_be64(struct bytes_reader *r);
/* Return the next len bytes, borrowed, and step over them; NULL when short. */
const uint8_t *bytes_read(struct bytes_reader *r, size_t len);

/* Begin to write up to cap bytes at p (borrowed). */
struct bytes_writer bytes_writer(void *p, size_t cap);
/* Bytes written so far. */
size_t bytes_written(const struct bytes_writer *w);
/* Write the value behind the last; bad when it does not fit whole. */
void bytes_write_u8(struct bytes_writer *w, uint8_t v);
void bytes_write_be16(struct bytes_writer *w, uint16_t v);
void bytes_write_be32(struct bytes_writer *w, uint32_t v);
void bytes_write_be64(struct bytes_writer *w, uint64_t v);
void bytes_write(struct bytes_writer *w, const void *p, size_t len);

/* Are the bytes the same; or those of the text, without its NUL? */
bool span_eq(struct span a, struct span b);
bool span_is(struct span a, const char *text);
/* The bytes of text (borrowed) without its NUL. */
struct span span_of(const char *text);

#endif
