#include "config.h"

#include "ui/peer_rates.h"

#include <stdlib.h>

#include "util/xalloc.h"

void peer_rates_fini(struct peer_rates *r)
{
    free(r->peers);
    *r = (struct peer_rates){0};
}

static struct peer_rates_peer *find(struct peer_rates *r, uint32_t id)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->peers[i].id == id)
            return &r->peers[i];
    return NULL;
}

/* A place for one more: a free one, or that of the least, when this one is greater. */
static struct peer_rates_peer *make_room(struct peer_rates *r,
                                         uint64_t rate_Bps)
{
    if (r->n < PEER_RATES_MAX)
        return &r->peers[r->n++];
    struct peer_rates_peer *least = &r->peers[0];
    for (size_t i = 1; i < r->n; i++)
        if (r->peers[i].weight < least->weight)
            least = &r->peers[i];
    return least->weight < rate_Bps ? least : NULL;
}

/* One second of a peer. Its weight follows its rate within some seconds, so that one
 * that has stopped makes room. */
static void tell(struct peer_rates_peer *p, int64_t now_s, uint64_t rate_Bps)
{
    uint64_t kiBps = (rate_Bps + 1023) / 1024;
    timeline_add(&p->timeline, now_s,
                 (struct timeline_slot){.flags = TIMELINE_KNOWN,
                                        .down_kiBps = kiBps < UINT16_MAX
                                                          ? (uint16_t)kiBps
                                                          : UINT16_MAX});
    p->weight = (p->weight * 15 + rate_Bps) / 16;
}

void peer_rates_feed(struct peer_rates *r, const struct detail *d,
                     int64_t now_s)
{
    if (r->torrent != d->torrent)
        peer_rates_fini(r);
    if (r->peers == NULL)
        r->peers = xcalloc(PEER_RATES_MAX, sizeof *r->peers);
    r->torrent = d->torrent;
    if (now_s <= r->now_s)
        return;
    r->now_s = now_s;
    for (size_t i = 0; i < d->n_peers; i++) {
        const struct detail_peer *from = &d->peers[i];
        struct peer_rates_peer *p = find(r, from->id);
        if (p == NULL && from->rate_down_Bps > 0) {
            p = make_room(r, from->rate_down_Bps);
            if (p == NULL)
                continue;
            p->id = from->id;
            p->slot = from->slot;
            p->weight = from->rate_down_Bps;
            timeline_init(&p->timeline, now_s);
        }
        if (p != NULL)
            tell(p, now_s, from->rate_down_Bps);
    }
    /* Those that left send no more. */
    for (size_t i = 0; i < r->n; i++)
        if (r->peers[i].timeline.now_s < now_s)
            tell(&r->peers[i], now_s, 0);
}

static uint64_t sum_of(const struct timeline *t, uint32_t span_s)
{
    uint64_t sum = 0;
    size_t len = timeline_len(t);
    for (size_t age = 0; age < span_s && age < len; age++)
        sum += timeline_at(t, age).down_kiBps;
    return sum;
}

size_t peer_rates_top(struct peer_rates *r, uint32_t span_s,
                      struct graph_stack_peer out[GRAPH_STACK_PEERS])
{
    uint64_t sums[GRAPH_STACK_PEERS];
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        uint64_t sum = sum_of(&r->peers[i].timeline, span_s);
        if (sum == 0 ||
            (n == GRAPH_STACK_PEERS && sum <= sums[GRAPH_STACK_PEERS - 1]))
            continue;
        size_t at = n < GRAPH_STACK_PEERS ? n++ : n - 1;
        for (; at > 0 && sums[at - 1] < sum; at--) {
            sums[at] = sums[at - 1];
            out[at] = out[at - 1];
        }
        sums[at] = sum;
        out[at] =
            (struct graph_stack_peer){r->peers[i].slot, &r->peers[i].timeline};
    }
    return n;
}
