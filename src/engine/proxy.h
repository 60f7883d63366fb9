/* proxy.h -- dials peers through the session's proxy: a connection that is a tunnel
 * (proto/tunnel) until the proxy says that the peer is there, and the peer's from then
 * on. Knows no torrent; time-outs are the dialler's, as with any connection.
 * What ails the proxy itself is said to the user: once, until it worked again.
 * Owned by the session; loop thread only. */
#ifndef ENGINE_PROXY_H
#define ENGINE_PROXY_H

#include "net/conn.h"
#include "net/proxyurl.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>

struct proxy_host {
    /* Reach the proxy: as conn_dial_tcp(). */
    enum err (*dial)(void *ctx, const struct addr *remote,
                     const struct conn_handler *handler, struct conn **out);
    void (*say)(void *ctx, enum err err, const char *words);
    void *ctx; /* borrowed */
};

struct proxy {
    struct proxyurl url;
    struct addr at; /* where it is */
    struct proxy_host host;
    struct cause ails; /* what was said, and still holds; "" */
};

/* Copies all. */
void proxy_init(struct proxy *p, const struct proxyurl *url,
                const struct addr *at, const struct proxy_host *host);
/* Wipe the password. No connection may be left. */
void proxy_fini(struct proxy *p);

/* As env.dial(). *out's remote is the peer. p outlives it. */
enum err proxy_dial(struct proxy *p, const struct addr *remote,
                    const struct conn_handler *handler,
                    struct conn **out) ERR_MUST_CHECK;

#endif
