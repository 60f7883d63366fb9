/* listbox.h -- where the cursor of a list of rows is, and which rows are to be seen:
 * one for every pane with rows. Scrolls by as little as shows the cursor. Draws
 * nothing, knows nothing of what the rows are. Plain value; front end's thread.
 * Invariant: n == 0, or cursor < n and top <= cursor < top + max(height, 1). */
#ifndef UI_LISTBOX_H
#define UI_LISTBOX_H

#include "ui/keys.h"

#include <stdbool.h>
#include <stddef.h>

struct listbox {
    size_t n;      /* rows there are */
    size_t height; /* rows that can be seen */
    size_t top;    /* the first that is */
    size_t cursor;
};

/* There are n rows now, height of them to be seen; keeps the cursor in range. */
void listbox_fit(struct listbox *l, size_t n, size_t height);
/* Put the cursor on a row; one beyond the last: the last. */
void listbox_go(struct listbox *l, size_t row);
/* Move as a KEYS_MOVE action says; false when it is none that moves rows. */
bool listbox_act(struct listbox *l, enum keys_action action);

#endif
