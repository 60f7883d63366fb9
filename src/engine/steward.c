#include "config.h"

#include "engine/steward.h"

#include <string.h>

#include "engine/keeper.h"
#include "engine/seeker.h"
#include "engine/seeker_view.h"
#include "engine/torrent.h"
#include "util/log.h"

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

bool steward_can_save(const struct roster_entry *e)
{
    return e->is_saved && e->lock != NULL && e->fate == ROSTER_STAYS;
}

void steward_save(struct steward *s, struct roster_entry *e, uint64_t tag)
{
    e->save_is_due = false;
    if (!steward_can_save(e))
        return;
    struct disk_job *job = keeper_save_settings(s->statedir, e->kept, e->id);
    if (job != NULL)
        steward_submit(s, e, job, tag);
    else
        steward_post(s, e, EVENT_DISK, ERR_TOO_BIG,
                     "its settings are too large to be kept");
}

void steward_keep(struct steward *s, struct roster_entry *e)
{
    const struct metainfo *meta =
        e->torrent != NULL ? torrent_meta(e->torrent) : e->meta;
    e->is_saved = true;
    if (meta != NULL)
        steward_submit(s, e, keeper_save_torrent(s->statedir, meta, e->id),
                       STEWARD_TAG);
    steward_save(s, e, STEWARD_TAG);
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

/* ---- Turns ---- */

void steward_look_soon(struct steward *s)
{
    if (!loop_timer_armed(&s->step_timer))
        loop_timer_arm(s->env->loop, &s->step_timer, now_of(s));
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
                  struct overall *overall, void (*look)(void *steward))
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

/* What the row of a magnet shows of the fetching. */
static void fill_fetching(struct roster_entry *e, struct frame_torrent *row)
{
    row->chooses = e->kept->chooses;
    if (e->kept->is_paused)
        return;
    seeker_view_words(e->seeker, &e->cause);
    row->cause = e->cause.text;
    seeker_view_row(e->seeker, row);
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
        fill_fetching(e, &row);
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
