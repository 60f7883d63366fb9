/* demo_peer.h -- one peer of a demo, as the body of a process of its own: a session
 * with one torrent and no front end, bound to its own address of loopback. Says once
 * where it listens, when its data is checked, and then runs until it is killed, or
 * until the process that made it is gone.
 * Its kind needs nothing of the engine: the one that spoils data changes its own files,
 * the one that chokes closes its slots for a while by a command. */
#ifndef CMD_DEMO_PEER_H
#define CMD_DEMO_PEER_H

#include "cmd/demo_plan.h"
#include "meta/metainfo.h"

#include <stddef.h>
#include <sys/types.h>

enum {
    DEMO_PEER_CHOKE_MS = 10000, /* slots open so long, and closed so long */
    DEMO_PEER_START_MS = 120000, /* to check its data; then it gives up */
    DEMO_PEER_LOOK_MS = 250      /* how soon it sees that its maker is gone */
};

/* What it writes to ready_fd, at once: either where it listens, or why not. */
struct demo_peer_news {
    struct cause cause; /* "" when all is well */
    struct addr addr;
};

struct demo_peer_config {
    const struct demo_plan_peer *plan; /* borrowed, as all here */
    struct metainfo *meta;             /* taken */
    const char *dir;                   /* its download folder */
    const char *state_dir;             /* absolute; its own */
    const struct addr *others;         /* whom it dials */
    size_t n_others;
    int ready_fd;
    pid_t maker;
};

/* Run in this process, which has no other thread; never returns. */
_Noreturn void demo_peer_run(const struct demo_peer_config *config);

#endif
