#include "config.h"

#include "engine/seeker_view.h"

#include <stdio.h>
#include <string.h>

#include "engine/exactsource.h"
#include "engine/finding.h"
#include "engine/inspect.h"
#include "engine/inspect_peers.h"
#include "engine/localpeers.h"
#include "engine/seeker_parts.h"
#include "model/detail.h"
#include "util/text.h"
#include "util/xalloc.h"

static int64_t now_of(const struct seeker *s)
{
    return loop_now_ms(s->env->loop);
}

static bool is_shown(const struct contact *c)
{
    return c->peer != NULL && !peerlink_is_closing(c->link);
}

static uint32_t n_greeted(const struct seeker *s)
{
    uint32_t n = 0;
    for (const struct contact *c = s->contacts; c != NULL; c = c->next)
        n += is_shown(c);
    return n;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* Why nothing comes, and what may help. */
static void say_nothing_comes(const struct seeker *s, struct cause *out)
{
    const struct announcer *a = trackers_announcer(s->trackers);
    uint32_t n_peers = n_greeted(s);
    if (n_peers > 0)
        cause_set(out, "metadata: none of %u peer%s has them yet",
                  (unsigned)n_peers, plural(n_peers));
    else if (s->n_contacts > 0)
        cause_set(out, "metadata: connecting to %zu peer%s", s->n_contacts,
                  plural(s->n_contacts));
    else if (s->known != NULL && peers_n_known(s->known) > 0)
        cause_set(out, "metadata: %zu peer%s known, none can be reached now",
                  peers_n_known(s->known), plural(peers_n_known(s->known)));
    else if (announcer_n_trackers(a) > announcer_n_disabled(a))
        cause_set(out, "metadata: no peers yet; asking its trackers");
    else if (exactsource_is_at_work(s->source))
        cause_set(out, "metadata: no peers yet");
    else if (announcer_n_trackers(a) > 0)
        cause_set(out, "metadata: no peers yet, and all its trackers are "
                       "disabled: enable one, or add a peer");
    else
        cause_set(out, "metadata: no peers yet, and the link names no tracker: "
                       "add a tracker or a peer");
}

static void say_exchange(const struct seeker *s, struct cause *out)
{
    struct metadata_fetch_status f;
    char size[16], failed[40] = "";
    metadata_fetch_status(s->fetch, now_of(s), &f);
    if (f.n_tell == 0) {
        say_nothing_comes(s, out);
        return;
    }
    text_size(size, sizeof size, f.size_bytes);
    if (f.n_failed > 0)
        snprintf(failed, sizeof failed, "; %u wrong", (unsigned)f.n_failed);
    if (f.n_sizes > 1)
        cause_set(out, "metadata %u/%u pieces from %u peers (%u tell %s%s)",
                  (unsigned)f.n_have, (unsigned)f.n_pieces, (unsigned)f.n_tell,
                  (unsigned)f.n_same, size, failed);
    else
        cause_set(out, "metadata %u/%u piece%s from %u peer%s (%s%s)",
                  (unsigned)f.n_have, (unsigned)f.n_pieces, plural(f.n_pieces),
                  (unsigned)f.n_tell, plural(f.n_tell), size, failed);
}

void seeker_view_words(const struct seeker *s, struct cause *out)
{
    struct cause exchange, source;
    if (s->is_found) {
        struct cause from;
        seeker_view_from(s, &from);
        cause_set(out, "metadata are here, from %s", from.text);
        return;
    }
    say_exchange(s, &exchange);
    exactsource_words(s->source, &source);
    cause_set(out, "%s%s%s", exchange.text, source.text[0] != '\0' ? "; " : "",
              source.text);
}

void seeker_view_from(const struct seeker *s, struct cause *out)
{
    peer_id_t only;
    uint32_t n = metadata_fetch_givers(s->fetch, &only);
    struct addr a = senders_addr(&s->senders, only, s->next_id);
    char text[ADDR_TEXT_MAX];
    if (exactsource_from(s->source) != NULL)
        cause_set(out, "%s", exactsource_from(s->source));
    else if (n == 1 && a.port != 0)
        cause_set(out, "%s", addr_text(&a, text));
    else
        cause_set(out, "%u peer%s", (unsigned)n, plural(n));
}

void seeker_view_row(const struct seeker *s, struct frame_torrent *row)
{
    for (const struct contact *c = s->contacts; c != NULL; c = c->next) {
        row->n_peers += is_shown(c);
        row->n_incoming += is_shown(c) && peerlink_is_incoming(c->link);
        row->n_connecting += c->peer == NULL;
    }
    if (s->known != NULL) {
        row->n_known = (uint32_t)peers_n_known(s->known);
        row->n_banned = (uint32_t)peers_n_banned(s->known);
    }
    struct metadata_fetch_status f;
    metadata_fetch_status(s->fetch, now_of(s), &f);
    row->n_checked = f.n_have;
    row->n_to_check = f.n_pieces;
    row->n_trackers =
        (uint32_t)announcer_n_trackers(trackers_announcer(s->trackers));
    row->n_trackers_disabled =
        (uint32_t)announcer_n_disabled(trackers_announcer(s->trackers));
    row->tracker = s->tracker.text;
}

/* The oldest first; they come the latest first. */
static void add_peers(const struct seeker *s, struct detail *d)
{
    size_t n = n_greeted(s);
    size_t n_left_out = n > DETAIL_MAX_PEERS ? n - DETAIL_MAX_PEERS : 0;
    size_t at = d->n_peers = n - n_left_out;
    d->peers = xcalloc(d->n_peers, sizeof *d->peers);
    for (const struct contact *c = s->contacts; c != NULL; c = c->next) {
        struct peer_status status;
        if (!is_shown(c) || n_left_out > 0) {
            n_left_out -= is_shown(c) ? 1 : 0;
            continue;
        }
        struct detail_peer *p = &d->peers[--at];
        peer_status(c->peer, now_of(s), &status);
        *p = (struct detail_peer){.id = c->id,
                                  .slot = (uint16_t)at,
                                  .addr = *peerlink_remote(c->link),
                                  .source = (uint8_t)c->source,
                                  .choke_ms = status.connected_ms};
        inspect_peers_status(p, &status);
    }
}

struct detail *seeker_view_detail(const struct seeker *s,
                                  const struct kept *kept,
                                  const struct focus *focus)
{
    const struct announcer *a = trackers_announcer(s->trackers);
    struct detail *d = detail_new(s->id, focus);
    memcpy(d->info_hash, s->hello.info_hash, sizeof d->info_hash);
    d->dir = text_clean_dup(kept->dir, strlen(kept->dir));
    d->is_sequential = kept->is_sequential;
    d->limit_down_Bps = kept->limit_down_Bps;
    d->limit_up_Bps = kept->limit_up_Bps;
    d->max_peers = (uint32_t)s->max_contacts;
    if (s->known != NULL)
        inspect_dials(s->known, &d->dials);
    d->added_wall = kept->added_wall;
    d->free_bytes = UINT64_MAX;
    announcer_swarm(a, &d->n_swarm_seeds, &d->n_swarm_leechers);
    for (const struct contact *c = s->contacts; c != NULL; c = c->next)
        if (is_shown(c))
            d->n_by_source[c->source]++;
    if ((focus->parts & FOCUS_PEERS) != 0)
        add_peers(s, d);
    if ((focus->parts & FOCUS_TRACKERS) != 0) {
        inspect_trackers(a, d);
        finding_quest(s->env, s->quest, s->hello.info_hash, "off",
                      &d->finders[DETAIL_FINDER_DHT]);
        localpeers_row(s->env->localpeers, s->hello.info_hash,
                       &d->finders[DETAIL_FINDER_LSD]);
    }
    return d;
}
