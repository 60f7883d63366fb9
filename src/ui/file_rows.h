/* file_rows.h -- the rows of the tree of files as a table: priority, how much is here and
 * left, how long it takes, a map of the pieces, the name under its folders. Draws; keeps
 * nothing. */
#ifndef UI_FILE_ROWS_H
#define UI_FILE_ROWS_H

#include "ui/file_tree.h"
#include "ui/listbox.h"
#include "ui/view.h"

#include <stdbool.h>

/* Draw the rows of the tree that `rows` says are to be seen, below a heading or without.
 * d has FOCUS_FILES, and FOCUS_PIECES for maps. */
void file_rows_draw(const struct draw_pane *p, const struct view_world *w,
                    const struct detail *d, const struct file_tree *tree,
                    const struct listbox *rows, bool has_heading);

#endif
