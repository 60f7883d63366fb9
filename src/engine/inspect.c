#include "config.h"

#include "engine/inspect.h"

#include <stdio.h>
#include <string.h>

#include "disk/haul.h"
#include "disk/kept.h"
#include "engine/exchange.h"
#include "engine/finding.h"
#include "engine/inspect_peers.h"
#include "engine/inspect_pieces.h"
#include "engine/inspect_web.h"
#include "engine/inspect_why.h"
#include "engine/localpeers.h"
#include "engine/members.h"
#include "engine/watch.h"
#include "model/frame.h"
#include "util/text.h"
#include "util/xalloc.h"

_Static_assert((int)DETAIL_TRACKER_DISABLED == (int)ANNOUNCER_DISABLED &&
                   (int)DETAIL_TRACKER_WORKING == (int)ANNOUNCER_WORKING &&
                   (int)DETAIL_TRACKER_WORDS == (int)ANNOUNCER_WORDS_MAX &&
                   (int)DETAIL_ATTEMPTS == (int)ANNOUNCER_HISTORY,
               "what the model calls them is what they are");

/* An entry of the list. */

static void add_eta(struct torrent *t, struct frame_torrent *out)
{
    struct history *h = t->watch->history;
    out->eta_s = out->eta_low_s = out->eta_high_s = -1;
    if (out->is_finished) {
        out->eta_s = out->eta_low_s = out->eta_high_s = 0;
        return;
    }
    if (h == NULL || !torrent_is_running(t))
        return;
    history_idle(h, loop_now_ms(t->env->loop) / 1000 - 1);
    (void)history_eta(h, out->wanted_left_bytes, &out->eta_s, &out->eta_low_s,
                      &out->eta_high_s);
}

static void add_view(struct torrent *t, struct frame_torrent *out)
{
    const struct watch *w = t->watch;
    out->is_stalled = w->is_stalled && t->state == TORRENT_RUNNING;
    if (out->is_stalled && out->cause[0] == '\0')
        out->cause = w->stall.text;
    out->is_sequential = picker_is_sequential(t->picker);
    out->is_private = t->meta->is_private;
    if (w->tracker_host[0] == '\0')
        watch_on_tracker(t);
    out->tracker_host = w->tracker_host;
    out->added_wall = t->added_wall;
    out->completed_wall = t->completed_wall;
    out->availability_m =
        pieces_n_peers(t->pieces) > 0 ? w->availability_m : -1;
    out->limit_down_Bps = t->down_limit.limit_Bps;
    out->limit_up_Bps = t->up_limit.limit_Bps;
    add_eta(t, out);
}

/* Paused, or not its turn. */
static enum frame_state resting_state(const struct torrent *t)
{
    return t->is_waiting && !t->is_paused ? FRAME_QUEUED : FRAME_PAUSED;
}

static enum frame_state frame_state_of(const struct torrent *t)
{
    switch (t->state) {
    case TORRENT_CHECKING:
        return FRAME_CHECKING;
    case TORRENT_RUNNING:
        if (pieces_is_complete(t->pieces))
            return FRAME_SEEDING;
        return pieces_is_finished(t->pieces) ? FRAME_FINISHED
                                             : FRAME_DOWNLOADING;
    case TORRENT_NO_SPACE:
        return FRAME_NO_SPACE;
    case TORRENT_FAILED:
        return FRAME_ERROR;
    case TORRENT_PAUSED:
        return resting_state(t);
    case TORRENT_STOPPING:
        switch (t->goal) {
        case TORRENT_TO_STOP:
            return FRAME_STOPPING;
        case TORRENT_TO_PAUSE:
            return resting_state(t);
        case TORRENT_TO_MOVE:
            return FRAME_MOVING;
        case TORRENT_TO_RESTART:
            return FRAME_CHECKING;
        }
        break;
    case TORRENT_STOPPED:
        return FRAME_STOPPED;
    }
    return FRAME_ERROR;
}

static void count_trackers(const struct torrent *t, struct frame_torrent *out)
{
    const struct announcer *a = trackers_announcer(t->trackers);
    out->n_trackers = (uint32_t)announcer_n_trackers(a);
    out->n_trackers_disabled = (uint32_t)announcer_n_disabled(a);
}

static void count_members(const struct torrent *t, struct frame_torrent *out)
{
    for (const struct member *m = t->members; m != NULL; m = m->next) {
        if (m->peer == NULL)
            out->n_connecting++;
        else
            out->n_peers++;
        if (m->peer != NULL && peerlink_is_incoming(m->link))
            out->n_incoming++;
        if (m->is_seed)
            out->n_seeds++;
    }
    members_overhead(t, &out->bytes_overhead_down, &out->bytes_overhead_up);
}

