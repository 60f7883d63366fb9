/* natpmp.h -- maps a port by NAT-PMP at the default gateway, by libnatpmp, and tells
 * which that is; without it at build time, says so. Mapping blocks for up to
 * NATPMP_WAIT_MS a question; any thread. For struct portmap_mapper, see there. Source:
 * RFC 6886, by libnatpmp. */
#ifndef NET_NATPMP_H
#define NET_NATPMP_H

#include "net/portmap.h"
#include "util/addr.h"
#include "util/err.h"

#include <stdint.h>

enum { NATPMP_WAIT_MS = 1500 };

/* Map wish->port, TCP and UDP, to the same one outside, or neither. ERR_NOT_FOUND: there
 * is no gateway, or none that answers; ERR_REFUSED: it did, and said no, or gave another
 * port; ERR_INVALID: it is not reached from the address that is meant; ERR_UNSUPPORTED:
 * not built in. */
enum err natpmp_map(const struct portmap_wish *wish,
                    struct portmap_mapping *out,
                    struct cause *cause) ERR_MUST_CHECK;
/* Take it back; the answer is not waited for long. */
void natpmp_unmap(const struct portmap_wish *wish,
                  const struct portmap_mapping *mapping);

/* The default gateway of IPv4, with this port. Asks the system, sends nothing.
 * ERR_NOT_FOUND: there is none; ERR_UNSUPPORTED: not built in. */
enum err natpmp_gateway(uint16_t port, struct addr *out) ERR_MUST_CHECK;

#endif
