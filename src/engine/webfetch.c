#include "config.h"

#include "engine/webfetch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/redirects.h"
#include "meta/webpath.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/weburl.h"
#include "util/log.h"
#include "util/xalloc.h"

enum {
    MIN_QUOTA = 2048, /* with a limit, nothing is taken below this */
    MEMORY_WAIT_MS = 20,
    MAX_WISH_DIGITS = 6, /* BEP 17: seconds, in the body of a 503 */
    STATUS_OK = 200,
    STATUS_BUSY = 503
};

struct webfetch {
    struct env *env; /* borrowed: the session's */
    struct webfetch_config config;
    struct webfetch_owner owner;
    struct loop_timer timer; /* begins, and goes on after a pause */
    struct http_get *get;    /* under way, or NULL */
    char *url;      /* owned: that the server has what is asked for under */
    bool is_detour; /* asked for where a redirect led, in place of that */
    struct metainfo_part part; /* what it is to bring */
    uint64_t part_end;         /* in the torrent */
    uint64_t off, end; /* in the torrent: the next byte, and its last + 1 */
    uint32_t n_done, n_kept;
    int64_t began_ms, last_ms;
    bool is_paused;
    bool had_share; /* since it paused last */
    bool is_enough; /* no more is wanted */
    bool was_whole;
    bool is_refused; /* the last request was, by the session */
    size_t filled;   /* of block */
    uint8_t block[GEOMETRY_BLOCK_LEN];
};

static int64_t now_of(const struct webfetch *f)
{
    return loop_now_ms(f->env->loop);
}

static void end(struct webfetch *f, enum err err, int status, const char *words,
                int64_t wish_s)
{
    const struct webfetch_end how = {.err = err,
                                     .status = status,
                                     .words = words,
                                     .wish_s = wish_s,
                                     .file_idx = f->part.file_idx,
                                     .is_refused = f->is_refused};
    f->owner.on_end(f->owner.ctx, f, &how);
}

/* Take what comes next; false when no more is wanted. */
static bool feed(struct webfetch *f, const uint8_t *bytes, size_t len)
{
    const struct geometry *geo = &f->config.meta->geo;
    f->last_ms = now_of(f);
    while (len > 0 && f->off < f->end && !f->is_enough) {
        struct block_ref b = webrun_block(&f->config.run, geo, f->n_done);
        size_t left = geometry_block_len(geo, b) - f->filled;
        size_t n = len < left ? len : left;
        memcpy(f->block + f->filled, bytes, n);
        f->filled += n;
        f->off += n;
        bytes += n;
        len -= n;
        if (n < left)
            break;
        f->filled = 0;
        f->n_done++;
        f->is_enough = !f->owner.on_block(f->owner.ctx, f, b, f->block);
    }
    return !f->is_enough && len == 0;
}

/* Limits and memory. */

/* Milliseconds until bytes may come; 0: now. */
static int64_t wait_ms(struct webfetch *f)
{
    struct env *env = f->env;
    int64_t now_ms = now_of(f);
    if (pool_is_full(env->pool) && env->disk_is_busy(env->ctx))
        return MEMORY_WAIT_MS;
    int64_t all_ms = bucket_wait_ms(&env->limits->down, MIN_QUOTA, now_ms);
    int64_t own_ms = bucket_wait_ms(f->config.down, MIN_QUOTA, now_ms);
    return all_ms > own_ms ? all_ms : own_ms;
}

static enum http_take on_data(void *ctx, const uint8_t *bytes, size_t len,
                              size_t n_vain)
{
    struct webfetch *f = ctx;
    int64_t ms = wait_ms(f);
    f->is_paused = ms > 0;
    if (f->is_paused) {
        /* As with peers: who had a share comes after those who had none. */
        loop_timer_arm(f->env->loop, &f->timer,
                       now_of(f) + ms + (f->had_share ? 1 : 0));
        f->had_share = false;
        return HTTP_PAUSE;
    }
    f->had_share = true;
    bucket_take(&f->env->limits->down, len + n_vain, now_of(f));
    bucket_take(f->config.down, len + n_vain, now_of(f));
    if (n_vain > 0)
        f->owner.on_vain(f->owner.ctx, n_vain);
    bool is_wanted = feed(f, bytes, len);
    /* Cut short meanwhile, it ends before what was asked for does. */
    if (f->off == f->end && f->end < f->part_end)
        is_wanted = false;
    return is_wanted ? HTTP_TAKEN : HTTP_ENOUGH;
}

