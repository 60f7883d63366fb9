/* ask.h -- a question on the last line, which the next keys answer: one of some keys, or
 * a line of text. While it is open it takes every key, so that none does something else
 * by accident; Esc, and any key that is no answer, mean no. Draws nothing.
 * Plain value, one a screen; front end's thread. */
#ifndef UI_ASK_H
#define UI_ASK_H

#include "ui/idset.h"
#include "ui/prompt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view_world;

enum { ASK_QUESTION_LEN = 200, ASK_KEYS_LEN = 16, ASK_LINE_LEN = 1300 };

struct ask {
    bool is_open;
    bool wants_line;
    char question[ASK_QUESTION_LEN];
    char keys[ASK_KEYS_LEN]; /* that are answers, when no line is wanted */
    struct prompt line;      /* its text is the answer */
    struct idset targets;    /* what it is about, such as torrents */
    uint32_t arg;            /* likewise */
    /* The answer: a key of `keys`, or '\r' for a line. May ask the next question. */
    void (*answer)(struct view_world *w, struct ask *a, int key);
    /* What Tab does to the line; NULL: nothing. */
    void (*complete)(struct view_world *w, struct prompt *line);
    /* What Up (-1) and Down (1) do to it; NULL: nothing. */
    void (*recall)(struct view_world *w, struct prompt *line, int step);
};

/* Ask for one of `keys`. The targets are emptied: fill them after it. */
void ask_key(struct ask *a, const char *question, const char *keys,
             void (*answer)(struct view_world *w, struct ask *a, int key));
/* Ask for a line, beginning with `text`. Likewise. */
void ask_line(struct ask *a, const char *question, const char *text,
              void (*answer)(struct view_world *w, struct ask *a, int key));
/* Take a key; false when nothing is asked. */
bool ask_take(struct ask *a, struct view_world *w, int key);
/* In answer(): the line is no answer; it is asked for again, as it was typed. */
void ask_again(struct ask *a);
/* What the last line shows. */
void ask_words(const struct ask *a, char dst[ASK_LINE_LEN]);
void ask_fini(struct ask *a);

#endif
