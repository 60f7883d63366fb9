#include "config.h"

#include "net/loop.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/xalloc.h"
#include "net/wakepipe.h"

struct loop_fd {
    size_t slot; /* in loop->polled and loop->watches */
    unsigned want;
    loop_fd_fn *fn;
    void *ctx; /* borrowed */
};

struct deferred {
    loop_fn *fn; /* NULL: cancelled while the list was being run */
    void *ctx;   /* borrowed */
};

struct loop {
    int64_t now_ms;
    int64_t longest_ms; /* of the turns of loop_run_once() */
    bool has_turned;

    /* Two arrays in step: what poll() reads, and whose it is. A slot emptied
     * during dispatch has watch NULL and fd -1 until the dispatch ends, so that
     * no slot moves while the arrays are walked. */
    struct pollfd *polled;    /* owned */
    struct loop_fd **watches; /* owned array of owned watches */
    size_t n_slots;
    size_t cap_slots;
    size_t n_empty;
    int n_ready; /* of the last poll, not dispatched yet */
    bool dispatching;

    struct heap timers;

    struct deferred *deferred; /* owned */
    size_t n_deferred;
    size_t cap_deferred;

    struct wakepipe wake;
    struct loop_fd *wake_watch; /* owned by the table above; NULL: no poll */
    loop_fn *wake_fn;
    void *wake_ctx; /* borrowed */
};

static void drain_wake(void *ctx, unsigned ready)
{
    struct loop *loop = ctx;
    (void)ready;
    wakepipe_drain(&loop->wake);
}

enum err loop_new(int64_t now_ms, bool with_poll, struct loop **out)
{
    struct loop *loop = xzalloc(sizeof *loop);
    loop->now_ms = now_ms;
    heap_init(&loop->timers);
    wakepipe_init(&loop->wake);
    if (with_poll) {
        enum err err = wakepipe_open(&loop->wake);
        if (err != OK) {
            loop_free(loop);
            return err;
        }
        loop->wake_watch = loop_fd_add(loop, wakepipe_fd(&loop->wake),
                                       LOOP_READ, drain_wake, loop);
    }
    *out = loop;
    return OK;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    assert(!loop->dispatching);
    loop_fd_remove(loop, loop->wake_watch);
    assert(loop->n_slots == 0);
    wakepipe_fini(&loop->wake);
    heap_fini(&loop->timers);
    free(loop->polled);
    free(loop->watches);
    free(loop->deferred);
    free(loop);
}

int64_t loop_now_ms(const struct loop *loop)
{
    return loop->now_ms;
}

/* Descriptors. */

static short poll_events(unsigned want)
{
    int events = ((want & LOOP_READ) != 0 ? POLLIN : 0) |
                 ((want & LOOP_WRITE) != 0 ? POLLOUT : 0);
    return (short)events;
}

