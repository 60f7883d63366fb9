/* glyphs.h -- which characters draw lines, bars and graphs, at four levels: every
 * terminal has ASCII; line drawing, blocks and braille are richer. Decides the level
 * from locale and TERM, and nothing about where glyphs go. All are one cell wide.
 * Pure tables; any thread. */
#ifndef UI_GLYPHS_H
#define UI_GLYPHS_H

#include <stdbool.h>
#include <stddef.h>

enum glyphs_level {
    GLYPHS_ASCII,
    GLYPHS_LINE,    /* lines drawn, the rest ASCII */
    GLYPHS_BLOCK,   /* and blocks */
    GLYPHS_BRAILLE, /* and two samples a cell in graphs */
    GLYPHS_N_LEVELS
};

enum glyphs_id {
    GLYPHS_HLINE,
    GLYPHS_VLINE,
    GLYPHS_CORNER, /* where an axis meets another */
    GLYPHS_FULL,   /* had */
    GLYPHS_PART,   /* some of it had */
    GLYPHS_NONE,   /* missing, in a bar */
    GLYPHS_DOT,    /* missing, in a map */
    GLYPHS_OPEN,   /* a tree's node that shows what is in it */
    GLYPHS_SHUT,
    GLYPHS_CURSOR, /* before the row that keys act on */
    GLYPHS_MARK,   /* before a marked row */
    GLYPHS_DOWN,   /* a column sorted from the greatest on */
    GLYPHS_UP,
    GLYPHS_TOP_LEFT, /* corners of a box */
    GLYPHS_TOP_RIGHT,
    GLYPHS_LOW_LEFT,
    GLYPHS_LOW_RIGHT,
    GLYPHS_N
};

enum { GLYPHS_STEPS = 4 }; /* heights of one half of a graph's cell */

/* The glyph as UTF-8; ASCII levels give ASCII. Static. */
const char *glyphs_text(enum glyphs_level level, enum glyphs_id id);

/* A graph's cell with two samples side by side, each 0..GLYPHS_STEPS high. Static. */
const char *glyphs_pair(enum glyphs_level level, unsigned left, unsigned right);

/* What a terminal of this name takes: ASCII without UTF-8 and on terminals known
 * for poor fonts, lines on the Linux console, else blocks. term may be NULL. */
enum glyphs_level glyphs_choose(bool is_utf8, const char *term);

/* The next level, after the last the first; ASCII only without UTF-8. */
enum glyphs_level glyphs_next(enum glyphs_level level, bool is_utf8);

/* "ascii", "line", "block", "braille". */
const char *glyphs_level_name(enum glyphs_level level);

#endif
