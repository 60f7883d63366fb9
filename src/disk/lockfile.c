#include "config.h"

#include "disk/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/log.h"
#include "util/xalloc.h"

struct lockfile {
    int fd;
    char *path; /* owned */
};

/* The pid that the holder wrote, or 0. */
static long holder_of(int fd)
{
    char text[24] = "";
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

/* A holder that goes away unlinks the file: a lock on what is no longer at that path
 * excludes nobody. */
static bool is_still_there(int fd, const char *path)
{
    struct stat ours, there;
    return fstat(fd, &ours) == 0 && stat(path, &there) == 0 &&
           ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

/* Only for the words of the second instance: a full disk costs those. A new file is not
 * cut: some file systems write out at once what was, which costs with thousands. */
static void write_pid(int fd)
{
    char pid[24];
    struct stat st;
    int len = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    bool is_new = fstat(fd, &st) == 0 && st.st_size == 0;
    if ((!is_new && ftruncate(fd, 0) != 0) ||
        pwrite(fd, pid, (size_t)len, 0) != len)
        log_write(LOG_DISK, LOG_WARN, "the lock does not name its holder");
}

enum err lockfile_take(const char *path, struct lockfile **out,
                       struct cause *cause)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0) {
            cause_set_errno(cause, errno, "%s", path);
            return ERR_SYS;
        }
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            int why = errno;
            long pid = holder_of(fd);
            close(fd);
            if (why != EWOULDBLOCK) {
                cause_set_errno(cause, why, "%s", path);
                return ERR_SYS;
            }
            cause_set(cause, "in use by another tessera (process %ld)", pid);
            return ERR_BUSY;
        }
        if (!is_still_there(fd, path)) {
            close(fd);
            continue;
        }
        write_pid(fd);
        struct lockfile *l = xzalloc(sizeof *l);
        l->fd = fd;
        l->path = xstrdup(path);
        *out = l;
        return OK;
    }
}

void lockfile_release(struct lockfile *l)
{
    if (l == NULL)
        return;
    /* If the file was deleted meanwhile, what lies there is another's lock. */
    if (is_still_there(l->fd, l->path))
        unlink(l->path);
    close(l->fd);
    free(l->path);
    free(l);
}
