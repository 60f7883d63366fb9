#include "config.h"

#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>

static struct timespec monotonic(void)
{
    struct timespec ts;
    if (clock_gettime(CLOCK_MONOTONIC, &ts) != 0) {
        perror("tessera: clock_gettime");
        abort();
    }
    return ts;
}

static int64_t in_ms(struct timespec ts)
{
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    return in_ms(monotonic());
}

int64_t clock_now_us(void)
{
    struct timespec ts = monotonic();
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_boottime_ms(void)
{
#ifdef CLOCK_BOOTTIME
    struct timespec ts;
    if (clock_gettime(CLOCK_BOOTTIME, &ts) == 0)
        return in_ms(ts);
#endif
    return clock_now_ms();
}

int64_t clock_slept_ms(void)
{
    enum { APART_MS = 2, TRIES = 100 };
    int64_t slept_ms = 0;
    for (int i = 0; i < TRIES; i++) {
        int64_t before_ms = clock_now_ms();
        slept_ms = clock_boottime_ms() - before_ms;
        if (clock_now_ms() - before_ms <= APART_MS)
            break;
    }
    return slept_ms;
}

time_t clock_wall(void)
{
    struct timespec ts;
    return clock_gettime(CLOCK_REALTIME, &ts) == 0 ? ts.tv_sec : 0;
}
