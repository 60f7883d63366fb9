/* demo_keeper.h -- the process between a demo and its peers: makes what they share,
 * starts them, and clears all away when the demo is gone. See demo_swarm.h.
 * Order: data, torrent, a copy for each that spoils it; seeds, all at once; then leeches,
 * one by one, each told of those before it.
 * What lies in the folder: "torrent"; "seeds", the one copy of the seeds; "peer-N" and
 * "state-N" of each peer that has its own. */
#ifndef CMD_DEMO_KEEPER_H
#define CMD_DEMO_KEEPER_H

#include "cmd/demo_plan.h"
#include "util/err.h"

enum { DEMO_KEEPER_LOOK_MS = 250 };

/* What it says once, at once: it is short enough for a pipe to keep it whole. */
struct demo_keeper_news {
    enum err err;       /* not OK: all is cleared away already */
    struct cause cause;
    struct addr addrs[DEMO_PLAN_MAX_PEERS]; /* where the peers listen */
};

struct demo_keeper_config {
    const struct demo_plan *plan; /* borrowed */
    const char *folder;           /* absolute, empty; removed in the end */
    int lifeline_fd; /* a pipe to read from, whose other end only the demo has */
    int news_fd;
};

/* Run in this process, which has no other thread; never returns. */
_Noreturn void demo_keeper_run(const struct demo_keeper_config *config);

/* Remove a folder with all that is in it, as far as that can be done. */
void demo_keeper_remove(const char *folder);

#endif
