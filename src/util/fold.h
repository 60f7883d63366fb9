/* fold.h -- text compared and searched with upper and lower case alike, in all scripts
 * that have them (simple case mapping, one character for one; no normalisation).
 * Takes any bytes: those that are no UTF-8 count as characters of their own. Pure
 * functions. Source: Unicode 15, by utf8proc. ASCII costs a table look-up a byte. */
#ifndef UTIL_FOLD_H
#define UTIL_FOLD_H

#include <stdbool.h>
#include <stdint.h>

/* As strcmp(), by code points in lower case. */
int fold_compare(const char *a, const char *b);
/* Is part within text? "" is within all. */
bool fold_has(const char *text, const char *part);
/* Does text begin with part? */
bool fold_begins(const char *text, const char *part);
/* The beginning of the text as a number: where those of two texts differ, they are
 * ordered as fold_compare() orders the texts; where not, the texts may still differ. */
uint64_t fold_prefix(const char *s);

#endif
