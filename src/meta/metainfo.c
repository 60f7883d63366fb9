#include "config.h"

#include "meta/metainfo.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "meta/bencode.h"
#include "meta/filelist.h"
#include "meta/links.h"
#include "meta/safepath.h"
#include "util/hash.h"
#include "util/xalloc.h"

_Static_assert((int)METAINFO_HASH_LEN == (int)SHA1_LEN, "BEP 3: SHA-1");

enum { MAX_TEXT_LEN = 32 * 1024 }; /* of comment, created by, source */

#define N_OF(a) (sizeof a / sizeof((a)[0]))

/* The fields of an info dictionary, as they lie there. */
struct info {
    struct bencode files, length, meta_version, name, name_utf8, piece_length,
        pieces, is_private, source;
};

static struct info get_info(const struct bencode *dict)
{
    struct info info;
    const struct bencode_want wants[] = {
        {"files", BENCODE_NONE, &info.files},
        {"length", BENCODE_NONE, &info.length},
        {"meta version", BENCODE_INT, &info.meta_version},
        {"name", BENCODE_STR, &info.name},
        {"name.utf-8", BENCODE_STR, &info.name_utf8},
        {"piece length", BENCODE_INT, &info.piece_length},
        {"pieces", BENCODE_STR, &info.pieces},
        {"private", BENCODE_INT, &info.is_private},
        {"source", BENCODE_STR, &info.source},
    };
    bencode_get_many(dict, wants, N_OF(wants));
    if (info.name_utf8.type == BENCODE_STR && info.name_utf8.str.len > 0)
        info.name = info.name_utf8;
    return info;
}

/* A copy of a text for people, NULL when there is none; ends at a NUL. */
static char *text_or_null(const struct bencode *v)
{
    if (v->type != BENCODE_STR || v->str.len == 0)
        return NULL;
    size_t len = v->str.len < MAX_TEXT_LEN ? v->str.len : MAX_TEXT_LEN;
    return xstrndup((const char *)v->str.p, len);
}

static enum err check_version(const struct info *info, struct cause *cause)
{
    if (info->meta_version.num > 2) {
        cause_set(cause,
                  "meta version %" PRId64 " is newer than what is supported",
                  info->meta_version.num);
        return ERR_UNSUPPORTED;
    }
    if (info->meta_version.num == 2 && info->pieces.type == BENCODE_NONE) {
        cause_set(cause, "a torrent of version 2 only (BEP 52), which is not "
                         "supported; ask for a hybrid one");
        return ERR_UNSUPPORTED;
    }
    return OK;
}

static enum err read_names(struct metainfo *m, const struct info *info,
                           struct cause *cause)
{
    if (info->name.type != BENCODE_STR) {
        cause_set(cause, "name is missing or not a string");
        return ERR_INVALID;
    }
    struct safepath path;
    safepath_init(&path);
    enum err err = safepath_add(&path, info->name.str, cause);
    if (err == OK && path.depth == 0) {
        cause_set(cause, "unsafe path: it is empty");
        err = ERR_UNSAFE_PATH;
    }
    if (err == OK) {
        m->name = xstrndup((const char *)info->name.str.p, info->name.str.len);
        m->dir = safepath_dup(&path);
    } else {
        cause_prefix(cause, "name");
    }
    safepath_fini(&path);
    return err;
}

static enum err read_files(struct metainfo *m, const struct info *info,
                           struct cause *cause)
{
    struct filelist list;
    enum err err;
    if (info->files.type != BENCODE_NONE)
        err = filelist_read(&info->files, &list, cause);
    else
        err = filelist_read_single(m->dir, &info->length, &list, cause);
    if (err != OK)
        return err;
    m->files = list.files;
    m->n_files = list.n;
    m->geo.size_bytes = list.size_bytes;
    if (info->files.type == BENCODE_NONE) {
        m->files[0].was_renamed = strcmp(m->dir, m->name) != 0;
        free(m->dir);
        m->dir = NULL;
    }
    return OK;
}

