/* chrome.h -- what is around a view: the header on the whole client, the tabs of a
 * torrent, and the line of keys, which is made from the table of bindings. Keeps
 * nothing. */
#ifndef UI_CHROME_H
#define UI_CHROME_H

#include "ui/view.h"

#include <stdbool.h>

/* The first line: of the whole client what fits, the most telling first. */
void chrome_header(const struct draw_pane *p, const struct view_world *w,
                   bool is_frozen);
/* The tabs, of which `at` is open, and behind them where there is room the torrent's
 * name; titles: VIEW_N_TABS of them. */
void chrome_tabs(const struct draw_pane *p, const char *const *titles,
                 enum view_place at, const char *name);
/* The tab at cell x of that line, width cells wide; VIEW_STAY: none. */
enum view_place chrome_tab_at(const char *const *titles, enum view_place at,
                              int width, int x);
/* The keys of a view of this scope, as many as there is room for. */
void chrome_keys(const struct draw_pane *p, int y, enum keys_scope scope);
/* The key whose hint stands at cell x of that line; 0: none. */
int chrome_key_at(int width, enum keys_scope scope, int x);

#endif
