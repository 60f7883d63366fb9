/* beneath.h -- opens what lies below one folder, and nothing else.
 * A path is relative, '/'-separated, of plain names. No component of it may be a
 * link, and what is opened as a file must be a regular file: a folder that is
 * swapped for a link while we run, a FIFO or a device with a torrent's name are
 * refused. The way to the folder itself is the user's and may hold links.
 * Does not cache descriptors and does not read or write.
 * By openat2() where the kernel has it; else, and where a sandbox forbids it,
 * component by component with O_NOFOLLOW.
 * Owner and thread: a value; calls may come from any thread. Source: openat2(2). */
#ifndef DISK_BENEATH_H
#define DISK_BENEATH_H

#include <stdatomic.h>
#include <stdbool.h>

struct beneath {
    int fd;                 /* owned by the user of this: the folder */
    atomic_bool no_openat2; /* it was refused once; set to test the walk */
};

enum beneath_mode {
    BENEATH_READ,  /* an existing file, read-only */
    BENEATH_WRITE, /* an existing file, read and write */
    BENEATH_CREATE /* as WRITE; it and the folders above are made if absent */
};

/* Use folder fd (borrowed). */
void beneath_init(struct beneath *b, int fd);

/* Return a descriptor of regular file `path`, close-on-exec, or -1 with errno:
 * ELOOP, EXDEV: a link, or not a plain path; EISDIR, ENXIO: not a regular file;
 * ENOTDIR: a file where a folder must be; others as open(2). */
int beneath_open(struct beneath *b, const char *path, enum beneath_mode mode);

/* Return a descriptor of the folder that holds `path`, and the last component of
 * path (borrowed) in *base_out; or -1 with errno as above. */
int beneath_open_parent(struct beneath *b, const char *path,
                        const char **base_out);

/* The same, and folders above `path` are made if absent. */
int beneath_make_parent(struct beneath *b, const char *path,
                        const char **base_out);

/* May `path`, which does not exist, be created? True when the deepest folder
 * above it that exists may be written. False with errno else. */
bool beneath_can_create(struct beneath *b, const char *path);

#endif