static enum err read_geometry(struct metainfo *m, const struct info *info,
                              struct cause *cause)
{
    uint64_t size_bytes = m->geo.size_bytes;
    int64_t piece_len = info->piece_length.num;
    if (info->piece_length.type != BENCODE_INT) {
        cause_set(cause, "piece length is missing or not a number");
        return ERR_INVALID;
    }
    if (piece_len < (int64_t)GEOMETRY_MIN_PIECE_LEN) {
        cause_set(cause, "piece length %" PRId64 " is under %" PRIu32 " bytes",
                  piece_len, GEOMETRY_MIN_PIECE_LEN);
        return ERR_INVALID;
    }
    if (piece_len > (int64_t)GEOMETRY_MAX_PIECE_LEN) {
        cause_set(cause, "piece length %" PRId64 " is over %" PRIu32 " bytes",
                  piece_len, GEOMETRY_MAX_PIECE_LEN);
        return ERR_TOO_BIG;
    }
    if (size_bytes == 0) {
        cause_set(cause, "it holds no data: all its files are empty");
        return ERR_INVALID;
    }
    enum err err = geometry_init(&m->geo, size_bytes, (uint32_t)piece_len);
    if (err != OK)
        cause_set(cause, "%" PRIu64 " bytes make more than %" PRIu32 " pieces",
                  size_bytes, GEOMETRY_MAX_PIECES);
    return err;
}

static enum err read_pieces(struct metainfo *m, const struct info *info,
                            struct cause *cause)
{
    size_t len = info->pieces.str.len;
    if (info->pieces.type != BENCODE_STR) {
        cause_set(cause, "pieces is missing or not a string");
        return ERR_INVALID;
    }
    if (len % METAINFO_HASH_LEN != 0) {
        cause_set(cause, "pieces: %zu bytes are not a whole number of hashes",
                  len);
        return ERR_INVALID;
    }
    if (len / METAINFO_HASH_LEN != m->geo.n_pieces) {
        cause_set(cause,
                  "pieces: %zu hashes, but the sizes make %" PRIu32 " pieces",
                  len / METAINFO_HASH_LEN, m->geo.n_pieces);
        return ERR_INVALID;
    }
    m->piece_hashes = info->pieces.str.p;
    return OK;
}

static enum err read_info(struct metainfo *m, const struct bencode *dict,
                          struct cause *cause)
{
    if (dict->type != BENCODE_DICT) {
        cause_set(cause, "info is missing or not a dictionary");
        return ERR_INVALID;
    }
    struct info info = get_info(dict);
    enum err err = check_version(&info, cause);
    if (err == OK)
        err = read_names(m, &info, cause);
    if (err == OK)
        err = read_files(m, &info, cause);
    if (err == OK)
        err = read_geometry(m, &info, cause);
    if (err == OK)
        err = read_pieces(m, &info, cause);
    if (err != OK)
        return err;
    m->info = dict->raw;
    m->is_private = info.is_private.num != 0;
    m->source = text_or_null(&info.source);
    hash_sha1(m->info.p, m->info.len, m->info_hash);
    return OK;
}

static enum err read_root(struct metainfo *m, const struct bencode *root,
                          struct cause *cause)
{
    struct bencode announce, announce_list, comment, comment_utf8, created_by,
        date, http_seeds, info, nodes, url_list;
    const struct bencode_want wants[] = {
        {"announce", BENCODE_STR, &announce},
        {"announce-list", BENCODE_LIST, &announce_list},
        {"comment", BENCODE_STR, &comment},
        {"comment.utf-8", BENCODE_STR, &comment_utf8},
        {"created by", BENCODE_STR, &created_by},
        {"creation date", BENCODE_INT, &date},
        {"httpseeds", BENCODE_NONE, &http_seeds},
        {"info", BENCODE_NONE, &info},
        {"nodes", BENCODE_LIST, &nodes},
        {"url-list", BENCODE_NONE, &url_list},
    };
    bencode_get_many(root, wants, N_OF(wants));
    enum err err = read_info(m, &info, cause);
    if (err != OK)
        return err;
    if (comment_utf8.type == BENCODE_STR)
        comment = comment_utf8;
    m->comment = text_or_null(&comment);
    m->created_by = text_or_null(&created_by);
    m->created_wall = date.num > 0 ? date.num : 0;
    links_read_trackers(m, &announce_list, &announce);
    links_read_web_seeds(m, &url_list);
    links_read_http_seeds(m, &http_seeds);
    links_read_nodes(m, &nodes);
    return OK;
}

