#include "config.h"

#include "disk/space.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "util/xalloc.h"

/* Cut the last component off; false when there is none to cut. */
static bool to_parent(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL || strcmp(path, "/") == 0)
        return false;
    *(slash == path ? slash + 1 : slash) = '\0';
    return true;
}

enum err space_free(const char *dir, uint64_t *out, struct cause *cause)
{
    struct statvfs st;
    char *path = xstrdup(dir);
    int rc;
    while ((rc = statvfs(path, &st)) != 0 &&
           (errno == EINTR || (errno == ENOENT && to_parent(path))))
        ;
    int errnum = errno;
    free(path);
    if (rc != 0) {
        cause_set_errno(cause, errnum, "looking for free space");
        return ERR_SYS;
    }
    *out = (uint64_t)st.f_bavail * st.f_frsize;
    return OK;
}
