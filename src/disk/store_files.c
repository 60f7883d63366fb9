#include "config.h"

#include "disk/store_files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/bitset.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"
#include "disk/fdcache.h"
#include "disk/fdio.h"
#include "disk/root.h"

struct store_files {
    const struct metainfo *meta; /* borrowed; outlives the store */
    struct root *root;           /* owned */
    struct fdcache *cache;       /* owned */
    pthread_mutex_t lock;        /* of what follows */
    struct bitset *dirty;        /* owned; files written since the last sync */
    enum err sync_err;           /* of the sync that failed, for ever */
    struct cause sync_cause;
};

/* ---- Words for what went wrong ---- */

/* "ROOT/PATH" as people may see it; long ones lose their end. */
struct shown_path {
    char text[CAUSE_MAX_LEN - 128];
};

static struct shown_path shown_path(const struct store_files *f,
                                    size_t file_idx)
{
    char *path = metainfo_disk_path(f->meta, file_idx);
    char *whole = xasprintf("%s/%s", root_path(f->root), path);
    struct shown_path shown;
    text_clean(shown.text, sizeof shown.text, whole, strlen(whole));
    free(whole);
    free(path);
    return shown;
}

/* Say that doing `what` to a file failed with errno value errnum. */
static enum err refuse(const struct store_files *f, size_t file_idx,
                       const char *what, int errnum, struct cause *cause)
{
    struct shown_path path = shown_path(f, file_idx);
    switch (errnum) {
    case ELOOP:
    case EXDEV:
        cause_set(cause, "%s: it, or a folder above it, is a link", path.text);
        return ERR_UNSAFE_PATH;
    case EISDIR:
        cause_set(cause, "%s: a folder is where the file must be", path.text);
        return ERR_UNSAFE_PATH;
    case ENXIO:
        cause_set(cause, "%s: not a regular file", path.text);
        return ERR_UNSAFE_PATH;
    case ENOTDIR:
        cause_set(cause, "%s: a file is where a folder must be", path.text);
        return ERR_INVALID;
    default:
        cause_set_errno(cause, errnum, "%s: cannot %s", path.text, what);
        return errnum == ENOSPC || errnum == EDQUOT ? ERR_NO_SPACE : ERR_SYS;
    }
}

/* ---- Files ---- */

/* Take a file, open for `mode`; give it back with fdcache_put(). An absent one is
 * ERR_TRUNCATED: it has none of its bytes. */
static enum err take_file(struct store_files *f, size_t file_idx,
                          enum beneath_mode mode, struct fdcache_file **out,
                          struct cause *cause)
{
    *out = fdcache_find(f->cache, file_idx, mode);
    if (*out != NULL)
        return OK;
    struct beneath *beneath;
    enum err err = root_get(f->root, &beneath, cause);
    if (err != OK)
        return err;
    char *path = metainfo_disk_path(f->meta, file_idx);
    int errnum = fdcache_open(f->cache, beneath, file_idx, path, mode, out);
    free(path);
    root_put(f->root);
    if (errnum == 0)
        return OK;
    err = refuse(f, file_idx, mode == BENEATH_CREATE ? "create" : "open",
                 errnum, cause);
    return errnum == ENOENT && mode != BENEATH_CREATE ? ERR_TRUNCATED : err;
}

/* What lies at a file's path. ERR_TRUNCATED: nothing. */
static enum err look(struct store_files *f, size_t file_idx, struct stat *st,
                     struct cause *cause)
{
    struct beneath *beneath;
    enum err err = root_get(f->root, &beneath, cause);
    if (err != OK)
        return err;
    char *path = metainfo_disk_path(f->meta, file_idx);
    const char *base;
    int errnum = 0;
    int dir_fd = beneath_open_parent(beneath, path, &base);
    if (dir_fd < 0 || fstatat(dir_fd, base, st, AT_SYMLINK_NOFOLLOW) < 0)
        errnum = errno;
    else if (S_ISLNK(st->st_mode))
        errnum = ELOOP;
    else if (S_ISDIR(st->st_mode))
        errnum = EISDIR;
    else if (!S_ISREG(st->st_mode))
        errnum = ENXIO;
    if (dir_fd >= 0)
        close(dir_fd);
    free(path);
    root_put(f->root);
    if (errnum == 0)
        return OK;
    err = refuse(f, file_idx, "look at", errnum, cause);
    return errnum == ENOENT ? ERR_TRUNCATED : err;
}

