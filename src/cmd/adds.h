/* adds.h -- the torrents that the user named, as commands that add them: all are read
 * before the first is sent, so that a wrong one begins nothing. Blocks while reading.
 * Owner and thread: the subcommand's. */
#ifndef CMD_ADDS_H
#define CMD_ADDS_H

#include "cmd/opt.h"
#include "model/bridge.h"
#include "util/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How to add them; the same for each. */
struct adds_options {
    const char *dir;   /* borrowed; NULL: the current folder */
    const char *files; /* borrowed; such as "1,3-5", or NULL for all */
    bool is_sequential;
    bool is_first_last;
    bool preallocate;
    bool is_paused;           /* from the start */
    const char *label;        /* borrowed; NULL: none */
    bool is_kept;             /* in the saved session */
    bool metadata_only;       /* of magnet links; then nothing else is taken */
    uint32_t max_peers;       /* 0: the default */
    const struct addr *peers; /* borrowed: known from the start */
    size_t n_peers;
};

/* Read n torrents (files, URLs, "-", magnet links) and send a COMMAND_ADD of each.
 * is_cancelled (may be NULL) is asked while waiting. Return an exit status; when it is
 * not EXIT_DONE nothing was sent and the cause was said, as from `command`. */
int adds_send(const struct opt_command *command,
              const struct adds_options *opts, int n, char **uris,
              bool (*is_cancelled)(void), struct bridge *bridge);

#endif