enum err metainfo_parse(const void *bytes, size_t len, struct metainfo **out,
                        struct cause *cause)
{
    if (len > METAINFO_MAX_LEN) {
        cause_set(cause, "over the limit of %zu bytes for a torrent file",
                  METAINFO_MAX_LEN);
        return ERR_TOO_BIG;
    }
    struct metainfo *m = xzalloc(sizeof *m);
    m->raw = xmemdup(bytes, len);
    m->raw_len = len;

    struct bencode root;
    struct bencode_error error;
    enum err err = bencode_parse(m->raw, len, &BENCODE_METAINFO, &root, &error);
    if (err != OK) {
        cause_set(cause, "not a torrent: byte %zu: %s", error.off, error.what);
        goto out;
    }
    if (root.type != BENCODE_DICT) {
        cause_set(cause, "not a torrent: not a dictionary");
        err = ERR_INVALID;
        goto out;
    }
    err = read_root(m, &root, cause);
out:
    if (err == OK)
        *out = m;
    else
        metainfo_free(m);
    return err;
}

void metainfo_free(struct metainfo *m)
{
    if (m == NULL)
        return;
    links_free(m);
    filelist_free(m->files, m->n_files);
    free(m->name);
    free(m->dir);
    free(m->comment);
    free(m->created_by);
    free(m->source);
    free(m->raw);
    free(m);
}

const uint8_t *metainfo_piece_hash(const struct metainfo *m, uint32_t piece_idx)
{
    assert(piece_idx < m->geo.n_pieces);
    return m->piece_hashes + (size_t)piece_idx * METAINFO_HASH_LEN;
}

size_t metainfo_file_at(const struct metainfo *m, uint64_t off)
{
    size_t low = 0;
    size_t high = m->n_files;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (m->files[mid].off + m->files[mid].size_bytes <= off)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct metainfo_part metainfo_part_at(const struct metainfo *m, uint64_t off,
                                      uint64_t len)
{
    size_t i = metainfo_file_at(m, off);
    assert(i < m->n_files && len > 0);
    const struct metainfo_file *file = &m->files[i];
    uint64_t from = off - file->off;
    uint64_t left = file->size_bytes - from;
    return (struct metainfo_part){.file_idx = i,
                                  .from = from,
                                  .len = len < left ? len : left,
                                  .is_pad = file->is_pad};
}

void metainfo_file_pieces(const struct metainfo *m, size_t file_idx,
                          uint32_t *first_out, uint32_t *last_out)
{
    assert(file_idx < m->n_files && m->files[file_idx].size_bytes > 0);
    const struct metainfo_file *file = &m->files[file_idx];
    *first_out = geometry_piece_at(&m->geo, file->off);
    *last_out = geometry_piece_at(&m->geo, file->off + file->size_bytes - 1);
}

bool metainfo_lacking_pieces(const struct metainfo *m, size_t file_idx,
                             uint64_t size_bytes, uint32_t *first_out,
                             uint32_t *last_out)
{
    const struct metainfo_file *file = &m->files[file_idx];
    if (file->is_pad || size_bytes >= file->size_bytes)
        return false;
    metainfo_file_pieces(m, file_idx, first_out, last_out);
    *first_out = geometry_piece_at(&m->geo, file->off + size_bytes);
    return true;
}

size_t metainfo_n_on_disk(const struct metainfo *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_files; i++)
        n += !m->files[i].is_pad;
    return n;
}

const char *metainfo_top(const struct metainfo *m)
{
    return m->dir != NULL ? m->dir : m->files[0].path;
}

char *metainfo_disk_path(const struct metainfo *m, size_t file_idx)
{
    assert(file_idx < m->n_files);
    if (m->dir == NULL)
        return xstrdup(m->files[file_idx].path);
    return xasprintf("%s/%s", m->dir, m->files[file_idx].path);
}
