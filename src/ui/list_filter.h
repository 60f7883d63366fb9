/* list_filter.h -- which torrents a line of terms means: plain words, which the name or
 * the label has in it, and fields such as seeds<2 size>1G label:iso state:paused. All of
 * the terms must hold; ! before a term turns it round; "..." keeps words together.
 * A term that is wrong is left out, and `error` says what is wrong with it.
 * Plain value; list_filter_has() is O(length of the texts). */
#ifndef UI_LIST_FILTER_H
#define UI_LIST_FILTER_H

#include "model/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LIST_FILTER_MAX_TERMS = 16,
    LIST_FILTER_TEXT_LEN = 512,
    LIST_FILTER_ERROR_LEN = 160
};

struct list_filter_term {
    bool is_not;
    char op;          /* one of < > = { }; the last two: "at most", "at least" */
    uint8_t field;    /* as the .c has them */
    const char *text; /* borrowed: in list_filter.text */
    double number;
};

struct list_filter {
    char text[LIST_FILTER_TEXT_LEN]; /* the terms, each ended by a NUL */
    size_t n;
    struct list_filter_term terms[LIST_FILTER_MAX_TERMS];
    char error[LIST_FILTER_ERROR_LEN]; /* "" when all is well */
};

/* Read the line; "" means all. The filter must not be copied afterwards. */
void list_filter_read(struct list_filter *f, const char *line);
/* Is this torrent one of them? */
bool list_filter_has(const struct list_filter *f,
                     const struct frame_torrent *t);

#endif
