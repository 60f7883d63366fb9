#include "config.h"

#include "engine/tracker_call.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipfilter.h"
#include "engine/trackerurl.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/resolve.h"
#include "net/udp.h"
#include "proto/tracker_http.h"
#include "proto/tracker_udp.h"
#include "swarm/udp_tracker.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { MAX_LEGS = 2 }; /* IPv4 and IPv6 */

/* How far a leg came before it failed. */
enum leg_reach {
    REACH_NONE,    /* it did not begin */
    REACH_NAME,    /* its host has no address that can be used */
    REACH_NETWORK, /* no answer, or not one of a tracker */
    REACH_TRACKER  /* the tracker said no */
};

struct leg {
    struct tracker_call *call;    /* borrowed: holds it; NULL: never begun */
    struct http_get *get;         /* HTTP: under way; NULL: not, or over */
    struct udp_tracker *exchange; /* owned; UDP: under way */
    struct loop_timer deadline;   /* of the exchange */
};

struct tracker_call {
    struct env *env; /* borrowed: the session's */
    struct tracker_call_config config;
    struct tracker_call_host host;
    struct resolve_query *query; /* UDP: looking up its name */
    struct leg legs[MAX_LEGS];
    unsigned n_under_way;
    struct loop_timer end; /* ends it, whatever is under way */
    bool is_answered;
    bool is_refused; /* the session's IP filter has an address of it */
    int64_t retry_ms;
    enum leg_reach reach; /* of the leg that `words` are from */
    char words[TRACKER_CALL_WORDS_MAX];
};

static int64_t now_of(const struct tracker_call *c)
{
    return loop_now_ms(c->env->loop);
}

static void leg_end(struct leg *leg)
{
    struct env *env = leg->call->env;
    if (leg->get != NULL)
        http_cancel(env->http, leg->get);
    leg->get = NULL;
    loop_timer_cancel(env->loop, &leg->deadline);
    udp_tracker_free(leg->exchange);
    leg->exchange = NULL;
}

static void end_all(struct tracker_call *c)
{
    if (c->query != NULL)
        resolve_cancel(c->env->resolve, c->query);
    c->query = NULL;
    for (size_t i = 0; i < MAX_LEGS; i++)
        if (c->legs[i].call != NULL)
            leg_end(&c->legs[i]);
    loop_timer_cancel(c->env->loop, &c->end);
}

/* The last thing a caller may do: the host may free the call. */
static void be_over(struct tracker_call *c)
{
    end_all(c);
    c->host.on_over(c->host.ctx, c->is_answered, c->is_answered ? "" : c->words,
                    c->retry_ms);
}

static void on_end(void *ctx)
{
    be_over(ctx);
}

static void set_words(struct tracker_call *c, enum leg_reach reach,
                      const char *words)
{
    c->reach = reach;
    text_clean(c->words, sizeof c->words, words, strlen(words));
}

static void leg_over(struct leg *leg)
{
    struct tracker_call *c = leg->call;
    leg_end(leg);
    assert(c->n_under_way > 0);
    if (--c->n_under_way == 0)
        be_over(c);
}

/* It said nothing good. */
static void leg_failed(struct leg *leg, enum leg_reach reach, const char *words,
                       int64_t retry_ms)
{
    struct tracker_call *c = leg->call;
    if (reach >= c->reach)
        set_words(c, reach, words);
    if (retry_ms != 0)
        c->retry_ms = retry_ms;
    leg_over(leg);
}

static void leg_answered(struct leg *leg, const struct tracker_reply *reply)
{
    struct tracker_call *c = leg->call;
    if (reply->is_failure) {
        char words[TRACKER_CALL_WORDS_MAX];
        text_clean(words, sizeof words, reply->failure.bytes,
                   reply->failure.len);
        leg_failed(leg, REACH_TRACKER, words, reply->retry_ms);
        return;
    }
    c->is_answered = true;
    c->host.on_reply(c->host.ctx, reply);
    leg_over(leg);
}

static void leg_scraped(struct leg *leg, const struct tracker_scrape *scrape)
{
    struct tracker_call *c = leg->call;
    c->is_answered = true;
    c->host.on_scrape(c->host.ctx, scrape);
    leg_over(leg);
}

static unsigned max_legs(const struct tracker_call *c)
{
    return c->config.is_single ? 1 : MAX_LEGS;
}

/* HTTP. */

static enum leg_reach reach_of(enum err err)
{
    return err == ERR_NOT_FOUND ? REACH_NAME : REACH_NETWORK;
}

