/* stage.h -- a screen on a sheet that no terminal shows, the keys pressed there, and what
 * it asked of the engine and its host. For tests. */
#ifndef TESTS_TUI_STAGE_H
#define TESTS_TUI_STAGE_H

#include "model/command.h"
#include "ui/screen.h"

#include <stdbool.h>
#include <stdint.h>

enum { STAGE_MAX_SENT = 64 };

/* A command that was sent, without what it owned. */
struct stage_sent {
    enum command_kind kind;
    uint32_t torrent;
    bool flag;
    uint32_t peer, piece_idx, first_file, n_files;
    uint8_t priority;
    int32_t delta;
    struct command_limits limits;
    char text[256]; /* "" for none */
};

struct stage {
    struct screen *screen;
    struct draw *draw;
    int64_t now_ms;
    struct focus focus; /* the latest */
    size_t n_sent;      /* the focus among them */
    struct stage_sent sent[STAGE_MAX_SENT];
};

/* A screen of h by w cells, ASCII and without colour, with a first frame (taken). */
void stage_set_up(struct stage *g, struct frame *f, int h, int w);
void stage_tear_down(struct stage *g);
/* Press each character of keys, and draw after it. */
void stage_press(struct stage *g, const char *keys);
/* One key, such as curses' KEY_DOWN. */
void stage_key(struct stage *g, int key);
void stage_mouse(struct stage *g, enum screen_mouse_kind kind, int y, int x);
/* Is this text on the screen? */
bool stage_shows(struct stage *g, const char *text);
/* Row y of the screen, in new memory. */
char *stage_row(struct stage *g, int y);

#endif