/* Requests. */

/* BEP 17: the body of a 503 is a number of seconds. */
static int64_t read_wish(const struct http_reply *r)
{
    int64_t s = 0;
    if (r->status != STATUS_BUSY || r->body.len == 0 ||
        r->body.len > MAX_WISH_DIGITS)
        return r->retry_after_s;
    for (size_t i = 0; i < r->body.len; i++) {
        if (r->body.p[i] < '0' || r->body.p[i] > '9')
            return r->retry_after_s;
        s = s * 10 + (r->body.p[i] - '0');
    }
    return s;
}

static void go_on(struct webfetch *f);

static size_t redirects_place(const struct webfetch *f)
{
    return f->config.is_http_seed ? REDIRECTS_NO_FILE : f->part.file_idx;
}

/* Where redirects led: to remember, or no more. */
static void note_redirects(struct webfetch *f, const struct http_reply *r)
{
    struct redirects *known = f->config.redirects;
    size_t place = redirects_place(f);
    if (f->is_detour && r->err != OK) {
        log_write(LOG_HTTP, LOG_INFO, "where a web seed redirected to: %s",
                  r->words);
        redirects_fail(known, place, now_of(f));
    } else if (f->is_detour && r->effective_url != NULL)
        redirects_forget(known, place);
    else if (r->err == OK && r->effective_url != NULL)
        redirects_learn(known, place, f->url, r->effective_url, now_of(f));
}

static void on_done(void *ctx, const struct http_reply *r)
{
    struct webfetch *f = ctx;
    const struct metainfo_file *file = &f->config.meta->files[f->part.file_idx];
    f->get = NULL;
    f->is_paused = false;
    f->is_refused = r->is_refused;
    loop_timer_cancel(f->env->loop, &f->timer);
    if (!f->config.is_http_seed && r->status == STATUS_OK &&
        f->part.len < file->size_bytes)
        f->was_whole = true;
    note_redirects(f, r);
    /* Who wants to be left alone is not asked by another way either. */
    if (r->err == OK || (f->is_detour && read_wish(r) == 0))
        go_on(f);
    else
        end(f, r->err, r->status, r->words, read_wish(r));
}

/* The part that is next: of a file, or of a piece. */
static void next_part(struct webfetch *f)
{
    const struct metainfo *m = f->config.meta;
    uint64_t left = f->end - f->off;
    f->part = metainfo_part_at(m, f->off, left);
    f->part_end = f->off + f->part.len;
    if (!f->config.is_http_seed)
        return;
    uint32_t piece_idx = geometry_piece_at(&m->geo, f->off);
    uint64_t from = f->off - geometry_piece_off(&m->geo, piece_idx);
    uint64_t rest = geometry_piece_len(&m->geo, piece_idx) - from;
    f->part.from = from;
    f->part.len = rest < left ? rest : left;
    f->part.is_pad = false;
    f->part_end = f->off + f->part.len;
}

static char *url_of(const struct webfetch *f)
{
    const struct metainfo *m = f->config.meta;
    if (!f->config.is_http_seed)
        return webpath_url(m, f->config.url, f->part.file_idx);
    return webpath_piece_url(m, f->config.url,
                             geometry_piece_at(&m->geo, f->off),
                             (uint32_t)f->part.from, (uint32_t)f->part.len);
}

/* The same addresses are allowed by either way: those that the server's own URL allows. */
static void ask(struct webfetch *f, const struct http_stream *stream)
{
    struct weburl own = {.names_private = false};
    char *detour = redirects_find(f->config.redirects, redirects_place(f),
                                  f->url, now_of(f));
    f->is_detour = detour != NULL;
    struct http_request r = {.url = f->is_detour ? detour : f->url,
                             .stream = stream};
    if (f->is_detour && weburl_read(f->url, HTTP_MAX_URL_LEN, &own) == OK)
        r.allow_private = own.names_private;
    f->get = http_get(f->env->http, &r, on_done, f);
    free(detour);
}

