#include "config.h"

#include "tests/tui/frames_flow.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "util/xalloc.h"

enum { NOW_S = FRAMES_NOW_MS / 1000, DAY_S = 86400, KiB = 1024 };

static uint32_t scatter(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525 + 1013904223;
    return (*state >> 8) % below;
}

/* What came in the second that was `ago` before now, of 4 MiB/s at most. */
static uint32_t down_at(int64_t ago, uint32_t *state)
{
    uint32_t noise = scatter(state, 300 * KiB);
    if (ago > 20 * 3600 || (ago > 9 * 3600 && ago < 11 * 3600))
        return 0; /* not there yet; over night */
    if (ago > 3600)
        return 900 * KiB + noise + (uint32_t)(ago / 3600 % 5) * 400 * KiB;
    if (ago > 300)
        return 2500 * KiB + noise - (uint32_t)(ago % 900) * KiB;
    if (ago > 120 && ago < 150)
        return 0; /* everybody choked */
    return 1200 * KiB + noise + (uint32_t)(300 - ago) * 9 * KiB;
}

static struct history *history_from(int64_t ago_s)
{
    struct history *h = xzalloc(sizeof *h);
    uint32_t state = 7;
    history_init(h, NOW_S - ago_s);
    for (int64_t ago = ago_s; ago > 0; ago--) {
        uint32_t down = down_at(ago, &state);
        uint32_t up = ago % 600 < 200 ? 0 : down / 9;
        history_add(h, NOW_S - ago, down, up, (down + up) / 55);
    }
    return h;
}

/* Attempts, the newest first. */
static const struct {
    size_t tracker;
    int64_t ago_s;
    int64_t took_ms;
    const char *event;
    bool ok;
    const char *words;
} attempts[] = {
    {0, 240, 120, "", true, ""},
    {0, 2040, 95, "started", true, ""},
    {1, 660, 800, "started", false, "HTTP 502 Bad Gateway"},
    {1, 750, 15000, "started", false,
     "bt.example.net is 203.0.113.9: connect: timed out"},
    {1, 780, 15000, "started", false,
     "bt.example.net is 203.0.113.9: connect: timed out"},
    {4, 60, 300, "started", false, "go \x1b[31maway: not registered"},
    {5, 30, 20, "started", false, "gone.example: no such host"},
};

static const struct {
    const char *url;
    enum detail_tracker_state state;
    int64_t last_ago_s, next_s;
    int64_t n_seeds, n_leechers;
    uint32_t n_peers, n_fails;
    const char *words;
} trackers[] = {
    {"udp://tracker.example.org:6969", DETAIL_TRACKER_WORKING, 240, 1560, 88,
     41, 50, 0, "50 peers"},
    {"https://bt.example.net/announce", DETAIL_TRACKER_FAILING, 660, 120, -1,
     -1, 0, 3, "HTTP 502 Bad Gateway"},
    {"udp://open.example.com:1337", DETAIL_TRACKER_UNUSED, -1, -1, -1, -1, 0, 0,
     ""},
    {"udp://[2001:db8::17]:80/announce", DETAIL_TRACKER_ANNOUNCING, -1, 0, -1,
     -1, 0, 0, ""},
    {"http://x.example/\x1b[2J", DETAIL_TRACKER_REFUSED, 60, -1, -1, -1, 0, 1,
     "go \x1b[31maway: not registered"},
    {"https://gone.example/a-path-so-long-that-it-is-cut/announce?key=0123",
     DETAIL_TRACKER_FAILING, 30, 90, -1, -1, 0, 1,
     "gone.example: no such host"},
};