/* ---- Reading and writing ---- */

static enum err read_part(struct store_files *f,
                          const struct metainfo_part *part, uint8_t *bytes,
                          struct cause *cause)
{
    if (part->is_pad) {
        memset(bytes, 0, (size_t)part->len);
        return OK;
    }
    struct fdcache_file *file;
    enum err err = take_file(f, part->file_idx, BENEATH_READ, &file, cause);
    if (err != OK)
        return err;
    int errnum = fdio_read_at(file->fd, bytes, (size_t)part->len, part->from);
    fdcache_put(f->cache, file);
    if (errnum == 0)
        return OK;
    if (errnum != FDIO_SHORT)
        return refuse(f, part->file_idx, "read", errnum, cause);
    struct shown_path path = shown_path(f, part->file_idx);
    cause_set(cause, "%s: shorter than it should be", path.text);
    return ERR_TRUNCATED;
}

static enum err write_part(struct store_files *f,
                           const struct metainfo_part *part,
                           const uint8_t *bytes, struct cause *cause)
{
    if (part->is_pad)
        return OK;
    struct fdcache_file *file;
    enum err err = take_file(f, part->file_idx, BENEATH_CREATE, &file, cause);
    if (err != OK)
        return err;
    /* Before the write, so that a sync that runs meanwhile is not the last. */
    pthread_mutex_lock(&f->lock);
    bitset_set(f->dirty, part->file_idx);
    pthread_mutex_unlock(&f->lock);
    int errnum = fdio_write_at(file->fd, bytes, (size_t)part->len, part->from);
    fdcache_put(f->cache, file);
    return errnum == 0 ? OK : refuse(f, part->file_idx, "write", errnum, cause);
}

static bool is_inside(const struct store_files *f, uint64_t off, size_t len)
{
    uint64_t size_bytes = f->meta->geo.size_bytes;
    return off <= size_bytes && len <= size_bytes - off;
}

static enum err files_read(void *impl, uint64_t off, void *bytes, size_t len,
                           struct cause *cause)
{
    struct store_files *f = impl;
    assert(is_inside(f, off, len));
    uint8_t *at = bytes;
    while (len > 0) {
        struct metainfo_part part = metainfo_part_at(f->meta, off, len);
        enum err err = read_part(f, &part, at, cause);
        if (err != OK)
            return err;
        at += part.len;
        off += part.len;
        len -= (size_t)part.len;
    }
    return OK;
}

static enum err files_write(void *impl, uint64_t off, const void *bytes,
                            size_t len, struct cause *cause)
{
    struct store_files *f = impl;
    assert(is_inside(f, off, len));
    const uint8_t *at = bytes;
    while (len > 0) {
        struct metainfo_part part = metainfo_part_at(f->meta, off, len);
        enum err err = write_part(f, &part, at, cause);
        if (err != OK)
            return err;
        at += part.len;
        off += part.len;
        len -= (size_t)part.len;
    }
    return OK;
}

/* ---- Preparing ---- */

/* Reserve a file's space. OK too when the file system cannot: *can_out false. */
static enum err reserve(struct store_files *f, size_t file_idx, bool *can_out,
                        struct cause *cause)
{
    struct fdcache_file *file;
    enum err err = take_file(f, file_idx, BENEATH_CREATE, &file, cause);
    if (err != OK)
        return err;
    off_t size = (off_t)f->meta->files[file_idx].size_bytes;
    int errnum = EOPNOTSUPP;
    /* glibc's posix_fallocate() writes into every block where the file system
     * has no such call: slow, and it races with our own writes. */
#if defined(HAVE_FALLOCATE)
    do {
        errnum = fallocate(file->fd, 0, 0, size) == 0 ? 0 : errno;
    } while (errnum == EINTR);
#elif defined(HAVE_POSIX_FALLOCATE)
    do {
        errnum = posix_fallocate(file->fd, 0, size);
    } while (errnum == EINTR);
#endif
    fdcache_put(f->cache, file);
    *can_out = errnum != EOPNOTSUPP && errnum != ENOSYS && errnum != EINVAL;
    if (errnum == 0 || !*can_out)
        return OK;
    return refuse(f, file_idx, "reserve the space of", errnum, cause);
}

