/* multicast.h -- datagrams to and from a multicast group, on each network that this
 * machine is in; one family each. Understands none of them.
 * Networks: interfaces that are up and can multicast, but loopback and point to point
 * links, of which the far end is no neighbour; or the one alone that has a given
 * address, loopback then too. They are looked for anew by multicast_refresh().
 * Datagrams leave with a TTL of 1, and are heard by other programs of this machine, and
 * by ourselves. Only what is sent to the group is received (where the system lets a
 * socket be bound to one), and only from those networks (Linux).
 * At most UDP_RECV_MAX datagrams a turn. Loop thread only. Source: RFC 1112, 3493. */
#ifndef NET_MULTICAST_H
#define NET_MULTICAST_H

#include "util/addr.h"
#include "util/bytes.h"
#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct multicast;

enum {
    MULTICAST_MAX_NETS = 32,  /* addresses of interfaces; more are left out */
    MULTICAST_RECV_LEN = 2048 /* longer datagrams are cut */
};

struct multicast_handler {
    /* bytes: borrowed until it returns. Must not free the socket. */
    void (*on_datagram)(void *ctx, const struct addr *from, struct span bytes);
    void *ctx; /* borrowed */
};

/* Join `group` (port 0: any that is free, see multicast_port()) wherever it can be.
 * local: an address of this machine, port not looked at; NULL: all networks. Of another
 * family than group: ERR_UNSUPPORTED, as where the system lacks the family. ERR_SYS:
 * else, cause (may be NULL) says what. That no network is there is no error. */
enum err multicast_new(struct loop *loop, const struct addr *group,
                       const struct addr *local,
                       const struct multicast_handler *handler,
                       struct multicast **out,
                       struct cause *cause) ERR_MUST_CHECK;
void multicast_free(struct multicast *m); /* NULL: nothing */

/* Look which networks there are now; return how many it reaches. O(interfaces). */
size_t multicast_refresh(struct multicast *m);
/* Send one datagram on each network; return on how many it went out. */
size_t multicast_send(struct multicast *m, const void *p, size_t len);
/* Is this an address of one of those networks? */
bool multicast_is_near(const struct multicast *m, const struct addr *a);
uint16_t multicast_port(const struct multicast *m);

#endif
