#include "config.h"

#include "engine/arrivals.h"

#include "model/reach.h"

void arrivals_init(struct arrivals *a)
{
    a->far.n = a->near.n = 0;
    a->far.at_ms = a->near.at_ms = -1;
}

static bool was_seen(const struct arrivals_kind *k, const struct addr *from)
{
    for (uint32_t i = 0; i < k->n; i++)
        if (addr_same_ip(&k->seen[i], from))
            return true;
    return false;
}

void arrivals_note(struct arrivals *a, const struct addr *from, int64_t now_ms)
{
    bool is_near = addr_is_loopback(from) || addr_is_private(from);
    struct arrivals_kind *k = is_near ? &a->near : &a->far;
    k->at_ms = now_ms;
    if (k->n < ARRIVALS_MAX && !was_seen(k, from))
        k->seen[k->n++] = *from;
}

void arrivals_fill(const struct arrivals *a, struct reach *out)
{
    out->n_from_afar = a->far.n;
    out->n_from_near = a->near.n;
    out->afar_ms = a->far.at_ms;
    out->near_ms = a->near.at_ms;
}
