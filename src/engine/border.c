#include "config.h"

#include "engine/border.h"

#include <string.h>

#include "disk/geoip.h"
#include "engine/dhtnode.h"
#include "engine/localpeers.h"
#include "engine/rounds.h"
#include "engine/seeker.h"
#include "engine/session.h"
#include "engine/steward.h"
#include "engine/weed.h"
#include "model/command.h"
#include "net/http.h"
#include "net/ownaddr.h"
#include "util/clock.h"
#include "util/log.h"

static void say(void *ctx, enum err err, const char *words)
{
    struct border *b = ctx;
    struct event e = {.kind = EVENT_NETWORK,
                      .err = (int)err,
                      .at_ms = loop_now_ms(b->env->loop)};
    struct cause line;
    cause_set(&line, "%s", words);
    memcpy(e.text, line.text, sizeof e.text);
    log_write(LOG_NET, err == OK ? LOG_INFO : LOG_WARN, "%s", words);
    b->env->post(b->env->ctx, &e);
}

static void on_filter_changed(void *ctx)
{
    struct border *b = ctx;
    const struct roster *r = &b->steward->roster;
    http_weed(b->env->http);
    dhtnode_reconsider(b->env->dht);
    for (size_t i = 0; i < r->n; i++) {
        if (r->order[i]->torrent != NULL)
            weed_torrent(r->order[i]->torrent);
        else if (r->order[i]->seeker != NULL)
            seeker_reconsider(r->order[i]->seeker);
    }
}

/* ---- The proxy ---- */

static enum err dial_straight(void *ctx, const struct addr *remote,
                              const struct conn_handler *handler,
                              struct conn **out)
{
    struct border *b = ctx;
    return conn_dial_tcp(b->env->loop, remote, b->bind, handler, out);
}

enum err border_dial(struct border *b, const struct addr *remote,
                     const struct conn_handler *handler, struct conn **out)
{
    if (b->env->is_proxied)
        return proxy_dial(&b->proxy, remote, handler, out);
    return dial_straight(b, remote, handler, out);
}

static void open_proxy(struct border *b, const struct session_config *config)
{
    struct proxy_host host = {.dial = dial_straight, .say = say, .ctx = b};
    struct cause line;
    char safe[PROXYURL_SAFE_LEN];
    if (config->proxy == NULL)
        return;
    b->env->is_proxied = true;
    proxy_init(&b->proxy, config->proxy, &config->proxy_at, &host);
    proxyurl_safe(config->proxy, safe);
    cause_set(&line,
              "all goes by the proxy %s: no UDP trackers, DHT, local discovery "
              "or port mapping",
              safe);
    say(b, OK, line.text);
}

static void on_outside(void *ctx, const struct addr *at)
{
    struct border *b = ctx;
    selfaddr_hear(&b->env->self, SELFADDR_GATEWAY, at);
}

/* ---- Countries ---- */

/* One that is broken leaves those that were there. */
static void set_geoip(struct border *b, const char *path)
{
    struct cause cause = {""}, line;
    struct geoip *opened = NULL;
    enum err err = path != NULL ? geoip_open(path, &opened, &cause) : OK;
    if (err == OK) {
        geoip_close(b->geoip);
        b->geoip = opened;
        b->env->geoip = opened;
        cause_set(&cause, path != NULL ? "read" : "off");
    }
    cause_set(&line, "countries of addresses: %s", cause.text);
    say(b, err, line.text);
}

/* ---- Sleep, and other networks ---- */

static int64_t slept_ms(void *ctx)
{
    const struct border *b = ctx;
    return b->slept_ms();
}

static void look_where(void *ctx, struct ownaddr *out)
{
    const struct border *b = ctx;
    ownaddr_look(b->bind, out);
}

