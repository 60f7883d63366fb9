#include "config.h"

#include "net/ownaddr.h"

#include <string.h>
#include <unistd.h>

#include "net/sock.h"

enum { V6_NETWORK_LEN = 8, DISCARD_PORT = 9 };

/* The address that a datagram to `to` would leave from; false: there is no way, or it is
 * one of this machine or link alone. */
static bool way_to(const struct addr *to, const struct addr *local,
                   struct addr *out)
{
    if (local != NULL && addr_is_v4(local) != addr_is_v4(to))
        return false;
    int fd = sock_open_to(to, local, out);
    if (fd < 0)
        return false;
    close(fd);
    out->port = 0;
    return !addr_is_loopback(out);
}

void ownaddr_look(const struct addr *local, struct ownaddr *out)
{
    /* Of documentation (RFC 5737, 3849): nobody is there, and routes do not know it. */
    struct addr far_v4 =
        addr_v4((const uint8_t[4]){192, 0, 2, 1}, DISCARD_PORT);
    struct addr far_v6 = {
        .ip = {0x20, 0x01, 0x0d, 0xb8, [ADDR_V6_LEN - 1] = 1},
        .port = DISCARD_PORT,
    };
    memset(out, 0, sizeof *out);
    out->has_v4 = way_to(&far_v4, local, &out->v4);
    out->has_v6 = way_to(&far_v6, local, &out->v6);
    memset(out->v6.ip + V6_NETWORK_LEN, 0, ADDR_V6_LEN - V6_NETWORK_LEN);
}

bool ownaddr_is_none(const struct ownaddr *o)
{
    return !o->has_v4 && !o->has_v6;
}

bool ownaddr_lost_v4(const struct ownaddr *was, const struct ownaddr *is)
{
    return was->has_v4 && !(is->has_v4 && addr_same_ip(&was->v4, &is->v4));
}

bool ownaddr_lost_v6(const struct ownaddr *was, const struct ownaddr *is)
{
    return was->has_v6 && !(is->has_v6 && addr_same_ip(&was->v6, &is->v6));
}

bool ownaddr_eq(const struct ownaddr *a, const struct ownaddr *b)
{
    return a->has_v4 == b->has_v4 && a->has_v6 == b->has_v6 &&
           !ownaddr_lost_v4(a, b) && !ownaddr_lost_v6(a, b);
}
