#include "config.h"

#include "disk/haul.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/text.h"
#include "util/xalloc.h"
#include "disk/fdio.h"
#include "disk/root.h"

enum { COPY_CHUNK_LEN = 256 << 10, FILE_MODE = 0666 };

struct haul_file {
    char *path;          /* owned; below the folder */
    uint64_t size_bytes; /* by the torrent */
    bool is_spared;
    bool is_made; /* by us, in the new folder */
};

struct haul {
    atomic_uint n_refs;
    atomic_bool is_cancelled;
    atomic_uint_fast64_t done_bytes;
    uint64_t size_bytes;     /* of all files */
    char *from;              /* owned */
    char *to;                /* owned, or NULL */
    struct haul_file *files; /* owned */
    size_t n_files;
    /* Owned; one a file of the torrent: in files, or SIZE_MAX. */
    size_t *idx_of;
    struct haul_result result;
};

struct haul *haul_new(const struct metainfo *meta, const char *from,
                      const char *to)
{
    struct haul *h = xzalloc(sizeof *h);
    atomic_init(&h->n_refs, 1);
    h->from = xstrdup(from);
    h->to = to == NULL ? NULL : xstrdup(to);
    h->files = xcalloc(meta->n_files, sizeof *h->files);
    h->idx_of = xcalloc(meta->n_files, sizeof *h->idx_of);
    for (size_t i = 0; i < meta->n_files; i++) {
        h->idx_of[i] = SIZE_MAX;
        if (meta->files[i].is_pad)
            continue;
        h->idx_of[i] = h->n_files;
        h->files[h->n_files++] =
            (struct haul_file){.path = metainfo_disk_path(meta, i),
                               .size_bytes = meta->files[i].size_bytes};
        h->size_bytes += meta->files[i].size_bytes;
    }
    return h;
}

struct haul *haul_ref(struct haul *h)
{
    atomic_fetch_add(&h->n_refs, 1);
    return h;
}

void haul_unref(struct haul *h)
{
    if (h == NULL || atomic_fetch_sub(&h->n_refs, 1) > 1)
        return;
    for (size_t i = 0; i < h->n_files; i++)
        free(h->files[i].path);
    free(h->files);
    free(h->idx_of);
    free(h->from);
    free(h->to);
    free(h);
}

void haul_spare(struct haul *h, size_t file_idx)
{
    if (h->idx_of[file_idx] != SIZE_MAX)
        h->files[h->idx_of[file_idx]].is_spared = true;
}

void haul_cancel(struct haul *h)
{
    atomic_store(&h->is_cancelled, true);
}

uint32_t haul_progress_m(const struct haul *h)
{
    uint64_t done_bytes = atomic_load(&h->done_bytes);
    if (h->size_bytes == 0 || done_bytes >= h->size_bytes)
        return 1000;
    /* By division first: sizes times 1000 may not fit. */
    return (uint32_t)(h->size_bytes >= 1000000
                          ? done_bytes / (h->size_bytes / 1000)
                          : done_bytes * 1000 / h->size_bytes);
}

const struct haul_result *haul_result(const struct haul *h)
{
    return &h->result;
}

const char *haul_from(const struct haul *h)
{
    return h->from;
}

/* ---- Words ---- */

/* Say that doing `what` to a file below `folder` failed with errno value errnum. */
static enum err refuse(const char *folder, const char *path, const char *what,
                       int errnum, struct cause *cause)
{
    char name[CAUSE_MAX_LEN - 128];
    char *whole = xasprintf("%s/%s", folder, path);
    text_clean(name, sizeof name, whole, strlen(whole));
    free(whole);
    switch (errnum) {
    case ECANCELED:
        cause_set(cause, "given up");
        return ERR_CANCELLED;
    case EEXIST:
        cause_set(cause, "%s: exists already", name);
        return ERR_BUSY;
    case ELOOP:
    case EXDEV:
        cause_set(cause, "%s: it, or a folder above it, is a link", name);
        return ERR_UNSAFE_PATH;
    case EISDIR:
    case ENXIO:
        cause_set(cause, "%s: not a regular file", name);
        return ERR_UNSAFE_PATH;
    default:
        cause_set_errno(cause, errnum, "%s: cannot %s", name, what);
        return errnum == ENOSPC || errnum == EDQUOT ? ERR_NO_SPACE : ERR_SYS;
    }
}

/* ---- Folders that became empty ---- */

static size_t parent_len(const char *path, size_t len)
{
    while (len > 0 && path[len - 1] != '/')
        len--;
    return len > 0 ? len - 1 : 0;
}

