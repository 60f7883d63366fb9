#include "config.h"

#include "engine/exchange.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/watch.h"
#include "proto/pex.h"
#include "swarm/gossip.h"
#include "util/log.h"
#include "util/xalloc.h"

enum {
    SETTLE_MS = 1000,      /* who comes and goes in one second is one change */
    RECENT_MS = 3 * 60000, /* told so lately, it works */
    PEX_KEPT = DETAIL_ATTEMPTS
};

/* One message that was used. */
struct heard {
    int64_t at_ms;
    struct addr from;
    uint32_t n_peers, n_new;
};

struct exchange {
    struct torrent *torrent; /* borrowed: holds it */
    struct loop_timer timer;
    uint64_t n_heard;             /* ever */
    struct heard heard[PEX_KEPT]; /* ring */
};

static void on_timer(void *ctx);

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

struct exchange *exchange_new(struct torrent *t)
{
    struct exchange *x = xzalloc(sizeof *x);
    x->torrent = t;
    loop_timer_init(&x->timer, on_timer, x);
    return x;
}

void exchange_free(struct exchange *x)
{
    if (x == NULL)
        return;
    loop_timer_cancel(x->torrent->env->loop, &x->timer);
    free(x);
}

bool exchange_is_on(const struct torrent *t)
{
    return t->env->uses_pex && !t->meta->is_private;
}

static void wake_at(struct exchange *x, int64_t at_ms)
{
    if (!loop_timer_armed(&x->timer) || at_ms < x->timer.node.key)
        loop_timer_arm(x->torrent->env->loop, &x->timer, at_ms);
}

void exchange_on_changed(struct torrent *t)
{
    if (exchange_is_on(t))
        wake_at(t->exchange, now_of(t) + SETTLE_MS);
}

/* Telling. */

/* Where others can dial it; false: that is not known. */
static bool dialable_at(const struct member *m, const struct peer_status *s,
                        struct addr *out)
{
    *out = *peerlink_remote(m->link);
    if (!s->is_incoming)
        return true;
    out->port = s->listen_port;
    return s->listen_port != 0;
}

static bool is_here(const struct member *m)
{
    return m->peer != NULL && m->link != NULL && !peerlink_is_closing(m->link);
}

static int compare(const void *a, const void *b)
{
    const struct pex_peer *x = a;
    const struct pex_peer *y = b;
    return addr_cmp(&x->addr, &y->addr);
}

/* Who may be told of, sorted and each once; return how many. */
static size_t list_others(const struct torrent *t, struct pex_peer *out)
{
    int64_t now_ms = now_of(t);
    size_t n = 0;
    size_t n_distinct = 0;
    for (struct member *m = t->members; m != NULL; m = m->next) {
        struct peer_status s;
        if (!is_here(m))
            continue;
        peer_status(m->peer, now_ms, &s);
        if (!dialable_at(m, &s, &out[n].addr))
            continue;
        unsigned flags = s.is_incoming ? 0 : PEX_OUTGOING;
        flags |= m->is_seed || s.is_upload_only ? PEX_SEED : 0;
        flags |= s.prefers_encryption ? PEX_PREFERS_ENCRYPTION : 0;
        out[n++].flags = (uint8_t)flags;
    }
    qsort(out, n, sizeof *out, compare);
    for (size_t i = 0; i < n; i++)
        if (n_distinct == 0 ||
            !addr_eq(&out[n_distinct - 1].addr, &out[i].addr))
            out[n_distinct++] = out[i];
    return n_distinct;
}

static void tell(struct member *m, const struct pex_peer *others, size_t n)
{
    int64_t now_ms = now_of(m->torrent);
    struct pex pex;
    struct buf b;
    if (!gossip_next(m->gossip, others, n, now_ms, &pex))
        return;
    buf_init(&b, PEX_MAX_LEN);
    if (pex_append(&b, &pex) == OK &&
        peer_send_extended(m->peer, EXTENDED_UT_PEX, buf_bytes(&b), b.len)) {
        gossip_said(m->gossip, &pex, now_ms);
        watch_on_message(m, DETAIL_TRACE_EXTENDED, true, 0, 0, 0);
    }
    buf_fini(&b);
}

static void on_timer(void *ctx)
{
    struct exchange *x = ctx;
    struct torrent *t = x->torrent;
    if (!torrent_is_running(t))
        return;
    struct pex_peer *others = xcalloc(t->n_members, sizeof *others);
    size_t n = list_others(t, others);
    int64_t now_ms = now_of(t);
    for (struct member *m = t->members; m != NULL; m = m->next) {
        if (m->gossip == NULL || !is_here(m))
            continue;
        tell(m, others, n);
        /* One that is due and had nothing to be told waits for a change. */
        if (gossip_due_ms(m->gossip) > now_ms)
            wake_at(x, gossip_due_ms(m->gossip));
    }
    free(others);
}

/* Who talks. */

