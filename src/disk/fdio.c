#include "config.h"

#include "disk/fdio.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "util/text.h"

/* ---- Opening ---- */

enum err fdio_open_regular(const char *path, int *fd_out, uint64_t *size_out,
                           struct cause *cause)
{
    char name[CAUSE_MAX_LEN - 128];
    struct stat st;
    text_clean(name, sizeof name, path, strlen(path));
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) < 0) {
        enum err err = errno == ENOENT ? ERR_NOT_FOUND : ERR_SYS;
        cause_set_errno(cause, errno, "%s: cannot open", name);
        if (fd >= 0)
            close(fd);
        return err;
    }
    if (!S_ISREG(st.st_mode)) {
        cause_set(cause, "%s: not a regular file", name);
        close(fd);
        return ERR_INVALID;
    }
    *fd_out = fd;
    if (size_out != NULL)
        *size_out = (uint64_t)st.st_size;
    return OK;
}

/* ---- Moving bytes ---- */

int fdio_write(int fd, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    while (len > 0) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? EIO : errno;
        at += n;
        len -= (size_t)n;
    }
    return 0;
}

int fdio_write_at(int fd, const void *bytes, size_t len, uint64_t off)
{
    const uint8_t *at = bytes;
    while (len > 0) {
        ssize_t n = pwrite(fd, at, len, (off_t)off);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? EIO : errno;
        at += n;
        off += (uint64_t)n;
        len -= (size_t)n;
    }
    return 0;
}

int fdio_read_at(int fd, void *bytes, size_t len, uint64_t off)
{
    uint8_t *at = bytes;
    while (len > 0) {
        ssize_t n = pread(fd, at, len, (off_t)off);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0 ? FDIO_SHORT : errno;
        at += n;
        off += (uint64_t)n;
        len -= (size_t)n;
    }
    return 0;
}

int fdio_read(int fd, void *bytes, size_t len, size_t *n_out)
{
    uint8_t *at = bytes;
    size_t n_read = 0;
    while (n_read < len) {
        ssize_t n = read(fd, at + n_read, len - n_read);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        if (n == 0)
            break;
        n_read += (size_t)n;
    }
    *n_out = n_read;
    return 0;
}

/* ---- Lasting ---- */

int fdio_sync(int fd)
{
    int result;
    do {
        result = fsync(fd);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? errno : 0;
}

int fdio_sync_data(int fd)
{
#if defined(_POSIX_SYNCHRONIZED_IO) && _POSIX_SYNCHRONIZED_IO > 0
    int result;
    do {
        result = fdatasync(fd);
    } while (result < 0 && errno == EINTR);
    return result < 0 ? errno : 0;
#else
    return fdio_sync(fd);
#endif
}

int fdio_sync_folder(int dir_fd, const char *path)
{
    int fd = openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int errnum = fdio_sync(fd);
    close(fd);
    return errnum == EINVAL ? 0 : errnum;
}

/* ---- Times ---- */

void fdio_times(const struct stat *st, struct timespec out[FDIO_N_TIMES])
{
#ifdef __APPLE__
    out[FDIO_READ_TIME] = st->st_atimespec;
    out[FDIO_CHANGE_TIME] = st->st_mtimespec;
#else
    out[FDIO_READ_TIME] = st->st_atim;
    out[FDIO_CHANGE_TIME] = st->st_mtim;
#endif
}

int64_t fdio_change_ns(const struct stat *st)
{
    struct timespec times[FDIO_N_TIMES];
    fdio_times(st, times);
    return (int64_t)times[FDIO_CHANGE_TIME].tv_sec * 1000000000 +
           times[FDIO_CHANGE_TIME].tv_nsec;
}
