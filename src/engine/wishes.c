#include "config.h"

#include "engine/wishes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "meta/magnet.h"
#include "model/frame.h"
#include "swarm/pieces.h"
#include "util/clock.h"
#include "util/text.h"
#include "util/xalloc.h"

/* Links in it stay: only what depends on where we were started is made plain. */
static char *absolute(const char *dir)
{
    char here[4096];
    if (dir[0] == '/' || getcwd(here, sizeof here) == NULL)
        return xstrdup(dir);
    while (strncmp(dir, "./", 2) == 0)
        dir += 2;
    if (strcmp(dir, ".") == 0 || dir[0] == '\0')
        return xstrdup(here);
    return xasprintf("%s/%s", here, dir);
}

static char *clean_label(const char *raw)
{
    char label[FRAME_LABEL_LEN];
    if (raw == NULL || text_clean(label, sizeof label, raw, strlen(raw)) == 0)
        return NULL;
    return xstrdup(label);
}

struct kept *wishes_of(const struct command_add *a, const uint8_t *info_hash,
                       int64_t order)
{
    struct kept *k = kept_new(info_hash);
    k->dir = absolute(a->dir);
    k->label = clean_label(a->label);
    if (a->meta == NULL)
        k->magnet = xstrdup(a->magnet->link);
    else if (a->priorities != NULL) {
        k->n_priorities = a->meta->n_files;
        k->priorities = xmemdup(a->priorities, k->n_priorities);
    }
    k->is_paused = a->is_paused;
    k->chooses = a->chooses;
    k->is_sequential = a->is_sequential;
    k->is_first_last = a->is_first_last;
    k->preallocate = a->preallocate;
    k->limit_down_Bps = a->limit_down_Bps;
    k->limit_up_Bps = a->limit_up_Bps;
    k->max_peers = a->max_peers;
    k->seed_ratio_m = a->seed_ratio_m;
    k->seed_minutes = a->seed_minutes;
    k->order = order;
    k->added_wall = clock_wall();
    return k;
}

void wishes_select(struct kept *k, const struct metainfo *meta,
                   const uint8_t *selection)
{
    if (selection == NULL || k->priorities != NULL)
        return;
    k->n_priorities = meta->n_files;
    k->priorities = xzalloc(meta->n_files);
    for (size_t i = 0; i < meta->n_files; i++)
        k->priorities[i] = selection[i] ? PIECE_NORMAL : PIECE_SKIP;
}
