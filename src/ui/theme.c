#include "config.h"

#include "ui/theme.h"

#include <assert.h>
#include <stddef.h>

enum { TRUE_COLORS = 1 << 24 };

/* A colour by what the terminal has: of 8, of 256, of 16 million. */
struct shade {
    int of_8, of_256, rgb;
};

struct style {
    unsigned attrs;                  /* with colour */
    unsigned mono;                   /* without */
    struct shade shades[THEME_MONO]; /* by theme_kind */
};

#define DEFAULT                                                                \
    {                                                                          \
        -1, -1, -1                                                             \
    }
#define BLUE                                                                   \
    {                                                                          \
        {6, 75, 0x5fafff},                                                     \
        {                                                                      \
            4, 25, 0x005faf                                                    \
        }                                                                      \
    }
#define ORANGE                                                                 \
    {                                                                          \
        {3, 215, 0xffaf5f},                                                    \
        {                                                                      \
            3, 130, 0x9a5000                                                   \
        }                                                                      \
    }
#define RED                                                                    \
    {                                                                          \
        {1, 203, 0xff5f5f},                                                    \
        {                                                                      \
            1, 160, 0xc00000                                                   \
        }                                                                      \
    }
#define VIOLET                                                                 \
    {                                                                          \
        {5, 176, 0xd787d7},                                                    \
        {                                                                      \
            5, 90, 0x870087                                                    \
        }                                                                      \
    }
#define GREY                                                                   \
    {                                                                          \
        {-1, 245, 0x8a8a8a},                                                   \
        {                                                                      \
            -1, 242, 0x6c6c6c                                                  \
        }                                                                      \
    }
#define PLAIN                                                                  \
    {                                                                          \
        DEFAULT, DEFAULT                                                       \
    }

static const struct style styles[THEME_N_ROLES] = {
    [THEME_NORMAL] = {0, 0, PLAIN},
    [THEME_DIM] = {0, 0, GREY},
    [THEME_STRONG] = {THEME_BOLD, THEME_BOLD, PLAIN},
    [THEME_BAR] = {THEME_REVERSE, THEME_REVERSE, PLAIN},
    [THEME_HEADING] = {THEME_BOLD, THEME_BOLD, BLUE},
    [THEME_KEY] = {THEME_BOLD, THEME_BOLD, PLAIN},
    [THEME_CURSOR] = {THEME_BOLD, THEME_BOLD, PLAIN},
    [THEME_HAVE] = {0, 0, BLUE},
    [THEME_PARTIAL] = {0, 0, VIOLET},
    [THEME_ACTIVE] = {THEME_BOLD, THEME_BOLD, ORANGE},
    [THEME_RARE] = {THEME_BOLD, THEME_BOLD, VIOLET},
    [THEME_GONE] = {THEME_BOLD, THEME_REVERSE, RED},
    [THEME_BAD] = {THEME_BOLD, THEME_REVERSE, RED},
    [THEME_CHOKED] = {0, 0, GREY},
    [THEME_DOWN] = {0, 0, BLUE},
    [THEME_UP] = {0, 0, ORANGE},
    [THEME_ALERT] = {THEME_BOLD, THEME_BOLD, RED},
    [THEME_SLOW] = {THEME_REVERSE, THEME_REVERSE, ORANGE},
    [THEME_OF_PEER] = {THEME_UNDERLINE | THEME_BOLD, THEME_UNDERLINE, PLAIN},
};

struct theme_look theme_look(enum theme_kind kind, int n_colors,
                             enum theme_role role)
{
    assert(kind < THEME_N && role < THEME_N_ROLES);
    const struct style *s = &styles[role];
    if (kind == THEME_MONO || n_colors < 8)
        return (struct theme_look){.attrs = s->mono, .fg = -1};
    const struct shade *c = &s->shades[kind];
    int fg = n_colors >= TRUE_COLORS ? c->rgb
             : n_colors >= 256       ? c->of_256
                                     : c->of_8;
    return (struct theme_look){.attrs = s->attrs, .fg = fg};
}

enum theme_kind theme_choose(const char *no_color)
{
    return no_color != NULL && no_color[0] != '\0' ? THEME_MONO : THEME_DARK;
}

const char *theme_name(enum theme_kind kind)
{
    static const char *const names[THEME_N] = {"dark", "light", "mono"};
    return names[kind];
}
