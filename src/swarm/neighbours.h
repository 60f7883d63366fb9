/* neighbours.h -- decides when to call out which torrents on the local network,
 * and what of the calls of others is used (local service discovery). Sends
 * nothing, has no sockets; one for all torrents of a session.
 * Calling: each torrent soon after it joined, then every NEIGHBOURS_EVERY_MS, a
 * tenth more or less by lot; up to LSD_MAX_HASHES in one datagram, at most one
 * datagram each NEIGHBOURS_GAP_MS. A neighbour that was not heard before is
 * answered by a call, at most once in NEIGHBOURS_ANSWER_MS a torrent: it may
 * not be one that we can dial.
 * Listening: our own calls, known by their cookie, and what is beyond
 * NEIGHBOURS_MAX_HEARD datagrams a second are not used; of hashes those that
 * joined. Whether the sender is near is for the caller to know.
 * Owned by a session; loop thread only. Source: BEP 14. Calls are
 * O(log torrents). */
#ifndef SWARM_NEIGHBOURS_H
#define SWARM_NEIGHBOURS_H

#include "proto/lsd.h"
#include "util/addr.h"
#include "util/err.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct neighbours;

enum {
    NEIGHBOURS_FIRST_MS = 1000, /* after joining: others join meanwhile */
    NEIGHBOURS_EVERY_MS = 300000,
    NEIGHBOURS_GAP_MS = 1000,
    NEIGHBOURS_ANSWER_MS = 60000,
    NEIGHBOURS_ANSWER_BY_MS = 2000, /* later by lot: not all at once */
    NEIGHBOURS_EARLY_MS = 30000,    /* due so soon: called along with others */
    NEIGHBOURS_MAX_HEARD = 20,
    NEIGHBOURS_REMEMBERED = 8 /* neighbours a torrent, the latest */
};

/* What is known of one torrent. */
struct neighbours_status {
    int64_t called_ms; /* -1: not yet */
    int64_t next_ms;
    int64_t heard_ms; /* -1: nobody yet */
    size_t n_near;    /* different ones, of the latest */
};

/* rng: borrowed, outlives it. Draws the cookie. */
struct neighbours *neighbours_new(const struct rng *rng);
void neighbours_free(struct neighbours *n); /* NULL: nothing */

/* A torrent, 20 bytes, is to be called out; nothing when it is. */
void neighbours_join(struct neighbours *n, const uint8_t *info_hash,
                     int64_t now_ms);
/* No more; nothing when it is not. */
void neighbours_leave(struct neighbours *n, const uint8_t *info_hash);
/* The network may be another: all are called out as soon as if they joined now. O(n log
 * n). */
void neighbours_wake(struct neighbours *n, int64_t now_ms);
/* False: it did not join. */
bool neighbours_status(const struct neighbours *n, const uint8_t *info_hash,
                       struct neighbours_status *out);

/* When neighbours_next() has something; INT64_MAX: never, as it is now. */
int64_t neighbours_deadline_ms(const struct neighbours *n);
/* Write what to call out now to *out, all but the port, and hold it for called.
 * False: nothing is due. */
bool neighbours_next(struct neighbours *n, int64_t now_ms, struct lsd *out);

/* A datagram of `from` came: write its port and those of its hashes that joined
 * to *out. ERR_PROTO_FLOOD: too many came in this second; ERR_CANCELLED: it is
 * ours; ERR_NOT_FOUND: it is of other torrents; else as lsd_parse(). */
enum err neighbours_hear(struct neighbours *n, const struct addr *from,
                         const uint8_t *bytes, size_t len, int64_t now_ms,
                         struct lsd *out) ERR_MUST_CHECK;

void neighbours_check(const struct neighbours *n); /* for tests */

#endif
