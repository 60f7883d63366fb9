/* frames_pieces.h -- frames for the views of pieces and files: made in code, always the
 * same. Torrent 1 is in focus in all of them. */
#ifndef TESTS_TUI_FRAMES_PIECES_H
#define TESTS_TUI_FRAMES_PIECES_H

#include "model/filetable.h"
#include "model/frame.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAMES_PIECE = 1852 }; /* the piece in focus of frames_pieces() */

/* 3772 pieces in every state, 14 under way, peers that have them; files in folders,
 * names hostile and wide among them; sources and ages; peer 2 in focus. */
struct frame *frames_pieces(void);
/* The last pieces, of 1024 blocks each, asked of two and three. */
struct frame *frames_endgame(void);
/* 100,000 pieces. */
struct frame *frames_large(void);
/* Another number of them; of one file. */
struct frame *frames_of_pieces(uint32_t n_pieces);
/* The torrent's files, n of them in folders of 100. */
struct frame *frames_of_files(size_t n_files);

struct frames_file {
    const char *path; /* without the torrent's folder */
    uint64_t size_bytes;
    bool is_pad;
};
/* A table of n files, one after another, below `dir`. */
struct filetable *frames_filetable(const char *dir,
                                   const struct frames_file *files, size_t n,
                                   uint32_t piece_len);

#endif
