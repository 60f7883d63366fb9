/* clicks.h -- what a mouse did, from what curses reports of it: clicks, two of them
 * within CLICKS_TWICE_MS on one cell, and the wheel. Decides; changes no terminal.
 * A plain value; any thread. */
#ifndef UI_CLICKS_H
#define UI_CLICKS_H

#include <stdint.h>

enum { CLICKS_TWICE_MS = 400 };

enum clicks_kind {
    CLICKS_NONE, /* released, or a button that means nothing */
    CLICKS_ONCE,
    CLICKS_TWICE,
    CLICKS_WHEEL_UP,
    CLICKS_WHEEL_DOWN
};

/* The latest click; all zero at first. */
struct clicks {
    int y, x;
    int64_t at_ms;
    int is_fresh; /* it may become the first of two */
};

/* The buttons that curses is to report. */
unsigned long clicks_mask(void);
/* Take one report: a cell, and curses' bits of what happened there. */
enum clicks_kind clicks_take(struct clicks *c, int y, int x, unsigned long bits,
                             int64_t now_ms);

#endif
