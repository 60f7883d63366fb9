/* offer.h -- what a source that the user names (a path, a URL, a magnet link, an info-hash)
 * turns out to be, before it is added; and what the folder has room for. The reading is
 * done by whoever runs the UI, in its own time: it is begun, and looked at in each frame.
 * One at a time. Plain values; front end's thread. */
#ifndef UI_OFFER_H
#define UI_OFFER_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct command;
struct metainfo;

enum offer_state {
    OFFER_NONE,    /* nothing was begun */
    OFFER_READING,
    OFFER_READY,
    OFFER_FAILED   /* cause says why */
};

/* What is known of a folder. */
struct offer_folder {
    bool is_known;       /* the rest is there */
    uint64_t free_bytes; /* UINT64_MAX: cannot be told */
    uint32_t n_existing; /* of the offer's files that are there already */
    uint64_t existing_bytes;
    struct cause trouble; /* why nothing can be written there; "" when it can */
};

struct offer {
    enum offer_state state;
    const struct metainfo *meta; /* borrowed till the next call; NULL: a magnet's is
                                    not known */
    const char *name;            /* likewise; clean; of READY */
    struct cause cause;
    struct offer_folder folder;
};

struct offer_host {
    /* Begin to read a source; what was offered before is dropped. */
    void (*begin)(void *ctx, const char *source);
    /* This is the folder it would be saved to. */
    void (*set_folder)(void *ctx, const char *dir);
    void (*look)(void *ctx, struct offer *out);
    /* The offer as a COMMAND_ADD, all but what it is and where left as it is by default,
     * the caller's; NULL when none is READY. */
    struct command *(*take)(void *ctx, const char *dir);
    void (*drop)(void *ctx);
    void *ctx; /* borrowed */
};

#endif
