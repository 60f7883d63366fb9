/* list_menu.h -- which columns of the list are shown: by themselves, where there is room,
 * or as the user chose in a small menu over the list. Takes keys while it is open; draws
 * itself. Plain value; front end's thread. */
#ifndef UI_LIST_MENU_H
#define UI_LIST_MENU_H

#include "ui/draw.h"
#include "ui/list_column.h"
#include "ui/keys.h"
#include "ui/listbox.h"
#include "ui/table.h"

#include <stdbool.h>
#include <stdint.h>

struct list_menu {
    bool is_open;
    uint32_t wanted; /* bits of enum list_column: shown where they fit at all */
    uint32_t refused; /* never shown */
    struct listbox rows;
    struct table_column columns[LIST_COLUMN_N]; /* as chosen */
};

void list_menu_init(struct list_menu *m);
/* Lay the columns that are chosen out in a pane of this width. */
void list_menu_fit(struct list_menu *m, struct table *t, int width);
void list_menu_open(struct list_menu *m);
/* Do what a key of KEYS_MENU means while it is open; false: nothing to the menu. `shown`:
 * the columns that are, as bits. */
bool list_menu_act(struct list_menu *m, enum keys_action action,
                   uint32_t shown);
/* Draw it at the right of the list. */
void list_menu_draw(struct list_menu *m, const struct draw_pane *p,
                    uint32_t shown);
/* The columns that this layout shows, as bits. */
uint32_t list_menu_shown(const struct table *t);

#endif
