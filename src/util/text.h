/* text.h -- the one filter from strangers' bytes to what a terminal, a log line
 * or a message may show, and the measure of it in cells.
 * Decodes UTF-8 strictly; replaces by U+FFFD: invalid bytes, C0, DEL, C1,
 * U+2028/9, bidi controls, zero-width and format characters, tags, private use,
 * noncharacters and what is not assigned, combining marks without a base or
 * beyond two on one. Variation selectors are left out: terminals do not agree
 * on the width that they give. What remains is one line whose cells can be
 * counted. Names on disk and hashing use the raw bytes, never this.
 * Source: Unicode 15, UAX #9; width by utf8proc. */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Write the clean form of len bytes to dst (cap bytes with the NUL, cut at a
 * whole character) and return its length in bytes. cap >= 1. */
size_t text_clean(char *dst, size_t cap, const void *src, size_t len);

/* The clean form in new memory; free with free(). */
char *text_clean_dup(const void *src, size_t len);

/* Cells that a clean string takes on a terminal. */
size_t text_width(const char *clean);

/* Copy a clean string to dst so that it takes at most `cells`, its end replaced
 * by an ellipsis ("…", or "..." when ascii) where cut. Return cells used. */
size_t text_fit(char *dst, size_t cap, const char *clean, size_t cells,
                bool ascii);

/* Is this strict UTF-8 (no overlong forms, no surrogates)? */
bool text_is_utf8(const void *src, size_t len);

/* Decode one code point of strict UTF-8; return its length in bytes, 1..4, or 0
 * when p does not begin one (len >= 1). */
size_t text_decode(const uint8_t *p, size_t len, uint32_t *out);

/* The greatest length, at most len, at which a string of len bytes that was cut
 * may end: what a cut left of a character is not counted. */
size_t text_cut(const char *s, size_t len);

/* Read a whole number, digits only; false when it is none, or beyond 64 bits. */
bool text_parse_number(const char *text, uint64_t *out);
/* Read a port: len digits, 1 to 5 of them, and no more than 65535; 0 is one, too. */
bool text_parse_port(const char *digits, size_t len, uint16_t *out);
/* As text_parse_number(), with an optional suffix K, M or G, in either case: of 1024,
 * its powers. */
bool text_parse_size(const char *text, uint64_t *out);

/* 1536 -> "1.5 KiB": at most 8 cells, binary units; dst of 16 bytes or more. */
void text_size(char *dst, size_t cap, uint64_t bytes);
/* 1536 -> "1.5 KiB/s": at most 10 cells. */
void text_rate(char *dst, size_t cap, uint64_t rate_Bps);
/* 5 -> "5s", 62 -> "1m02s", 3723 -> "1h02m", 90000 -> "1d01h"; ">99d" from 100
 * days on; negative: "--". At most 6 cells. */
void text_duration(char *dst, size_t cap, int64_t seconds);
/* 2 * len hexadecimal digits in lower case, and a NUL: 41 bytes for SHA-1. */
void text_hex(char *dst, const uint8_t *bytes, size_t len);
/* The value of a hexadecimal digit in either case; -1: it is none. */
int text_hex_digit(char c);
/* Read exactly 2 * len hexadecimal digits; false, and nothing written, when the
 * text is anything else. */
bool text_unhex(uint8_t *out, size_t len, const char *digits);

/* The JSON string form, with quotes, of strangers' bytes, in new memory; free
 * with free(). Invalid UTF-8 becomes U+FFFD; what text_clean() would replace is
 * escaped (\u202e), so that nothing is lost and a terminal may show it. */
char *text_json_dup(const void *src, size_t len);

#endif
