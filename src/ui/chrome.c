#include "config.h"

#include "ui/chrome.h"

#include <string.h>

#include "ui/units.h"

void chrome_header(const struct draw_pane *p, const struct frame *f,
                   bool is_frozen)
{
    for (int x = 0; x < p->w; x++)
        draw_text(p, 0, x, 1, THEME_BAR, " ");
    if (f == NULL) {
        draw_text(p, 0, 1, p->w, THEME_BAR, PACKAGE_NAME);
        return;
    }
    size_t n_active = 0;
    for (size_t i = 0; i < f->n_torrents; i++)
        n_active += f->torrents[i]->rate_down_Bps > 0 ||
                    f->torrents[i]->rate_up_Bps > 0;
    char down[UNITS_LEN], up[UNITS_LEN];
    units_rate(down, f->rate_down_Bps);
    units_rate(up, f->rate_up_Bps);
    int x = 1;
    if (p->w > 30)
        x += draw_text(p, 0, x, 9, THEME_BAR, PACKAGE_NAME " ");
    if (p->w > 48)
        x += draw_format(p, 0, x, p->w, THEME_BAR, " %zu act/%zu  ", n_active,
                         f->n_torrents);
    x += draw_format(p, 0, x, p->w, THEME_BAR, "D %-6s U %-6s", down, up);
    if (p->w > 60)
        draw_format(p, 0, x, p->w, THEME_BAR, "  peers %u  port %u", f->n_peers,
                    f->listen_port);
    if (is_frozen)
        draw_right(p, 0, 0, p->w - 1, THEME_BAR, "held: F goes on");
}

/* A tab is its number and title in three more cells: " 1 Over ". */
static int tab_width(const char *title)
{
    return (int)strlen(title) + 4;
}

void chrome_tabs(const struct draw_pane *p, const char *const *titles,
                 enum view_place at)
{
    int x = 1;
    for (int i = 0; i < (int)VIEW_N_TABS; i++) {
        bool here = (int)at == i;
        draw_format(p, 0, x, p->w, here ? THEME_HEADING : THEME_DIM,
                    here ? "[%d %s]" : " %d %s ", i + 1, titles[i]);
        x += tab_width(titles[i]);
    }
}

enum view_place chrome_tab_at(const char *const *titles, int x)
{
    int left = 1;
    for (int i = 0; i < (int)VIEW_N_TABS; i++) {
        int right = left + tab_width(titles[i]);
        if (x >= left && x < right)
            return (enum view_place)i;
        left = right;
    }
    return VIEW_STAY;
}

/* Lay the hints out on a line of this width: those of the view first, then those of
 * what it lies in. Draws them on p, when there is one; returns the key at cell x. */
static int walk_keys(const struct draw_pane *p, int y, int width,
                     enum keys_scope scope, int x_wanted)
{
    size_t n;
    const struct keys_binding *table = keys_table(&n);
    enum keys_scope scopes[] = {scope, KEYS_DETAIL, KEYS_TORRENT,
                                KEYS_ANYWHERE};
    int x = 1;
    for (size_t s = 0; s < sizeof scopes / sizeof *scopes; s++) {
        if ((s > 0 && scopes[s] == scope) || !keys_holds_in(scopes[s], scope))
            continue;
        for (size_t i = 0; i < n; i++) {
            const struct keys_binding *b = &table[i];
            if (b->scope != scopes[s] || b->hint == NULL)
                continue;
            char name[KEYS_NAME_LEN];
            keys_name(b->keys[0], name);
            int wide = (int)(strlen(name) + 1 + strlen(b->hint));
            if (x + wide >= width)
                continue;
            if (x_wanted >= x && x_wanted < x + wide)
                return b->keys[0];
            if (p != NULL) {
                draw_text(p, y, x, p->w, THEME_KEY, name);
                draw_text(p, y, x + (int)strlen(name) + 1, p->w, THEME_DIM,
                          b->hint);
            }
            x += wide + 2;
        }
    }
    return 0;
}

void chrome_keys(const struct draw_pane *p, int y, enum keys_scope scope)
{
    walk_keys(p, y, p->w, scope, -1);
}

int chrome_key_at(int width, enum keys_scope scope, int x)
{
    return walk_keys(NULL, 0, width, scope, x);
}