static void on_http(void *ctx, const struct http_reply *http)
{
    struct leg *leg = ctx;
    leg->get = NULL;
    leg->call->is_refused = leg->call->is_refused || http->is_refused;
    struct tracker_reply reply;
    enum err err = tracker_http_parse(http->body.p, http->body.len, &reply);
    /* A refusal with words comes with any status. */
    bool is_reply = err == OK && (http->err == OK || reply.is_failure);
    if (is_reply)
        leg_answered(leg, &reply);
    if (err == OK)
        tracker_reply_fini(&reply);
    if (!is_reply)
        leg_failed(leg, reach_of(http->err),
                   http->err != OK ? http->words
                                   : "its answer is not a tracker's",
                   0);
}

static void on_http_scrape(void *ctx, const struct http_reply *http)
{
    struct leg *leg = ctx;
    leg->get = NULL;
    struct tracker_scrape scrape;
    if (http->err == OK &&
        tracker_http_parse_scrape(http->body.p, http->body.len,
                                  leg->call->config.request.info_hash, &scrape,
                                  NULL) == OK)
        leg_scraped(leg, &scrape);
    else
        leg_failed(leg, reach_of(http->err), "no scrape", 0);
}

static bool is_stop(const struct tracker_call *c)
{
    return !c->config.is_scrape &&
           c->config.request.event == TRACKER_EVENT_STOPPED;
}

static void start_http(struct tracker_call *c, const char *url)
{
    static const enum http_family families[MAX_LEGS] = {HTTP_V4, HTTP_V6};
    unsigned n_legs = trackerurl_has_address(url) ? 1 : max_legs(c);
    c->n_under_way = n_legs;
    for (unsigned i = 0; i < n_legs; i++) {
        struct http_request request = {
            .url = url,
            .max_body_bytes = TRACKER_HTTP_MAX_BODY,
            .timeout_ms = is_stop(c) ? TRACKER_CALL_STOP_MS : 0,
            .family = n_legs == 1 ? HTTP_ANY : families[i],
        };
        c->legs[i].call = c;
        c->legs[i].get =
            http_get(c->env->http, &request,
                     c->config.is_scrape ? on_http_scrape : on_http,
                     &c->legs[i]);
    }
}

/* UDP. */

static void udp_over(struct leg *leg)
{
    const struct udp_tracker *x = leg->exchange;
    if (udp_tracker_state(x) == UDP_TRACKER_FAILED) {
        bool said_no = udp_tracker_result(x) == ERR_REFUSED;
        leg_failed(leg, said_no ? REACH_TRACKER : REACH_NETWORK,
                   udp_tracker_words(x), 0);
    } else if (leg->call->config.is_scrape)
        leg_scraped(leg, udp_tracker_scrape(x));
    else
        leg_answered(leg, udp_tracker_reply(x));
}

/* May datagrams go there? Else words (TRACKER_CALL_WORDS_MAX bytes) say why not. */
static bool may_send(struct tracker_call *c, const struct addr *to, char *words)
{
    char text[ADDR_TEXT_MAX];
    const char *refusal = ipfilter_refusal(c->env->filter, to);
    if (refusal == NULL)
        return true;
    c->is_refused = true;
    snprintf(words, TRACKER_CALL_WORDS_MAX, "its address %s %s",
             addr_ip_text(to, text), refusal);
    return false;
}

static void leg_pump(struct leg *leg)
{
    struct env *env = leg->call->env;
    uint8_t out[TRACKER_UDP_MAX_REQUEST];
    char words[TRACKER_CALL_WORDS_MAX];
    size_t n = udp_tracker_tx(leg->exchange, out, loop_now_ms(env->loop));
    if (n > 0 &&
        !may_send(leg->call, udp_tracker_remote(leg->exchange), words)) {
        leg_failed(leg, REACH_NETWORK, words, 0);
        return;
    }
    if (n > 0) {
        enum err err =
            udp_send(env->udp, udp_tracker_remote(leg->exchange), out, n);
        if (err != OK && err != ERR_AGAIN) {
            leg_failed(leg, REACH_NAME,
                       "its address cannot be reached from here", 0);
            return;
        }
    }
    int64_t at_ms = udp_tracker_deadline_ms(leg->exchange);
    if (at_ms == INT64_MAX)
        udp_over(leg);
    else
        loop_timer_arm(env->loop, &leg->deadline, at_ms);
}

static void on_leg_deadline(void *ctx)
{
    struct leg *leg = ctx;
    udp_tracker_tick(leg->exchange, now_of(leg->call));
    leg_pump(leg);
}

static void leg_start_udp(struct tracker_call *c, struct leg *leg,
                          const struct addr *remote, struct span path)
{
    struct udp_tracker_config config = {
        .remote = *remote,
        .is_scrape = c->config.is_scrape,
        .request = c->config.request,
        .path = path,
        .cache = c->env->udp_cache,
        .rng = &c->env->rng,
    };
    leg->call = c;
    leg->exchange = udp_tracker_new(&config, now_of(c));
}

