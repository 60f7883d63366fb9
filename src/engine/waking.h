/* waking.h -- decides when the machine has slept, and when it is in another network: then no
 * connection lives, whoever failed may be there again, and nobody knows where we are.
 * Carries out nothing: the host closes and asks.
 * Slept: suspended for more than WAKING_SLEPT_MS between two looks, by a clock that counts
 * nothing else. A process that was stopped, or waited for a disk, did not sleep.
 * Elsewhere: the address that we reach the world from is another (ownaddr). That it went
 * means only that there is no network; when one is there again it is asked anew, too.
 * What was lost is said at once. Asking waits until there is a network that stayed as it is
 * for WAKING_SETTLE_MS, since one comes back seconds after waking, its families one by
 * one. Without one it is asked after WAKING_PATIENCE_MS (some networks have no way out),
 * and again when one comes.
 * Held by a session; loop thread only. A look costs two system calls, six more each
 * WAKING_NETWORK_MS and while it waits. */
#ifndef ENGINE_WAKING_H
#define ENGINE_WAKING_H

#include "net/ownaddr.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    WAKING_SLEPT_MS = 30000,
    WAKING_NETWORK_MS = 30000, /* between looks at the network */
    WAKING_SETTLE_MS = 3000,
    WAKING_PATIENCE_MS = 15000
};

/* Neither of the last two may call waking. words: clean, copied. */
struct waking_host {
    /* How long the machine has slept since it began. */
    int64_t (*slept_ms)(void *ctx);
    void (*own_addr)(void *ctx, struct ownaddr *out);
    /* Connections of these families cannot be alive. */
    void (*lost)(void *ctx, bool v4, bool v6, const char *words);
    /* Ask all anew. slept_ms: how long was slept since this was called last; 0: not.
     * words: a line for the user. */
    void (*ask)(void *ctx, int64_t slept_ms, const char *words);
    void *ctx; /* borrowed */
};

/* Why it is to be asked, the strongest last. */
enum waking_why { WAKING_NOT, WAKING_BACK, WAKING_ELSEWHERE, WAKING_SLEPT };

struct waking {
    struct waking_host host;
    int64_t slept_ms;       /* by the host, at the last look */
    struct ownaddr at;      /* where we were at the last look */
    struct ownaddr home;    /* where connections were made from */
    int64_t network_due_ms; /* of the next look at it */
    enum waking_why why;    /* it is to be asked, when all is settled */
    int64_t owed_ms;        /* what was slept, and not yet told */
    int64_t since_ms;       /* asking has been due */
    int64_t changed_ms;     /* where we are did, last */
};

/* host: copied. Looks where we are. */
void waking_init(struct waking *w, const struct waking_host *host,
                 int64_t now_ms);
/* About once a second; late looks do no harm. now_ms: of a clock that does not count
 * sleep. */
void waking_look(struct waking *w, int64_t now_ms);

#endif
