/* selfaddr.h -- our address as the others see it, of IPv4 and of IPv6, from what a tracker,
 * the gateway and the DHT say of it: who is the harder to fool is believed. For the order
 * in which peers are dialled (BEP 40), which does no harm when it is wrong. A value; one in
 * the env. Loop thread only. */
#ifndef ENGINE_SELFADDR_H
#define ENGINE_SELFADDR_H

#include "util/addr.h"

#include <stdint.h>

struct peers;

/* Who says it; a later one over an earlier one. */
enum selfaddr_witness {
    SELFADDR_NOBODY,
    SELFADDR_TRACKER, /* one server: BEP 24 */
    SELFADDR_GATEWAY, /* ours; behind another one it is wrong */
    SELFADDR_DHT      /* many nodes agree: BEP 42 */
};

struct selfaddr_seen {
    enum selfaddr_witness by;
    struct addr ip; /* port 0 */
};

struct selfaddr {
    struct selfaddr_seen v4, v6;
};

/* Take it, unless a better witness said another. Addresses that no peer of ours can be at
 * outside (private ones of a gateway, say) are nobody's. */
void selfaddr_hear(struct selfaddr *s, enum selfaddr_witness by,
                   const struct addr *ip);
/* We are elsewhere: nothing is known. */
void selfaddr_forget(struct selfaddr *s);
/* Have peers ordered by it, as far as it is known; port: ours, which counts for those at
 * our own address. O(1) when nothing changed. */
void selfaddr_apply(const struct selfaddr *s, uint16_t port,
                    struct peers *peers);

#endif
