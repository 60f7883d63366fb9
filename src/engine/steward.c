#include "config.h"

#include "engine/steward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/haul.h"
#include "engine/admit.h"
#include "engine/charge.h"
#include "engine/keeper.h"
#include "engine/magnets.h"
#include "engine/obey.h"
#include "engine/relocate.h"
#include "engine/removal.h"
#include "engine/seeker.h"
#include "engine/seeker_view.h"
#include "engine/steer.h"
#include "engine/torrent.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

static int64_t now_of(const struct steward *s)
{
    return loop_now_ms(s->env->loop);
}

void steward_post(struct steward *s, const struct roster_entry *e,
                  enum event_kind kind, enum err err, const char *text)
{
    struct event event = {.kind = kind,
                          .torrent = e != NULL ? e->id : 0,
                          .err = (int)err,
                          .at_ms = now_of(s)};
    struct cause line;
    cause_set(&line, "%s", text);
    memcpy(event.text, line.text, sizeof event.text);
    log_write(LOG_GENERAL, LOG_INFO, "torrent %u: %s: %s", event.torrent,
              event_kind_name(kind), text);
    s->env->post(s->env->ctx, &event);
}

/* ---- Saving ---- */

void steward_submit(struct steward *s, struct roster_entry *e,
                    struct disk_job *job, uint64_t tag)
{
    job->tag = tag;
    e->n_jobs++;
    diskq_submit(s->env->disk, job);
}

static bool can_save(const struct roster_entry *e)
{
    return e->is_saved && e->lock != NULL && e->fate == ROSTER_STAYS;
}

void steward_save(struct steward *s, struct roster_entry *e, uint64_t tag)
{
    e->save_is_due = false;
    if (!can_save(e))
        return;
    struct disk_job *job = keeper_save_settings(s->statedir, e->kept, e->id);
    if (job != NULL)
        steward_submit(s, e, job, tag);
    else
        steward_post(s, e, EVENT_DISK, ERR_TOO_BIG,
                     "its settings are too large to be kept");
}

static void save_due(struct steward *s)
{
    for (size_t i = 0; i < s->roster.n; i++)
        if (s->roster.order[i]->save_is_due)
            steward_save(s, s->roster.order[i], STEWARD_TAG);
}

static void on_save_timer(void *ctx)
{
    save_due(ctx);
}

void steward_save_soon(struct steward *s, struct roster_entry *e)
{
    e->save_is_due = true;
    if (!loop_timer_armed(&s->save_timer))
        loop_timer_arm(s->env->loop, &s->save_timer,
                       now_of(s) + STEWARD_SAVE_MS);
}

/* ---- Looking at it all ---- */

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
    if (can_save(e))
        steward_save(s, e, STEWARD_TAG_MOVED);
    else
        be_done_with_old_place(s, e);
}

static void look(void *ctx)
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

void steward_look_soon(struct steward *s)
{
    if (!loop_timer_armed(&s->step_timer))
        loop_timer_arm(s->env->loop, &s->step_timer, now_of(s));
}

void steward_second(struct steward *s)
{
    for (size_t i = 0; i < s->roster.n; i++)
        if (s->roster.order[i]->torrent != NULL)
            torrent_second(s->roster.order[i]->torrent);
    if (!s->is_stopping)
        charge_second(s);
}

void steward_limit(struct steward *s, const struct command_limits *limits)
{
    if (limits->has_active) {
        s->was_bounded = s->was_bounded || steward_has_bounds(s);
        s->bounds.max_down = limits->max_active_down;
        s->bounds.max_seeds = limits->max_active_seeds;
    }
    if (limits->has_goals) {
        s->seed_ratio_m = limits->seed_ratio_m;
        s->seed_minutes = limits->seed_minutes;
    }
    steward_look_soon(s);
}

bool steward_has_bounds(const struct steward *s)
{
    return s->bounds.max_down > 0 || s->bounds.max_seeds > 0;
}

/* ---- What is asked ---- */

typedef enum err (*steward_function)(struct steward *s, struct roster_entry *e,
                                     const struct command *c,
                                     struct cause *cause);

static enum err not_open(const struct roster_entry *e, struct cause *cause)
{
    if (e->fate != ROSTER_STAYS)
        cause_set(cause, "it is being removed");
    else
        cause_set(cause, "%s", e->cause.text);
    return ERR_BUSY;
}

