#include "config.h"

#include "disk/geoip.h"

#include <maxminddb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "util/text.h"
#include "util/xalloc.h"
#include "disk/fdio.h"

enum { CHUNK_LEN = 256 << 10 };

struct geoip {
    MMDB_s db; /* owned: closed with it */
};

/* Opening. */

#ifdef HAVE_MEMFD_CREATE
/* A copy that nobody else can cut while it is mapped; -1: there can be none. */
static int copy_of(int fd)
{
    int copy = memfd_create("geoip", MFD_CLOEXEC);
    if (copy < 0)
        return -1;
    char *chunk = xmalloc(CHUNK_LEN);
    size_t n = CHUNK_LEN, left = GEOIP_MAX_BYTES; /* it may grow meanwhile */
    bool is_good = true;
    while (is_good && n == CHUNK_LEN) {
        is_good = fdio_read(fd, chunk, CHUNK_LEN, &n) == 0 && n <= left &&
                  fdio_write(copy, chunk, n) == 0;
        left -= is_good ? n : 0;
    }
    free(chunk);
    if (is_good)
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

static enum err refuse(const char *path, enum err err, const char *why,
                       struct cause *cause)
{
    char *name = text_clean_dup(path, strlen(path));
    cause_set(cause, "%s: %s", name, why);
    free(name);
    return err;
}

enum err geoip_open(const char *path, struct geoip **out, struct cause *cause)
{
    int fd;
    uint64_t size_bytes;
    enum err err = fdio_open_regular(path, &fd, &size_bytes, cause);
    if (err != OK)
        return err;
    struct geoip *g = xzalloc(sizeof *g);
    bool is_small = size_bytes <= GEOIP_MAX_BYTES;
    int status = is_small ? open_database(fd, path, &g->db) : MMDB_IO_ERROR;
    close(fd);
    if (status == MMDB_SUCCESS) {
        *out = g;
        return OK;
    }
    free(g);
    if (!is_small)
        return refuse(path, ERR_TOO_BIG, "it is too large", cause);
    return refuse(path, ERR_INVALID,
                  "no database in MaxMind DB format, or damaged", cause);
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
        memcpy(&v4.sin_addr, a->ip + ADDR_V4_AT, sizeof v4.sin_addr);
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
