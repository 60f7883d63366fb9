/* Read a torrent, and check what every caller relies on: files that fill the
 * torrent without gaps, and paths that stay below their folder and differ. */
#include "config.h"

#include "meta/metainfo.h"

#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "meta/safepath.h"

static void check_path(const char *path)
{
    assert(path[0] != '\0' && path[0] != '/');
    for (const char *at = path;; at++) {
        size_t len = strcspn(at, "/");
        assert(len > 0 && len <= SAFEPATH_MAX_NAME);
        assert(!(len == 1 && at[0] == '.'));
        assert(!(len == 2 && at[0] == '.' && at[1] == '.'));
        for (size_t i = 0; i < len; i++)
            assert((uint8_t)at[i] >= 0x20 && at[i] != 0x7f);
        at += len;
        if (*at == '\0')
            return;
    }
}

static void check_files(const struct metainfo *m)
{
    enum { MAX_PAIRS = 64 };
    uint64_t off = 0;
    for (size_t i = 0; i < m->n_files; i++) {
        const struct metainfo_file *f = &m->files[i];
        assert(f->off == off);
        off += f->size_bytes;
        char *path = metainfo_disk_path(m, i);
        check_path(path);
        free(path);
        for (size_t k = 0; k < i && k < MAX_PAIRS; k++) {
            const struct metainfo_file *g = &m->files[k];
            assert(f->is_pad || g->is_pad || strcmp(f->path, g->path) != 0);
        }
        if (f->size_bytes == 0)
            continue;
        assert(metainfo_file_at(m, f->off) == i);
        assert(metainfo_file_at(m, off - 1) == i);
        uint32_t first, last;
        metainfo_file_pieces(m, i, &first, &last);
        assert(first <= last && last < m->geo.n_pieces);
    }
    assert(off == m->geo.size_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct metainfo *m = NULL;
    struct cause cause = {.text = ""};
    enum err err = metainfo_parse(bytes, len, &m, &cause);
    assert((err == OK) == (m != NULL));
    assert(err == OK || cause.text[0] != '\0');
    assert(strpbrk(cause.text, "\n\r\x1b\x7f") == NULL);
    if (m != NULL) {
        assert(m->n_files > 0 && m->geo.n_pieces > 0);
        check_files(m);
        metainfo_piece_hash(m, m->geo.n_pieces - 1);
    }
    metainfo_free(m);
    return 0;
}
