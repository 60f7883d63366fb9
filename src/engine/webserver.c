#include "config.h"

#include "engine/webserver.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/intake.h"
#include "engine/members.h"
#include "engine/webseeds.h"
#include "model/timeline.h"
#include "net/http.h"
#include "net/weburl.h"
#include "util/log.h"
#include "util/xalloc.h"

enum { SLOW_PART = 10 }; /* of the torrent's rate: slower is slow */

static int64_t now_of(const struct webserver *s)
{
    return loop_now_ms(s->torrent->env->loop);
}

/* What it has. */

void webserver_join(struct webserver *s)
{
    if (s->is_joined || s->health.state != WEBSEED_READY)
        return;
    s->is_joined = true;
    if (bitset_full(s->has))
        pieces_seed_joined(s->torrent->pieces);
    else
        pieces_peer_joined(s->torrent->pieces, s->has);
}

void webserver_leave(struct webserver *s)
{
    if (!s->is_joined)
        return;
    s->is_joined = false;
    if (bitset_full(s->has))
        pieces_seed_left(s->torrent->pieces);
    else
        pieces_peer_left(s->torrent->pieces, s->has);
}

/* It cannot give what lies from byte `from` of a file on. */
static void lack(struct webserver *s, size_t file_idx, uint64_t from)
{
    const struct metainfo *meta = s->torrent->meta;
    const struct metainfo_file *file = &meta->files[file_idx];
    bool was_joined = s->is_joined;
    uint32_t first = geometry_piece_at(&meta->geo, file->off + from);
    uint32_t last =
        geometry_piece_at(&meta->geo, file->off + file->size_bytes - 1);
    webserver_leave(s);
    for (uint32_t i = first; i <= last; i++)
        bitset_clear(s->has, i);
    if (was_joined)
        webserver_join(s);
}

/* Runs. */

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

/* Give a block back: somebody else may be asked for it. */
static void give_back(struct webserver_run *r, uint32_t i)
{
    struct torrent *t = r->server->torrent;
    if (!bitset_clear(r->asked, i))
        return;
    struct block_ref b = webrun_block(webfetch_run(r->fetch), t->geo, i);
    if (pieces_blocks(t->pieces, b.piece_idx) != NULL)
        pieces_unask(t->pieces, b, r->server->id);
}

static void give_back_from(struct webserver_run *r, uint32_t first)
{
    for (int64_t i = bitset_next_set(r->asked, first); i >= 0;
         i = bitset_next_set(r->asked, (size_t)i + 1))
        give_back(r, (uint32_t)i);
}

/* Free a run; what it did not bring is given back. */
static void close_run(struct webserver_run *r)
{
    struct webserver *s = r->server;
    uint32_t n_done = webfetch_n_done(r->fetch);
    give_back_from(r, 0);
    if (n_done > 0) {
        s->last = *webfetch_run(r->fetch);
        s->last.n_blocks = n_done;
    }
    webfetch_free(r->fetch);
    bitset_free(r->asked);
    r->fetch = NULL;
    r->asked = NULL;
    members_fill_soon(s->torrent);
}

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
    lack(s, how->file_idx, 0);
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
        lack(s, how->file_idx, WEBSERVER_RANGELESS_SKIP);
    if (is_of_no_use(s))
        webserver_drop(s, how->words);
}

