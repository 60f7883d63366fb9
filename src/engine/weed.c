#include "config.h"

#include "engine/weed.h"

#include "engine/ipfilter.h"
#include "engine/peerlink.h"
#include "engine/torrent_parts.h"
#include "engine/trackers.h"
#include "engine/webseeds.h"

static bool is_filtered(struct ipfilter *f, const struct peerlink *l)
{
    const struct addr *remote = peerlink_remote(l);
    return peerlink_is_incoming(l) ? ipfilter_refuses_in(f, remote)
                                   : ipfilter_refuses_out(f, remote);
}

static bool is_refused(void *ctx, const struct addr *a)
{
    const struct torrent *t = ctx;
    return ipfilter_refuses_out(t->env->filter, a);
}

void weed_init(struct torrent *t)
{
    peers_set_filter(t->known, is_refused, t);
}

void weed_torrent(struct torrent *t)
{
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (!peerlink_is_closing(m->link) &&
            is_filtered(t->env->filter, m->link))
            peerlink_close(m->link, ERR_REFUSED,
                           "the IP filter has its address");
    trackers_reconsider(t->trackers);
    webseeds_reconsider(t);
}
