#include "config.h"

#include "engine/statedir.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk/atomic.h"
#include "disk/lockset.h"
#include "util/log.h"
#include "util/text.h"
#include "util/xalloc.h"

struct statedir {
    char *path;            /* owned */
    char *torrents;        /* owned */
    struct lockset *locks; /* owned; NULL: none was taken yet */
};

/* Make a folder, or see that there is one. */
static enum err make_folder(const char *path, struct cause *cause)
{
    struct stat st;
    if (mkdir(path, 0700) == 0)
        return OK;
    int why = errno;
    if (why == EEXIST && stat(path, &st) == 0) {
        if (S_ISDIR(st.st_mode))
            return OK;
        why = ENOTDIR;
    }
    cause_set_errno(cause, why, "state folder %s", path);
    return ERR_SYS;
}

/* The same with its parents. */
static enum err make_folders(const char *path, struct cause *cause)
{
    char *copy = xstrdup(path);
    enum err err = OK;
    for (char *at = copy + 1; err == OK; at++) {
        char was = *at;
        if (was != '/' && was != '\0')
            continue;
        *at = '\0';
        err = make_folder(copy, cause);
        if (was == '\0')
            break;
        *at = was;
    }
    free(copy);
    return err;
}

enum err statedir_open(struct statedir **out, struct cause *cause)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    struct statedir *s = xzalloc(sizeof *s);
    /* The XDG rules say that a relative path is to be ignored. */
    if (state != NULL && state[0] == '/')
        s->path = xasprintf("%s/tessera", state);
    else if (home != NULL && home[0] == '/')
        s->path = xasprintf("%s/.local/state/tessera", home);
    else {
        cause_set(cause, "no state folder: set HOME or XDG_STATE_HOME to an "
                         "absolute path");
        free(s);
        return ERR_INVALID;
    }
    s->torrents = xasprintf("%s/torrents", s->path);
    enum err err = make_folders(s->torrents, cause);
    if (err != OK) {
        statedir_free(s);
        return err;
    }
    *out = s;
    return OK;
}

void statedir_free(struct statedir *s)
{
    if (s == NULL)
        return;
    lockset_free(s->locks);
    free(s->path);
    free(s->torrents);
    free(s);
}

const char *statedir_path(const struct statedir *s)
{
    return s->path;
}

char *statedir_torrent_path(const struct statedir *s,
                            const uint8_t info_hash[20], const char *suffix)
{
    char hex[41];
    text_hex(hex, info_hash, 20);
    return xasprintf("%s/%s%s", s->torrents, hex, suffix);
}

enum err statedir_lock(struct statedir *s, const uint8_t info_hash[20],
                       struct lockset_lock **out, struct cause *cause)
{
    enum err err = OK;
    if (s->locks == NULL)
        err = lockset_open(s->path, LOCKSET_BEST, &s->locks, cause);
    return err == OK ? lockset_take(s->locks, info_hash, out, cause) : err;
}

/* Is this the name of HASH and suffix, or of that with .bak? */
static bool is_named(const char *name, const char *suffix, uint8_t *hash)
{
    char digits[41];
    if (strlen(name) < 40)
        return false;
    memcpy(digits, name, 40);
    digits[40] = '\0';
    size_t len = strlen(suffix);
    const char *rest = name + 40;
    return text_unhex(hash, 20, digits) && strncmp(rest, suffix, len) == 0 &&
           (rest[len] == '\0' || strcmp(rest + len, ".bak") == 0);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, 20);
}

enum err statedir_list(const struct statedir *s, const char *suffix,
                       uint8_t (**out)[20], size_t *n_out, struct cause *cause)
{
    DIR *folder = opendir(s->torrents);
    if (folder == NULL) {
        cause_set_errno(cause, errno, "state folder %s", s->torrents);
        return ERR_SYS;
    }
    uint8_t(*hashes)[20] = NULL;
    uint8_t hash[20];
    size_t n = 0, cap = 0;
    for (struct dirent *d; (d = readdir(folder)) != NULL;) {
        if (!is_named(d->d_name, suffix, hash))
            continue;
        if (n == cap) {
            cap = cap > 0 ? 2 * cap : 64;
            hashes = xreallocarray(hashes, cap, sizeof *hashes);
        }
        memcpy(hashes[n++], hash, sizeof hash);
    }
    closedir(folder);
    if (n > 0)
        qsort(hashes, n, sizeof *hashes, compare);
    size_t n_different = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || compare(hashes[i], hashes[i - 1]) != 0)
            memmove(hashes[n_different++], hashes[i], sizeof *hashes);
    *out = hashes;
    *n_out = n_different;
    return OK;
}

/* The port that a first start kept, or 0. */
static uint16_t kept_port(const char *path)
{
    uint8_t *bytes;
    size_t len;
    if (atomic_read(path, 16, &bytes, &len, NULL) != OK)
        return 0;
    char text[17] = "";
    memcpy(text, bytes, len);
    free(bytes);
    long port = strtol(text, NULL, 10);
    return port >= 1024 && port <= STATEDIR_PORT_MAX ? (uint16_t)port : 0;
}

uint16_t statedir_port(const struct statedir *s, const struct rng *rng)
{
    char *path = xasprintf("%s/port", s->path);
    uint16_t port = kept_port(path);
    if (port == 0) {
        uint32_t n = STATEDIR_PORT_MAX - STATEDIR_PORT_MIN + 1;
        port = (uint16_t)(STATEDIR_PORT_MIN + rng_below(rng, n));
        char *text = xasprintf("%u\n", (unsigned)port);
        struct cause cause;
        if (atomic_replace(path, text, strlen(text), 0600, &cause) != OK)
            log_write(LOG_STATE, LOG_WARN, "the listen port is not kept: %s",
                      cause.text);
        free(text);
    }
    free(path);
    return port;
}