static void fail(struct webserver *s, bool had_blocks,
                 const struct webfetch_end *how)
{
    webseed_on_failed(&s->health, had_blocks, how->wish_s, how->words,
                      now_of(s));
    if (s->health.state == WEBSEED_RESTING && s->health.n_fails == 1)
        webseeds_tell(s, "failed", how->words);
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
    close_run(r);
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

static bool pick_run(struct webserver *s, bool may_endgame, struct webrun *out)
{
    struct torrent *t = s->torrent;
    struct picker_query q = {.peer = s->id,
                             .has = s->has,
                             .may_open = pool_may_open(t->env->pool),
                             .is_slow = is_slow(s),
                             .may_endgame = may_endgame,
                             .is_asked = is_asked,
                             .ctx = s,
                             .now_ms = now_of(s)};
    return webrun_pick(t->picker, t->pieces, &q,
                       s->last.n_blocks > 0 ? &s->last : NULL,
                       webseed_run_bytes(&s->health, q.now_ms), out);
}

/* Where nothing is free, half of a long run that another server gives back in time is
 * better than blocks that come twice. */
static bool pick(struct webserver *s, struct webrun *out)
{
    if (pick_run(s, false, out))
        return true;
    if (s->health.n_active > 0)
        return false;
    if (!is_slow(s) && webseeds_split(s->torrent) && pick_run(s, false, out))
        return true;
    return pick_run(s, true, out);
}

static bool is_limited(const struct torrent *t)
{
    return t->down_limit.limit_Bps != BUCKET_UNLIMITED ||
           t->env->limits->down.limit_Bps != BUCKET_UNLIMITED;
}

static void open_run(struct webserver *s, struct webserver_run *r,
                     const struct webrun *run)
{
    struct torrent *t = s->torrent;
    struct webfetch_config config = {
        .meta = t->meta,
        .url = s->url,
        .redirects = &s->redirects,
        .down = &t->down_limit,
        .is_http_seed = s->is_http_seed,
        .is_limited = is_limited(t),
        .max_skip = s->health.is_rangeless ? (uint64_t)WEBSERVER_RANGELESS_SKIP
                                           : (uint64_t)WEBSERVER_SKIP,
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

bool webserver_begin(struct webserver *s)
{
    struct torrent *t = s->torrent;
    struct webrun run;
    /* With a limit, more requests would only take the share of others. */
    if ((is_limited(t) && s->health.n_active > 0) ||
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

/* Looking after. */

void webserver_cancel(struct webserver *s)
{
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++)
        if (s->runs[i].fetch != NULL) {
            close_run(&s->runs[i]);
            webseed_on_end(&s->health);
        }
}

void webserver_reap(struct webserver *s)
{
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++)
        if (s->runs[i].fetch != NULL && bitset_count(s->runs[i].asked) == 0) {
            close_run(&s->runs[i]);
            webseed_on_end(&s->health);
        }
}

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
    give_back_from(r, n_done + n_keep);
    webfetch_trim(r->fetch, n_done + n_keep);
    members_fill_soon(s->torrent);
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

uint32_t webserver_n_longest(struct webserver *s)
{
    uint32_t n_left;
    longest(s, &n_left);
    return n_left;
}

void webserver_split(struct webserver *s)
{
    uint32_t n_left;
    struct webserver_run *r = longest(s, &n_left);
    assert(n_left >= 2);
    uint32_t n_keep = webfetch_n_done(r->fetch) + n_left / 2;
    give_back_from(r, n_keep);
    webfetch_trim(r->fetch, n_keep);
}

void webserver_tick(struct webserver *s)
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

void webserver_withdraw(struct webserver *s, struct block_ref b)
{
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++) {
        struct webserver_run *r = &s->runs[i];
        int64_t at = r->fetch == NULL ? -1
                                      : webrun_find(webfetch_run(r->fetch),
                                                    s->torrent->geo, b);
        if (at >= 0 && bitset_clear(r->asked, (size_t)at) &&
            bitset_count(r->asked) == 0)
            members_fill_soon(s->torrent);
    }
}

void webserver_reconsider(struct webserver *s)
{
    if (s->is_refused)
        webseed_wake(&s->health);
    s->is_refused = false;
}

void webserver_drop(struct webserver *s, const char *words)
{
    if (s->health.state == WEBSEED_DROPPED)
        return;
    webseed_drop(&s->health, words);
    webserver_leave(s);
    webserver_cancel(s);
    webseeds_tell(s, "given up", words);
}

uint32_t webserver_n_asked(const struct webserver *s)
{
    size_t n = 0;
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++)
        if (s->runs[i].fetch != NULL)
            n += bitset_count(s->runs[i].asked);
    return (uint32_t)n;
}

bool webserver_next_block(const struct webserver *s, struct block_ref *out)
{
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++) {
        const struct webfetch *f = s->runs[i].fetch;
        if (f == NULL || webfetch_n_done(f) == webfetch_n_kept(f))
            continue;
        *out =
            webrun_block(webfetch_run(f), s->torrent->geo, webfetch_n_done(f));
        return true;
    }
    return false;
}

/* Beginning and end. */

void webserver_init(struct webserver *s, struct torrent *t, const char *url,
                    bool is_http_seed, uint16_t number)
{
    const uint8_t ip[4] = {0, 0, (uint8_t)(number >> 8), (uint8_t)number};
    struct cause cause;
    *s = (struct webserver){.torrent = t,
                            .url = url,
                            .is_http_seed = is_http_seed,
                            .id = ++t->next_id,
                            .blamed_as = addr_v4(ip, 0)};
    webseed_init(&s->health);
    s->has = bitset_new(t->geo->n_pieces);
    bitset_set_all(s->has);
    if (!weburl_may_fetch(url, HTTP_MAX_URL_LEN, &cause))
        webseed_drop(&s->health, cause.text);
}

void webserver_fini(struct webserver *s)
{
    webserver_cancel(s);
    redirects_fini(&s->redirects);
    bitset_free(s->has);
    free(s->timeline);
}
