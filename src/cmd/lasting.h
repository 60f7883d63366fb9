/* lasting.h -- the session that lasts, whatever front end it has: its torrents are there
 * again at the next start, and the settings' limits, queue, DHT, log, watch folders and
 * programs (hook) hold. Opens and closes it; the front end takes frames and events from
 * its bridge, shows each to its hook, and sends COMMAND_QUIT.
 * What is wrong is said on stderr, as from a command.
 * Owner and thread: the front end's; main thread. One a process: so is the log. */
#ifndef CMD_LASTING_H
#define CMD_LASTING_H

#include "cmd/hook.h"
#include "cmd/opt.h"
#include "cmd/runopts.h"
#include "model/bridge.h"

#include <stdbool.h>

struct lasting_config {
    const struct opt_command *command; /* borrowed: whose errors these are */
    struct runopts *run;               /* borrowed, as long as the session is */
    bool is_paused;                    /* the torrents that are named */
    /* Views watch it; a program that cannot be started, say, is an event, for stderr is
     * hidden. */
    bool has_screen;
};

struct lasting;

/* Read the n torrents that are named; nothing is begun yet. *out: owned, lasting_close()
 * it. Return an exit status: when it is not EXIT_DONE, the cause was said. */
int lasting_open(const struct lasting_config *config, int n, char **uris,
                 struct lasting **out);
/* Start the session, with them and those that were kept. Likewise. */
int lasting_start(struct lasting *l);
/* Wait for its end, if it was started, which EVENT_STOPPED of torrent 0 tells of, and
 * free. */
void lasting_close(struct lasting *l);

/* Both borrowed. */
struct bridge *lasting_bridge(const struct lasting *l);
struct hook *lasting_hook(const struct lasting *l);
/* Where torrents are saved by default. Borrowed. */
const char *lasting_dir(const struct lasting *l);

#endif
