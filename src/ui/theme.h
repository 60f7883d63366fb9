/* theme.h -- how each role looks: attributes and a colour, for dark and light
 * backgrounds and without colour. Letters carry meaning; colour only repeats it, so
 * mono loses nothing. Uses the terminal's own background. Pure tables; any thread. */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>

enum theme_kind { THEME_DARK, THEME_LIGHT, THEME_MONO, THEME_N };

/* What a cell is for. */
enum theme_role {
    THEME_NORMAL,
    THEME_DIM,     /* what matters less */
    THEME_STRONG,
    THEME_BAR,     /* the header line */
    THEME_HEADING, /* of a table's columns */
    THEME_KEY,     /* a key's name on the last line */
    THEME_CURSOR,  /* the row that keys act on */
    THEME_HAVE,
    THEME_PARTIAL,
    THEME_ACTIVE,
    THEME_RARE,
    THEME_GONE,
    THEME_BAD,
    THEME_CHOKED,
    THEME_DOWN,    /* towards us */
    THEME_UP,
    THEME_ALERT,   /* an error that the user should see */
    THEME_SLOW,    /* on order for too long */
    THEME_OF_PEER, /* what has to do with the selected peer */
    THEME_N_ROLES
};

enum { /* attributes, bits */
    THEME_BOLD = 1,
    THEME_FAINT = 2,
    THEME_REVERSE = 4,
    THEME_UNDERLINE = 8
};

struct theme_look {
    unsigned attrs; /* bits above */
    int fg;         /* a colour number; 0xRRGGBB with true colour; -1: default */
};

/* The look of a role where n_colors are to be had: below 8 as mono. */
struct theme_look theme_look(enum theme_kind kind, int n_colors,
                             enum theme_role role);

/* Mono where NO_COLOR (its value, or NULL) is not empty, else dark. */
enum theme_kind theme_choose(const char *no_color);

/* "dark", "light", "mono". */
const char *theme_name(enum theme_kind kind);

#endif
