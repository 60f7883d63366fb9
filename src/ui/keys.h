/* keys.h -- which key does what where: one const table, which makes the dispatch, the
 * help page, the keys on the last line and the manual's list. Does nothing itself.
 * A key is a character (UTF-8 keys beyond ASCII are never bound), a control character,
 * or one of curses' KEY_ codes. Scopes nest: a view's own bindings win over those of
 * all tabs, of torrents, of whatever has rows, and of everywhere, in this order. Pure
 * tables; any thread. */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum keys_scope {
    KEYS_ANYWHERE,
    KEYS_MOVE,    /* whatever has rows */
    KEYS_TORRENT, /* wherever a torrent is selected: the list and the tabs */
    KEYS_LIST,    /* the list of torrents */
    KEYS_DETAIL,  /* what all of one torrent's tabs have */
    KEYS_PIECES,
    KEYS_PEERS,
    KEYS_PEER,
    KEYS_FILES,
    KEYS_TRACKERS,
    KEYS_GRAPH,
    KEYS_EVENTS,     /* the log of a torrent */
    KEYS_ALL_EVENTS, /* that of all; it has the same keys */
    KEYS_PANES,      /* the cockpit: before those of the pane in focus */
    KEYS_ADDING,
    KEYS_MENU, /* of columns, over a table */
    KEYS_SORT_MENU,
    KEYS_DHT, /* the page about it */
    KEYS_HELP,
    KEYS_N_SCOPES
};

enum keys_action {
    KEYS_NOTHING,
    /* moving */
    KEYS_NEXT,
    KEYS_PREV,
    KEYS_FIRST,
    KEYS_LAST,
    KEYS_HALF_NEXT,
    KEYS_HALF_PREV,
    KEYS_PAGE_NEXT,
    KEYS_PAGE_PREV,
    KEYS_LEFT,
    KEYS_RIGHT,
    /* everywhere */
    KEYS_SHOW_HELP,
    KEYS_BACK,
    KEYS_LEAVE, /* likewise, and from the list it leaves; views see KEYS_BACK */
    KEYS_QUIT,
    KEYS_DETACH,
    KEYS_ADD,
    KEYS_COMMAND,
    KEYS_COCKPIT,
    KEYS_FREEZE,
    KEYS_EARLIER,
    KEYS_LATER,
    KEYS_MUCH_EARLIER,
    KEYS_MUCH_LATER,
    KEYS_EARLIEST,
    KEYS_LATEST,
    KEYS_LOG,
    KEYS_SHOW_DHT,
    KEYS_DOWN_LESS,
    KEYS_DOWN_MORE,
    KEYS_UP_LESS,
    KEYS_UP_MORE,
    KEYS_ALT_LIMITS,
    KEYS_GLYPHS,
    KEYS_THEME,
    KEYS_MOUSE,
    KEYS_REDRAW,
    KEYS_SUSPEND,
    /* torrents */
    KEYS_PAUSE,
    KEYS_FORCE,
    KEYS_REANNOUNCE,
    KEYS_VERIFY,
    KEYS_REMOVE,
    KEYS_LIMITS,
    KEYS_LABEL,
    KEYS_MOVE_DATA,
    KEYS_QUEUE_UP,
    KEYS_QUEUE_DOWN,
    KEYS_WHY,
    /* the list, and what other tables have of it */
    KEYS_OPEN,
    KEYS_MARK,
    KEYS_MARK_RANGE,
    KEYS_MARK_ALL,
    KEYS_MARK_INVERT,
    KEYS_UNMARK,
    KEYS_FILTER,
    KEYS_SORT,
    KEYS_SORT_LEFT,
    KEYS_SORT_RIGHT,
    KEYS_SORT_INVERT,
    KEYS_COLUMNS,
    KEYS_PREVIEW,
    /* a torrent's tabs */
    KEYS_TAB_NEXT,
    KEYS_TAB_PREV,
    KEYS_TAB_1,
    KEYS_TAB_2,
    KEYS_TAB_3,
    KEYS_TAB_4,
    KEYS_TAB_5,
    KEYS_TAB_6,
    KEYS_TAB_7,
    /* pieces */
    KEYS_MODE,
    KEYS_ZOOM,
    KEYS_NEXT_MATCH,
    KEYS_PREV_MATCH,
    KEYS_NEXT_RARE,
    KEYS_NEXT_BAD,
    KEYS_GOTO,
    KEYS_FILE,
    KEYS_RAISE,
    /* peers */
    KEYS_TRACE,
    KEYS_KICK,
    KEYS_BAN,
    KEYS_SNUB,
    KEYS_ADD_PEER,
    KEYS_COPY,
    /* one peer */
    KEYS_SAVE,
    /* files */
    KEYS_PRIORITY_UP,
    KEYS_PRIORITY_DOWN,
    KEYS_SKIP,
    KEYS_EXPAND,
    KEYS_SEQUENTIAL,
    KEYS_FIRST_LAST,
    KEYS_SHOW_FILE,
    /* trackers */
    KEYS_ADD_TRACKER,
    KEYS_SWITCH_TRACKER,
    KEYS_REMOVE_TRACKER,
    /* graph */
    KEYS_SPAN_NEXT,
    KEYS_SPAN_PREV,
    KEYS_STACK,
    KEYS_ALL_TORRENTS,
    /* the log */
    KEYS_TOPIC_ALL,
    KEYS_TOPIC_CHOKE,
    KEYS_TOPIC_PIECE,
    KEYS_TOPIC_HASH,
    KEYS_TOPIC_TRACKER,
    KEYS_TOPIC_PEER,
    KEYS_TOPIC_DISK,
    KEYS_TOPIC_GENERAL,
    KEYS_FOLLOW,
    KEYS_LEVEL,
    KEYS_RESET,
    KEYS_N_ACTIONS
};

enum {
    KEYS_MAX_ALIASES = 3,
    KEYS_NAME_LEN = 12,
    /* Before and after what is pasted; curses keeps its codes in 16 bits. */
    KEYS_PASTE = 0x7001,
    KEYS_PASTE_END = 0x7002,
    KEYS_WIDE = 1 << 24 /* added to typed characters from U+0080 on */
};

struct keys_binding {
    enum keys_scope scope;
    enum keys_action action;
    int keys[KEYS_MAX_ALIASES]; /* 0: no more */
    const char *note;           /* what it does, for the help page */
    const char *hint; /* one word for the last line; NULL: not there */
};

/* All bindings, by scope. */
const struct keys_binding *keys_table(size_t *n_out);
/* What a key does in a view of this scope; with has_rows also those of KEYS_MOVE. */
enum keys_action keys_find(enum keys_scope scope, bool has_rows, int key);
/* Do the bindings of a scope hold in a view of that other one? */
bool keys_holds_in(enum keys_scope scope, enum keys_scope view);
/* The key's name, such as "^D", "PgUp", "Space", at most KEYS_NAME_LEN - 1 bytes. */
void keys_name(int key, char dst[KEYS_NAME_LEN]);
/* A heading for the help page. */
const char *keys_scope_name(enum keys_scope scope);

#endif
