/* limits.h -- the limits of all torrents together, as keys change them: in steps, and two
 * sets of them to switch between. What was sent counts until a frame can have it, so that
 * keys pressed in a row add up. Plain value, part of view_world. */
#ifndef UI_LIMITS_H
#define UI_LIMITS_H

#include "ui/keys.h"

#include <stdbool.h>
#include <stdint.h>

struct view_world;

enum { LIMITS_SETTLE_MS = 1500 }; /* from a command to a frame that shows it */

struct limits_pair {
    uint64_t down_Bps, up_Bps; /* 0: none */
};

struct limits {
    bool is_alt;  /* the alternative ones hold now */
    bool has_alt; /* they were set; otherwise they are a tenth of what there is */
    struct limits_pair alt;
    struct limits_pair normal; /* while the alternative ones hold */
    struct limits_pair sent;
    int64_t sent_until_ms; /* so long `sent` holds, not what frames say */
};

/* Do an action on limits of all torrents; false when it is none. */
bool limits_act(struct view_world *w, enum keys_action action);
/* What holds now, as far as is known. */
struct limits_pair limits_now(const struct view_world *w);
/* Make these hold, and say so. */
void limits_set(struct view_world *w, struct limits_pair pair);

#endif
