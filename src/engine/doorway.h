/* doorway.h -- where connections come in: keeps each until its handshake says which
 * torrent it is for, and no longer. Knows no torrent: asks its host.
 * Bounds: DOORWAY_MAX at once, DOORWAY_MAX_PER_IP of one IP (loopback excepted, where
 * many peers share one), DOORWAY_TIMEOUT_MS for the whole handshake, so that slow or
 * silent ones do not keep others out. Loop thread only. */
#ifndef ENGINE_DOORWAY_H
#define ENGINE_DOORWAY_H

#include "engine/env.h"
#include "net/conn.h"
#include "proto/handshake.h"

#include <stddef.h>

enum {
    DOORWAY_MAX = 64,
    DOORWAY_MAX_PER_IP = 4,
    DOORWAY_TIMEOUT_MS = 10000
};

struct doorway;

struct doorway_host {
    /* A whole handshake came: conn (counted by limits_may_accept()) is the host's. */
    void (*on_greeting)(void *ctx, struct conn *conn,
                        const struct handshake *theirs);
    void *ctx; /* borrowed */
};

struct doorway *doorway_new(struct env *env, const struct doorway_host *host);
void doorway_free(struct doorway *d);

/* An accepted socket: taken. */
void doorway_enter(struct doorway *d, int fd, const struct addr *remote);
/* The same, for a connection that is one already. */
void doorway_enter_conn(struct doorway *d, struct conn *conn);

#endif
