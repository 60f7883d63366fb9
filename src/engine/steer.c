#include "config.h"

#include "engine/steer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk/kept.h"
#include "engine/checkup.h"
#include "engine/choking.h"
#include "engine/finding.h"
#include "engine/members.h"
#include "engine/torrent_parts.h"
#include "engine/traffic.h"
#include "engine/webasking.h"
#include "engine/webseeds.h"
#include "model/command.h"
#include "util/text.h"
#include "util/xalloc.h"

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

void steer_reannounce(struct torrent *t)
{
    int64_t wait_ms =
        torrent_is_running(t) ? trackers_reannounce(t->trackers) : -1;
    bool asks_dht = torrent_is_running(t) && finding_ask_now(t);
    char wait[16], words[96] = "no tracker can be asked now";
    text_duration(wait, sizeof wait, (wait_ms + 999) / 1000);
    if (wait_ms > 0)
        snprintf(words, sizeof words, "its tracker lets us ask again in %s%s",
                 wait, asks_dht ? "; asking the DHT" : "");
    else if (wait_ms == 0)
        snprintf(words, sizeof words, "asking its trackers%s",
                 asks_dht ? " and the DHT" : "");
    else if (asks_dht)
        snprintf(words, sizeof words, "asking the DHT");
    torrent_post(t, EVENT_COMMAND, OK, words);
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
        traffic_on_progress(t);
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
    webasking_run(t);
}

static bool has_pieces(const struct torrent *t, size_t file)
{
    return t->meta->files[file].size_bytes > 0 && !t->meta->files[file].is_pad;
}

/* Of each file that is wanted, the first and the last piece before all others. */
static void raise_ends(const struct torrent *t, uint8_t *priorities)
{
    for (size_t i = 0; i < t->meta->n_files; i++) {
        uint32_t first, last;
        if (!has_pieces(t, i) || t->file_priorities[i] == PIECE_SKIP)
            continue;
        metainfo_file_pieces(t->meta, i, &first, &last);
        priorities[first] = priorities[last] = PIECE_HIGH;
    }
}

/* A piece is wanted as much as the file in it that is wanted most. */
void steer_apply(struct torrent *t)
{
    const struct metainfo *meta = t->meta;
    uint8_t *best = xzalloc(t->geo->n_pieces);
    for (size_t i = 0; i < meta->n_files; i++) {
        if (!has_pieces(t, i))
            continue;
        uint32_t first, last;
        metainfo_file_pieces(meta, i, &first, &last);
        for (uint32_t p = first; p <= last; p++)
            if (t->file_priorities[i] > best[p])
                best[p] = t->file_priorities[i];
    }
    if (t->is_first_last)
        raise_ends(t, best);
    for (uint32_t p = 0; p < t->geo->n_pieces; p++)
        pieces_set_priority(t->pieces, p, best[p]);
    free(best);
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
    steer_apply(t);
    if (!torrent_is_running(t))
        return OK;
    checkup_prepare(t);
    members_recount(t);
    look_if_finished(t);
    torrent_fill_soon(t);
    checkup_save_soon(t);
    return OK;
}

void steer_set_first_last(struct torrent *t, bool is_first_last)
{
    t->is_first_last = is_first_last;
    steer_apply(t);
    if (torrent_is_running(t))
        torrent_fill_soon(t);
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
        torrent_fill_soon(t);
    }
    return OK;
}

enum err steer_send_away(struct torrent *t, uint32_t peer, bool ban)
{
    struct member *m = torrent_member(t, peer);
    struct webserver *s = webseeds_by_id(t, peer);
    if (s != NULL) {
        webserver_drop(s, "by the user");
        return OK;
    }
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
    struct member *m = torrent_member(t, peer);
    if (m == NULL || peerlink_is_closing(m->link))
        return ERR_NOT_FOUND;
    shuns_set(&t->shuns, peerlink_remote(m->link), is_shunned);
    for (m = t->members; m != NULL; m = m->next)
        if (m->peer != NULL)
            m->is_shunned = shuns_has(&t->shuns, peerlink_remote(m->link));
    choking_soon(t);
    return OK;
}

void steer_remember(const struct torrent *t, struct kept *kept)
{
    kept->is_paused = t->is_paused;
    kept->is_sequential = picker_is_sequential(t->picker);
    kept->is_first_last = t->is_first_last;
    kept->limit_down_Bps = t->down_limit.limit_Bps;
    kept->limit_up_Bps = t->up_limit.limit_Bps;
    kept->max_peers =
        t->max_peers == LIMITS_MAX_CONNS_TORRENT ? 0 : t->max_peers;
    if (strcmp(kept->dir, t->dir) != 0) {
        free(kept->dir);
        kept->dir = xstrdup(t->dir);
    }
    free(kept->paused_why);
    kept->paused_why = t->is_paused && t->paused_why.text[0] != '\0'
                           ? xstrdup(t->paused_why.text)
                           : NULL;
    free(kept->priorities);
    kept->n_priorities = t->meta->n_files;
    kept->priorities = xmemdup(t->file_priorities, kept->n_priorities);
}
