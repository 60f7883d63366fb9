/* demo_plan.h -- who takes part in a demo: how many peers, what each of them is like,
 * how fast it sends, where it listens. Decides; starts nothing.
 * Kinds, dealt out in this order, so that a small demo has the telling ones:
 *   SEED     has everything, at one of several rates
 *   CORRUPT  a seed whose disk changed after its data was checked
 *   SLOW     a seed that gives little
 *   CHOKER   a seed that closes its upload slots again and again
 *   LEECH    begins with nothing, like us, and is slower
 * and then seeds and leeches by turns.
 * A plain value; any thread. */
#ifndef CMD_DEMO_PLAN_H
#define CMD_DEMO_PLAN_H

#include "util/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DEMO_PLAN_MAX_PEERS = 50 };

/* Where few peers share a great --rate, or --rate is 0, the slow one is slow still. */
static const uint64_t DEMO_PLAN_SLOW_MAX_Bps = 128u << 10;

enum demo_plan_kind {
    DEMO_PLAN_SEED,
    DEMO_PLAN_CORRUPT,
    DEMO_PLAN_SLOW,
    DEMO_PLAN_CHOKER,
    DEMO_PLAN_LEECH,
    DEMO_PLAN_N_KINDS
};

struct demo_plan_peer {
    enum demo_plan_kind kind;
    uint64_t up_Bps;   /* 0: no limit */
    uint64_t down_Bps; /* of a leech; 0: no limit */
    struct addr addr;  /* of loopback; port 0: any that is free */
};

struct demo_plan {
    uint64_t size_bytes;
    struct addr self; /* where the download itself listens; port 0 */
    size_t n_peers;
    struct demo_plan_peer peers[DEMO_PLAN_MAX_PEERS];
};

/* Plan for n_peers (1..DEMO_PLAN_MAX_PEERS) that send rate_Bps bytes a second together
 * at most (0: as fast as they can). With one_address all share 127.0.0.1, where the
 * system has no other; else each has one of its own, from 127.0.0.2 on. */
void demo_plan_make(struct demo_plan *out, uint64_t size_bytes, size_t n_peers,
                    uint64_t rate_Bps, bool one_address);

size_t demo_plan_count(const struct demo_plan *p, enum demo_plan_kind kind);

/* Bytes on disk when all is downloaded: seeds share one copy of the data. */
uint64_t demo_plan_disk_bytes(const struct demo_plan *p);

/* Write a line such as "3 seeds, one that is slow and 2 leeches" to dst; 160 bytes
 * are enough. */
void demo_plan_describe(const struct demo_plan *p, char *dst, size_t cap);

#endif
