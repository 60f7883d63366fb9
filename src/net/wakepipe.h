/* wakepipe.h -- a bell that any thread rings and that wakes one poll loop: a
 * flag, and a pipe for the poll to see. Carries no data. Many rings before the
 * loop looks are one: only the first writes. Open struct, change it by calls. */
#ifndef NET_WAKEPIPE_H
#define NET_WAKEPIPE_H

#include "util/err.h"

#include <stdatomic.h>
#include <stdbool.h>

struct wakepipe {
    atomic_bool rung;
    int fds[2]; /* owned; -1: a bell without a pipe, for who does not poll */
};

/* Begin without a pipe. */
void wakepipe_init(struct wakepipe *w);
/* Make the pipe, non-blocking and closed on exec. ERR_SYS. */
enum err wakepipe_open(struct wakepipe *w) ERR_MUST_CHECK;
void wakepipe_fini(struct wakepipe *w);

/* What to poll for reading; -1 without a pipe. */
int wakepipe_fd(const struct wakepipe *w);

/* Any thread, never blocks. */
void wakepipe_ring(struct wakepipe *w);
/* Was it rung and not cleared since? */
bool wakepipe_is_rung(const struct wakepipe *w);
/* Empty the pipe: when poll says it is readable, before wakepipe_clear(). */
void wakepipe_drain(struct wakepipe *w);
/* Return whether it was rung, and make it silent. What was done before the ring
 * is visible after. */
bool wakepipe_clear(struct wakepipe *w);

#endif
