/* timeline.h -- ten minutes of one peer: choking, interest, rates and its queue, a second
 * a slot. A plain value without pointers, 3.6 kB; O(1) a sample. Time is whole seconds
 * of the engine's clock. */
#ifndef MODEL_TIMELINE_H
#define MODEL_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

enum { TIMELINE_SLOTS = 600 };

/* What a peer was at in one second, as bits. A gap repeats the second before it. */
enum {
    TIMELINE_KNOWN = 1 << 0,         /* it was connected: 0 is "not there" */
    TIMELINE_THEY_CHOKE = 1 << 1,
    TIMELINE_WE_CHOKE = 1 << 2,
    TIMELINE_WE_INTERESTED = 1 << 3, /* in them */
    TIMELINE_THEY_INTERESTED = 1 << 4,
    TIMELINE_SNUBBED = 1 << 5,
    TIMELINE_OPTIMISTIC = 1 << 6,    /* our unchoke is by lot */
    TIMELINE_EVENT = 1 << 7          /* bad data, time-out or reject */
};

struct timeline_slot {
    uint8_t flags;
    uint8_t depth_pct;   /* requests on order, of those wanted; 100 is full */
    uint16_t down_kiBps; /* KiB/s, rounded up; saturating */
    uint16_t up_kiBps;
};

struct timeline {
    int64_t first_s;
    int64_t now_s; /* the latest; first_s - 1: none yet */
    struct timeline_slot slots[TIMELINE_SLOTS];
};

void timeline_init(struct timeline *t, int64_t now_s);
/* As history_add(): seconds in between repeat the one before them. */
void timeline_add(struct timeline *t, int64_t now_s, struct timeline_slot slot);
size_t timeline_len(const struct timeline *t);
/* The slot `age` seconds back; age < timeline_len(). */
struct timeline_slot timeline_at(const struct timeline *t, size_t age);
/* Of the seconds it has: how many (per cent) had all of `flags` set and none of
 * `clear`. */
uint32_t timeline_share_pct(const struct timeline *t, uint8_t flags,
                            uint8_t clear);

#endif