/* What one torrent does by itself, and is to be remembered. */
static enum err tell_torrent(struct steward *s, struct roster_entry *e,
                             const struct command *c, struct cause *cause)
{
    if (e->seeker != NULL)
        return magnets_obey(s, e, c, cause);
    if (e->torrent == NULL)
        return not_open(e, cause);
    enum err err = obey_command(e->torrent, c, cause);
    steer_remember(e->torrent, e->kept);
    return err;
}

static enum err pause(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    if (e->torrent != NULL || e->seeker != NULL)
        return tell_torrent(s, e, c, cause);
    e->kept->is_paused = true;
    return OK;
}

static enum err resume(struct steward *s, struct roster_entry *e,
                       const struct command *c, struct cause *cause)
{
    if (e->torrent != NULL || e->seeker != NULL)
        return tell_torrent(s, e, c, cause);
    e->kept->is_paused = false;
    return admit_retry(s, e, cause);
}

static enum err remove_it(struct steward *s, struct roster_entry *e,
                          const struct command *c, struct cause *cause)
{
    (void)cause;
    removal_begin(s, e, c->flag);
    return OK;
}

static enum err limit(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    const struct command_limits *to = &c->limits;
    if (to->has_goals) {
        e->kept->seed_ratio_m = to->seed_ratio_m;
        e->kept->seed_minutes = to->seed_minutes;
        e->kept->is_seeded = false;
    }
    return tell_torrent(s, e, c, cause);
}

static enum err label(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    (void)s;
    (void)cause;
    char clean[FRAME_LABEL_LEN] = "";
    if (c->text != NULL)
        text_clean(clean, sizeof clean, c->text, strlen(c->text));
    free(e->kept->label);
    e->kept->label = clean[0] != '\0' ? xstrdup(clean) : NULL;
    return OK;
}

static enum err move_in_queue(struct steward *s, struct roster_entry *e,
                              const struct command *c, struct cause *cause)
{
    (void)cause;
    (void)roster_move(&s->roster, e, c->delta);
    return OK;
}

static enum err force(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    if (e->seeker != NULL)
        return magnets_obey(s, e, c, cause);
    e->kept->is_forced = c->flag;
    if (!c->flag || e->torrent == NULL)
        return e->torrent == NULL ? not_open(e, cause) : OK;
    if (torrent_is_paused(e->torrent))
        torrent_resume(e->torrent);
    steer_remember(e->torrent, e->kept);
    return OK;
}

static enum err move_data(struct steward *s, struct roster_entry *e,
                          const struct command *c, struct cause *cause)
{
    (void)s;
    if (e->torrent == NULL)
        return not_open(e, cause);
    if (c->text == NULL || c->text[0] != '/') {
        cause_set(cause, "a folder is named from / on");
        return ERR_INVALID;
    }
    return relocate_begin(e->torrent, c->text, cause);
}

static enum err track(struct steward *s, struct roster_entry *e,
                      const struct command *c, struct cause *cause)
{
    bool is_kept;
    if (e->torrent == NULL && e->seeker == NULL)
        return not_open(e, cause);
    enum err err =
        admit_track(e, c->text != NULL ? c->text : "", &is_kept, cause);
    if (err != OK)
        return err;
    cause_set(cause, "tracker added%s",
              is_kept ? ""
                      : ", but not for the next start: there are too many");
    steward_post(s, e, EVENT_COMMAND, OK, cause->text);
    return OK;
}

static enum err untrack(struct steward *s, struct roster_entry *e,
                        const struct command *c, struct cause *cause)
{
    if (e->torrent == NULL)
        return not_open(e, cause);
    char *url = NULL;
    enum err err =
        steer_untrack(e->torrent, c->text != NULL ? c->text : "", &url, cause);
    if (err != OK)
        return err;
    if (!kept_urls_remove(&e->kept->more_trackers, url))
        (void)kept_urls_add(&e->kept->no_trackers, url);
    free(url);
    steward_post(s, e, EVENT_COMMAND, OK, "tracker removed");
    return OK;
}

