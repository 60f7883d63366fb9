/* view.h -- what a view is: a table of functions over its own state, and what all views
 * share. A view draws the frame that it is given and turns actions into commands; it
 * knows no terminal and reads no clock. Owner and thread: the front end's.
 * A view's state lives as long as the screen: its cursor is where it was. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "model/command.h"
#include "model/detail.h"
#include "model/event.h"
#include "model/frame.h"
#include "ui/ask.h"
#include "ui/cmdline.h"
#include "ui/draw.h"
#include "ui/host.h"
#include "ui/keys.h"
#include "ui/limits.h"
#include "ui/table_choice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIEW_MESSAGE_LEN = 1536, VIEW_COPY_LEN = 1024 };

/* Where the user may be. The tabs of one torrent come first, in their order. */
enum view_place {
    VIEW_OVERVIEW,
    VIEW_PIECES,
    VIEW_PEERS,
    VIEW_FILES,
    VIEW_TRACKERS,
    VIEW_GRAPH,
    VIEW_LOG,
    VIEW_LIST,
    VIEW_ALL_LOG,
    VIEW_HELP,
    VIEW_PEER,    /* one peer's page */
    VIEW_COCKPIT, /* several views at once */
    VIEW_ADD,     /* adding a torrent */
    VIEW_DHT,
    VIEW_N_PLACES,
    VIEW_N_TABS = VIEW_LIST,
    VIEW_STAY = VIEW_N_PLACES, /* where one is */
    VIEW_BACK                  /* where one was before */
};

static const uint32_t VIEW_NO_FILE = UINT32_MAX;

/* What views share, and may change. The selection is one for all of them: a piece
 * selected on the map is the piece whose peers the table marks, and the reverse. */
struct view_world {
    /* Borrowed: what is shown; NULL: none came yet. */
    const struct frame *frame;
    /* Borrowed: the same, but while the view is held. */
    const struct frame *latest;
    const struct event *events; /* borrowed: the newest last */
    size_t n_events;
    uint64_t n_events_ever; /* that came; those before the oldest kept too */
    /* What was added just now: selected when it is in the list, if that is soon. */
    uint8_t added_hash[20];
    int64_t added_until_ms; /* 0: nothing was */
    /* The selection. */
    uint32_t torrent;   /* by id; 0: none */
    uint32_t piece_idx; /* or FOCUS_PIECE_NONE */
    uint32_t peer;      /* detail_peer.id; 0: none */
    uint32_t file_idx;  /* or VIEW_NO_FILE */
    int64_t now_ms;     /* the front end's clock */
    int64_t wall_s;     /* the same moment, seconds since 1970 */
    struct host host;
    bool removes_at_once; /* without asking, the data kept */
    struct ask ask;       /* the question on the last line */
    struct limits limits; /* of all torrents together */
    struct cmdline cmdline;
    char command
        [CMDLINE_LEN]; /* typed, and for the screen or a view to do: "sort eta" */
    char source
        [PROMPT_MAX_LEN]; /* that the form for adding is to begin with; "" */
    enum keys_scope help_from; /* where help was asked for */
    enum view_place go; /* where to go once the key is dealt with; VIEW_STAY */
    char message[VIEW_MESSAGE_LEN]; /* to be shown for a while; "" for none */
    char copy[VIEW_COPY_LEN];       /* for the clipboard; "" for nothing */
};

struct view_ops {
    const char *title;
    enum keys_scope scope;
    bool has_rows;
    uint32_t parts; /* FOCUS_* that it draws */
    /* Of these and more_parts(), without which it is whole, too. */
    uint32_t optional;
    void *(*make)(void);
    void (*free)(void *self);
    /* Draw into a pane of any size, down to none. */
    void (*draw)(void *self, struct view_world *w, const struct draw_pane *p);
    /* The scope at this moment. NULL: `scope` always. */
    enum keys_scope (*scope_now)(const void *self);
    /* Parts that it draws at this moment beside `parts`. NULL: none. */
    uint32_t (*more_parts)(const void *self);
    /* See whether what it waits for is there, and do what a key may: before each frame in
     * which it is drawn. NULL: it waits for nothing. */
    void (*tick)(void *self, struct view_world *w);
    /* Take a key before any binding; false: it is not for the view. NULL: none is. */
    bool (*key)(void *self, struct view_world *w, int key);
    /* Do what a key means; false: it means nothing here. NULL: nothing does. */
    bool (*act)(void *self, struct view_world *w, enum keys_action action);
    /* Do a typed command; false: it is not for the view. NULL: none is. */
    bool (*command)(void *self, struct view_world *w, const char *word,
                    const char *args);
    /* A click on a cell of the pane that was drawn last: select what is there; false:
     * nothing is. A double click is this and KEYS_OPEN. NULL: nothing ever. */
    bool (*click)(void *self, struct view_world *w, int y, int x);
    /* What the line of keys shows instead, such as a prompt; NULL: the keys. */
    const char *(*prompt)(void *self);
    /* Do characters go into a line at this moment, beside that prompt? NULL: never. */
    bool (*takes_text)(const void *self);
};

/* Hand a command to the engine, which takes it. */
static inline void view_send(struct view_world *w, struct command *c)
{
    w->host.send(w->host.ctx, c);
}

/* Select a torrent (0: none). What was selected of another one is selected no more. */
static inline void view_select(struct view_world *w, uint32_t torrent)
{
    if (torrent == w->torrent)
        return;
    w->torrent = torrent;
    w->piece_idx = FOCUS_PIECE_NONE;
    w->peer = 0;
    w->file_idx = VIEW_NO_FILE;
}

/* Do typed characters go into a line, of the view or of a question? */
bool view_takes_text(const struct view_world *w, const struct view_ops *ops,
                     void *self);

/* What the view that is open looks at; is_of_torrent: at the selected one, always. */
struct focus view_focus(const struct view_world *w, const struct view_ops *ops,
                        void *self, bool is_of_torrent);

/* What the user chose is a setting from now on; nothing where there are no settings. */
void view_set(struct view_world *w, const char *key, const char *value);

/* How a table was in the last start; false: nothing is kept of it. */
bool view_recall(const struct view_world *w, const char *table,
                 const struct table_words *words, struct table_choice *out);
/* When it is otherwise than in *kept, keep it for the next start, there too. */
void view_remember(const struct view_world *w, const char *table,
                   const struct table_words *words,
                   const struct table_choice *now, struct table_choice *kept);

/* The latest frame, borrowed: what commands are about; NULL: none came yet. */
static inline const struct frame *view_latest(const struct view_world *w)
{
    return w->latest != NULL ? w->latest : w->frame;
}

static inline const struct detail *view_detail_in(const struct view_world *w,
                                                  const struct frame *f)
{
    const struct detail *d = f != NULL ? f->detail : NULL;
    return d != NULL && d->torrent == w->torrent ? d : NULL;
}

/* The detail of the selected torrent, borrowed; NULL: it is not there (yet). */
static inline const struct detail *view_detail(const struct view_world *w)
{
    return view_detail_in(w, w->frame);
}

#endif
