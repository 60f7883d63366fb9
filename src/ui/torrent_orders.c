#include "config.h"

#include "ui/torrent_orders.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/xalloc.h"

static int compare_ids(const void *pa, const void *pb)
{
    const uint32_t *a = pa, *b = pb;
    return (*a > *b) - (*a < *b);
}

static bool is_among(uint32_t id, const uint32_t *ids, size_t n)
{
    return bsearch(&id, ids, n, sizeof *ids, compare_ids) != NULL;
}

/* Walk over the torrents of these ids in the order of the latest frame, which is the
 * queue's, or against it. *at begins with 0; NULL at the end. */
static const struct frame_torrent *next(const struct view_world *w,
                                        const uint32_t *ids, size_t n,
                                        bool backwards, size_t *at)
{
    const struct frame *f = view_latest(w);
    size_t n_all = f != NULL ? f->n_torrents : 0;
    while (*at < n_all) {
        size_t i = backwards ? n_all - 1 - *at : *at;
        (*at)++;
        if (is_among(f->torrents[i]->id, ids, n))
            return f->torrents[i];
    }
    return NULL;
}

struct torrent_orders_sum torrent_orders_sum(const struct view_world *w,
                                             const uint32_t *ids, size_t n)
{
    struct torrent_orders_sum sum = {0};
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

size_t torrent_orders_send(struct view_world *w, const uint32_t *ids, size_t n,
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
    else if (n > 0)
        snprintf(w->message, sizeof w->message,
                 "that torrent is not there any more");
    return n_sent;
}

size_t torrent_orders_pause(struct view_world *w, const uint32_t *ids, size_t n,
                            bool pauses)
{
    return torrent_orders_send(w, ids, n,
                               (struct command){.kind = pauses
                                                            ? COMMAND_PAUSE
                                                            : COMMAND_RESUME},
                               pauses ? "asked to pause" : "asked to go on");
}

size_t torrent_orders_remove(struct view_world *w, const uint32_t *ids,
                             size_t n, bool with_data)
{
    return torrent_orders_send(
        w, ids, n, (struct command){.kind = COMMAND_REMOVE, .flag = with_data},
        with_data ? "asked to remove, with the data; :undo undoes it, but "
                    "for the data"
                  : "asked to remove; :undo brings it back");
}

size_t torrent_orders_limit(struct view_world *w, const uint32_t *ids, size_t n,
                            const struct command_limits *limits)
{
    return torrent_orders_send(w, ids, n,
                               (struct command){.kind = COMMAND_LIMITS,
                                                .limits = *limits},
                               "asked for these limits");
}

size_t torrent_orders_label(struct view_world *w, const uint32_t *ids, size_t n,
                            const char *label)
{
    struct command like = {.kind = COMMAND_LABEL, .text = xstrdup(label)};
    size_t n_sent =
        torrent_orders_send(w, ids, n, like,
                            label[0] != '\0' ? "labelled" : "label taken off");
    free(like.text);
    return n_sent;
}

size_t torrent_orders_move(struct view_world *w, const uint32_t *ids, size_t n,
                           const char *dir)
{
    struct command like = {.kind = COMMAND_MOVE, .text = xstrdup(dir)};
    size_t n_sent =
        torrent_orders_send(w, ids, n, like, "asked to move its data");
    free(like.text);
    return n_sent;
}
