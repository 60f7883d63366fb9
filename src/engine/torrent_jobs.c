#include "config.h"

#include "engine/torrent_jobs.h"

#include "engine/checkup.h"
#include "engine/relocate.h"
#include "engine/torrent_parts.h"
#include "engine/traffic.h"
#include "engine/upload.h"
#include "engine/verdict.h"

/* Of what a peer asked for. */
static void on_read(struct torrent *t, struct disk_job *job)
{
    struct cause cause;
    enum err err = upload_on_read(t, job, &cause);
    if (err != OK)
        traffic_fail(t, err, cause.text);
}

void torrent_jobs_done(struct torrent *t, struct disk_job *job)
{
    switch (job->op) {
    case DISK_PREPARE:
        checkup_on_prepared(t, job);
        break;
    case DISK_WRITE:
        if (t->save_is_last) /* a begun piece's block: the record decides */
            disk_job_free(job);
        else
            verdict_on_written(t, job);
        break;
    case DISK_HASH:
        verdict_on_hashed(t, job);
        break;
    case DISK_READ:
        if (t->n_restoring > 0)
            checkup_on_restored(t, job);
        else
            on_read(t, job);
        break;
    case DISK_SYNC:
        checkup_on_synced(t, job);
        break;
    case DISK_STAT:
        checkup_on_stat(t, job);
        break;
    case DISK_SAVE:
        checkup_on_saved(t, job);
        break;
    case DISK_BRING:
        relocate_on_brought(t, job);
        break;
    case DISK_IPLOAD:
    case DISK_SPACE:
    case DISK_CLOSE:
    case DISK_DROP:
    case DISK_ERASE:
    case DISK_N_OPS:
        disk_job_free(job);
        break;
    }
}
