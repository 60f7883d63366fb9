/* haul.h -- all files of one torrent, to be deleted or brought to another folder.
 * Touches those files only, each opened beneath its folder without following a link
 * (beneath.h), and folders between them and that folder once these are empty; never the
 * folder itself, never what lies there under another name.
 * Bringing: each file gets its new name as a hard link where the file system can, else
 * as a synced copy with the same times and the same holes; it must not exist there yet
 * (the same file may). When one fails, what was made is taken away again. The old names
 * stay in any case: whoever has written down the new place erases them.
 * Owner and thread: shared, counted; one disk job at a time works on it, while any
 * thread may look at its progress or cancel it. */
#ifndef DISK_HAUL_H
#define DISK_HAUL_H

#include "meta/metainfo.h"
#include "util/err.h"

#include <stddef.h>
#include <stdint.h>

struct haul;

/* What erasing did. */
struct haul_result {
    size_t n_files;
    uint64_t n_bytes;    /* of them */
    size_t n_failed;     /* that are still there */
    size_t n_spared;     /* haul_spare() */
    struct cause cause;  /* of the first that failed */
};

/* Of those files that meta names, below folder `from`; to: where they are to be
 * brought, or NULL. All is copied. One reference. */
struct haul *haul_new(const struct metainfo *meta, const char *from,
                      const char *to);
struct haul *haul_ref(struct haul *h);
void haul_unref(struct haul *h); /* NULL: nothing */

/* Erase all but this file: another torrent has it too. Before a job has it. */
void haul_spare(struct haul *h, size_t file_idx);

/* Delete. What is absent is no failure; the others are deleted when one fails. OK, or
 * what the first said: haul_result() has more. */
enum err haul_erase(struct haul *h, struct cause *cause) ERR_MUST_CHECK;
/* Give every file that is there a name in the new folder, which is made if absent.
 * ERR_BUSY: one exists there; ERR_NO_SPACE, ERR_UNSAFE_PATH, ERR_SYS; ERR_CANCELLED. */
enum err haul_bring(struct haul *h, struct cause *cause) ERR_MUST_CHECK;

/* Give up as soon as can be. */
void haul_cancel(struct haul *h);
/* Thousandths that are done, by bytes. */
uint32_t haul_progress_m(const struct haul *h);
/* After haul_erase(); borrowed. */
const struct haul_result *haul_result(const struct haul *h);
/* As given; borrowed. */
const char *haul_from(const struct haul *h);

#endif
