#include "config.h"

#include "engine/dhtfile.h"

#include <stdio.h>
#include <stdlib.h>

#include "disk/atomic.h"
#include "disk/lockset.h"
#include "disk/queue.h"
#include "swarm/dht.h"
#include "util/buf.h"
#include "util/log.h"
#include "util/xalloc.h"

/* In the place of an info-hash, for the lock. */
static const uint8_t LOCK_NAME[20] = "the node of the DHT";

struct dhtfile {
    char *path;                /* owned */
    struct lockset_lock *lock; /* owned */
};

struct dhtfile *dhtfile_open(struct statedir *s)
{
    struct cause cause = {""};
    struct lockset_lock *lock;
    if (statedir_lock(s, LOCK_NAME, &lock, &cause) != OK) {
        log_write(LOG_DHT, LOG_INFO, "its nodes are not kept: %s", cause.text);
        return NULL;
    }
    struct dhtfile *f = xzalloc(sizeof *f);
    f->lock = lock;
    f->path = xasprintf("%s/dht", statedir_path(s));
    return f;
}

void dhtfile_free(struct dhtfile *f)
{
    if (f == NULL)
        return;
    lockset_release(f->lock);
    free(f->path);
    free(f);
}

static void set_aside(const struct dhtfile *f, enum err why)
{
    char *bad = xasprintf("%s.bad", f->path);
    bool is_moved = rename(f->path, bad) == 0;
    log_write(LOG_DHT, LOG_WARN, "%s is of no use (%s)%s", f->path,
              err_text(why), is_moved ? ": kept as dht.bad" : "");
    free(bad);
}

bool dhtfile_load(const struct dhtfile *f, struct dht *d, int64_t now_ms)
{
    uint8_t *bytes;
    size_t len;
    struct cause cause = {""};
    enum err err = atomic_read(f->path, DHT_MAX_STATE, &bytes, &len, &cause);
    if (err == ERR_NOT_FOUND)
        return false;
    if (err == OK) {
        err = dht_load(d, bytes, len, now_ms);
        free(bytes);
    }
    if (err == ERR_SYS)
        log_write(LOG_DHT, LOG_WARN, "%s", cause.text);
    else if (err != OK)
        set_aside(f, err);
    return err == OK;
}

struct disk_job *dhtfile_save(const struct dhtfile *f, const struct dht *d)
{
    struct buf out;
    buf_init(&out, DHT_MAX_STATE);
    enum err err = dht_save(d, &out);
    if (err != OK) {
        log_write(LOG_DHT, LOG_WARN, "its nodes are not kept: %s",
                  err_text(err));
        buf_fini(&out);
        return NULL;
    }
    struct disk_job *job = disk_job_new(DISK_SAVE, NULL, 0);
    size_t len;
    job->path = xstrdup(f->path);
    job->bytes = buf_take(&out, &len);
    job->len = (uint32_t)len;
    job->is_lazy = true; /* what is lost is found again */
    return job;
}
