#include "config.h"

#include "tests/tui/frames_dht.h"

#include <stdio.h>
#include <string.h>

#include "model/detail.h"
#include "model/detail_dht.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_flow.h"
#include "util/xalloc.h"

static struct detail_attempt attempt(int64_t ago_s, int64_t took_ms, bool ok,
                                     const char *words)
{
    struct detail_attempt a = {.sent_ms = FRAMES_NOW_MS - ago_s * 1000,
                               .took_ms = took_ms,
                               .event = "look-up",
                               .ok = ok,
                               .n_seeds = -1,
                               .n_leechers = -1};
    snprintf(a.words, sizeof a.words, "%s", words);
    return a;
}

struct frame *frames_finders(void)
{
    struct frame *f = frames_flow();
    f->detail->finders[DETAIL_FINDER_DHT] = (struct detail_finder){
        .state = DETAIL_FINDER_ASKING,
        .words = "214 nodes, 180 good",
        .last_ms = FRAMES_NOW_MS - 120000,
        .next_ms = -1,
        .n_answered = 3,
        .n_asked = 8,
        .n_peers = 40,
        .n_new = 5,
        .n_attempts = 2,
        .attempts = {attempt(120, 1400, true,
                             "40 peers, 5 new; 24 of 31 answered"),
                     attempt(1020, 9100, false, "nobody answered")},
    };
    f->detail->finders[DETAIL_FINDER_PEX] =
        (struct detail_finder){.state = DETAIL_FINDER_WORKING,
                               .words = "14 peers talk",
                               .last_ms = FRAMES_NOW_MS - 31000,
                               .next_ms = -1,
                               .n_peers = 14,
                               .n_new = 2};
    f->detail->finders[DETAIL_FINDER_LSD] =
        (struct detail_finder){.state = DETAIL_FINDER_OFF,
                               .words = "off",
                               .last_ms = -1,
                               .next_ms = -1,
                               .n_peers = -1,
                               .n_new = -1};
    return f;
}

struct frame *frames_private(void)
{
    struct frame *f = frames_flow();
    for (int i = 0; i < DETAIL_N_FINDERS; i++)
        f->detail->finders[i] =
            (struct detail_finder){.state = DETAIL_FINDER_OFF,
                                   .words = "private: not used",
                                   .last_ms = -1,
                                   .next_ms = -1,
                                   .n_peers = -1,
                                   .n_new = -1};
    return f;
}

/* ---- The node ---- */

static void fill_family(struct detail_dht_family *f, uint32_t n_buckets,
                        uint8_t seed)
{
    f->is_on = true;
    memset(f->id, seed, sizeof f->id);
    f->n_buckets = n_buckets;
    for (uint32_t i = 0; i < n_buckets; i++) {
        struct detail_dht_bucket *b = &f->buckets[i];
        b->n_good = (uint8_t)(i + 3 < n_buckets ? 8 - (i + seed) % 4 / 2
                                                : n_buckets - i);
        b->n_questionable = (uint8_t)(i % 3);
        b->n_bad = i % 5 == 4;
        b->n_spare = (uint8_t)((i + seed) % 9);
        f->n_good += b->n_good;
        f->n_questionable += b->n_questionable;
        f->n_bad += b->n_bad;
    }
}

static void fill_addresses(struct detail_dht *d)
{
    struct detail_dht_family *v4 = &d->family[DETAIL_DHT_V4];
    v4->is_verified = v4->has_external = true;
    v4->external = addr_v4((const uint8_t[]){203, 0, 113, 9}, 0);
    v4->n_votes = 2;
    v4->votes[0].ip = v4->external;
    v4->votes[0].n = 41;
    v4->votes[1].ip = addr_v4((const uint8_t[]){198, 51, 100, 1}, 0);
    v4->votes[1].n = 2;
    v4->n_verified = 120;
    v4->size_estimate = 8412345;
    d->n_blocked = 3;
    d->n_blocked_shown = 1;
    d->blocked[0].ip = addr_v4((const uint8_t[]){192, 0, 2, 66}, 0);
    d->blocked[0].left_ms = 241000;
}

