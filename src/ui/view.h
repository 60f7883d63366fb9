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
#include "ui/draw.h"
#include "ui/keys.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIEW_MESSAGE_LEN = 512 };

/* What views share, and may change. */
struct view_world {
    const struct frame *frame; /* borrowed; NULL: none came yet */
    const struct event *events; /* borrowed: the newest last */
    size_t n_events;
    uint32_t torrent;          /* the one selected, by id; 0: none */
    uint32_t piece_idx;        /* the one under the cursor, or FOCUS_PIECE_NONE */
    int64_t now_ms;            /* the front end's clock */
    int64_t wall_s;            /* the same moment, seconds since 1970 */
    void (*send)(void *ctx, struct command *c); /* takes c */
    void *ctx;                 /* borrowed */
    char message[VIEW_MESSAGE_LEN]; /* to be shown for a while; "" for none */
};

struct view_ops {
    const char *title;
    enum keys_scope scope;
    bool has_rows;
    uint32_t parts; /* FOCUS_* that it draws */
    void *(*make)(void);
    void (*free)(void *self);
    void (*draw)(void *self, struct view_world *w, const struct draw_pane *p);
    /* Take a key before any binding; false: it is not for the view. NULL: none is. */
    bool (*key)(void *self, struct view_world *w, int key);
    /* Do what a key means; false: it means nothing here. NULL: nothing does. */
    bool (*act)(void *self, struct view_world *w, enum keys_action action);
    /* What the line of keys shows instead, such as a prompt; NULL: the keys. */
    const char *(*prompt)(void *self);
};

#endif
