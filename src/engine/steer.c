#include "config.h"

#include "engine/steer.h"

#include "engine/checkup.h"
#include "engine/members.h"
#include "engine/torrent_parts.h"
#include "model/command.h"

static int64_t now_of(const struct torrent *t)
{
    return loop_now_ms(t->env->loop);
}

static void set_max_peers(struct torrent *t, uint32_t max_peers)
{
    t->max_peers = max_peers > 0 ? max_peers : LIMITS_MAX_CONNS_TORRENT;
    size_t n = 0;
    for (const struct member *m = t->members; m != NULL; m = m->next)
        n += !peerlink_is_closing(m->link);
    for (struct member *m = t->members; m != NULL && n > t->max_peers;
         m = m->next) {
        if (peerlink_is_closing(m->link))
            continue;
        peerlink_close(m->link, ERR_CANCELLED, "too many connections");
        n--;
    }
    members_dial(t);
}

void steer_limit(struct torrent *t, const struct command_limits *limits)
{
    if (limits->has_down)
        bucket_set_limit(&t->down_limit, limits->down_Bps, now_of(t));
    if (limits->has_up)
        bucket_set_limit(&t->up_limit, limits->up_Bps, now_of(t));
    if (limits->has_peers)
        set_max_peers(t, limits->max_peers);
    char words[LIMITS_WORDS_LEN];
    limits_words(t->down_limit.limit_Bps, t->up_limit.limit_Bps, words);
    if (limits->has_down || limits->has_up)
        torrent_post(t, EVENT_LIMITS, OK, words);
}

/* There is something to do again, or no more. */
static void look_if_finished(struct torrent *t)
{
    if (pieces_is_finished(t->pieces)) {
        torrent_on_progress(t);
        return;
    }
    if (!t->was_finished)
        return;
    torrent_seconds(t, &t->seconds_down_before, &t->seconds_seed_before);
    t->was_finished = false;
    t->finished_since_ms = 0;
    if (t->running_since_ms > 0)
        t->running_since_ms = now_of(t);
    members_on_wanting(t);
}

enum err steer_want(struct torrent *t, uint32_t first_file, uint32_t n_files,
                    uint8_t priority)
{
    size_t n = t->meta->n_files;
    if (first_file >= n || priority > PIECE_HIGH)
        return ERR_INVALID;
    size_t end = n_files == 0 || n_files > n - first_file
                     ? n
                     : (size_t)first_file + n_files;
    for (size_t i = first_file; i < end; i++)
        t->file_priorities[i] = priority;
    torrent_apply_priorities(t);
    if (!torrent_is_running(t))
        return OK;
    checkup_prepare(t);
    members_recount(t);
    look_if_finished(t);
    members_fill_soon(t);
    checkup_save_soon(t);
    return OK;
}

void steer_set_sequential(struct torrent *t, bool is_sequential)
{
    picker_set_sequential(t->picker, is_sequential);
    checkup_save_soon(t);
}

enum err steer_raise(struct torrent *t, uint32_t piece_idx)
{
    if (piece_idx >= t->geo->n_pieces)
        return ERR_INVALID;
    enum piece_state state = pieces_state(t->pieces, piece_idx);
    if (state == PIECE_HAVE || state == PIECE_COMPLETE)
        return ERR_INVALID;
    pieces_set_priority(t->pieces, piece_idx, PIECE_HIGH);
    if (torrent_is_running(t)) {
        members_recount(t);
        look_if_finished(t);
        members_fill_soon(t);
    }
    return OK;
}

enum err steer_send_away(struct torrent *t, uint32_t peer, bool ban)
{
    struct member *m = members_by_id(t, peer);
    if (m == NULL || peerlink_is_closing(m->link))
        return ERR_NOT_FOUND;
    if (ban) {
        struct addr culprit = peers_culprit(peerlink_remote(m->link));
        members_ban(t, &culprit, "by the user");
    } else
        peerlink_close(m->link, ERR_CANCELLED, "sent away by the user");
    return OK;
}

enum err steer_snub(struct torrent *t, uint32_t peer, bool is_shunned)
{
    struct member *m = members_by_id(t, peer);
    if (m == NULL || peerlink_is_closing(m->link))
        return ERR_NOT_FOUND;
    m->is_shunned = is_shunned;
    members_choke_soon(t);
    return OK;
}

const uint8_t *steer_priorities(const struct torrent *t, size_t *n_out)
{
    *n_out = t->meta->n_files;
    return t->file_priorities;
}
