#include "config.h"

#include "engine/trackers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "net/http.h"
#include "net/loop.h"
#include "net/resolve.h"
#include "net/udp.h"
#include "proto/tracker_http.h"
#include "proto/tracker_udp.h"
#include "swarm/udp_tracker.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { TRACKERS_LEGS = 2 }; /* IPv4 and IPv6 */

struct call;

/* One way that an announce goes: a family of addresses. */
struct leg {
    struct call *call;            /* borrowed: holds it */
    struct http_get *get;         /* HTTP: under way; NULL: not, or over */
    struct udp_tracker *exchange; /* owned; UDP: under way */
    struct loop_timer deadline;   /* of the exchange */
};

/* One announce or scrape that the announcer asked for. */
struct call {
    struct trackers *owner; /* borrowed */
    struct call *next;
    size_t tracker_idx;
    const char *url; /* borrowed: the announcer's */
    struct tracker_request request;
    bool is_scrape;
    bool is_answered; /* the announcer was told of a success */
    unsigned n_under_way;
    struct resolve_query *query; /* UDP: looking up its name */
    struct leg legs[TRACKERS_LEGS];
    int64_t retry_ms;
    char words[ANNOUNCER_WORDS_MAX]; /* why the first leg failed */
};

struct trackers {
    struct env *env; /* borrowed: the session's */
    struct trackers_host host;
    struct announcer *announcer; /* owned */
    struct call *calls;          /* owned list */
    struct loop_timer timer;     /* the announcer's deadline */
    uint8_t info_hash[20];
    bool is_private;
};

static void arm(struct trackers *t)
{
    int64_t at_ms = announcer_deadline_ms(t->announcer);
    if (at_ms == INT64_MAX)
        loop_timer_cancel(t->env->loop, &t->timer);
    else
        loop_timer_arm(t->env->loop, &t->timer, at_ms);
}

static void on_timer(void *ctx)
{
    struct trackers *t = ctx;
    announcer_tick(t->announcer, loop_now_ms(t->env->loop));
    arm(t);
}

static void on_leg_deadline(void *ctx);

/* Calls. */

static struct call *call_new(struct trackers *t, size_t tracker_idx,
                             const char *url, bool is_scrape)
{
    struct call *c = xzalloc(sizeof *c);
    c->owner = t;
    c->tracker_idx = tracker_idx;
    c->url = url;
    c->is_scrape = is_scrape;
    for (size_t i = 0; i < TRACKERS_LEGS; i++)
        loop_timer_init(&c->legs[i].deadline, on_leg_deadline, &c->legs[i]);
    c->next = t->calls;
    t->calls = c;
    return c;
}

static void leg_end(struct leg *leg)
{
    struct trackers *t = leg->call->owner;
    if (leg->get != NULL)
        http_cancel(t->env->http, leg->get);
    leg->get = NULL;
    loop_timer_cancel(t->env->loop, &leg->deadline);
    udp_tracker_free(leg->exchange);
    leg->exchange = NULL;
}

static void call_free(struct call *c)
{
    struct trackers *t = c->owner;
    for (struct call **at = &t->calls; *at != NULL; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            break;
        }
    if (c->query != NULL)
        resolve_cancel(t->env->resolve, c->query);
    for (size_t i = 0; i < TRACKERS_LEGS; i++)
        if (c->legs[i].call != NULL)
            leg_end(&c->legs[i]);
    free(c);
}

static void call_cancel(struct trackers *t, size_t tracker_idx, bool is_scrape)
{
    struct call *next;
    for (struct call *c = t->calls; c != NULL; c = next) {
        next = c->next;
        if (c->tracker_idx == tracker_idx && c->is_scrape == is_scrape)
            call_free(c);
    }
}

static void tell_words(struct trackers *t, const struct call *c, bool good,
                       const char *words)
{
    char host[HTTP_SAFE_URL_MAX];
    http_safe_url(host, sizeof host, c->url);
    char *line = xasprintf("%s: %s", host, words);
    log_write(LOG_TRACKER, good ? LOG_INFO : LOG_WARN, "%s", line);
    t->host.on_words(t->host.ctx, good, line);
    free(line);
}

/* A leg is over and said nothing good. The last one of a call that nobody answered
 * makes it a failure; its words are those of the first, which had the best chance. */
static void leg_failed(struct leg *leg, const char *words, int64_t retry_ms)
{
    struct call *c = leg->call;
    struct trackers *t = c->owner;
    leg_end(leg);
    if (c->words[0] == '\0')
        text_clean(c->words, sizeof c->words, words, strlen(words));
    if (retry_ms != 0)
        c->retry_ms = retry_ms;
    assert(c->n_under_way > 0);
    if (--c->n_under_way > 0)
        return;
    int64_t now_ms = loop_now_ms(t->env->loop);
    if (!c->is_answered && c->is_scrape)
        announcer_on_scrape(t->announcer, c->tracker_idx, NULL, now_ms);
    else if (!c->is_answered) {
        if (c->request.event != TRACKER_EVENT_STOPPED)
            tell_words(t, c, false, c->words);
        announcer_on_failure(t->announcer, c->tracker_idx, c->words,
                             c->retry_ms, now_ms);
    }
    call_free(c);
    arm(t);
}

