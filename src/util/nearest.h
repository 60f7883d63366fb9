/* nearest.h -- which known word did the user mean? The nearest by single letters that
 * were left out, added, changed, or swapped with their neighbour; none when all are too
 * far. Source: the restricted edit distance (optimal string alignment). O(length^2) a
 * word. Pure; any thread. */
#ifndef UTIL_NEAREST_H
#define UTIL_NEAREST_H

#include <stddef.h>

enum { NEAREST_MAX_LEN = 40 }; /* a longer word is like no other */

/* How many such changes make b of a; each at most NEAREST_MAX_LEN bytes. */
size_t nearest_distance(const char *a, const char *b);

/* The best so far of `best` (NULL: none yet) and `word`, for what was typed: within a
 * third of its length, and at least one change. */
const char *nearest_better(const char *typed, const char *best,
                           const char *word);

#endif
