/* stage.h -- a screen on a sheet that no terminal shows, the keys pressed there, and what
 * it asked of the engine and its host. For tests. */
#ifndef TESTS_TUI_STAGE_H
#define TESTS_TUI_STAGE_H

#include "model/command.h"
#include "ui/screen.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    STAGE_MAX_SENT = 64,
    STAGE_N_FILES = 3 /* of a torrent that is offered */
};

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
    /* Of COMMAND_ADD. */
    bool is_paused, is_sequential, is_first_last, is_kept;
    uint64_t down_Bps, up_Bps;
    uint32_t seed_ratio_m;
    char label[32];
    uint8_t priorities[8]; /* of the first files; 9: all as by default */
};

struct stage {
    struct screen *screen;
    struct draw *draw;
    int64_t now_ms;
    struct focus focus; /* the latest */
    size_t n_sent;      /* after the first frame; the focus among them */
    struct stage_sent sent[STAGE_MAX_SENT];
    /* What the host offers when something is to be added, and what it was asked. */
    struct offer offer;
    char source[256]; /* begun */
    char dir[256];    /* of the folder, and of what was taken */
    unsigned n_dropped;
    char set[128]; /* the setting that was set last: "slots=9" */
    /* What it was to keep in a file, last; its path was "/saved". */
    char saved_name[128];
    char *saved;       /* owned */
    char kept[2][512]; /* what is kept of the list, and of the peers */
    char opened[256];  /* the path that a program was to show */
    bool save_fails;
    bool is_tied; /* the host has no background; counts at the next start */
};

/* A screen of h by w cells, ASCII and without colour, with a first frame (taken). */
void stage_set_up(struct stage *g, struct frame *f, int h, int w);
/* The same, with a host that keeps files. */
void stage_set_up_saving(struct stage *g, struct frame *f, int h, int w);
void stage_tear_down(struct stage *g);
/* What was sent without the focus: how many, and the i-th, borrowed. */
size_t stage_n_asked(const struct stage *g);
const struct stage_sent *stage_asked(const struct stage *g, size_t i);
/* As if the program had ended and been started again; f: taken. */
void stage_start_again(struct stage *g, struct frame *f);
/* Draw once more. */
void stage_show(struct stage *g);
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