static void tell_reply(struct trackers *t, const struct call *c,
                       const struct tracker_reply *reply)
{
    char words[ANNOUNCER_WORDS_MAX];
    if (reply->warning.len > 0) {
        text_clean(words, sizeof words, reply->warning.bytes,
                   reply->warning.len);
        tell_words(t, c, false, words);
        return;
    }
    char *line = xasprintf("%zu peers", reply->n_peers);
    tell_words(t, c, true, line);
    free(line);
}

/* A leg brought an answer: the first one of a call is the call's. */
static void leg_answered(struct leg *leg, const struct tracker_reply *reply)
{
    struct call *c = leg->call;
    struct trackers *t = c->owner;
    if (reply->is_failure) {
        char words[ANNOUNCER_WORDS_MAX];
        text_clean(words, sizeof words, reply->failure.bytes,
                   reply->failure.len);
        leg_failed(leg, words, reply->retry_ms);
        return;
    }
    bool is_stop = c->request.event == TRACKER_EVENT_STOPPED;
    if (!is_stop)
        tell_reply(t, c, reply);
    for (size_t i = 0; i < reply->n_peers && !is_stop; i++)
        t->host.on_peer(t->host.ctx, &reply->peers[i]);
    if (!c->is_answered)
        announcer_on_reply(t->announcer, c->tracker_idx, reply,
                           loop_now_ms(t->env->loop));
    c->is_answered = true;
    leg_end(leg);
    if (--c->n_under_way == 0)
        call_free(c);
    arm(t);
}

static void leg_scraped(struct leg *leg, const struct tracker_scrape *scrape)
{
    struct call *c = leg->call;
    struct trackers *t = c->owner;
    if (!c->is_answered)
        announcer_on_scrape(t->announcer, c->tracker_idx, scrape,
                            loop_now_ms(t->env->loop));
    c->is_answered = true;
    leg_end(leg);
    if (--c->n_under_way == 0)
        call_free(c);
    arm(t);
}

/* HTTP. */

static void on_http(void *ctx, const struct http_reply *http)
{
    struct leg *leg = ctx;
    leg->get = NULL;
    struct tracker_reply reply;
    enum err err = tracker_http_parse(http->body.p, http->body.len, &reply);
    /* A refusal with words comes with any status. */
    bool is_reply = err == OK && (http->err == OK || reply.is_failure);
    if (is_reply)
        leg_answered(leg, &reply);
    if (err == OK)
        tracker_reply_fini(&reply);
    if (is_reply)
        return;
    leg_failed(leg,
               http->err != OK ? http->words : "its answer is not a tracker's",
               0);
}

static void on_http_scrape(void *ctx, const struct http_reply *http)
{
    struct leg *leg = ctx;
    struct trackers *t = leg->call->owner;
    leg->get = NULL;
    struct tracker_scrape scrape;
    if (http->err == OK &&
        tracker_http_parse_scrape(http->body.p, http->body.len, t->info_hash,
                                  &scrape, NULL) == OK)
        leg_scraped(leg, &scrape);
    else
        leg_failed(leg, "no scrape", 0);
}

/* Is the host of this URL an address, so that it has one family? */
static bool host_is_literal(const char *url)
{
    const char *host = strstr(url, "://");
    if (host == NULL)
        return false;
    host += 3;
    size_t n = strcspn(host, "/?#");
    if (n > 0 && host[0] == '[')
        return true;
    char text[ADDR_TEXT_MAX];
    if (n >= sizeof text)
        return false;
    memcpy(text, host, n);
    text[n] = '\0';
    struct addr ignored;
    return addr_parse(text, 80, &ignored) == OK;
}

static void start_http(struct call *c, char *url)
{
    struct trackers *t = c->owner;
    bool is_stop = !c->is_scrape && c->request.event == TRACKER_EVENT_STOPPED;
    /* Private trackers count announces, and ban for too many: one way only. */
    unsigned n_legs = t->is_private || host_is_literal(url) ? 1 : 2;
    static const enum http_family families[] = {HTTP_V4, HTTP_V6};
    c->n_under_way = n_legs;
    for (unsigned i = 0; i < n_legs; i++) {
        struct http_request request = {
            .url = url,
            .max_body_bytes = TRACKER_HTTP_MAX_BODY,
            .timeout_ms = is_stop ? HTTP_STOP_TIMEOUT_MS : 0,
            .family = n_legs == 1 ? HTTP_ANY : families[i],
        };
        c->legs[i].call = c;
        c->legs[i].get =
            http_get(t->env->http, &request,
                     c->is_scrape ? on_http_scrape : on_http, &c->legs[i]);
    }
    free(url);
}

