/* prompt.h -- one line that the user types, such as a filter. Takes keys, keeps valid
 * UTF-8, draws nothing. Plain value. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

enum { PROMPT_MAX_LEN = 256 }; /* bytes with the NUL */

enum prompt_result {
    PROMPT_TYPING,
    PROMPT_DONE,     /* Enter */
    PROMPT_CANCELLED /* Esc, ^C, or backspace in an empty line */
};

struct prompt {
    bool is_open;
    size_t len;
    char text[PROMPT_MAX_LEN];
};

/* Begin, with this text to go on from. */
void prompt_open(struct prompt *p, const char *text);
/* Take a key (as keys.h has them). When it ends, is_open is false; the text stays. */
enum prompt_result prompt_key(struct prompt *p, int key);

#endif
