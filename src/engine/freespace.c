#include "config.h"

#include "engine/freespace.h"

#include <stdlib.h>
#include <string.h>

#include "disk/queue.h"
#include "util/xalloc.h"

void freespace_init(struct freespace *f, struct diskq *disk)
{
    *f = (struct freespace){.disk = disk};
}

void freespace_fini(struct freespace *f)
{
    for (size_t i = 0; i < FREESPACE_MAX; i++)
        free(f->dirs[i].path);
    *f = (struct freespace){.disk = NULL};
}

static struct freespace_dir *find(struct freespace *f, const char *path)
{
    for (size_t i = 0; i < FREESPACE_MAX; i++)
        if (f->dirs[i].path != NULL && strcmp(f->dirs[i].path, path) == 0)
            return &f->dirs[i];
    return NULL;
}

static struct freespace_dir *add(struct freespace *f, const char *path)
{
    struct freespace_dir *d = &f->dirs[0];
    for (size_t i = 0; i < FREESPACE_MAX && d->path != NULL; i++)
        if (f->dirs[i].path == NULL || f->dirs[i].looked_ms < d->looked_ms)
            d = &f->dirs[i];
    free(d->path);
    *d =
        (struct freespace_dir){.path = xstrdup(path), .free_bytes = UINT64_MAX};
    return d;
}

static void ask(struct freespace *f, struct freespace_dir *d, int64_t now_ms)
{
    struct disk_job *job = disk_job_new(DISK_SPACE, NULL, 0);
    job->path = xstrdup(d->path);
    d->is_asked = true;
    d->asked_ms = now_ms;
    diskq_submit(f->disk, job);
}

uint64_t freespace_of(struct freespace *f, const char *dir, int64_t now_ms)
{
    if (f->disk == NULL)
        return UINT64_MAX;
    struct freespace_dir *d = find(f, dir);
    bool is_new = d == NULL;
    if (is_new)
        d = add(f, dir);
    d->looked_ms = now_ms;
    if (!d->is_asked && (is_new || now_ms - d->asked_ms >= FREESPACE_EVERY_MS))
        ask(f, d, now_ms);
    return d->free_bytes;
}

void freespace_on_job(struct freespace *f, struct disk_job *job)
{
    struct freespace_dir *d = find(f, job->path);
    if (d != NULL) {
        d->is_asked = false;
        d->free_bytes = job->err == OK ? job->free_bytes : UINT64_MAX;
    }
    disk_job_free(job);
}