static void on_lost(void *ctx, bool v4, bool v6, const char *words)
{
    struct border *b = ctx;
    /* By a proxy a peer's family is not that of our address. */
    bool any = b->env->is_proxied && (v4 || v6);
    selfaddr_forget(&b->env->self);
    log_write(LOG_NET, LOG_INFO, "connections are closed: %s", words);
    rounds_lose(b->steward, v4 || any, v6 || any, words);
}

static void on_ask(void *ctx, int64_t slept, const char *words)
{
    struct border *b = ctx;
    if (b->steward->is_stopping)
        return;
    say(b, OK, words);
    gateway_renew(&b->gateway);
    dhtnode_wake(b->env->dht);
    localpeers_wake(b->env->localpeers);
    rounds_ask(b->steward, slept);
}

static void watch_over(struct border *b)
{
    struct waking_host host = {.slept_ms = slept_ms,
                               .own_addr = look_where,
                               .lost = on_lost,
                               .ask = on_ask,
                               .ctx = b};
    waking_init(&b->waking, &host, loop_now_ms(b->env->loop));
}

void border_second(struct border *b)
{
    waking_look(&b->waking, loop_now_ms(b->env->loop));
}

/* ---- All of it ---- */

enum err border_open(struct border *b, struct env *env, struct steward *steward,
                     const struct session_config *config,
                     const struct addr *bind, struct cause *cause)
{
    struct ipfilter_host filter = {.say = say,
                                   .changed = on_filter_changed,
                                   .ctx = b};
    struct gateway_host gateway = {.say = say, .outside = on_outside, .ctx = b};
    b->env = env;
    b->steward = steward;
    b->bind = bind;
    b->slept_ms = config->slept_ms != NULL ? config->slept_ms : clock_slept_ms;
    watch_over(b);
    open_proxy(b, config);
    gateway_init(&b->gateway, env->loop, &env->rng, &gateway);
    ipfilter_init(&b->filter, env->loop, env->disk, &filter);
    env->filter = &b->filter;
    if (config->geoip_path != NULL && config->is_watched)
        set_geoip(b, config->geoip_path);
    if (config->n_filter_paths == 0)
        return OK;
    return ipfilter_begin(&b->filter, config->filter_paths,
                          config->n_filter_paths, cause);
}

void border_reach_out(struct border *b, const struct session_config *config)
{
    static const enum portmap_way ways[] = {
        [SESSION_MAP_NOT] = PORTMAP_ANY_WAY,
        [SESSION_MAP_ANY] = PORTMAP_ANY_WAY,
        [SESSION_MAP_UPNP] = PORTMAP_UPNP,
        [SESSION_MAP_NATPMP] = PORTMAP_NATPMP,
        [SESSION_MAP_PCP] = PORTMAP_PCP,
    };
    if (config->mapping != SESSION_MAP_NOT && !b->env->is_proxied)
        gateway_open(&b->gateway, b->env->listen_port, ways[config->mapping],
                     b->bind, NULL);
}

void border_obey(struct border *b, const struct command *c)
{
    if (c->kind == COMMAND_GEOIP)
        set_geoip(b, c->text);
    else if (c->flag)
        ipfilter_reload(&b->filter);
    else
        ipfilter_set(&b->filter, (const char *const *)c->paths, c->n_paths);
}

void border_on_job(struct border *b, struct disk_job *job)
{
    ipfilter_on_job(&b->filter, job);
}

void border_fill(const struct border *b, struct reach *out)
{
    ipfilter_fill(&b->filter, out);
    gateway_fill(&b->gateway, out);
    out->proxy[0] = '\0';
    if (b->env->is_proxied)
        proxyurl_safe(&b->proxy.url, out->proxy);
}

void border_stop(struct border *b)
{
    gateway_stop(&b->gateway);
}

bool border_is_over(const struct border *b)
{
    return gateway_is_over(&b->gateway);
}

void border_fini(struct border *b)
{
    geoip_close(b->geoip);
    ipfilter_fini(&b->filter);
    gateway_fini(&b->gateway);
    proxy_fini(&b->proxy);
}
