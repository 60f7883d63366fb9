#include "config.h"

#include "engine/webasking.h"

#include "engine/intake.h"
#include "engine/watch.h"
#include "engine/webseeds.h"
#include "net/http.h"
#include "util/log.h"

enum {
    SLOW_PART = 10,    /* of the torrent's rate: slower is slow */
    SPLIT_BLOCKS = 32, /* fewer are not worth another request */
    SKIP = 1 << 20,    /* in vain, of a file that is sent whole: at first */
    RANGELESS_SKIP = 16 << 20 /* and of a server known to do that */
};

static int64_t now_of(const struct webserver *s)
{
    return loop_now_ms(s->torrent->env->loop);
}

/* What comes. */

static bool on_block(void *ctx, struct webfetch *f, struct block_ref b,
                     const uint8_t *bytes)
{
    struct webserver_run *r = ctx;
    struct webserver *s = r->server;
    uint32_t len = geometry_block_len(s->torrent->geo, b);
    webseed_on_block(&s->health, len, now_of(s));
    bool was_asked = bitset_clear(r->asked, webfetch_n_done(f) - 1);
    if (!intake_take(s->torrent, s->id, b, bytes, was_asked))
        s->bytes_wasted += len;
    return bitset_count(r->asked) > 0;
}

static void on_vain(void *ctx, size_t n)
{
    struct webserver_run *r = ctx;
    r->server->bytes_wasted += n;
    r->server->torrent->bytes_wasted += n;
}

/* Errors. */

static bool says_never(int status)
{
    return status == 401 || status == 403 || status == 404 || status == 410 ||
           status == 416 || status == 451;
}

/* Nothing of what is wanted is left there. */
static bool is_of_no_use(const struct webserver *s)
{
    return bitset_count(s->has) == 0;
}

/* One file is not there: of one server, others may be. */
static void miss_file(struct webserver *s, const struct webfetch_end *how)
{
    s->n_lacking++;
    webserver_lack(s, how->file_idx, 0);
    webseed_on_end(&s->health);
    if (is_of_no_use(s) || s->is_http_seed)
        webserver_drop(s, how->words);
    else
        cause_set(&s->health.words, "%s: %u file%s", how->words, s->n_lacking,
                  s->n_lacking == 1 ? "" : "s");
}

static void meet_rangeless(struct webserver *s, const struct webfetch_end *how)
{
    bool was_known = s->health.is_rangeless;
    webseed_on_rangeless(&s->health);
    webseed_on_end(&s->health);
    if (was_known)
        webserver_lack(s, how->file_idx, RANGELESS_SKIP);
    if (is_of_no_use(s))
        webserver_drop(s, how->words);
}

static void fail(struct webserver *s, bool had_blocks,
                 const struct webfetch_end *how)
{
    webseed_on_failed(&s->health, had_blocks, how->wish_s, how->words,
                      now_of(s));
    if (s->health.state == WEBSEED_RESTING && s->health.n_fails == 1)
        webserver_tell(s, "failed", how->words);
    if (s->health.state == WEBSEED_RESTING && s->health.n_active == 0)
        webserver_leave(s);
}

/* What an error means for all of the server. */
static void judge(struct webserver *s, bool had_blocks,
                  const struct webfetch_end *how)
{
    s->n_errors++;
    s->is_refused = how->is_refused;
    log_write(LOG_HTTP, LOG_INFO, "torrent %u: web seed %u: %s", s->torrent->id,
              s->id, how->words);
    if (how->is_refused)
        fail(s, had_blocks, how);
    else if (how->err == ERR_REFUSED && says_never(how->status))
        miss_file(s, how);
    else if (how->err == ERR_UNSUPPORTED && how->status == 200)
        meet_rangeless(s, how);
    else if (how->err == ERR_INVALID || how->err == ERR_UNSUPPORTED ||
             how->err == ERR_SYNTAX || how->err == ERR_TOO_BIG) {
        webseed_on_end(&s->health);
        webserver_drop(s, how->words);
    } else
        fail(s, had_blocks, how);
}

