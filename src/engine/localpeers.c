#include "config.h"

#include "engine/localpeers.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/loop.h"
#include "net/multicast.h"
#include "proto/lsd.h"
#include "swarm/neighbours.h"
#include "util/log.h"
#include "util/xalloc.h"

enum {
    LOOK_MS = 60000, /* networks come and go */
    RECENT_MS = 2 * NEIGHBOURS_EVERY_MS
};

/* The two groups of BEP 14, as its Host header names them. */
static const char *const groups[] = {"239.192.152.143:6771",
                                     "[ff15::efc0:988f]:6771"};
enum { N_GROUPS = sizeof groups / sizeof groups[0] };

/* One group. */
struct voice {
    struct localpeers *owner; /* borrowed: it holds this */
    struct multicast *socket; /* owned; NULL: there is none */
};

struct localpeers {
    struct env *env; /* borrowed */
    void (*on_peer)(void *ctx, const uint8_t *info_hash, const struct addr *a);
    void *ctx;
    struct neighbours *neighbours; /* owned */
    struct voice voices[N_GROUPS];
    struct loop_timer timer;
    int64_t looked_ms;
    size_t n_networks; /* that the last call reached */
};

static int64_t now_of(const struct localpeers *l)
{
    return loop_now_ms(l->env->loop);
}

/* Calling. */

static void arm(struct localpeers *l)
{
    int64_t at_ms = neighbours_deadline_ms(l->neighbours);
    if (at_ms == INT64_MAX)
        loop_timer_cancel(l->env->loop, &l->timer);
    else
        loop_timer_arm(l->env->loop, &l->timer, at_ms);
}

static size_t call_out(struct localpeers *l, const struct lsd *lsd)
{
    size_t n = 0;
    for (size_t i = 0; i < N_GROUPS; i++) {
        uint8_t bytes[LSD_MAX_LEN];
        if (l->voices[i].socket == NULL)
            continue;
        size_t len = lsd_write(bytes, groups[i], lsd);
        n += multicast_send(l->voices[i].socket, bytes, len);
    }
    return n;
}

static void look_at_networks(struct localpeers *l)
{
    if (now_of(l) - l->looked_ms < LOOK_MS)
        return;
    l->looked_ms = now_of(l);
    for (size_t i = 0; i < N_GROUPS; i++)
        if (l->voices[i].socket != NULL)
            (void)multicast_refresh(l->voices[i].socket);
}

static void on_timer(void *ctx)
{
    struct localpeers *l = ctx;
    struct lsd lsd;
    if (neighbours_next(l->neighbours, now_of(l), &lsd)) {
        look_at_networks(l);
        lsd.port = l->env->listen_port;
        l->n_networks = call_out(l, &lsd);
        log_write(LOG_PEER, LOG_DEBUG, "lsd: %zu torrents called out, %zu ways",
                  lsd.n_hashes, l->n_networks);
    }
    arm(l);
}

/* Listening. */

static bool is_local(const struct voice *v, const struct addr *a)
{
    return addr_is_private(a) || addr_is_loopback(a) ||
           multicast_is_near(v->socket, a);
}

static void on_datagram(void *ctx, const struct addr *from, struct span bytes)
{
    struct voice *v = ctx;
    struct localpeers *l = v->owner;
    struct lsd lsd;
    char text[ADDR_TEXT_MAX];
    if (!is_local(v, from) || neighbours_hear(l->neighbours, from, bytes.p,
                                              bytes.len, now_of(l), &lsd) != OK)
        return;
    struct addr peer = *from;
    peer.port = lsd.port;
    log_write(LOG_PEER, LOG_DEBUG, "lsd: %s has %zu torrents of ours",
              addr_text(&peer, text), lsd.n_hashes);
    for (size_t i = 0; i < lsd.n_hashes; i++)
        l->on_peer(l->ctx, lsd.hashes[i], &peer);
    arm(l);
}

/* Beginning and end. */

struct localpeers *localpeers_new(struct env *env,
                                  const struct localpeers_config *config)
{
    struct localpeers *l = xzalloc(sizeof *l);
    l->env = env;
    l->on_peer = config->on_peer;
    l->ctx = config->ctx;
    l->neighbours = neighbours_new(&env->rng);
    l->looked_ms = now_of(l);
    loop_timer_init(&l->timer, on_timer, l);
    for (size_t i = 0; i < N_GROUPS; i++) {
        struct voice *v = &l->voices[i];
        struct multicast_handler handler = {on_datagram, v};
        struct addr group;
        struct cause cause = {""};
        v->owner = l;
        enum err err = addr_parse(groups[i], 0, &group);
        assert(err == OK);
        group.port = config->port;
        err = multicast_new(env->loop, &group, config->bind, &handler,
                            &v->socket, &cause);
        if (err == ERR_SYS)
            log_write(LOG_NET, LOG_WARN, "local discovery by %s: %s", groups[i],
                      cause.text);
    }
    return l;
}

void localpeers_free(struct localpeers *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < N_GROUPS; i++)
        multicast_free(l->voices[i].socket);
    loop_timer_cancel(l->env->loop, &l->timer);
    neighbours_free(l->neighbours);
    free(l);
}

void localpeers_join(struct localpeers *l, const uint8_t *info_hash)
{
    if (l == NULL)
        return;
    neighbours_join(l->neighbours, info_hash, now_of(l));
    arm(l);
}

void localpeers_leave(struct localpeers *l, const uint8_t *info_hash)
{
    if (l == NULL)
        return;
    neighbours_leave(l->neighbours, info_hash);
    arm(l);
}

void localpeers_wake(struct localpeers *l)
{
    if (l == NULL)
        return;
    l->looked_ms = now_of(l) - LOOK_MS;
    neighbours_wake(l->neighbours, now_of(l));
    arm(l);
}

void localpeers_row(const struct localpeers *l, const uint8_t *info_hash,
                    struct detail_finder *out)
{
    struct neighbours_status s;
    *out = (struct detail_finder){.state = DETAIL_FINDER_OFF,
                                  .words = "off",
                                  .last_ms = -1,
                                  .next_ms = -1,
                                  .n_peers = -1,
                                  .n_new = -1};
    if (l == NULL)
        return;
    out->state = DETAIL_FINDER_WAITING;
    out->words[0] = '\0';
    if (!neighbours_status(l->neighbours, info_hash, &s))
        return;
    out->last_ms = s.called_ms;
    out->next_ms = s.next_ms;
    if (s.heard_ms >= 0)
        out->n_peers = (int64_t)s.n_near;
    if (s.called_ms >= 0 && l->n_networks == 0) {
        out->state = DETAIL_FINDER_FAILING;
        snprintf(out->words, sizeof out->words, "no network to call on");
    } else if (s.called_ms >= 0)
        snprintf(out->words, sizeof out->words, "%zu %s", s.n_near,
                 s.n_near == 1 ? "neighbour" : "neighbours");
    if (s.heard_ms >= 0 && now_of(l) - s.heard_ms < RECENT_MS)
        out->state = DETAIL_FINDER_WORKING;
}
