#include "config.h"

#include "disk/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef HAVE_LINUX_OPENAT2_H
#include <linux/openat2.h>
#include <sys/syscall.h>
#endif

/* A folder is only searched, not listed: it may lack read permission. */
#if defined(O_PATH)
#define DIR_FLAGS (O_PATH | O_DIRECTORY | O_CLOEXEC)
#elif defined(O_SEARCH)
#define DIR_FLAGS (O_SEARCH | O_DIRECTORY | O_CLOEXEC)
#else
#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#endif

enum { FILE_MODE = 0666, FOLDER_MODE = 0777 }; /* less the umask */

void beneath_init(struct beneath *b, int fd)
{
    b->fd = fd;
    atomic_init(&b->no_openat2, false);
}

/* safepath made the names plain; this holds whatever came between. */
static bool is_plain(const char *path)
{
    if (*path == '\0')
        return false;
    for (const char *at = path;; at++) {
        size_t len = strcspn(at, "/");
        if (len == 0 || (len == 1 && at[0] == '.') ||
            (len == 2 && at[0] == '.' && at[1] == '.'))
            return false;
        at += len;
        if (*at == '\0')
            return true;
    }
}

static int close_keeping_errno(int fd)
{
    int errnum = errno;
    close(fd);
    errno = errnum;
    return -1;
}

/* O_NONBLOCK: opening a FIFO must not wait for its other end. */
static int file_flags(enum beneath_mode mode)
{
    int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    switch (mode) {
    case BENEATH_READ:
        return flags | O_RDONLY;
    case BENEATH_WRITE:
        return flags | O_RDWR;
    case BENEATH_CREATE:
        return flags | O_RDWR | O_CREAT;
    }
    return flags;
}

#if defined(HAVE_LINUX_OPENAT2_H) && defined(SYS_openat2)
/* Open by openat2(); false when the kernel has no such call or forbids it, and
 * the walk must do. Else true, with what came of it in *fd_out and errno. */
