#include "config.h"

#include "engine/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dhtnode.h"
#include "engine/localpeers.h"
#include "engine/quest.h"
#include "swarm/dht.h"
#include "util/log.h"
#include "util/xalloc.h"

_Static_assert((int)QUEST_MAX_PAST <= (int)DETAIL_ATTEMPTS, "all are shown");

enum { FINDING_FEW = 20 }; /* fewer candidates than this: ask */

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

bool finding_is_short(const struct torrent *t)
{
    return !pieces_is_finished(t->pieces) && t->n_members < t->max_peers / 2 &&
           peers_n_dialable(t->known) < FINDING_FEW;
}

/* ---- What the quest asks ---- */

static size_t on_peers(void *ctx, const struct addr *peers, size_t n)
{
    struct torrent *t = ctx;
    size_t n_new = 0;
    for (size_t i = 0; i < n; i++) {
        char text[ADDR_TEXT_MAX];
        enum peers_added added =
            peers_add(t->known, &peers[i], PEERS_DHT, now_of(t));
        n_new += added == PEERS_NEW;
        log_write(LOG_DHT, LOG_TRACE, "torrent %u: %s%s", t->id,
                  addr_text(&peers[i], text),
                  added == PEERS_NEW ? "" : ", not new");
    }
    if (n_new > 0 && !loop_timer_armed(&t->dial_timer))
        loop_timer_arm(t->env->loop, &t->dial_timer, now_of(t));
    return n_new;
}

static void on_needs(void *ctx, struct quest_needs *out)
{
    struct torrent *t = ctx;
    *out = (struct quest_needs){.is_seed = pieces_is_complete(t->pieces),
                                .is_short = finding_is_short(t)};
}

void finding_words(const struct quest_past *past, char *dst, size_t cap)
{
    if (past->n_answered == 0)
        snprintf(dst, cap, "no node answered");
    else
        snprintf(dst, cap, "%u peer%s, %u new; %u of %u node%s answered",
                 past->n_peers, past->n_peers == 1 ? "" : "s", past->n_new,
                 past->n_answered, past->n_asked,
                 past->n_asked == 1 ? "" : "s");
}

static void on_past(void *ctx, const struct quest_past *past)
{
    struct torrent *t = ctx;
    char words[DETAIL_TRACKER_WORDS];
    finding_words(past, words, sizeof words);
    torrent_touch(t);
    if (past->n_new > 0 || !pieces_is_finished(t->pieces))
        torrent_post(t, EVENT_DHT, past->n_answered > 0 ? OK : ERR_TIMEOUT,
                     words);
}

/* ---- The torrent's side ---- */

void finding_init(struct torrent *t)
{
    struct quest_host host = {.on_peers = on_peers,
                              .needs = on_needs,
                              .on_past = on_past,
                              .ctx = t};
    if (t->env->dht == NULL || t->meta->is_private)
        return;
    t->quest = quest_new(dhtnode_board(t->env->dht), t->meta->info_hash, &host);
    t->hello.dht = t->quest != NULL;
}

void finding_fini(struct torrent *t)
{
    localpeers_leave(t->env->localpeers, t->meta->info_hash);
    quest_free(t->quest);
    t->quest = NULL;
}

void finding_run(struct torrent *t)
{
    if (!t->meta->is_private)
        localpeers_join(t->env->localpeers, t->meta->info_hash);
    if (t->quest == NULL)
        return;
    for (size_t i = 0; i < t->meta->n_nodes; i++)
        dhtnode_add_place(t->env->dht, t->meta->nodes[i].host,
                          t->meta->nodes[i].port);
    quest_start(t->quest);
}

void finding_stop(struct torrent *t)
{
    localpeers_leave(t->env->localpeers, t->meta->info_hash);
    if (t->quest != NULL)
        quest_stop(t->quest);
}

void finding_want_peers(struct torrent *t)
{
    if (t->quest != NULL)
        quest_want_peers(t->quest);
}

bool finding_ask_now(struct torrent *t)
{
    if (t->quest == NULL)
        return false;
    quest_ask_now(t->quest);
    return true;
}

uint16_t finding_port(const struct torrent *t, const struct handshake *theirs)
{
    return t->quest != NULL && theirs->dht ? dhtnode_port(t->env->dht) : 0;
}

void finding_on_port(struct torrent *t, const struct addr *peer, uint16_t port)
{
    struct addr a = *peer;
    a.port = port;
    if (t->quest != NULL)
        dhtnode_add_node(t->env->dht, &a);
}

/* ---- For the views ---- */

static void put_attempts(const struct quest_status *s,
                         struct detail_finder *out)
{
    out->n_attempts = s->n_past;
    for (size_t i = 0; i < s->n_past; i++) {
        const struct quest_past *past = &s->past[i];
        struct detail_attempt *a = &out->attempts[i];
        *a = (struct detail_attempt){.sent_ms = past->begun_ms,
                                     .took_ms = past->took_ms,
                                     .event = "look-up",
                                     .ok = past->n_answered > 0,
                                     .n_peers = past->n_peers,
                                     .n_seeds = -1,
                                     .n_leechers = -1};
        finding_words(past, a->words, sizeof a->words);
    }
}

/* How far the search is that runs. */
static void put_progress(struct env *env, const uint8_t info_hash[20],
                         struct detail_finder *out)
{
    struct dht_stats *s = xmalloc(sizeof *s);
    dht_stats(dhtnode_dht(env->dht), s, loop_now_ms(env->loop));
    for (uint32_t i = 0; i < s->n_shown; i++) {
        const struct dht_stats_search *at = &s->searches[i];
        if (memcmp(at->target, info_hash, sizeof at->target) != 0)
            continue;
        out->n_answered = at->n_answered;
        out->n_asked = at->n_asked;
        if (at->phase == DHT_WAITING)
            snprintf(out->words, sizeof out->words, "no node is known yet");
    }
    free(s);
}

static void put_state(const struct quest_status *s, struct detail_finder *out)
{
    out->state = DETAIL_FINDER_WAITING;
    if (s->is_running)
        out->state = DETAIL_FINDER_ASKING;
    else if (s->n_past > 0)
        out->state = s->past[0].n_answered > 0 ? DETAIL_FINDER_WORKING
                                               : DETAIL_FINDER_FAILING;
    out->next_ms = s->next_ms;
    if (s->n_past > 0) {
        out->last_ms = s->past[0].begun_ms;
        out->n_peers = s->past[0].n_peers;
        out->n_new = s->past[0].n_new;
    }
}

void finding_quest(struct env *env, const struct quest *q,
                   const uint8_t info_hash[20], const char *why_not,
                   struct detail_finder *out)
{
    *out = (struct detail_finder){.state = DETAIL_FINDER_OFF,
                                  .last_ms = -1,
                                  .next_ms = -1,
                                  .n_peers = -1,
                                  .n_new = -1};
    if (q == NULL) {
        snprintf(out->words, sizeof out->words, "%s", why_not);
        return;
    }
    struct quest_status s;
    uint32_t n_good = dhtnode_n_good(env->dht);
    quest_status(q, &s);
    snprintf(out->words, sizeof out->words, "%u node%s", n_good,
             n_good == 1 ? "" : "s");
    put_state(&s, out);
    put_attempts(&s, out);
    if (s.is_running)
        put_progress(env, info_hash, out);
}

void finding_status(const struct torrent *t, struct detail_finder *out)
{
    finding_quest(t->env, t->quest, t->meta->info_hash,
                  t->meta->is_private ? "private: not used" : "off", out);
}
