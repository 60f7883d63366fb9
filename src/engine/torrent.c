#include "config.h"

#include "engine/torrent.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/checkup.h"
#include "engine/exchange.h"
#include "engine/finding.h"
#include "engine/inspect.h"
#include "engine/inspect_row.h"
#include "engine/intake.h"
#include "engine/members.h"
#include "engine/metaserve.h"
#include "engine/relocate.h"
#include "engine/steer.h"
#include "engine/survey.h"
#include "engine/torrent_jobs.h"
#include "engine/torrent_parts.h"
#include "engine/traffic.h"
#include "engine/verdict.h"
#include "engine/watch.h"
#include "engine/weed.h"
#include "engine/webasking.h"
#include "engine/webseeds.h"
#include "util/text.h"
#include "util/xalloc.h"

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

/* Stopping, and what comes after it. */

/* Nothing is under way: hold nothing, and let the time that it ran be over. */
static void settle(struct torrent *t)
{
    torrent_seconds(t, &t->seconds_down_before, &t->seconds_seed_before);
    t->running_since_ms = t->finished_since_ms = 0;
    t->save_is_last = false;
    verdict_forget(t);
}

static void restart(struct torrent *t)
{
    t->cause.text[0] = '\0';
    t->err = OK;
    torrent_set_state(t, TORRENT_CHECKING);
    checkup_start(t);
}

/* STOPPING goes on when writes are done (save), when all jobs are, and, if it is for
 * good, when trackers have been told. */
static void stop_step(struct torrent *t)
{
    if (t->state != TORRENT_STOPPING || t->n_writes > 0)
        return;
    if (!t->save_is_last && !t->is_saving && t->running_since_ms > 0)
        checkup_save_last(t);
    if (t->n_jobs > 0 || checkup_is_busy(t) || t->n_members > 0)
        return;
    switch (t->goal) {
    case TORRENT_TO_STOP:
        if (trackers_is_quiet(t->trackers))
            torrent_set_state(t, TORRENT_STOPPED);
        break;
    case TORRENT_TO_PAUSE:
        settle(t);
        torrent_rest(t);
        break;
    case TORRENT_TO_MOVE:
        if (!relocate_step(t))
            break;
        settle(t);
        restart(t);
        break;
    case TORRENT_TO_RESTART:
        settle(t);
        restart(t);
        break;
    }
}

static void stop_for(struct torrent *t, enum torrent_goal goal)
{
    if (t->state == TORRENT_STOPPED ||
        (t->state == TORRENT_STOPPING && t->goal == TORRENT_TO_STOP))
        return;
    /* What moves goes on as it is then to be, or gives it up to stop. */
    if (t->move_to != NULL && goal == TORRENT_TO_STOP)
        relocate_give_up(t);
    else if (t->move_to != NULL)
        goal = TORRENT_TO_MOVE;
    t->goal = goal;
    if (t->state != TORRENT_STOPPING) {
        torrent_set_state(t, TORRENT_STOPPING);
        diskq_cancel(t->env->disk, t->id);
        verdict_drop_stalled(t);
        traffic_stop(t, "stopping");
    }
    stop_step(t);
}

void torrent_stop(struct torrent *t)
{
    stop_for(t, TORRENT_TO_STOP);
}

static void hold(struct torrent *t)
{
    if (t->state != TORRENT_PAUSED)
        stop_for(t, TORRENT_TO_PAUSE);
    else if (t->env->changed != NULL)
        t->env->changed(t->env->ctx, t->id);
}

static void let_go(struct torrent *t, bool was_held)
{
    if (t->state == TORRENT_PAUSED)
        restart(t);
    else if (was_held || t->state == TORRENT_FAILED)
        stop_for(t, TORRENT_TO_RESTART);
}

void torrent_pause_for(struct torrent *t, const char *words)
{
    t->is_paused = true;
    cause_set(&t->paused_why, "%s", words);
    hold(t);
}

void torrent_pause(struct torrent *t)
{
    torrent_pause_for(t, "");
}

void torrent_resume(struct torrent *t)
{
    bool was_held = t->is_paused;
    t->is_paused = false;
    if (t->is_waiting)
        hold(t);
    else
        let_go(t, was_held);
}

void torrent_wait(struct torrent *t, const char *words)
{
    bool was_waiting = t->is_waiting;
    t->is_waiting = words != NULL;
    cause_set(&t->waiting_why, "%s", words != NULL ? words : "");
    if (t->is_waiting == was_waiting || t->is_paused)
        return;
    if (t->is_waiting)
        hold(t);
    else
        let_go(t, true);
}