/* Remove the folder named by the first len bytes of path, and those above it, as long
 * as they are empty. */
static void remove_empty(struct beneath *beneath, const char *path, size_t len)
{
    char *folder = xstrndup(path, len);
    while (len > 0) {
        const char *base;
        int dir_fd = beneath_open_parent(beneath, folder, &base);
        int rc = -1;
        if (dir_fd >= 0) {
            rc = unlinkat(dir_fd, base, AT_REMOVEDIR);
            close(dir_fd);
        }
        if (rc < 0 && errno != ENOENT)
            break;
        len = parent_len(folder, len);
        folder[len] = '\0';
    }
    free(folder);
}

static void remove_empty_folders(const struct haul *h, struct beneath *beneath,
                                 size_t n_files)
{
    const char *last = "";
    size_t last_len = 0;
    for (size_t i = n_files; i-- > 0;) {
        const char *path = h->files[i].path;
        size_t len = parent_len(path, strlen(path));
        if (len == last_len && memcmp(path, last, len) == 0)
            continue;
        remove_empty(beneath, path, len);
        last = path;
        last_len = len;
    }
}

/* ---- Deleting ---- */

/* Return 0, ENOENT, or an errno value. */
static int erase_file(struct haul *h, struct beneath *beneath,
                      const struct haul_file *f)
{
    const char *base;
    struct stat st;
    int errnum = 0;
    int dir_fd = beneath_open_parent(beneath, f->path, &base);
    if (dir_fd < 0)
        return errno;
    if (fstatat(dir_fd, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
        errnum = errno;
    else if (S_ISLNK(st.st_mode))
        errnum = ELOOP;
    else if (!S_ISREG(st.st_mode))
        errnum = ENXIO;
    else if (unlinkat(dir_fd, base, 0) < 0)
        errnum = errno;
    else {
        h->result.n_files++;
        h->result.n_bytes += (uint64_t)st.st_size;
    }
    close(dir_fd);
    return errnum;
}

static enum err erase_files(struct haul *h, struct beneath *beneath)
{
    enum err first = OK;
    for (size_t i = 0; i < h->n_files; i++) {
        const struct haul_file *f = &h->files[i];
        atomic_fetch_add(&h->done_bytes, f->size_bytes);
        if (f->is_spared) {
            h->result.n_spared++;
            continue;
        }
        int errnum = erase_file(h, beneath, f);
        if (errnum == 0 || errnum == ENOENT)
            continue;
        if (h->result.n_failed++ == 0)
            first =
                refuse(h->from, f->path, "delete", errnum, &h->result.cause);
    }
    remove_empty_folders(h, beneath, h->n_files);
    return first;
}

enum err haul_erase(struct haul *h, struct cause *cause)
{
    struct root *root;
    struct beneath *beneath;
    h->result = (struct haul_result){0};
    enum err err = root_new(h->from, false, &root, cause);
    if (err == ERR_NOT_FOUND)
        return OK; /* nothing is there */
    if (err == OK) {
        err = root_get(root, &beneath, cause);
        if (err == OK) {
            err = erase_files(h, beneath);
            root_put(root);
            if (err != OK)
                cause_set(cause, "%s", h->result.cause.text);
        }
        root_free(root);
    }
    if (err != OK && h->result.n_failed == 0) {
        h->result.n_failed = h->n_files;
        h->result.cause = *cause;
    }
    return err;
}

/* ---- Bringing ---- */

static bool is_zero(const uint8_t *bytes, size_t len)
{
    return len == 0 ||
           (bytes[0] == 0 && memcmp(bytes, bytes + 1, len - 1) == 0);
}

/* Copy all bytes but runs of zeros, which a file of that length has by itself. */
static int copy_bytes(struct haul *h, int from_fd, int to_fd)
{
    uint8_t *chunk = xmalloc(COPY_CHUNK_LEN);
    int errnum = 0;
    off_t at = 0;
    while (errnum == 0) {
        ssize_t n = pread(from_fd, chunk, COPY_CHUNK_LEN, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            errnum = n < 0 ? errno : 0;
            break;
        }
        if (!is_zero(chunk, (size_t)n))
            errnum = fdio_write_at(to_fd, chunk, (size_t)n, (uint64_t)at);
        at += n;
        atomic_fetch_add(&h->done_bytes, (uint64_t)n);
        if (atomic_load(&h->is_cancelled))
            errnum = ECANCELED;
    }
    free(chunk);
    return errnum;
}

static int copy_file(struct haul *h, int from_fd, int to_fd)
{
    struct stat st;
    if (fstat(from_fd, &st) < 0 || ftruncate(to_fd, st.st_size) < 0)
        return errno;
    int errnum = copy_bytes(h, from_fd, to_fd);
    if (errnum != 0)
        return errnum;
    (void)fchmod(to_fd, st.st_mode & 0777);
    struct timespec times[FDIO_N_TIMES];
    fdio_times(&st, times);
    /* By its time the record of what is had goes on to be believed. */
    if (futimens(to_fd, times) < 0)
        return errno;
    return fdio_sync(to_fd);
}

static bool is_same_file(int a_dir, int b_dir, const char *base)
{
    struct stat a, b;
    return fstatat(a_dir, base, &a, AT_SYMLINK_NOFOLLOW) == 0 &&
           fstatat(b_dir, base, &b, AT_SYMLINK_NOFOLLOW) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* From one folder into the other; from_fd: the file, open. */
static int bring_into(struct haul *h, struct haul_file *f, int from_fd,
                      int from_dir, int to_dir, const char *base)
{
    if (linkat(from_dir, base, to_dir, base, 0) == 0) {
        f->is_made = true;
        atomic_fetch_add(&h->done_bytes, f->size_bytes);
        return 0;
    }
    if (errno == EEXIST && is_same_file(from_dir, to_dir, base)) {
        atomic_fetch_add(&h->done_bytes, f->size_bytes);
        return 0; /* by an earlier try that was cut short */
    }
    if (errno == EEXIST)
        return EEXIST;
    int to_fd =
        openat(to_dir, base,
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
    if (to_fd < 0)
        return errno;
    f->is_made = true;
    int errnum = copy_file(h, from_fd, to_fd);
    if (close(to_fd) < 0 && errnum == 0 && errno != EINTR)
        errnum = errno;
    return errnum;
}

static enum err bring_file(struct haul *h, struct haul_file *f,
                           struct beneath *from, struct beneath *to,
                           struct cause *cause)
{
    const char *base;
    int from_fd = beneath_open(from, f->path, BENEATH_READ);
    if (from_fd < 0 && errno == ENOENT)
        return OK; /* not begun, or not wanted */
    if (from_fd < 0)
        return refuse(h->from, f->path, "open", errno, cause);
    enum err err = OK;
    int to_dir = -1;
    int from_dir = beneath_open_parent(from, f->path, &base);
    if (from_dir < 0)
        err = refuse(h->from, f->path, "open", errno, cause);
    else if ((to_dir = beneath_make_parent(to, f->path, &base)) < 0)
        err = refuse(h->to, f->path, "make", errno, cause);
    else {
        int errnum = bring_into(h, f, from_fd, from_dir, to_dir, base);
        if (errnum == 0)
            errnum = fdio_sync_folder(to_dir, ".");
        if (errnum != 0)
            err = refuse(h->to, f->path, "make", errnum, cause);
    }
    if (from_dir >= 0)
        close(from_dir);
    if (to_dir >= 0)
        close(to_dir);
    close(from_fd);
    return err;
}

/* What was made of the first n files goes again. */
static void undo(struct haul *h, struct beneath *to, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct haul_file *f = &h->files[i];
        const char *base;
        int dir_fd = f->is_made ? beneath_open_parent(to, f->path, &base) : -1;
        if (dir_fd < 0)
            continue;
        (void)unlinkat(dir_fd, base, 0);
        close(dir_fd);
        f->is_made = false;
    }
    remove_empty_folders(h, to, n);
}

static enum err bring_files(struct haul *h, struct beneath *from,
                            struct beneath *to, struct cause *cause)
{
    for (size_t i = 0; i < h->n_files; i++) {
        enum err err = ERR_CANCELLED;
        if (atomic_load(&h->is_cancelled))
            cause_set(cause, "given up");
        else
            err = bring_file(h, &h->files[i], from, to, cause);
        if (err != OK) {
            undo(h, to, i + 1);
            return err;
        }
    }
    return OK;
}

enum err haul_bring(struct haul *h, struct cause *cause)
{
    struct root *from = NULL, *to = NULL;
    struct beneath *from_beneath, *to_beneath;
    enum err err = root_new(h->from, false, &from, cause);
    if (err == OK)
        err = root_new(h->to, true, &to, cause);
    if (err == OK)
        err = root_get(from, &from_beneath, cause);
    if (err == OK) {
        err = root_get(to, &to_beneath, cause);
        if (err == OK) {
            err = bring_files(h, from_beneath, to_beneath, cause);
            root_put(to);
        }
        root_put(from);
    }
    root_free(from);
    root_free(to);
    return err;
}