/* UDP. */

static void leg_pump(struct leg *leg)
{
    struct trackers *t = leg->call->owner;
    struct loop *loop = t->env->loop;
    uint8_t out[TRACKER_UDP_MAX_REQUEST];
    size_t n = udp_tracker_tx(leg->exchange, out, loop_now_ms(loop));
    if (n > 0) {
        enum err err =
            udp_send(t->env->udp, udp_tracker_remote(leg->exchange), out, n);
        if (err != OK && err != ERR_AGAIN) {
            leg_failed(leg, "its address cannot be reached from here", 0);
            return;
        }
    }
    enum udp_tracker_state state = udp_tracker_state(leg->exchange);
    if (state == UDP_TRACKER_DONE && leg->call->is_scrape)
        leg_scraped(leg, udp_tracker_scrape(leg->exchange));
    else if (state == UDP_TRACKER_DONE)
        leg_answered(leg, udp_tracker_reply(leg->exchange));
    else if (state == UDP_TRACKER_FAILED)
        leg_failed(leg, udp_tracker_words(leg->exchange), 0);
    else
        loop_timer_arm(loop, &leg->deadline,
                       udp_tracker_deadline_ms(leg->exchange));
}

static void on_leg_deadline(void *ctx)
{
    struct leg *leg = ctx;
    udp_tracker_tick(leg->exchange, loop_now_ms(leg->call->owner->env->loop));
    leg_pump(leg);
}

static void leg_start_udp(struct call *c, struct leg *leg,
                          const struct addr *remote, struct span path)
{
    struct trackers *t = c->owner;
    struct udp_tracker_config config = {
        .remote = *remote,
        .is_scrape = c->is_scrape,
        .request = c->request,
        .path = path,
        .cache = t->env->udp_cache,
        .rng = &t->env->rng,
    };
    leg->call = c;
    leg->exchange = udp_tracker_new(&config, loop_now_ms(t->env->loop));
}

static void on_resolved(void *ctx, const struct resolve_answer *answer)
{
    struct call *c = ctx;
    struct trackers *t = c->owner;
    c->query = NULL;
    struct tracker_udp_url url;
    unsigned n = 0;
    bool has_v4 = false, has_v6 = false;
    enum err err = tracker_udp_parse_url(c->url, &url);
    for (size_t i = 0; err == OK && i < answer->n_addrs; i++) {
        const struct addr *a = &answer->addrs[i];
        bool is_v4 = addr_is_v4(a);
        bool *has = is_v4 ? &has_v4 : &has_v6;
        if (*has ||
            !(is_v4 ? udp_has_v4(t->env->udp) : udp_has_v6(t->env->udp)))
            continue;
        *has = true;
        leg_start_udp(c, &c->legs[n++], a, url.path);
    }
    c->n_under_way = n > 0 ? n : 1;
    c->legs[0].call = c;
    if (n == 0)
        leg_failed(&c->legs[0],
                   answer->err != OK ? answer->words : "no usable address", 0);
    /* The last leg to fail frees the call: from the end, so that a leg that is
     * still to be pumped keeps it alive. */
    for (unsigned i = n; i-- > 0;)
        leg_pump(&c->legs[i]);
}

static void start_udp(struct call *c, const struct tracker_udp_url *url)
{
    c->n_under_way = 1;
    c->legs[0].call = c;
    c->query = resolve_start(c->owner->env->resolve, url->host, url->port,
                             on_resolved, c);
}

/* What the announcer asks. It must not be answered from inside: what fails at once is
 * answered at the end of the turn. */

static void fail_later(void *ctx)
{
    struct call *c = ctx;
    leg_failed(&c->legs[0], c->words, 0);
}

static void call_fail_soon(struct call *c, const char *words)
{
    c->n_under_way = 1;
    c->legs[0].call = c;
    text_clean(c->words, sizeof c->words, words, strlen(words));
    loop_timer_init(&c->legs[0].deadline, fail_later, c);
    loop_timer_arm(c->owner->env->loop, &c->legs[0].deadline,
                   loop_now_ms(c->owner->env->loop));
}

static bool is_udp(const char *url)
{
    return strncmp(url, "udp:", 4) == 0;
}

