/* demo_data.h -- what a demo shares: a folder of files with random-looking bytes, the
 * same at each run, and the torrent of it. Makes them, spoils a copy, and checks one.
 * Each copy lies in a folder of its own, as a client's download folder. Blocks while
 * it works; any thread. */
#ifndef CMD_DEMO_DATA_H
#define CMD_DEMO_DATA_H

#include "meta/metainfo.h"
#include "util/err.h"

#include <stdbool.h>
#include <stdint.h>

enum { DEMO_DATA_MIN_BYTES = 1 << 20 };

/* Told of more bytes done, of those that were announced; returns whether to go on. */
struct demo_data_host {
    bool (*on_bytes)(void *ctx, uint64_t len);
    void *ctx; /* borrowed */
};

/* Write a copy of size_bytes bytes (DEMO_DATA_MIN_BYTES at least) below folder `dir`,
 * which must be there. ERR_CANCELLED: the host said so; ERR_NO_SPACE, ERR_SYS. */
enum err demo_data_write(const char *dir, uint64_t size_bytes,
                         const struct demo_data_host *host,
                         struct cause *cause) ERR_MUST_CHECK;

/* Make the torrent of the copy below `dir`: file `path`, and *out, owned. Errors as
 * above. */
enum err demo_data_describe(const char *dir, const char *path,
                            const struct demo_data_host *host,
                            struct metainfo **out,
                            struct cause *cause) ERR_MUST_CHECK;

/* Change one byte in each second piece of the copy below `dir`. ERR_SYS. */
enum err demo_data_spoil(const char *dir, const struct metainfo *meta,
                         struct cause *cause) ERR_MUST_CHECK;

/* Hash the copy below `dir`. ERR_HASH: it is not what the torrent says;
 * ERR_CANCELLED; ERR_SYS and the like: it cannot be read. */
enum err demo_data_check(const char *dir, const struct metainfo *meta,
                         const struct demo_data_host *host,
                         struct cause *cause) ERR_MUST_CHECK;

#endif
