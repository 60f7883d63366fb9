#include "config.h"

#include "ui/torrent_acts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/cmdline.h"
#include "ui/torrent_asks.h"
#include "util/xalloc.h"

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

static int compare_ids(const void *pa, const void *pb)
{
    const uint32_t *a = pa, *b = pb;
    return (*a > *b) - (*a < *b);
}

static bool is_among(uint32_t id, const uint32_t *ids, size_t n)
{
    return bsearch(&id, ids, n, sizeof *ids, compare_ids) != NULL;
}

/* Walk over the torrents of these ids in the frame's order, which is the queue's, or
 * against it. *at begins with 0; NULL at the end. */
static const struct frame_torrent *next(const struct view_world *w,
                                        const uint32_t *ids, size_t n,
                                        bool backwards, size_t *at)
{
    size_t n_all = w->frame != NULL ? w->frame->n_torrents : 0;
    while (*at < n_all) {
        size_t i = backwards ? n_all - 1 - *at : *at;
        (*at)++;
        if (is_among(w->frame->torrents[i]->id, ids, n))
            return w->frame->torrents[i];
    }
    return NULL;
}

struct torrent_acts_sum torrent_acts_sum(const struct view_world *w,
                                         const uint32_t *ids, size_t n)
{
    struct torrent_acts_sum sum = {0};
    size_t at = 0;
    const struct frame_torrent *t;
    while ((t = next(w, ids, n, false, &at)) != NULL) {
        if (sum.n++ == 0)
            sum.first = t;
        sum.size_bytes += t->size_bytes;
        sum.have_bytes += t->have_bytes;
        sum.n_files += t->n_files;
    }
    return sum;
}

/* Send a command like `like` to each of them, and say so. Frees its text. */
static size_t send_all(struct view_world *w, const uint32_t *ids, size_t n,
                       struct command like, const char *words)
{
    const char *name = "";
    size_t n_sent = 0, at = 0;
    const struct frame_torrent *t;
    /* Who goes down passes none of the others that go down with it. */
    bool backwards = like.kind == COMMAND_QUEUE && like.delta > 0;
    while ((t = next(w, ids, n, backwards, &at)) != NULL) {
        struct command *c = command_new(like.kind, t->id);
        c->flag = like.flag;
        c->limits = like.limits;
        c->delta = like.delta;
        c->text = like.text != NULL ? xstrdup(like.text) : NULL;
        view_send(w, c);
        name = t->name;
        n_sent++;
    }
    if (n_sent == 1)
        snprintf(w->message, sizeof w->message, "%s: %s", name, words);
    else if (n_sent > 1)
        snprintf(w->message, sizeof w->message, "%zu torrents: %s", n_sent,
                 words);
    return n_sent;
}

size_t torrent_acts_pause(struct view_world *w, const uint32_t *ids, size_t n,
                          bool pauses)
{
    return send_all(w, ids, n,
                    (struct command){.kind = pauses ? COMMAND_PAUSE
                                                    : COMMAND_RESUME},
                    pauses ? "asked to pause" : "asked to go on");
}

size_t torrent_acts_remove(struct view_world *w, const uint32_t *ids, size_t n,
                           bool with_data)
{
    return send_all(
        w, ids, n, (struct command){.kind = COMMAND_REMOVE, .flag = with_data},
        with_data ? "asked to remove, with the data; :undo undoes it, but "
                    "for the data"
                  : "asked to remove; :undo brings it back");
}

size_t torrent_acts_limit(struct view_world *w, const uint32_t *ids, size_t n,
                          const struct command_limits *limits)
{
    return send_all(w, ids, n,
                    (struct command){.kind = COMMAND_LIMITS, .limits = *limits},
                    "asked for these limits");
}

size_t torrent_acts_label(struct view_world *w, const uint32_t *ids, size_t n,
                          const char *label)
{
    struct command like = {.kind = COMMAND_LABEL, .text = xstrdup(label)};
    size_t n_sent = send_all(w, ids, n, like,
                             label[0] != '\0' ? "labelled" : "label taken off");
    free(like.text);
    return n_sent;
}

size_t torrent_acts_move(struct view_world *w, const uint32_t *ids, size_t n,
                         const char *dir)
{
    struct command like = {.kind = COMMAND_MOVE, .text = xstrdup(dir)};
    size_t n_sent = send_all(w, ids, n, like, "asked to move its data");
    free(like.text);
    return n_sent;
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
    size_t at = 0;
    const struct frame_torrent *t = next(w, ids, n, false, &at);
    bool stands =
        t != NULL && (t->state == FRAME_PAUSED || t->state == FRAME_ERROR);
    return torrent_acts_pause(w, ids, n, !stands);
}

/* Start now, or wait again: all as the first. */
static size_t toggle_force(struct view_world *w, const uint32_t *ids, size_t n)
{
    size_t at = 0;
    const struct frame_torrent *t = next(w, ids, n, false, &at);
    bool forces = t != NULL && !t->is_forced;
    return send_all(w, ids, n,
                    (struct command){.kind = COMMAND_FORCE, .flag = forces},
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
            return send_all(w, ids, n, plain[i].like, plain[i].words) > 0;
    if (action == KEYS_COMMAND) {
        cmdline_open(w, ids, n);
        return true;
    }
    return torrent_asks_open(w, action, ids, n);
}
