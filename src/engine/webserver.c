#include "config.h"

#include "engine/webserver.h"

#include <stdlib.h>

#include "model/timeline.h"
#include "net/http.h"
#include "net/weburl.h"
#include "swarm/endgame.h"
#include "util/xalloc.h"

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

void webserver_lack(struct webserver *s, size_t file_idx, uint64_t from)
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

void webserver_close_run(struct webserver_run *r)
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
    torrent_fill_soon(s->torrent);
}

void webserver_cut_run(struct webserver_run *r, uint32_t n_keep)
{
    give_back_from(r, n_keep);
    webfetch_trim(r->fetch, n_keep);
}

void webserver_cancel(struct webserver *s)
{
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++)
        if (s->runs[i].fetch != NULL) {
            webserver_close_run(&s->runs[i]);
            webseed_on_end(&s->health);
        }
}

void webserver_reap(struct webserver *s)
{
    for (size_t i = 0; i < WEBSEED_MAX_ACTIVE; i++)
        if (s->runs[i].fetch != NULL && bitset_count(s->runs[i].asked) == 0) {
            webserver_close_run(&s->runs[i]);
            webseed_on_end(&s->health);
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
            torrent_fill_soon(s->torrent);
    }
}

struct outlook webserver_outlook(const struct webserver *s)
{
    int64_t now_ms = loop_now_ms(s->torrent->env->loop);
    uint64_t bytes = (uint64_t)webserver_n_asked(s) * GEOMETRY_BLOCK_LEN;
    return outlook_of(now_ms, OUTLOOK_ROUND_MS,
                      pace_Bps(&s->health.pace, now_ms), bytes);
}

void webserver_tell_orders(const struct webserver *s, struct endgame *e)
{
    struct outlook all = webserver_outlook(s);
    for (size_t k = 0; k < WEBSEED_MAX_ACTIVE; k++) {
        const struct webserver_run *r = &s->runs[k];
        if (r->fetch == NULL)
            continue;
        struct outlook o = all;
        int64_t began_ms = webfetch_began_ms(r->fetch);
        int64_t last_ms = webfetch_last_ms(r->fetch);
        uint32_t n_done = webfetch_n_done(r->fetch);
        if (last_ms < began_ms + o.round_ms)
            last_ms = began_ms + o.round_ms;
        outlook_is_silent(&o, last_ms, GEOMETRY_BLOCK_LEN);
        /* Its runs share its pace. */
        for (int64_t i = bitset_next_set(r->asked, n_done); i >= 0;
             i = bitset_next_set(r->asked, (size_t)i + 1)) {
            uint64_t end = ((uint64_t)i - n_done + 1) * GEOMETRY_BLOCK_LEN *
                           s->health.n_active;
            struct block_ref b = webrun_block(webfetch_run(r->fetch),
                                              s->torrent->geo, (uint32_t)i);
            endgame_tell(e, b, s->id, outlook_due_ms(&o, began_ms, end),
                         outlook_stop_ms(&o));
        }
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
    webserver_tell(s, "given up", words);
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

/* What others see. */

void webserver_name(const struct webserver *s, char *dst, size_t cap)
{
    (void)http_safe_url(dst, cap, s->url);
}

void webserver_tell(struct webserver *s, const char *what, const char *words)
{
    char name[HTTP_SAFE_URL_MAX];
    webserver_name(s, name, sizeof name);
    char *line = xasprintf("web seed %s: %s: %s", name, what, words);
    torrent_post_about(s->torrent,
                       (struct event){.kind = EVENT_WEB_SEED,
                                      .err = (int)ERR_REFUSED,
                                      .peer = s->id},
                       line);
    free(line);
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
