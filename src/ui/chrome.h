/* chrome.h -- what is around a view: the header on the whole client, the tabs of a
 * torrent, and the line of keys, which is made from the table of bindings. Keeps
 * nothing. */
#ifndef UI_CHROME_H
#define UI_CHROME_H

#include "ui/view.h"

#include <stdbool.h>

/* The first line. f may be NULL. */
void chrome_header(const struct draw_pane *p, const struct frame *f,
                   bool is_frozen);
/* The tabs, of which `at` is open; titles: VIEW_N_TABS of them. */
void chrome_tabs(const struct draw_pane *p, const char *const *titles,
                 enum view_place at);
/* The tab at cell x of that line; VIEW_STAY: none. */
enum view_place chrome_tab_at(const char *const *titles, int x);
/* The keys of a view of this scope, as many as there is room for. */
void chrome_keys(const struct draw_pane *p, int y, enum keys_scope scope);
/* The key whose hint stands at cell x of that line; 0: none. */
int chrome_key_at(int width, enum keys_scope scope, int x);

#endif