static void request(struct webfetch *f)
{
    const struct metainfo *m = f->config.meta;
    char *url = url_of(f);
    if (url == NULL) {
        end(f, ERR_TOO_BIG, 0, "its URL is too long", 0);
        return;
    }
    struct http_stream stream = {.want = {.len = f->part.len,
                                          .is_in_url = f->config.is_http_seed},
                                 .in_sips = f->config.is_limited,
                                 .on_data = on_data};
    if (!f->config.is_http_seed) {
        stream.want.from = f->part.from;
        stream.want.size = m->files[f->part.file_idx].size_bytes;
        stream.want.max_skip = f->config.max_skip;
    }
    f->last_ms = now_of(f);
    free(f->url);
    f->url = url;
    ask(f, &stream);
}

static void feed_padding(struct webfetch *f)
{
    static const uint8_t zeros[GEOMETRY_BLOCK_LEN];
    for (uint64_t left = f->part.len; left > 0 && !f->is_enough;) {
        size_t n = left < sizeof zeros ? (size_t)left : sizeof zeros;
        (void)feed(f, zeros, n);
        left -= n;
    }
}

/* Ask for what is next, or end. */
static void go_on(struct webfetch *f)
{
    while (f->off < f->end && !f->is_enough) {
        next_part(f);
        if (!f->part.is_pad) {
            request(f);
            return;
        }
        feed_padding(f);
    }
    end(f, OK, 0, "", 0);
}

static void on_timer(void *ctx)
{
    struct webfetch *f = ctx;
    if (f->get == NULL) {
        go_on(f);
        return;
    }
    f->is_paused = false;
    f->last_ms = now_of(f);
    http_resume(f->env->http, f->get);
}

struct webfetch *webfetch_new(struct env *env,
                              const struct webfetch_config *config,
                              const struct webfetch_owner *owner)
{
    const struct geometry *geo = &config->meta->geo;
    struct webfetch *f = xzalloc(sizeof *f);
    f->env = env;
    f->config = *config;
    f->owner = *owner;
    f->n_kept = config->run.n_blocks;
    f->off = webrun_off(&config->run, geo);
    f->end = webrun_end(&config->run, geo, f->n_kept);
    f->began_ms = f->last_ms = now_of(f);
    loop_timer_init(&f->timer, on_timer, f);
    loop_timer_arm(env->loop, &f->timer, f->began_ms);
    return f;
}

void webfetch_free(struct webfetch *f)
{
    if (f == NULL)
        return;
    if (f->get != NULL)
        http_cancel(f->env->http, f->get);
    loop_timer_cancel(f->env->loop, &f->timer);
    free(f->url);
    free(f);
}

const struct webrun *webfetch_run(const struct webfetch *f)
{
    return &f->config.run;
}

uint32_t webfetch_n_done(const struct webfetch *f)
{
    return f->n_done;
}

bool webfetch_leave_detour(struct webfetch *f)
{
    if (f->get == NULL || !f->is_detour)
        return false;
    http_cancel(f->env->http, f->get);
    f->get = NULL;
    f->is_paused = false;
    loop_timer_cancel(f->env->loop, &f->timer);
    redirects_fail(f->config.redirects, redirects_place(f), now_of(f));
    go_on(f);
    return true;
}

uint32_t webfetch_n_kept(const struct webfetch *f)
{
    return f->n_kept;
}

void webfetch_trim(struct webfetch *f, uint32_t n_kept)
{
    assert(n_kept > f->n_done && n_kept <= f->n_kept);
    f->n_kept = n_kept;
    f->end = webrun_end(&f->config.run, &f->config.meta->geo, n_kept);
}

int64_t webfetch_last_ms(const struct webfetch *f)
{
    return f->is_paused ? now_of(f) : f->last_ms;
}

int64_t webfetch_began_ms(const struct webfetch *f)
{
    return f->began_ms;
}

uint64_t webfetch_got_bytes(const struct webfetch *f)
{
    return f->off - webrun_off(&f->config.run, &f->config.meta->geo);
}

bool webfetch_was_whole(const struct webfetch *f)
{
    return f->was_whole;
}
