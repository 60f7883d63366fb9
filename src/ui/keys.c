#include "config.h"

#include "ui/keys.h"

#include <assert.h>
#include <curses.h>
#include <stdio.h>

#define CTRL(letter) ((letter)&0x1f)
enum { ESC = 0x1b };

static const struct keys_binding table[] = {
    {KEYS_ANYWHERE, KEYS_SHOW_HELP, {'?', KEY_F(1)}, "this page", "help"},
    {KEYS_ANYWHERE, KEYS_LEAVE, {'q'}, "back; from the list: leave", "back"},
    {KEYS_ANYWHERE, KEYS_BACK, {ESC}, "back, but never leaves", "back"},
    {KEYS_ANYWHERE,
     KEYS_QUIT,
     {'Q', CTRL('c'), KEY_F(10)},
     "leave; twice: at once",
     NULL},
    {KEYS_ANYWHERE,
     KEYS_DETACH,
     {'D'},
     "leave, and go on in the background: asks first",
     NULL},
    {KEYS_ANYWHERE, KEYS_ADD, {'a'}, "add a torrent", "add"},
    {KEYS_ANYWHERE, KEYS_COMMAND, {':'}, "type a command", NULL},
    {KEYS_ANYWHERE,
     KEYS_COCKPIT,
     {'c'},
     "all of a torrent on one screen",
     NULL},
    {KEYS_ANYWHERE, KEYS_FREEZE, {'F'}, "hold the view; data goes on", NULL},
    {KEYS_ANYWHERE, KEYS_LOG, {'e'}, "what happened, to all torrents", NULL},
    {KEYS_ANYWHERE,
     KEYS_SHOW_DHT,
     {'H'},
     "the DHT: its nodes, look-ups and traffic",
     NULL},
    {KEYS_ANYWHERE,
     KEYS_DOWN_LESS,
     {'['},
     "receive less, all torrents together",
     NULL},
    {KEYS_ANYWHERE, KEYS_DOWN_MORE, {']'}, "receive more", NULL},
    {KEYS_ANYWHERE,
     KEYS_UP_LESS,
     {'{'},
     "send less, all torrents together",
     NULL},
    {KEYS_ANYWHERE, KEYS_UP_MORE, {'}'}, "send more", NULL},
    {KEYS_ANYWHERE,
     KEYS_ALT_LIMITS,
     {'\\'},
     "the other limits, and back",
     NULL},
    {KEYS_ANYWHERE,
     KEYS_GLYPHS,
     {'~'},
     "ASCII, lines, blocks or braille",
     NULL},
    {KEYS_ANYWHERE, KEYS_THEME, {'C'}, "dark, light or without colour", NULL},
    {KEYS_ANYWHERE, KEYS_MOUSE, {'M'}, "the mouse: on or off", NULL},
    {KEYS_ANYWHERE, KEYS_REDRAW, {CTRL('l')}, "draw the screen anew", NULL},
    {KEYS_ANYWHERE, KEYS_SUSPEND, {CTRL('z')}, "suspend; fg goes on", NULL},

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

    {KEYS_TORRENT, KEYS_PAUSE, {'p'}, "pause or resume", "pause"},
    {KEYS_TORRENT,
     KEYS_FORCE,
     {'S'},
     "start now, whatever the queue says; again: queue it",
     NULL},
    {KEYS_TORRENT, KEYS_REANNOUNCE, {'r'}, "ask the trackers again", NULL},
    {KEYS_TORRENT,
     KEYS_VERIFY,
     {'v'},
     "check the data against the hashes",
     NULL},
    {KEYS_TORRENT, KEYS_REMOVE, {'d'}, "remove: asks first", "remove"},
    {KEYS_TORRENT, KEYS_LIMITS, {'L'}, "limits of this torrent", NULL},
    {KEYS_TORRENT, KEYS_LABEL, {'T'}, "label it", NULL},
    {KEYS_TORRENT,
     KEYS_MOVE_DATA,
     {'m'},
     "move its data to another folder",
     NULL},
    {KEYS_TORRENT, KEYS_QUEUE_UP, {'K', '+'}, "up in the queue", NULL},
    {KEYS_TORRENT, KEYS_QUEUE_DOWN, {'J', '-'}, "down in the queue", NULL},
    {KEYS_TORRENT, KEYS_WHY, {'w'}, "why this speed", NULL},

    {KEYS_LIST, KEYS_OPEN, {'\r', '\n', KEY_ENTER}, "open the torrent", "open"},
    {KEYS_LIST,
     KEYS_MARK,
     {' '},
     "mark, and go on; keys act on the marked",
     "mark"},
    {KEYS_LIST,
     KEYS_MARK_RANGE,
     {'V'},
     "mark all from here to where the cursor goes",
     NULL},
    {KEYS_LIST, KEYS_MARK_ALL, {'*'}, "mark all that are shown", NULL},
    {KEYS_LIST, KEYS_MARK_INVERT, {'!'}, "mark the others instead", NULL},
    {KEYS_LIST, KEYS_UNMARK, {'u'}, "unmark all", NULL},
    {KEYS_LIST,
     KEYS_FILTER,
     {'/', 'f', KEY_F(3)},
     "show some only: words, or seeds<2 size>1G; Esc: all",
     "filter"},
    {KEYS_LIST, KEYS_SORT, {'s', KEY_F(6)}, "sort by the next column", "sort"},
    {KEYS_LIST, KEYS_SORT_LEFT, {'<'}, "sort by the column on the left", NULL},
    {KEYS_LIST,
     KEYS_SORT_RIGHT,
     {'>'},
     "sort by the column on the right",
     NULL},
    {KEYS_LIST, KEYS_SORT_INVERT, {'I'}, "the other way round", NULL},
    {KEYS_LIST, KEYS_COLUMNS, {'o'}, "which columns are shown", NULL},
    {KEYS_LIST, KEYS_PREVIEW, {'i'}, "show or fold the preview", NULL},

    {KEYS_DETAIL, KEYS_TAB_NEXT, {'\t'}, "the next tab", "next"},
    {KEYS_DETAIL, KEYS_TAB_PREV, {KEY_BTAB}, "the tab before", NULL},
    {KEYS_DETAIL, KEYS_TAB_1, {'1'}, "Overview", NULL},
    {KEYS_DETAIL, KEYS_TAB_2, {'2'}, "Pieces", NULL},
    {KEYS_DETAIL, KEYS_TAB_3, {'3'}, "Peers", NULL},
    {KEYS_DETAIL, KEYS_TAB_4, {'4'}, "Files", NULL},
    {KEYS_DETAIL, KEYS_TAB_5, {'5'}, "Trackers", NULL},
    {KEYS_DETAIL, KEYS_TAB_6, {'6'}, "Graph", NULL},
    {KEYS_DETAIL, KEYS_TAB_7, {'7'}, "Log", NULL},

    {KEYS_PIECES,
     KEYS_OPEN,
     {'\r', '\n', KEY_ENTER},
     "who has this piece",
     "who has it"},
    {KEYS_PIECES,
     KEYS_MODE,
     {'m'},
     "the map shows state, copies, age, source, files...",
     "mode"},
    {KEYS_PIECES,
     KEYS_ZOOM,
     {'z'},
     "all pieces at once, or one a cell",
     "zoom"},
    {KEYS_PIECES, KEYS_NEXT_MATCH, {'n'}, "the next piece under way", "active"},
    {KEYS_PIECES, KEYS_PREV_MATCH, {'N'}, "the piece under way before", NULL},
    {KEYS_PIECES, KEYS_NEXT_RARE, {'r'}, "the next rarest piece", "rarest"},
    {KEYS_PIECES,
     KEYS_NEXT_BAD,
     {'x'},
     "the next piece that failed its hash",
     NULL},
    {KEYS_PIECES, KEYS_GOTO, {':'}, "to a piece by its number", NULL},
    {KEYS_PIECES, KEYS_FILE, {'f'}, "the file that it is in", NULL},
    {KEYS_PIECES, KEYS_RAISE, {'P'}, "fetch this piece before others", "raise"},
    {KEYS_PIECES,
     KEYS_MARK,
     {' '},
     "mark what the selected peer has, or do not",
     NULL},

    {KEYS_PEERS, KEYS_OPEN, {'\r', '\n', KEY_ENTER}, "the peer's page", "page"},
    {KEYS_PEERS, KEYS_TRACE, {'t'}, "its messages", NULL},
    {KEYS_PEERS, KEYS_KICK, {'X'}, "close the connection: asks first", "kick"},
    {KEYS_PEERS,
     KEYS_BAN,
     {'B'},
     "never talk to its address again: asks first",
     "ban"},
    {KEYS_PEERS, KEYS_SNUB, {'S'}, "choke it until pressed again", NULL},
    {KEYS_PEERS, KEYS_COPY, {'y'}, "copy its address", NULL},
    {KEYS_PEERS, KEYS_ADD_PEER, {'A'}, "connect to an address", NULL},
    {KEYS_PEERS,
     KEYS_FILTER,
     {'/', KEY_F(3)},
     "show some only: words, choked, has, down>10k; Esc: all",
     "filter"},
    {KEYS_PEERS, KEYS_SORT, {'s', KEY_F(6)}, "sort by the next column", "sort"},
    {KEYS_PEERS, KEYS_SORT_LEFT, {'<'}, "sort by the column on the left", NULL},
    {KEYS_PEERS,
     KEYS_SORT_RIGHT,
     {'>'},
     "sort by the column on the right",
     NULL},
    {KEYS_PEERS, KEYS_SORT_INVERT, {'I'}, "the other way round", NULL},
    {KEYS_PEERS, KEYS_COLUMNS, {'o'}, "which columns are shown", NULL},

    {KEYS_PEER, KEYS_SORT_LEFT, {'<'}, "the peer before", NULL},
    {KEYS_PEER, KEYS_SORT_RIGHT, {'>'}, "the next peer", "next peer"},
    {KEYS_PEER,
     KEYS_TRACE,
     {'t'},
     "all messages, those without data, or data alone",
     "messages"},
    {KEYS_PEER, KEYS_FILTER, {'/', KEY_F(3)}, "find in the messages", NULL},
    {KEYS_PEER, KEYS_NEXT_MATCH, {'n'}, "the next that was found", NULL},
    {KEYS_PEER, KEYS_PREV_MATCH, {'N'}, "the one before that was found", NULL},
    {KEYS_PEER,
     KEYS_SAVE,
     {'o', 'W'},
     "save the messages as JSON lines",
     "save"},
    {KEYS_PEER, KEYS_KICK, {'X'}, "close the connection: asks first", "kick"},
    {KEYS_PEER,
     KEYS_BAN,
     {'B'},
     "never talk to its address again: asks first",
     "ban"},
    {KEYS_PEER, KEYS_SNUB, {'S'}, "choke it until pressed again", NULL},
    {KEYS_PEER, KEYS_COPY, {'y'}, "copy its address", NULL},

    {KEYS_FILES,
     KEYS_OPEN,
     {'\r', '\n', KEY_ENTER},
     "show it on the map of pieces",
     "on the map"},
    {KEYS_FILES, KEYS_PRIORITY_UP, {'+', '='}, "want it more", "more"},
    {KEYS_FILES, KEYS_PRIORITY_DOWN, {'-'}, "want it less", "less"},
    {KEYS_FILES, KEYS_SKIP, {'0'}, "skip it", "skip"},
    {KEYS_FILES,
     KEYS_MARK,
     {' '},
     "mark, and go on; keys act on the marked",
     "mark"},
    {KEYS_FILES, KEYS_MARK_ALL, {'*'}, "mark all that are shown", NULL},
    {KEYS_FILES, KEYS_MARK_INVERT, {'!'}, "mark the others instead", NULL},
    {KEYS_FILES, KEYS_UNMARK, {'u'}, "unmark all", NULL},
    {KEYS_FILES,
     KEYS_FILTER,
     {'/', KEY_F(3)},
     "show only paths with this in them; Esc: all",
     NULL},
    {KEYS_FILES, KEYS_EXPAND, {'x'}, "open or fold a folder", NULL},
    {KEYS_FILES,
     KEYS_SEQUENTIAL,
     {'S'},
     "fetch pieces in order, or the rarest first",
     NULL},
    {KEYS_FILES,
     KEYS_FIRST_LAST,
     {'E'},
     "fetch both ends of each file first, or not",
     NULL},
    {KEYS_FILES,
     KEYS_SHOW_FILE,
     {'o'},
     "open it with the program for its kind",
     NULL},

    {KEYS_TRACKERS, KEYS_ADD_TRACKER, {'a'}, "add a tracker", "add"},
    {KEYS_TRACKERS,
     KEYS_REMOVE_TRACKER,
     {'d'},
     "remove the tracker: asks first",
     "remove"},
    {KEYS_TRACKERS,
     KEYS_REANNOUNCE,
     {'r'},
     "ask the trackers again",
     "ask again"},
    {KEYS_TRACKERS, KEYS_COPY, {'y'}, "copy its URL", "copy"},

    {KEYS_GRAPH,
     KEYS_SPAN_NEXT,
     {'t'},
     "a longer span: 1 m, 5 m, 1 h, 24 h",
     "span"},
    {KEYS_GRAPH, KEYS_SPAN_PREV, {'T'}, "a shorter span", NULL},
    {KEYS_GRAPH, KEYS_STACK, {'m'}, "by peer, or all in one", "by peer"},
    {KEYS_GRAPH,
     KEYS_ALL_TORRENTS,
     {'A'},
     "of all torrents, or of this one",
     "all"},

    {KEYS_EVENTS, KEYS_TOPIC_ALL, {'0'}, "all topics", NULL},
    {KEYS_EVENTS, KEYS_TOPIC_CHOKE, {'c'}, "choking: show or hide", "choke"},
    {KEYS_EVENTS, KEYS_TOPIC_PIECE, {'p'}, "pieces", "piece"},
    {KEYS_EVENTS,
     KEYS_TOPIC_HASH,
     {'b'},
     "bad pieces and banned peers",
     "hash"},
    {KEYS_EVENTS, KEYS_TOPIC_TRACKER, {'t'}, "trackers", "tracker"},
    {KEYS_EVENTS, KEYS_TOPIC_PEER, {'n'}, "connections", "conns"},
    {KEYS_EVENTS, KEYS_TOPIC_DISK, {'d'}, "the disk", "disk"},
    {KEYS_EVENTS, KEYS_TOPIC_GENERAL, {'x'}, "all else", "else"},
    {KEYS_EVENTS,
     KEYS_FILTER,
     {'/', KEY_F(3)},
     "show only lines with this in them; Esc: all",
     NULL},
    {KEYS_EVENTS,
     KEYS_FOLLOW,
     {'f'},
     "stay with the newest, or hold",
     "follow"},
    {KEYS_EVENTS,
     KEYS_LEVEL,
     {'i'},
     "all, what matters, or what is bad alone",
     "level"},
    {KEYS_EVENTS, KEYS_SAVE, {'W'}, "write it to a file", NULL},
    {KEYS_EVENTS, KEYS_COPY, {'y'}, "copy the line", NULL},
    {KEYS_EVENTS,
     KEYS_OPEN,
     {'\r', '\n', KEY_ENTER},
     "the peer or the piece that it is about",
     NULL},

    {KEYS_ALL_EVENTS, KEYS_TOPIC_ALL, {'0'}, "all topics", NULL},
    {KEYS_ALL_EVENTS,
     KEYS_TOPIC_CHOKE,
     {'c'},
     "choking: show or hide",
     "choke"},
    {KEYS_ALL_EVENTS, KEYS_TOPIC_PIECE, {'p'}, "pieces", "piece"},
    {KEYS_ALL_EVENTS,
     KEYS_TOPIC_HASH,
     {'b'},
     "bad pieces and banned peers",
     "hash"},
    {KEYS_ALL_EVENTS, KEYS_TOPIC_TRACKER, {'t'}, "trackers", "tracker"},
    {KEYS_ALL_EVENTS, KEYS_TOPIC_PEER, {'n'}, "connections", "conns"},
    {KEYS_ALL_EVENTS, KEYS_TOPIC_DISK, {'d'}, "the disk", "disk"},
    {KEYS_ALL_EVENTS, KEYS_TOPIC_GENERAL, {'x'}, "all else", "else"},
    {KEYS_ALL_EVENTS,
     KEYS_FILTER,
     {'/', KEY_F(3)},
     "show only lines with this in them; Esc: all",
     NULL},
    {KEYS_ALL_EVENTS,
     KEYS_FOLLOW,
     {'f'},
     "stay with the newest, or hold",
     "follow"},
    {KEYS_ALL_EVENTS,
     KEYS_LEVEL,
     {'i'},
     "all, what matters, or what is bad alone",
     "level"},
    {KEYS_ALL_EVENTS, KEYS_SAVE, {'W'}, "write it to a file", NULL},
    {KEYS_ALL_EVENTS, KEYS_COPY, {'y'}, "copy the line", NULL},
    {KEYS_ALL_EVENTS,
     KEYS_OPEN,
     {'\r', '\n', KEY_ENTER},
     "the torrent that it is about",
     NULL},

    {KEYS_PANES, KEYS_TAB_NEXT, {'\t'}, "the next pane", NULL},
    {KEYS_PANES, KEYS_TAB_PREV, {KEY_BTAB}, "the pane before", NULL},
    {KEYS_PANES, KEYS_TAB_1, {'1'}, "why this speed", NULL},
    {KEYS_PANES, KEYS_TAB_2, {'2'}, "pieces", NULL},
    {KEYS_PANES, KEYS_TAB_3, {'3'}, "peers", NULL},
    {KEYS_PANES, KEYS_TAB_4, {'4'}, "Files, alone", NULL},
    {KEYS_PANES, KEYS_TAB_5, {'5'}, "Trackers, alone", NULL},
    {KEYS_PANES, KEYS_TAB_6, {'6'}, "graph", NULL},
    {KEYS_PANES, KEYS_TAB_7, {'7'}, "log", NULL},
    {KEYS_PANES, KEYS_OPEN, {'\r', '\n', KEY_ENTER}, "this pane alone", NULL},
    {KEYS_PANES, KEYS_COCKPIT, {'c'}, "one view at a time again", NULL},

    {KEYS_ADDING,
     KEYS_OPEN,
     {'\r', '\n', KEY_ENTER},
     "read the source; then add it",
     "add"},
    {KEYS_ADDING, KEYS_MARK, {' '}, "want this file, or not", "choose"},
    {KEYS_ADDING, KEYS_MARK_ALL, {'a', '*'}, "want all files", "all"},
    {KEYS_ADDING, KEYS_UNMARK, {'n'}, "want none", "none"},
    {KEYS_ADDING, KEYS_MARK_INVERT, {'!'}, "want the others instead", NULL},
    {KEYS_ADDING, KEYS_PRIORITY_UP, {'+', '='}, "want this file more", NULL},
    {KEYS_ADDING, KEYS_PRIORITY_DOWN, {'-'}, "want it less", NULL},
    {KEYS_ADDING,
     KEYS_TAB_NEXT,
     {'\t'},
     "the next field; completes a path first",
     "next"},
    {KEYS_ADDING, KEYS_TAB_PREV, {KEY_BTAB}, "the field before", NULL},

    {KEYS_MENU, KEYS_MARK, {' '}, "show this column, or do not", "on/off"},
    {KEYS_MENU,
     KEYS_RESET,
     {'0'},
     "those that fit, as without a choice",
     "reset"},
    {KEYS_MENU,
     KEYS_OPEN,
     {'\r', '\n', KEY_ENTER},
     "close the menu; Esc does, too",
     "close"},
    {KEYS_MENU, KEYS_COLUMNS, {'o'}, "the same", NULL},

    {KEYS_DHT,
     KEYS_OPEN,
     {'\r', '\n', KEY_ENTER},
     "the torrent that it looks for",
     "torrent"},

    {KEYS_HELP,
     KEYS_FILTER,
     {'/', KEY_F(3)},
     "show only what has this in its words; Esc: all",
     "find"},
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

/* The scope whose bindings hold where those of this one say nothing; the last is
 * everywhere. Rows come just before that. */
static enum keys_scope outer(enum keys_scope scope)
{
    static const enum keys_scope outers[KEYS_N_SCOPES] = {
        [KEYS_LIST] = KEYS_TORRENT,     [KEYS_DETAIL] = KEYS_TORRENT,
        [KEYS_PIECES] = KEYS_DETAIL,    [KEYS_PEERS] = KEYS_DETAIL,
        [KEYS_FILES] = KEYS_DETAIL,     [KEYS_TRACKERS] = KEYS_DETAIL,
        [KEYS_GRAPH] = KEYS_DETAIL,     [KEYS_EVENTS] = KEYS_DETAIL,
        [KEYS_PANES] = KEYS_ANYWHERE,   [KEYS_ALL_EVENTS] = KEYS_ANYWHERE,
        [KEYS_PEER] = KEYS_ANYWHERE,    [KEYS_ADDING] = KEYS_ANYWHERE,
        [KEYS_TORRENT] = KEYS_ANYWHERE, [KEYS_HELP] = KEYS_ANYWHERE,
        [KEYS_MENU] = KEYS_ANYWHERE,    [KEYS_DHT] = KEYS_ANYWHERE,
    };
    return outers[scope];
}

enum keys_action keys_find(enum keys_scope scope, bool has_rows, int key)
{
    if (key == 0)
        return KEYS_NOTHING;
    enum keys_action action = KEYS_NOTHING;
    for (; scope != KEYS_ANYWHERE && action == KEYS_NOTHING;
         scope = outer(scope))
        action = find_in(scope, key);
    if (action == KEYS_NOTHING && has_rows)
        action = find_in(KEYS_MOVE, key);
    return action != KEYS_NOTHING ? action : find_in(KEYS_ANYWHERE, key);
}

bool keys_holds_in(enum keys_scope scope, enum keys_scope view)
{
    for (; view != scope && view != KEYS_ANYWHERE; view = outer(view))
        ;
    return view == scope;
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
        [KEYS_ANYWHERE] = "Everywhere",
        [KEYS_MOVE] = "Moving",
        [KEYS_TORRENT] = "Torrents",
        [KEYS_LIST] = "List of torrents",
        [KEYS_DETAIL] = "One torrent",
        [KEYS_PIECES] = "Pieces",
        [KEYS_PEERS] = "Peers",
        [KEYS_PEER] = "One peer",
        [KEYS_FILES] = "Files",
        [KEYS_TRACKERS] = "Trackers",
        [KEYS_GRAPH] = "Graph",
        [KEYS_EVENTS] = "Log",
        [KEYS_ALL_EVENTS] = "Log of all torrents",
        [KEYS_PANES] = "Cockpit",
        [KEYS_ADDING] = "Adding a torrent",
        [KEYS_MENU] = "Menu of columns",
        [KEYS_DHT] = "DHT",
        [KEYS_HELP] = "This page",
    };
    assert(scope < KEYS_N_SCOPES);
    return names[scope];
}
