/* sample.h -- torrents for the tests: metainfo and content made from a list of
 * files. Content is the same in every run; padding is zeros. */
#ifndef TESTS_DISK_SAMPLE_H
#define TESTS_DISK_SAMPLE_H

#include "meta/metainfo.h"

#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_PIECE_LEN = 32768 };

struct sample_file {
    const char *path; /* '/'-separated; below "t/" on disk */
    uint64_t size_bytes;
    const char *attr; /* "p": padding; NULL: none */
};

struct sample {
    struct metainfo *meta; /* owned */
    uint8_t *content;      /* owned; the torrent's bytes */
};

/* A multi-file torrent "t". */
struct sample sample_new(const struct sample_file *files, size_t n_files,
                         uint32_t piece_len);
/* A torrent of the one file "one". */
struct sample sample_single(uint64_t size_bytes, uint32_t piece_len);
/* Five files, one of them empty, in 12 pieces; pieces cross all borders. */
struct sample sample_default(void);
void sample_fini(struct sample *s);

/* The bytes of a piece in content. */
const uint8_t *sample_piece(const struct sample *s, uint32_t piece_idx);

#endif
