#include "config.h"

#include "cmd/demo_data.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/hashers.h"
#include "cmd/tree.h"
#include "meta/create.h"
#include "util/rng.h"
#include "util/text.h"
#include "util/xalloc.h"

enum {
    WRITE_LEN = 1 << 18,
    MIN_PIECE_LEN = 64 << 10, /* several blocks: there is more to be seen */
    PER_MILLE = 1000
};

static const uint64_t RNG_SEED = 20240229;

static const char *const folders[] = {
    "tessera-demo",
    "tessera-demo/noise",
    "tessera-demo/static",
};

/* In the order of a torrent made of them. The last gets what is left. */
static const struct {
    const char *path;
    unsigned per_mille;
} files[] = {
    {"tessera-demo/noise/brown.raw", 130},
    {"tessera-demo/noise/pink.raw", 90},
    {"tessera-demo/noise/white.raw", 60},
    {"tessera-demo/static/channel-1.raw", 400},
    {"tessera-demo/static/channel-2.raw", 0},
};

enum { N_FILES = sizeof files / sizeof files[0] };

static char *path_of(const char *dir, const char *name)
{
    return xasprintf("%s/%s", dir, name);
}

/* The error of the last call on a path, with the words for it. */
static enum err sys_error(struct cause *cause, const char *what,
                          const char *path)
{
    int errnum = errno;
    char *clean = text_clean_dup(path, strlen(path));
    cause_set_errno(cause, errnum, "%s: %s", clean, what);
    free(clean);
    return errnum == ENOSPC || errnum == EDQUOT ? ERR_NO_SPACE : ERR_SYS;
}

/* ---- Writing ---- */

static enum err fill(FILE *file, const char *path, uint64_t size_bytes,
                     const struct rng *rng, const struct demo_data_host *host,
                     struct cause *cause)
{
    uint8_t *bytes = xmalloc(WRITE_LEN);
    enum err err = OK;
    for (uint64_t off = 0; off < size_bytes && err == OK;) {
        uint64_t left = size_bytes - off;
        size_t len = left < WRITE_LEN ? (size_t)left : WRITE_LEN;
        rng_bytes(rng, bytes, len);
        if (fwrite(bytes, 1, len, file) != len)
            err = sys_error(cause, "cannot write", path);
        else if (!host->on_bytes(host->ctx, len))
            err = ERR_CANCELLED;
        off += len;
    }
    free(bytes);
    return err;
}

static enum err write_file(const char *path, uint64_t size_bytes,
                           const struct rng *rng,
                           const struct demo_data_host *host,
                           struct cause *cause)
{
    FILE *file = fopen(path, "wbx");
    if (file == NULL)
        return sys_error(cause, "cannot make it", path);
    enum err err = fill(file, path, size_bytes, rng, host, cause);
    if (fclose(file) != 0 && err == OK)
        err = sys_error(cause, "cannot write", path);
    return err;
}

static enum err make_folders(const char *dir, struct cause *cause)
{
    enum err err = OK;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char *path = path_of(dir, folders[i]);
        if (err == OK && mkdir(path, 0700) != 0)
            err = sys_error(cause, "cannot make it", path);
        free(path);
    }
    return err;
}

enum err demo_data_write(const char *dir, uint64_t size_bytes,
                         const struct demo_data_host *host, struct cause *cause)
{
    assert(size_bytes >= DEMO_DATA_MIN_BYTES);
    uint64_t seed = RNG_SEED, left = size_bytes;
    struct rng rng = rng_seeded(&seed);
    enum err err = make_folders(dir, cause);
    for (size_t i = 0; i < N_FILES && err == OK; i++) {
        char *path = path_of(dir, files[i].path);
        uint64_t len = i + 1 < N_FILES
                           ? size_bytes / PER_MILLE * files[i].per_mille
                           : left;
        err = write_file(path, len, &rng, host, cause);
        left -= len;
        free(path);
    }
    return err;
}

/* ---- Hashing ---- */

static void on_skip(void *ctx, const char *path, const char *why)
{
    (void)ctx;
    (void)path;
    (void)why;
}

/* hashers tell how much is done in all. */
struct telling {
    const struct demo_data_host *host; /* borrowed */
    uint64_t done_bytes;
};

static bool on_progress(void *ctx, uint64_t done_bytes)
{
    struct telling *t = ctx;
    /* Two threads may come in the wrong order. */
    uint64_t more = done_bytes > t->done_bytes ? done_bytes - t->done_bytes : 0;
    t->done_bytes += more;
    return t->host->on_bytes(t->host->ctx, more);
}

static enum err hash(const struct tree *tree, const struct geometry *geo,
                     const struct demo_data_host *host, uint8_t *hashes,
                     struct cause *cause)
{
    struct telling telling = {.host = host};
    struct hashers_host ours = {.on_progress = on_progress, .ctx = &telling};
    return hashers_run(tree, geo, &ours, hashes, cause);
}

