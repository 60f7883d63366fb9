#include "config.h"

#include "engine/choking.h"

#include <stdlib.h>

#include "engine/torrent_parts.h"
#include "engine/watch.h"
#include "util/xalloc.h"

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

static void on_round(void *ctx)
{
    struct torrent *t = ctx;
    t->choke_is_due = false;
    if (!torrent_is_running(t))
        return;
    int64_t now_ms = now_of(t);
    struct choker_peer *peers = xcalloc(t->n_members, sizeof *peers);
    struct member **who = xcalloc(t->n_members, sizeof *who);
    size_t n = 0;
    for (struct member *m = t->members; m != NULL; m = m->next) {
        if (m->peer == NULL || peerlink_is_closing(m->link))
            continue;
        struct peer_status s;
        peer_status(m->peer, now_ms, &s);
        who[n] = m;
        peers[n++] =
            (struct choker_peer){.peer = m->id,
                                 .is_interested = s.is_interested,
                                 .is_unchoked = !s.am_choking,
                                 .is_snubbed = s.is_snubbed,
                                 .is_seed = m->is_seed,
                                 .is_shunned = m->is_shunned,
                                 .rate_down_Bps = s.rate_down_Bps,
                                 .rate_up_Bps = s.rate_up_Bps,
                                 .bytes_since_unchoke =
                                     s.am_choking
                                         ? 0
                                         : s.bytes_up - m->bytes_at_unchoke,
                                 .flipped_ms = m->flipped_ms,
                                 .connected_ms = s.connected_ms};
    }
    /* More slots than usual only while those there are make full use of theirs. */
    t->n_slots = limits_slots(t->env->limits, choker_slots_by_rate(peers, n));
    struct choker_config config = {.n_slots = t->n_slots,
                                   .is_seeding = pieces_is_finished(t->pieces),
                                   .piece_len = t->geo->piece_len};
    choker_run(t->choker, &config, peers, n, now_ms);
    for (size_t i = 0; i < n; i++) {
        who[i]->is_optimistic = peers[i].is_optimistic;
        who[i]->choke_rank = peers[i].rank;
        if (peers[i].unchoke == peers[i].is_unchoked)
            continue;
        struct peer_status s;
        peer_status(who[i]->peer, now_ms, &s);
        who[i]->bytes_at_unchoke = s.bytes_up;
        who[i]->flipped_ms = now_ms;
        peer_set_choked(who[i]->peer, !peers[i].unchoke, now_ms);
        watch_on_slot(who[i], peers[i].unchoke);
    }
    free(peers);
    free(who);
    if (t->n_members > 0) {
        int64_t at_ms = choker_deadline_ms(t->choker);
        loop_timer_arm(t->env->loop, &t->choke_timer,
                       at_ms > now_ms ? at_ms : now_ms + 1);
    }
}

void choking_soon(struct torrent *t)
{
    if (t->choke_is_due)
        return;
    t->choke_is_due = true;
    loop_timer_arm(t->env->loop, &t->choke_timer, now_of(t));
}

void choking_init(struct torrent *t)
{
    loop_timer_init(&t->choke_timer, on_round, t);
}

void choking_stop(struct torrent *t)
{
    t->choke_is_due = false;
    loop_timer_cancel(t->env->loop, &t->choke_timer);
}