/* What its user gave it, beside what it is. */
static void add_settings(const struct torrent *t, struct frame_torrent *out)
{
    out->queue_pos = t->queue_pos;
    if (t->kept == NULL)
        return;
    out->is_forced = t->kept->is_forced;
    if (t->kept->label != NULL)
        out->label = t->kept->label;
}

void inspect_frame(struct torrent *t, struct frame_torrent *out)
{
    int64_t now_ms = loop_now_ms(t->env->loop);
    *out = (struct frame_torrent){
        .id = t->id,
        .name = t->name,
        .cause = t->cause.text,
        .tracker = t->tracker.text,
        .dir = t->dir,
        .top = metainfo_top(t->meta),
        .label = "",
        .tracker_host = "",
        .state = frame_state_of(t),
        .is_finished = pieces_is_finished(t->pieces),
        .size_bytes = t->geo->size_bytes,
        .wanted_bytes = pieces_bytes_wanted(t->pieces),
        .wanted_left_bytes = pieces_bytes_wanted_left(t->pieces),
        .have_bytes = pieces_bytes_have(t->pieces),
        .n_files = t->n_files,
        .n_pieces = t->geo->n_pieces,
        .n_pieces_have = pieces_n_have(t->pieces),
        .rate_down_Bps = rate_Bps(&t->down, now_ms),
        .rate_up_Bps = rate_Bps(&t->up, now_ms),
        .bytes_down = t->bytes_down_before + t->down.total,
        .bytes_up = t->bytes_up_before + t->up.total,
        .bytes_down_run = t->down.total,
        .bytes_up_run = t->up.total,
        .bytes_wasted = t->bytes_wasted,
        .n_hash_fails = t->n_hash_fails,
        .n_known = (uint32_t)peers_n_known(t->known),
        .n_banned = (uint32_t)peers_n_banned(t->known),
        .eta_s = -1,
        .err = (int)t->err,
    };
    memcpy(out->info_hash, t->meta->info_hash, sizeof out->info_hash);
    if (out->state == FRAME_PAUSED && t->is_paused)
        out->cause = t->paused_why.text;
    else if (out->state == FRAME_QUEUED)
        out->cause = t->waiting_why.text;
    add_settings(t, out);
    count_trackers(t, out);
    count_members(t, out);
    if (t->verify != NULL) {
        const struct verify_progress *p = verify_progress(t->verify);
        out->n_to_check = p->n_pieces;
        out->n_checked = p->n_good + p->n_bad + p->n_missing + p->n_unreadable;
    }
    if (t->haul != NULL) {
        out->n_to_check = 1000;
        out->n_checked = haul_progress_m(t->haul);
    }
    int64_t seconds_down;
    torrent_seconds(t, &seconds_down, &out->seconds_seed);
    if (out->is_finished)
        out->eta_s = 0;
    else if (out->rate_down_Bps > 0)
        out->eta_s = (int64_t)(out->wanted_left_bytes / out->rate_down_Bps);
    if (t->watch != NULL)
        add_view(t, out);
}

/* The detail. */

void inspect_dials(const struct peers *known, struct detail_dials *out)
{
    struct peers_tally tally = peers_tally(known);
    *out = (struct detail_dials){.n = tally.n_dialled,
                                 .n_greeted = tally.n_greeted,
                                 .n_refused = tally.n_failed[PEERS_UNREACHABLE],
                                 .n_silent = tally.n_failed[PEERS_SILENT],
                                 .n_no_handshake =
                                     tally.n_failed[PEERS_NO_HANDSHAKE],
                                 .n_came = tally.n_came};
}

static void add_attempts(const struct announcer *a, size_t i,
                         struct detail_tracker *out)
{
    struct announcer_attempt attempts[ANNOUNCER_HISTORY];
    out->n_attempts = announcer_history(a, i, attempts, ANNOUNCER_HISTORY);
    for (size_t k = 0; k < out->n_attempts; k++) {
        const struct announcer_attempt *from = &attempts[k];
        out->attempts[k] =
            (struct detail_attempt){.sent_ms = from->sent_ms,
                                    .took_ms = from->took_ms,
                                    .event = tracker_event_name(from->event),
                                    .ok = from->ok,
                                    .n_peers = from->n_peers,
                                    .n_seeds = from->n_seeds,
                                    .n_leechers = from->n_leechers};
        memcpy(out->attempts[k].words, from->words, sizeof from->words);
    }
}

