/* link.h -- network cables for tests and simulations: pairs of conns in memory,
 * driven by the timers of a loop in virtual time. No descriptor, no randomness:
 * the same calls give the same run.
 * Bytes written at one end arrive at the other after what the rate takes and the
 * latency. A direction holds at most queue_bytes (under way or arrived and
 * unread); then the writer must wait, as TCP would make it. conn_close() reaches
 * the other end behind the last byte, as ERR_CLOSED.
 * A `link_net` has listeners at addresses and dials them; a host's up and down
 * rates are shared by all its connections, first come first served.
 * Level-triggered as conn.h says: a want that is possible and never used makes
 * world_run_until() fail, as it would make poll() spin. Cost: O(log timers) a
 * chunk, chunks of up to 64 KiB. */
#ifndef TESTS_FAKE_LINK_H
#define TESTS_FAKE_LINK_H

#include "net/conn.h"
#include "util/addr.h"

#include <stdint.h>

struct loop;

enum { LINK_QUEUE_BYTES = 256 * 1024 };

struct link_config {
    uint64_t rate_Bps;  /* from a to b; 0: unlimited */
    uint64_t back_Bps;  /* from b to a; 0: unlimited */
    int64_t latency_ms; /* one way */
    size_t queue_bytes; /* each way; 0: LINK_QUEUE_BYTES */
    struct addr addr_a; /* what b sees as its remote */
    struct addr addr_b;
};

/* Make a connected pair. No on_open. The handlers are to be set by
 * conn_set_handler(). */
void link_pair(struct loop *loop, const struct link_config *config,
               struct conn **a, struct conn **b);

/* Cut the cable now: what is under way is lost, both ends fail with ERR_SYS and
 * errnum (ECONNRESET, ...). `end`: either end, not closed yet. */
void link_break(struct conn *end, int errnum);

/* Bytes that `end` has written, and that were read from it at the far end. */
uint64_t link_n_written(const struct conn *end);
uint64_t link_n_delivered(const struct conn *end);

/* A network of hosts. */
struct link_net;

struct link_host {
    uint64_t up_Bps; /* 0: unlimited */
    uint64_t down_Bps;
    int64_t latency_ms; /* to the middle of the net: two hosts' are added */
    size_t queue_bytes; /* each way of its connections; 0: LINK_QUEUE_BYTES */
};

/* Told of a connection to a listener; the callee owns it. remote: the dialler's
 * address. */
typedef void link_accept_fn(void *ctx, struct conn *c,
                            const struct addr *remote);

struct link_net *link_net_new(struct loop *loop);
void link_net_free(struct link_net *net); /* after all its conns are closed */

/* Set what the host at this IP is like (the port is not looked at). Unknown
 * hosts have no limits and no latency. Before its first connection. */
void link_net_host(struct link_net *net, const struct addr *ip,
                   const struct link_host *host);

/* Accept connections at `local`; fn NULL: no more. */
void link_net_listen(struct link_net *net, const struct addr *local,
                     link_accept_fn *fn, void *ctx);

/* Dials to this address are never answered (true), or as usual. */
void link_net_silence(struct link_net *net, const struct addr *remote,
                      bool silent);

/* As conn_dial_tcp(): on_open after one round trip, then the listener's fn; or
 * on_failed with ECONNREFUSED where nobody listens. `local` is the dialler's
 * address, which the listener sees. */
enum err link_net_dial(struct link_net *net, const struct addr *remote,
                       const struct addr *local,
                       const struct conn_handler *handler,
                       struct conn **out) ERR_MUST_CHECK;

#endif
