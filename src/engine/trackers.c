#include "config.h"

#include "engine/trackers.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "engine/tracker_call.h"
#include "model/detail_tracker.h"
#include "net/http.h"
#include "net/loop.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

/* One announce or scrape that the announcer asked for. */
struct call {
    struct trackers *owner; /* borrowed: holds it */
    struct call *next;
    size_t tracker_idx;
    const char *url; /* borrowed: the announcer's */
    bool is_scrape;
    bool is_stop;             /* nobody waits for what it says */
    bool is_answered;         /* the announcer was told of a success */
    struct tracker_call *way; /* owned */
};

enum { DISCARD_PORT = 9 };

struct trackers {
    struct env *env; /* borrowed: the session's */
    struct trackers_host host;
    struct announcer *announcer;  /* owned */
    struct call *calls;           /* owned list */
    struct trackers *prev, *next; /* in env->asking, while there are calls */
    struct loop_timer timer;      /* the announcer's deadline */
    uint8_t info_hash[20];
    bool is_private;
    bool has_refused; /* the session refused one by its address */
    bool is_stopping; /* the host waits for on_quiet */
};

static int64_t now_of(const struct trackers *t)
{
    return loop_now_ms(t->env->loop);
}

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
    announcer_tick(t->announcer, now_of(t));
    arm(t);
}

/* An answer or a failure was told: what is next, and was it the last one? */
static void go_on(struct trackers *t)
{
    arm(t);
    if (!t->is_stopping || !announcer_is_quiet(t->announcer))
        return;
    t->is_stopping = false;
    t->host.on_quiet(t->host.ctx);
}

/* What calls tell. */

static void call_free(struct call *c)
{
    for (struct call **at = &c->owner->calls; *at != NULL; at = &(*at)->next)
        if (*at == c) {
            *at = c->next;
            break;
        }
    if (c->owner->calls == NULL)
        DL_DELETE(c->owner->env->asking, c->owner);
    tracker_call_free(c->way);
    free(c);
}

/* Words about a tracker, as they are told. */
static char *line_of(const char *url, const char *words)
{
    char host[HTTP_SAFE_URL_MAX];
    return xasprintf("%s: %s", http_safe_url(host, sizeof host, url), words);
}

static char *n_peers_words(size_t n)
{
    return xasprintf("%zu peer%s", n, n == 1 ? "" : "s");
}

static void tell_words(struct trackers *t, const struct call *c, bool good,
                       const char *words)
{
    char *line = line_of(c->url, words);
    log_write(LOG_TRACKER, good ? LOG_INFO : LOG_WARN, "%s", line);
    t->host.on_words(t->host.ctx, good, line);
    free(line);
}

/* How many peers it names, and why some of them are of no use. */
static char *reply_words(const struct tracker_reply *r)
{
    char *n_peers = n_peers_words(r->n_peers);
    size_t n_left_out = r->n_named + r->n_bad + r->n_over;
    if (n_left_out == 0)
        return n_peers;
    char *all = xasprintf("%s, %zu left out: %zu by name, %zu that cannot be "
                          "dialled, %zu too many",
                          n_peers, n_left_out, r->n_named, r->n_bad, r->n_over);
    free(n_peers);
    return all;
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
    char *told = reply_words(reply);
    tell_words(t, c, true, told);
    free(told);
}

/* The first answer of a call is the call's; the peers of a second are welcome. */
static void on_reply(void *ctx, const struct tracker_reply *reply)
{
    struct call *c = ctx;
    struct trackers *t = c->owner;
    if (!c->is_stop) {
        tell_reply(t, c, reply);
        if (reply->has_external_ip)
            selfaddr_hear(&t->env->self, SELFADDR_TRACKER, &reply->external_ip);
        for (size_t i = 0; i < reply->n_peers; i++)
            t->host.on_peer(t->host.ctx, &reply->peers[i]);
    }
    if (!c->is_answered)
        announcer_on_reply(t->announcer, c->tracker_idx, reply, now_of(t));
    c->is_answered = true;
    go_on(t);
}

static void on_scraped(void *ctx, const struct tracker_scrape *scrape)
{
    struct call *c = ctx;
    struct trackers *t = c->owner;
    if (!c->is_answered)
        announcer_on_scrape(t->announcer, c->tracker_idx, scrape, now_of(t));
    c->is_answered = true;
    go_on(t);
}

static void on_over(void *ctx, bool is_answered, const char *words,
                    int64_t retry_ms)
{
    struct call *c = ctx;
    struct trackers *t = c->owner;
    if (!is_answered && c->is_scrape)
        announcer_on_scrape(t->announcer, c->tracker_idx, NULL, now_of(t));
    else if (!is_answered) {
        if (!c->is_stop)
            tell_words(t, c, false, words);
        t->has_refused = t->has_refused || tracker_call_is_refused(c->way);
        announcer_on_failure(t->announcer, c->tracker_idx, words, retry_ms,
                             now_of(t));
    }
    call_free(c);
    go_on(t);
}

