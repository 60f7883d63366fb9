#include "config.h"

#include "model/frame.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#include "model/detail.h"
#include "util/xalloc.h"

/* A row and how many hold it. */
struct shared {
    atomic_size_t n_refs;
    struct frame_torrent row;
};

static struct shared *shared_of(struct frame_torrent *t)
{
    return (struct shared *)(void *)((char *)t - offsetof(struct shared, row));
}

struct frame_torrent *frame_torrent_new(void)
{
    struct shared *s = xzalloc(sizeof *s);
    atomic_init(&s->n_refs, 1);
    return &s->row;
}

struct frame_torrent *frame_torrent_ref(struct frame_torrent *t)
{
    atomic_fetch_add(&shared_of(t)->n_refs, 1);
    return t;
}

void frame_torrent_unref(struct frame_torrent *t)
{
    if (t != NULL && atomic_fetch_sub(&shared_of(t)->n_refs, 1) == 1)
        free(shared_of(t));
}

struct frame *frame_new_shared(size_t n_torrents)
{
    struct frame *f = xzalloc(sizeof *f);
    f->torrents = xcalloc(n_torrents, sizeof *f->torrents);
    f->n_torrents = n_torrents;
    return f;
}

struct frame *frame_new(size_t n_torrents)
{
    struct frame *f = frame_new_shared(n_torrents);
    for (size_t i = 0; i < n_torrents; i++)
        f->torrents[i] = frame_torrent_new();
    return f;
}

void frame_free(struct frame *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->n_torrents; i++)
        frame_torrent_unref(f->torrents[i]);
    detail_free(f->detail);
    free(f->torrents);
    free(f);
}

const char *frame_state_name(enum frame_state state)
{
    static const char *const names[] = {
        [FRAME_CHECKING] = "checking", [FRAME_DOWNLOADING] = "downloading",
        [FRAME_FINISHED] = "finished", [FRAME_SEEDING] = "seeding",
        [FRAME_PAUSED] = "paused",     [FRAME_NO_SPACE] = "no space",
        [FRAME_ERROR] = "error",       [FRAME_STOPPING] = "stopping",
        [FRAME_STOPPED] = "stopped",   [FRAME_QUEUED] = "queued",
        [FRAME_METADATA] = "metadata", [FRAME_MOVING] = "moving",
    };
    return names[state];
}
