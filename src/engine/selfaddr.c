#include "config.h"

#include "engine/selfaddr.h"

#include "swarm/peers.h"

void selfaddr_hear(struct selfaddr *s, enum selfaddr_witness by,
                   const struct addr *ip)
{
    struct selfaddr_seen *seen = addr_is_v4(ip) ? &s->v4 : &s->v6;
    struct addr at = *ip;
    at.port = 1;
    if (!addr_is_dialable(&at) ||
        (by == SELFADDR_GATEWAY && addr_is_private(&at)))
        return;
    at.port = 0;
    if (by >= seen->by)
        *seen = (struct selfaddr_seen){by, at};
}

void selfaddr_forget(struct selfaddr *s)
{
    s->v4.by = s->v6.by = SELFADDR_NOBODY;
}

static void apply(const struct selfaddr_seen *seen, uint16_t port,
                  struct peers *peers)
{
    struct addr self = seen->ip;
    self.port = port;
    if (seen->by != SELFADDR_NOBODY)
        peers_set_self(peers, &self);
}

void selfaddr_apply(const struct selfaddr *s, uint16_t port,
                    struct peers *peers)
{
    apply(&s->v4, port, peers);
    apply(&s->v6, port, peers);
}
