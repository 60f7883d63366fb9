#include "config.h"

#include "tests/tui/frames_peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "util/xalloc.h"

enum { N_PIECES = 3772, N_TRACE = 300, N_LOST = 17 };

static const char *const clients[] = {
    "qBittorrent 4.6.3",
    "Transmission 4.0.5",
    "libtorrent 2.0.10",
    "\x1b[2J\x1b[31mhostile \xe2\x80\xae name",
    "日本語クライアント 1.0",
    "?-XX01",
    "",
    "a client that has a name so long that it fills all sixty-three",
};

static struct addr address_of(uint32_t i)
{
    uint8_t v6[16] = {
        0x2a, 0x01, 0x04, 0xf8, [14] = (uint8_t)(i >> 8), [15] = (uint8_t)i};
    uint8_t v4[4] = {(uint8_t)(200 - i % 90), 21, (uint8_t)(i / 90), 254};
    return i % 7 == 3 ? addr_v6(v6, 6889) : addr_v4(v4, (uint16_t)(51413 + i));
}

static uint64_t rate_of(uint32_t i)
{
    return i == 6       ? 2200000
           : i % 4 == 1 ? 0
           : i % 9 == 0 ? 900
                        : (uint64_t)(i * 7919 % 97) * 9000;
}

static void fill_peer(struct detail_peer *p, uint32_t i)
{
    bool is_shunned = i % 11 == 10;
    bool am_choking = i % 3 != 0 || is_shunned;
    *p = (struct detail_peer){
        .id = i + 1,
        .slot = (uint16_t)i,
        .addr = address_of(i),
        .source = (uint8_t)(i % DETAIL_N_SOURCES),
        .is_incoming = i % 5 == 0,
        .is_encrypted = i % 2 == 0,
        .has_crypt = i % 4 <= 2,
        .am_choking = am_choking,
        .am_interested = i % 8 != 5,
        .is_choking = i % 4 == 1,
        .is_interested = i % 5 > 1,
        .is_snubbed = i % 13 == 12,
        .is_optimistic = !am_choking && i % 6 == 3,
        .is_shunned = is_shunned,
        .is_seed = i % 6 == 0,
        .has_fast = i % 2 == 0,
        .has_extended = i % 3 != 1,
        .n_pieces = i % 6 == 0 ? N_PIECES : N_PIECES - i * 60,
        .n_gives = 612 - i,
        .n_unique = i == 6 ? 3 : 0,
        .n_outstanding = rate_of(i) > 0 ? 4 + i % 60 : 0,
        .depth = i == 20 ? 512 : 50,
        .n_queued = i % 5 == 2 ? 3 : 0,
        .reqq = i % 3 == 0 ? 500 : 0,
        .rate_down_Bps = rate_of(i),
        .rate_up_Bps = am_choking ? 0 : (uint64_t)i * 3000,
        .bytes_down = (uint64_t)i * 9 << 20,
        .bytes_up = (uint64_t)i * i << 14,
        .bytes_wasted = (uint64_t)i << 14,
        .rtt_us = i % 10 == 8 ? -1
                  : i == 4    ? 12345678
                              : 310 + (int64_t)i * 3700,
        .request_delay_ms = i % 10 == 9 ? -1
                            : i == 4    ? 12345
                                        : 31 + (int64_t)i * 37,
        .oldest_ms = rate_of(i) > 0 ? FRAMES_NOW_MS - 412 : 0,
        .connected_ms = FRAMES_NOW_MS - 552000,
        .last_rx_ms = FRAMES_NOW_MS - 120,
        .last_tx_ms = FRAMES_NOW_MS - 900,
        .last_block_ms = FRAMES_NOW_MS - (i % 13 == 12 ? 38000 : 200),
        .choke_ms = FRAMES_NOW_MS - 61000,
        .unchoked_ms = am_choking ? 0 : FRAMES_NOW_MS - 40000,
        .choke_rank = i % 5 > 1 ? i / 5 * 3 + i % 5 - 1 : 0,
        .n_timeouts = i % 17 == 6,
        .n_rejects = i % 19 == 5,
        .n_bad = i % 23 == 22,
        .gets_block = rate_of(i) > 0,
        .now_piece_idx = 1852 + i,
        .now_block_idx = i % 64,
        .trust = i % 23 == 22 ? -1 : 0};
    snprintf(p->client, sizeof p->client, "%s",
             clients[i % (sizeof clients / sizeof *clients)]);
}

