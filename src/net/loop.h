/* loop.h -- the poll loop: descriptors, timers, deferred work, wake-up from
 * other threads. One thread owns a loop; only loop_wake() may be called by others.
 * One turn (loop_step): take the time once, run ready descriptors, run the wake
 * handler, run the timers due (ties in the order they were armed; one armed in
 * this turn waits for the next, even at 0), run deferred tasks (the same). Polling
 * is apart (loop_run_once), so that tests and simulations step a loop through
 * virtual time without a descriptor.
 * A callback may add, change or remove any descriptor or timer, its own too; a
 * descriptor added in a turn is not called in it, even when it got the number of
 * one removed.
 * arm and cancel: O(log n); loop_fd_*: O(1); a turn: O(fds). */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "util/err.h"
#include "util/heap.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_fd;

enum {
    LOOP_READ = 1,
    LOOP_WRITE = 2,
    LOOP_FAIL = 4 /* reported, never asked for: POLLERR, POLLHUP, POLLNVAL */
};

typedef void loop_fd_fn(void *ctx, unsigned ready);
typedef void loop_fn(void *ctx);

/* Memory of the user, who must cancel it before freeing it. */
struct loop_timer {
    struct heap_node node; /* first: the loop casts it back */
    loop_fn *fn;
    void *ctx; /* borrowed */
};

/* Return a loop whose time is now_ms until its first step. With poll: a wake-up
 * pipe is made (ERR_SYS); without (tests) loop_run_once() must not be called. */
enum err loop_new(int64_t now_ms, bool with_poll,
                  struct loop **out) ERR_MUST_CHECK;
/* NULL: nothing. No descriptor may be left; timers and deferred calls that are
 * left are forgotten. */
void loop_free(struct loop *loop);

/* The time of this turn, milliseconds, monotonic. */
int64_t loop_now_ms(const struct loop *loop);
/* The longest that loop_run_once() was at work, not waiting, since the last call. */
uint32_t loop_take_longest_ms(struct loop *loop);

/* Watch fd (borrowed: close it after loop_fd_remove) for `want`, of LOOP_READ and
 * LOOP_WRITE; 0 watches for failure only. fn is called with what of it is ready,
 * and LOOP_FAIL; again each turn while that lasts. The handle is owned by the
 * loop, and dead after loop_fd_remove(). */
struct loop_fd *loop_fd_add(struct loop *loop, int fd, unsigned want,
                            loop_fd_fn *fn, void *ctx);
void loop_fd_want(struct loop *loop, struct loop_fd *w, unsigned want);
void loop_fd_remove(struct loop *loop, struct loop_fd *w); /* NULL: nothing */

/* Give a timer its function; not armed. */
void loop_timer_init(struct loop_timer *t, loop_fn *fn, void *ctx);
/* Run fn once when the loop's time reaches at_ms (one in the past counts as
 * now); re-arms if armed already. */
void loop_timer_arm(struct loop *loop, struct loop_timer *t, int64_t at_ms);
void loop_timer_cancel(struct loop *loop, struct loop_timer *t);
bool loop_timer_armed(const struct loop_timer *t);

/* Run fn at the end of this turn (or the next, when called outside one). */
void loop_defer(struct loop *loop, loop_fn *fn, void *ctx);
/* Forget deferred calls with this ctx: for an owner that dies earlier. */
void loop_defer_cancel(struct loop *loop, void *ctx);

/* Make the loop turn soon and run its wake handler. Any thread; coalesces. */
void loop_wake(struct loop *loop);
void loop_on_wake(struct loop *loop, loop_fn *fn, void *ctx);

/* When there is something to do next: a timer, or now when a deferred call or a
 * wake-up waits. INT64_MAX when there is nothing. */
int64_t loop_next_due_ms(const struct loop *loop);

/* Do one turn at time now_ms (an earlier time than before counts as the same)
 * without polling. Runs the wake handler if loop_wake() was called since. */
void loop_step(struct loop *loop, int64_t now_ms);

/* Poll for at most max_wait_ms (-1: no bound), never past the next timer, rounded
 * up; then read the clock once and do one turn. A signal ends the wait, not the
 * turn. ERR_SYS when poll fails for another reason. */
enum err loop_run_once(struct loop *loop, int max_wait_ms) ERR_MUST_CHECK;

/* Assert the invariants of the loop's tables: for tests, between turns. */
void loop_check(const struct loop *loop);

#endif
