/* filetable.h -- what never changes of a torrent's files: paths and sizes, made once and
 * shared between the engine and all frames: immutable, counted references, any thread.
 * Paths are clean, but for those that are for programs. */
#ifndef MODEL_FILETABLE_H
#define MODEL_FILETABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct metainfo;

struct filetable_file {
    /* Both in the table; '/'-separated, with the torrent's folder. The one is clean; the
     * other as on disk, which may have what must not reach a terminal: for programs
     * only. */
    const char *path;
    const char *disk_path;
    uint64_t off;          /* in the torrent */
    uint64_t size_bytes;
    uint32_t first_piece, last_piece; /* of a file of at least one byte */
    bool is_pad;                      /* nobody sees it */
    bool was_renamed;                 /* not what the torrent calls it */
};

struct filetable {
    size_t n_files;
    const struct filetable_file *files; /* in the torrent's order */
};

/* With one reference. */
struct filetable *filetable_new(const struct metainfo *meta);
struct filetable *filetable_ref(struct filetable *t);
void filetable_unref(struct filetable *t); /* NULL: nothing */

#endif
