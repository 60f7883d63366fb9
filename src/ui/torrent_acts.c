#include "config.h"

#include "ui/torrent_acts.h"

#include <string.h>

#include "ui/torrent_asks.h"
#include "ui/torrent_orders.h"

const struct frame_torrent *torrent_acts_find(const struct view_world *w,
                                              uint32_t id)
{
    for (size_t i = 0; w->frame != NULL && i < w->frame->n_torrents; i++)
        if (w->frame->torrents[i]->id == id)
            return w->frame->torrents[i];
    return NULL;
}

const struct frame_torrent *torrent_acts_by_hash(const struct view_world *w,
                                                 const uint8_t hash[20])
{
    for (size_t i = 0; w->frame != NULL && i < w->frame->n_torrents; i++)
        if (memcmp(w->frame->torrents[i]->info_hash, hash, 20) == 0)
            return w->frame->torrents[i];
    return NULL;
}

/* Actions that need nothing more to be known. */
static const struct {
    enum keys_action action;
    struct command like;
    const char *words;
} plain[] = {
    {KEYS_REANNOUNCE,
     {.kind = COMMAND_REANNOUNCE},
     "asking the trackers again"},
    {KEYS_VERIFY, {.kind = COMMAND_VERIFY}, "asked for a check"},
    {KEYS_QUEUE_UP,
     {.kind = COMMAND_QUEUE, .delta = -1},
     "asked to go up in the queue"},
    {KEYS_QUEUE_DOWN,
     {.kind = COMMAND_QUEUE, .delta = 1},
     "asked to go down in the queue"},
};

/* Pause, or go on: all as the first, otherwise half of the marked would go the other
 * way. */
static size_t toggle_pause(struct view_world *w, const uint32_t *ids, size_t n)
{
    const struct frame_torrent *t = torrent_orders_sum(w, ids, n).first;
    bool stands =
        t != NULL && (t->state == FRAME_PAUSED || t->state == FRAME_ERROR);
    return torrent_orders_pause(w, ids, n, !stands);
}

/* Start now, or wait again: all as the first. */
static size_t toggle_force(struct view_world *w, const uint32_t *ids, size_t n)
{
    const struct frame_torrent *t = torrent_orders_sum(w, ids, n).first;
    bool forces = t != NULL && !t->is_forced;
    return torrent_orders_send(
        w, ids, n, (struct command){.kind = COMMAND_FORCE, .flag = forces},
        forces ? "asked to start, whatever the queue says"
               : "waits for its turn again");
}

bool torrent_acts_do(struct view_world *w, enum keys_action action,
                     const uint32_t *ids, size_t n)
{
    if (action == KEYS_PAUSE)
        return toggle_pause(w, ids, n) > 0;
    if (action == KEYS_FORCE)
        return toggle_force(w, ids, n) > 0;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].action == action)
            return torrent_orders_send(w, ids, n, plain[i].like,
                                       plain[i].words) > 0;
    return torrent_asks_open(w, action, ids, n);
}