static void fill_gone(struct detail *d)
{
    static const char *const words[] = {"sent bad data", "closed by them",
                                        "timed out after 120 s",
                                        "\x1b[2Jsaid: \x07go away \xff"};
    d->n_gone = sizeof words / sizeof *words;
    d->gone = xcalloc(d->n_gone + 1, sizeof *d->gone);
    for (uint32_t i = 0; i < d->n_gone; i++) {
        struct detail_gone *g = &d->gone[i];
        *g = (struct detail_gone){.id = 5000 + i,
                                  .slot = (uint16_t)(70 + i),
                                  .addr = address_of(70 + i),
                                  .is_banned = i == 0,
                                  .at_ms = FRAMES_NOW_MS - 12000 -
                                           (int64_t)i * 100000,
                                  .bytes_down = 5 << 20,
                                  .bytes_up = 1 << 20};
        snprintf(g->client, sizeof g->client, "%s", clients[3 - i]);
        snprintf(g->words, sizeof g->words, "%s", words[i]);
    }
}

/* Nine minutes: choked, then open with two gaps, faster and slower. */
static struct timeline *make_timeline(void)
{
    struct timeline *t = xmalloc(sizeof *t);
    const int64_t end_s = FRAMES_NOW_MS / 1000 - 1, first_s = end_s - 540;
    timeline_init(t, first_s);
    for (int64_t s = first_s; s <= end_s; s++) {
        unsigned at = (unsigned)(s - first_s);
        bool is_open = at > 80 && (at < 330 || at > 350);
        bool is_served = at > 200 && at < 260;
        uint8_t flags = TIMELINE_KNOWN;
        flags |= is_open ? 0 : TIMELINE_THEY_CHOKE;
        flags |= is_served ? TIMELINE_OPTIMISTIC : TIMELINE_WE_CHOKE;
        flags |= at > 20 ? TIMELINE_WE_INTERESTED : 0;
        flags |= at > 190 ? TIMELINE_THEY_INTERESTED : 0;
        flags |= at == 300 || at == 301 ? TIMELINE_EVENT : 0;
        flags |= at > 290 && at < 315 ? TIMELINE_SNUBBED : 0;
        timeline_add(t, s,
                     (struct timeline_slot){
                         .flags = flags,
                         .depth_pct =
                             (uint8_t)(is_open ? at % 120 > 100 ? 30 : 96 : 0),
                         .down_kiBps =
                             (uint16_t)(is_open ? 100 + at * 7 % 2400 : 0),
                         .up_kiBps = (uint16_t)(is_served ? 80 : 0)});
    }
    return t;
}

/* n_later more messages came, and as many of the oldest fell out. */
static void fill_trace(struct detail *d, uint32_t n_later)
{
    static const enum detail_trace_kind kinds[] = {
        DETAIL_TRACE_PIECE,  DETAIL_TRACE_REQUEST, DETAIL_TRACE_PIECE,
        DETAIL_TRACE_HAVE,   DETAIL_TRACE_REQUEST, DETAIL_TRACE_CANCEL,
        DETAIL_TRACE_REJECT, DETAIL_TRACE_TIMEOUT, DETAIL_TRACE_UNCHOKE,
        DETAIL_TRACE_CHOKE,  DETAIL_TRACE_EXTENDED};
    d->n_trace = N_TRACE;
    d->n_trace_lost = N_LOST + n_later;
    d->trace = xcalloc(N_TRACE, sizeof *d->trace);
    for (uint32_t at = 0; at < N_TRACE; at++) {
        uint32_t i = at + n_later;
        enum detail_trace_kind kind = kinds[i % 11];
        bool has_block =
            kind == DETAIL_TRACE_PIECE || kind == DETAIL_TRACE_REQUEST ||
            kind == DETAIL_TRACE_CANCEL || kind == DETAIL_TRACE_REJECT ||
            kind == DETAIL_TRACE_TIMEOUT;
        d->trace[at] = (struct detail_trace){
            .at_ms = FRAMES_NOW_MS + 203 * ((int64_t)i - N_TRACE),
            .kind = (uint8_t)kind,
            .is_out =
                kind == DETAIL_TRACE_REQUEST || kind == DETAIL_TRACE_CANCEL,
            .reason = (uint8_t)(kind == DETAIL_TRACE_REQUEST
                                    ? DETAIL_PICK_PARTIAL + i % 4
                                    : DETAIL_PICK_NONE),
            .piece_idx =
                has_block || kind == DETAIL_TRACE_HAVE ? 1852 + i / 16 : 0,
            .begin = has_block ? i % 16 * 16384 : 0,
            .len = has_block ? 16384 : 0,
            .took_ms = kind == DETAIL_TRACE_PIECE ? 31 + i % 400 : 0,
            .n_outstanding = 48 - i % 3};
    }
}

