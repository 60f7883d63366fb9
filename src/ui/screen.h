/* screen.h -- all that the UI shows, and what keys do to it: the header, one view, the
 * message and the keys. Knows frames, events and keys, but no terminal, no engine and
 * no clock: tests give it all three. Owner and thread: the front end's.
 * It goes on until SCREEN_LEAVING (COMMAND_QUIT was sent: wait for EVENT_STOPPED) and
 * perhaps SCREEN_NOW (the user will not wait). */
#ifndef UI_SCREEN_H
#define UI_SCREEN_H

#include "model/event.h"
#include "model/frame.h"
#include "ui/draw.h"
#include "ui/host.h"
#include "ui/prefs.h"

#include <stdbool.h>
#include <stdint.h>

enum screen_phase { SCREEN_RUNS, SCREEN_LEAVING, SCREEN_NOW };

enum screen_mouse_kind {
    SCREEN_CLICK,
    SCREEN_DOUBLE_CLICK, /* after the click that it begins with */
    SCREEN_WHEEL_UP,
    SCREEN_WHEEL_DOWN
};

struct screen_mouse {
    enum screen_mouse_kind kind;
    int y, x; /* a cell of the screen */
};

struct paste;
struct screen;

/* host is copied. */
struct screen *screen_new(const struct host *host);
void screen_free(struct screen *s);
/* As the user has set; before the first frame. */
void screen_set_prefs(struct screen *s, const struct tui_prefs *prefs);

/* A new frame, from now on the screen's. */
void screen_on_frame(struct screen *s, struct frame *f);
void screen_on_event(struct screen *s, const struct event *e, int64_t now_ms);
/* A key as keys.h has them. May change how d draws (glyphs, theme). */
void screen_on_key(struct screen *s, struct draw *d, int key, int64_t now_ms);
/* All of what was pasted: into the line that is open, else as a torrent to be added. */
void screen_on_paste(struct screen *s, struct draw *d, const struct paste *p,
                     int64_t now_ms);
/* Something done with the mouse, where screen_wants_mouse(). */
void screen_on_mouse(struct screen *s, struct draw *d,
                     const struct screen_mouse *m, int64_t now_ms);
/* The user wants to leave: as the key for it. */
void screen_quit(struct screen *s, int64_t now_ms);
/* Show a line of words for a while; they are cleaned when drawn. */
void screen_say(struct screen *s, const char *words, int64_t now_ms);
/* Draw one frame, and ask for what it needs (COMMAND_FOCUS); wall_s: seconds since 1970,
 * for times of day. */
void screen_draw(struct screen *s, struct draw *d, int64_t now_ms,
                 int64_t wall_s);
/* Is what was drawn still what would be drawn? */
bool screen_is_stale(const struct screen *s, int64_t now_ms);
enum screen_phase screen_phase(const struct screen *s);
/* Does the user leave so that the session goes on in the background? */
bool screen_detaches(const struct screen *s);
/* Everything is stopped and saved. */
bool screen_is_over(const struct screen *s);

/* What keys asked of the terminal. Those named take are asked once: then it is no
 * more so. */
bool screen_wants_mouse(const struct screen *s);
bool screen_take_redraw(struct screen *s);  /* draw every cell anew */
bool screen_take_suspend(struct screen *s); /* stop the process */
/* Text for the clipboard, borrowed until the next key; NULL: none. */
const char *screen_take_copy(struct screen *s);

#endif