static void fill_traffic(struct detail_dht *d)
{
    static const uint32_t totals[] = {5120, 20416, 81000, 912, 3, 0, 44, 1};
    for (int i = 0; i < DETAIL_DHT_N_KINDS; i++)
        d->kind[i] =
            (struct detail_dht_traffic){.queries_in = totals[i] / 2,
                                        .replies_out = totals[i] / 2,
                                        .queries_out = totals[i] / 3,
                                        .replies_in = totals[i] / 4,
                                        .timeouts = totals[i] / 12,
                                        .queries_in_rate = totals[i] / 4000,
                                        .queries_out_rate = totals[i] / 3000};
    d->bytes_in = 14u << 20;
    d->bytes_out = 9u << 20;
    d->in_Bps = 2900;
    d->out_Bps = 1700;
    d->dropped_malformed = 4;
    d->dropped_limited = 310;
    d->dropped_unasked = 17;
}

static void fill_searches(struct detail_dht *d, const struct frame *f)
{
    static const struct detail_dht_search searches[] = {
        {.kind = DETAIL_DHT_GET_PEERS,
         .phase = DETAIL_DHT_LOOKING,
         .announces = true,
         .age_ms = 900,
         .n_asked = 12,
         .n_answered = 9,
         .n_failed = 1,
         .n_in_flight = 2,
         .n_peers = 34,
         .closest_prefix = 19},
        {.kind = DETAIL_DHT_GET_PEERS,
         .phase = DETAIL_DHT_ANNOUNCING,
         .announces = true,
         .age_ms = 4200,
         .n_asked = 41,
         .n_answered = 30,
         .n_announced = 5,
         .n_peers = 220,
         .closest_prefix = 22},
        {.kind = DETAIL_DHT_FIND_NODE,
         .phase = DETAIL_DHT_LOOKING,
         .age_ms = 61000,
         .n_asked = 3},
        {.kind = DETAIL_DHT_GET, .phase = DETAIL_DHT_QUEUED},
    };
    d->n_searches = 7;
    d->n_running = 3;
    d->n_shown = sizeof searches / sizeof searches[0];
    for (uint32_t i = 0; i < d->n_shown; i++) {
        d->searches[i] = searches[i];
        memset(d->searches[i].target, 0xa0 + (int)i, 20);
    }
    memcpy(d->searches[0].target, f->torrents[0]->info_hash, 20);
}

struct frame *frames_dht(void)
{
    struct frame *f = frames_one();
    struct detail_dht *d = xzalloc(sizeof *d);
    fill_family(&d->family[DETAIL_DHT_V4], 21, 0x3c);
    fill_family(&d->family[DETAIL_DHT_V6], 7, 0x91);
    fill_addresses(d);
    fill_traffic(d);
    fill_searches(d, f);
    d->n_hashes = 121;
    d->n_peers = 833;
    d->n_items = 2;
    d->n_quests = 7;
    d->port = 51413;
    f->dht = d;
    f->dht_state = FRAME_DHT_ON;
    f->n_dht_nodes =
        d->family[DETAIL_DHT_V4].n_good + d->family[DETAIL_DHT_V6].n_good;
    return f;
}

struct frame *frames_dht_alone(void)
{
    struct frame *f = frames_one();
    struct detail_dht *d = xzalloc(sizeof *d);
    d->family[DETAIL_DHT_V4].is_on = true;
    d->family[DETAIL_DHT_V4].n_buckets = 1;
    d->n_searches = d->n_shown = d->n_quests = 1;
    d->searches[0] = (struct detail_dht_search){.kind = DETAIL_DHT_GET_PEERS,
                                                .phase = DETAIL_DHT_WAITING,
                                                .announces = true,
                                                .age_ms = 2000};
    memcpy(d->searches[0].target, f->torrents[0]->info_hash, 20);
    d->port = 51413;
    f->dht = d;
    f->dht_state = FRAME_DHT_ALONE;
    return f;
}

struct frame *frames_dht_off(void)
{
    return frames_one();
}
