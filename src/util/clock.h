/* clock.h -- the only reader of clocks. The engine reads it once a turn, in
 * loop_run(); everything below is given `now_ms`. */
#ifndef UTIL_CLOCK_H
#define UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

int64_t clock_now_ms(void);      /* CLOCK_MONOTONIC */
int64_t clock_now_us(void);
int64_t clock_boottime_ms(void); /* counts suspend too; monotonic where lacking */
time_t clock_wall(void);         /* for display and file times only */

#endif
