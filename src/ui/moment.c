#include "config.h"

#include "ui/moment.h"

#include <stdio.h>
#include <time.h>

enum { UNSTEADY_S = 1 };

void moment_follow(struct moment *m, const struct frame *f)
{
    if (f == NULL)
        return;
    int64_t offset_s = f->now_wall - f->now_ms / 1000;
    int64_t moved_s = offset_s - m->offset_s;
    if (m->is_known && moved_s >= -UNSTEADY_S && moved_s <= UNSTEADY_S)
        return;
    *m = (struct moment){.is_known = true, .offset_s = offset_s};
}

void moment_clock(const struct moment *m, int64_t at_ms, char dst[MOMENT_LEN])
{
    struct tm tm;
    time_t at = (time_t)(at_ms / 1000 + m->offset_s);
    if (!m->is_known || localtime_r(&at, &tm) == NULL ||
        strftime(dst, MOMENT_LEN, "%H:%M:%S", &tm) == 0)
        snprintf(dst, MOMENT_LEN, "--:--:--");
}
