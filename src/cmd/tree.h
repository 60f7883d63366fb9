/* tree.h -- the regular files below a folder, or one file, as one run of bytes
 * to make a torrent from: in the order of their names, component by component.
 * Leaves out symbolic links and special files, and tells of each. Writes
 * nothing.
 * Owner and thread: a tree does not change once it is made; each thread that
 * reads it has a tree_reader of its own. */
#ifndef CMD_TREE_H
#define CMD_TREE_H

#include "util/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tree_file {
    char *path;   /* owned; below the root, '/'-separated; "" when the
                            tree is a single file */
    uint64_t off; /* first byte, in the run */
    uint64_t size_bytes;
    int64_t mtime_ns;
};

struct tree {
    char *root;              /* owned; as the user named it */
    char *name;              /* owned; the last component of root */
    bool is_single;          /* root is the one file */
    struct tree_file *files; /* owned */
    size_t n_files;
    uint64_t size_bytes; /* sum */
};

/* The last component of a path; where that says nothing ("." or "a/..") that of
 * the folder it stands for. In new memory; NULL: it has none. */
char *tree_name(const char *path);

/* Who is told what was left out, and why: path is strangers' text. */
struct tree_skips {
    void (*on_skip)(void *ctx, const char *path, const char *why);
    void *ctx;          /* borrowed */
    const char *output; /* borrowed: a file to leave out, or NULL */
};

/* Find the files. A link at root itself is followed. ERR_NOT_FOUND, ERR_SYS: a
 * folder that cannot be read; ERR_INVALID: root is neither file nor folder, or
 * has no name; ERR_TOO_BIG: folders too deep, or sizes beyond 64 bits. The
 * cause names the path. */
enum err tree_walk(const char *root, const struct tree_skips *skips,
                   struct tree **out, struct cause *cause) ERR_MUST_CHECK;
void tree_free(struct tree *t);

/* Are all files what they were when the tree was made? ERR_INVALID, and the
 * cause names the first that is not. */
enum err tree_check(const struct tree *t, struct cause *cause) ERR_MUST_CHECK;

/* Reads of one thread. */
struct tree_reader;
struct tree_reader *tree_reader_new(const struct tree *t); /* borrows t */
void tree_reader_free(struct tree_reader *r);

/* Read exactly len bytes at off of the run; ctx is a tree_reader. For a
 * create_source. ERR_TRUNCATED: a file became shorter; ERR_SYS. */
enum err tree_reader_read(void *ctx, uint64_t off, void *bytes, size_t len,
                          struct cause *cause);

#endif