static enum err create_empty(struct store_files *f, size_t file_idx,
                             struct cause *cause)
{
    struct fdcache_file *file;
    enum err err = take_file(f, file_idx, BENEATH_CREATE, &file, cause);
    if (err == OK)
        fdcache_put(f->cache, file);
    return err;
}

static enum err check_can_create(struct store_files *f, size_t file_idx,
                                 struct cause *cause)
{
    struct beneath *beneath;
    enum err err = root_get(f->root, &beneath, cause);
    if (err != OK)
        return err;
    char *path = metainfo_disk_path(f->meta, file_idx);
    int errnum = beneath_can_create(beneath, path) ? 0 : errno;
    free(path);
    root_put(f->root);
    return errnum == 0 ? OK : refuse(f, file_idx, "create", errnum, cause);
}

static void warn_of_names(const struct store_files *f, size_t file_idx,
                          const struct stat *st)
{
    if (st->st_nlink < 2 || !log_on(LOG_DISK, LOG_WARN))
        return;
    struct shown_path path = shown_path(f, file_idx);
    log_write(LOG_DISK, LOG_WARN,
              "%s: has %ju names (hard links): a write changes all of them",
              path.text, (uintmax_t)st->st_nlink);
}

static enum err prepare_file(struct store_files *f, size_t file_idx,
                             bool *preallocate, struct cause *cause)
{
    uint64_t size_bytes = f->meta->files[file_idx].size_bytes;
    struct stat st = {.st_size = 0};
    enum err err = look(f, file_idx, &st, cause);
    if (err == OK)
        warn_of_names(f, file_idx, &st);
    if (err == ERR_TRUNCATED && size_bytes == 0)
        return create_empty(f, file_idx, cause);
    if (err == ERR_TRUNCATED)
        err = check_can_create(f, file_idx, cause);
    if (err != OK || !*preallocate || (uint64_t)st.st_size >= size_bytes)
        return err;
    err = reserve(f, file_idx, preallocate, cause);
    if (err == OK && !*preallocate)
        log_write(LOG_DISK, LOG_WARN,
                  "this file system cannot reserve space: going on without");
    return err;
}

static enum err files_prepare(void *impl, bool preallocate,
                              const struct bitset *wanted, struct cause *cause)
{
    struct store_files *f = impl;
    for (size_t i = 0; i < f->meta->n_files; i++) {
        if (f->meta->files[i].is_pad ||
            (wanted != NULL && !bitset_get(wanted, i)))
            continue;
        enum err err = prepare_file(f, i, &preallocate, cause);
        if (err != OK)
            return err;
    }
    return OK;
}

/* ---- Syncing ---- */

/* Remember for ever that written data may be lost. */
static enum err fail_for_ever(struct store_files *f, size_t file_idx,
                              int errnum, struct cause *cause)
{
    struct cause words;
    enum err err = refuse(f, file_idx, "sync", errnum, &words);
    pthread_mutex_lock(&f->lock);
    f->sync_err = err;
    f->sync_cause = words;
    pthread_mutex_unlock(&f->lock);
    cause_set(cause, "%s", words.text);
    return err;
}

static enum err sync_file(struct store_files *f, size_t file_idx,
                          struct cause *cause)
{
    struct fdcache_file *file;
    struct stat st;
    enum err err = take_file(f, file_idx, BENEATH_WRITE, &file, cause);
    bool is_gone = err == ERR_TRUNCATED;
    if (err == OK) {
        int errnum = fdio_sync_data(file->fd);
        is_gone = fstat(file->fd, &st) == 0 && st.st_nlink == 0;
        fdcache_put(f->cache, file);
        if (errnum != 0)
            return fail_for_ever(f, file_idx, errnum, cause);
    }
    if (!is_gone)
        return err;
    fdcache_drop(f->cache, file_idx);
    struct shown_path path = shown_path(f, file_idx);
    cause_set(cause, "%s: was removed after it was written", path.text);
    return ERR_NOT_FOUND;
}

