#include "config.h"

#include "tests/tui/frames.h"

#include <stdio.h>
#include <string.h>

#include "model/detail.h"
#include "util/xalloc.h"

static const uint64_t MiB = 1 << 20;

static struct frame *frame_of(size_t n)
{
    struct frame *f = frame_new(n);
    f->now_ms = FRAMES_NOW_MS;
    f->now_wall = FRAMES_WALL_S;
    f->rate_down_Bps = 4 * MiB + 210000;
    f->rate_up_Bps = 312 * 1024;
    f->listen_port = 51413;
    f->n_peers = 31;
    return f;
}

/* 61.2 % of 3.7 GiB. name: outlives the frame. */
static void fill(struct frame_torrent *t, uint32_t id, const char *name)
{
    t->id = id;
    memset(t->info_hash, (int)id, sizeof t->info_hash);
    t->name = name;
    t->state = FRAME_DOWNLOADING;
    t->n_files = 412;
    t->n_pieces = 3772;
    t->n_pieces_have = 2309;
    t->size_bytes = t->wanted_bytes = 3772 * MiB;
    t->have_bytes = 2309 * MiB;
    t->wanted_left_bytes = 1463 * MiB;
    t->rate_down_Bps = 4 * MiB;
    t->rate_up_Bps = 210 * 1024;
    t->bytes_down = 2310 * MiB;
    t->bytes_up = 185 * MiB;
    t->bytes_down_run = 402 * MiB;
    t->bytes_up_run = 12 * MiB;
    t->bytes_wasted = 2 * MiB;
    t->bytes_overhead_down = 6 * MiB;
    t->bytes_overhead_up = 1500 * 1024;
    t->n_hash_fails = 2;
    t->n_peers = 31;
    t->n_seeds = 9;
    t->n_connecting = 22;
    t->n_known = 118;
    t->n_banned = 1;
    t->n_trackers = 2;
    t->eta_s = 341;
    t->tracker = "tracker.example: 50 peers";
}

struct frame *frames_empty(void)
{
    struct frame *f = frame_of(0);
    f->rate_down_Bps = f->rate_up_Bps = 0;
    f->n_peers = 0;
    return f;
}

struct frame *frames_one(void)
{
    struct frame *f = frame_of(1);
    fill(f->torrents[0], 1, "debian-12.5.0-DVD-1");
    return f;
}

static void stand_still(struct frame_torrent *t, enum frame_state state,
                        const char *cause)
{
    t->state = state;
    t->rate_down_Bps = t->rate_up_Bps = 0;
    t->eta_s = -1;
    t->cause = cause;
}

static void finish(struct frame_torrent *t, enum frame_state state)
{
    t->state = state;
    t->is_finished = true;
    t->rate_down_Bps = 0;
    t->eta_s = -1;
    t->wanted_left_bytes = 0;
    t->have_bytes = t->wanted_bytes;
    t->n_pieces_have = t->n_pieces;
}

struct frame *frames_states(void)
{
    static const struct {
        const char *name;
        enum frame_state state;
        const char *cause;
    } still[] = {
        {"a stalled one", FRAME_DOWNLOADING, ""},
        {"backup-set", FRAME_CHECKING, ""},
        {"dataset-2024", FRAME_PAUSED, ""},
        {"media", FRAME_NO_SPACE, ""},
        {"moved away", FRAME_ERROR, "data.bin: permission denied"},
        {"on its way out", FRAME_STOPPING, ""},
        {"out", FRAME_STOPPED, ""},
        {"waits for its turn", FRAME_QUEUED, ""},
        {"3b1de9cb7011350fa152ec47419620aa153e19e7", FRAME_METADATA, ""},
    };
    enum { N = sizeof still / sizeof still[0] };
    struct frame *f = frame_of(N + 3);
    for (uint32_t i = 0; i < N; i++) {
        fill(f->torrents[i], i + 1, still[i].name);
        stand_still(f->torrents[i], still[i].state, still[i].cause);
    }
    f->torrents[1]->n_to_check = 3000;
    f->torrents[1]->n_checked = 1000;
    fill(f->torrents[N], N + 1, "at work");
    fill(f->torrents[N + 1], N + 2, "seeded");
    finish(f->torrents[N + 1], FRAME_SEEDING);
    fill(f->torrents[N + 2], N + 3, "some of it seeded");
    finish(f->torrents[N + 2], FRAME_FINISHED);
    return f;
}

