/* demo_swarm.h -- the peers of a demo as processes, and the folder that all of it lies
 * in: begins them, and leaves nothing of them behind.
 * A process between, the keeper, makes the data and the torrent, starts the peers, and
 * waits. It sees, by a pipe of which we hold the other end, when we are gone, in
 * whatever way: then it kills the peers, removes the folder, and ends. It and the peers
 * are a process group of their own, so that a Ctrl-C is ours alone. Were the keeper
 * killed, the peers end by themselves, and demo_swarm_free() removes the folder.
 * To be made while this process has one thread. Owner and thread: the subcommand's. */
#ifndef CMD_DEMO_SWARM_H
#define CMD_DEMO_SWARM_H

#include "cmd/demo_plan.h"
#include "util/err.h"

#include <stdbool.h>

struct demo_swarm;

/* Make a folder in the first of $TMPDIR (or else /tmp and /var/tmp) that has room for
 * the plan (borrowed), and begin. ERR_NO_SPACE: none has room; ERR_SYS. */
enum err demo_swarm_new(const struct demo_plan *plan, struct demo_swarm **out,
                        struct cause *cause) ERR_MUST_CHECK;

/* End all, and wait until nothing is left. NULL: nothing. */
void demo_swarm_free(struct demo_swarm *s);

/* Wait until all peers are there. ERR_CANCELLED: is_cancelled, which is asked when a
 * signal came, said so; else what prevented it. Once. */
enum err demo_swarm_wait(struct demo_swarm *s, bool (*is_cancelled)(void),
                         struct cause *cause) ERR_MUST_CHECK;

/* Borrowed; absolute. The folder of all; and in it our download folder, our state
 * folder and the torrent. */
const char *demo_swarm_folder(const struct demo_swarm *s);
const char *demo_swarm_download_dir(const struct demo_swarm *s);
const char *demo_swarm_state_dir(const struct demo_swarm *s);
const char *demo_swarm_torrent(const struct demo_swarm *s);
/* Where the peers listen, after demo_swarm_wait(): as many as were planned. */
const struct addr *demo_swarm_addrs(const struct demo_swarm *s);

#endif
