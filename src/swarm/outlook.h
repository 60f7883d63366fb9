/* outlook.h -- when what is on order with somebody may be expected, and when it would
 * bring more: of a peer or a web server, at one moment, from its pace, the time of its
 * first answer, its queue, and its silence. Who is silent for longer than is its way is
 * expected to be so for as long again. What is not known is taken for middling.
 * Values; O(1). */
#ifndef SWARM_OUTLOOK_H
#define SWARM_OUTLOOK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    OUTLOOK_ROUND_MS = 250,          /* of one that never answered */
    OUTLOOK_MAX_ROUND_MS = 500,      /* longer ones are not the way's */
    OUTLOOK_PACE_BPS = 512 << 10,    /* of one that brought a block, at once */
    OUTLOOK_STRANGER_BPS = 64 << 10, /* of one that never answered */
    OUTLOOK_SLACK_MS = 100,  /* of payload on order beyond a round trip's */
    OUTLOOK_NEVER_MS = 60000 /* the lag of one that does not mean to send */
};

struct outlook {
    int64_t now_ms;
    int64_t round_ms; /* from asking one with nothing to do to its answer */
    uint64_t Bps;     /* its pace, not 0 */
    int64_t lag_ms;   /* silent for so long beyond its way */
    uint64_t bytes;   /* on order with it that did not come */
};

/* Fill one in. round_ms: -1, Bps: 0: not known. */
struct outlook outlook_of(int64_t now_ms, int64_t round_ms, uint64_t Bps,
                          uint64_t bytes);
/* It sent nothing since then, and should have: what ends the next block, so many bytes. */
void outlook_is_silent(struct outlook *o, int64_t since_ms,
                       uint64_t next_bytes);

/* When a block that was asked then is here: it ends after so many bytes of its queue. */
int64_t outlook_due_ms(const struct outlook *o, int64_t asked_ms,
                       uint64_t end_bytes);
/* How long it sends on, when it is told that it need not: not while it is silent. */
int64_t outlook_stop_ms(const struct outlook *o);
/* When a block is here that is asked now and ends so many bytes behind its queue. */
int64_t outlook_next_ms(const struct outlook *o, uint64_t more_bytes);
/* Would it run out of work before the answer to more could be here, had it more_bytes
 * more to do? */
bool outlook_has_room(const struct outlook *o, uint64_t more_bytes);

#endif