struct frame *frames_hostile(void)
{
    static const char *const names[] = {
        "日本語のとても長い名前のファイルがここにあります.iso",
        "e\xcc\x81te\xcc\x81 combining",
        "emoji \xf0\x9f\x92\xbe disk",
        "\x1b[31mred\x1b[0m\x07 bell",
        "two\nlines\tand a tab",
        "right \xe2\x80\xaeto left\xe2\x80\xac",
        "zero\xe2\x80\x8bwidth",
        "bad \xff\xfe\xc3 bytes",
        "100%s %n percent",
        "a name so long that no screen shows all of it, which is what happens "
        "with names that people make of whole sentences, and then some more of "
        "it so that even two hundred columns are too few for it",
    };
    enum { N = sizeof names / sizeof names[0] };
    struct frame *f = frame_of(N);
    for (uint32_t i = 0; i < N; i++)
        fill(f->torrents[i], i + 1, names[i]);
    return f;
}

/* Had up to two thirds, then mixed. */
static uint8_t piece_of(uint32_t i)
{
    static const uint8_t mixed[] = {DETAIL_MISSING,
                                    DETAIL_PARTIAL,
                                    DETAIL_ACTIVE,
                                    DETAIL_CHECKING,
                                    DETAIL_HAVE,
                                    DETAIL_UNWANTED,
                                    DETAIL_MISSING | DETAIL_BAD};
    return i < 2500 || i % 13 < 4 ? DETAIL_HAVE : mixed[i / 97 % 7];
}

static void add_blocks(struct detail *d)
{
    d->n_active = 1;
    d->active = xcalloc(1, sizeof *d->active);
    d->active[0] = (struct detail_active){.n_blocks = 16,
                                          .n_received = 4,
                                          .n_asked = 6,
                                          .availability = 2};
    d->n_blocks = 16;
    d->blocks = xcalloc(16, sizeof *d->blocks);
    for (unsigned i = 0; i < 16; i++)
        d->blocks[i] = (struct detail_block){
            .state = (uint8_t)(i % 5 == 0   ? DETAIL_BLOCK_RECEIVED
                               : i % 3 == 0 ? DETAIL_BLOCK_ASKED
                                            : DETAIL_BLOCK_FREE),
            .peer = 1 + i % 4};
}

static void add_peers(struct detail *d)
{
    d->n_peers = 12;
    d->peers = xcalloc(d->n_peers, sizeof *d->peers);
    for (uint32_t i = 0; i < d->n_peers; i++) {
        struct detail_peer *p = &d->peers[i];
        uint8_t v6[16] = {0x2a, 0x01, 0x04, 0xf8, [15] = (uint8_t)i};
        uint8_t v4[4] = {185, 21, (uint8_t)i, 4};
        *p = (struct detail_peer){.id = i + 1,
                                  .slot = (uint16_t)(i * 5),
                                  .addr = i % 4 == 3 ? addr_v6(v6, 6889)
                                                     : addr_v4(v4, 51413),
                                  .source = (uint8_t)(i % DETAIL_N_SOURCES),
                                  .is_incoming = i % 3 == 0,
                                  .is_encrypted = i % 2 == 0,
                                  .am_choking = i % 3 == 1,
                                  .am_interested = true,
                                  .is_choking = i % 4 == 1,
                                  .is_interested = i % 5 > 2,
                                  .is_snubbed = i == 6,
                                  .is_optimistic = i == 5,
                                  .n_pieces = 3772 - i * 300,
                                  .n_gives = 612,
                                  .rate_down_Bps = (uint64_t)(11 - i) * 50000,
                                  .rate_up_Bps = i % 2 * UINT64_C(9999),
                                  .n_outstanding = i,
                                  .depth = 50,
                                  .rtt_us = (int64_t)i * 7400 - 1,
                                  .request_delay_ms = (int64_t)i * 40 - 1,
                                  .gets_block = i < 3,
                                  .now_piece_idx = 1852,
                                  .now_block_idx = 10 + i};
        snprintf(p->client, sizeof p->client, "%s",
                 i == 2 ? "\x1b[2Jhostile" : "qBittorrent 4.6.3");
    }
}

