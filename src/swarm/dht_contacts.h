/* dht_contacts.h -- to which addresses a DHT node sent something lately: who asks us and is
 * none of them got in by himself. A NAT, or a firewall, lets in for some minutes whom we
 * sent something, and others only when it lets everybody in.
 * Remembers for DHT_CONTACTS_MS to twice that, by IP alone, in a table of hashes that now
 * and then takes one address for another: then a stranger counts as known, never the
 * reverse. In the first DHT_CONTACTS_QUIET_MS nobody is a stranger: the node that ran on
 * this port before us may have sent him something.
 * Owned by dht; loop thread. Calls are O(1), 16 KiB. Source: RFC 4787, REQ-5 (a mapping
 * of UDP lasts 2 minutes at least, 5 by default), REQ-8 (filtering). */
#ifndef SWARM_DHT_CONTACTS_H
#define SWARM_DHT_CONTACTS_H

#include "swarm/keyed_hash.h"
#include "util/addr.h"
#include "util/rng.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    DHT_CONTACTS_MS = 10 * 60 * 1000,
    DHT_CONTACTS_QUIET_MS = 5 * 60 * 1000,
    DHT_CONTACTS_BITS = 1 << 16
};

struct bitset;

struct dht_contacts {
    struct keyed_hash hash;
    struct bitset *latest, *before; /* owned */
    int64_t born_ms, turned_ms;
};

/* rng is used to draw a hash key, and not kept. */
void dht_contacts_init(struct dht_contacts *c, const struct rng *rng,
                       int64_t now_ms);
void dht_contacts_fini(struct dht_contacts *c);

/* A datagram goes there. */
void dht_contacts_note(struct dht_contacts *c, const struct addr *to,
                       int64_t now_ms);
/* Did he whose datagram came from there get in by himself? */
bool dht_contacts_is_stranger(struct dht_contacts *c, const struct addr *from,
                              int64_t now_ms);

#endif
