#include "config.h"

#include "ui/torrent_acts.h"

#include <stdio.h>

const struct frame_torrent *torrent_acts_find(const struct view_world *w,
                                              uint32_t id)
{
    for (size_t i = 0; w->frame != NULL && i < w->frame->n_torrents; i++)
        if (w->frame->torrents[i]->id == id)
            return w->frame->torrents[i];
    return NULL;
}

/* The command that an action gives to a torrent; -1: none. Pause resumes what is
 * paused. */
static int kind_for(enum keys_action action, const struct frame_torrent *t)
{
    if (action == KEYS_REANNOUNCE)
        return COMMAND_REANNOUNCE;
    if (action == KEYS_VERIFY)
        return COMMAND_VERIFY;
    if (action != KEYS_PAUSE)
        return -1;
    bool stands = t->state == FRAME_PAUSED || t->state == FRAME_ERROR;
    return stands ? COMMAND_RESUME : COMMAND_PAUSE;
}

static const char *words_for(int kind)
{
    switch (kind) {
    case COMMAND_REANNOUNCE:
        return "asking the trackers again";
    case COMMAND_VERIFY:
        return "asked for a check";
    case COMMAND_RESUME:
        return "asked to go on";
    default:
        return "asked to pause";
    }
}

bool torrent_acts_do(struct view_world *w, enum keys_action action,
                     const uint32_t *ids, size_t n)
{
    size_t n_sent = 0;
    const char *words = "";
    const char *name = "";
    /* All as the first: otherwise half of the marked would go the other way. */
    int kind = -1;
    for (size_t i = 0; i < n; i++) {
        const struct frame_torrent *t = torrent_acts_find(w, ids[i]);
        if (t == NULL)
            continue;
        if (kind < 0)
            kind = kind_for(action, t);
        if (kind < 0)
            return false;
        view_send(w, command_new((enum command_kind)kind, t->id));
        words = words_for(kind);
        name = t->name;
        n_sent++;
    }
    if (n_sent == 1)
        snprintf(w->message, sizeof w->message, "%s: %s", name, words);
    else if (n_sent > 1)
        snprintf(w->message, sizeof w->message, "%zu torrents: %s", n_sent,
                 words);
    return n_sent > 0;
}
