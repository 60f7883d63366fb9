/* progress.h -- one line on stderr that tells how far a long work is: bar, share,
 * rate and time to go, drawn over itself. Only when stderr is a terminal; as wide as
 * that is. Reads no clock and does not decide when it is done.
 * Owner and thread: the subcommand's; the one that owns stderr. */
#ifndef CMD_PROGRESS_H
#define CMD_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "util/rate.h"

enum {
    PROGRESS_PERIOD_MS = 100,
    PROGRESS_DELAY_MS = 300 /* what is over sooner needs no line: no flicker */
};

struct progress {
    const char *label; /* borrowed; clean text */
    uint64_t total;    /* bytes */
    uint64_t done;
    struct rate rate;
    int64_t begun_ms; /* of the first update; -1 before */
    int64_t drawn_ms;
    bool is_on;
    bool is_drawn;
};

/* Begin, for total bytes; with is_quiet, nothing is ever drawn. */
void progress_init(struct progress *p, const char *label, uint64_t total,
                   bool is_quiet);
/* So many bytes are done now; drawn from PROGRESS_DELAY_MS on, at most
 * every PROGRESS_PERIOD_MS. */
void progress_update(struct progress *p, uint64_t done, int64_t now_ms);
/* Take the line away. */
void progress_fini(struct progress *p);

#endif
