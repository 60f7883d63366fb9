#include "config.h"

#include "disk/tenure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/xalloc.h"

struct tenure {
    int fd;
};

static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

/* Return 0 or an errno value. */
static int find_holder(int fd, pid_t *out)
{
    struct flock what = whole_file();
    if (fcntl(fd, F_GETLK, &what) != 0)
        return errno;
    *out = what.l_type == F_UNLCK ? 0
           : what.l_pid > 0       ? what.l_pid
                                  : TENURE_ELSEWHERE;
    return 0;
}

enum err tenure_take(const char *path, struct tenure **out, struct cause *cause)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        cause_set_errno(cause, errno, "%s", path);
        return ERR_SYS;
    }
    struct flock what = whole_file();
    if (fcntl(fd, F_SETLK, &what) == 0) {
        *out = xmalloc(sizeof **out);
        **out = (struct tenure){fd};
        return OK;
    }
    int why = errno;
    pid_t pid = TENURE_ELSEWHERE;
    bool is_held = why == EAGAIN || why == EACCES;
    bool is_named = is_held && find_holder(fd, &pid) == 0 && pid > 0;
    close(fd);
    if (is_named)
        cause_set(cause, "process %ld has it", (long)pid);
    else if (is_held)
        cause_set(cause, "a process elsewhere has it");
    else
        cause_set_errno(cause, why, "%s", path);
    return is_held ? ERR_BUSY : ERR_SYS;
}

void tenure_release(struct tenure *t)
{
    if (t == NULL)
        return;
    close(t->fd);
    free(t);
}

enum err tenure_holder(const char *path, pid_t *out, struct cause *cause)
{
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    int why = fd < 0 ? errno : 0;
    if (why == ENOENT) {
        *out = 0;
        return OK;
    }
    if (fd >= 0) {
        why = find_holder(fd, out);
        close(fd);
    }
    if (why == 0)
        return OK;
    cause_set_errno(cause, why, "%s", path);
    return ERR_SYS;
}
