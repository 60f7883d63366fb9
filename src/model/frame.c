#include "config.h"

#include "model/frame.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail.h"
#include "util/xalloc.h"

/* A row, how many hold it, and its strings. */
struct shared {
    atomic_size_t n_refs;
    struct frame_torrent row;
    char words[];
};

static struct shared *shared_of(struct frame_torrent *t)
{
    return (struct shared *)(void *)((char *)t - offsetof(struct shared, row));
}

enum { N_STRINGS = FRAME_TORRENT_N_STRINGS };

void frame_torrent_strings(struct frame_torrent *t, const char **out[N_STRINGS])
{
    out[0] = &t->name;
    out[1] = &t->cause;
    out[2] = &t->tracker;
    out[3] = &t->label;
    out[4] = &t->tracker_host;
    out[5] = &t->dir;
    out[6] = &t->top;
}

struct frame_torrent *frame_torrent_new(const struct frame_torrent *values)
{
    struct frame_torrent row = *values;
    const char **strings[N_STRINGS];
    size_t lens[N_STRINGS], len = 0;
    frame_torrent_strings(&row, strings);
    for (size_t i = 0; i < N_STRINGS; i++) {
        lens[i] = *strings[i] != NULL ? strlen(*strings[i]) : 0;
        len += lens[i] > 0 ? lens[i] + 1 : 0;
    }
    struct shared *s = xmalloc(sizeof *s + len);
    atomic_init(&s->n_refs, 1);
    char *at = s->words;
    for (size_t i = 0; i < N_STRINGS; i++) {
        if (lens[i] == 0) {
            *strings[i] = "";
            continue;
        }
        memcpy(at, *strings[i], lens[i] + 1);
        *strings[i] = at;
        at += lens[i] + 1;
    }
    s->row = row;
    return &s->row;
}

struct frame_torrent *frame_torrent_ref(struct frame_torrent *t)
{
    atomic_fetch_add_explicit(&shared_of(t)->n_refs, 1, memory_order_relaxed);
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
    f->free_bytes = UINT64_MAX;
    return f;
}

struct frame *frame_new(size_t n_torrents)
{
    static const struct frame_torrent zero;
    struct frame *f = frame_new_shared(n_torrents);
    for (size_t i = 0; i < n_torrents; i++)
        f->torrents[i] = frame_torrent_new(&zero);
    return f;
}

/* The counts are all over memory, and were last written by another processor: ask for
 * some of them ahead, or thousands of idle rows cost more than those that change. */
static void fetch_ahead(const struct frame *f, size_t i)
{
    enum { AHEAD = 8 };
    if (i + AHEAD < f->n_torrents)
        __builtin_prefetch(&shared_of(f->torrents[i + AHEAD])->n_refs, 1);
}

void frame_gather(struct frame *f)
{
    for (size_t i = 0; i < f->n_torrents; i++) {
        fetch_ahead(f, i);
        const struct frame_torrent *t = frame_torrent_ref(f->torrents[i]);
        f->rate_down_Bps += t->rate_down_Bps;
        f->rate_up_Bps += t->rate_up_Bps;
        f->bytes_down_run += t->bytes_down_run;
        f->bytes_up_run += t->bytes_up_run;
        f->n_peers += t->n_peers;
        f->n_incoming += t->n_incoming;
    }
}

void frame_free(struct frame *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; i < f->n_torrents; i++) {
        fetch_ahead(f, i);
        frame_torrent_unref(f->torrents[i]);
    }
    detail_free(f->detail);
    free(f->history);
    free(f->dht);
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
