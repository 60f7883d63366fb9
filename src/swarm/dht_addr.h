/* dht_addr.h -- which addresses the DHT deals with, and which count as near to
 * each other. Local is what no router of the wide network brings: loopback,
 * private, link-local, shared. Pure functions. Source: BEP 42 (exempt nets). */
#ifndef SWARM_DHT_ADDR_H
#define SWARM_DHT_ADDR_H

#include "swarm/dht_stats.h"
#include "util/addr.h"

#include <stdbool.h>

enum { DHT_ADDR_MIN_PORT = 1024 }; /* below are services, not nodes */

/* May it be a node's: unicast, not 0/8, port 1024 or above? */
bool dht_addr_is_allowed(const struct addr *a);
bool dht_addr_is_local(const struct addr *a);
/* May a node at teller name told? A local one may name any that is allowed;
 * another none that is local: so the wide network sends nobody into his LAN. */
bool dht_addr_may_name(const struct addr *teller, const struct addr *told);
/* Are both in one /24 (IPv4) or /64 (IPv6)? For local ones: are they equal,
 * port too; a LAN, and tests, have many nodes in one net. */
bool dht_addr_same_net(const struct addr *a, const struct addr *b);
/* Are they one host: the same IP, for IPv6 the same /64; local ones: the same
 * IP and port. */
bool dht_addr_same_host(const struct addr *a, const struct addr *b);
enum dht_family dht_addr_family(const struct addr *a);

#endif
