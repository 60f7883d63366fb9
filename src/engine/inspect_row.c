#include "config.h"

#include "engine/inspect_row.h"

#include "engine/checkup.h"
#include "engine/inspect.h"
#include "engine/torrent_parts.h"
#include "model/frame.h"

/* Is something under way that shows in nearly every frame? Its beginning is told by
 * torrent_touch(). */
static bool is_moving(const struct torrent *t)
{
    return t->n_members > 0 || t->n_jobs > 0 || checkup_is_busy(t) ||
           t->haul != NULL || t->state == TORRENT_STOPPING ||
           t->row->rate_down_Bps > 0 || t->row->rate_up_Bps > 0;
}

/* Torrents that were started together are not all made anew in one frame. */
static int64_t max_age_ms(const struct torrent *t)
{
    enum { PARTS = 8 };
    return INSPECT_ROW_MAX_AGE_MS -
           t->id % PARTS * (INSPECT_ROW_MAX_AGE_MS / 2 / PARTS);
}

static void make_row(struct torrent *t, int64_t now_ms)
{
    struct frame_torrent values;
    inspect_frame(t, &values);
    frame_torrent_unref(t->row);
    t->row = frame_torrent_new(&values);
    t->row_due_ms = now_ms + max_age_ms(t);
    t->row_is_good = !is_moving(t);
}

struct frame_torrent *inspect_row(struct torrent *t)
{
    int64_t now_ms = loop_now_ms(t->env->loop);
    if (!t->row_is_good || now_ms >= t->row_due_ms)
        make_row(t, now_ms);
    return t->row;
}
