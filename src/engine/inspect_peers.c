#include "config.h"

#include "engine/inspect_peers.h"

#include <stdlib.h>
#include <string.h>

#include "disk/geoip.h"
#include "engine/inspect_web.h"
#include "engine/watch.h"
#include "util/xalloc.h"

enum { FEW_SINGLES = 64 };

_Static_assert(sizeof((struct detail_peer *)0)->country ==
                   (size_t)GEOIP_COUNTRY_LEN,
               "room for a country");

_Static_assert((int)DETAIL_N_SOURCES == (int)PEERS_N_SOURCES &&
                   (int)DETAIL_BY_TRACKER == (int)PEERS_TRACKER &&
                   (int)DETAIL_BY_INCOMING == (int)PEERS_INCOMING &&
                   (int)DETAIL_BY_DHT == (int)PEERS_DHT,
               "what the model calls them is what they are");

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

static bool is_shown(const struct member *m)
{
    return m->peer != NULL && !peerlink_is_closing(m->link);
}

void inspect_peers_status(struct detail_peer *p, const struct peer_status *s)
{
    p->is_incoming = s->is_incoming;
    p->am_choking = s->am_choking;
    p->am_interested = s->am_interested;
    p->is_choking = s->is_choking;
    p->is_interested = s->is_interested;
    p->is_snubbed = s->is_snubbed;
    p->is_upload_only = s->is_upload_only;
    p->has_fast = s->fast;
    p->has_extended = s->extended;
    p->n_outstanding = s->n_outstanding;
    p->depth = s->depth;
    p->n_queued = s->n_queued;
    p->reqq = s->reqq;
    p->rate_down_Bps = s->rate_down_Bps;
    p->rate_up_Bps = s->rate_up_Bps;
    p->bytes_down = s->bytes_down;
    p->bytes_up = s->bytes_up;
    p->bytes_wasted = s->bytes_wasted;
    p->request_delay_ms = s->request_delay_ms;
    p->connected_ms = s->connected_ms;
    p->last_rx_ms = s->last_rx_ms;
    p->last_tx_ms = s->last_tx_ms;
    p->last_block_ms = s->last_block_ms;
    p->unchoked_ms = s->unchoked_since_ms;
    memcpy(p->client, s->client, sizeof p->client);
}

static void add_peer(struct member *m, struct detail *d, int64_t now_ms)
{
    struct torrent *t = m->torrent;
    struct peer_status s;
    peer_status(m->peer, now_ms, &s);
    struct detail_peer *p = &d->peers[d->n_peers++];
    *p = (struct detail_peer){
        .id = m->id,
        .slot = m->slot,
        .addr = *peerlink_remote(m->link),
        .source = (uint8_t)m->source,
        .is_encrypted = peerlink_is_encrypted(m->link),
        .has_crypt = peerlink_has_crypt(m->link),
        .rtt_us = peerlink_rtt_us(m->link),
        .is_optimistic = m->is_optimistic,
        .is_seed = m->is_seed,
        .is_shunned = m->is_shunned,
        .has_piece = d->focus.piece_idx < t->geo->n_pieces &&
                     bitset_get(peer_has(m->peer), d->focus.piece_idx),
        .is_downloading = m->is_filling,
        .n_pieces = (uint32_t)bitset_count(peer_has(m->peer)),
        .n_gives = m->n_interesting,
        .choke_ms = m->choke_ms,
        .choke_rank = m->choke_rank,
        .n_timeouts = m->n_timeouts,
        .n_rejects = m->n_rejects,
        .n_bad = m->n_bad,
        .gets_block = m->is_filling,
        .now_piece_idx = m->filling.piece_idx,
        .now_block_idx = m->filling.block_idx,
        .trust = blame_trust(t->blame, peerlink_remote(m->link)),
    };
    inspect_peers_status(p, &s);
    if (t->env->geoip != NULL)
        geoip_country(t->env->geoip, &p->addr, p->country);
}