static enum err walk(const char *dir, struct tree **out, struct cause *cause)
{
    struct tree_skips skips = {.on_skip = on_skip};
    char *root = path_of(dir, folders[0]);
    enum err err = tree_walk(root, &skips, out, cause);
    free(root);
    return err;
}

static uint32_t piece_len_of(uint64_t size_bytes)
{
    uint32_t len = create_piece_len(size_bytes);
    return len > MIN_PIECE_LEN ? len : MIN_PIECE_LEN;
}

static enum err write_torrent(const struct create_spec *spec,
                              const uint8_t *hashes, const char *path,
                              struct metainfo **out, struct cause *cause)
{
    struct buf bytes;
    buf_init(&bytes, METAINFO_MAX_LEN);
    enum err err = create_write(spec, hashes, &bytes);
    FILE *file = err == OK ? fopen(path, "wbx") : NULL;
    if (err != OK)
        cause_set(cause, "the torrent would be too large");
    else if (file == NULL)
        err = sys_error(cause, "cannot make it", path);
    if (file != NULL) {
        bool ok = fwrite(buf_bytes(&bytes), 1, bytes.len, file) == bytes.len;
        if (fclose(file) != 0 || !ok)
            err = sys_error(cause, "cannot write", path);
    }
    if (err == OK)
        err = metainfo_parse(buf_bytes(&bytes), bytes.len, out, cause);
    buf_fini(&bytes);
    return err;
}

enum err demo_data_describe(const char *dir, const char *path,
                            const struct demo_data_host *host,
                            struct metainfo **out, struct cause *cause)
{
    struct tree *tree;
    enum err err = walk(dir, &tree, cause);
    if (err != OK)
        return err;
    struct create_file *listed = xcalloc(tree->n_files, sizeof *listed);
    for (size_t i = 0; i < tree->n_files; i++)
        listed[i] = (struct create_file){tree->files[i].path,
                                         tree->files[i].size_bytes};
    struct create_spec spec = {.name = tree->name,
                               .files = listed,
                               .n_files = tree->n_files,
                               .comment = "made by tessera demo",
                               .is_private = true};
    uint8_t *hashes = NULL;
    err = geometry_init(&spec.geo, tree->size_bytes,
                        piece_len_of(tree->size_bytes));
    if (err != OK)
        cause_set(cause, "too large for a torrent");
    else {
        hashes = xcalloc(spec.geo.n_pieces, METAINFO_HASH_LEN);
        err = hash(tree, &spec.geo, host, hashes, cause);
    }
    if (err == OK)
        err = write_torrent(&spec, hashes, path, out, cause);
    free(hashes);
    free(listed);
    tree_free(tree);
    return err;
}

enum err demo_data_check(const char *dir, const struct metainfo *meta,
                         const struct demo_data_host *host, struct cause *cause)
{
    struct tree *tree;
    enum err err = walk(dir, &tree, cause);
    if (err != OK)
        return err;
    if (tree->size_bytes != meta->geo.size_bytes) {
        cause_set(cause, "the size is wrong");
        tree_free(tree);
        return ERR_HASH;
    }
    uint8_t *hashes = xcalloc(meta->geo.n_pieces, METAINFO_HASH_LEN);
    err = hash(tree, &meta->geo, host, hashes, cause);
    if (err == OK && memcmp(hashes, meta->piece_hashes,
                            (size_t)meta->geo.n_pieces * METAINFO_HASH_LEN)) {
        cause_set(cause, "the data is wrong");
        err = ERR_HASH;
    }
    free(hashes);
    tree_free(tree);
    return err;
}

/* ---- Spoiling ---- */

static enum err flip_byte(const char *path, uint64_t off, struct cause *cause)
{
    FILE *file = fopen(path, "r+b");
    if (file == NULL)
        return sys_error(cause, "cannot open", path);
    int byte = fseeko(file, (off_t)off, SEEK_SET) == 0 ? fgetc(file) : EOF;
    bool ok = byte != EOF && fseeko(file, (off_t)off, SEEK_SET) == 0 &&
              fputc(~byte & 0xff, file) != EOF;
    if (fclose(file) != 0 || !ok)
        return sys_error(cause, "cannot change", path);
    return OK;
}

enum err demo_data_spoil(const char *dir, const struct metainfo *meta,
                         struct cause *cause)
{
    enum err err = OK;
    for (uint32_t i = 1; i < meta->geo.n_pieces && err == OK; i += 2) {
        uint64_t off = geometry_piece_off(&meta->geo, i);
        off += geometry_piece_len(&meta->geo, i) / 2;
        size_t file_idx = metainfo_file_at(meta, off);
        char *below = metainfo_disk_path(meta, file_idx);
        char *path = path_of(dir, below);
        err = flip_byte(path, off - meta->files[file_idx].off, cause);
        free(path);
        free(below);
    }
    return err;
}