static unsigned ready_of(short revents)
{
    return ((revents & POLLIN) != 0 ? LOOP_READ : 0U) |
           ((revents & POLLOUT) != 0 ? LOOP_WRITE : 0U) |
           ((revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 ? LOOP_FAIL : 0U);
}

static void grow_slots(struct loop *loop)
{
    size_t cap = loop->cap_slots == 0 ? 16 : loop->cap_slots * 2;
    loop->polled = xreallocarray(loop->polled, cap, sizeof *loop->polled);
    loop->watches = xreallocarray(loop->watches, cap, sizeof *loop->watches);
    loop->cap_slots = cap;
}

struct loop_fd *loop_fd_add(struct loop *loop, int fd, unsigned want,
                            loop_fd_fn *fn, void *ctx)
{
    assert(fd >= 0 && (want & ~(unsigned)(LOOP_READ | LOOP_WRITE)) == 0);
    if (loop->n_slots == loop->cap_slots)
        grow_slots(loop);
    struct loop_fd *w = xzalloc(sizeof *w);
    *w = (struct loop_fd){.slot = loop->n_slots,
                          .want = want,
                          .fn = fn,
                          .ctx = ctx};
    loop->polled[w->slot] =
        (struct pollfd){.fd = fd, .events = poll_events(want)};
    loop->watches[w->slot] = w;
    loop->n_slots++;
    return w;
}

void loop_fd_want(struct loop *loop, struct loop_fd *w, unsigned want)
{
    w->want = want;
    loop->polled[w->slot].events = poll_events(want);
}

static void move_last_slot_to(struct loop *loop, size_t slot)
{
    size_t last = --loop->n_slots;
    if (slot == last)
        return;
    loop->polled[slot] = loop->polled[last];
    loop->watches[slot] = loop->watches[last];
    if (loop->watches[slot] != NULL)
        loop->watches[slot]->slot = slot;
}

void loop_fd_remove(struct loop *loop, struct loop_fd *w)
{
    if (w == NULL)
        return;
    if (loop->dispatching) {
        loop->polled[w->slot] = (struct pollfd){.fd = -1};
        loop->watches[w->slot] = NULL;
        loop->n_empty++;
    } else {
        move_last_slot_to(loop, w->slot);
    }
    free(w);
}

static void drop_empty_slots(struct loop *loop)
{
    for (size_t i = 0; i < loop->n_slots && loop->n_empty > 0;) {
        if (loop->watches[i] != NULL) {
            i++;
            continue;
        }
        move_last_slot_to(loop, i);
        loop->n_empty--;
    }
}

/* Slots are asked for by index each time: a callback may grow the arrays. What it
 * adds lies behind n_polled; what it removes has no events left. */
static void dispatch_fds(struct loop *loop)
{
    size_t n_polled = loop->n_slots;
    loop->dispatching = true;
    for (size_t i = 0; i < n_polled && loop->n_ready > 0; i++) {
        short revents = loop->polled[i].revents;
        if (revents == 0)
            continue;
        loop->polled[i].revents = 0;
        loop->n_ready--;
        const struct loop_fd *w = loop->watches[i];
        unsigned ready = ready_of(revents) & (w->want | LOOP_FAIL);
        if (ready != 0)
            w->fn(w->ctx, ready);
    }
    loop->dispatching = false;
    loop->n_ready = 0;
    drop_empty_slots(loop);
}

/* Timers. A timer armed during a turn cannot run in it: its key is at least now,
 * and its sequence number is later than those of all that were due before. So the
 * heap itself is the list of timers due. */

void loop_timer_init(struct loop_timer *t, loop_fn *fn, void *ctx)
{
    *t = (struct loop_timer){.fn = fn, .ctx = ctx};
}

void loop_timer_arm(struct loop *loop, struct loop_timer *t, int64_t at_ms)
{
    heap_remove(&loop->timers, &t->node);
    heap_push(&loop->timers, &t->node,
              at_ms > loop->now_ms ? at_ms : loop->now_ms);
}

void loop_timer_cancel(struct loop *loop, struct loop_timer *t)
{
    heap_remove(&loop->timers, &t->node);
}

bool loop_timer_armed(const struct loop_timer *t)
{
    return heap_contains(&t->node);
}

static void run_timers(struct loop *loop)
{
    uint64_t seq_end = loop->timers.next_seq;
    for (;;) {
        struct heap_node *node = heap_min(&loop->timers);
        if (node == NULL || node->key > loop->now_ms || node->seq >= seq_end)
            return;
        heap_remove(&loop->timers, node);
        struct loop_timer *t = (struct loop_timer *)node;
        t->fn(t->ctx);
    }
}

/* Deferred calls. */

void loop_defer(struct loop *loop, loop_fn *fn, void *ctx)
{
    if (loop->n_deferred == loop->cap_deferred) {
        loop->cap_deferred =
            loop->cap_deferred == 0 ? 16 : loop->cap_deferred * 2;
        loop->deferred = xreallocarray(loop->deferred, loop->cap_deferred,
                                       sizeof *loop->deferred);
    }
    loop->deferred[loop->n_deferred++] =
        (struct deferred){.fn = fn, .ctx = ctx};
}

void loop_defer_cancel(struct loop *loop, void *ctx)
{
    for (size_t i = 0; i < loop->n_deferred; i++) {
        if (loop->deferred[i].ctx == ctx)
            loop->deferred[i].fn = NULL;
    }
}

static void run_deferred(struct loop *loop)
{
    size_t n = loop->n_deferred;
    for (size_t i = 0; i < n; i++) {
        struct deferred d = loop->deferred[i];
        loop->deferred[i].fn = NULL;
        if (d.fn != NULL)
            d.fn(d.ctx);
    }
    loop->n_deferred -= n;
    if (loop->n_deferred > 0)
        memmove(loop->deferred, loop->deferred + n,
                loop->n_deferred * sizeof *loop->deferred);
}

/* Wake-up and turns. */

void loop_wake(struct loop *loop)
{
    wakepipe_ring(&loop->wake);
}

void loop_on_wake(struct loop *loop, loop_fn *fn, void *ctx)
{
    loop->wake_fn = fn;
    loop->wake_ctx = ctx;
}

int64_t loop_next_due_ms(const struct loop *loop)
{
    if (loop->n_deferred > 0 || wakepipe_is_rung(&loop->wake))
        return loop->now_ms;
    const struct heap_node *node = heap_min(&loop->timers);
    return node != NULL ? node->key : INT64_MAX;
}

uint32_t loop_take_longest_ms(struct loop *loop)
{
    int64_t ms = loop->longest_ms;
    loop->longest_ms = 0;
    return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

void loop_step(struct loop *loop, int64_t now_ms)
{
    if (now_ms > loop->now_ms)
        loop->now_ms = now_ms;
    dispatch_fds(loop);
    if (wakepipe_clear(&loop->wake) && loop->wake_fn != NULL)
        loop->wake_fn(loop->wake_ctx);
    run_timers(loop);
    run_deferred(loop);
}

/* Milliseconds to poll for, -1: no end. now_ms is rounded down, so that what is
 * due in 0.4 ms gives 1, never 0. */
static int poll_wait_ms(int64_t due_ms, int64_t now_ms, int max_wait_ms)
{
    if (due_ms <= now_ms)
        return 0;
    if (due_ms == INT64_MAX)
        return max_wait_ms;
    int64_t wait_ms = due_ms - now_ms;
    if (max_wait_ms >= 0 && wait_ms > max_wait_ms)
        return max_wait_ms;
    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

enum err loop_run_once(struct loop *loop, int max_wait_ms)
{
    assert(loop->wake_watch != NULL && !loop->dispatching);
    int64_t now_ms = clock_now_ms();
    if (now_ms < loop->now_ms)
        now_ms = loop->now_ms;
    /* The clock of the turn before stood at its beginning. */
    if (loop->has_turned && now_ms - loop->now_ms > loop->longest_ms)
        loop->longest_ms = now_ms - loop->now_ms;
    loop->has_turned = true;
    int wait_ms = poll_wait_ms(loop_next_due_ms(loop), now_ms, max_wait_ms);
    int n = poll(loop->polled, (nfds_t)loop->n_slots, wait_ms);
    if (n < 0 && errno != EINTR)
        return ERR_SYS;
    loop->n_ready = n < 0 ? 0 : n;
    loop_step(loop, clock_now_ms());
    return OK;
}

void loop_check(const struct loop *loop)
{
    size_t n_empty = 0;
    for (size_t i = 0; i < loop->n_slots; i++) {
        const struct loop_fd *w = loop->watches[i];
        if (w == NULL) {
            assert(loop->polled[i].fd == -1);
            n_empty++;
            continue;
        }
        assert(w->slot == i && loop->polled[i].fd >= 0);
        assert(loop->polled[i].events == poll_events(w->want));
    }
    assert(n_empty == loop->n_empty);
    assert(loop->dispatching || n_empty == 0);
    assert(loop->n_slots <= loop->cap_slots);
    assert(loop->n_deferred <= loop->cap_deferred);
}
