#include "config.h"

#include "disk/atomic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"
#include "disk/fdio.h"

/* Say that doing `what` to path failed with errno value errnum. */
static enum err refuse(const char *path, const char *what, int errnum,
                       struct cause *cause)
{
    char name[CAUSE_MAX_LEN - 128];
    text_clean(name, sizeof name, path, strlen(path));
    cause_set_errno(cause, errnum, "%s: cannot %s", name, what);
    if (errnum == ENOENT)
        return ERR_NOT_FOUND;
    return errnum == ENOSPC || errnum == EDQUOT ? ERR_NO_SPACE : ERR_SYS;
}

/* ---- Writing ---- */

/* Write a new file. Return 0 or an errno value. */
static int write_new(const char *path, const void *bytes, size_t len,
                     mode_t mode, bool sync)
{
    if (unlink(path) < 0 && errno != ENOENT)
        return errno;
    int fd =
        open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0)
        return errno;
    int errnum = fdio_write(fd, bytes, len);
    if (errnum == 0 && sync)
        errnum = fdio_sync(fd);
    if (close(fd) < 0 && errnum == 0 && errno != EINTR)
        errnum = errno;
    return errnum;
}

/* Give what is at path the name PATH.bak too. That this fails does no harm to
 * the new content: it is only said. */
static void keep_previous(const char *path)
{
    char *bak = xasprintf("%s.bak", path);
    char *tmp = xasprintf("%s.bak.tmp", path);
    (void)unlink(tmp);
    if (link(path, tmp) == 0) {
        if (rename(tmp, bak) < 0)
            log_write(LOG_STATE, LOG_WARN, "%s: not kept: %s", bak,
                      strerror(errno));
        /* A rename between two names of one file leaves both. */
        (void)unlink(tmp);
    } else if (errno != ENOENT) {
        log_write(LOG_STATE, LOG_DEBUG, "%s: not kept: %s", bak,
                  strerror(errno));
    }
    free(bak);
    free(tmp);
}

/* Sync the folder that holds path, so that a rename in it lasts. */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? xstrdup(".")
                                 : xstrndup(path, (size_t)(slash - path) + 1);
    int errnum = fdio_sync_folder(AT_FDCWD, folder);
    free(folder);
    return errnum;
}

/* Replace it; with `sync`, so that it lasts. */
static enum err replace(const char *path, const void *bytes, size_t len,
                        mode_t mode, bool sync, struct cause *cause)
{
    char *tmp = xasprintf("%s.tmp", path);
    enum err err = OK;
    int errnum = write_new(tmp, bytes, len, mode, sync);
    if (errnum != 0) {
        err = refuse(tmp, "write", errnum, cause);
        (void)unlink(tmp);
        goto out;
    }
    keep_previous(path);
    if (rename(tmp, path) < 0) {
        err = refuse(path, "replace", errno, cause);
        (void)unlink(tmp);
        goto out;
    }
    errnum = sync ? sync_folder(path) : 0;
    if (errnum != 0)
        err = refuse(path, "sync the folder of", errnum, cause);
out:
    free(tmp);
    return err == ERR_NOT_FOUND ? ERR_SYS : err;
}

enum err atomic_replace(const char *path, const void *bytes, size_t len,
                        mode_t mode, struct cause *cause)
{
    return replace(path, bytes, len, mode, true, cause);
}

enum err atomic_replace_lazily(const char *path, const void *bytes, size_t len,
                               mode_t mode, struct cause *cause)
{
    return replace(path, bytes, len, mode, false, cause);
}

enum err atomic_remove(const char *path, struct cause *cause)
{
    static const char *const suffixes[] = {".bak.tmp", ".tmp", ".bak", ""};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *name = xasprintf("%s%s", path, suffixes[i]);
        int errnum = unlink(name) < 0 && errno != ENOENT ? errno : 0;
        enum err err = OK;
        if (errnum != 0)
            err = refuse(name, "remove", errnum, cause);
        free(name);
        if (err != OK)
            return err;
    }
    return OK;
}

/* ---- Reading ---- */

static enum err refuse_size(const char *path, size_t cap, struct cause *cause)
{
    char name[CAUSE_MAX_LEN - 128];
    text_clean(name, sizeof name, path, strlen(path));
    cause_set(cause, "%s: over %zu bytes, or growing", name, cap);
    return ERR_TOO_BIG;
}

enum err atomic_read(const char *path, size_t max_len, uint8_t **bytes_out,
                     size_t *len_out, struct cause *cause)
{
    int fd;
    uint64_t size_bytes;
    enum err err = fdio_open_regular(path, &fd, &size_bytes, cause);
    if (err != OK)
        return err;
    /* No more than the file has is asked for, and one byte by which it shows that it
     * has more: max_len may be large. */
    size_t cap = size_bytes < max_len ? (size_t)size_bytes : max_len;
    uint8_t *bytes = xmalloc(cap + 1);
    size_t len = 0;
    int errnum = fdio_read(fd, bytes, cap + 1, &len);
    close(fd);
    if (errnum != 0)
        err = refuse(path, "read", errnum, cause);
    else if (len > cap)
        err = refuse_size(path, cap, cause);
    if (err != OK) {
        free(bytes);
        return err;
    }
    bytes[len] = '\0';
    *bytes_out = bytes;
    *len_out = len;
    return OK;
}