static void call_start(struct call *c)
{
    struct trackers *t = c->owner;
    if (is_udp(c->url)) {
        struct tracker_udp_url url;
        if (t->env->udp == NULL)
            call_fail_soon(c, "UDP is off");
        else if (tracker_udp_parse_url(c->url, &url) != OK)
            call_fail_soon(c, "its URL is not udp://HOST:PORT");
        else
            start_udp(c, &url);
        return;
    }
    char *url;
    enum err err = c->is_scrape
                       ? tracker_http_scrape_url(c->url, t->info_hash, &url)
                       : tracker_http_announce_url(c->url, &c->request, &url);
    if (err != OK || t->env->http == NULL) {
        if (err == OK)
            free(url);
        call_fail_soon(c, "its URL cannot be used");
    } else
        start_http(c, url);
}

static void on_announce(void *ctx, const struct announcer_request *req)
{
    struct trackers *t = ctx;
    call_cancel(t, req->tracker_idx, false);
    struct call *c = call_new(t, req->tracker_idx, req->url, false);
    c->request = req->request;
    call_start(c);
    c->request.tracker_id = (struct span){NULL, 0};
}

static void on_scrape(void *ctx, size_t tracker_idx, const char *url)
{
    struct trackers *t = ctx;
    call_cancel(t, tracker_idx, true);
    struct call *c = call_new(t, tracker_idx, url, true);
    memcpy(c->request.info_hash, t->info_hash, sizeof t->info_hash);
    call_start(c);
}

static void on_cancel(void *ctx, size_t tracker_idx)
{
    call_cancel(ctx, tracker_idx, false);
}

static void on_totals(void *ctx, struct announcer_totals *out)
{
    struct trackers *t = ctx;
    t->host.totals(t->host.ctx, out);
}

/* Beginning and end. */

struct trackers *trackers_new(struct env *env, const struct metainfo *meta,
                              const uint8_t *peer_id,
                              const struct trackers_host *host)
{
    struct trackers *t = xzalloc(sizeof *t);
    t->env = env;
    t->host = *host;
    t->is_private = meta->is_private;
    memcpy(t->info_hash, meta->info_hash, sizeof t->info_hash);
    loop_timer_init(&t->timer, on_timer, t);
    struct announcer_host asks = {.ctx = t,
                                  .totals = on_totals,
                                  .announce = on_announce,
                                  .scrape = on_scrape,
                                  .cancel = on_cancel};
    /* Private trackers want to be asked one at a time, as BEP 12 has it; for the
     * others, every tier may know other peers. */
    struct announcer_config config = {.all_tiers = !meta->is_private,
                                      .rng = &env->rng};
    memcpy(config.info_hash, meta->info_hash, sizeof config.info_hash);
    memcpy(config.peer_id, peer_id, sizeof config.peer_id);
    t->announcer = announcer_new(&config, &asks);
    for (size_t i = 0; i < meta->n_trackers; i++) {
        enum err err = announcer_add(t->announcer, meta->trackers[i].tier,
                                     meta->trackers[i].url);
        if (err != OK)
            log_write(LOG_TRACKER, LOG_DEBUG, "tracker %zu left out: %s", i,
                      err_text(err));
    }
    return t;
}

void trackers_free(struct trackers *t)
{
    if (t == NULL)
        return;
    while (t->calls != NULL)
        call_free(t->calls);
    loop_timer_cancel(t->env->loop, &t->timer);
    announcer_free(t->announcer);
    free(t);
}

void trackers_start(struct trackers *t)
{
    announcer_start(t->announcer, loop_now_ms(t->env->loop));
    arm(t);
}

void trackers_stop(struct trackers *t)
{
    announcer_stop(t->announcer, loop_now_ms(t->env->loop));
    announcer_tick(t->announcer, loop_now_ms(t->env->loop));
    arm(t);
}

bool trackers_is_quiet(const struct trackers *t)
{
    return announcer_is_quiet(t->announcer);
}

void trackers_completed(struct trackers *t)
{
    announcer_completed(t->announcer, loop_now_ms(t->env->loop));
    arm(t);
}

void trackers_want_peers(struct trackers *t)
{
    announcer_want_peers(t->announcer, loop_now_ms(t->env->loop));
    arm(t);
}

void trackers_reannounce(struct trackers *t)
{
    announcer_reannounce(t->announcer, loop_now_ms(t->env->loop));
    arm(t);
}

const struct announcer *trackers_announcer(const struct trackers *t)
{
    return t->announcer;
}

bool trackers_on_datagram(struct trackers *t, const struct addr *from,
                          struct span bytes)
{
    int64_t now_ms = loop_now_ms(t->env->loop);
    for (struct call *c = t->calls; c != NULL; c = c->next)
        for (size_t i = 0; i < TRACKERS_LEGS; i++) {
            struct leg *leg = &c->legs[i];
            if (leg->exchange != NULL &&
                udp_tracker_rx(leg->exchange, from, bytes.p, bytes.len,
                               now_ms)) {
                leg_pump(leg);
                return true;
            }
        }
    return false;
}
