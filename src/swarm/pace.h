/* pace.h -- how quickly somebody sends blocks while some are asked of it: what it would
 * bring if it were asked. Unlike a rate it is not less for the time in which nothing was
 * asked, or in which the first answer was on its way.
 * Measured over stretches of PACE_MS, from one block to a later one, while more are on
 * order; of stretches that follow one another the mean, the latest counting half. A value
 * of its own, without memory; zeroed, nothing is known. */
#ifndef SWARM_PACE_H
#define SWARM_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PACE_MS = 500,
    PACE_MIN_MS = 50 /* shorter stretches say nothing */
};

struct pace {
    uint64_t Bps;     /* of the stretches so far; 0: there was none */
    bool is_on;       /* a stretch is under way */
    int64_t since_ms; /* since then */
    uint64_t bytes;   /* so much came in it */
};

/* A block of len bytes is here; has_more: others are on order. */
void pace_on_block(struct pace *p, uint32_t len, bool has_more, int64_t now_ms);
/* Nothing is on order any more, or it need not send for a while. */
void pace_pause(struct pace *p);
/* Bytes a second; 0: not known. */
uint64_t pace_Bps(const struct pace *p, int64_t now_ms);

#endif
