#include "config.h"

#include "ui/listbox.h"

static void show_cursor(struct listbox *l)
{
    size_t height = l->height > 0 ? l->height : 1;
    if (l->cursor < l->top)
        l->top = l->cursor;
    if (l->cursor - l->top >= height)
        l->top = l->cursor - height + 1;
    size_t last_top = l->n > height ? l->n - height : 0;
    if (l->top > last_top)
        l->top = last_top;
}

void listbox_fit(struct listbox *l, size_t n, size_t height)
{
    l->n = n;
    l->height = height;
    listbox_go(l, l->cursor);
}

void listbox_go(struct listbox *l, size_t row)
{
    l->cursor = row < l->n ? row : l->n > 0 ? l->n - 1 : 0;
    show_cursor(l);
}

static void go_by(struct listbox *l, size_t rows, bool down)
{
    size_t step = rows > 0 ? rows : 1;
    if (down)
        listbox_go(l, l->n - l->cursor > step ? l->cursor + step : l->n);
    else
        listbox_go(l, l->cursor > step ? l->cursor - step : 0);
}

bool listbox_act(struct listbox *l, enum keys_action action)
{
    static const struct {
        char kind; /* 'r' one row, 'h' half a page, 'p' a page, 'e' the end */
        bool down;
    } moves[KEYS_N_ACTIONS] = {
        [KEYS_NEXT] = {'r', true},      [KEYS_PREV] = {'r', false},
        [KEYS_HALF_NEXT] = {'h', true}, [KEYS_HALF_PREV] = {'h', false},
        [KEYS_PAGE_NEXT] = {'p', true}, [KEYS_PAGE_PREV] = {'p', false},
        [KEYS_FIRST] = {'e', false},    [KEYS_LAST] = {'e', true},
    };
    bool down = moves[action].down;
    switch (moves[action].kind) {
    case 'r':
        go_by(l, 1, down);
        return true;
    case 'h':
        go_by(l, l->height / 2, down);
        return true;
    case 'p':
        go_by(l, l->height, down);
        return true;
    case 'e':
        listbox_go(l, down ? l->n : 0);
        return true;
    default:
        return false;
    }
}
