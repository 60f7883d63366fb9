/* chrome.h -- what is around a view: the header on the whole client, the tabs of a
 * torrent, and the line of keys, which is made from the table of bindings. Keeps
 * nothing. */
#ifndef UI_CHROME_H
#define UI_CHROME_H

#include "ui/view.h"

#include <stdbool.h>

/* The first line: of the whole client what fits, the most telling first. held: what it
 * says at the right while the view is held, "" while not. */
void chrome_header(const struct draw_pane *p, const struct view_world *w,
                   const char *held);
/* The tabs, of which `at` is open, and behind them where there is room the torrent's
 * name; titles: VIEW_N_TABS of them. */
void chrome_tabs(const struct draw_pane *p, const char *const *titles,
                 enum view_place at, const char *name);
/* The tab at cell x of that line, width cells wide; VIEW_STAY: none. */
enum view_place chrome_tab_at(const char *const *titles, enum view_place at,
                              int width, int x);

enum { CHROME_MAX_HINTS = 64 };

/* What keys do at the moment, beside what the table says. */
enum chrome_mode {
    CHROME_PLAIN,
    CHROME_LEAVES, /* there is nowhere to go back to: q leaves */
    CHROME_TYPES   /* characters go into a line */
};

/* The line of keys, laid out: what is drawn, and what a click finds. A plain value; all
 * zero: nothing is laid out. */
struct chrome_hints {
    enum keys_scope scope;
    enum chrome_mode mode;
    int width;
    size_t n;
    struct chrome_hint {
        int key, x; /* x: of its name */
        char name[KEYS_NAME_LEN];
        const char *word;
    } all[CHROME_MAX_HINTS];
};

/* Lay out the keys of a view of this scope on a line of this width, as many as there is
 * room for: those of the view first, then those of what it lies in. Free of cost when
 * that is what is laid out. */
void chrome_lay_hints(struct chrome_hints *h, enum keys_scope scope,
                      enum chrome_mode mode, int width);
void chrome_keys(const struct draw_pane *p, int y,
                 const struct chrome_hints *h);
/* The key whose hint stands at cell x of that line; 0: none. */
int chrome_key_at(const struct chrome_hints *h, int x);

#endif