static bool open_by_openat2(struct beneath *b, const char *path, int flags,
                            int *fd_out)
{
    enum { MAX_TRIES = 8 };
    if (atomic_load_explicit(&b->no_openat2, memory_order_relaxed))
        return false;
    struct open_how how = {
        .flags = (uint64_t)(unsigned)flags,
        .mode = (flags & O_CREAT) != 0 ? FILE_MODE : 0,
        .resolve =
            RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    long fd = -1;
    /* EAGAIN: something was renamed meanwhile and the kernel is not sure. */
    for (int i = 0; i < MAX_TRIES; i++) {
        fd = syscall(SYS_openat2, b->fd, path, &how, sizeof how);
        if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
            break;
    }
    if (fd < 0 && (errno == ENOSYS || errno == E2BIG || errno == EINVAL)) {
        atomic_store_explicit(&b->no_openat2, true, memory_order_relaxed);
        return false;
    }
    /* A sandbox says EPERM, but so may the file: the walk finds out. */
    if (fd < 0 && (errno == EPERM || errno == EAGAIN))
        return false;
    *fd_out = (int)fd;
    return true;
}
#else
static bool open_by_openat2(struct beneath *b, const char *path, int flags,
                            int *fd_out)
{
    (void)b;
    (void)path;
    (void)flags;
    (void)fd_out;
    return false;
}
#endif

static int openat_again(int dir_fd, const char *name, int flags)
{
    int fd;
    do {
        fd = openat(dir_fd, name, flags, FILE_MODE);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* Open folder `name` in dir_fd, which must not be a link. With O_PATH a link
 * gives ENOTDIR, as a file does: tell them apart. */
static int open_folder(int dir_fd, const char *name)
{
    int fd = openat_again(dir_fd, name, DIR_FLAGS | O_NOFOLLOW);
    if (fd < 0 && errno == ENOTDIR) {
        struct stat st;
        if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISLNK(st.st_mode))
            errno = ELOOP;
        else
            errno = ENOTDIR;
    }
    return fd;
}

static int open_or_make_folder(int dir_fd, const char *name, bool create)
{
    int fd = open_folder(dir_fd, name);
    if (fd >= 0 || errno != ENOENT || !create)
        return fd;
    if (mkdirat(dir_fd, name, FOLDER_MODE) < 0 && errno != EEXIST)
        return -1;
    return open_folder(dir_fd, name);
}

/* What a walk does at a folder that does not exist. */
enum absent { ABSENT_FAILS, ABSENT_IS_MADE, ABSENT_ENDS };

/* Go down to the folder that holds the last component of path; with
 * ABSENT_ENDS, to the last one on the way that exists. Return its descriptor,
 * or -1 with errno. */
static int walk(const struct beneath *b, const char *path, enum absent absent,
                const char **base_out)
{
    char name[256]; /* NAME_MAX, and the NUL */
    int dir_fd = openat_again(b->fd, ".", DIR_FLAGS);
    const char *at = path;
    for (; dir_fd >= 0; at++) {
        size_t len = strcspn(at, "/");
        if (at[len] == '\0')
            break;
        if (len >= sizeof name) {
            errno = ENAMETOOLONG;
            return close_keeping_errno(dir_fd);
        }
        memcpy(name, at, len);
        name[len] = '\0';
        int fd = open_or_make_folder(dir_fd, name, absent == ABSENT_IS_MADE);
        if (fd < 0 && absent == ABSENT_ENDS && errno == ENOENT)
            break;
        close_keeping_errno(dir_fd);
        dir_fd = fd;
        at += len;
    }
    *base_out = at;
    return dir_fd;
}

static int open_by_walk(const struct beneath *b, const char *path,
                        enum beneath_mode mode)
{
    const char *base;
    int dir_fd =
        walk(b, path, mode == BENEATH_CREATE ? ABSENT_IS_MADE : ABSENT_FAILS,
             &base);
    if (dir_fd < 0)
        return -1;
    int fd = openat_again(dir_fd, base, file_flags(mode));
#ifdef EMLINK
    if (fd < 0 && errno == EMLINK) /* FreeBSD's word for a link here */
        errno = ELOOP;
#endif
    close_keeping_errno(dir_fd);
    return fd;
}

int beneath_open(struct beneath *b, const char *path, enum beneath_mode mode)
{
    if (!is_plain(path)) {
        errno = EXDEV;
        return -1;
    }
    int fd = -1;
    if (!open_by_openat2(b, path, file_flags(mode), &fd))
        fd = open_by_walk(b, path, mode);
    else if (fd < 0 && errno == ENOENT && mode == BENEATH_CREATE)
        fd = open_by_walk(b, path, mode); /* makes the folders */
    if (fd < 0)
        return -1;
    struct stat st;
    if (fstat(fd, &st) < 0)
        return close_keeping_errno(fd);
    if (!S_ISREG(st.st_mode)) {
        errno = S_ISDIR(st.st_mode) ? EISDIR : ENXIO;
        return close_keeping_errno(fd);
    }
    return fd;
}

int beneath_open_parent(struct beneath *b, const char *path,
                        const char **base_out)
{
    if (!is_plain(path)) {
        errno = EXDEV;
        return -1;
    }
    return walk(b, path, ABSENT_FAILS, base_out);
}

int beneath_make_parent(struct beneath *b, const char *path,
                        const char **base_out)
{
    if (!is_plain(path)) {
        errno = EXDEV;
        return -1;
    }
    return walk(b, path, ABSENT_IS_MADE, base_out);
}

bool beneath_can_create(struct beneath *b, const char *path)
{
    const char *base;
    if (!is_plain(path)) {
        errno = EXDEV;
        return false;
    }
    int dir_fd = walk(b, path, ABSENT_ENDS, &base);
    if (dir_fd < 0)
        return false;
    bool may = faccessat(dir_fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
    close_keeping_errno(dir_fd);
    return may;
}