/* Those that are here; what else obey knows is told to the torrent. */
static const steward_function functions[COMMAND_N_KINDS] = {
    [COMMAND_PAUSE] = pause,         [COMMAND_RESUME] = resume,
    [COMMAND_REMOVE] = remove_it,    [COMMAND_LIMITS] = limit,
    [COMMAND_TRACKER] = track,       [COMMAND_UNTRACK] = untrack,
    [COMMAND_LABEL] = label,         [COMMAND_QUEUE] = move_in_queue,
    [COMMAND_FORCE] = force,         [COMMAND_MOVE] = move_data,
    [COMMAND_PEER] = tell_torrent,   [COMMAND_REANNOUNCE] = tell_torrent,
    [COMMAND_VERIFY] = tell_torrent, [COMMAND_PRIORITY] = tell_torrent,
    [COMMAND_RAISE] = tell_torrent,  [COMMAND_SEQUENTIAL] = tell_torrent,
    [COMMAND_KICK] = tell_torrent,   [COMMAND_BAN] = tell_torrent,
    [COMMAND_SNUB] = tell_torrent,   [COMMAND_FIRST_LAST] = tell_torrent,
    [COMMAND_CHOOSE] = tell_torrent,
};

static void obey_of(struct steward *s, struct roster_entry *e,
                    const struct command *c)
{
    struct cause cause = {""};
    bool is_free = e->fate == ROSTER_STAYS &&
                   (e->lock != NULL || c->kind == COMMAND_RESUME);
    enum err err =
        is_free ? functions[c->kind](s, e, c, &cause) : not_open(e, &cause);
    if (e->torrent != NULL)
        torrent_touch(e->torrent);
    if (err != OK)
        steward_post(s, e, EVENT_COMMAND, err, cause.text);
    else if (e->fate == ROSTER_STAYS)
        steward_save_soon(s, e);
}

static bool can_be_for_all(enum command_kind kind)
{
    return kind == COMMAND_PAUSE || kind == COMMAND_RESUME ||
           kind == COMMAND_VERIFY;
}