bool torrent_is_waiting(const struct torrent *t)
{
    return t->is_waiting;
}

void torrent_verify(struct torrent *t)
{
    t->check_all = true;
    if (t->state == TORRENT_PAUSED)
        restart(t);
    else
        stop_for(t, TORRENT_TO_RESTART);
}

enum err torrent_move(struct torrent *t, const char *dir, struct cause *cause)
{
    enum err err = relocate_begin(t, dir, cause);
    if (err == OK)
        stop_for(t, TORRENT_TO_MOVE);
    return err;
}

bool torrent_is_paused(const struct torrent *t)
{
    return t->is_paused;
}

bool torrent_is_stopped(const struct torrent *t)
{
    return t->state == TORRENT_STOPPED;
}

void torrent_stop_now(struct torrent *t)
{
    if (t->state == TORRENT_STOPPING && t->goal == TORRENT_TO_STOP &&
        t->n_jobs == 0 && !checkup_is_busy(t))
        torrent_set_state(t, TORRENT_STOPPED);
}

/* Jobs. */

void torrent_on_job(struct torrent *t, struct disk_job *job)
{
    torrent_touch(t);
    if (job->tag == CHECKUP_TAG_VERIFY) {
        t->holds_files = true;
        checkup_on_verify_job(t, job);
        stop_step(t);
        return;
    }
    assert(t->n_jobs > 0);
    t->n_jobs--;
    torrent_jobs_done(t, job);
    stop_step(t);
    members_let_go(t);
}

/* Beginning and end. */

static void on_totals(void *ctx, struct announcer_totals *out)
{
    struct torrent *t = ctx;
    *out = (struct announcer_totals){
        .uploaded = t->up.total,
        .downloaded = t->down.total,
        .left = pieces_bytes_left(t->pieces),
        .port = trackers_announced_port(t->env),
        .is_partial_seed =
            pieces_is_finished(t->pieces) && !pieces_is_complete(t->pieces),
    };
}

static void on_tracker_peer(void *ctx, const struct addr *a)
{
    struct torrent *t = ctx;
    peers_add(t->known, a, PEERS_TRACKER, now_of(t));
    if (!loop_timer_armed(&t->dial_timer))
        loop_timer_arm(t->env->loop, &t->dial_timer, now_of(t));
}

static void on_tracker_words(void *ctx, bool good, const char *words)
{
    struct torrent *t = ctx;
    cause_set(&t->tracker, "%s", words);
    watch_on_tracker(t);
    torrent_post(t, EVENT_TRACKER, good ? OK : ERR_REFUSED, words);
}

static void on_trackers_quiet(void *ctx)
{
    stop_step(ctx);
}

static void take_config(struct torrent *t, const struct torrent_config *config)
{
    int64_t now_ms = now_of(t);
    t->id = config->id;
    t->kept = config->kept;
    t->meta = config->meta;
    t->n_files = (uint32_t)metainfo_n_on_disk(t->meta);
    t->geo = &t->meta->geo;
    t->store = config->store;
    t->dir = xstrdup(config->dir);
    t->resume_path = config->resume_path;
    t->preallocate = config->preallocate;
    t->guards_data = config->guards_data;
    t->overall = config->overall;
    t->is_paused = config->is_paused;
    t->is_waiting = config->is_waiting;
    t->added_wall = config->added_wall;
    cause_set(&t->paused_why, "%s",
              config->paused_why != NULL ? config->paused_why : "");
    t->max_peers =
        config->max_peers > 0 ? config->max_peers : LIMITS_MAX_CONNS_TORRENT;
    t->file_priorities = xmalloc(t->meta->n_files);
    memset(t->file_priorities, PIECE_NORMAL, t->meta->n_files);
    if (config->priorities != NULL)
        memcpy(t->file_priorities, config->priorities, t->meta->n_files);
    bucket_init(&t->down_limit, config->limit_down_Bps, now_ms);
    bucket_init(&t->up_limit, config->limit_up_Bps, now_ms);
    text_clean(t->name, sizeof t->name, t->meta->name, strlen(t->meta->name));
}

