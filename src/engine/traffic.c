#include "config.h"

#include "engine/traffic.h"

#include "engine/finding.h"
#include "engine/members.h"
#include "engine/torrent_parts.h"
#include "engine/webasking.h"
#include "engine/webseeds.h"
#include "util/clock.h"

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

void traffic_on_progress(struct torrent *t)
{
    if (t->was_finished || !pieces_is_finished(t->pieces))
        return;
    bool at_start = t->running_since_ms == 0;
    t->was_finished = true;
    t->finished_since_ms = now_of(t);
    if (t->completed_wall == 0)
        t->completed_wall = clock_wall();
    torrent_post(t, EVENT_FINISHED, OK, at_start ? "already complete" : "done");
    if (t->env->changed != NULL)
        t->env->changed(t->env->ctx, t->id);
    if (at_start)
        return;
    if (pieces_is_complete(t->pieces))
        trackers_completed(t->trackers);
    webseeds_stop(t);
    members_on_finished(t);
}

void traffic_run(struct torrent *t)
{
    if (!pieces_is_finished(t->pieces))
        t->was_finished = false;
    else if (t->was_finished)
        t->finished_since_ms = now_of(t);
    traffic_on_progress(t);
    torrent_set_state(t, TORRENT_RUNNING);
    t->running_since_ms = now_of(t);
    trackers_start(t->trackers);
    finding_run(t);
    members_run(t);
    webasking_run(t);
}

void traffic_stop(struct torrent *t, const char *words)
{
    members_close_all(t, words);
    finding_stop(t);
    webseeds_stop(t);
    trackers_stop(t->trackers);
}

void traffic_fail(struct torrent *t, enum err err, const char *words)
{
    if (t->state == TORRENT_FAILED || t->state == TORRENT_PAUSED ||
        t->state == TORRENT_STOPPING || t->state == TORRENT_STOPPED)
        return;
    cause_set(&t->cause, "%s", words);
    t->err = err;
    torrent_set_state(t, TORRENT_FAILED);
    torrent_post(t, EVENT_ERROR, err, words);
    traffic_stop(t, "the torrent failed");
}
