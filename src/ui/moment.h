/* moment.h -- times of day of what the engine told, by the engine's clock: frames say
 * what its clock and the time of day are at one moment. Steady: a frame that is a
 * little early or late moves no time that is shown. Plain value; front end's thread. */
#ifndef UI_MOMENT_H
#define UI_MOMENT_H

#include "model/frame.h"

#include <stdbool.h>
#include <stdint.h>

enum { MOMENT_LEN = 16 };

struct moment {
    bool is_known;
    int64_t offset_s; /* from the engine's clock to seconds since 1970 */
};

/* Learn from a frame; NULL: nothing. */
void moment_follow(struct moment *m, const struct frame *f);
/* "06:12:41" in the local time; "--:--:--" while nothing is known. */
void moment_clock(const struct moment *m, int64_t at_ms, char dst[MOMENT_LEN]);

#endif
