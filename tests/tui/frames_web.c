#include "config.h"

#include "tests/tui/frames_web.h"

#include <stdio.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_flow.h"
#include "tests/tui/frames_peers.h"
#include "util/xalloc.h"

static const struct detail_web webs[] = {
    {.id = 1,
     .url = "http://mirror.example.org...",
     .state = DETAIL_WEB_ACTIVE,
     .n_active = 3,
     .rate_Bps = 9 << 20,
     .bytes_down = 733 << 20},
    {.id = 2,
     .slot = 1,
     .url = "https://cdn.example:8443...",
     .state = DETAIL_WEB_RESTING,
     .n_errors = 2,
     .retry_ms = FRAMES_NOW_MS + 51000,
     .words = "HTTP 503, not available now"},
    {.id = 3,
     .slot = 2,
     .url = "http://192.0.2.80...",
     .state = DETAIL_WEB_DROPPED,
     .n_errors = 1,
     .bytes_down = 5 << 20,
     .bytes_wasted = 1 << 20,
     .words = "sent a whole piece that was wrong (piece 17)"},
    {.id = 4,
     .slot = 3,
     .url = "http://old.example...",
     .is_rangeless = true,
     .state = DETAIL_WEB_UNUSED},
};
enum { N_WEBS = sizeof webs / sizeof *webs };

static void add_webs(struct detail *d)
{
    d->n_webs = N_WEBS;
    d->webs = xmemdup(webs, sizeof webs);
}

static void make_web(struct detail_peer *p, const struct detail_web *w,
                     const char *host, bool is_https)
{
    struct detail_peer web = {
        .id = p->id,
        .slot = p->slot,
        .source = DETAIL_BY_TORRENT,
        .is_encrypted = is_https,
        .am_choking = true,
        .am_interested = w->state != DETAIL_WEB_RESTING,
        .is_seed = true,
        .is_upload_only = true,
        .n_pieces = p->n_pieces,
        .n_gives = p->n_gives,
        .n_outstanding = w->n_active * 192,
        .depth = w->n_active * 192,
        .rate_down_Bps = w->rate_Bps,
        .bytes_down = w->bytes_down,
        .rtt_us = -1,
        .request_delay_ms = -1,
        .connected_ms = p->connected_ms,
        .last_rx_ms = p->last_rx_ms,
        .last_block_ms = p->last_block_ms,
        .choke_ms = p->connected_ms,
        .gets_block = w->n_active > 0,
        .now_piece_idx = 2044,
        .now_block_idx = 13,
    };
    *p = web;
    snprintf(p->web, sizeof p->web, "%s", host);
    snprintf(p->client, sizeof p->client, is_https ? "HTTPS" : "HTTP");
    snprintf(p->words, sizeof p->words, "%s", w->words);
}

struct frame *frames_web(void)
{
    struct frame *f = frames_peers();
    struct detail *d = f->detail;
    make_web(&d->peers[0], &webs[0], "mirror.example.org", false);
    make_web(&d->peers[1], &webs[1], "cdn.example:8443", true);
    add_webs(d);
    return f;
}

struct frame *frames_web_trackers(void)
{
    struct frame *f = frames_flow();
    add_webs(f->detail);
    return f;
}
