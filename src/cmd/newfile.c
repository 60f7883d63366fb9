#include "config.h"

#include "cmd/newfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/xalloc.h"

static bool write_new(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "wbx");
    if (file == NULL)
        return false;
    bool ok = fwrite(bytes, 1, len, file) == len && fflush(file) == 0 &&
              fsync(fileno(file)) == 0;
    int errnum = errno;
    ok = fclose(file) == 0 && ok;
    errno = errnum;
    return ok;
}

/* In the same folder; not longer for a long name. */
static char *temporary_for(const char *path)
{
    const char *slash = strrchr(path, '/');
    int len = slash != NULL ? (int)(slash - path) + 1 : 0;
    return xasprintf("%.*s.tessera-%ld.tmp", len, path, (long)getpid());
}

/* A link cannot replace what came to lie there meanwhile; where there are no links,
 * rename() must do. */
bool newfile_write(const char *path, const void *bytes, size_t len,
                   bool replaces)
{
    char *temporary = temporary_for(path);
    bool ok = write_new(temporary, bytes, len);
    if (ok && !replaces && link(temporary, path) == 0)
        unlink(temporary);
    else if (ok && (replaces || errno != EEXIST))
        ok = rename(temporary, path) == 0;
    else
        ok = false;
    int errnum = errno;
    if (!ok)
        unlink(temporary);
    errno = errnum;
    free(temporary);
    return ok;
}