void inspect_trackers(const struct announcer *a, struct detail *d)
{
    d->n_trackers = announcer_n_trackers(a);
    d->trackers = xcalloc(d->n_trackers, sizeof *d->trackers);
    for (size_t i = 0; i < d->n_trackers; i++) {
        struct announcer_tracker from;
        struct detail_tracker *out = &d->trackers[i];
        announcer_tracker(a, i, &from);
        out->tier = from.tier;
        out->place = from.place;
        out->state = (enum detail_tracker_state)from.state;
        out->last_ms = from.last_ms;
        out->next_ms = from.next_ms;
        out->n_fails = from.n_fails;
        out->n_seeds = from.n_seeds;
        out->n_leechers = from.n_leechers;
        out->n_downloaded = from.n_downloaded;
        out->n_peers = from.n_peers;
        out->interval_ms = from.interval_ms;
        out->is_warning = from.is_warning;
        memcpy(out->words, from.words, sizeof from.words);
        text_clean(out->url, sizeof out->url, from.url, strlen(from.url));
        add_attempts(a, i, out);
    }
}

static void add_trackers(struct torrent *t, struct detail *d)
{
    inspect_trackers(trackers_announcer(t->trackers), d);
    finding_status(t, &d->finders[DETAIL_FINDER_DHT]);
    exchange_row(t, &d->finders[DETAIL_FINDER_PEX]);
    struct detail_finder *lsd = &d->finders[DETAIL_FINDER_LSD];
    localpeers_row(t->env->localpeers, t->meta->info_hash, lsd);
    if (t->meta->is_private) {
        lsd->state = DETAIL_FINDER_OFF;
        snprintf(lsd->words, sizeof lsd->words, "private: not used");
    }
}

/* What it was told once, and what it is set to. */
static void add_facts(struct torrent *t, struct detail *d)
{
    const char *comment = t->meta->comment;
    memcpy(d->info_hash, t->meta->info_hash, sizeof d->info_hash);
    d->dir = text_clean_dup(t->dir, strlen(t->dir));
    if (comment != NULL)
        d->comment = text_clean_dup(comment, strlen(comment));
    d->is_private = t->meta->is_private;
    d->is_sequential = picker_is_sequential(t->picker);
    d->is_first_last = t->is_first_last;
    d->n_pieces = t->geo->n_pieces;
    d->piece_len = t->geo->piece_len;
    d->blocks_per_piece = t->geo->blocks_per_piece;
    d->size_bytes = t->geo->size_bytes;
    d->limit_down_Bps = t->down_limit.limit_Bps;
    d->limit_up_Bps = t->up_limit.limit_Bps;
    d->max_peers = t->max_peers;
    inspect_dials(t->known, &d->dials);
    d->added_wall = t->added_wall;
    d->completed_wall = t->completed_wall;
    torrent_seconds(t, &d->seconds_down, &d->seconds_seed);
}

static void add_numbers(struct torrent *t, struct detail *d)
{
    inspect_why_input(t, &d->why_input);
    why_rank(&d->why_input, &d->why);
    d->n_slots = t->n_slots;
    d->n_slots_used = d->why_input.n_slots_used;
    d->in_flight_bytes =
        pieces_n_asked_blocks(t->pieces) * (uint64_t)GEOMETRY_BLOCK_LEN;
    d->seen_complete_ms = t->watch->seen_complete_ms;
    announcer_swarm(trackers_announcer(t->trackers), &d->n_swarm_seeds,
                    &d->n_swarm_leechers);
    d->free_bytes =
        freespace_of(&t->overall->space, t->dir, loop_now_ms(t->env->loop));
    inspect_peers_sources(t, d);
}

static void add_history(struct torrent *t, struct detail *d)
{
    struct history *h = t->watch->history;
    if (h == NULL)
        return;
    history_idle(h, loop_now_ms(t->env->loop) / 1000 - 1);
    d->history = xmemdup(h, sizeof *h);
}

struct detail *inspect_torrent(struct torrent *t, const struct focus *focus)
{
    static const struct {
        uint32_t parts;
        void (*add)(struct torrent *t, struct detail *d);
    } adders[] = {
        {FOCUS_PIECES, inspect_pieces},
        {FOCUS_ACTIVE, inspect_pieces_active},
        {FOCUS_PEERS, inspect_peers},
        {FOCUS_FILES, inspect_pieces_files},
        {FOCUS_TRACKERS, add_trackers},
        {FOCUS_TRACKERS, inspect_web_list},
        {FOCUS_HISTORY, add_history},
        {FOCUS_SOURCES | FOCUS_AGES, inspect_pieces_origins},
        {FOCUS_TIMELINE, inspect_peers_timeline},
        {FOCUS_TRACE, inspect_peers_trace},
        {FOCUS_STACK, inspect_peers_stack},
    };
    struct detail *d = detail_new(t->id, focus);
    add_facts(t, d);
    add_numbers(t, d);
    for (size_t i = 0; i < sizeof adders / sizeof *adders; i++)
        if ((focus->parts & adders[i].parts) != 0)
            adders[i].add(t, d);
    return d;
}
