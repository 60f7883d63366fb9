#include "config.h"

#include "cmd/uiprefs.h"

struct tui_prefs uiprefs_of(const struct settings *s)
{
    static const int glyphs[] = {
        [SETTINGS_GLYPHS_AUTO] = PREFS_AUTO,
        [SETTINGS_GLYPHS_ASCII] = GLYPHS_ASCII,
        [SETTINGS_GLYPHS_LINE] = GLYPHS_LINE,
        [SETTINGS_GLYPHS_BLOCK] = GLYPHS_BLOCK,
        [SETTINGS_GLYPHS_BRAILLE] = GLYPHS_BRAILLE,
    };
    static const int themes[] = {
        [SETTINGS_THEME_AUTO] = PREFS_AUTO,
        [SETTINGS_THEME_DARK] = THEME_DARK,
        [SETTINGS_THEME_LIGHT] = THEME_LIGHT,
        [SETTINGS_THEME_MONO] = THEME_MONO,
    };
    static const int colors[] = {
        [SETTINGS_COLORS_AUTO] = PREFS_AUTO,
        [SETTINGS_COLORS_8] = 8,
        [SETTINGS_COLORS_256] = 256,
        [SETTINGS_COLORS_TRUE] = PREFS_ALL_COLORS,
        [SETTINGS_COLORS_NEVER] = 0,
    };
    return (struct tui_prefs){.glyphs = glyphs[s->glyphs],
                              .theme = themes[s->theme],
                              .n_colors = colors[s->colors],
                              .mouse = s->mouse,
                              .alt = {s->alt_down_Bps, s->alt_up_Bps},
                              .asks_remove = s->confirm_remove,
                              .frame_ms = (uint32_t)s->frame_interval_ms};
}