/* What the announcer asks. */

static void call_cancel(struct trackers *t, size_t tracker_idx, bool is_scrape)
{
    struct call *next;
    for (struct call *c = t->calls; c != NULL; c = next) {
        next = c->next;
        if (c->tracker_idx == tracker_idx && c->is_scrape == is_scrape)
            call_free(c);
    }
}

static void call_start(struct trackers *t, size_t tracker_idx, const char *url,
                       const struct tracker_request *request, bool is_scrape)
{
    call_cancel(t, tracker_idx, is_scrape);
    struct call *c = xzalloc(sizeof *c);
    c->owner = t;
    c->tracker_idx = tracker_idx;
    c->url = url;
    c->is_scrape = is_scrape;
    c->is_stop = !is_scrape && request->event == TRACKER_EVENT_STOPPED;
    if (t->calls == NULL)
        DL_APPEND(t->env->asking, t);
    c->next = t->calls;
    t->calls = c;
    /* Private trackers count announces, and ban for too many: one way only. */
    struct tracker_call_config config = {.url = url,
                                         .request = *request,
                                         .is_scrape = is_scrape,
                                         .is_single = t->is_private};
    struct tracker_call_host host = {.on_reply = on_reply,
                                     .on_scrape = on_scraped,
                                     .on_over = on_over,
                                     .ctx = c};
    c->way = tracker_call_new(t->env, &config, &host);
}

static void on_announce(void *ctx, const struct announcer_request *req)
{
    call_start(ctx, req->tracker_idx, req->url, &req->request, false);
}

