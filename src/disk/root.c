#include "config.h"

#include "disk/root.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/text.h"
#include "util/xalloc.h"

enum { FOLDER_MODE = 0777 }; /* less the umask */

struct root {
    char *path; /* owned */
    dev_t dev;  /* of the folder first opened; for ever */
    pthread_mutex_t lock;
    struct beneath beneath; /* fd -1: closed */
    ino_t ino;              /* of the folder that is open */
    unsigned n_users;
    bool is_closing; /* the last user closes it */
};

static enum err refuse(const char *path, int errnum, const char *what,
                       struct cause *cause)
{
    char name[CAUSE_MAX_LEN / 2];
    text_clean(name, sizeof name, path, strlen(path));
    if (errnum == 0)
        cause_set(cause, "%s: %s", name, what);
    else
        cause_set_errno(cause, errnum, "%s: %s", name, what);
    return errnum == ENOSPC || errnum == EDQUOT ? ERR_NO_SPACE : ERR_SYS;
}

static enum err missing(const struct root *r, struct cause *cause)
{
    (void)refuse(r->path, 0,
                 "volume missing: the download folder is gone, or another",
                 cause);
    return ERR_NOT_FOUND;
}

/* As mkdir -p. What cannot be made shows when the folder is opened. */
static int make_folders(const char *path)
{
    char *prefix = xstrdup(path);
    int errnum = 0;
    for (char *at = prefix; *at != '\0' && errnum == 0; at++) {
        char *end = at + strcspn(at, "/");
        char was = *end;
        *end = '\0';
        if (end > at && mkdir(prefix, FOLDER_MODE) < 0 && errno != EEXIST)
            errnum = errno;
        *end = was;
        if (was == '\0')
            break;
        at = end;
    }
    free(prefix);
    return errnum;
}

static int open_folder(const char *path)
{
    int fd;
    do {
        fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

enum err root_new(const char *path, bool create, struct root **out,
                  struct cause *cause)
{
    int fd = open_folder(path);
    if (fd < 0 && errno == ENOENT && create) {
        int errnum = make_folders(path);
        if (errnum != 0)
            return refuse(path, errnum, "cannot make this folder", cause);
        fd = open_folder(path);
    }
    if (fd < 0 && errno == ENOENT) {
        (void)refuse(path, 0, "no such folder", cause);
        return ERR_NOT_FOUND;
    }
    if (fd < 0 && errno == ENOTDIR) {
        (void)refuse(path, 0, "not a folder", cause);
        return ERR_INVALID;
    }
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        int errnum = errno;
        if (fd >= 0)
            close(fd);
        return refuse(path, errnum, "cannot open this folder", cause);
    }
    struct root *r = xzalloc(sizeof *r);
    r->path = xstrdup(path);
    r->dev = st.st_dev;
    r->ino = st.st_ino;
    pthread_mutex_init(&r->lock, NULL);
    beneath_init(&r->beneath, fd);
    *out = r;
    return OK;
}

void root_free(struct root *r)
{
    if (r == NULL)
        return;
    assert(r->n_users == 0);
    root_close(r);
    pthread_mutex_destroy(&r->lock);
    free(r->path);
    free(r);
}

const char *root_path(const struct root *r)
{
    return r->path;
}

/* Open the folder unless it is open; its inode may be another than before, its
 * device may not. */
static enum err reopen(struct root *r, struct cause *cause)
{
    pthread_mutex_lock(&r->lock);
    bool is_open = r->beneath.fd >= 0;
    pthread_mutex_unlock(&r->lock);
    if (is_open)
        return OK;
    int fd = open_folder(r->path);
    if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
        return refuse(r->path, errno, "cannot open this folder", cause);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0 || st.st_dev != r->dev) {
        if (fd >= 0)
            close(fd);
        return missing(r, cause);
    }
    pthread_mutex_lock(&r->lock);
    if (r->beneath.fd < 0) {
        r->beneath.fd = fd;
        r->ino = st.st_ino;
        fd = -1; /* given away */
    }
    pthread_mutex_unlock(&r->lock);
    if (fd >= 0)
        close(fd);
    return OK;
}

/* Is there a folder at the path, on the device that it was on? */
static enum err look(const struct root *r, ino_t *ino_out, struct cause *cause)
{
    struct stat st;
    if (stat(r->path, &st) < 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return refuse(r->path, errno, "cannot use this folder", cause);
        return missing(r, cause);
    }
    if (!S_ISDIR(st.st_mode) || st.st_dev != r->dev)
        return missing(r, cause);
    *ino_out = st.st_ino;
    return OK;
}

enum err root_get(struct root *r, struct beneath **out, struct cause *cause)
{
    ino_t ino = 0;
    enum err err = look(r, &ino, cause);
    if (err != OK)
        return err;
    bool is_open = false;
    bool is_same = false;
    while (!is_open) {
        err = reopen(r, cause);
        if (err != OK)
            return err;
        pthread_mutex_lock(&r->lock);
        is_open = r->beneath.fd >= 0; /* unless closed again meanwhile */
        is_same = is_open && ino == r->ino;
        if (is_same) {
            r->n_users++;
            r->is_closing = false;
        }
        pthread_mutex_unlock(&r->lock);
    }
    if (!is_same)
        return missing(r, cause);
    *out = &r->beneath;
    return OK;
}

/* Take the descriptor to be closed, under the lock; -1: none, or in use. */
static int take_idle_fd(struct root *r)
{
    if (!r->is_closing || r->n_users > 0)
        return -1;
    int fd = r->beneath.fd;
    r->beneath.fd = -1;
    r->is_closing = false;
    return fd;
}

void root_put(struct root *r)
{
    pthread_mutex_lock(&r->lock);
    assert(r->n_users > 0);
    r->n_users--;
    int fd = take_idle_fd(r);
    pthread_mutex_unlock(&r->lock);
    if (fd >= 0)
        close(fd);
}

void root_close(struct root *r)
{
    pthread_mutex_lock(&r->lock);
    r->is_closing = true;
    int fd = take_idle_fd(r);
    pthread_mutex_unlock(&r->lock);
    if (fd >= 0)
        close(fd);
}
