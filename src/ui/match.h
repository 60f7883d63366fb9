/* match.h -- text found in text, as filters and searches do it: ASCII letters of either
 * case are alike. Pure functions. */
#ifndef UI_MATCH_H
#define UI_MATCH_H

#include <stdbool.h>
#include <stddef.h>

/* Is `part` somewhere in the text? "" is in all. O(len * len). */
bool match_part(const char *text, const char *part);
/* Are the n bytes at `text` this word? */
bool match_word(const char *text, size_t n, const char *word);

#endif
