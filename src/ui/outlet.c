#include "config.h"

#include "ui/outlet.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/xalloc.h"

struct outlet {
    int fd;         /* borrowed */
    uint8_t *bytes; /* owned: cap bytes, those of [first, end) wait */
    size_t first, end, cap;
    uint64_t n_written;
    bool is_gone, has_lost;
};

struct outlet *outlet_new(int fd)
{
    struct outlet *o = xzalloc(sizeof *o);
    o->fd = fd;
    return o;
}

void outlet_free(struct outlet *o)
{
    if (o == NULL)
        return;
    free(o->bytes);
    free(o);
}

void outlet_push(struct outlet *o)
{
    while (o->first < o->end && !o->is_gone) {
        ssize_t n = write(o->fd, o->bytes + o->first, o->end - o->first);
        if (n > 0) {
            o->first += (size_t)n;
            o->n_written += (uint64_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            return;
        } else if (n == 0 || errno != EINTR) {
            o->is_gone = true;
        }
    }
    o->first = o->end = 0;
}

void outlet_put(struct outlet *o, const void *bytes, size_t len)
{
    if (len > OUTLET_MAX_LEN - outlet_len(o)) {
        o->has_lost = true;
        return;
    }
    if (len > o->cap - o->end) {
        if (o->first > 0)
            memmove(o->bytes, o->bytes + o->first, o->end - o->first);
        o->end -= o->first;
        o->first = 0;
        while (len > o->cap - o->end)
            o->cap = o->cap > 0 ? 2 * o->cap : 4096;
        o->bytes = xreallocarray(o->bytes, o->cap, 1);
    }
    memcpy(o->bytes + o->end, bytes, len);
    o->end += len;
    outlet_push(o);
}

bool outlet_drain(struct outlet *o, int wait_ms)
{
    int64_t until_ms = clock_now_ms() + wait_ms;
    outlet_push(o);
    while (outlet_len(o) > 0 && !o->is_gone) {
        int64_t rest_ms = until_ms - clock_now_ms();
        if (rest_ms <= 0)
            return false;
        struct pollfd p = {.fd = o->fd, .events = POLLOUT};
        poll(&p, 1, (int)rest_ms);
        outlet_push(o);
    }
    return outlet_len(o) == 0;
}

size_t outlet_len(const struct outlet *o)
{
    return o->end - o->first;
}

bool outlet_is_clear(const struct outlet *o)
{
    int pending = 0;
    if (o->is_gone || outlet_len(o) > 0)
        return false;
#ifdef TIOCOUTQ
    /* A line knows; a pseudo-terminal says 0, a pipe nothing. */
    if (ioctl(o->fd, TIOCOUTQ, &pending) != 0)
        pending = 0;
#endif
    return pending <= OUTLET_BACKLOG_LEN;
}

bool outlet_is_gone(const struct outlet *o)
{
    return o->is_gone;
}

bool outlet_has_lost(struct outlet *o)
{
    bool lost = o->has_lost;
    o->has_lost = false;
    return lost;
}

uint64_t outlet_n_written(const struct outlet *o)
{
    return o->n_written;
}
