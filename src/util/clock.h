/* clock.h -- the only reader of clocks. The engine reads it once a turn, in
 * loop_run(); everything below is given `now_ms`. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

int64_t clock_now_ms(void); /* CLOCK_MONOTONIC */
int64_t clock_now_us(void); /* the same clock, finer */
/* Counts the time of suspend too; where the system has no such clock,
 * clock_now_ms(). */
int64_t clock_boottime_ms(void);
/* How long the machine has been suspended since it began, by those two; being stopped
 * (SIGSTOP) between reading one and the other is not taken for that. 0 where the system
 * has no such clock. */
int64_t clock_slept_ms(void);
time_t clock_wall(void); /* for display and file times only */

#endif
