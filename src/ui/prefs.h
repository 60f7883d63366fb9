/* prefs.h -- what the user has set of how the terminal UI looks and behaves. Plain
 * values. */
#ifndef UI_PREFS_H
#define UI_PREFS_H

#include "ui/glyphs.h"
#include "ui/limits.h"
#include "ui/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PREFS_AUTO = -1, /* by locale, TERM and NO_COLOR */
    PREFS_ALL_COLORS = 1 << 24
};

struct event;
struct frame;

/* Who is told what comes from the engine before it is shown, and the passing of time.
 * Nothing in it may block. A NULL function: nobody. */
struct prefs_watch {
    void (*on_event)(void *ctx, const struct event *e);
    void (*on_frame)(void *ctx, const struct frame *f);
    void (*on_turn)(void *ctx); /* several times a second */
    void *ctx;                  /* borrowed */
};

struct tui_prefs {
    int glyphs;   /* enum glyphs_level, or PREFS_AUTO */
    int theme;    /* enum theme_kind, or PREFS_AUTO */
    int n_colors; /* PREFS_AUTO, 0 (none), 8, 256 or PREFS_ALL_COLORS */
    bool mouse;
    bool asks_remove;         /* before a torrent is removed */
    struct limits_pair alt;   /* the alternative limits; 0, 0: not set */
    uint32_t frame_ms;        /* between two frames */
    struct prefs_watch watch;
};

#endif
