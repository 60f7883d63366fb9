#include "config.h"

#include "model/bridge.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "util/clock.h"
#include "util/xalloc.h"

struct bridge {
    pthread_mutex_t lock;
    pthread_cond_t news;     /* a frame or an event came */
    void (*wake)(void *ctx); /* the engine's; NULL: nobody to wake */
    void *wake_ctx;          /* borrowed: until bridge_set_wake() again */
    struct frame *frame;     /* owned; not yet taken, or NULL */
    struct event *events;    /* owned ring of BRIDGE_MAX_EVENTS */
    size_t first_event;
    size_t n_events;
    uint64_t n_lost;       /* of which nobody was told */
    struct command *first; /* owned list */
    struct command **last;
    struct given *given; /* owned list, the latest first */
};

/* A .torrent for the front end. */
struct given {
    struct given *next;
    uint8_t *bytes; /* owned */
    size_t len;
};

struct bridge *bridge_new(void)
{
    struct bridge *b = xzalloc(sizeof *b);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&b->news, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&b->lock, NULL);
    b->events = xcalloc(BRIDGE_MAX_EVENTS, sizeof *b->events);
    b->last = &b->first;
    return b;
}

void bridge_free(struct bridge *b)
{
    if (b == NULL)
        return;
    for (struct command *c = b->first; c != NULL;) {
        struct command *next = c->next;
        command_free(c);
        c = next;
    }
    size_t len;
    uint8_t *bytes;
    while ((bytes = bridge_take_torrent(b, &len)) != NULL)
        free(bytes);
    frame_free(b->frame);
    free(b->events);
    pthread_cond_destroy(&b->news);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

void bridge_set_wake(struct bridge *b, void (*wake)(void *ctx), void *ctx)
{
    pthread_mutex_lock(&b->lock);
    b->wake = wake;
    b->wake_ctx = ctx;
    pthread_mutex_unlock(&b->lock);
}

bool bridge_wants_frame(struct bridge *b)
{
    pthread_mutex_lock(&b->lock);
    bool wants = b->frame == NULL;
    pthread_mutex_unlock(&b->lock);
    return wants;
}

void bridge_publish(struct bridge *b, struct frame *f)
{
    pthread_mutex_lock(&b->lock);
    struct frame *old = b->frame;
    b->frame = f;
    pthread_cond_signal(&b->news);
    pthread_mutex_unlock(&b->lock);
    frame_free(old);
}

void bridge_post(struct bridge *b, const struct event *e)
{
    pthread_mutex_lock(&b->lock);
    if (b->n_events == BRIDGE_MAX_EVENTS) {
        b->first_event = (b->first_event + 1) % BRIDGE_MAX_EVENTS;
        b->n_events--;
        b->n_lost++;
    }
    size_t at = (b->first_event + b->n_events) % BRIDGE_MAX_EVENTS;
    b->events[at] = *e;
    b->n_events++;
    pthread_cond_signal(&b->news);
    pthread_mutex_unlock(&b->lock);
}

void bridge_give_torrent(struct bridge *b, uint8_t *bytes, size_t len)
{
    struct given *given = xmalloc(sizeof *given);
    pthread_mutex_lock(&b->lock);
    *given = (struct given){.next = b->given, .bytes = bytes, .len = len};
    b->given = given;
    pthread_mutex_unlock(&b->lock);
}

uint8_t *bridge_take_torrent(struct bridge *b, size_t *len_out)
{
    uint8_t *bytes = NULL;
    pthread_mutex_lock(&b->lock);
    struct given *given = b->given;
    if (given != NULL) {
        b->given = given->next;
        bytes = given->bytes;
        *len_out = given->len;
    }
    pthread_mutex_unlock(&b->lock);
    free(given);
    return bytes;
}

struct command *bridge_take_command(struct bridge *b)
{
    pthread_mutex_lock(&b->lock);
    struct command *c = b->first;
    if (c != NULL) {
        b->first = c->next;
        if (b->first == NULL)
            b->last = &b->first;
        c->next = NULL;
    }
    pthread_mutex_unlock(&b->lock);
    return c;
}

void bridge_send(struct bridge *b, struct command *c)
{
    assert(c->next == NULL);
    pthread_mutex_lock(&b->lock);
    *b->last = c;
    b->last = &c->next;
    /* Under the lock, so that the engine cannot go away in between; waking is
     * one write to a pipe that never blocks. */
    if (b->wake != NULL)
        b->wake(b->wake_ctx);
    pthread_mutex_unlock(&b->lock);
}

struct frame *bridge_take_frame(struct bridge *b)
{
    pthread_mutex_lock(&b->lock);
    struct frame *f = b->frame;
    b->frame = NULL;
    pthread_mutex_unlock(&b->lock);
    return f;
}

/* What stands for those that fell out before this one. */
static struct event make_lost(uint64_t n, const struct event *next)
{
    struct event e = {.kind = EVENT_LOST, .at_ms = next->at_ms};
    snprintf(e.text, sizeof e.text,
             "%" PRIu64 " events came too fast to be kept", n);
    return e;
}

bool bridge_take_event(struct bridge *b, struct event *out)
{
    pthread_mutex_lock(&b->lock);
    bool some = b->n_events > 0;
    if (some && b->n_lost > 0) {
        *out = make_lost(b->n_lost, &b->events[b->first_event]);
        b->n_lost = 0;
    } else if (some) {
        *out = b->events[b->first_event];
        b->first_event = (b->first_event + 1) % BRIDGE_MAX_EVENTS;
        b->n_events--;
    }
    pthread_mutex_unlock(&b->lock);
    return some;
}

void bridge_wait(struct bridge *b, int timeout_ms)
{
    int64_t until_ms = clock_now_ms() + timeout_ms;
    struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
                             .tv_nsec = (long)(until_ms % 1000) * 1000000};
    pthread_mutex_lock(&b->lock);
    int rc = 0;
    while (b->frame == NULL && b->n_events == 0 && rc == 0)
        rc = pthread_cond_timedwait(&b->news, &b->lock, &until);
    pthread_mutex_unlock(&b->lock);
}
