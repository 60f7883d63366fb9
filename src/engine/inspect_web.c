#include "config.h"

#include "engine/inspect_web.h"

#include <stdio.h>
#include <string.h>

#include "model/timeline.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { GIVING_MS = 5000 /* a block came since */ };

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

bool inspect_web_is_shown(const struct webserver *s)
{
    return s->has_slot && s->health.state != WEBSEED_DROPPED &&
           webseeds_are_running(s->torrent);
}

size_t inspect_web_n_shown(const struct torrent *t)
{
    size_t n = 0;
    const struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        n += inspect_web_is_shown(s);
    return n;
}

static bool is_giving(const struct webserver *s, int64_t now_ms)
{
    return s->health.last_block_ms > 0 &&
           now_ms - s->health.last_block_ms <= GIVING_MS;
}

/* Host and port, and whether it is by TLS: the rest of a row says that it is of the web. */
static void name_row(const struct webserver *s, struct detail_peer *p)
{
    char url[DETAIL_WEB_LEN];
    webserver_name(s, url, sizeof url);
    const char *host = strstr(url, "://");
    host = host != NULL ? host + 3 : url;
    snprintf(p->web, sizeof p->web, "%.*s", (int)strcspn(host, "/"), host);
    char *rest = strstr(p->web, "...");
    if (rest != NULL)
        *rest = '\0';
    p->is_encrypted = strncmp(url, "https:", strlen("https:")) == 0;
    snprintf(p->client, sizeof p->client, "%s",
             p->is_encrypted ? "HTTPS" : "HTTP");
}

static void add_row(struct webserver *s, struct detail *d, int64_t now_ms)
{
    struct torrent *t = s->torrent;
    struct detail_peer *p = &d->peers[d->n_peers++];
    struct block_ref next = {0, 0};
    bool gets_block = webserver_next_block(s, &next);
    uint32_t n_asked = webserver_n_asked(s);
    *p = (struct detail_peer){
        .id = s->id,
        .slot = s->slot,
        .source = DETAIL_BY_TORRENT,
        .am_choking = true,
        .am_interested = s->health.state == WEBSEED_READY,
        .is_seed = bitset_full(s->has),
        .is_upload_only = true,
        .has_piece = d->focus.piece_idx < t->geo->n_pieces &&
                     bitset_get(s->has, d->focus.piece_idx),
        .is_downloading = gets_block && is_giving(s, now_ms),
        .n_pieces = (uint32_t)bitset_count(s->has),
        .n_gives = (uint32_t)bitset_count_and(s->has, pieces_wanted(t->pieces)),
        .n_outstanding = n_asked,
        .depth = n_asked,
        .rate_down_Bps = rate_Bps(&s->health.rate, now_ms),
        .bytes_down = s->health.rate.total,
        .bytes_wasted = s->bytes_wasted,
        .rtt_us = -1,
        .request_delay_ms = -1,
        .connected_ms = s->since_ms,
        .last_rx_ms = s->health.last_block_ms,
        .last_block_ms = s->health.last_block_ms,
        .choke_ms = s->since_ms,
        .n_rejects = s->n_errors,
        .n_bad = s->n_bad,
        .gets_block = gets_block,
        .now_piece_idx = next.piece_idx,
        .now_block_idx = next.block_idx,
        .trust = blame_trust(t->blame, &s->blamed_as),
    };
    name_row(s, p);
    snprintf(p->words, sizeof p->words, "%.*s", DETAIL_WORDS_LEN - 1,
             s->health.words.text);
}

void inspect_web_peers(struct torrent *t, struct detail *d)
{
    int64_t now_ms = now_of(t);
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++)
        if (inspect_web_is_shown(s))
            add_row(s, d, now_ms);
}

static enum detail_web_state state_of(const struct webserver *s)
{
    switch (s->health.state) {
    case WEBSEED_READY:
        break;
    case WEBSEED_RESTING:
        return DETAIL_WEB_RESTING;
    case WEBSEED_DROPPED:
        return DETAIL_WEB_DROPPED;
    }
    return s->health.n_active > 0 ? DETAIL_WEB_ACTIVE : DETAIL_WEB_UNUSED;
}

void inspect_web_list(struct torrent *t, struct detail *d)
{
    int64_t now_ms = now_of(t);
    size_t n = 0;
    while (webseeds_at(t, n) != NULL)
        n++;
    d->webs = xcalloc(n, sizeof *d->webs);
    for (; d->n_webs < n; d->n_webs++) {
        struct webserver *s = webseeds_at(t, d->n_webs);
        struct detail_web *w = &d->webs[d->n_webs];
        *w = (struct detail_web){.id = s->id,
                                 .slot = s->slot,
                                 .state = state_of(s),
                                 .is_http_seed = s->is_http_seed,
                                 .is_rangeless = s->health.is_rangeless,
                                 .n_active = s->health.n_active,
                                 .n_lacking = s->n_lacking,
                                 .n_errors = s->n_errors,
                                 .rate_Bps = rate_Bps(&s->health.rate, now_ms),
                                 .bytes_down = s->health.rate.total,
                                 .bytes_wasted = s->bytes_wasted,
                                 .retry_ms = s->health.retry_ms};
        webserver_name(s, w->url, sizeof w->url);
        snprintf(w->words, sizeof w->words, "%.*s", DETAIL_WORDS_LEN - 1,
                 s->health.words.text);
    }
}

void inspect_web_why(struct torrent *t, int64_t now_ms, struct why_input *out)
{
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++) {
        if (!s->is_joined)
            continue;
        uint64_t rate = rate_Bps(&s->health.rate, now_ms);
        out->n_peers++;
        out->n_seeds++;
        if (rate > out->best_peer_Bps)
            out->best_peer_Bps = rate;
        if (pieces_n_wanted(t->pieces) == 0)
            continue;
        out->n_useful++;
        out->n_giving += is_giving(s, now_ms);
    }
}

void inspect_web_second(struct torrent *t, int64_t now_ms)
{
    struct webserver *s;
    for (size_t i = 0; (s = webseeds_at(t, i)) != NULL; i++) {
        if (s->timeline == NULL || !inspect_web_is_shown(s))
            continue;
        uint64_t kiBps = (rate_Bps(&s->health.rate, now_ms) + 1023) / 1024;
        bool wants = s->health.state == WEBSEED_READY;
        struct timeline_slot slot = {
            .flags = (uint8_t)(TIMELINE_KNOWN | TIMELINE_WE_CHOKE |
                               (wants ? TIMELINE_WE_INTERESTED
                                      : TIMELINE_THEY_CHOKE)),
            .depth_pct =
                (uint8_t)(100 * s->health.n_active / WEBSEED_MAX_ACTIVE),
            .down_kiBps = kiBps < UINT16_MAX ? (uint16_t)kiBps : UINT16_MAX};
        timeline_add(s->timeline, now_ms / 1000, slot);
    }
}
