/* prompt.h -- one line that the user types, such as a filter: with a cursor that Left,
 * Right, Home, End move, ^U ^K ^W to take out. Takes keys, keeps valid UTF-8, draws
 * nothing. Plain value; whoever changes the text sets len, and the cursor stays as far
 * from the end. */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

enum { PROMPT_MAX_LEN = 8192 }; /* bytes with the NUL: a magnet link with many trackers */

enum prompt_result {
    PROMPT_TYPING,
    PROMPT_DONE,     /* Enter */
    PROMPT_CANCELLED /* Esc, ^C, or backspace in an empty line */
};

struct prompt {
    bool is_open;
    size_t len;
    size_t n_after; /* bytes behind the cursor */
    char text[PROMPT_MAX_LEN];
};

/* Begin, with this text to go on from. */
void prompt_open(struct prompt *p, const char *text);
/* Take a key (as keys.h has them). When it ends, is_open is false; the text stays. */
enum prompt_result prompt_key(struct prompt *p, int key);

/* A label and the text, with the cursor as "_" in its place; cap >= 1. */
void prompt_line(const struct prompt *p, const char *label, char *dst,
                 size_t cap);
/* The end of a line, when not all of it fits into w cells; borrowed from it. */
const char *prompt_tail(const char *text, int w);

#endif
