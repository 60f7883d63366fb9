#include "config.h"

#include "model/frame.h"

#include <stdlib.h>

#include "model/detail.h"
#include "util/xalloc.h"

struct frame *frame_new(size_t n_torrents)
{
    struct frame *f = xzalloc(sizeof *f);
    f->torrents = xcalloc(n_torrents, sizeof *f->torrents);
    f->n_torrents = n_torrents;
    return f;
}

void frame_free(struct frame *f)
{
    if (f == NULL)
        return;
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