static void add_trackers(struct detail *d)
{
    static const struct {
        const char *url;
        enum detail_tracker_state state;
        const char *words;
    } rows[] = {
        {"udp://tracker.example.org:6969", DETAIL_TRACKER_WORKING, "50 peers"},
        {"https://bt.example.net/announce", DETAIL_TRACKER_FAILING, "HTTP 502"},
        {"udp://open.example.com:1337", DETAIL_TRACKER_UNUSED, ""},
        {"http://x.example/\x1b[2J", DETAIL_TRACKER_REFUSED, "go \x1b[31maway"},
    };
    d->n_trackers = sizeof rows / sizeof rows[0];
    d->trackers = xcalloc(d->n_trackers, sizeof *d->trackers);
    for (size_t i = 0; i < d->n_trackers; i++) {
        struct detail_tracker *t = &d->trackers[i];
        *t = (struct detail_tracker){.tier = (uint32_t)i / 2,
                                     .state = rows[i].state,
                                     .last_ms = i < 2 ? 3360000 : -1,
                                     .next_ms = i < 3 ? 5160000 : -1,
                                     .n_seeds = i == 0 ? 88 : -1,
                                     .n_leechers = i == 0 ? 41 : -1,
                                     .n_peers = i == 0 ? 50 : 0,
                                     .n_attempts = i < 2 ? 2 : 0};
        snprintf(t->url, sizeof t->url, "%s", rows[i].url);
        snprintf(t->words, sizeof t->words, "%s", rows[i].words);
        for (size_t j = 0; j < t->n_attempts; j++) {
            t->attempts[j] =
                (struct detail_attempt){.sent_ms = 3360000 - (int64_t)j * 60000,
                                        .took_ms = 800,
                                        .event = j == 1 ? "started" : "",
                                        .ok = i == 0};
            snprintf(t->attempts[j].words, sizeof t->attempts[j].words, "%s",
                     rows[i].words);
        }
    }
}

struct frame *frames_detail(void)
{
    struct frame *f = frames_one();
    struct focus focus = {.torrent = 1};
    struct detail *d = detail_new(1, &focus);
    f->detail = d;
    d->n_pieces = 3772;
    d->pieces = xmalloc(d->n_pieces);
    d->availability = xmalloc(d->n_pieces);
    for (uint32_t i = 0; i < d->n_pieces; i++) {
        d->pieces[i] = i == 0 ? DETAIL_ACTIVE : piece_of(i);
        d->availability[i] = (uint8_t)(i % 911 == 910   ? 0
                                       : i % 401 == 400 ? 1
                                                        : 7);
        d->n_state[detail_piece_state(d->pieces[i])]++;
    }
    d->n_one_source = 3;
    d->n_no_source = 1;
    d->n_slots = d->n_slots_used = 4;
    d->limit_up_Bps = 500 * 1024;
    d->in_flight_bytes = 11 * MiB;
    d->dir = xstrdup("/srv/dl");
    d->why_input = (struct why_input){.is_running = true,
                                      .down_Bps = 4 * MiB,
                                      .wanted_left_bytes = 1463 * MiB,
                                      .n_peers = 31,
                                      .n_seeds = 9,
                                      .max_peers = 50,
                                      .n_useful = 9,
                                      .n_useful_choking = 6,
                                      .n_giving = 3,
                                      .n_wanted = 1463,
                                      .n_one_source = 3,
                                      .n_slots = 4,
                                      .n_slots_used = 4,
                                      .was_reached = true,
                                      .next_announce_s = 1560,
                                      .listen_port = 51413};
    why_rank(&d->why_input, &d->why);
    add_blocks(d);
    add_peers(d);
    add_trackers(d);
    return f;
}

