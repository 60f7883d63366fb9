#include "config.h"

#include "engine/webseeds.h"

#include <stdlib.h>

#include "util/xalloc.h"

enum { TICK_MS = 1000 };

struct webseeds {
    struct torrent *torrent; /* borrowed: holds it */
    void (*tick)(struct torrent *t);
    size_t n;
    struct webserver *servers; /* owned */
    struct loop_timer timer;
    bool is_running;
};

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

struct webserver *webseeds_at(const struct torrent *t, size_t i)
{
    return t->webseeds != NULL && i < t->webseeds->n ? &t->webseeds->servers[i]
                                                     : NULL;
}

struct webserver *webseeds_by_id(const struct torrent *t, peer_id_t id)
{
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        if (s->id == id)
            return s;
    return NULL;
}

struct webserver *webseeds_by_addr(const struct torrent *t,
                                   const struct addr *a)
{
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        if (addr_same_ip(&s->blamed_as, a))
            return s;
    return NULL;
}

bool webseeds_are_running(const struct torrent *t)
{
    return t->webseeds != NULL && t->webseeds->is_running;
}

bool webseeds_are_busy(const struct torrent *t)
{
    const struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        if (s->health.n_active > 0)
            return true;
    return false;
}

uint64_t webseeds_n_asked(const struct torrent *t)
{
    uint64_t n = 0;
    const struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        n += webserver_n_asked(s);
    return n;
}

void webseeds_withdraw(struct torrent *t, struct block_ref b)
{
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        webserver_withdraw(s, b);
}

void webseeds_reconsider(struct torrent *t)
{
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        webserver_reconsider(s);
    if (webseeds_are_running(t))
        torrent_fill_soon(t);
}

void webseeds_wake(struct torrent *t)
{
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++) {
        webserver_cancel(s);
        webseed_wake(&s->health);
    }
    if (webseeds_are_running(t))
        torrent_fill_soon(t);
}

static void on_tick(void *ctx)
{
    struct webseeds *w = ctx;
    w->tick(w->torrent);
    loop_timer_arm(w->torrent->env->loop, &w->timer,
                   now_of(w->torrent) + TICK_MS);
}

bool webseeds_run(struct torrent *t)
{
    struct webseeds *w = t->webseeds;
    if (w == NULL || w->is_running || pieces_is_finished(t->pieces))
        return false;
    w->is_running = true;
    for (size_t i = 0; i < w->n; i++)
        webserver_join(&w->servers[i]);
    torrent_fill_soon(t);
    loop_timer_arm(t->env->loop, &w->timer, now_of(t) + TICK_MS);
    return true;
}

void webseeds_stop(struct torrent *t)
{
    struct webseeds *w = t->webseeds;
    if (w == NULL || !w->is_running)
        return;
    w->is_running = false;
    loop_timer_cancel(t->env->loop, &w->timer);
    for (size_t i = 0; i < w->n; i++) {
        webserver_cancel(&w->servers[i]);
        webserver_leave(&w->servers[i]);
    }
    torrent_touch(t);
}

void webseeds_on_bad(struct torrent *t, uint32_t piece_idx)
{
    const struct pieces_block *blocks = pieces_blocks(t->pieces, piece_idx);
    uint32_t n = geometry_n_blocks(t->geo, piece_idx);
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++) {
        bool had_part = false;
        for (uint32_t k = 0; k < n && !had_part; k++)
            had_part = blocks[k].peer == s->id;
        s->n_bad += had_part;
    }
}

void webseeds_init(struct torrent *t, void (*tick)(struct torrent *t))
{
    const struct metainfo *m = t->meta;
    size_t n = m->n_web_seeds + m->n_http_seeds;
    if (n == 0 || t->env->http == NULL)
        return;
    struct webseeds *w = xzalloc(sizeof *w);
    w->torrent = t;
    w->tick = tick;
    w->n = n;
    w->servers = xcalloc(n, sizeof *w->servers);
    for (size_t i = 0; i < n; i++) {
        bool is_http_seed = i >= m->n_web_seeds;
        const char *url =
            is_http_seed ? m->http_seeds[i - m->n_web_seeds] : m->web_seeds[i];
        webserver_init(&w->servers[i], t, url, is_http_seed, (uint16_t)(i + 1));
    }
    loop_timer_init(&w->timer, on_tick, w);
    t->webseeds = w;
}

void webseeds_fini(struct torrent *t)
{
    struct webseeds *w = t->webseeds;
    if (w == NULL)
        return;
    webseeds_stop(t);
    for (size_t i = 0; i < w->n; i++)
        webserver_fini(&w->servers[i]);
    free(w->servers);
    free(w);
    t->webseeds = NULL;
}