bool steward_obey(struct steward *s, const struct command *c)
{
    if (functions[c->kind] == NULL ||
        (c->torrent == 0 && !can_be_for_all(c->kind)))
        return false;
    struct roster_entry *e = roster_find_id(&s->roster, c->torrent);
    if (s->is_stopping)
        return true;
    if (e != NULL)
        obey_of(s, e, c);
    for (size_t i = 0; c->torrent == 0 && i < s->roster.n; i++) {
        e = s->roster.order[i];
        bool is_for_it = e->fate == ROSTER_STAYS &&
                         (e->torrent != NULL || c->kind == COMMAND_RESUME ||
                          (e->is_magnet && c->kind == COMMAND_PAUSE));
        if (is_for_it)
            obey_of(s, e, c);
    }
    steward_look_soon(s);
    return true;
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

void steward_on_job(struct steward *s, struct disk_job *job)
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

/* ---- Stopping ---- */

void steward_stop(struct steward *s)
{
    s->is_stopping = true;
    save_due(s);
    for (size_t i = 0; i < s->roster.n; i++) {
        struct roster_entry *e = s->roster.order[i];
        if (e->torrent != NULL)
            torrent_stop(e->torrent);
        if (e->seeker != NULL)
            seeker_stop(e->seeker);
    }
}

void steward_stop_now(struct steward *s)
{
    for (size_t i = 0; i < s->roster.n; i++)
        if (s->roster.order[i]->torrent != NULL)
            torrent_stop_now(s->roster.order[i]->torrent);
        else if (s->roster.order[i]->seeker != NULL)
            seeker_stop_now(s->roster.order[i]->seeker);
}

bool steward_is_stopped(const struct steward *s)
{
    if (loop_timer_armed(&s->step_timer))
        return false;
    for (size_t i = 0; i < s->roster.n; i++) {
        const struct roster_entry *e = s->roster.order[i];
        bool is_open = e->torrent != NULL && !torrent_is_stopped(e->torrent);
        bool seeks = e->seeker != NULL && !seeker_is_quiet(e->seeker);
        if (is_open || seeks || e->n_jobs > 0 || e->fate != ROSTER_STAYS)
            return false;
    }
    return true;
}

void steward_init(struct steward *s, struct env *env, struct statedir *statedir,
                  struct overall *overall)
{
    *s = (struct steward){.env = env, .statedir = statedir, .overall = overall};
    roster_init(&s->roster);
    undo_init(&s->undo);
    loop_timer_init(&s->step_timer, look, s);
    loop_timer_init(&s->save_timer, on_save_timer, s);
}

void steward_fini(struct steward *s)
{
    roster_fini(&s->roster);
    undo_fini(&s->undo);
    if (s->env->loop == NULL)
        return;
    loop_timer_cancel(s->env->loop, &s->step_timer);
    loop_timer_cancel(s->env->loop, &s->save_timer);
}

/* ---- What is seen ---- */

struct torrent *steward_torrent(const struct steward *s, uint32_t id)
{
    struct roster_entry *e = roster_find_id(&s->roster, id);
    return e != NULL ? e->torrent : NULL;
}

struct torrent *steward_torrent_of(const struct steward *s,
                                   const uint8_t info_hash[20])
{
    struct roster_entry *e = roster_find_hash(&s->roster, info_hash);
    return e != NULL ? e->torrent : NULL;
}

bool steward_accept(struct steward *s, struct conn *conn,
                    const struct handshake *theirs)
{
    struct roster_entry *e = roster_find_hash(&s->roster, theirs->info_hash);
    if (e == NULL || (e->torrent == NULL && e->seeker == NULL))
        return false;
    if (e->torrent != NULL)
        torrent_accept(e->torrent, conn, theirs);
    else
        seeker_accept(e->seeker, conn, theirs);
    return true;
}

void steward_add_peers(struct steward *s, const uint8_t info_hash[20],
                       const struct addr *addrs, size_t n,
                       enum peers_source source)
{
    struct roster_entry *e = roster_find_hash(&s->roster, info_hash);
    if (e != NULL && e->torrent != NULL)
        torrent_add_peers(e->torrent, addrs, n, source);
    else if (e != NULL && e->seeker != NULL)
        seeker_add_peers(e->seeker, addrs, n, source);
}

struct detail *steward_detail(const struct steward *s,
                              const struct focus *focus)
{
    struct roster_entry *e = roster_find_id(&s->roster, focus->torrent);
    if (e != NULL && e->torrent != NULL)
        return torrent_detail(e->torrent, focus);
    if (e != NULL && e->seeker != NULL)
        return seeker_view_detail(e->seeker, e->kept, focus);
    return NULL;
}

/* Of one that is not open. */
static struct frame_torrent *closed_row(struct roster_entry *e,
                                        uint32_t queue_pos)
{
    struct frame_torrent row = {.id = e->id,
                                .state = FRAME_ERROR,
                                .name = e->name,
                                .label = e->kept->label,
                                .dir = e->kept->dir,
                                .eta_s = -1,
                                .eta_low_s = -1,
                                .eta_high_s = -1,
                                .availability_m = -1,
                                .err = (int)e->err,
                                .added_wall = e->kept->added_wall,
                                .is_forced = e->kept->is_forced,
                                .queue_pos = queue_pos};
    if (e->fate != ROSTER_STAYS)
        row.state = FRAME_STOPPING;
    else if (e->is_magnet && e->lock != NULL)
        row.state = e->kept->is_paused ? FRAME_PAUSED : FRAME_METADATA;
    memcpy(row.info_hash, e->info_hash, sizeof row.info_hash);
    if (row.state == FRAME_METADATA)
        magnets_row(e, &row);
    if (row.state == FRAME_ERROR || row.state == FRAME_METADATA)
        row.cause = e->cause.text;
    if (e->meta != NULL) {
        row.size_bytes = e->meta->geo.size_bytes;
        row.n_pieces = e->meta->geo.n_pieces;
        row.is_private = e->meta->is_private;
        row.top = metainfo_top(e->meta);
    }
    frame_torrent_unref(e->row);
    e->row = frame_torrent_new(&row);
    return e->row;
}

struct frame *steward_frame(const struct steward *s)
{
    struct frame *f = frame_new_shared(s->roster.n);
    for (size_t i = 0; i < f->n_torrents; i++) {
        struct roster_entry *e = s->roster.order[i];
        f->torrents[i] = e->torrent != NULL
                             ? torrent_row(e->torrent, (uint32_t)i + 1)
                             : closed_row(e, (uint32_t)i + 1);
    }
    frame_gather(f);
    f->max_active_down = s->bounds.max_down;
    f->max_active_seeds = s->bounds.max_seeds;
    f->seed_ratio_m = s->seed_ratio_m;
    f->seed_minutes = s->seed_minutes;
    return f;
}
