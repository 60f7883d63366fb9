/* watchdir.h -- watch folders: adds each .torrent that appears in them, and does to the file
 * what the user chose, so that it is added once: when the session keeps the torrent, not
 * before, for it may be refused. Looks every WATCHDIR_EVERY_MS, in a
 * thread of its own: a slow disk holds nobody up.
 * A file is read when it has not changed between two looks: then it is whole. One that
 * is no torrent is said once (EVENT_REFUSED) and left where it is, until it changes.
 * Adds by COMMAND_ADD through the bridge; knows no engine.
 * Owner and thread: the front end's. Cost: one readdir a folder and look, at most
 * WATCHDIR_MAX_FILES of its files. */
#ifndef CMD_WATCHDIR_H
#define CMD_WATCHDIR_H

#include "model/bridge.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WATCHDIR_EVERY_MS = 2000, WATCHDIR_MAX_FILES = 5000 };

/* What becomes of a .torrent that was added. */
enum watchdir_action {
    WATCHDIR_RENAME, /* to NAME.torrent.added */
    WATCHDIR_DELETE,
    WATCHDIR_KEEP    /* stays; is added again at the next start, which does nothing */
};

struct watchdir_config {
    const char *const *folders; /* borrowed while watchdir_new() runs */
    size_t n_folders;
    enum watchdir_action action;
    const char *save_dir; /* where what they hold is saved; copied */
    /* Will the session have this torrent again at its next start? Called by the thread;
     * ctx is borrowed. */
    bool (*is_kept)(void *ctx, const uint8_t *info_hash);
    void *ctx;
};

struct watchdir;

struct watchdir *watchdir_new(const struct watchdir_config *config,
                              struct bridge *bridge);
/* Look once: what the thread does every WATCHDIR_EVERY_MS. */
void watchdir_look(struct watchdir *w);
/* Begin to look. False: no thread can be had. */
bool watchdir_start(struct watchdir *w);
void watchdir_free(struct watchdir *w); /* NULL: nothing */

#endif
