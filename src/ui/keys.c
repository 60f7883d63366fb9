#include "config.h"

#include "ui/keys.h"

#include <assert.h>
#include <curses.h>
#include <stdio.h>

#define CTRL(letter) ((letter)&0x1f)
enum { ESC = 0x1b };

static const struct keys_binding table[] = {
    {KEYS_ANYWHERE, KEYS_SHOW_HELP, {'?', KEY_F(1)}, "this page", "help"},
    {KEYS_ANYWHERE,
     KEYS_BACK,
     {'q', ESC},
     "back; from the list: leave",
     "back"},
    {KEYS_ANYWHERE,
     KEYS_QUIT,
     {'Q', CTRL('c'), KEY_F(10)},
     "leave; twice: at once",
     NULL},
    {KEYS_ANYWHERE, KEYS_FREEZE, {'F'}, "hold the view; data goes on", NULL},
    {KEYS_ANYWHERE, KEYS_LOG, {'e'}, "what happened, to all torrents", NULL},
    {KEYS_ANYWHERE,
     KEYS_GLYPHS,
     {'~'},
     "ASCII, lines, blocks or braille",
     NULL},
    {KEYS_ANYWHERE, KEYS_THEME, {'C'}, "dark, light or without colour", NULL},
    {KEYS_ANYWHERE, KEYS_REDRAW, {CTRL('l')}, "draw the screen anew", NULL},

    {KEYS_MOVE, KEYS_NEXT, {'j', KEY_DOWN}, "down", NULL},
    {KEYS_MOVE, KEYS_PREV, {'k', KEY_UP}, "up", NULL},
    {KEYS_MOVE, KEYS_FIRST, {'g', KEY_HOME}, "to the first", NULL},
    {KEYS_MOVE, KEYS_LAST, {'G', KEY_END}, "to the last", NULL},
    {KEYS_MOVE, KEYS_HALF_NEXT, {CTRL('d')}, "half a page down", NULL},
    {KEYS_MOVE, KEYS_HALF_PREV, {CTRL('u')}, "half a page up", NULL},
    {KEYS_MOVE, KEYS_PAGE_NEXT, {CTRL('f'), KEY_NPAGE}, "a page down", NULL},
    {KEYS_MOVE, KEYS_PAGE_PREV, {CTRL('b'), KEY_PPAGE}, "a page up", NULL},
    {KEYS_MOVE, KEYS_LEFT, {'h', KEY_LEFT}, "to the left", NULL},
    {KEYS_MOVE, KEYS_RIGHT, {'l', KEY_RIGHT}, "to the right", NULL},

    {KEYS_LIST, KEYS_OPEN, {'\r', '\n', KEY_ENTER}, "open the torrent", "open"},
    {KEYS_LIST,
     KEYS_MARK,
     {' '},
     "mark, and go on; keys act on the marked",
     "mark"},
    {KEYS_LIST, KEYS_MARK_ALL, {'*'}, "mark all that are shown", NULL},
    {KEYS_LIST, KEYS_MARK_INVERT, {'!'}, "mark the others instead", NULL},
    {KEYS_LIST, KEYS_UNMARK, {'u'}, "unmark all", NULL},
    {KEYS_LIST, KEYS_PAUSE, {'p'}, "pause or resume", "pause"},
    {KEYS_LIST,
     KEYS_FILTER,
     {'/', KEY_F(3)},
     "show only names with this in them; Esc: all",
     "filter"},
    {KEYS_LIST, KEYS_SORT, {'s', KEY_F(6)}, "sort by the next column", "sort"},
    {KEYS_LIST, KEYS_SORT_LEFT, {'<'}, "sort by the column on the left", NULL},
    {KEYS_LIST,
     KEYS_SORT_RIGHT,
     {'>'},
     "sort by the column on the right",
     NULL},
    {KEYS_LIST, KEYS_SORT_INVERT, {'I'}, "the other way round", NULL},
    {KEYS_LIST, KEYS_REANNOUNCE, {'r'}, "ask the trackers again", NULL},
    {KEYS_LIST, KEYS_VERIFY, {'v'}, "check the data against the hashes", NULL},
    {KEYS_LIST, KEYS_REMOVE, {'d'}, "remove: asks first", "remove"},
    {KEYS_LIST, KEYS_PREVIEW, {'i'}, "show or fold the preview", NULL},

    {KEYS_DETAIL, KEYS_TAB_NEXT, {'\t'}, "the next tab", "next"},
    {KEYS_DETAIL, KEYS_TAB_PREV, {KEY_BTAB}, "the tab before", NULL},
    {KEYS_DETAIL, KEYS_TAB_1, {'1'}, "Overview", NULL},
    {KEYS_DETAIL, KEYS_TAB_2, {'2'}, "Pieces", NULL},
    {KEYS_DETAIL, KEYS_TAB_3, {'3'}, "Peers", NULL},
    {KEYS_DETAIL, KEYS_TAB_4, {'4'}, "Trackers", NULL},
    {KEYS_DETAIL, KEYS_TAB_5, {'5'}, "Log", NULL},
    {KEYS_DETAIL, KEYS_PAUSE, {'p'}, "pause or resume", "pause"},
    {KEYS_DETAIL,
     KEYS_REANNOUNCE,
     {'r'},
     "ask the trackers again",
     "reannounce"},
    {KEYS_DETAIL,
     KEYS_VERIFY,
     {'v'},
     "check the data against the hashes",
     "verify"},
};