static void add_trackers(struct detail *d)
{
    free(d->trackers);
    d->n_trackers = sizeof trackers / sizeof trackers[0];
    d->trackers = xcalloc(d->n_trackers, sizeof *d->trackers);
    for (size_t i = 0; i < d->n_trackers; i++) {
        struct detail_tracker *k = &d->trackers[i];
        int64_t last = trackers[i].last_ago_s, next = trackers[i].next_s;
        *k = (struct detail_tracker){
            .tier = (uint32_t)i / 2,
            .place = (uint32_t)i % 2,
            .state = trackers[i].state,
            .last_ms = last < 0 ? -1 : FRAMES_NOW_MS - last * 1000,
            .next_ms = next < 0 ? -1 : FRAMES_NOW_MS + next * 1000,
            .n_fails = trackers[i].n_fails,
            .n_seeds = trackers[i].n_seeds,
            .n_leechers = trackers[i].n_leechers,
            .n_downloaded = i == 0 ? 1021 : -1,
            .n_peers = trackers[i].n_peers,
            .interval_ms = i == 0 ? 1800000 : 0};
        snprintf(k->url, sizeof k->url, "%s", trackers[i].url);
        snprintf(k->words, sizeof k->words, "%s", trackers[i].words);
    }
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        struct detail_tracker *k = &d->trackers[attempts[i].tracker];
        struct detail_attempt *a = &k->attempts[k->n_attempts++];
        *a = (struct detail_attempt){.sent_ms = FRAMES_NOW_MS -
                                                attempts[i].ago_s * 1000,
                                     .took_ms = attempts[i].took_ms,
                                     .event = attempts[i].event,
                                     .ok = attempts[i].ok,
                                     .n_peers = attempts[i].ok ? 50 : 0,
                                     .n_seeds = attempts[i].ok ? 88 : -1,
                                     .n_leechers = attempts[i].ok ? 41 : -1};
        snprintf(a->words, sizeof a->words, "%s", attempts[i].words);
    }
}

/* Ten minutes of a peer that came `ago_s` before now, at one rate. */
static struct detail_stack mover(uint32_t id, uint16_t slot, int64_t ago_s,
                                 uint16_t down_kiBps)
{
    struct timeline *t = xmalloc(sizeof *t);
    timeline_init(t, NOW_S - ago_s);
    for (int64_t s = NOW_S - ago_s; s < NOW_S; s++)
        timeline_add(t, s,
                     (struct timeline_slot){.flags = TIMELINE_KNOWN,
                                            .down_kiBps = down_kiBps});
    return (struct detail_stack){id, slot, t};
}

struct frame *frames_flow(void)
{
    struct frame *f = frames_detail();
    struct detail *d = f->detail;
    static struct history *day; /* the same each time, and dear to make */
    if (day == NULL)
        day = history_from(DAY_S + 4000);
    d->history = xmemdup(day, sizeof *day);
    d->limit_down_Bps = 5 * UINT64_C(1024) * KiB;
    d->limit_up_Bps = 500 * KiB;
    f->limit_up_Bps = 600 * KiB;
    d->why_input.down_capped_pct = 3;
    d->why_input.up_capped_pct = 71;
    d->why_input.wasted_pct = 1;
    d->n_by_source[DETAIL_BY_TRACKER] = 24;
    d->n_by_source[DETAIL_BY_INCOMING] = 5;
    d->n_by_source[DETAIL_BY_USER] = 2;
    add_trackers(d);
    d->stack[d->n_stack++] = mover(1, 1, 30, 2048);
    d->stack[d->n_stack++] = mover(2, 28, 28, 1024);
    f->history = xmemdup(day, sizeof *day);
    f->free_bytes = UINT64_C(42) << 30;
    d->free_bytes = UINT64_C(5) << 28;
    f->disk_wait_ms = 12;
    f->loop_ms = 2;
    d->focus.parts = UINT32_MAX;
    return f;
}

struct frame *frames_disabled(void)
{
    struct frame *f = frames_flow();
    struct detail_tracker *k = &f->detail->trackers[1];
    k->state = DETAIL_TRACKER_DISABLED;
    k->last_ms = FRAMES_NOW_MS - 60000;
    k->next_ms = -1;
    for (size_t i = k->n_attempts++; i > 0; i--)
        k->attempts[i] = k->attempts[i - 1];
    k->attempts[0] = (struct detail_attempt){.sent_ms = k->last_ms - 300,
                                             .took_ms = 300,
                                             .event = "stopped",
                                             .ok = true,
                                             .n_seeds = -1,
                                             .n_leechers = -1,
                                             .words = ""};
    f->torrents[0]->n_trackers_disabled = 1;
    return f;
}

