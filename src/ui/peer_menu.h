/* peer_menu.h -- a small menu over the table of peers, in which the user chooses which
 * columns are shown; the rest are by themselves, where there is room. Takes keys while
 * it is open; draws itself. Plain value; front end's thread. */
#ifndef UI_PEER_MENU_H
#define UI_PEER_MENU_H

#include "ui/draw.h"
#include "ui/keys.h"
#include "ui/listbox.h"
#include "ui/peer_table.h"

#include <stdbool.h>

struct peer_menu {
    bool is_open;
    struct peer_columns columns; /* as chosen */
    struct listbox rows;
};

void peer_menu_open(struct peer_menu *m);
/* Do what a key of KEYS_MENU means while it is open; false: nothing to the menu. `shown`:
 * the columns that are, as bits. */
bool peer_menu_act(struct peer_menu *m, enum keys_action action,
                   unsigned shown);
/* Draw it at the right of the table. */
void peer_menu_draw(struct peer_menu *m, const struct draw_pane *p,
                    unsigned shown);

#endif
