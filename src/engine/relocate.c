#include "config.h"

#include "engine/relocate.h"

#include <stdlib.h>
#include <string.h>

#include "disk/haul.h"
#include "disk/store_files.h"
#include "engine/checkup.h"
#include "engine/torrent_parts.h"
#include "util/text.h"
#include "util/xalloc.h"

static void forget(struct torrent *t)
{
    haul_unref(t->haul);
    t->haul = NULL;
    free(t->move_to);
    t->move_to = NULL;
}

enum err relocate_begin(struct torrent *t, const char *dir, struct cause *cause)
{
    bool is_leaving =
        t->state == TORRENT_STOPPED ||
        (t->state == TORRENT_STOPPING && t->goal == TORRENT_TO_STOP);
    if (is_leaving || t->move_to != NULL) {
        cause_set(cause, is_leaving ? "it is stopping" : "it moves already");
        return ERR_BUSY;
    }
    if (strcmp(dir, t->dir) == 0) {
        cause_set(cause, "its data are there");
        return ERR_INVALID;
    }
    t->move_to = xstrdup(dir);
    return OK;
}

bool relocate_step(struct torrent *t)
{
    if (t->move_to == NULL)
        return true; /* it is over */
    if (t->haul != NULL)
        return false;
    t->haul = haul_new(t->meta, t->dir, t->move_to);
    torrent_submit(t, disk_job_new(DISK_CLOSE, t->store, t->id));
    struct disk_job *job = disk_job_new(DISK_BRING, NULL, t->id);
    job->haul = haul_ref(t->haul);
    torrent_submit(t, job);
    return false;
}

void relocate_give_up(struct torrent *t)
{
    if (t->haul != NULL)
        haul_cancel(t->haul);
    else
        forget(t);
}

static void tell(struct torrent *t, enum err err, const char *verb,
                 const char *words)
{
    char *line = xasprintf("%s %s", verb, words);
    torrent_post(t, EVENT_COMMAND, err, line);
    free(line);
}

/* The files are in the new folder: use them there. */
static enum err settle_there(struct torrent *t, struct cause *cause)
{
    struct store *store;
    enum err err = store_files_open(t->meta, t->move_to, &store, cause);
    if (err != OK)
        return err;
    store_unref(t->store);
    t->store = store;
    (void)checkup_rehome(t, t->move_to);
    haul_unref(t->old_place);
    t->old_place = haul_ref(t->haul);
    char *shown = text_clean_dup(t->move_to, strlen(t->move_to));
    tell(t, OK, "moved to", shown);
    free(shown);
    return OK;
}

void relocate_on_brought(struct torrent *t, struct disk_job *job)
{
    enum err err = job->err;
    if (err == OK)
        err = settle_there(t, &job->cause);
    if (err != OK && err != ERR_CANCELLED)
        tell(t, err, "not moved:", job->cause.text);
    forget(t);
    if (t->env->changed != NULL)
        t->env->changed(t->env->ctx, t->id);
    disk_job_free(job);
}

struct haul *relocate_take_old_place(struct torrent *t)
{
    struct haul *h = t->old_place;
    t->old_place = NULL;
    return h;
}

void relocate_fini(struct torrent *t)
{
    forget(t);
    haul_unref(t->old_place);
}
