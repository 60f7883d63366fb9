#include "config.h"

#include "engine/removal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk/haul.h"
#include "engine/keeper.h"
#include "engine/seeker.h"
#include "engine/torrent.h"
#include "util/buf.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

void removal_begin(struct steward *s, struct roster_entry *e, bool erases)
{
    e->fate = ROSTER_STOPPING;
    e->erases = erases;
    if (e->torrent != NULL)
        torrent_stop(e->torrent);
    if (e->seeker != NULL)
        seeker_stop(e->seeker);
    steward_look_soon(s);
}

/* ---- What other torrents have ---- */

static const struct metainfo *meta_of(const struct roster_entry *e)
{
    return e->torrent != NULL ? torrent_meta(e->torrent) : e->meta;
}

static bool is_same_folder(const char *a, const char *b)
{
    struct stat at, bt;
    if (strcmp(a, b) == 0)
        return true;
    return stat(a, &at) == 0 && stat(b, &bt) == 0 && at.st_dev == bt.st_dev &&
           at.st_ino == bt.st_ino;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The paths of both share a folder and a first component: which are in both? */
static void spare_common(const struct metainfo *ours,
                         const struct metainfo *theirs, struct haul *h)
{
    char **paths = xcalloc(theirs->n_files, sizeof *paths);
    for (size_t i = 0; i < theirs->n_files; i++)
        paths[i] = metainfo_disk_path(theirs, i);
    qsort(paths, theirs->n_files, sizeof *paths, compare);
    for (size_t i = 0; i < ours->n_files; i++) {
        char *path = metainfo_disk_path(ours, i);
        if (bsearch(&path, paths, theirs->n_files, sizeof *paths, compare) !=
            NULL)
            haul_spare(h, i);
        free(path);
    }
    for (size_t i = 0; i < theirs->n_files; i++)
        free(paths[i]);
    free(paths);
}

void removal_spare(const struct steward *s, const struct roster_entry *e,
                   struct haul *h)
{
    const struct metainfo *ours = meta_of(e);
    for (size_t i = 0; ours != NULL && i < s->roster.n; i++) {
        const struct roster_entry *other = s->roster.order[i];
        const struct metainfo *theirs = meta_of(other);
        if (other != e && theirs != NULL && other->kept->dir != NULL &&
            strcmp(metainfo_top(ours), metainfo_top(theirs)) == 0 &&
            is_same_folder(haul_from(h), other->kept->dir))
            spare_common(ours, theirs, h);
    }
}

/* ---- Step by step ---- */

/* What it was, for who wants it back. */
static void put_aside(struct steward *s, const struct roster_entry *e)
{
    const struct metainfo *meta = meta_of(e);
    struct cause cause = {""};
    struct buf settings;
    struct undo_item item = {.is_saved = e->is_saved,
                             .metadata_only = e->metadata_only,
                             .is_erased = e->erases && meta != NULL};
    buf_init(&settings, KEPT_MAX_LEN);
    bool is_whole = e->kept->dir != NULL &&
                    (meta != NULL || e->kept->magnet != NULL) &&
                    kept_encode(e->kept, &settings) == OK;
    if (is_whole) {
        memcpy(item.info_hash, e->info_hash, sizeof item.info_hash);
        memcpy(item.name, e->name, sizeof item.name);
        item.settings.bytes = buf_take(&settings, &item.settings.len);
        if (meta != NULL && e->kept->magnet == NULL) {
            item.torrent.bytes = xmemdup(meta->raw, meta->raw_len);
            item.torrent.len = meta->raw_len;
        }
        if (keeper_read_resume(s->statedir, e->info_hash, &item.resume.bytes,
                               &item.resume.len, &cause) != OK)
            log_write(LOG_STATE, LOG_DEBUG, "not put aside: %s", cause.text);
        undo_push(&s->undo, &item);
    }
    buf_fini(&settings);
}

static void clear(struct steward *s, struct roster_entry *e)
{
    const struct metainfo *meta = meta_of(e);
    e->fate = ROSTER_CLEARING;
    put_aside(s, e);
    for (size_t i = 0; i < KEEPER_N_FILES; i++)
        steward_submit(s, e, keeper_forget(s->statedir, e->info_hash, i, e->id),
                       STEWARD_TAG);
    if (e->erases && meta != NULL && e->kept->dir != NULL) {
        e->haul = haul_new(meta, e->kept->dir, NULL);
        removal_spare(s, e, e->haul);
        struct disk_job *job = disk_job_new(DISK_ERASE, NULL, e->id);
        job->haul = haul_ref(e->haul);
        steward_submit(s, e, job, STEWARD_TAG);
    }
    torrent_free(e->torrent);
    e->torrent = NULL;
    seeker_free(e->seeker);
    e->seeker = NULL;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* "removed; 214 files, 1.2 GiB deleted" */
static void tell(struct steward *s, const struct roster_entry *e)
{
    char done[200] = "; its data are kept";
    if (e->haul != NULL) {
        char size[16];
        const struct haul_result *r = haul_result(e->haul);
        text_size(size, sizeof size, r->n_bytes);
        int len = snprintf(done, sizeof done, "; %zu file%s, %s deleted",
                           r->n_files, plural(r->n_files), size);
        if (r->n_spared > 0)
            len += snprintf(done + len, sizeof done - (size_t)len,
                            "; %zu kept for another torrent", r->n_spared);
        if (r->n_failed > 0)
            snprintf(done + len, sizeof done - (size_t)len,
                     "; %zu could not be", r->n_failed);
    } else if (e->erases)
        snprintf(done, sizeof done, "; it had no data");
    bool is_good = e->failed.text[0] == '\0';
    char *line = xasprintf("%s: removed%s%s%s", e->name, done,
                           is_good ? "" : ": ", e->failed.text);
    steward_post(s, e, EVENT_REMOVED, is_good ? OK : e->err, line);
    free(line);
}

void removal_step(struct steward *s, struct roster_entry *e)
{
    bool is_at_rest = (e->torrent == NULL || torrent_is_stopped(e->torrent)) &&
                      (e->seeker == NULL || seeker_is_quiet(e->seeker));
    if (!is_at_rest || e->n_jobs > 0)
        return;
    if (e->fate == ROSTER_STOPPING) {
        clear(s, e);
        return;
    }
    tell(s, e);
    roster_drop(&s->roster, e);
}
