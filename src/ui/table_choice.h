/* table_choice.h -- how the user has a table: sorted by which column, and which columns
 * are shown; and the same as a line of text, which is kept from one start to the next.
 * "down" is sorted by that column, "down^" the other way round, "+label" is shown, and
 * "-size" never. What a line has that is not known here is left out: another version
 * wrote it. Plain value; any thread. */
#ifndef UI_TABLE_CHOICE_H
#define UI_TABLE_CHOICE_H

#include "ui/column_menu.h"

#include <stdbool.h>
#include <stddef.h>

enum { TABLE_CHOICE_LEN = 512 };

struct table_choice {
    unsigned by;
    bool is_inverted;
    struct column_choice columns;
};

/* The columns of a table by their words, none of which has a space. */
struct table_words {
    const char *(*word)(unsigned column);
    unsigned n;          /* those that it can be sorted by */
    unsigned first, end; /* those that can be chosen */
};

bool table_choice_is_same(const struct table_choice *a,
                          const struct table_choice *b);
/* As a line, ended by NUL; words that do not fit are left out. */
void table_choice_write(const struct table_choice *c,
                        const struct table_words *words,
                        char dst[TABLE_CHOICE_LEN]);
/* Change what the line tells of; the rest stays. */
void table_choice_read(struct table_choice *c, const struct table_words *words,
                       const char *line);

#endif
