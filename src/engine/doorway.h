/* doorway.h -- where connections come in: keeps each until its handshake says which
 * torrent it is for, and no longer. Knows no torrent: asks its host.
 * Bounds: DOORWAY_MAX at once, DOORWAY_MAX_PER_IP of one IP (of one /64 of IPv6;
 * loopback excepted, where many peers share one), DOORWAY_TIMEOUT_MS for the whole
 * handshake; when all places are taken the longest silent goes: slow or silent ones
 * do not keep others out. Whom the IP filter has is closed at once.
 * What does not begin as a handshake is taken for an encrypted one (proto/mse), within the
 * same bounds; where encryption is required, whatever is not encrypted is turned away.
 * Owned by the session; loop thread only. Entering is O(DOORWAY_MAX).
 * Source: BEP 3 "peer protocol"; the bounds: common practice. */
#ifndef ENGINE_DOORWAY_H
#define ENGINE_DOORWAY_H

#include "engine/env.h"
#include "net/conn.h"
#include "proto/handshake.h"
#include "util/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DOORWAY_MAX = 64, DOORWAY_MAX_PER_IP = 4, DOORWAY_TIMEOUT_MS = 10000 };

struct doorway;

struct doorway_host {
    /* A whole handshake came: conn is the host's from now on, and so is its count by
     * limits_may_accept(). Nothing after the handshake was read. theirs: borrowed for
     * the call. */
    void (*on_greeting)(void *ctx, struct conn *conn,
                        const struct handshake *theirs);
    /* Which torrent has this mse_torrent_hash()? False: none here. */
    bool (*find_mse)(void *ctx, const uint8_t hash[SHA1_LEN],
                     uint8_t info_hash_out[SHA1_LEN]);
    void *ctx; /* borrowed */
};

/* Make one, empty. env is borrowed and outlives it (its loop and limits are used);
 * host is copied. Owned by the caller. */
struct doorway *doorway_new(struct env *env, const struct doorway_host *host);
/* Close whoever waits, their counts given back, and free. Not from on_greeting. NULL:
 * nothing. */
void doorway_free(struct doorway *d);

/* Let an accepted socket in: fd is taken, and closed at once when a bound is reached.
 * on_greeting may come from the loop, never inside this call. */
void doorway_enter(struct doorway *d, int fd, const struct addr *remote);
/* Let in what is a connection already: conn is taken, the rest is the same. */
void doorway_enter_conn(struct doorway *d, struct conn *conn);

#endif