struct frame *frames_many(void)
{
    struct frame *f = frame_of(500);
    for (uint32_t i = 0; i < 500; i++) {
        static char names[500][32];
        struct frame_torrent *t = f->torrents[i];
        snprintf(names[i], sizeof names[i], "torrent %03u", (i * 37) % 500);
        fill(t, i + 1, names[i]);
        t->rate_down_Bps = (uint64_t)((i * 7919) % 500) * 4096;
        t->wanted_left_bytes = t->wanted_bytes / 500 * i;
        t->n_peers = i % 90;
    }
    return f;
}

struct event frames_event(size_t i)
{
    static const struct {
        enum event_kind kind;
        uint32_t torrent;
        const char *text;
    } events[FRAMES_N_EVENTS] = {
        {EVENT_ADDED, 1, "debian-12.5.0-DVD-1"},
        {EVENT_CHECKED, 1, "2309 of 3772 pieces are there"},
        {EVENT_TRACKER, 1, "tracker.example: 50 peers"},
        {EVENT_ADDED, 2, "another"},
        {EVENT_HASH_FAILED, 1, "piece 1851"},
        {EVENT_BANNED, 1, "9.9.4.2:6999 sent bad data"},
        {EVENT_DISK, 2, "data.bin: no space left on device"},
        {EVENT_TRACKER, 1, "\x1b[2Jtracker says hello"},
    };
    struct event e = {.kind = events[i].kind,
                      .torrent = events[i].torrent,
                      .at_ms = FRAMES_NOW_MS - 60000 + (int64_t)i * 5000};
    snprintf(e.text, sizeof e.text, "%s", events[i].text);
    return e;
}

static void add_history(struct detail *d)
{
    d->history = xzalloc(sizeof *d->history);
    history_init(d->history, FRAMES_NOW_MS / 1000 - 300);
    for (int i = 0; i < 300; i++)
        history_add(d->history, FRAMES_NOW_MS / 1000 - 300 + i,
                    3 * MiB + (uint64_t)(i * 7919 % 23) * 100000,
                    (uint64_t)(i * 31 % 11) * 30000, 60000);
}

static void add_rarest(struct detail *d)
{
    static const uint32_t rare[] = {88, 1204, 3011};
    static const uint32_t next[] = {3011, 2600, 2601, 2733, 2790, 3333};
    d->n_rare = sizeof rare / sizeof *rare;
    memcpy(d->rare, rare, sizeof rare);
    d->n_next = sizeof next / sizeof *next;
    memcpy(d->next, next, sizeof next);
    for (uint32_t i = 0; i < d->n_next && d->n_peers > 0; i++)
        d->next_peer[i] = d->peers[i % d->n_peers].id;
    d->availability_min = 1;
    d->n_no_source = 0;
    d->in_flight_bytes = 11 * MiB;
    d->max_peers = 50;
    d->piece_len = 1 << 20;
    d->added_wall = FRAMES_WALL_S - 86400;
    d->seconds_down = 660;
    d->seconds_seed = 0;
    d->seen_complete_ms = FRAMES_NOW_MS - 4000;
    d->n_swarm_seeds = 88;
    d->n_swarm_leechers = 41;
    d->n_by_source[DETAIL_BY_TRACKER] = 20;
    d->n_by_source[DETAIL_BY_PEX] = 8;
    d->n_by_source[DETAIL_BY_INCOMING] = 3;
    d->dials = (struct detail_dials){.n = 83,
                                     .n_greeted = 28,
                                     .n_refused = 12,
                                     .n_silent = 19,
                                     .n_no_handshake = 2,
                                     .n_came = 3};
    d->size_bytes = 3772 * MiB;
}

