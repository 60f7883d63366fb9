/* bitset.h -- a fixed number of bits, such as the pieces that a peer has.
 * Counts its set bits as they change, so that count is O(1). The wire form is
 * BEP 3's bitfield: first bit is the high bit of the first byte, spare bits of
 * the last byte zero. Words inside: set operations run 64 bits a step. */
#ifndef UTIL_BITSET_H
#define UTIL_BITSET_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bitset;

enum { BITSET_NONE = -1 };

/* Return n_bits bits, all clear. n_bits may be 0. */
struct bitset *bitset_new(size_t n_bits);
/* Return a set of its own with the same bits. */
struct bitset *bitset_copy(const struct bitset *b);
/* NULL: nothing. */
void bitset_free(struct bitset *b);

size_t bitset_size(const struct bitset *b);  /* bits, as given at birth */
size_t bitset_count(const struct bitset *b); /* set bits; O(1) */
bool bitset_full(const struct bitset *b);
/* Is bit i (i < size) set? */
bool bitset_get(const struct bitset *b, size_t i);

/* Set or clear bit i (i < size). Return whether it changed. */
bool bitset_set(struct bitset *b, size_t i);
bool bitset_clear(struct bitset *b, size_t i);
/* Set, or clear, all bits. O(n/64). */
void bitset_set_all(struct bitset *b);
void bitset_clear_all(struct bitset *b);

/* Copy all bits of src, of the same size, to dst. */
void bitset_assign(struct bitset *dst, const struct bitset *src);

/* The first set (or clear) bit at or after `from`; -1 when there is none. */
int64_t bitset_next_set(const struct bitset *b, size_t from);
int64_t bitset_next_clear(const struct bitset *b, size_t from);

/* The first bit at or after `from` that is set in both; -1 when none. */
int64_t bitset_next_and(const struct bitset *a, const struct bitset *b,
                        size_t from);
/* How many bits are set in both. O(n/64). */
size_t bitset_count_and(const struct bitset *a, const struct bitset *b);

/* Bytes of the wire form: (size + 7) / 8. */
size_t bitset_wire_len(const struct bitset *b);

/* Replace all bits by a bitfield. ERR_PROTO_LENGTH when len is not the wire
 * length; ERR_PROTO_RANGE when a spare bit is set. b is untouched then. */
enum err bitset_from_wire(struct bitset *b, const uint8_t *bytes,
                          size_t len) ERR_MUST_CHECK;
/* Write the bitfield: bytes has room for bitset_wire_len() bytes. */
void bitset_to_wire(const struct bitset *b, uint8_t *bytes);

#endif