/* What an earlier sync found, or take the set of files to sync now. */
static enum err begin_sync(struct store_files *f, struct bitset **dirty_out,
                           struct cause *cause)
{
    pthread_mutex_lock(&f->lock);
    enum err err = f->sync_err;
    if (err != OK) {
        cause_set(cause, "%s", f->sync_cause.text);
    } else {
        *dirty_out = bitset_copy(f->dirty);
        bitset_clear_all(f->dirty);
    }
    pthread_mutex_unlock(&f->lock);
    return err;
}

static enum err files_sync(void *impl, struct cause *cause)
{
    struct store_files *f = impl;
    struct bitset *dirty;
    struct beneath *beneath;
    /* Descriptors work on after their folder was unmounted lazily or moved. */
    enum err err = root_get(f->root, &beneath, cause);
    if (err != OK)
        return err;
    root_put(f->root);
    err = begin_sync(f, &dirty, cause);
    if (err != OK)
        return err;
    int64_t i = bitset_next_set(dirty, 0);
    while (i >= 0) {
        err = sync_file(f, (size_t)i, cause);
        if (err != OK)
            break;
        i = bitset_next_set(dirty, (size_t)i + 1);
    }
    pthread_mutex_lock(&f->lock);
    for (; i >= 0; i = bitset_next_set(dirty, (size_t)i + 1))
        bitset_set(f->dirty, (size_t)i); /* still to be synced */
    pthread_mutex_unlock(&f->lock);
    bitset_free(dirty);
    return err;
}

/* ---- The rest ---- */

static enum err files_stat(void *impl, size_t file_idx, struct store_stat *out,
                           struct cause *cause)
{
    struct store_files *f = impl;
    const struct metainfo_file *file = &f->meta->files[file_idx];
    if (file->is_pad) {
        *out =
            (struct store_stat){.size_bytes = file->size_bytes, .exists = true};
        return OK;
    }
    struct stat st;
    enum err err = look(f, file_idx, &st, cause);
    if (err == ERR_TRUNCATED || err == ERR_UNSAFE_PATH || err == ERR_INVALID) {
        *out = (struct store_stat){.is_unusable = err != ERR_TRUNCATED};
        return OK;
    }
    if (err != OK)
        return err;
    *out = (struct store_stat){.size_bytes = (uint64_t)st.st_size,
                               .mtime_ns = fdio_change_ns(&st),
                               .exists = true};
    return OK;
}

static void files_close(void *impl)
{
    struct store_files *f = impl;
    fdcache_drop_all(f->cache);
    root_close(f->root);
}

static void files_free(void *impl)
{
    struct store_files *f = impl;
    fdcache_free(f->cache);
    root_free(f->root);
    bitset_free(f->dirty);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

static const struct store_ops files_ops = {
    .read = files_read,
    .write = files_write,
    .prepare = files_prepare,
    .sync = files_sync,
    .stat = files_stat,
    .close_files = files_close,
    .free = files_free,
};

static enum err open_files(const struct metainfo *meta, const char *root,
                           bool create, struct store **out, struct cause *cause)
{
    struct root *opened;
    enum err err = root_new(root, create, &opened, cause);
    if (err != OK)
        return err;
    struct store_files *f = xzalloc(sizeof *f);
    f->meta = meta;
    f->root = opened;
    f->cache = fdcache_new(STORE_FILES_MAX_OPEN);
    f->dirty = bitset_new(meta->n_files);
    pthread_mutex_init(&f->lock, NULL);
    *out = store_new(&files_ops, f);
    return OK;
}

enum err store_files_open(const struct metainfo *meta, const char *root,
                          struct store **out, struct cause *cause)
{
    return open_files(meta, root, true, out, cause);
}

enum err store_files_open_existing(const struct metainfo *meta,
                                   const char *root, struct store **out,
                                   struct cause *cause)
{
    return open_files(meta, root, false, out, cause);
}
