#include "config.h"

#include "engine/charge.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/steer.h"
#include "engine/torrent.h"
#include "util/text.h"
#include "util/xalloc.h"

static struct lineup_item item_of(const struct steward *s,
                                  const struct roster_entry *e)
{
    struct lineup_item item = {.is_out = true};
    if (e->torrent == NULL || e->fate != ROSTER_STAYS ||
        torrent_is_paused(e->torrent))
        return item;
    struct torrent_standing t;
    torrent_standing(e->torrent, &t);
    item.is_out = t.is_failed || t.is_checking || t.is_moving;
    item.is_seed = t.is_finished;
    item.is_forced = e->kept->is_forced;
    item.is_idle = t.is_running && e->was_active &&
                   loop_now_ms(s->env->loop) - e->moved_ms > STEWARD_IDLE_MS;
    return item;
}

static void set_waiting(struct roster_entry *e, const struct lineup_item *item,
                        const struct lineup_count *count)
{
    if (item->is_out)
        return;
    char words[80];
    snprintf(words, sizeof words, "waits for its turn: %u %s",
             (unsigned)(item->is_seed ? count->n_seeds : count->n_down),
             item->is_seed ? "are seeded" : "are downloading");
    if (item->waits)
        torrent_wait(e->torrent, words);
    else if (torrent_is_waiting(e->torrent))
        torrent_wait(e->torrent, NULL);
}

void charge_line_up(struct steward *s)
{
    size_t n = s->roster.n;
    struct lineup_item *items = xcalloc(n, sizeof *items);
    for (size_t i = 0; i < n; i++)
        items[i] = item_of(s, s->roster.order[i]);
    struct lineup_count count = lineup_decide(items, n, &s->bounds);
    for (size_t i = 0; i < n; i++)
        set_waiting(s->roster.order[i], &items[i], &count);
    free(items);
}

/* ---- Goals ---- */

/* What was reached, in words; "": nothing yet. */
static void goal_reached(const struct steward *s, const struct roster_entry *e,
                         const struct torrent_standing *t, char *words,
                         size_t cap)
{
    const struct kept *k = e->kept;
    uint64_t ratio_m = k->seed_ratio_m > 0 ? k->seed_ratio_m : s->seed_ratio_m;
    uint64_t minutes = k->seed_minutes > 0 ? k->seed_minutes : s->seed_minutes;
    uint64_t base = t->wanted_bytes > 0 ? t->wanted_bytes : 1;
    words[0] = '\0';
    if (ratio_m > 0 &&
        (double)t->bytes_up * 1000 >= (double)ratio_m * (double)base)
        snprintf(words, cap, "seeded to %u.%02u", (unsigned)(ratio_m / 1000),
                 (unsigned)(ratio_m % 1000 / 10));
    else if (minutes > 0 && t->seconds_seed >= (int64_t)minutes * 60) {
        char time[16];
        text_duration(time, sizeof time, (int64_t)minutes * 60);
        snprintf(words, cap, "seeded for %s", time);
    }
}

static void look_at_goal(struct steward *s, struct roster_entry *e,
                         const struct torrent_standing *t)
{
    char words[64];
    if (!t->is_finished && t->is_running && e->kept->is_seeded) {
        e->kept->is_seeded = false; /* more is wanted: it may reach it again */
        steward_save_soon(s, e);
    }
    if (!t->is_finished || !t->is_running || e->kept->is_seeded)
        return;
    goal_reached(s, e, t, words, sizeof words);
    if (words[0] == '\0')
        return;
    e->kept->is_seeded = true;
    torrent_pause_for(e->torrent, words);
    steer_remember(e->torrent, e->kept);
    steward_save_soon(s, e);
    steward_look_soon(s);
}

/* ---- Seconds ---- */

/* Note when it last moved; true: that made a difference to the queue. */
static bool note_moves(struct roster_entry *e, const struct torrent_standing *t,
                       int64_t now_ms)
{
    bool was_idle = e->was_active && now_ms - e->moved_ms > STEWARD_IDLE_MS;
    uint64_t bytes = t->bytes_down + t->bytes_up;
    if (!t->is_running || !e->was_active || bytes != e->bytes_seen)
        e->moved_ms = now_ms;
    e->bytes_seen = bytes;
    e->was_active = t->is_running;
    return was_idle !=
           (e->was_active && now_ms - e->moved_ms > STEWARD_IDLE_MS);
}

void charge_second(struct steward *s)
{
    int64_t now_ms = loop_now_ms(s->env->loop);
    bool is_due = false;
    for (size_t i = 0; i < s->roster.n; i++) {
        struct roster_entry *e = s->roster.order[i];
        struct torrent_standing t;
        if (e->torrent == NULL || e->fate != ROSTER_STAYS)
            continue;
        torrent_standing(e->torrent, &t);
        look_at_goal(s, e, &t);
        is_due |= note_moves(e, &t, now_ms);
    }
    if (is_due && steward_has_bounds(s))
        steward_look_soon(s);
}
