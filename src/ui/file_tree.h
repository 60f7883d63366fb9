/* file_tree.h -- the files of a torrent as a tree of folders: which rows are to be seen,
 * and what is had and wanted of each folder. Files for padding are not in it; a folder's
 * files need not lie together in the torrent. Draws nothing.
 * Nodes stand in the order of rows when all is open: a folder, then all below it, by name.
 * Many files: folders below the first are shut to begin with.
 * Owner and thread: the front end's. Cost: set O(n_files log n_files), once a torrent;
 * update and rows O(n_files). */
#ifndef UI_FILE_TREE_H
#define UI_FILE_TREE_H

#include "model/detail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static const uint32_t FILE_TREE_NONE = UINT32_MAX;
enum {
    FILE_TREE_OPEN_MAX = 2000
}; /* files; beyond, folders are shut at first */

struct file_node {
    const char *name; /* borrowed from the table; not ended by NUL */
    uint32_t name_len;
    uint32_t parent;  /* a node before it, or FILE_TREE_NONE */
    uint32_t n_below; /* nodes */
    uint32_t depth;
    uint32_t file_idx; /* FILE_TREE_NONE: a folder */
    bool is_open;
    /* What never changes: */
    uint32_t n_files;
    uint32_t first_file, last_file; /* the least and the greatest index in it */
    uint32_t n_inside; /* files with indices from one to the other */
    bool has_pieces;   /* some file in it is not empty: */
    uint32_t first_piece, last_piece;
    uint64_t size_bytes;
    /* As of the latest update: */
    uint64_t done_bytes;
    uint64_t left_bytes;    /* of those wanted */
    uint64_t skipped_bytes; /* the sizes of those that are not */
    /* That come before the last of it, and itself; 0: all here. */
    uint64_t need_bytes;
    uint32_t n_done, n_skipped, n_marked;
    uint8_t least, most; /* priority */
};

struct file_tree {
    struct filetable *table; /* one reference, or NULL */
    struct file_node *nodes; /* owned */
    size_t n_nodes;
    uint32_t *node_of; /* owned; by file; FILE_TREE_NONE: padding */
    uint32_t *rows;    /* owned; nodes */
    size_t n_rows;
    uint64_t left_bytes; /* of all wanted files */
};

void file_tree_fini(struct file_tree *t);
/* Take another torrent's table (a reference is kept; NULL: none). Folders are open or
 * shut anew, and all rows are shown. */
void file_tree_set(struct file_tree *t, struct filetable *table);
/* Count anew: files and their priorities as given, marks (n_files) or NULL. */
void file_tree_update(struct file_tree *t, const struct detail_file *files,
                      const uint8_t *priorities, const bool *marks,
                      bool is_sequential);
/* Show only the files that have `filter` in their paths, whatever the case, and their
 * folders; "": those in open folders. */
void file_tree_show(struct file_tree *t, const char *filter);
/* The row of a node; n_rows when it is not shown. */
size_t file_tree_row_of(const struct file_tree *t, uint32_t node);
/* Open all folders that a file is in; its node, or FILE_TREE_NONE. */
uint32_t file_tree_reveal(struct file_tree *t, uint32_t file_idx);
/* Do the files of a node lie together, so that its pieces are its own but at the ends? */
bool file_tree_is_run(const struct file_node *n);

#endif
