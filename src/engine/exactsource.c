#include "config.h"

#include "engine/exactsource.h"

#include <stdlib.h>
#include <string.h>

#include "meta/metainfo.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/weburl.h"
#include "util/log.h"
#include "util/xalloc.h"

/* RUNNING: one URL is asked (get), or the next round is waited for (timer), or all are
 * given up. */
struct exactsource {
    struct env *env;             /* borrowed */
    const struct magnet *magnet; /* borrowed */
    struct exactsource_host host;
    struct http_get *get; /* of url_idx, under way; NULL: none */
    struct loop_timer timer;
    size_t url_idx;
    bool is_given_up[EXACTSOURCE_MAX_URLS];
    uint32_t n_rounds; /* that are over */
    bool is_running;
    bool is_found;
    char from[HTTP_SAFE_URL_MAX]; /* url_idx, as it is shown */
    struct cause words;           /* the latest failure; "": none */
};

static size_t n_urls(const struct exactsource *x)
{
    size_t n = x->magnet->n_sources;
    return n < EXACTSOURCE_MAX_URLS ? n : EXACTSOURCE_MAX_URLS;
}

static bool is_any_left(const struct exactsource *x)
{
    for (size_t i = 0; i < n_urls(x); i++)
        if (!x->is_given_up[i])
            return true;
    return false;
}

/* May another try go better? */
static bool may_pass(enum err err, int status)
{
    if (err == ERR_REFUSED)
        return status == 429 || status >= 500;
    return err == ERR_TIMEOUT || err == ERR_SYS || err == ERR_CLOSED ||
           err == ERR_NOT_FOUND || err == ERR_TRUNCATED;
}

static void fail(struct exactsource *x, enum err err, bool passes,
                 const char *words)
{
    x->is_given_up[x->url_idx] = !passes;
    cause_set(&x->words, "%s: %s", x->from, words);
    log_write(LOG_HTTP, LOG_INFO, ".torrent of a magnet at %s", x->words.text);
    if (x->n_rounds == 0)
        x->host.on_failed(x->host.ctx, err, x->words.text);
}

/* ---- What came ---- */

/* A .torrent, if it is the magnet's. cause: why not. */
static enum err read_torrent(const struct exactsource *x, struct span body,
                             struct metainfo **out, struct cause *cause)
{
    struct metainfo *meta;
    enum err err = metainfo_parse(body.p, body.len, &meta, cause);
    if (err != OK)
        return err;
    if (memcmp(meta->info_hash, x->magnet->info_hash, MAGNET_HASH_LEN) == 0) {
        *out = meta;
        return OK;
    }
    cause_set(cause, "it is of another torrent");
    metainfo_free(meta);
    return ERR_HASH;
}

static void go_on(struct exactsource *x);

static void on_done(void *ctx, const struct http_reply *reply)
{
    struct exactsource *x = ctx;
    struct metainfo *meta = NULL;
    struct cause cause = {""};
    x->get = NULL;
    enum err err = reply->err;
    if (err == OK)
        err = read_torrent(x, reply->body, &meta, &cause);
    if (err == OK) {
        x->is_found = true;
        x->is_running = false;
        x->host.on_found(x->host.ctx, meta);
        metainfo_free(meta);
        return;
    }
    if (reply->err != OK)
        fail(x, err, may_pass(err, reply->status), reply->words);
    else
        fail(x, err, false, cause.text);
    x->url_idx++;
    go_on(x);
}

/* ---- Asking ---- */

static void ask(struct exactsource *x)
{
    struct http_request request = {.url = x->magnet->sources[x->url_idx],
                                   .max_body_bytes = HTTP_MAX_TORRENT_BYTES};
    x->get = http_get(x->env->http, &request, on_done, x);
}

/* Ask the next that may be asked, or wait for the next round. */
static void go_on(struct exactsource *x)
{
    for (; x->url_idx < n_urls(x); x->url_idx++) {
        const char *url = x->magnet->sources[x->url_idx];
        struct cause cause;
        if (x->is_given_up[x->url_idx])
            continue;
        http_safe_url(x->from, sizeof x->from, url);
        if (weburl_may_fetch(url, HTTP_MAX_URL_LEN, &cause)) {
            ask(x);
            return;
        }
        fail(x, ERR_INVALID, false, cause.text);
    }
    int64_t wait_ms = EXACTSOURCE_RETRY_MS;
    for (uint32_t i = 0; i < x->n_rounds && wait_ms < EXACTSOURCE_RETRY_MAX_MS;
         i++)
        wait_ms *= 2;
    if (wait_ms > EXACTSOURCE_RETRY_MAX_MS)
        wait_ms = EXACTSOURCE_RETRY_MAX_MS;
    x->n_rounds++;
    x->url_idx = 0;
    if (is_any_left(x))
        loop_timer_arm(x->env->loop, &x->timer,
                       loop_now_ms(x->env->loop) + wait_ms);
}

static void on_timer(void *ctx)
{
    go_on(ctx);
}

void exactsource_start(struct exactsource *x)
{
    if (x->is_running || x->is_found || x->env->http == NULL || !is_any_left(x))
        return;
    x->is_running = true;
    /* From the loop: who starts it is not told of failures meanwhile. */
    loop_timer_arm(x->env->loop, &x->timer, loop_now_ms(x->env->loop));
}

void exactsource_stop(struct exactsource *x)
{
    x->is_running = false;
    loop_timer_cancel(x->env->loop, &x->timer);
    if (x->get != NULL)
        http_cancel(x->env->http, x->get);
    x->get = NULL;
}

struct exactsource *exactsource_new(struct env *env,
                                    const struct magnet *magnet,
                                    const struct exactsource_host *host)
{
    struct exactsource *x = xzalloc(sizeof *x);
    x->env = env;
    x->magnet = magnet;
    x->host = *host;
    loop_timer_init(&x->timer, on_timer, x);
    return x;
}

void exactsource_free(struct exactsource *x)
{
    if (x == NULL)
        return;
    exactsource_stop(x);
    free(x);
}

/* ---- Questions ---- */

bool exactsource_is_at_work(const struct exactsource *x)
{
    return x->get != NULL || loop_timer_armed(&x->timer);
}

void exactsource_words(const struct exactsource *x, struct cause *out)
{
    if (x->get != NULL)
        cause_set(out, "fetching its .torrent from %s", x->from);
    else if (x->words.text[0] != '\0')
        cause_set(out, "its .torrent at %s", x->words.text);
    else
        out->text[0] = '\0';
}

const char *exactsource_from(const struct exactsource *x)
{
    return x->is_found ? x->from : NULL;
}
