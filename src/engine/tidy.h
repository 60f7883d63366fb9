/* tidy.h -- gives memory that is free back to the system when a session has come to
 * rest: a start of many torrents, or the end of a busy time, leaves the allocator with
 * several times what is in use. Decides only when. A part of a session; loop thread
 * only. A call of the allocator's costs milliseconds, so it is made TIDY_QUIET_MS after
 * the last tidy_soon(), and then now and then. */
#ifndef ENGINE_TIDY_H
#define ENGINE_TIDY_H

#include "net/loop.h"

enum { TIDY_QUIET_MS = 15000, TIDY_EVERY_MS = 600000 };

struct tidy {
    struct loop *loop; /* borrowed */
    struct loop_timer timer;
};

/* loop: borrowed, outlives it. */
void tidy_init(struct tidy *t, struct loop *loop);
void tidy_fini(struct tidy *t);
/* Something began that will leave memory behind. */
void tidy_soon(struct tidy *t);

#endif
