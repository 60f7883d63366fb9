#include "config.h"

#include "swarm/dht_addr.h"

#include <string.h>

/* In the 16-byte form of an address. */
enum { NET4_LEN = 15, NET6_LEN = 8 };

bool dht_addr_is_allowed(const struct addr *a)
{
    return a->port >= DHT_ADDR_MIN_PORT && addr_is_dialable(a);
}

bool dht_addr_is_local(const struct addr *a)
{
    return addr_is_loopback(a) || addr_is_private(a);
}

bool dht_addr_may_name(const struct addr *teller, const struct addr *told)
{
    return dht_addr_is_allowed(told) &&
           (!dht_addr_is_local(told) || dht_addr_is_local(teller));
}

/* Most pairs differ in these bytes already, which is cheap to see. */
static bool same_front(const struct addr *a, const struct addr *b,
                       size_t len_v4)
{
    size_t len = addr_is_v4(a) ? len_v4 : NET6_LEN;
    return memcmp(a->ip, b->ip, len) == 0;
}

bool dht_addr_same_net(const struct addr *a, const struct addr *b)
{
    return same_front(a, b, NET4_LEN) &&
           (addr_eq(a, b) || !dht_addr_is_local(a));
}

bool dht_addr_same_host(const struct addr *a, const struct addr *b)
{
    return same_front(a, b, sizeof a->ip) &&
           (addr_eq(a, b) || !dht_addr_is_local(a));
}

enum dht_family dht_addr_family(const struct addr *a)
{
    return addr_is_v4(a) ? DHT_V4 : DHT_V6;
}