/* The table is in order of ids: members are kept the latest first. */
static struct detail_peer *find_peer(struct detail *d, peer_id_t id)
{
    size_t low = 0, high = d->n_peers;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (d->peers[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < d->n_peers && d->peers[low].id == id ? &d->peers[low] : NULL;
}

/* The oldest request on order with each. Of a block asked of several, the latest one
 * asked is known. */
static void find_oldest(struct torrent *t, struct detail *d)
{
    for (int64_t i = pieces_next_partial(t->pieces, 0); i >= 0;
         i = pieces_next_partial(t->pieces, (uint32_t)i + 1)) {
        uint32_t piece_idx = (uint32_t)i;
        const struct pieces_block *blocks = pieces_blocks(t->pieces, piece_idx);
        uint32_t n = geometry_n_blocks(t->geo, piece_idx);
        struct detail_peer *p = NULL;
        for (uint32_t k = 0; k < n; k++) {
            if (blocks[k].state != BLOCK_ASKED)
                continue;
            if (p == NULL || p->id != blocks[k].peer)
                p = find_peer(d, blocks[k].peer);
            if (p == NULL ||
                (p->oldest_ms != 0 && p->oldest_ms <= blocks[k].since_ms))
                continue;
            p->oldest_ms = blocks[k].since_ms;
            if (p->is_downloading)
                continue;
            p->gets_block = true;
            p->now_piece_idx = piece_idx;
            p->now_block_idx = k;
        }
    }
}

/* Pieces that we want and one peer alone has; NULL: there are none. Owned. */
static struct bitset *find_singles(const struct torrent *t)
{
    const struct bitset *wanted = pieces_wanted(t->pieces);
    struct bitset *singles = NULL;
    for (int64_t i = bitset_next_set(wanted, 0); i >= 0;
         i = bitset_next_set(wanted, (size_t)i + 1)) {
        if (pieces_availability(t->pieces, (uint32_t)i) != 1)
            continue;
        if (singles == NULL)
            singles = bitset_new(t->geo->n_pieces);
        bitset_set(singles, (size_t)i);
    }
    return singles;
}

static uint32_t count_unique(const struct bitset *singles,
                             const struct bitset *has)
{
    if (bitset_count(singles) > FEW_SINGLES)
        return (uint32_t)bitset_count_and(singles, has);
    uint32_t n = 0;
    for (int64_t i = bitset_next_set(singles, 0); i >= 0;
         i = bitset_next_set(singles, (size_t)i + 1))
        n += bitset_get(has, (size_t)i);
    return n;
}

static void look_at_focus(struct detail *d, const struct bitset *has,
                          const struct bitset *singles)
{
    d->peer_has = xmalloc(bitset_wire_len(has));
    bitset_to_wire(has, d->peer_has);
    if (singles == NULL)
        return;
    for (int64_t i = bitset_next_and(singles, has, 0);
         i >= 0 && d->n_unique < DETAIL_MAX_UNIQUE;
         i = bitset_next_and(singles, has, (size_t)i + 1))
        d->unique[d->n_unique++] = (uint32_t)i;
}

static void find_unique(struct torrent *t, struct detail *d)
{
    struct bitset *singles = find_singles(t);
    for (struct member *m = t->members; m != NULL; m = m->next) {
        struct detail_peer *p = is_shown(m) ? find_peer(d, m->id) : NULL;
        if (p == NULL)
            continue;
        if (singles != NULL)
            p->n_unique = count_unique(singles, peer_has(m->peer));
        if (m->id == d->focus.peer)
            look_at_focus(d, peer_has(m->peer), singles);
    }
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++) {
        struct detail_peer *p =
            inspect_web_is_shown(s) ? find_peer(d, s->id) : NULL;
        if (p == NULL)
            continue;
        if (singles != NULL)
            p->n_unique = count_unique(singles, s->has);
        if (s->id == d->focus.peer)
            look_at_focus(d, s->has, singles);
    }
    bitset_free(singles);
}

static void list_gone(const struct watch *w, struct detail *d)
{
    size_t n = w->n_gone < DETAIL_MAX_GONE ? w->n_gone : DETAIL_MAX_GONE;
    d->gone = xcalloc(n, sizeof *d->gone);
    for (d->n_gone = 0; d->n_gone < n; d->n_gone++)
        d->gone[d->n_gone] =
            w->gone[(w->n_gone - 1 - d->n_gone) % DETAIL_MAX_GONE];
}

void inspect_peers(struct torrent *t, struct detail *d)
{
    int64_t now_ms = now_of(t);
    /* They were there first. */
    size_t n_webs = inspect_web_n_shown(t);
    size_t n = n_webs;
    for (const struct member *m = t->members; m != NULL; m = m->next)
        n += is_shown(m);
    size_t n_left_out = n > DETAIL_MAX_PEERS ? n - DETAIL_MAX_PEERS : 0;
    d->has_countries = t->env->geoip != NULL;
    d->peers = xcalloc(n - n_left_out, sizeof *d->peers);
    inspect_web_peers(t, d);
    for (struct member *m = t->members; m != NULL; m = m->next) {
        if (!is_shown(m))
            continue;
        if (n_left_out > 0)
            n_left_out--;
        else
            add_peer(m, d, now_ms);
    }
    for (size_t i = n_webs, last = d->n_peers; i + 1 < last; i++) {
        struct detail_peer p = d->peers[i];
        d->peers[i] = d->peers[--last];
        d->peers[last] = p;
    }
    find_oldest(t, d);
    find_unique(t, d);
    list_gone(t->watch, d);
}

void inspect_peers_timeline(struct torrent *t, struct detail *d)
{
    const struct member *m = torrent_member(t, d->focus.peer);
    const struct webserver *s = webseeds_by_id(t, d->focus.peer);
    const struct timeline *line = m != NULL   ? m->timeline
                                  : s != NULL ? s->timeline
                                              : NULL;
    if (line != NULL)
        d->timeline = xmemdup(line, sizeof *line);
}

void inspect_peers_trace(struct torrent *t, struct detail *d)
{
    const struct watch *w = t->watch;
    if (w->trace == NULL || w->traced != d->focus.peer)
        return;
    size_t n = w->n_trace < DETAIL_MAX_TRACE ? w->n_trace : DETAIL_MAX_TRACE;
    uint64_t first = w->n_trace - n;
    d->trace = xcalloc(n, sizeof *d->trace);
    for (d->n_trace = 0; d->n_trace < n; d->n_trace++)
        d->trace[d->n_trace] =
            w->trace[(first + d->n_trace) % DETAIL_MAX_TRACE];
    d->n_trace_lost = first;
}

static uint64_t moved_lately(const struct timeline *line)
{
    enum { LATELY_S = 60 };
    size_t n = timeline_len(line);
    uint64_t sum = 0;
    for (size_t i = 0; i < n && i < LATELY_S; i++) {
        struct timeline_slot slot = timeline_at(line, i);
        sum += (uint64_t)slot.down_kiBps + slot.up_kiBps;
    }
    return sum;
}

/* Those who moved most, the most first. */
struct best {
    size_t n;
    struct {
        uint64_t sum;
        uint32_t id;
        uint16_t slot;
        const struct timeline *timeline; /* borrowed */
    } of[DETAIL_MAX_STACK];
};

static void consider(struct best *best, uint32_t id, uint16_t slot,
                     const struct timeline *line)
{
    uint64_t sum = line != NULL ? moved_lately(line) : 0;
    size_t at = best->n;
    while (at > 0 && best->of[at - 1].sum < sum)
        at--;
    if (sum == 0 || at == DETAIL_MAX_STACK)
        return;
    best->n += best->n < DETAIL_MAX_STACK ? 1 : 0;
    for (size_t i = best->n - 1; i > at; i--)
        best->of[i] = best->of[i - 1];
    best->of[at].sum = sum;
    best->of[at].id = id;
    best->of[at].slot = slot;
    best->of[at].timeline = line;
}

void inspect_peers_stack(struct torrent *t, struct detail *d)
{
    struct best best = {.n = 0};
    const struct webserver *s;
    for (const struct member *m = t->members; m != NULL; m = m->next)
        if (is_shown(m))
            consider(&best, m->id, m->slot, m->timeline);
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        if (inspect_web_is_shown(s))
            consider(&best, s->id, s->slot, s->timeline);
    for (size_t i = 0; i < best.n; i++)
        d->stack[d->n_stack++] =
            (struct detail_stack){.peer = best.of[i].id,
                                  .slot = best.of[i].slot,
                                  .timeline =
                                      xmemdup(best.of[i].timeline,
                                              sizeof *best.of[i].timeline)};
}

void inspect_peers_sources(struct torrent *t, struct detail *d)
{
    for (const struct member *m = t->members; m != NULL; m = m->next)
        if (is_shown(m))
            d->n_by_source[m->source]++;
}
