/* listen.h -- takes in TCP connections, IPv4 and IPv6 on one port.
 * Knows nothing of what is said on them: hands each accepted descriptor on.
 * At most LISTEN_ACCEPT_MAX a turn and family. Out of descriptors (EMFILE,
 * ENFILE) it closes its spare one, takes the waiting connections in to close
 * them at once, so that they see an end instead of silence, opens the spare
 * again and does not look for LISTEN_PAUSE_MS. A connection that died while it
 * waited (ECONNABORTED and the like) is skipped. Loop thread only. */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include "net/dualsock.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

struct listen;
struct loop;

enum { LISTEN_ACCEPT_MAX = 16, LISTEN_PAUSE_MS = 1000, LISTEN_BACKLOG = 128 };

/* Told of each connection; fd is the callee's from then on (conn_adopt_tcp).
 * The listener must not be freed inside. */
typedef void listen_fn(void *ctx, int fd, const struct addr *remote);

/* Listen as config says (see dualsock.h for what it means, and for errors).
 * `fn` is called with `ctx`, borrowed, from the loop. */
enum err listen_new(struct loop *loop, const struct dualsock_config *config,
                    listen_fn *fn, void *ctx, struct listen **out,
                    struct cause *cause) ERR_MUST_CHECK;
void listen_free(struct listen *l); /* NULL: nothing */

uint16_t listen_port(const struct listen *l);
bool listen_has_v4(const struct listen *l);
bool listen_has_v6(const struct listen *l);
/* Connections closed at once for want of descriptors, since birth. */
uint64_t listen_n_refused(const struct listen *l);

#endif
