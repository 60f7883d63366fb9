/* file_words.h -- what is said below the tree of the file or folder under the cursor: its
 * pieces, who shares those at its ends, up to where it can be read, and what skipping it
 * would still fetch. Draws; keeps nothing. */
#ifndef UI_FILE_WORDS_H
#define UI_FILE_WORDS_H

#include "model/detail.h"
#include "ui/draw.h"
#include "ui/file_tree.h"

#include <stdint.h>

enum { FILE_WORDS_H = 4 }; /* rows */

/* The pieces of a file that other wanted files lie in too, and that are not had. */
struct file_words_edges {
    uint32_t n_pieces;
    uint64_t size_bytes; /* of those pieces */
    uint32_t before,
        after; /* the nearest files that share the first and the last
                                  piece; FILE_TREE_NONE: none */
};

/* Of a file; d has FOCUS_FILES, and FOCUS_PIECES or all pieces count as lacked.
 * priorities: one a file. O(files that share its ends). */
struct file_words_edges file_words_edges(const struct detail *d,
                                         const uint8_t *priorities,
                                         uint32_t file_idx);
/* Draw it for a node of the tree. */
void file_words_draw(const struct draw_pane *p, const struct detail *d,
                     const struct file_tree *t, const struct file_node *n,
                     const uint8_t *priorities);

#endif
