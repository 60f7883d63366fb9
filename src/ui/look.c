#include "config.h"

#include "ui/look.h"

#include <stdio.h>
#include <string.h>

/* Draw so from now on, and say what became of it. */
static void change(struct view_world *w, struct draw *d, struct draw_look look,
                   bool is_theme)
{
    const char *name =
        is_theme ? theme_name(look.theme) : glyphs_level_name(look.level);
    draw_set_look(d, look);
    view_set(w, is_theme ? "theme" : "glyphs", name);
    snprintf(w->message, sizeof w->message, "%s: %s",
             is_theme ? "colours" : "glyphs", name);
}

bool look_act(struct view_world *w, struct draw *d, enum keys_action action)
{
    struct draw_look look = draw_look(d);
    if (action == KEYS_GLYPHS)
        look.level = glyphs_next(look.level, look.is_utf8);
    else if (action == KEYS_THEME)
        look.theme = (enum theme_kind)((look.theme + 1) % THEME_N);
    else
        return false;
    change(w, d, look, action == KEYS_THEME);
    return true;
}

bool look_called(struct view_world *w, struct draw *d, const char *word,
                 const char *name)
{
    struct draw_look look = draw_look(d);
    bool is_theme = strcmp(word, "theme") == 0;
    if (!is_theme && strcmp(word, "glyphs") != 0)
        return false;
    int n = is_theme ? (int)THEME_N : (int)GLYPHS_N_LEVELS;
    for (int i = 0; i < n; i++) {
        const char *is = is_theme ? theme_name((enum theme_kind)i)
                                  : glyphs_level_name((enum glyphs_level)i);
        if (strcmp(is, name) != 0)
            continue;
        if (is_theme)
            look.theme = (enum theme_kind)i;
        else
            look.level = (enum glyphs_level)i;
        change(w, d, look, is_theme);
        return true;
    }
    snprintf(w->message, sizeof w->message,
             "%s: none is called \"%.40s\"; Tab shows them", word, name);
    return true;
}
