/* limits.h -- how fast bytes may move and how many connections there may be, over all
 * torrents. Decides yes or no at each question; keeps counts, knows no connection.
 * Invariant: n_half_open <= n_conns <= max_conns; each yes is taken back once.
 * Held by the session; loop thread only. Source of the figures: common practice of the
 * large clients. */
#ifndef ENGINE_LIMITS_H
#define ENGINE_LIMITS_H

#include "util/rate.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    LIMITS_MAX_CONNS = 200,
    LIMITS_MAX_CONNS_TORRENT = 60,
    LIMITS_MAX_HALF_OPEN = 64,
    LIMITS_DIALS_PER_S = 20,
    LIMITS_DIAL_BURST = 30,
    LIMITS_WORDS_LEN = 64
};

struct limits {
    struct bucket down; /* payload and protocol, all torrents */
    struct bucket up;
    uint32_t max_conns;
    uint32_t n_conns;     /* dialled or accepted, whatever their state */
    uint32_t n_half_open; /* dialled, not yet up */
    bool has_slots;   /* n_slots was set; else it follows the upload rates */
    uint32_t n_slots; /* of each torrent: peers that may download at once */
    int64_t dial_tokens_m; /* thousandths of a dial */
    int64_t dial_filled_ms;
};

/* Begin with nothing counted. max_conns: the most connections, 0 for LIMITS_MAX_CONNS;
 * fewer where the process cannot have the descriptors for them, after asking the system
 * for more. down_Bps, up_Bps: bytes a second, 0 for unlimited. */
void limits_init(struct limits *l, uint32_t max_conns, uint64_t down_Bps,
                 uint64_t up_Bps, int64_t now_ms);

/* How many connections there may be with so many descriptors: 80 % of all but 20, at
 * least a few. */
uint32_t limits_conns_for(uint64_t n_descriptors);

/* Rates that were set, for people: "D 2.0 MiB/s  U off"; 0: off. */
void limits_words(uint64_t down_Bps, uint64_t up_Bps,
                  char dst[LIMITS_WORDS_LEN]);

/* May one more peer be dialled now? If so it is counted as connected and half open:
 * limits_on_up() and limits_on_closed() take it back. */
bool limits_may_dial(struct limits *l, int64_t now_ms);
/* Many will be dialled at once: no second is to have more than LIMITS_DIAL_BURST. */
void limits_brace(struct limits *l, int64_t now_ms);
/* May one more be accepted? If so it is counted: limits_on_closed() takes it back. */
bool limits_may_accept(struct limits *l);
/* How many upload slots a torrent has from the next round on, whose rates justify
 * n_by_rate. */
uint32_t limits_slots(const struct limits *l, uint32_t n_by_rate);
/* A dialled connection is up: half open no more. */
void limits_on_up(struct limits *l);
/* One that was counted and up is dialled again: half open once more. */
void limits_on_redial(struct limits *l);
/* One that was counted went away; was it dialled and not yet up? */
void limits_on_closed(struct limits *l, bool half_open);

#endif
