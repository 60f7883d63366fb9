#include "config.h"

#include "tests/tui/frames_dht.h"

#include <stdio.h>

#include "model/detail.h"
#include "tests/tui/frames.h"
#include "tests/tui/frames_flow.h"

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