static void on_scrape(void *ctx, size_t tracker_idx, const char *url)
{
    struct trackers *t = ctx;
    struct tracker_request request = {.event = TRACKER_EVENT_NONE};
    memcpy(request.info_hash, t->info_hash, sizeof t->info_hash);
    call_start(t, tracker_idx, url, &request, true);
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

static struct trackers *make(struct env *env, const uint8_t *info_hash,
                             const uint8_t *peer_id, bool all_tiers,
                             const struct trackers_host *host)
{
    struct trackers *t = xzalloc(sizeof *t);
    t->env = env;
    t->host = *host;
    memcpy(t->info_hash, info_hash, sizeof t->info_hash);
    loop_timer_init(&t->timer, on_timer, t);
    struct announcer_host asks = {.ctx = t,
                                  .totals = on_totals,
                                  .announce = on_announce,
                                  .scrape = on_scrape,
                                  .cancel = on_cancel};
    struct announcer_config config = {.rng = &env->rng, .all_tiers = all_tiers};
    memcpy(config.info_hash, info_hash, sizeof config.info_hash);
    memcpy(config.peer_id, peer_id, sizeof config.peer_id);
    t->announcer = announcer_new(&config, &asks);
    return t;
}

static void add(struct trackers *t, size_t i, uint32_t tier, const char *url)
{
    enum err err = announcer_add(t->announcer, tier, url);
    if (err != OK)
        log_write(LOG_TRACKER, LOG_DEBUG, "tracker %zu left out: %s", i,
                  err_text(err));
}

struct trackers *trackers_new(struct env *env, const struct metainfo *meta,
                              const uint8_t *peer_id,
                              const struct trackers_host *host)
{
    struct trackers *t = make(env, meta->info_hash, peer_id, false, host);
    t->is_private = meta->is_private;
    for (size_t i = 0; i < meta->n_trackers; i++)
        add(t, i, meta->trackers[i].tier, meta->trackers[i].url);
    return t;
}

struct trackers *trackers_new_for_magnet(struct env *env,
                                         const struct magnet *magnet,
                                         const uint8_t *peer_id,
                                         const struct trackers_host *host)
{
    struct trackers *t = make(env, magnet->info_hash, peer_id, true, host);
    for (size_t i = 0; i < magnet->n_trackers; i++)
        add(t, i, (uint32_t)i, magnet->trackers[i]);
    return t;
}

void trackers_give(struct trackers *t, bool is_private,
                   const struct trackers_host *host)
{
    t->host = *host;
    t->is_private = is_private;
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
    t->is_stopping = false;
    announcer_start(t->announcer, now_of(t));
    arm(t);
}

void trackers_stop(struct trackers *t)
{
    announcer_stop(t->announcer, now_of(t));
    announcer_tick(t->announcer, now_of(t));
    t->is_stopping = !announcer_is_quiet(t->announcer);
    arm(t);
}

bool trackers_is_quiet(const struct trackers *t)
{
    return announcer_is_quiet(t->announcer);
}

void trackers_completed(struct trackers *t)
{
    announcer_completed(t->announcer, now_of(t));
    arm(t);
}

void trackers_want_peers(struct trackers *t)
{
    announcer_want_peers(t->announcer, now_of(t));
    arm(t);
}

int64_t trackers_reannounce(struct trackers *t)
{
    int64_t due_ms = announcer_reannounce(t->announcer, now_of(t));
    arm(t);
    return due_ms < 0 ? -1 : due_ms - now_of(t);
}

void trackers_wake(struct trackers *t, int64_t slept_ms, int64_t delay_ms)
{
    announcer_wake(t->announcer, slept_ms, now_of(t) + delay_ms, now_of(t));
    arm(t);
}

void trackers_reconsider(struct trackers *t)
{
    if (t->has_refused)
        (void)trackers_reannounce(t);
    t->has_refused = false;
}

const struct announcer *trackers_announcer(const struct trackers *t)
{
    return t->announcer;
}

bool trackers_on_datagram(struct trackers *t, const struct addr *from,
                          struct span bytes)
{
    for (struct call *c = t->calls; c != NULL; c = c->next)
        if (tracker_call_on_datagram(c->way, from, bytes))
            return true;
    return false;
}

void trackers_take_datagram(struct env *env, const struct addr *from,
                            struct span bytes)
{
    for (struct trackers *t = env->asking; t != NULL; t = t->next)
        if (trackers_on_datagram(t, from, bytes))
            return;
}

enum err trackers_add(struct trackers *t, const char *url)
{
    uint32_t tier = 0;
    struct announcer_tracker one;
    size_t n = announcer_n_trackers(t->announcer);
    for (size_t i = 0; i < n; i++) {
        announcer_tracker(t->announcer, i, &one);
        if (one.tier >= tier)
            tier = one.tier + 1;
    }
    enum err err = announcer_add(t->announcer, tier, url);
    arm(t);
    return err;
}

/* The index of the tracker that has that URL, or is shown with it; how many there are:
 * none is. */
static size_t find(const struct trackers *t, const char *url)
{
    size_t n = announcer_n_trackers(t->announcer), i = 0;
    for (; i < n; i++) {
        struct announcer_tracker one;
        char shown[DETAIL_TRACKER_URL];
        announcer_tracker(t->announcer, i, &one);
        text_clean(shown, sizeof shown, one.url, strlen(one.url));
        if (strcmp(one.url, url) == 0 || strcmp(shown, url) == 0)
            break;
    }
    return i;
}

const char *trackers_find(const struct trackers *t, const char *url)
{
    struct announcer_tracker one;
    size_t i = find(t, url);
    if (i == announcer_n_trackers(t->announcer))
        return NULL;
    announcer_tracker(t->announcer, i, &one);
    return one.url;
}

enum err trackers_enable(struct trackers *t, const char *url, bool enable)
{
    size_t i = find(t, url);
    if (i == announcer_n_trackers(t->announcer))
        return ERR_NOT_FOUND;
    struct announcer_tracker one;
    announcer_tracker(t->announcer, i, &one);
    if ((one.state != ANNOUNCER_DISABLED) == enable)
        return OK;
    char *line = line_of(url, enable ? "enabled" : "disabled");
    log_write(LOG_TRACKER, LOG_INFO, "%s", line);
    free(line);
    if (enable)
        announcer_enable(t->announcer, i, now_of(t));
    else {
        call_cancel(t, i, true);
        announcer_disable(t->announcer, i, now_of(t));
    }
    arm(t);
    return OK;
}

void trackers_words(const struct trackers *t, struct cause *out)
{
    size_t n = announcer_n_trackers(t->announcer);
    struct announcer_tracker one, last = {.last_ms = -1};
    for (size_t i = 0; i < n; i++) {
        announcer_tracker(t->announcer, i, &one);
        if (one.state != ANNOUNCER_DISABLED && one.last_ms > last.last_ms)
            last = one;
    }
    out->text[0] = '\0';
    if (last.last_ms < 0)
        return;
    char *n_peers = n_peers_words(last.n_peers);
    char *line =
        line_of(last.url, last.words[0] != '\0' ? last.words : n_peers);
    cause_set(out, "%s", line);
    free(line);
    free(n_peers);
}

enum err trackers_remove(struct trackers *t, const char *url)
{
    size_t i = find(t, url);
    if (i == announcer_n_trackers(t->announcer))
        return ERR_NOT_FOUND;
    call_cancel(t, i, false);
    call_cancel(t, i, true);
    announcer_remove(t->announcer, i, now_of(t));
    for (struct call *c = t->calls; c != NULL; c = c->next)
        if (c->tracker_idx > i)
            c->tracker_idx--;
    go_on(t);
    return OK;
}

uint16_t trackers_announced_port(const struct env *env)
{
    bool is_none = env->listen_port == 0 && env->is_proxied;
    return is_none ? DISCARD_PORT : env->listen_port;
}
