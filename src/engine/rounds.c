#include "config.h"

#include "engine/rounds.h"

#include <stdlib.h>

#include "disk/haul.h"
#include "engine/charge.h"
#include "engine/relocate.h"
#include "engine/removal.h"
#include "engine/rouse.h"
#include "engine/seeker.h"
#include "engine/steer.h"
#include "engine/torrent.h"
#include "util/xalloc.h"

/* ---- Data that moved ---- */

static void be_done_with_old_place(struct steward *s, struct roster_entry *e)
{
    struct disk_job *job = disk_job_new(DISK_ERASE, NULL, e->id);
    job->haul = e->old_place;
    e->old_place = NULL;
    removal_spare(s, e, job->haul);
    steward_submit(s, e, job, STEWARD_TAG);
}

/* Its data are elsewhere now: write that down, then erase the old ones. */
static void take_old_place(struct steward *s, struct roster_entry *e)
{
    struct haul *old = relocate_take_old_place(e->torrent);
    if (old == NULL)
        return;
    haul_unref(e->old_place);
    e->old_place = old;
    steer_remember(e->torrent, e->kept);
    if (steward_can_save(e))
        steward_save(s, e, STEWARD_TAG_MOVED);
    else
        be_done_with_old_place(s, e);
}

/* ---- Rounds ---- */

void rounds_look(void *ctx)
{
    struct steward *s = ctx;
    /* From behind: a removal ends the entry. */
    for (size_t i = s->roster.n; i-- > 0;) {
        struct roster_entry *e = s->roster.order[i];
        if (e->torrent != NULL)
            take_old_place(s, e);
        if (e->fate != ROSTER_STAYS)
            removal_step(s, e);
    }
    /* Without bounds nobody waits: a thousand torrents that come to be one after another
     * are not gone through for each. */
    bool is_bounded = steward_has_bounds(s);
    if (!s->is_stopping && (is_bounded || s->was_bounded))
        charge_line_up(s);
    s->was_bounded = is_bounded;
}

void rounds_second(struct steward *s)
{
    for (size_t i = 0; i < s->roster.n; i++)
        if (s->roster.order[i]->torrent != NULL)
            torrent_second(s->roster.order[i]->torrent);
    if (!s->is_stopping)
        charge_second(s);
}

/* ---- The network ---- */

void rounds_lose(struct steward *s, bool v4, bool v6, const char *words)
{
    for (size_t i = 0; i < s->roster.n; i++) {
        struct roster_entry *e = s->roster.order[i];
        if (e->torrent != NULL)
            rouse_lose(e->torrent, v4, v6, words);
        else if (e->seeker != NULL)
            seeker_lose(e->seeker, v4, v6, words);
    }
}

void rounds_ask(struct steward *s, int64_t slept_ms)
{
    int64_t delay_ms = 0;
    limits_brace(s->env->limits, loop_now_ms(s->env->loop));
    for (size_t i = 0; i < s->roster.n && !s->is_stopping; i++) {
        struct roster_entry *e = s->roster.order[i];
        if (e->torrent != NULL)
            rouse_ask(e->torrent, slept_ms, delay_ms);
        else if (e->seeker != NULL)
            seeker_wake(e->seeker, slept_ms, delay_ms);
        delay_ms += ROUNDS_ASK_GAP_MS;
    }
}

/* ---- Jobs ---- */

static void on_own_job(struct steward *s, struct roster_entry *e,
                       struct disk_job *job)
{
    e->n_jobs--;
    bool is_of_old_place = job->op == DISK_ERASE && job->haul != e->haul;
    if (job->err != OK && job->op == DISK_SAVE)
        steward_post(s, e, EVENT_DISK, job->err, job->cause.text);
    else if (job->err != OK && is_of_old_place) {
        char *line = xasprintf("moved, but not all was deleted at the old "
                               "place: %s",
                               job->cause.text);
        steward_post(s, e, EVENT_COMMAND, job->err, line);
        free(line);
    } else if (job->err != OK && e->failed.text[0] == '\0') {
        e->failed = job->cause;
        e->err = job->err;
    }
    if (job->tag == STEWARD_TAG_MOVED && e->old_place != NULL) {
        if (job->err == OK)
            be_done_with_old_place(s, e);
        else { /* what is remembered is the old place: it stays whole */
            haul_unref(e->old_place);
            e->old_place = NULL;
        }
    }
    disk_job_free(job);
    /* What was saved changes nothing for others. */
    if (e->fate != ROSTER_STAYS)
        steward_look_soon(s);
}

void rounds_on_job(struct steward *s, struct disk_job *job)
{
    struct roster_entry *e = roster_find_id(&s->roster, job->torrent);
    bool is_own = job->tag == STEWARD_TAG || job->tag == STEWARD_TAG_MOVED;
    if (e != NULL && is_own)
        on_own_job(s, e, job);
    else if (e != NULL && e->torrent != NULL)
        torrent_on_job(e->torrent, job);
    else
        disk_job_free(job);
}
