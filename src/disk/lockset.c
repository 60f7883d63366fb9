#include "config.h"

#include "disk/lockset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "disk/lockfile.h"
#include "util/bytes.h"
#include "util/text.h"
#include "util/xalloc.h"

/* Where in the file what is locked; nothing is ever written there. */
static const off_t KEYS_END = (off_t)1 << 62; /* keys from 0 on */
/* From KEYS_END on: one byte for each process, at its pid, held while it has a lockset
 * open. So the second to come can say who the first is. */

struct lockset {
    int fd;       /* -1: each key has its own file */
    char *folder; /* owned */
    char *path;   /* owned */
};

struct lockset_lock {
    struct lockset *set;   /* borrowed: outlives it */
    off_t at;              /* in the file */
    struct lockfile *file; /* owned; NULL where ranges are locked */
};

#ifdef F_OFD_SETLK

static int set_lock(int fd, short type, off_t at)
{
    struct flock what = {.l_type = type,
                         .l_whence = SEEK_SET,
                         .l_start = at,
                         .l_len = 1};
    return fcntl(fd, F_OFD_SETLK, &what) == 0 ? 0 : errno;
}

/* One of n pids from `first` on (0: all) that another lockset is open in; 0: none. */
static off_t holder_of(int fd, off_t first, off_t n)
{
    struct flock what = {.l_type = F_WRLCK,
                         .l_whence = SEEK_SET,
                         .l_start = KEYS_END + first,
                         .l_len = n};
    if (fcntl(fd, F_OFD_GETLK, &what) != 0 || what.l_type == F_UNLCK)
        return 0;
    return what.l_start - KEYS_END;
}

#else

static int set_lock(int fd, short type, off_t at)
{
    (void)fd;
    (void)type;
    (void)at;
    return EINVAL;
}

static off_t holder_of(int fd, off_t first, off_t n)
{
    (void)fd;
    (void)first;
    (void)n;
    return 0;
}

#endif

static bool is_taken(int errnum)
{
    return errnum == EAGAIN || errnum == EACCES;
}

/* Whose lock it is can be told when there is only one other. */
static void say_busy(const struct lockset *s, struct cause *cause)
{
    off_t pid = holder_of(s->fd, 0, 0);
    bool is_alone = pid > 0 && holder_of(s->fd, 0, pid) == 0 &&
                    holder_of(s->fd, pid + 1, 0) == 0;
    if (is_alone)
        cause_set(cause, "in use by another tessera (process %lld)",
                  (long long)pid);
    else
        cause_set(cause, "in use by another tessera");
}

enum err lockset_open(const char *folder, enum lockset_way way,
                      struct lockset **out, struct cause *cause)
{
    struct lockset *s = xzalloc(sizeof *s);
    s->folder = xstrdup(folder);
    s->path = xasprintf("%s/lock", folder);
    s->fd = -1;
    if (way == LOCKSET_BY_FILE) {
        *out = s;
        return OK;
    }
    s->fd = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (s->fd < 0) {
        cause_set_errno(cause, errno, "%s", s->path);
        lockset_free(s);
        return ERR_SYS;
    }
    int errnum = set_lock(s->fd, F_WRLCK, KEYS_END + (off_t)getpid());
    if (errnum != 0 && !is_taken(errnum)) {
        close(s->fd);
        s->fd = -1;
    }
    *out = s;
    return OK;
}

void lockset_free(struct lockset *s)
{
    if (s == NULL)
        return;
    if (s->fd >= 0)
        close(s->fd);
    free(s->folder);
    free(s->path);
    free(s);
}

static enum err take_file(struct lockset *s, const uint8_t *key,
                          struct lockfile **out, struct cause *cause)
{
    char hex[2 * LOCKSET_KEY_LEN + 1];
    text_hex(hex, key, LOCKSET_KEY_LEN);
    char *path = xasprintf("%s/%s.lock", s->folder, hex);
    enum err err = lockfile_take(path, out, cause);
    free(path);
    return err;
}

static enum err take_range(struct lockset *s, off_t at, struct cause *cause)
{
    int errnum = set_lock(s->fd, F_WRLCK, at);
    if (errnum == 0)
        return OK;
    if (is_taken(errnum)) {
        say_busy(s, cause);
        return ERR_BUSY;
    }
    cause_set_errno(cause, errnum, "%s", s->path);
    return ERR_SYS;
}

enum err lockset_take(struct lockset *s, const uint8_t key[LOCKSET_KEY_LEN],
                      struct lockset_lock **out, struct cause *cause)
{
    struct lockfile *file = NULL;
    off_t at = (off_t)(bytes_be64(key) >> 2);
    enum err err =
        s->fd >= 0 ? take_range(s, at, cause) : take_file(s, key, &file, cause);
    if (err != OK)
        return err;
    *out = xmalloc(sizeof **out);
    **out = (struct lockset_lock){s, at, file};
    return OK;
}

void lockset_release(struct lockset_lock *l)
{
    if (l == NULL)
        return;
    if (l->file != NULL)
        lockfile_release(l->file);
    else
        (void)set_lock(l->set->fd, F_UNLCK, l->at);
    free(l);
}
