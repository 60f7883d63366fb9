/* igd.h -- maps a port by UPnP at an Internet Gateway Device that answers in the network
 * of ours, by miniupnpc; without it at build time, says so. Blocks for up to some
 * seconds; any thread. For struct portmap_mapper, see there.
 * Source: UPnP WANIPConnection:1, by miniupnpc. */
#ifndef NET_IGD_H
#define NET_IGD_H

#include "net/portmap.h"
#include "util/err.h"

enum { IGD_DISCOVER_MS = 2000 };

/* Map wish->port, TCP and UDP, to the same one outside, or neither. ERR_NOT_FOUND: no
 * gateway answers; ERR_REFUSED: it did, and said no; ERR_UNSUPPORTED: not built in. */
enum err igd_map(const struct portmap_wish *wish,
                 struct portmap_mapping *out,
                 struct cause *cause) ERR_MUST_CHECK;
/* Take it back, as far as the device takes it. */
void igd_unmap(const struct portmap_wish *wish,
               const struct portmap_mapping *mapping);

#endif
