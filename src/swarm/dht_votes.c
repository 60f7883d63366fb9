#include "config.h"

#include "swarm/dht_votes.h"

#include <string.h>

#include "swarm/dht_addr.h"

static void forget(struct dht_votes *v, size_t i)
{
    v->n--;
    memmove(&v->last[i], &v->last[i + 1], (v->n - i) * sizeof v->last[0]);
}

uint32_t dht_votes_of(const struct dht_votes *v, const struct addr *ip)
{
    uint32_t n = 0;
    for (size_t i = 0; i < v->n; i++)
        n += addr_same_ip(&v->last[i].ip, ip);
    return n;
}

bool dht_votes_add(struct dht_votes *v, const struct addr *voter,
                   const struct addr *ip)
{
    if (dht_addr_is_local(ip) || dht_addr_is_local(voter) ||
        !addr_is_dialable(ip) || addr_is_v4(ip) != addr_is_v4(voter))
        return false;
    for (size_t i = 0; i < v->n; i++) {
        if (dht_addr_same_net(&v->last[i].voter, voter)) {
            forget(v, i);
            break;
        }
    }
    if (v->n == DHT_VOTES_MAX)
        forget(v, 0);
    v->last[v->n].voter = *voter;
    v->last[v->n].ip = *ip;
    v->last[v->n].ip.port = 0;
    v->n++;
    uint32_t n = dht_votes_of(v, ip);
    if (n < DHT_VOTES_NEEDED || 2 * n <= v->n ||
        (v->has_winner && addr_same_ip(&v->winner, ip)))
        return false;
    v->has_winner = true;
    v->winner = v->last[v->n - 1].ip;
    return true;
}
