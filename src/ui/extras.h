/* extras.h -- what some terminals understand beyond terminfo: a title, the clipboard
 * (OSC 52), frames shown at once (mode 2026), marks around what is pasted (mode 2004), 16
 * million colours. Decides from the
 * environment which are to be had, and spells them; sends nothing. Off where unsure.
 * Pure; any thread. Source: xterm's ctlseqs; the synchronized output proposal of
 * 2020, https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036. */
#ifndef UI_EXTRAS_H
#define UI_EXTRAS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    EXTRAS_TITLE_LEN = 128,
    EXTRAS_COPY_MAX_LEN = 6000, /* bytes of text; 8,000 in base64 */
    EXTRAS_LEN = 8200           /* room for any sequence */
};

struct extras {
    bool has_title;
    bool has_copy;
    bool has_sync;
    bool has_paste; /* puts marks around what is pasted */
    bool has_rgb; /* says that it shows 16 million colours */
};

/* Decide by the environment that get() (as getenv(3)) shows. */
struct extras extras_choose(const char *(*get)(const char *name));

/* Begin and end a frame that is to be shown at once. Static. */
const char *extras_sync(bool begins);
/* Have marks put around what is pasted, or not. Static. */
const char *extras_paste(bool has_marks);
/* The marks themselves. Static. */
const char *extras_paste_mark(bool begins);
/* Keep the title that was there, and bring it back. Static. */
const char *extras_title_kept(bool is_kept);
/* Set the title; all but printable ASCII becomes '?'. dst: EXTRAS_LEN bytes. */
void extras_title(char *dst, const char *text);
/* Put text, cleaned, on the clipboard; false: it is empty or longer than
 * EXTRAS_COPY_MAX_LEN bytes. dst: EXTRAS_LEN bytes. */
bool extras_copy(char *dst, const char *text);

/* The name of the description of a terminal with 16 million colours: "xterm-direct"
 * for "xterm-256color". cap: bytes of dst. */
void extras_direct_name(char *dst, size_t cap, const char *term);

#endif
