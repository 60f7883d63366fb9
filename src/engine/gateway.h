/* gateway.h -- the mapping of a session's port at the gateway of its network: whether there
 * is one to ask for, what is said of it, and its end. Asking is net/portmap's.
 * Off: where it is not wanted; bound to loopback, which nobody outside reaches; bound to
 * IPv6, whose addresses need no mapping; where no protocol is built in.
 * At the end it is taken back within GATEWAY_STOP_MS, or left to run out.
 * Owned by the session; loop thread only. */
#ifndef ENGINE_GATEWAY_H
#define ENGINE_GATEWAY_H

#include "net/loop.h"
#include "net/portmap.h"
#include "util/addr.h"
#include "util/err.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stdint.h>

struct reach;

enum { GATEWAY_STOP_MS = 1500 };

struct gateway_host {
    /* A line for the user: what is mapped, or why not. Not the same twice. err: OK. */
    void (*say)(void *ctx, enum err err, const char *words);
    /* The address that the gateway has outside; as often as it says so. */
    void (*outside)(void *ctx, const struct addr *at);
    void *ctx; /* borrowed */
};

struct gateway {
    struct loop *loop; /* borrowed */
    struct rng rng;
    struct gateway_host host;
    struct portmap *map; /* owned; NULL: off */
    uint16_t port;
    const char *why_off; /* static; "": not wanted, or on */
    struct cause said;
    bool is_late; /* the end was waited for long enough */
    struct loop_timer timer;
};

/* Off. loop: borrowed, outlives it; rng, host: copied. */
void gateway_init(struct gateway *g, struct loop *loop, const struct rng *rng,
                  const struct gateway_host *host);
/* Begin to map the port that is listened on (not 0). bind: the only address that is used,
 * or NULL; mapper: NULL for the product's. Both copied. Once. */
void gateway_open(struct gateway *g, uint16_t port, enum portmap_way way,
                  const struct addr *bind, const struct portmap_mapper *mapper);
/* The machine woke, or its network is another: ask anew. Where it is off: nothing. */
void gateway_renew(struct gateway *g);
void gateway_stop(struct gateway *g);
/* Nothing is to be waited for? True where it is off, too. */
bool gateway_is_over(const struct gateway *g);
/* From any state. */
void gateway_fini(struct gateway *g);

/* Its part of a frame. */
void gateway_fill(const struct gateway *g, struct reach *out);

#endif