static void end_run(struct webserver_run *r, const struct webfetch_end *how)
{
    struct webserver *s = r->server;
    bool had_blocks = webfetch_n_done(r->fetch) > 0;
    if (webfetch_was_whole(r->fetch))
        webseed_on_rangeless(&s->health);
    webserver_close_run(r);
    if (how->err == OK)
        webseed_on_end(&s->health);
    else
        judge(s, had_blocks, how);
    torrent_touch(s->torrent);
}

static void on_end(void *ctx, struct webfetch *f,
                   const struct webfetch_end *how)
{
    (void)f;
    end_run(ctx, how);
}

/* Asking. */

static bool is_asked(const void *ctx, struct block_ref b)
{
    const struct webserver *s = ctx;
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++) {
        const struct webserver_run *r = &s->runs[i];
        int64_t at = r->fetch == NULL ? -1
                                      : webrun_find(webfetch_run(r->fetch),
                                                    s->torrent->geo, b);
        if (at >= 0 && bitset_get(r->asked, (size_t)at))
            return true;
    }
    return false;
}

static struct webserver_run *free_run(struct webserver *s)
{
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++)
        if (s->runs[i].fetch == NULL)
            return &s->runs[i];
    return NULL;
}

/* Does it bring so little of what comes that it should not hold pieces up? */
static bool is_slow(struct webserver *s)
{
    struct torrent *t = s->torrent;
    int64_t now_ms = now_of(s);
    return rate_Bps(&s->health.rate, now_ms) * SLOW_PART <
           rate_Bps(&t->down, now_ms);
}

/* outlook: it may be asked for what others are asked for; or NULL. */
static bool pick_run(struct webserver *s, const struct outlook *outlook,
                     struct webrun *out)
{
    struct torrent *t = s->torrent;
    struct picker_query q = {.peer = s->id,
                             .has = s->has,
                             .may_open = pool_may_open(t->env->pool),
                             .is_slow = is_slow(s),
                             .is_idle = outlook != NULL,
                             .outlook = outlook,
                             .is_frugal = intake_is_frugal(t),
                             .is_careful = intake_is_limited(t),
                             .is_asked = is_asked,
                             .ctx = s,
                             .now_ms = now_of(s)};
    return webrun_pick(t->picker, t->pieces, &q,
                       s->last.n_blocks > 0 ? &s->last : NULL,
                       webseed_run_bytes(&s->health, q.now_ms), out);
}

/* The run that has most still to bring, and how many blocks; NULL: there is none. */
static struct webserver_run *longest(struct webserver *s, uint32_t *n_left_out)
{
    struct webserver_run *found = NULL;
    *n_left_out = 0;
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++) {
        const struct webfetch *f = s->runs[i].fetch;
        uint32_t n_left =
            f == NULL ? 0 : webfetch_n_kept(f) - webfetch_n_done(f);
        if (n_left > *n_left_out) {
            *n_left_out = n_left;
            found = &s->runs[i];
        }
    }
    return found;
}

/* Have the server whose run has most still to bring give half of that back, for another
 * one; false: none has SPLIT_BLOCKS left. */
static bool split_longest(struct torrent *t)
{
    struct webserver *s;
    struct webserver_run *most = NULL;
    uint32_t n_most = SPLIT_BLOCKS - 1;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++) {
        uint32_t n_left;
        struct webserver_run *r = longest(s, &n_left);
        if (n_left > n_most) {
            n_most = n_left;
            most = r;
        }
    }
    if (most != NULL)
        webserver_cut_run(most, webfetch_n_done(most->fetch) + n_most / 2);
    return most != NULL;
}

/* Where nothing is free, half of a long run that another server gives back in time is
 * better than blocks that come twice. */
