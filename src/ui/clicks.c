#include "config.h"

#include "ui/clicks.h"

#include <curses.h>
#include <stdbool.h>

unsigned long clicks_mask(void)
{
    return BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
}

enum clicks_kind clicks_take(struct clicks *c, int y, int x, unsigned long bits,
                             int64_t now_ms)
{
    if (bits & BUTTON4_PRESSED)
        return CLICKS_WHEEL_UP;
    if (bits & BUTTON5_PRESSED)
        return CLICKS_WHEEL_DOWN;
    if (!(bits & BUTTON1_PRESSED))
        return CLICKS_NONE;
    bool is_second = c->is_fresh && c->y == y && c->x == x &&
                     now_ms - c->at_ms <= CLICKS_TWICE_MS;
    *c = (struct clicks){.y = y,
                         .x = x,
                         .at_ms = now_ms,
                         .is_fresh = !is_second};
    return is_second ? CLICKS_TWICE : CLICKS_ONCE;
}
