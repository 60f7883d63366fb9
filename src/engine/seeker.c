#include "config.h"

#include "engine/seeker.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/contacts.h"
#include "engine/dhtnode.h"
#include "engine/exactsource.h"
#include "engine/finding.h"
#include "engine/ipfilter.h"
#include "engine/localpeers.h"
#include "engine/quest.h"
#include "engine/torrent.h"
#include "meta/metainfo.h"
#include "net/resolve.h"
#include "proto/metadata.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    TICK_MS = 1000,
    FEW_PEERS = 5,       /* fewer connections than this: ask trackers */
    LEFT_UNKNOWN = 16384 /* told to trackers: 0 would be a seed */
};

static int64_t now_of(const struct seeker *s)
{
    return loop_now_ms(s->env->loop);
}

/* ---- Metadata ---- */

static bool on_ask(void *ctx, peer_id_t id, uint32_t piece_idx)
{
    struct contact *c = contacts_by_id(ctx, id);
    return c != NULL && contacts_send(c, METADATA_REQUEST, piece_idx);
}

static void on_liar(void *ctx, peer_id_t id)
{
    struct seeker *s = ctx;
    struct addr a = senders_addr(&s->senders, id, s->next_id);
    struct addr culprit = peers_culprit(&a);
    if (a.port != 0)
        contacts_ban(s, &culprit, "all the metadata were its own, and wrong");
}

/* What a .torrent names is asked beside what the link does, and is in the .torrent that is
 * made of both. */
static void take_links(struct seeker *s, const struct metainfo *meta)
{
    for (size_t i = 0; i < meta->n_trackers; i++)
        if (magnet_add_tracker(s->magnet, meta->trackers[i].url) &&
            trackers_add(s->trackers, meta->trackers[i].url) != OK)
            log_write(LOG_TRACKER, LOG_DEBUG,
                      "torrent %u: a tracker of its .torrent is left out",
                      s->id);
    for (size_t i = 0; i < meta->n_web_seeds; i++)
        (void)magnet_add_web_seed(s->magnet, meta->web_seeds[i]);
}

static void on_source_found(void *ctx, const struct metainfo *meta)
{
    struct seeker *s = ctx;
    bool is_right = metadata_fetch_take(s->fetch, meta->info.p, meta->info.len);
    assert(is_right);
    (void)is_right;
    take_links(s, meta);
    seeker_look(s);
}

static void on_source_failed(void *ctx, enum err err, const char *words)
{
    struct seeker *s = ctx;
    struct cause line;
    cause_set(&line, "its .torrent cannot be had from %s", words);
    seeker_post(s, EVENT_METADATA, err, line.text);
}

static void on_ask_timer(void *ctx)
{
    struct seeker *s = ctx;
    metadata_fetch_tick(s->fetch, now_of(s));
    seeker_look(s);
}

static void on_dial_timer(void *ctx)
{
    contacts_dial(ctx);
}

static void on_tick(void *ctx)
{
    struct seeker *s = ctx;
    contacts_dial(s);
    if (s->n_contacts < FEW_PEERS && peers_n_dialable(s->known) == 0) {
        trackers_want_peers(s->trackers);
        if (s->quest != NULL)
            quest_want_peers(s->quest);
    }
    loop_timer_arm(s->env->loop, &s->tick_timer, now_of(s) + TICK_MS);
}

void seeker_accept(struct seeker *s, struct conn *conn,
                   const struct handshake *theirs)
{
    contacts_accept(s, conn, theirs);
}

void seeker_add_peers(struct seeker *s, const struct addr *addrs, size_t n,
                      enum peers_source source)
{
    contacts_add_peers(s, addrs, n, source);
}

enum err seeker_send_away(struct seeker *s, uint32_t peer, bool bans)
{
    struct contact *c = contacts_by_id(s, peer);
    if (c == NULL)
        return ERR_NOT_FOUND;
    struct addr culprit = peers_culprit(peerlink_remote(c->link));
    if (bans)
        contacts_ban(s, &culprit, "by the user");
    else
        peerlink_close(c->link, ERR_CANCELLED, "sent away by the user");
    return OK;
}

