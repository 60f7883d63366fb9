/* column_menu.h -- a small menu over a table, in which the user chooses which columns are
 * shown, the rest being so by themselves where there is room; or by which of all columns
 * it is sorted. Takes keys while it is open, and draws itself; lays out and sorts no
 * table. Plain value; front end's thread. */
#ifndef UI_COLUMN_MENU_H
#define UI_COLUMN_MENU_H

#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/listbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the user chose, a bit a column; the others are as there is room. */
struct column_choice {
    uint32_t wanted;  /* shown where they fit at all */
    uint32_t refused; /* never shown */
};

struct column_menu {
    bool is_open;
    bool sorts;   /* it is about sorting */
    bool is_told; /* by which column */
    unsigned by;  /* by this one */
    struct column_choice choice;
    struct listbox rows;
    unsigned first, end; /* the columns that can be left out: first..end-1 */
    unsigned n;          /* those that can be sorted by: 0..n-1 */
    const char *(*title)(unsigned column);
};

/* end <= 32. */
void column_menu_init(struct column_menu *m, unsigned first, unsigned end,
                      const char *(*title)(unsigned column));
void column_menu_open(struct column_menu *m);
/* Of the n columns, which one to sort by; it is `by` so far. */
void column_menu_open_sort(struct column_menu *m, unsigned n, unsigned by);
/* Whose keys hold: the menu's, or those of the view below it. */
enum keys_scope column_menu_scope(const struct column_menu *m,
                                  enum keys_scope below);
/* Was a column to sort by chosen just now? Told once. */
bool column_menu_take_sort(struct column_menu *m, unsigned *by);
/* Do what a key of that scope means while it is open; false: nothing to the menu. `shown`:
 * the columns that are, as bits. */
bool column_menu_act(struct column_menu *m, enum keys_action action,
                     uint32_t shown);
/* Draw it at the right of the table. */
void column_menu_draw(struct column_menu *m, const struct draw_pane *p,
                      uint32_t shown);

#endif
