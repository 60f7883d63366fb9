#include "config.h"

#include "tests/engine/webstage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/queue.h"
#include "engine/overall.h"
#include "net/http.h"
#include "net/loop.h"
#include "util/xalloc.h"

#include <check.h>

enum {
    TURNS = 5000,
    WAIT_MS =
        2, /* for descriptors; the time of the loop runs at least as fast */
    STEP_MS = 4,
    SKIPS = 50
};

static bool disk_is_busy(void *ctx)
{
    struct webstage *s = ctx;
    return diskq_depth(s->outside.env.disk, NULL) > 0;
}

static void post(void *ctx, const struct event *e)
{
    struct webstage *s = ctx;
    s->n_events[e->kind]++;
    if (e->kind == EVENT_WEB_SEED)
        memcpy(s->words, e->text, sizeof s->words);
}

static enum err no_dial(void *ctx, const struct addr *remote,
                        const struct conn_handler *handler, struct conn **out)
{
    (void)ctx;
    (void)remote;
    (void)handler;
    (void)out;
    return ERR_SYS;
}

static char paths[WEBSTAGE_MAX_PAGES][32];

void webstage_init(struct webstage *s, const uint64_t *sizes, size_t n_files,
                   uint32_t piece_len)
{
    struct env *env = &s->outside.env;
    memset(s, 0, sizeof *s);
    outside_init(&s->outside);
    limits_init(&s->outside.limits, 0, 0, 0, loop_now_ms(env->loop));
    s->scratch = xmalloc(ENV_SCRATCH_LEN);
    env->pool = pool_new(POOL_DEFAULT_BYTES);
    env->dial = no_dial;
    env->disk_is_busy = disk_is_busy;
    env->post = post;
    env->ctx = s;
    env->scratch = s->scratch;
    ck_assert_int_eq(diskq_new(0, NULL, NULL, &env->disk), OK);
    overall_init(&s->overall, env->disk);
    s->content = content_new_files(sizes, n_files, piece_len);
    ck_assert_uint_lt(n_files, WEBSTAGE_MAX_PAGES);
    for (size_t i = 0; i < n_files; i++) {
        snprintf(paths[i], sizeof paths[i],
                 n_files > 1 ? "/x/content/%c" : "/x/content", (char)('a' + i));
        s->pages[s->n_pages++] =
            (struct web_page){.path = paths[i],
                              .bytes = s->content->bytes +
                                       s->content->meta->files[i].off,
                              .len = (size_t)sizes[i],
                              .fault = WEB_RANGES};
    }
    s->web = web_new(env->loop, s->pages);
}

static void do_disk(struct webstage *s)
{
    struct disk_job *job;
    while (diskq_run_one(s->outside.env.disk))
        ;
    while ((job = diskq_take_done(s->outside.env.disk)) != NULL)
        if (job->op == DISK_SPACE)
            freespace_on_job(&s->overall.space, job);
        else
            torrent_on_job(s->torrent, job);
}

void webstage_fini(struct webstage *s)
{
    struct env *env = &s->outside.env;
    do_disk(s);
    torrent_free(s->torrent);
    diskq_free(env->disk);
    ck_assert_uint_eq(pool_used(env->pool), 0);
    ck_assert_uint_eq(http_n_active(env->http), 0);
    pool_free(env->pool);
    overall_fini(&s->overall);
    web_free(s->web);
    outside_fini(&s->outside);
    content_free(s->content);
    free(s->scratch);
}

static void begin(struct webstage *s, struct metainfo *meta)
{
    struct torrent_config config = {.id = 1,
                                    .meta = meta,
                                    .store =
                                        simstore_new(s->content, &s->files),
                                    .dir = "files",
                                    .overall = &s->overall};
    s->torrent = torrent_new(&s->outside.env, &config);
    webstage_turn(s);
}

void webstage_start(struct webstage *s, size_t n_seeds, bool is_http_seed)
{
    struct metainfo *meta = content_meta(s->content);
    char **urls = xcalloc(n_seeds, sizeof *urls);
    for (size_t i = 0; i < n_seeds; i++)
        urls[i] =
            xasprintf("http://127.0.0.1:%u/%s#%zu", (unsigned)web_port(s->web),
                      is_http_seed ? "piece" : "x/", i);
    *(is_http_seed ? &meta->http_seeds : &meta->web_seeds) = urls;
    *(is_http_seed ? &meta->n_http_seeds : &meta->n_web_seeds) = n_seeds;
    begin(s, meta);
}

void webstage_start_url(struct webstage *s, const char *url)
{
    struct metainfo *meta = content_meta(s->content);
    meta->web_seeds = xcalloc(1, sizeof *meta->web_seeds);
    meta->web_seeds[0] = xstrdup(url);
    meta->n_web_seeds = 1;
    begin(s, meta);
}

void webstage_turn(struct webstage *s)
{
    do_disk(s);
    ck_assert_int_eq(loop_run_once(s->outside.env.loop, WAIT_MS), OK);
    outside_skip(&s->outside, STEP_MS);
    do_disk(s);
    torrent_check(s->torrent);
    const struct webserver *w;
    for (size_t i = 0; (w = webseeds_at(s->torrent, i)) != NULL; i++)
        webseed_check(&w->health);
}

void webstage_until(struct webstage *s, const int *n, int want)
{
    for (int i = 0; i < TURNS && *n < want; i++)
        webstage_turn(s);
    ck_assert_int_ge(*n, want);
}

void webstage_until_done(struct webstage *s)
{
    webstage_until(s, &s->n_events[EVENT_FINISHED], 1);
    ck_assert_uint_eq(simstore_right_bytes(s->files),
                      s->content->meta->geo.size_bytes);
    ck_assert_uint_eq(simstore_n_wrong(s->files), 0);
}

void webstage_until_state(struct webstage *s, enum webseed_state state)
{
    const struct webserver *w = webseeds_at(s->torrent, 0);
    for (int i = 0; i < TURNS && w->health.state != state; i++)
        webstage_turn(s);
    ck_assert_int_eq(w->health.state, state);
}

void webstage_skip(struct webstage *s, int64_t ms)
{
    /* Steps, so that what is under way goes on meanwhile. */
    for (int i = 0; i < SKIPS; i++) {
        outside_skip(&s->outside, ms / SKIPS);
        webstage_turn(s);
    }
}
