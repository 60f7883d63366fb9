#include "config.h"

#include "disk/geoip.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/text.h"
#include "util/xalloc.h"

enum { CHUNK_LEN = 256 << 10 };

struct geoip {
    MMDB_s db; /* owned: closed with it */
};

/* Opening. */

/* A pipe or a device would let us wait, or never end. */
static enum err open_file(const char *path, const char *name, int *fd_out,
                          struct cause *cause)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        enum err err = errno == ENOENT ? ERR_NOT_FOUND : ERR_SYS;
        cause_set_errno(cause, errno, "%s: cannot open it", name);
        return err;
    }
    enum err err = OK;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        err = ERR_INVALID;
    else if (st.st_size > GEOIP_MAX_BYTES)
        err = ERR_TOO_BIG;
    if (err == OK) {
        *fd_out = fd;
        return OK;
    }
    cause_set(cause, "%s: %s", name,
              err == ERR_INVALID ? "not a regular file" : "it is too large");
    close(fd);
    return err;
}

#ifdef HAVE_MEMFD_CREATE
static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, bytes, n);
        if (done <= 0)
            return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

/* A copy that nobody else can cut while it is mapped; -1: there can be none. */
static int copy_of(int fd)
{
    int copy = memfd_create("geoip", MFD_CLOEXEC);
    if (copy < 0)
        return -1;
    char *chunk = xmalloc(CHUNK_LEN);
    uint64_t left = GEOIP_MAX_BYTES;
    ssize_t n = 0;
    bool is_good = true;
    while (is_good && left > 0 && (n = read(fd, chunk, CHUNK_LEN)) > 0) {
        is_good = (uint64_t)n <= left && write_all(copy, chunk, (size_t)n);
        left -= is_good ? (uint64_t)n : 0;
    }
    free(chunk);
    if (is_good && n == 0)
        return copy;
    close(copy);
    return -1;
}
#else
static int copy_of(int fd)
{
    (void)fd;
    return -1;
}
#endif

/* The library opens by name. */
static int open_database(int fd, const char *path, MMDB_s *db)
{
    char name[32];
    int copy = copy_of(fd);
    int status = MMDB_FILE_OPEN_ERROR;
    if (copy >= 0) {
        snprintf(name, sizeof name, "/proc/self/fd/%d", copy);
        status = MMDB_open(name, MMDB_MODE_MMAP, db);
        close(copy);
    }
    /* No such file system here. */
    if (status == MMDB_FILE_OPEN_ERROR)
        status = MMDB_open(path, MMDB_MODE_MMAP, db);
    return status;
}

enum err geoip_open(const char *path, struct geoip **out, struct cause *cause)
{
    char *name = text_clean_dup(path, strlen(path));
    int fd;
    enum err err = open_file(path, name, &fd, cause);
    if (err == OK) {
        struct geoip *g = xzalloc(sizeof *g);
        int status = open_database(fd, path, &g->db);
        close(fd);
        if (status == MMDB_SUCCESS)
            *out = g;
        else {
            cause_set(cause, "%s: no database in MaxMind DB format, or damaged",
                      name);
            err = ERR_INVALID;
            free(g);
        }
    }
    free(name);
    return err;
}

void geoip_close(struct geoip *g)
{
    if (g == NULL)
        return;
    MMDB_close(&g->db);
    free(g);
}

/* Asking. */

static MMDB_lookup_result_s look_up(const MMDB_s *db, const struct addr *a,
                                    int *status)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (addr_is_v4(a)) {
        memcpy(&v4.sin_addr, a->ip + 12, sizeof v4.sin_addr);
        return MMDB_lookup_sockaddr(db, (const struct sockaddr *)&v4, status);
    }
    memcpy(&v6.sin6_addr, a->ip, sizeof v6.sin6_addr);
    return MMDB_lookup_sockaddr(db, (const struct sockaddr *)&v6, status);
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

void geoip_country(const struct geoip *g, const struct addr *a,
                   char dst[GEOIP_COUNTRY_LEN])
{
    /* Where databases of several makers have it. */
    static const char *const paths[][3] = {{"country", "iso_code", NULL},
                                           {"country_code"},
                                           {"country"}};
    int status;
    memcpy(dst, "--", GEOIP_COUNTRY_LEN);
    MMDB_lookup_result_s found = look_up(&g->db, a, &status);
    if (status != MMDB_SUCCESS || !found.found_entry)
        return;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        MMDB_entry_data_s data;
        if (MMDB_aget_value(&found.entry, &data, paths[i]) != MMDB_SUCCESS ||
            !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING ||
            data.data_size != 2 || !is_capital(data.utf8_string[0]) ||
            !is_capital(data.utf8_string[1]))
            continue;
        memcpy(dst, data.utf8_string, 2);
        return;
    }
}
