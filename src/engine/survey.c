#include "config.h"

#include "engine/survey.h"

#include "engine/inspect_web.h"
#include "engine/inspect_why.h"
#include "engine/members.h"
#include "engine/watch.h"
#include "engine/webseeds.h"
#include "model/history.h"
#include "model/timeline.h"
#include "util/xalloc.h"

enum {
    SURVEY_SCARCE_MS = 5000, /* between two looks at every piece */
    SURVEY_STALL_MS = 10000  /* without payload */
};

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

static bool is_used_up(struct bucket *b, int64_t now_ms)
{
    enum { LEAST = 4096 };
    uint64_t quarter = b->limit_Bps / 16; /* of what 250 ms give */
    return b->limit_Bps != BUCKET_UNLIMITED &&
           bucket_avail(b, now_ms) < (quarter > LEAST ? quarter : LEAST);
}

static void sample_limits(struct torrent *t, int64_t now_ms)
{
    struct watch *w = t->watch;
    bool may_move = t->n_members > 0 || webseeds_are_busy(t);
    bool down = may_move && (is_used_up(&t->down_limit, now_ms) ||
                             is_used_up(&t->env->limits->down, now_ms));
    bool up = may_move && (is_used_up(&t->up_limit, now_ms) ||
                           is_used_up(&t->env->limits->up, now_ms));
    w->down_capped = (uint16_t)(w->down_capped << 1 | (down ? 1 : 0));
    w->up_capped = (uint16_t)(w->up_capped << 1 | (up ? 1 : 0));
}

static uint64_t new_overhead(struct torrent *t)
{
    struct watch *w = t->watch;
    uint64_t down, up;
    members_overhead(t, &down, &up);
    uint64_t more =
        down + up > w->seen_overhead ? down + up - w->seen_overhead : 0;
    w->seen_overhead += more;
    return more;
}

static void sample_rates(struct torrent *t, int64_t now_ms)
{
    struct watch *w = t->watch;
    uint64_t down = t->down.total - w->seen_down;
    uint64_t up = t->up.total - w->seen_up;
    uint64_t overhead = new_overhead(t);
    w->seen_down = t->down.total;
    w->seen_up = t->up.total;
    overall_moved(t->overall, down, up, overhead);
    if (down > 0)
        w->last_payload_ms = now_ms;
    if (down == 0 && up == 0 && (overhead == 0 || w->history == NULL))
        return;
    if (w->history == NULL) {
        w->history = xmalloc(sizeof *w->history);
        history_init(w->history, now_ms / 1000);
    }
    history_add(w->history, now_ms / 1000, down, up, overhead);
}

static uint16_t to_kiB(uint64_t rate_Bps)
{
    uint64_t v = (rate_Bps + 1023) / 1024;
    return v > UINT16_MAX ? UINT16_MAX : (uint16_t)v;
}

static void sample_peer(struct member *m, int64_t now_ms)
{
    struct peer_status s;
    peer_status(m->peer, now_ms, &s);
    uint32_t flags = TIMELINE_KNOWN;
    flags |= s.is_choking ? TIMELINE_THEY_CHOKE : 0u;
    flags |= s.am_choking ? TIMELINE_WE_CHOKE : 0u;
    flags |= s.am_interested ? TIMELINE_WE_INTERESTED : 0u;
    flags |= s.is_interested ? TIMELINE_THEY_INTERESTED : 0u;
    flags |= s.is_snubbed ? TIMELINE_SNUBBED : 0u;
    flags |= m->is_optimistic ? TIMELINE_OPTIMISTIC : 0u;
    flags |= m->had_trouble ? TIMELINE_EVENT : 0u;
    m->had_trouble = false;
    uint32_t pct = s.depth > 0 ? 100 * s.n_outstanding / s.depth : 0;
    timeline_add(m->timeline, now_ms / 1000,
                 (struct timeline_slot){.flags = (uint8_t)flags,
                                        .depth_pct =
                                            (uint8_t)(pct < 100 ? pct : 100),
                                        .down_kiBps = to_kiB(s.rate_down_Bps),
                                        .up_kiBps = to_kiB(s.rate_up_Bps)});
}

/* How scarce pieces are: O(n_pieces), so only now and then. */
static void look_for_scarce(struct torrent *t, int64_t now_ms)
{
    struct watch *w = t->watch;
    if (w->scarce_ms != 0 && now_ms - w->scarce_ms < SURVEY_SCARCE_MS)
        return;
    w->scarce_ms = now_ms;
    w->n_no_source = w->n_one_source = 0;
    w->availability_m = -1;
    if (pieces_n_peers(t->pieces) == 0) {
        w->n_no_source = pieces_n_wanted(t->pieces);
        return;
    }
    uint32_t least = UINT32_MAX, n_more = 0;
    const struct bitset *wanted = pieces_wanted(t->pieces);
    uint32_t n = t->geo->n_pieces;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t a = pieces_availability(t->pieces, i);
        if (a < least) {
            least = a;
            n_more = i; /* all before have more */
        } else if (a > least)
            n_more++;
        if (a < 2 && bitset_get(wanted, i)) {
            w->n_no_source += a == 0;
            w->n_one_source += a == 1;
        }
    }
    w->availability_m = (int32_t)(least * 1000 + (uint64_t)n_more * 1000 / n);
    if (w->n_no_source == 0)
        w->seen_complete_ms = now_ms;
}

static void look_for_stall(struct torrent *t, int64_t now_ms)
{
    struct watch *w = t->watch;
    int64_t since_ms = w->last_payload_ms > t->running_since_ms
                           ? w->last_payload_ms
                           : t->running_since_ms;
    w->is_stalled = t->state == TORRENT_RUNNING &&
                    !pieces_is_finished(t->pieces) &&
                    now_ms - since_ms >= SURVEY_STALL_MS;
    w->stall.text[0] = '\0';
    if (!w->is_stalled)
        return;
    struct why_input in;
    struct why why;
    inspect_why_input(t, &in);
    why_rank(&in, &why);
    why_line(&why, w->stall.text, sizeof w->stall.text);
    if (w->stall.text[0] == '\0')
        cause_set(&w->stall, "nothing came for a while");
}

void survey_second(struct torrent *t)
{
    int64_t now_ms = now_of(t);
    if ((t->is_at_rest && t->n_members == 0) || t->watch == NULL)
        return;
    sample_rates(t, now_ms);
    sample_limits(t, now_ms);
    for (struct member *m = t->members; m != NULL; m = m->next)
        if (m->peer != NULL && m->timeline != NULL &&
            !peerlink_is_closing(m->link))
            sample_peer(m, now_ms);
    inspect_web_second(t, now_ms);
    if (t->state == TORRENT_RUNNING && !pieces_is_finished(t->pieces))
        look_for_scarce(t, now_ms);
    look_for_stall(t, now_ms);
    /* Without members no byte moves; with nothing wanted, nothing stalls. */
    t->is_at_rest =
        t->n_members == 0 && t->watch->down_capped == 0 &&
        t->watch->up_capped == 0 &&
        (t->state != TORRENT_RUNNING || pieces_is_finished(t->pieces));
}