/* ---- Trackers, and names of the link ---- */

static void on_totals(void *ctx, struct announcer_totals *out)
{
    struct seeker *s = ctx;
    *out = (struct announcer_totals){.left = LEFT_UNKNOWN,
                                     .port = trackers_announced_port(s->env)};
}

static void on_tracker_peer(void *ctx, const struct addr *a)
{
    struct seeker *s = ctx;
    (void)peers_add(s->known, a, PEERS_TRACKER, now_of(s));
    if (!loop_timer_armed(&s->dial_timer))
        loop_timer_arm(s->env->loop, &s->dial_timer, now_of(s));
}

static void on_tracker_words(void *ctx, bool good, const char *words)
{
    struct seeker *s = ctx;
    cause_set(&s->tracker, "%s", words);
    seeker_post(s, EVENT_TRACKER, good ? OK : ERR_REFUSED, words);
}

static void on_trackers_quiet(void *ctx)
{
    struct seeker *s = ctx;
    if (seeker_is_quiet(s))
        s->host.on_quiet(s->host.ctx);
}

void seeker_reannounce(struct seeker *s)
{
    int64_t wait_ms = s->is_running ? trackers_reannounce(s->trackers) : -1;
    if (s->is_running && s->quest != NULL)
        quest_ask_now(s->quest);
    char wait[16], words[64] = "no tracker can be asked now";
    text_duration(wait, sizeof wait, (wait_ms + 999) / 1000);
    if (wait_ms > 0)
        snprintf(words, sizeof words, "its tracker lets us ask again in %s",
                 wait);
    else if (wait_ms == 0)
        snprintf(words, sizeof words, "asking its trackers");
    seeker_post(s, EVENT_COMMAND, OK, words);
}

/* ---- The DHT ---- */

static size_t on_found_peers(void *ctx, const struct addr *peers, size_t n)
{
    struct seeker *s = ctx;
    size_t n_new = 0;
    for (size_t i = 0; i < n; i++)
        n_new +=
            peers_add(s->known, &peers[i], PEERS_DHT, now_of(s)) == PEERS_NEW;
    if (n_new > 0 && !loop_timer_armed(&s->dial_timer))
        loop_timer_arm(s->env->loop, &s->dial_timer, now_of(s));
    return n_new;
}

static void on_needs(void *ctx, struct quest_needs *out)
{
    struct seeker *s = ctx;
    *out = (struct quest_needs){.is_short = s->n_contacts < FEW_PEERS};
}

static void on_past(void *ctx, const struct quest_past *past)
{
    struct seeker *s = ctx;
    char words[EVENT_TEXT_LEN];
    finding_words(past, words, sizeof words);
    seeker_post(s, EVENT_DHT, past->n_answered > 0 ? OK : ERR_TIMEOUT, words);
}

static void begin_quest(struct seeker *s)
{
    struct quest_host host = {.on_peers = on_found_peers,
                              .needs = on_needs,
                              .on_past = on_past,
                              .ctx = s};
    if (s->env->dht != NULL)
        s->quest =
            quest_new(dhtnode_board(s->env->dht), s->hello.info_hash, &host);
    s->hello.dht = s->quest != NULL;
}

static void on_answer(void *ctx, const struct resolve_answer *answer)
{
    struct named_peer *n = ctx;
    n->query = NULL;
    seeker_add_peers(n->seeker, answer->addrs, answer->n_addrs, PEERS_USER);
}