/* Begin a leg for the first address of each family that can and may be used; return
 * how many. words: why one may not, as of may_send(). */
static unsigned start_legs(struct tracker_call *c,
                           const struct tracker_udp_url *url,
                           const struct resolve_answer *answer, char *words)
{
    const struct udp *udp = c->env->udp;
    bool has_v4 = false, has_v6 = false;
    unsigned n = 0;
    for (size_t i = 0; i < answer->n_addrs && n < max_legs(c); i++) {
        const struct addr *a = &answer->addrs[i];
        bool is_v4 = addr_is_v4(a);
        bool *has = is_v4 ? &has_v4 : &has_v6;
        if (*has || !(is_v4 ? udp_has_v4(udp) : udp_has_v6(udp)))
            continue;
        if (!trackerurl_may_reach(url->host, a)) {
            snprintf(words, TRACKER_CALL_WORDS_MAX,
                     "its name leads to a private address");
            continue;
        }
        if (!may_send(c, a, words))
            continue;
        *has = true;
        leg_start_udp(c, &c->legs[n++], a, url->path);
    }
    return n;
}

static void on_resolved(void *ctx, const struct resolve_answer *answer)
{
    struct tracker_call *c = ctx;
    struct tracker_udp_url url;
    char words[TRACKER_CALL_WORDS_MAX] = "no usable address";
    unsigned n = 0;
    c->query = NULL;
    if (tracker_udp_parse_url(c->config.url, &url) == OK)
        n = start_legs(c, &url, answer, words);
    if (n == 0) {
        set_words(c, REACH_NAME, answer->err != OK ? answer->words : words);
        be_over(c);
        return;
    }
    c->n_under_way = n;
    /* The last leg to fail ends the call: from the end, so that a leg that is
     * still to be pumped keeps it alive. */
    for (unsigned i = n; i-- > 0;)
        leg_pump(&c->legs[i]);
}

/* Beginning and end. */

static void fail_soon(struct tracker_call *c, const char *words)
{
    set_words(c, REACH_NONE, words);
    loop_timer_arm(c->env->loop, &c->end, now_of(c));
}

static void begin_udp(struct tracker_call *c)
{
    struct tracker_udp_url url;
    if (c->env->udp == NULL)
        fail_soon(c, c->env->is_proxied ? "UDP does not go by the proxy"
                                        : "UDP is off");
    else if (tracker_udp_parse_url(c->config.url, &url) != OK)
        fail_soon(c, "its URL is not udp://HOST:PORT");
    else
        c->query =
            resolve_start(c->env->resolve, url.host, url.port, on_resolved, c);
}

static void begin_http(struct tracker_call *c)
{
    char *url = NULL;
    enum err err =
        c->config.is_scrape
            ? tracker_http_scrape_url(c->config.url,
                                      c->config.request.info_hash, &url)
            : tracker_http_announce_url(c->config.url, &c->config.request,
                                        &url);
    if (err != OK)
        fail_soon(c, "its URL cannot be used");
    else if (!trackerurl_may_get(c->config.url))
        fail_soon(c, "a private address is only asked at .../announce");
    else if (c->env->http == NULL)
        fail_soon(c, "HTTP is off");
    else
        start_http(c, url);
    free(url);
}

struct tracker_call *tracker_call_new(struct env *env,
                                      const struct tracker_call_config *config,
                                      const struct tracker_call_host *host)
{
    struct tracker_call *c = xzalloc(sizeof *c);
    c->env = env;
    c->config = *config;
    c->host = *host;
    for (size_t i = 0; i < MAX_LEGS; i++)
        loop_timer_init(&c->legs[i].deadline, on_leg_deadline, &c->legs[i]);
    loop_timer_init(&c->end, on_end, c);
    if (is_stop(c)) {
        set_words(c, REACH_NONE, "no answer in time");
        loop_timer_arm(env->loop, &c->end, now_of(c) + TRACKER_CALL_STOP_MS);
    }
    if (trackerurl_is_udp(config->url))
        begin_udp(c);
    else
        begin_http(c);
    c->config.request.tracker_id = (struct span){NULL, 0};
    return c;
}

bool tracker_call_is_refused(const struct tracker_call *c)
{
    return c->is_refused;
}

void tracker_call_free(struct tracker_call *c)
{
    if (c == NULL)
        return;
    end_all(c);
    free(c);
}

bool tracker_call_on_datagram(struct tracker_call *c, const struct addr *from,
                              struct span bytes)
{
    for (size_t i = 0; i < MAX_LEGS; i++) {
        struct leg *leg = &c->legs[i];
        if (leg->exchange != NULL &&
            udp_tracker_rx(leg->exchange, from, bytes.p, bytes.len,
                           now_of(c))) {
            leg_pump(leg);
            return true;
        }
    }
    return false;
}
