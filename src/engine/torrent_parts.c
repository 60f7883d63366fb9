#include "config.h"

#include "engine/torrent_parts.h"

#include <string.h>

#include "util/log.h"

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

void torrent_post_about(struct torrent *t, struct event e, const char *text)
{
    struct cause line;
    cause_set(&line, "%s", text);
    memcpy(e.text, line.text, sizeof e.text);
    e.torrent = t->id;
    e.at_ms = now_of(t);
    torrent_touch(t);
    log_write(LOG_GENERAL, e.kind == EVENT_ERROR ? LOG_ERROR : LOG_INFO,
              "torrent %u: %s: %s", t->id, event_kind_name(e.kind), text);
    t->env->post(t->env->ctx, &e);
}

void torrent_post(struct torrent *t, enum event_kind kind, enum err err,
                  const char *text)
{
    torrent_post_about(t, (struct event){.kind = kind, .err = (int)err}, text);
}

void torrent_set_state(struct torrent *t, enum torrent_state state)
{
    static const char *const names[] = {
        [TORRENT_CHECKING] = "checking", [TORRENT_RUNNING] = "running",
        [TORRENT_NO_SPACE] = "no space", [TORRENT_FAILED] = "failed",
        [TORRENT_PAUSED] = "paused",     [TORRENT_STOPPING] = "stopping",
        [TORRENT_STOPPED] = "stopped",
    };
    log_write(LOG_GENERAL, LOG_DEBUG, "torrent %u: %s -> %s", t->id,
              names[t->state], names[state]);
    t->state = state;
    torrent_touch(t);
    if (state == TORRENT_RUNNING) {
        t->cause.text[0] = '\0';
        t->err = OK;
    }
    if (t->env->changed != NULL)
        t->env->changed(t->env->ctx, t->id);
}

bool torrent_is_running(const struct torrent *t)
{
    return t->state == TORRENT_RUNNING || t->state == TORRENT_NO_SPACE;
}

void torrent_submit(struct torrent *t, struct disk_job *job)
{
    t->n_jobs++;
    torrent_touch(t);
    t->holds_files = job->op != DISK_CLOSE;
    diskq_submit(t->env->disk, job);
}

void torrent_rest(struct torrent *t)
{
    torrent_set_state(t, TORRENT_PAUSED);
    torrent_submit(t, disk_job_new(DISK_CLOSE, t->store, t->id));
}

bool torrent_is_held(const struct torrent *t)
{
    return t->is_paused || t->is_waiting;
}

void torrent_seconds(const struct torrent *t, int64_t *down_out,
                     int64_t *seed_out)
{
    int64_t now_ms = now_of(t);
    *down_out = t->seconds_down_before;
    *seed_out = t->seconds_seed_before;
    int64_t down_until_ms = now_ms;
    if (t->finished_since_ms > 0) {
        *seed_out += (now_ms - t->finished_since_ms) / 1000;
        down_until_ms = t->finished_since_ms;
    }
    if (t->running_since_ms > 0 && down_until_ms > t->running_since_ms)
        *down_out += (down_until_ms - t->running_since_ms) / 1000;
}

void torrent_touch(struct torrent *t)
{
    t->row_is_good = t->is_at_rest = false;
}

struct member *torrent_member(struct torrent *t, peer_id_t id)
{
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->id == id && m->peer != NULL)
            return m;
    return NULL;
}

void torrent_fill_soon(struct torrent *t)
{
    if (t->fill_is_due || !torrent_is_running(t))
        return;
    t->fill_is_due = true;
    loop_defer(t->env->loop, t->fill, t);
}
