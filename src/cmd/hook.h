/* hook.h -- runs the user's programs when a torrent is complete (on-complete) or cannot
 * go on (on-error). What was complete when it was started is not told again.
 * A program is started from its argv, by no shell, with the environment of this process
 * and the facts added; its standard streams are /dev/null, its signals and descriptors
 * those of a fresh program. Facts: TESSERA_EVENT (complete, error), TESSERA_NAME
 * (clean), TESSERA_HASH (40 digits), TESSERA_SIZE (bytes), TESSERA_LABEL, TESSERA_ERROR
 * (a line, or empty); TESSERA_DIR and TESSERA_PATH (as on disk), where it is known
 * where the torrent lies.
 * An event waits for the next frame, which has the facts. HOOK_MAX_RUNNING programs run
 * at once, HOOK_MAX_WAITING more wait; what is beyond is said, and dropped.
 * Never blocks. Owner and thread: the front end's, main. */
#ifndef CMD_HOOK_H
#define CMD_HOOK_H

#include "cmd/opt.h"
#include "model/event.h"
#include "model/frame.h"

#include <stddef.h>

enum { HOOK_MAX_RUNNING = 4, HOOK_MAX_WAITING = 256 };

struct hook;

/* The argument lists are borrowed; n 0: no such program. `say` gets a clean line when a
 * program cannot be started, once for each of the two. */
struct hook *hook_new(const struct opt_list *on_complete,
                      const struct opt_list *on_error,
                      void (*say)(void *ctx, const char *line), void *ctx);
/* Start what waits, all of it, and wait for nothing. NULL: nothing. */
void hook_free(struct hook *h);

void hook_on_event(struct hook *h, const struct event *e);
/* Take the facts of what happened. O(rows), when something did. */
void hook_on_frame(struct hook *h, const struct frame *f);
/* Look for programs that have ended, and start what waits: now and then. */
void hook_tick(struct hook *h);

/* Programs that run and that wait, for tests. */
size_t hook_n_running(const struct hook *h);
size_t hook_n_waiting(const struct hook *h);

#endif