static bool pick(struct webserver *s, struct webrun *out)
{
    if (pick_run(s, NULL, out))
        return true;
    if (s->health.n_active > 0)
        return false;
    if (!is_slow(s) && split_longest(s->torrent) && pick_run(s, NULL, out))
        return true;
    struct outlook outlook = webserver_outlook(s);
    return pick_run(s, &outlook, out);
}

static void open_run(struct webserver *s, struct webserver_run *r,
                     const struct webrun *run)
{
    struct torrent *t = s->torrent;
    struct webfetch_config config = {.meta = t->meta,
                                     .url = s->url,
                                     .redirects = &s->redirects,
                                     .down = &t->down_limit,
                                     .is_http_seed = s->is_http_seed,
                                     .is_limited = intake_is_limited(t),
                                     .max_skip = s->health.is_rangeless
                                                     ? (uint64_t)RANGELESS_SKIP
                                                     : (uint64_t)SKIP,
                                     .run = *run};
    struct webfetch_owner owner = {.on_block = on_block,
                                   .on_vain = on_vain,
                                   .on_end = on_end,
                                   .ctx = r};
    r->server = s;
    r->asked = bitset_new(run->n_blocks);
    bitset_set_all(r->asked);
    webseed_on_begin(&s->health);
    if (s->since_ms == 0)
        s->since_ms = now_of(s);
    r->fetch = webfetch_new(t->env, &config, &owner);
}

static bool begin(struct webserver *s)
{
    struct torrent *t = s->torrent;
    struct webrun run;
    /* With a limit, more requests would only take the share of others. */
    if ((intake_is_limited(t) && s->health.n_active > 0) ||
        !webseed_may_begin(&s->health, now_of(s)) ||
        !http_may_stream(t->env->http, s->redirects.origin != NULL
                                           ? s->redirects.origin
                                           : s->url))
        return false;
    webserver_join(s);
    struct webserver_run *r = free_run(s);
    if (r == NULL || !pick(s, &run))
        return false;
    open_run(s, r, &run);
    return true;
}

void webasking_fill(struct torrent *t)
{
    if (!webseeds_are_running(t))
        return;
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        webserver_reap(s);
    if (t->state != TORRENT_RUNNING)
        return;
    /* One each, then one more each. */
    bool has_begun = true;
    while (has_begun) {
        has_begun = false;
        for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
            has_begun = begin(s) || has_begun;
    }
}

/* Looking after. */

/* A server that is slow does not keep what others could bring. */
static void trim(struct webserver_run *r)
{
    const struct webserver *s = r->server;
    uint32_t n_done = webfetch_n_done(r->fetch);
    uint32_t n_left = webfetch_n_kept(r->fetch) - n_done;
    uint32_t n_keep = webseed_keep(n_left, webfetch_got_bytes(r->fetch),
                                   now_of(s) - webfetch_began_ms(r->fetch));
    if (n_keep == n_left)
        return;
    webserver_cut_run(r, n_done + n_keep);
    torrent_fill_soon(s->torrent);
}

static void look_after(struct webserver *s)
{
    static const struct webfetch_end stalled = {.err = ERR_TIMEOUT,
                                                .words =
                                                    "sent nothing for 20 s"};
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++) {
        struct webserver_run *r = &s->runs[i];
        if (r->fetch == NULL)
            continue;
        if (now_of(s) - webfetch_last_ms(r->fetch) < WEBSEED_STALL_MS)
            trim(r);
        else if (!webfetch_leave_detour(r->fetch))
            end_run(r, &stalled);
    }
}

static void on_second(struct torrent *t)
{
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        look_after(s);
    webasking_fill(t);
}

void webasking_run(struct torrent *t)
{
    struct webserver *s;
    if (!webseeds_run(t))
        return;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        watch_on_web(s);
}

void webasking_init(struct torrent *t)
{
    webseeds_init(t, on_second);
}
