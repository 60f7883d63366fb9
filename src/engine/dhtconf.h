/* dhtconf.h -- how the session's node of the DHT is to be: plain values, for whoever
 * makes a session. */
#ifndef ENGINE_DHTCONF_H
#define ENGINE_DHTCONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a node may be: a name or an address. */
struct dhtconf_place {
    const char *host; /* borrowed */
    uint16_t port;
};

/* All that is pointed to is copied by whoever is given this. */
struct dhtconf {
    bool is_on;
    const struct dhtconf_place *routers, *nodes; /* nodes: the user's own */
    size_t n_routers, n_nodes;
    /* We are on the loopback interface only: routers are not asked. */
    bool is_local;
};

#endif
