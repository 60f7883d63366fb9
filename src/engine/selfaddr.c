#include "config.h"

#include "engine/selfaddr.h"

#include "swarm/peers.h"

void selfaddr_hear(struct selfaddr *s, enum selfaddr_witness by,
                   const struct addr *ip)
{
    bool is_v4 = addr_is_v4(ip);
    struct addr at = *ip;
    at.port = 1;
    if (!addr_is_dialable(&at) ||
        (by == SELFADDR_GATEWAY && addr_is_private(&at)))
        return;
    at.port = 0;
    if (by < (is_v4 ? s->v4.by : s->v6.by))
        return;
    if (is_v4) {
        s->v4.by = by;
        s->v4.ip = at;
    } else {
        s->v6.by = by;
        s->v6.ip = at;
    }
}

void selfaddr_forget(struct selfaddr *s)
{
    s->v4.by = s->v6.by = SELFADDR_NOBODY;
}

static void apply(const struct addr *ip, uint16_t port, struct peers *peers)
{
    struct addr self = *ip;
    self.port = port;
    peers_set_self(peers, &self);
}

void selfaddr_apply(const struct selfaddr *s, uint16_t port,
                    struct peers *peers)
{
    if (s->v4.by != SELFADDR_NOBODY)
        apply(&s->v4.ip, port, peers);
    if (s->v6.by != SELFADDR_NOBODY)
        apply(&s->v6.ip, port, peers);
}
