/* ownaddr.h -- by which address of its own this machine reaches the world, of each family:
 * where it is. The system's routes are asked; nothing is sent. Bridges and tunnels that are
 * not the way out do not count. Of IPv6 the network (/64) alone is kept: hosts change the
 * rest each day (RFC 8981) and are where they were. Decides nothing. Any thread. */
#ifndef NET_OWNADDR_H
#define NET_OWNADDR_H

#include "util/addr.h"

#include <stdbool.h>

/* A value; port 0. */
struct ownaddr {
    bool has_v4, has_v6; /* is there a way out? */
    struct addr v4, v6;
};

/* local: look from this address alone, port not looked at, which is none while the machine
 * has it not, or it has no way out; NULL: from any. Two sockets, opened and closed. */
void ownaddr_look(const struct addr *local, struct ownaddr *out);
bool ownaddr_is_none(const struct ownaddr *o);
/* Is the address of `was` gone, of this family? False where it had none. */
bool ownaddr_lost_v4(const struct ownaddr *was, const struct ownaddr *is);
bool ownaddr_lost_v6(const struct ownaddr *was, const struct ownaddr *is);
bool ownaddr_eq(const struct ownaddr *a, const struct ownaddr *b);

#endif