struct torrent *torrent_new(struct env *env,
                            const struct torrent_config *config)
{
    struct torrent *t = xzalloc(sizeof *t);
    t->env = env;
    t->on_eased = stop_step;
    take_config(t, config);
    if (t->overall != NULL)
        watch_init(t);
    rate_init(&t->down);
    rate_init(&t->up);
    memcpy(t->hello.info_hash, t->meta->info_hash, sizeof t->hello.info_hash);
    if (config->peer_id != NULL)
        memcpy(t->hello.peer_id, config->peer_id, sizeof t->hello.peer_id);
    else
        handshake_make_peer_id(&env->rng, t->hello.peer_id);
    t->hello.fast = t->hello.extended = true;
    t->pieces = pieces_new(t->geo);
    t->picker = picker_new(t->pieces, &env->rng);
    picker_set_sequential(t->picker, config->is_sequential);
    t->is_first_last = config->is_first_last;
    t->choker = choker_new(&env->rng);
    t->known = config->known != NULL ? config->known
                                     : peers_new(t->hello.peer_id, &env->rng);
    weed_init(t);
    if (t->meta->is_private)
        peers_set_private(t->known);
    struct trackers_host host = {.totals = on_totals,
                                 .on_peer = on_tracker_peer,
                                 .on_words = on_tracker_words,
                                 .on_quiet = on_trackers_quiet,
                                 .ctx = t};
    t->trackers = config->trackers;
    if (t->trackers != NULL)
        trackers_give(t->trackers, t->meta->is_private, &host);
    else
        t->trackers = trackers_new(env, t->meta, t->hello.peer_id, &host);
    if (torrent_is_held(t))
        trackers_stop(t->trackers);
    finding_init(t);
    t->exchange = exchange_new(t);
    steer_apply(t);
    members_init(t);
    intake_init(t);
    verdict_init(t);
    webasking_init(t);
    checkup_init(t);
    if (!config->is_restored)
        torrent_post(t, EVENT_ADDED, OK, t->name);
    checkup_start(t);
    return t;
}

void torrent_free(struct torrent *t)
{
    if (t == NULL)
        return;
    webseeds_fini(t);
    members_fini(t);
    exchange_free(t->exchange);
    watch_fini(t);
    verdict_fini(t);
    intake_fini(t);
    checkup_fini(t);
    relocate_fini(t);
    metaserve_fini(t);
    trackers_free(t->trackers);
    finding_fini(t);
    peers_free(t->known);
    choker_free(t->choker);
    picker_free(t->picker);
    pieces_free(t->pieces);
    store_unref(t->store);
    metainfo_free(t->meta);
    free(t->file_priorities);
    free(t->resume_path);
    free(t->dir);
    frame_torrent_unref(t->row);
    free(t);
}

void torrent_accept(struct torrent *t, struct conn *conn,
                    const struct handshake *theirs)
{
    members_accept(t, conn, theirs);
}

void torrent_adopt(struct torrent *t, struct peerlink *link,
                   enum peers_source source, bool is_counted)
{
    members_adopt(t, link, source, is_counted);
}

void torrent_add_peers(struct torrent *t, const struct addr *addrs, size_t n,
                       enum peers_source source)
{
    members_add_peers(t, addrs, n, source);
}

void torrent_refuse(struct torrent *t, enum err err, const char *words)
{
    torrent_post(t, EVENT_COMMAND, err, words);
}

uint32_t torrent_id(const struct torrent *t)
{
    return t->id;
}

const struct metainfo *torrent_meta(const struct torrent *t)
{
    return t->meta;
}

const char *torrent_dir(const struct torrent *t)
{
    return t->dir;
}

const char *torrent_name(const struct torrent *t)
{
    return t->name;
}

const uint8_t *torrent_info_hash(const struct torrent *t)
{
    return t->meta->info_hash;
}

/* What the front end sees. */

void torrent_frame(struct torrent *t, struct frame_torrent *out)
{
    inspect_frame(t, out);
}

struct frame_torrent *torrent_row(struct torrent *t, uint32_t queue_pos)
{
    if (t->queue_pos != queue_pos)
        torrent_touch(t);
    t->queue_pos = queue_pos;
    return inspect_row(t);
}

void torrent_second(struct torrent *t)
{
    survey_second(t);
}

void torrent_focus(struct torrent *t, const struct focus *focus)
{
    bool is_traced = focus != NULL && (focus->parts & FOCUS_TRACE) != 0;
    watch_focus(t, focus != NULL, is_traced ? focus->peer : PEER_ID_NONE);
}

struct detail *torrent_detail(struct torrent *t, const struct focus *focus)
{
    return inspect_torrent(t, focus);
}

void torrent_check(struct torrent *t)
{
    pieces_check(t->pieces);
    picker_check(t->picker);
    peers_check(t->known);
    blame_check(t->blame);
    uint64_t n_asked = 0;
    members_check(t, &n_asked);
    n_asked += webseeds_n_asked(t);
    assert(pieces_n_asked_blocks(t->pieces) <= n_asked);
}