enum { N_BINDINGS = sizeof table / sizeof table[0] };

const struct keys_binding *keys_table(size_t *n_out)
{
    *n_out = N_BINDINGS;
    return table;
}

static enum keys_action find_in(enum keys_scope scope, int key)
{
    for (size_t i = 0; i < N_BINDINGS; i++)
        for (size_t j = 0; j < KEYS_MAX_ALIASES; j++)
            if (table[i].scope == scope && table[i].keys[j] == key)
                return table[i].action;
    return KEYS_NOTHING;
}

enum keys_action keys_find(enum keys_scope scope, bool has_rows, int key)
{
    if (key == 0)
        return KEYS_NOTHING;
    enum keys_action action = find_in(scope, key);
    if (action == KEYS_NOTHING && has_rows)
        action = find_in(KEYS_MOVE, key);
    return action != KEYS_NOTHING ? action : find_in(KEYS_ANYWHERE, key);
}

void keys_name(int key, char dst[KEYS_NAME_LEN])
{
    static const struct {
        int key;
        const char *name;
    } names[] = {
        {' ', "Space"},       {'\t', "Tab"},        {'\r', "Enter"},
        {'\n', "Enter"},      {KEY_ENTER, "Enter"}, {ESC, "Esc"},
        {KEY_UP, "Up"},       {KEY_DOWN, "Down"},   {KEY_LEFT, "Left"},
        {KEY_RIGHT, "Right"}, {KEY_HOME, "Home"},   {KEY_END, "End"},
        {KEY_NPAGE, "PgDn"},  {KEY_PPAGE, "PgUp"},  {KEY_BTAB, "S-Tab"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (names[i].key == key) {
            snprintf(dst, KEYS_NAME_LEN, "%s", names[i].name);
            return;
        }
    }
    if (key > KEY_F0 && key <= KEY_F(12))
        snprintf(dst, KEYS_NAME_LEN, "F%d", key - KEY_F0);
    else if (key < ' ')
        snprintf(dst, KEYS_NAME_LEN, "^%c", key + '@');
    else
        snprintf(dst, KEYS_NAME_LEN, "%c", key);
}

const char *keys_scope_name(enum keys_scope scope)
{
    static const char *const names[KEYS_N_SCOPES] = {
        [KEYS_ANYWHERE] = "Everywhere",   [KEYS_MOVE] = "Moving",
        [KEYS_LIST] = "List of torrents", [KEYS_DETAIL] = "One torrent",
        [KEYS_HELP] = "This page",
    };
    assert(scope < KEYS_N_SCOPES);
    return names[scope];
}
