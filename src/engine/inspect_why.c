#include "config.h"

#include "engine/inspect_why.h"

#include "disk/queue.h"
#include "engine/inspect_web.h"
#include "engine/watch.h"

enum { GIVING_MS = 5000 /* a block came since */ };

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

static uint32_t bits_pct(uint16_t bits)
{
    uint32_t n = 0;
    for (; bits != 0; bits = (uint16_t)(bits & (bits - 1)))
        n++;
    return 100 * n / 16;
}

static void count_member(struct member *m, int64_t now_ms,
                         struct why_input *out)
{
    struct peer_status s;
    peer_status(m->peer, now_ms, &s);
    out->n_peers++;
    out->n_seeds += m->is_seed;
    out->n_incoming += s.is_incoming;
    out->n_slots_used += !s.am_choking && s.is_interested;
    out->n_they_want += s.is_interested;
    if (s.rate_down_Bps > out->best_peer_Bps)
        out->best_peer_Bps = s.rate_down_Bps;
    if (m->n_interesting == 0)
        return;
    out->n_useful++;
    if (s.is_choking)
        out->n_useful_choking++;
    else if (s.is_snubbed)
        out->n_snubbing++;
    else if (s.last_block_ms > 0 && now_ms - s.last_block_ms <= GIVING_MS)
        out->n_giving++;
    else if (s.n_outstanding == 0)
        out->n_starved++;
}

static void count_members(struct torrent *t, int64_t now_ms,
                          struct why_input *out)
{
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->peer != NULL && !peerlink_is_closing(m->link))
            count_member(m, now_ms, out);
        else
            out->n_half_open += m->peer == NULL;
}

static void count_trackers(const struct torrent *t, int64_t now_ms,
                           struct why_input *out)
{
    const struct announcer *a = trackers_announcer(t->trackers);
    int64_t next_ms = -1;
    out->n_trackers_disabled = (uint32_t)announcer_n_disabled(a);
    out->n_trackers =
        (uint32_t)announcer_n_trackers(a) - out->n_trackers_disabled;
    for (size_t i = 0; i < announcer_n_trackers(a); i++) {
        struct announcer_tracker tr;
        announcer_tracker(a, i, &tr);
        out->n_trackers_ok += tr.state == ANNOUNCER_WORKING;
        out->n_trackers_failing +=
            tr.state == ANNOUNCER_FAILING || tr.state == ANNOUNCER_REFUSED;
        if (tr.next_ms >= 0 && (next_ms < 0 || tr.next_ms < next_ms))
            next_ms = tr.next_ms;
    }
    out->next_announce_s = -1;
    if (next_ms >= 0)
        out->next_announce_s = next_ms > now_ms ? (next_ms - now_ms) / 1000 : 0;
}

void inspect_why_input(struct torrent *t, struct why_input *out)
{
    int64_t now_ms = now_of(t);
    const struct env *env = t->env;
    const struct watch *w = t->watch;
    uint64_t came = t->down.total;
    *out = (struct why_input){
        .is_running = torrent_is_running(t),
        .is_finished = pieces_is_finished(t->pieces),
        .is_no_space = t->state == TORRENT_NO_SPACE,
        .in_endgame = picker_in_endgame(t->picker),
        .down_Bps = rate_Bps(&t->down, now_ms),
        .up_Bps = rate_Bps(&t->up, now_ms),
        .wanted_left_bytes = pieces_bytes_wanted_left(t->pieces),
        .limit_down_Bps = t->down_limit.limit_Bps,
        .limit_up_Bps = t->up_limit.limit_Bps,
        .all_limit_down_Bps = env->limits->down.limit_Bps,
        .all_limit_up_Bps = env->limits->up.limit_Bps,
        .down_capped_pct = bits_pct(w->down_capped),
        .up_capped_pct = bits_pct(w->up_capped),
        .n_known = (uint32_t)peers_n_known(t->known),
        .n_dialable = (uint32_t)peers_n_dialable(t->known),
        .max_peers = t->max_peers,
        .n_no_source = w->n_no_source,
        .n_one_source = w->n_one_source,
        .n_wanted = pieces_n_wanted(t->pieces),
        .n_slots = t->n_slots,
        .n_disk_jobs = (uint32_t)diskq_depth(env->disk, NULL),
        .pool_used_pct =
            (uint32_t)(100 * pool_used(env->pool) / pool_max(env->pool)),
        .was_reached = t->overall->last_incoming_ms >= 0,
        .listen_port = env->listen_port,
        .wasted_pct =
            came > 0
                ? (uint32_t)(100 * (t->bytes_wasted - t->bytes_wasted_before) /
                             came)
                : 0,
        .n_hash_fails = t->n_hash_fails,
    };
    count_members(t, now_ms, out);
    inspect_web_why(t, now_ms, out);
    count_trackers(t, now_ms, out);
}