static void listen_to(struct member *m, struct peer *p)
{
    struct torrent *t = m->torrent;
    int64_t now_ms = now_of(t);
    if (m->gossip != NULL)
        return;
    m->gossip = gossip_new(peer_remote(p), now_ms);
    wake_at(t->exchange, gossip_due_ms(m->gossip));
}

void exchange_on_extended(struct member *m, struct peer *p)
{
    struct torrent *t = m->torrent;
    if (!exchange_is_on(t))
        return;
    if (peer_takes(p, EXTENDED_UT_PEX))
        listen_to(m, p);
    struct peer_status s;
    peer_status(p, now_of(t), &s);
    struct addr own = *peer_remote(p);
    own.port = s.listen_port;
    if (m->gossip != NULL && s.is_incoming && own.port != 0)
        gossip_set_own(m->gossip, &own);
    exchange_on_changed(t);
}

void exchange_on_left(struct member *m)
{
    if (m->is_counted)
        exchange_on_changed(m->torrent);
}

/* Listening. */

static const char *count_word(uint32_t n)
{
    return n == 1 ? "peer" : "peers";
}

static uint32_t take_in(struct torrent *t, const struct pex *pex)
{
    int64_t now_ms = now_of(t);
    uint32_t n_new = 0;
    for (size_t i = 0; i < pex->n_added; i++) {
        const struct pex_peer *k = &pex->added[i];
        if (peers_add(t->known, &k->addr, PEERS_PEX, now_ms) != PEERS_NEW)
            continue;
        n_new++;
        if ((k->flags & PEX_SEED) != 0)
            peers_set_seed(t->known, &k->addr, true);
    }
    if (n_new > 0 && !loop_timer_armed(&t->dial_timer))
        loop_timer_arm(t->env->loop, &t->dial_timer, now_ms);
    return n_new;
}

void exchange_on_message(struct member *m, struct peer *p, const uint8_t *bytes,
                         size_t len)
{
    struct torrent *t = m->torrent;
    struct exchange *x = t->exchange;
    struct pex pex;
    char from[ADDR_TEXT_MAX];
    if (!exchange_is_on(t))
        return;
    listen_to(m, p);
    addr_text(peer_remote(p), from);
    enum err err = gossip_hear(m->gossip, bytes, len, now_of(t), &pex);
    if (err != OK) {
        log_write(LOG_PEER, LOG_DEBUG, "pex of %s is not used: %s", from,
                  err_text(err));
        return;
    }
    if (pex.n_added == 0)
        return;
    struct heard *h = &x->heard[x->n_heard++ % PEX_KEPT];
    *h = (struct heard){.at_ms = now_of(t),
                        .from = *peer_remote(p),
                        .n_peers = (uint32_t)pex.n_added,
                        .n_new = take_in(t, &pex)};
    log_write(LOG_PEER, LOG_DEBUG, "pex of %s: %u %s, %u new", from, h->n_peers,
              count_word(h->n_peers), h->n_new);
}

/* For views. */

static void add_heard(const struct exchange *x, struct detail_finder *out)
{
    while (out->n_attempts < PEX_KEPT && out->n_attempts < x->n_heard) {
        const struct heard *h =
            &x->heard[(x->n_heard - 1 - out->n_attempts) % PEX_KEPT];
        struct detail_attempt *a = &out->attempts[out->n_attempts++];
        char from[ADDR_TEXT_MAX];
        *a = (struct detail_attempt){.sent_ms = h->at_ms,
                                     .event = "told",
                                     .ok = true,
                                     .n_peers = h->n_peers,
                                     .n_seeds = -1,
                                     .n_leechers = -1};
        snprintf(a->words, sizeof a->words, "%u %s, %u new, by %s", h->n_peers,
                 count_word(h->n_peers), h->n_new, addr_text(&h->from, from));
    }
}

void exchange_row(const struct torrent *t, struct detail_finder *out)
{
    const struct exchange *x = t->exchange;
    uint32_t n_talking = 0;
    *out = (struct detail_finder){.state = DETAIL_FINDER_OFF,
                                  .last_ms = -1,
                                  .next_ms = -1,
                                  .n_peers = -1,
                                  .n_new = -1};
    if (!exchange_is_on(t)) {
        snprintf(out->words, sizeof out->words, "%s",
                 t->meta->is_private ? "private: not used" : "off");
        return;
    }
    for (const struct member *m = t->members; m != NULL; m = m->next)
        n_talking += m->gossip != NULL && is_here(m);
    snprintf(out->words, sizeof out->words, "%u %s", n_talking,
             n_talking == 1 ? "peer talks" : "peers talk");
    out->state = DETAIL_FINDER_WAITING;
    add_heard(x, out);
    if (x->n_heard == 0)
        return;
    const struct heard *last = &x->heard[(x->n_heard - 1) % PEX_KEPT];
    out->last_ms = last->at_ms;
    out->n_peers = last->n_peers;
    out->n_new = last->n_new;
    if (now_of(t) - last->at_ms < RECENT_MS)
        out->state = DETAIL_FINDER_WORKING;
}
