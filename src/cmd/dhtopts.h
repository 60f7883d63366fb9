/* dhtopts.h -- where the session's node of the DHT begins: the settings and options
 * about it as a session's configuration. Owner and thread: the subcommand's; main
 * thread. */
#ifndef CMD_DHTOPTS_H
#define CMD_DHTOPTS_H

#include "cmd/runopts.h"
#include "engine/session.h"

#include <stdbool.h>
#include <stddef.h>

/* What the configuration points to. */
struct dhtopts {
    struct dhtconf_place *places; /* owned; n */
    char **hosts;                 /* owned, each too: what places point to */
    size_t n;
};

/* Fill in config->dht, which borrows from d until dhtopts_fini(). False, and nothing to
 * free, when --dht-node is of no use, which was said as from `command`; an entry of the
 * setting that is none is said, and passed over.
 * $TESSERA_DHT_BOOTSTRAP, where it is set, wins over the setting: hosts with spaces
 * between them, or none; else none are asked while runopts_is_offline(). */
bool dhtopts_session(struct dhtopts *d, const struct opt_command *command,
                     const struct runopts *r, struct session_config *config);
void dhtopts_fini(struct dhtopts *d);

#endif
