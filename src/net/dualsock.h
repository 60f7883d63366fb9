/* dualsock.h -- makes the sockets behind one port: IPv4, IPv6 or both, TCP or
 * UDP, non-blocking, closed on exec, bound. Does not listen, send or receive.
 * With port 0 and both families the system picks a port that both can have: it
 * is tried again, some times, when the second family cannot have what the first
 * got. A family that this machine lacks is left out without a word; it is an
 * error only when none is left. Not for one thread only: keeps no state. */
#ifndef NET_DUALSOCK_H
#define NET_DUALSOCK_H

#include "util/addr.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { DUALSOCK_V4, DUALSOCK_V6, DUALSOCK_N };

struct dualsock_config {
    uint16_t port; /* 0: any that is free */
    bool v4;
    bool v6;
    const struct addr *local_v4; /* borrowed; NULL: all addresses */
    const struct addr *local_v6; /* the ports of both are not looked at */
};

struct dualsock {
    int fds[DUALSOCK_N]; /* owned by whoever holds the value; -1: none */
    uint16_t port;       /* of both */
};

/* Make and bind sockets of `type` (SOCK_STREAM or SOCK_DGRAM). At least one of
 * config's families must be asked for. ERR_BUSY: the port is taken; ERR_SYS:
 * else; *cause (may be NULL) has the words. */
enum err dualsock_open(const struct dualsock_config *config, int type,
                       struct dualsock *out,
                       struct cause *cause) ERR_MUST_CHECK;

/* Close what is open; fds become -1. */
void dualsock_close(struct dualsock *s);

#endif