static void look_named_up(struct seeker *s)
{
    for (size_t i = 0; s->env->resolve != NULL && i < s->magnet->n_peers; i++) {
        const struct magnet_peer *peer = &s->magnet->peers[i];
        struct named_peer *n = &s->named[i];
        struct addr a;
        n->seeker = s;
        if (s->quest != NULL) /* it may have a node, too */
            dhtnode_add_place(s->env->dht, peer->host, peer->port);
        /* Names are looked up by nobody when all goes by a proxy. */
        if (s->env->is_proxied && addr_parse(peer->host, peer->port, &a) == OK)
            seeker_add_peers(s, &a, 1, PEERS_USER);
        if (n->query == NULL && !s->env->is_proxied)
            n->query = resolve_start(s->env->resolve, s->magnet->peers[i].host,
                                     s->magnet->peers[i].port, on_answer, n);
    }
}

static void forget_names(struct seeker *s)
{
    for (size_t i = 0; i < s->magnet->n_peers; i++)
        if (s->named[i].query != NULL) {
            resolve_cancel(s->env->resolve, s->named[i].query);
            s->named[i].query = NULL;
        }
}

/* ---- Beginning and end ---- */

static bool is_refused(void *ctx, const struct addr *a)
{
    const struct seeker *s = ctx;
    return ipfilter_refuses_out(s->env->filter, a);
}

void seeker_reconsider(struct seeker *s)
{
    if (s->trackers != NULL)
        trackers_reconsider(s->trackers);
}

void seeker_lose(struct seeker *s, bool v4, bool v6, const char *words)
{
    for (struct contact *c = s->contacts; c != NULL; c = c->next) {
        if (!(addr_is_v4(peerlink_remote(c->link)) ? v4 : v6))
            continue;
        c->is_lost = true;
        peerlink_close(c->link, ERR_CANCELLED, words);
    }
}

void seeker_wake(struct seeker *s, int64_t slept_ms, int64_t delay_ms)
{
    if (s->trackers != NULL)
        trackers_wake(s->trackers, slept_ms, delay_ms);
    if (!s->is_running)
        return;
    peers_forgive_all(s->known);
    if (s->quest != NULL)
        quest_ask_now(s->quest);
    contacts_dial(s);
}

struct seeker *seeker_new(struct env *env, const struct seeker_config *config)
{
    struct seeker *s = xzalloc(sizeof *s);
    s->env = env;
    s->id = config->id;
    s->magnet = config->magnet;
    s->host = config->host;
    s->max_contacts =
        config->max_peers > 0 ? config->max_peers : LIMITS_MAX_CONNS_TORRENT;
    s->named = xcalloc(s->magnet->n_peers, sizeof *s->named);
    memcpy(s->hello.info_hash, s->magnet->info_hash, sizeof s->hello.info_hash);
    handshake_make_peer_id(&env->rng, s->hello.peer_id);
    s->hello.fast = s->hello.extended = true;
    s->known = peers_new(s->hello.peer_id, &env->rng);
    peers_set_filter(s->known, is_refused, s);
    struct metadata_fetch_host fetch = {.ctx = s,
                                        .ask = on_ask,
                                        .on_liar = on_liar};
    s->fetch = metadata_fetch_new(s->magnet->info_hash, &fetch, &env->rng);
    struct exactsource_host source = {.on_found = on_source_found,
                                      .on_failed = on_source_failed,
                                      .ctx = s};
    s->source = exactsource_new(env, s->magnet, &source);
    struct trackers_host host = {.totals = on_totals,
                                 .on_peer = on_tracker_peer,
                                 .on_words = on_tracker_words,
                                 .on_quiet = on_trackers_quiet,
                                 .ctx = s};
    s->trackers =
        trackers_new_for_magnet(env, s->magnet, s->hello.peer_id, &host);
    begin_quest(s);
    bucket_init(&s->down_limit, 0, now_of(s));
    bucket_init(&s->up_limit, 0, now_of(s));
    loop_timer_init(&s->dial_timer, on_dial_timer, s);
    loop_timer_init(&s->ask_timer, on_ask_timer, s);
    loop_timer_init(&s->tick_timer, on_tick, s);
    return s;
}