struct frame *frames_flow_young(void)
{
    struct frame *f = frames_flow();
    free(f->detail->history);
    f->detail->history = history_from(200);
    f->detail->limit_down_Bps = f->detail->limit_up_Bps = f->limit_up_Bps = 0;
    return f;
}

static const struct {
    int64_t ago_s;
    enum event_kind kind;
    uint32_t torrent;
    int err;
    const char *text;
} events[] = {
    {70000, EVENT_ADDED, 1, 0, "debian-12.5.0-DVD-1"},
    {69990, EVENT_CHECKED, 1, 0, "0 of 3772 pieces are there"},
    {69000, EVENT_TRACKER, 1, 0, "tracker.example.org: 48 peers"},
    {40000, EVENT_LIMITS, 1, 0, "D 5.0 MiB/s  U 500.0 KiB/s"},
    {30000, EVENT_ADDED, 7, 0, "one that was removed"},
    {29000, EVENT_REMOVED, 7, 0, "removed; its data is kept"},
    {2900, EVENT_DISK, 1, 28, "data.bin: no space left on device"},
    {2040, EVENT_TRACKER, 1, 0, "tracker.example.org: 48 peers"},
    {1200, EVENT_REFUSED, 0, 5, "b.torrent: not a torrent"},
    {780, EVENT_TRACKER, 1, 1, "bt.example.net: connect: timed out"},
    {660, EVENT_TRACKER, 1, 1, "bt.example.net: HTTP 502 Bad Gateway"},
    {280, EVENT_PEER, 1, 0, "M 82.3.3.1:51413 left: it closed the connection"},
    {270, EVENT_PIECE, 1, 0, "88 verified in 8.2s: 12 blocks B, 4 blocks D"},
    {240, EVENT_TRACKER, 1, 0, "tracker.example.org: 50 peers"},
    {200, EVENT_LIMITS, 0, 0, "D off  U 600.0 KiB/s"},
    {150, EVENT_CHOKE, 1, 0,
     "B 185.21.3.4:51413 choked us (had let us for 9m)"},
    {121, EVENT_CHOKE, 1, 0,
     "B 185.21.3.4:51413 unchoked us (had choked for 29s)"},
    {100, EVENT_SLOT, 1, 0, "H 77.1.1.9:7000 unchoked by us, by lot"},
    {61, EVENT_HASH_FAILED, 1, 0,
     "piece 1851 failed its hash: 16 of 16 blocks came from K 9.9.4.2:6999, "
     "which sent 3 bad pieces before that, of which \x1b[31mtwo were asked of "
     "it alone"},
    {60, EVENT_BANNED, 1, 0, "K 9.9.4.2:6999 sent bad data"},
    {45, EVENT_COMMAND, 1, 1, "no file 99, or no priority 7"},
    {40, EVENT_ERROR, 2, 13, "data.bin: permission denied"},
    {20, EVENT_PIECE, 1, 0, "1849 verified in 0.4s: 16 blocks B"},
    {3, EVENT_FINISHED, 1, 0, "done"},
};

const size_t frames_flow_n_events = sizeof events / sizeof events[0];

struct event frames_flow_event(size_t i)
{
    struct event e = {.kind = events[i].kind,
                      .torrent = events[i].torrent,
                      .err = events[i].err,
                      .at_ms = FRAMES_NOW_MS - events[i].ago_s * 1000};
    snprintf(e.text, sizeof e.text, "%s", events[i].text);
    return e;
}

struct frame *frames_reach(void)
{
    struct frame *f = frames_flow();
    f->last_incoming_ms = f->now_ms - 120000;
    f->reach = (struct reach){.n_from_afar = 5,
                              .afar_ms = f->now_ms - 120000,
                              .near_ms = -1,
                              .n_strangers = 12,
                              .stranger_ms = f->now_ms - 3000,
                              .seen_at = {"198.51.100.7", ""},
                              .mapping = REACH_MAPPED,
                              .mapped_by = "UPnP",
                              .external = "198.51.100.7:51413",
                              .has_filter = true,
                              .n_ranges = 298000,
                              .n_kept_out = 12,
                              .n_not_dialled = 40};
    return f;
}