static void fill_rich(struct frame *f)
{
    static const struct {
        const char *name, *label, *host;
        enum frame_state state;
    } others[] = {
        {"old-distro-6.iso", "iso", "t2.example", FRAME_DOWNLOADING},
        {"magnet of something", "", "", FRAME_METADATA},
        {"alpine-3.20.iso", "iso", "tracker.example", FRAME_SEEDING},
        {"dataset-2024", "work", "t3.example", FRAME_PAUSED},
        {"backup-set", "", "", FRAME_CHECKING},
        {"media", "home", "t2.example", FRAME_NO_SPACE},
    };
    for (uint32_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct frame_torrent *t = f->torrents[i + 1];
        fill(t, i + 2, others[i].name);
        stand_still(t, others[i].state, "");
        t->label = others[i].label;
        t->tracker_host = others[i].host;
        t->added_wall = FRAMES_WALL_S - 86400 * (int64_t)(i + 2);
        t->availability_m = 900 + (int32_t)i * 3300;
        if (others[i].state == FRAME_SEEDING)
            finish(t, FRAME_SEEDING);
        if (others[i].state == FRAME_METADATA)
            t->size_bytes = t->wanted_bytes = t->have_bytes = 0;
        if (others[i].state == FRAME_CHECKING)
            t->n_to_check = 3000, t->n_checked = 1000;
    }
}

struct frame *frames_rich(void)
{
    struct frame *one = frames_detail();
    struct frame *f = frame_of(7);
    frame_torrent_unref(f->torrents[0]);
    f->torrents[0] = frame_torrent_ref(one->torrents[0]);
    f->detail = one->detail;
    one->detail = NULL;
    frame_free(one);
    struct frame_torrent *t = f->torrents[0];
    t->label = "iso";
    t->tracker_host = "tracker.example";
    t->added_wall = f->detail->added_wall = FRAMES_WALL_S - 86400;
    t->availability_m = 3420;
    t->eta_low_s = 290;
    t->eta_high_s = 440;
    t->limit_up_Bps = 500 * 1024;
    f->limit_up_Bps = 500 * 1024;
    f->last_incoming_ms = FRAMES_NOW_MS - 250000;
    f->disk_write_Bps = 4 * MiB;
    f->bytes_down_run = 402 * MiB;
    f->bytes_up_run = 12 * MiB;
    f->max_peers = 200;
    fill_rich(f);
    add_history(f->detail);
    add_rarest(f->detail);
    return f;
}

/* One that is not open: nothing of it is known but what is here. */
static void shut(struct frame_torrent *t, uint32_t id, const char *name,
                 enum frame_state state, const char *cause)
{
    *t = (struct frame_torrent){.id = id,
                                .name = name,
                                .state = state,
                                .cause = cause,
                                .tracker = "",
                                .label = "",
                                .tracker_host = "",
                                .eta_s = -1,
                                .eta_low_s = -1,
                                .eta_high_s = -1,
                                .availability_m = -1,
                                .queue_pos = id};
}

struct frame *frames_odd(void)
{
    struct frame *f = frame_of(7);
    fill(f->torrents[0], 1, "a moving one");
    stand_still(f->torrents[0], FRAME_MOVING, "");
    f->torrents[0]->n_checked = 420;
    f->torrents[0]->n_to_check = 1000;
    fill(f->torrents[1], 2, "by force");
    f->torrents[1]->is_forced = true;
    fill(f->torrents[2], 3, "in the queue");
    stand_still(f->torrents[2], FRAME_QUEUED, "");
    f->torrents[2]->queue_pos = 3;
    shut(f->torrents[3], 4, "magnet, looked for", FRAME_METADATA, "");
    shut(f->torrents[4], 5, "magnet, paused", FRAME_PAUSED, "");
    shut(f->torrents[5], 6, "used elsewhere", FRAME_ERROR,
         "another tessera has it open");
    shut(f->torrents[6], 7, "without its volume", FRAME_ERROR,
         "/mnt/disk/films: not there");
    f->torrents[6]->size_bytes = 3 * MiB;
    f->torrents[6]->n_pieces = 12;
    return f;
}
