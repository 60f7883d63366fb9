#include "config.h"

#include "ui/box.h"

struct draw_pane box_draw(const struct draw_pane *p, const char *title,
                          bool has_focus)
{
    enum theme_role role = has_focus ? THEME_KEY : THEME_DIM;
    int last_y = p->h - 1, last_x = p->w - 1;
    draw_glyphs(p, 0, 0, p->w, role, GLYPHS_HLINE);
    draw_glyphs(p, last_y, 0, p->w, role, GLYPHS_HLINE);
    for (int y = 1; y < last_y; y++) {
        draw_glyphs(p, y, 0, 1, role, GLYPHS_VLINE);
        draw_glyphs(p, y, last_x, 1, role, GLYPHS_VLINE);
    }
    draw_glyphs(p, 0, 0, 1, role, GLYPHS_TOP_LEFT);
    draw_glyphs(p, 0, last_x, 1, role, GLYPHS_TOP_RIGHT);
    draw_glyphs(p, last_y, 0, 1, role, GLYPHS_LOW_LEFT);
    draw_glyphs(p, last_y, last_x, 1, role, GLYPHS_LOW_RIGHT);
    draw_format(p, 0, 2, p->w - 4, has_focus ? THEME_HEADING : THEME_DIM,
                has_focus ? "[%s]" : " %s ", title);
    return draw_sub(p, 1, 1, p->h - 2, p->w - 2);
}

void box_foot(const struct draw_pane *p, const char *words)
{
    draw_right(p, p->h - 1, 2, p->w - 4, THEME_DIM, words);
}
