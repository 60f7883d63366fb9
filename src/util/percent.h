/* percent.h -- bytes in URLs as '%' and two hexadecimal digits, one at a time. Which bytes
 * a part of a URL may hold is its writer's to say. Pure functions; any thread.
 * Source: RFC 3986, 2.1 and 2.3. */
#ifndef UTIL_PERCENT_H
#define UTIL_PERCENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PERCENT_LEN = 3 };

/* May it stand for itself anywhere? Letters and digits of ASCII, and "-._~". */
bool percent_is_unreserved(uint8_t c);
/* Write c to out: "%2F", without a NUL. */
void percent_encode(uint8_t c, char out[PERCENT_LEN]);
/* Do the len bytes at text begin with an encoded byte, PERCENT_LEN long? Then *out is
 * it, else untouched. Digits in either case. */
bool percent_decode(const char *text, size_t len, uint8_t *out);

#endif
