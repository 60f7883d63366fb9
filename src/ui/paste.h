/* paste.h -- what is pasted into the terminal, which puts marks around it (bracketed paste):
 * so that it is not taken for keys, of which one may delete something. Collects the first
 * line of it, and says whether that names a torrent to be added. Draws nothing.
 * Plain value; front end's thread. Source: xterm's ctlseqs, "Bracketed Paste Mode". */
#ifndef UI_PASTE_H
#define UI_PASTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct view_world;

enum {
    PASTE_MAX_KEYS = 8000, /* what is longer is cut */
    /* A terminal that never says where it ends would keep the keys for ever. */
    PASTE_GAP_MS = 5000
};

enum paste_result {
    PASTE_NOT,   /* a key like any other */
    PASTE_TAKEN, /* a part of it */
    PASTE_WHOLE  /* it is all here */
};

struct paste {
    bool is_open;
    bool has_line; /* what comes now is behind the first line */
    int64_t latest_ms;
    size_t n;
    int keys[PASTE_MAX_KEYS]; /* printable characters, as keys.h has them */
};

/* Take a key. The characters stand in keys until the next paste begins. */
enum paste_result paste_key(struct paste *p, int key, int64_t now_ms);

/* Offer it as what is to be added (view_world.source): a magnet link, the hash of one,
 * a URL, or a path. False: it is none, which is said. */
bool paste_offer(const struct paste *p, struct view_world *w);

#endif
