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

bool dht_addr_same_net(const struct addr *a, const struct addr *b)
{
    if (dht_addr_is_local(a) || dht_addr_is_local(b))
        return addr_eq(a, b);
    size_t len = addr_is_v4(a) ? NET4_LEN : NET6_LEN;
    return memcmp(a->ip, b->ip, len) == 0;
}

bool dht_addr_same_host(const struct addr *a, const struct addr *b)
{
    if (dht_addr_is_local(a) || dht_addr_is_local(b))
        return addr_eq(a, b);
    if (!addr_is_v4(a))
        return memcmp(a->ip, b->ip, NET6_LEN) == 0;
    return addr_same_ip(a, b);
}

enum dht_family dht_addr_family(const struct addr *a)
{
    return addr_is_v4(a) ? DHT_V4 : DHT_V6;
}