static void fill_pieces(struct detail *d)
{
    d->peer_has = xcalloc(1, (N_PIECES + 7) / 8);
    d->pieces = xmalloc(N_PIECES);
    for (uint32_t i = 0; i < N_PIECES; i++) {
        if (i < 900 || i % 800 > 250)
            d->peer_has[i / 8] |= (uint8_t)(0x80 >> i % 8);
        d->pieces[i] = i < 2309 || i % 5 == 0 ? DETAIL_HAVE : DETAIL_MISSING;
        d->n_state[d->pieces[i]]++;
    }
    static const uint32_t unique[] = {88, 1204, 3011};
    d->n_unique = 3;
    memcpy(d->unique, unique, sizeof unique);
}

static struct frame *with_peers(uint32_t n)
{
    struct frame *f = frames_one();
    struct focus focus = {.torrent = 1,
                          .peer = FRAMES_PEERS_TRACED,
                          .piece_idx = FOCUS_PIECE_NONE,
                          .parts = FOCUS_PEERS | FOCUS_TIMELINE | FOCUS_TRACE |
                                   FOCUS_PIECES};
    struct detail *d = detail_new(1, &focus);
    f->detail = d;
    d->n_pieces = N_PIECES;
    memset(d->info_hash, 0x3b, sizeof d->info_hash);
    d->dir = xstrdup("/srv/dl");
    d->why_input.n_wanted = 1463;
    d->n_slots = 4;
    d->n_peers = n;
    d->peers = xcalloc(n, sizeof *d->peers);
    for (uint32_t i = 0; i < n; i++)
        fill_peer(&d->peers[i], i);
    fill_gone(d);
    return f;
}

struct frame *frames_peers_later(uint32_t n_messages)
{
    struct frame *f = with_peers(FRAMES_PEERS_N);
    fill_pieces(f->detail);
    f->detail->timeline = make_timeline();
    fill_trace(f->detail, n_messages);
    f->now_ms += 203 * (int64_t)n_messages;
    f->now_wall += 203 * (int64_t)n_messages / 1000;
    return f;
}

struct frame *frames_peers(void)
{
    return frames_peers_later(0);
}

struct frame *frames_peers_piece(void)
{
    struct frame *f = frames_peers();
    f->detail->focus.piece_idx = 1852;
    for (uint32_t i = 0; i < FRAMES_PEERS_N; i++)
        f->detail->peers[i].has_piece = i % 3 == 0;
    return f;
}

struct frame *frames_peers_countries(void)
{
    static const char *const countries[] = {"DE", "FR", "--", "NL", "JP", "US"};
    enum { N = sizeof countries / sizeof *countries };
    struct frame *f = frames_peers();
    struct detail *d = f->detail;
    d->has_countries = true;
    for (size_t i = 0; i < d->n_peers; i++)
        snprintf(d->peers[i].country, sizeof d->peers[i].country, "%s",
                 countries[i % N]);
    return f;
}

struct frame *frames_peers_left(void)
{
    struct frame *f = frames_peers();
    struct detail *d = f->detail;
    const struct detail_peer *p = &d->peers[FRAMES_PEERS_TRACED - 1];
    f->now_ms += 1000;
    f->now_wall += 1;
    memmove(d->gone + 1, d->gone, d->n_gone++ * sizeof *d->gone);
    d->gone[0] = (struct detail_gone){.id = p->id,
                                      .slot = p->slot,
                                      .addr = p->addr,
                                      .at_ms = FRAMES_NOW_MS + 400,
                                      .bytes_down = p->bytes_down,
                                      .bytes_up = p->bytes_up};
    snprintf(d->gone[0].client, sizeof d->gone[0].client, "%s", p->client);
    snprintf(d->gone[0].words, sizeof d->gone[0].words,
             "they closed the connection");
    d->n_peers--;
    memmove(d->peers + FRAMES_PEERS_TRACED - 1, d->peers + FRAMES_PEERS_TRACED,
            (d->n_peers - FRAMES_PEERS_TRACED + 1) * sizeof *d->peers);
    free(d->timeline);
    free(d->peer_has);
    d->timeline = NULL;
    d->peer_has = NULL;
    d->n_unique = 0;
    return f;
}

struct frame *frames_peers_many(void)
{
    return with_peers(1000);
}
