/* dht_votes.h -- what others say our address is (BEP 42's ip). Each net
 * (dht_addr_same_net) has one vote, its last; the last DHT_VOTES_MAX count. An
 * address is believed that has DHT_VOTES_NEEDED of them, and more than half.
 * Local addresses are no votes: a node of our own LAN sees us there. A value;
 * loop thread. */
#ifndef SWARM_DHT_VOTES_H
#define SWARM_DHT_VOTES_H

#include "util/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DHT_VOTES_NEEDED = 8, DHT_VOTES_MAX = 24 };

struct dht_votes {
    struct {
        struct addr voter;
        struct addr ip; /* port 0 */
    } last[DHT_VOTES_MAX]; /* oldest first */
    size_t n;
    bool has_winner;
    struct addr winner; /* port 0 */
};

/* Count a vote. Return whether another address is believed now than before. */
bool dht_votes_add(struct dht_votes *v, const struct addr *voter,
                   const struct addr *ip);
/* How many votes an address has. */
uint32_t dht_votes_of(const struct dht_votes *v, const struct addr *ip);

#endif