static void cancel_timers(struct seeker *s)
{
    loop_timer_cancel(s->env->loop, &s->dial_timer);
    loop_timer_cancel(s->env->loop, &s->ask_timer);
    loop_timer_cancel(s->env->loop, &s->tick_timer);
}

void seeker_free(struct seeker *s)
{
    if (s == NULL)
        return;
    while (s->contacts != NULL) {
        struct contact *c = s->contacts;
        contacts_leave(c, ERR_CANCELLED);
        peerlink_free(c->link);
        contacts_remove(c);
    }
    if (s->is_running)
        localpeers_leave(s->env->localpeers, s->hello.info_hash);
    quest_free(s->quest);
    forget_names(s);
    cancel_timers(s);
    loop_defer_cancel(s->env->loop, s);
    trackers_free(s->trackers);
    peers_free(s->known);
    exactsource_free(s->source);
    metadata_fetch_free(s->fetch);
    senders_fini(&s->senders);
    magnet_free(s->magnet);
    free(s->named);
    free(s);
}

void seeker_start(struct seeker *s)
{
    if (s->is_running)
        return;
    s->is_running = true;
    if (s->is_found)
        seeker_tell_found(s);
    trackers_start(s->trackers);
    if (s->quest != NULL)
        quest_start(s->quest);
    localpeers_join(s->env->localpeers, s->hello.info_hash);
    look_named_up(s);
    exactsource_start(s->source);
    on_tick(s);
    seeker_look(s);
}

void seeker_stop(struct seeker *s)
{
    if (!s->is_running)
        return;
    s->is_running = false;
    for (struct contact *c = s->contacts; c != NULL; c = c->next)
        peerlink_close(c->link, ERR_CANCELLED, "stopping");
    forget_names(s);
    exactsource_stop(s->source);
    cancel_timers(s);
    if (s->quest != NULL)
        quest_stop(s->quest);
    localpeers_leave(s->env->localpeers, s->hello.info_hash);
    trackers_stop(s->trackers);
}

void seeker_stop_now(struct seeker *s)
{
    s->gives_up = true;
}

bool seeker_is_running(const struct seeker *s)
{
    return s->is_running;
}

const struct magnet *seeker_magnet(const struct seeker *s)
{
    return s->magnet;
}

/* ---- To the torrent ---- */

void seeker_go_private(struct seeker *s)
{
    peers_set_private(s->known);
    for (struct contact *c = s->contacts; c != NULL; c = c->next)
        if (!peers_is_private_source(c->source))
            peerlink_close(c->link, ERR_REFUSED,
                           "a private torrent: no tracker named it");
}

void seeker_leave(struct seeker *s, struct torrent_config *config)
{
    if (s->is_running)
        localpeers_leave(s->env->localpeers, s->hello.info_hash);
    s->is_running = false;
    quest_free(s->quest);
    s->quest = NULL;
    exactsource_stop(s->source);
    cancel_timers(s);
    forget_names(s);
    /* Those that cannot go over leave now, while there is somebody to tell. */
    struct contact *next;
    for (struct contact *c = s->contacts; c != NULL; c = next) {
        next = c->next;
        if (!peerlink_is_closing(c->link) && !config->is_paused &&
            !config->is_waiting)
            continue;
        contacts_leave(c, ERR_CANCELLED);
        peerlink_free(c->link);
        contacts_remove(c);
    }
    config->peer_id = s->hello.peer_id;
    config->known = s->known;
    config->trackers = s->trackers;
    s->known = NULL;
    s->trackers = NULL;
}

/* The oldest first: so they are in the torrent as they were here. */
void seeker_hand_over(struct seeker *s, struct torrent *t)
{
    while (s->contacts != NULL) {
        struct contact *c = s->contacts;
        while (c->next != NULL)
            c = c->next;
        torrent_adopt(t, c->link, c->source, c->is_counted);
        contacts_remove(c);
    }
}
