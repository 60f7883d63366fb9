#include "config.h"

#include "disk/resume.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/bytes.h"
#include "util/hash.h"
#include "util/xalloc.h"
#include "meta/bencode.h"
#include "disk/sealed.h"

/* The file: one bencoded dictionary, then the SHA-256 of its bytes. In it, `files`
 * is a string of STAT_LEN bytes for each file: exists, size, mtime (big-endian);
 * `partials` a list of [piece_idx, bitfield of blocks], ascending; `peers`, which may be
 * absent, a string of PEER_LEN bytes for each: the 16 of struct addr, port. */
enum {
    RESUME_VERSION = 1,
    STAT_LEN = 1 + 8 + 8,
    PEER_LEN = ADDR_COMPACT_V6_LEN,
    MAX_DEPTH = 4
};
enum { MAX_TOKENS = 64 + 3 * RESUME_MAX_PARTIALS };

_Static_assert((int)METAINFO_HASH_LEN == (int)SHA1_LEN,
               "an info-hash is a SHA-1");

struct resume *resume_new(const struct metainfo *meta)
{
    struct resume *r = xzalloc(sizeof *r);
    memcpy(r->info_hash, meta->info_hash, sizeof r->info_hash);
    r->have = bitset_new(meta->geo.n_pieces);
    r->n_files = meta->n_files;
    r->files = xcalloc(r->n_files, sizeof *r->files);
    r->file_priorities = xmalloc(r->n_files);
    memset(r->file_priorities, RESUME_PRIORITY_NORMAL, r->n_files);
    return r;
}

void resume_free(struct resume *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->n_partials; i++)
        bitset_free(r->partials[i].blocks);
    free(r->partials);
    free(r->peers);
    free(r->dir);
    bitset_free(r->have);
    free(r->files);
    free(r->file_priorities);
    free(r);
}

/* ---- Writing ---- */

static void write_bits(struct bencode_writer *w, const struct bitset *bits)
{
    size_t len = bitset_wire_len(bits);
    uint8_t *wire = xmalloc(len);
    bitset_to_wire(bits, wire);
    bencode_write_bytes(w, wire, len);
    free(wire);
}

static void write_files(struct bencode_writer *w, const struct resume *r)
{
    size_t len = r->n_files * STAT_LEN;
    uint8_t *packed = xmalloc(len);
    struct bytes_writer out = bytes_writer(packed, len);
    for (size_t i = 0; i < r->n_files; i++) {
        bytes_write_u8(&out, r->files[i].exists);
        bytes_write_be64(&out, r->files[i].size_bytes);
        bytes_write_be64(&out, (uint64_t)r->files[i].mtime_ns);
    }
    bencode_write_bytes(w, packed, len);
    free(packed);
}

static void write_partials(struct bencode_writer *w, const struct resume *r)
{
    bencode_begin_list(w);
    for (size_t i = 0; i < r->n_partials && i < RESUME_MAX_PARTIALS; i++) {
        bencode_begin_list(w);
        bencode_write_int(w, r->partials[i].piece_idx);
        write_bits(w, r->partials[i].blocks);
        bencode_end(w);
    }
    bencode_end(w);
}

static void write_peers(struct bencode_writer *w, const struct resume *r)
{
    uint8_t packed[RESUME_MAX_PEERS * PEER_LEN];
    struct bytes_writer out = bytes_writer(packed, sizeof packed);
    size_t n = r->n_peers < RESUME_MAX_PEERS ? r->n_peers : RESUME_MAX_PEERS;
    for (size_t i = 0; i < n; i++) {
        bytes_write(&out, r->peers[i].ip, sizeof r->peers[i].ip);
        bytes_write_be16(&out, r->peers[i].port);
    }
    bencode_write_bytes(w, packed, n * PEER_LEN);
}

static enum err write_dict(const struct resume *r, struct buf *out)
{
    struct bencode_writer w;
    bencode_writer_init(&w, out);
    bencode_begin_dict(&w);
    sealed_put_uint(&w, "added", (uint64_t)r->added_wall);
    sealed_put_uint(&w, "completed", (uint64_t)r->completed_wall);
    bencode_put_str(&w, "dir", r->dir != NULL ? r->dir : "");
    sealed_put_uint(&w, "down", r->bytes_down);
    bencode_write_key(&w, "files");
    write_files(&w, r);
    bencode_write_key(&w, "have");
    write_bits(&w, r->have);
    bencode_put_bytes(&w, "info-hash", r->info_hash, sizeof r->info_hash);
    bencode_write_key(&w, "partials");
    write_partials(&w, r);
    bencode_write_key(&w, "peers");
    write_peers(&w, r);
    bencode_put_bytes(&w, "priorities", r->file_priorities, r->n_files);
    sealed_put_uint(&w, "seconds-down", (uint64_t)r->seconds_down);
    sealed_put_uint(&w, "seconds-seed", (uint64_t)r->seconds_seed);
    sealed_put_uint(&w, "sequential", r->is_sequential);
    sealed_put_uint(&w, "up", r->bytes_up);
    sealed_put_uint(&w, "version", RESUME_VERSION);
    sealed_put_uint(&w, "wasted", r->bytes_wasted);
    bencode_end(&w);
    return bencode_writer_finish(&w);
}

enum err resume_encode(const struct resume *r, struct buf *out)
{
    size_t start = out->len;
    enum err err = write_dict(r, out);
    if (err == OK)
        err = sealed_close(out, start);
    if (err != OK)
        buf_chop(out, out->len - start);
    return err;
}

/* ---- Reading ---- */

static enum err refuse(struct cause *cause, enum err err, const char *what)
{
    cause_set(cause, "resume state: %s", what);
    return err;
}

/* Check the whole, down to the dictionary. */
static enum err open_dict(const uint8_t *bytes, size_t len, struct bencode *out,
                          struct cause *cause)
{
    static const struct bencode_limits limits = {.max_depth = MAX_DEPTH,
                                                 .max_tokens = MAX_TOKENS};
    if (len > RESUME_MAX_LEN)
        return refuse(cause, ERR_TOO_BIG, "over 32 MiB");
    return sealed_open(bytes, len, &limits, "resume state", out, cause);
}

/* The values of the dictionary, each there and of the right type. */
struct fields {
    struct bencode added, completed, dir, down, files, have, info_hash,
        partials, priorities, seconds_down, seconds_seed, sequential, up,
        version, wasted;
};

static enum err find_fields(const struct bencode *dict, struct fields *f,
                            struct cause *cause)
{
    const struct bencode_want wants[] = {
        {"added", BENCODE_INT, &f->added},
        {"completed", BENCODE_INT, &f->completed},
        {"dir", BENCODE_STR, &f->dir},
        {"down", BENCODE_INT, &f->down},
        {"files", BENCODE_STR, &f->files},
        {"have", BENCODE_STR, &f->have},
        {"info-hash", BENCODE_STR, &f->info_hash},
        {"partials", BENCODE_LIST, &f->partials},
        {"priorities", BENCODE_STR, &f->priorities},
        {"seconds-down", BENCODE_INT, &f->seconds_down},
        {"seconds-seed", BENCODE_INT, &f->seconds_seed},
        {"sequential", BENCODE_INT, &f->sequential},
        {"up", BENCODE_INT, &f->up},
        {"version", BENCODE_INT, &f->version},
        {"wasted", BENCODE_INT, &f->wasted},
    };
    enum { N_WANTS = sizeof wants / sizeof wants[0] };
    bencode_get_many(dict, wants, N_WANTS);
    /* What another version lacks or has is not to be told as damage. */
    if (f->version.type == BENCODE_INT && f->version.num != RESUME_VERSION) {
        cause_set(cause, "resume state: of version %" PRId64 ", not %d",
                  f->version.num, RESUME_VERSION);
        return ERR_INVALID;
    }
    for (size_t i = 0; i < N_WANTS; i++) {
        const struct bencode *value = wants[i].out;
        if (value->type == BENCODE_NONE || value->num < 0) {
            cause_set(cause, "resume state: '%s' is missing or wrong",
                      wants[i].key);
            return ERR_INVALID;
        }
    }
    return OK;
}

static enum err read_files(struct resume *r, struct span packed,
                           struct cause *cause)
{
    if (packed.len != r->n_files * STAT_LEN)
        return refuse(cause, ERR_INVALID, "another number of files");
    struct bytes_reader in = bytes_reader(packed.p, packed.len);
    for (size_t i = 0; i < r->n_files; i++) {
        uint8_t exists = bytes_read_u8(&in);
        if (exists > 1)
            return refuse(cause, ERR_INVALID, "'files' is wrong");
        r->files[i].exists = exists == 1;
        r->files[i].size_bytes = bytes_read_be64(&in);
        r->files[i].mtime_ns = (int64_t)bytes_read_be64(&in);
    }
    return OK;
}

static enum err read_priorities(struct resume *r, struct span priorities,
                                struct cause *cause)
{
    if (priorities.len != r->n_files)
        return refuse(cause, ERR_INVALID, "another number of priorities");
    for (size_t i = 0; i < r->n_files; i++) {
        if (priorities.p[i] > RESUME_PRIORITY_MAX)
            return refuse(cause, ERR_INVALID, "no such priority");
        r->file_priorities[i] = priorities.p[i];
    }
    return OK;
}

static enum err read_dir(struct resume *r, struct span dir, struct cause *cause)
{
    if (dir.len > RESUME_MAX_DIR_LEN)
        return refuse(cause, ERR_INVALID, "'dir' is too long");
    if (dir.len == 0)
        return OK;
    if (memchr(dir.p, '\0', dir.len) != NULL)
        return refuse(cause, ERR_INVALID, "'dir' has a NUL");
    r->dir = xstrndup((const char *)dir.p, dir.len);
    return OK;
}

/* Read one [piece_idx, bitfield], of a piece after the one before. */
static enum err read_partial(struct resume *r, const struct geometry *geo,
                             const struct bencode *item, struct cause *cause)
{
    struct bencode_iter it = bencode_iter(item);
    struct bencode idx, bits, more;
    if (item->type != BENCODE_LIST || !bencode_next(&it, &idx) ||
        !bencode_next(&it, &bits) || bencode_next(&it, &more) ||
        idx.type != BENCODE_INT || bits.type != BENCODE_STR)
        return refuse(cause, ERR_INVALID, "'partials' is wrong");
    int64_t least = 0;
    if (r->n_partials > 0)
        least = (int64_t)r->partials[r->n_partials - 1].piece_idx + 1;
    if (idx.num < least || idx.num >= (int64_t)geo->n_pieces ||
        bitset_get(r->have, (size_t)idx.num))
        return refuse(cause, ERR_INVALID, "no such partial piece");
    uint32_t piece_idx = (uint32_t)idx.num;
    struct bitset *blocks = bitset_new(geometry_n_blocks(geo, piece_idx));
    if (bitset_from_wire(blocks, bits.str.p, bits.str.len) != OK) {
        bitset_free(blocks);
        return refuse(cause, ERR_INVALID, "blocks do not fit their piece");
    }
    r->partials[r->n_partials++] =
        (struct resume_partial){.piece_idx = piece_idx, .blocks = blocks};
    return OK;
}

static enum err read_partials(struct resume *r, const struct geometry *geo,
                              const struct bencode *list, struct cause *cause)
{
    size_t n = 0;
    struct bencode item;
    struct bencode_iter it = bencode_iter(list);
    while (bencode_next(&it, &item))
        n++;
    if (n > RESUME_MAX_PARTIALS)
        return refuse(cause, ERR_INVALID, "too many partial pieces");
    r->partials = xcalloc(n, sizeof *r->partials);
    it = bencode_iter(list);
    while (bencode_next(&it, &item)) {
        enum err err = read_partial(r, geo, &item, cause);
        if (err != OK)
            return err;
    }
    return OK;
}

static enum err read_peers(struct resume *r, const struct bencode *dict,
                           struct cause *cause)
{
    struct bencode value;
    if (!bencode_get(dict, "peers", &value))
        return OK;
    if (value.type != BENCODE_STR || value.str.len % PEER_LEN != 0 ||
        value.str.len > (size_t)RESUME_MAX_PEERS * PEER_LEN)
        return refuse(cause, ERR_INVALID, "'peers' is wrong");
    r->n_peers = value.str.len / PEER_LEN;
    r->peers = xcalloc(r->n_peers, sizeof *r->peers);
    struct bytes_reader in = bytes_reader(value.str.p, value.str.len);
    for (size_t i = 0; i < r->n_peers; i++) {
        const uint8_t *ip = bytes_read(&in, sizeof r->peers[i].ip);
        r->peers[i] = addr_v6(ip, bytes_read_be16(&in));
    }
    return OK;
}

static enum err read_fields(struct resume *r, const struct metainfo *meta,
                            const struct fields *f, struct cause *cause)
{
    struct span wanted = {r->info_hash, sizeof r->info_hash};
    if (!span_eq(f->info_hash.str, wanted))
        return refuse(cause, ERR_INVALID, "of another torrent");
    if (bitset_from_wire(r->have, f->have.str.p, f->have.str.len) != OK)
        return refuse(cause, ERR_INVALID, "another number of pieces");
    enum err err = read_files(r, f->files.str, cause);
    if (err == OK)
        err = read_priorities(r, f->priorities.str, cause);
    if (err == OK)
        err = read_dir(r, f->dir.str, cause);
    if (err == OK)
        err = read_partials(r, &meta->geo, &f->partials, cause);
    r->added_wall = f->added.num;
    r->completed_wall = f->completed.num;
    r->bytes_down = (uint64_t)f->down.num;
    r->bytes_up = (uint64_t)f->up.num;
    r->bytes_wasted = (uint64_t)f->wasted.num;
    r->seconds_down = f->seconds_down.num;
    r->seconds_seed = f->seconds_seed.num;
    r->is_sequential = f->sequential.num != 0;
    return err;
}

enum err resume_decode(const void *bytes, size_t len,
                       const struct metainfo *meta, struct resume **out,
                       struct cause *cause)
{
    struct bencode dict;
    struct fields fields;
    enum err err = open_dict(bytes, len, &dict, cause);
    if (err == OK)
        err = find_fields(&dict, &fields, cause);
    if (err != OK)
        return err;
    struct resume *r = resume_new(meta);
    err = read_fields(r, meta, &fields, cause);
    if (err == OK)
        err = read_peers(r, &dict, cause);
    if (err != OK)
        resume_free(r);
    else
        *out = r;
    return err;
}

/* ---- Believing ---- */

static bool is_same(const struct store_stat *a, const struct store_stat *b)
{
    if (!a->exists || !b->exists)
        return a->exists == b->exists;
    return a->size_bytes == b->size_bytes && a->mtime_ns == b->mtime_ns;
}

static void drop_doubted_partials(struct resume *r, const struct bitset *doubt)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_partials; i++) {
        if (bitset_get(doubt, r->partials[i].piece_idx))
            bitset_free(r->partials[i].blocks);
        else
            r->partials[n++] = r->partials[i];
    }
    r->n_partials = n;
}

/* The pieces of a file that is too short for them: neither had nor in doubt. */
static void drop_tail(struct resume *r, const struct metainfo *meta,
                      size_t file_idx, const struct store_stat *now,
                      struct bitset *doubt)
{
    uint32_t first, last;
    if (!metainfo_lacking_pieces(meta, file_idx,
                                 now->exists ? now->size_bytes : 0, &first,
                                 &last))
        return;
    for (uint32_t i = first; i <= last; i++) {
        bitset_clear(r->have, i);
        bitset_clear(doubt, i);
    }
}

uint32_t resume_trust(struct resume *r, const struct metainfo *meta,
                      const struct store_stat *now, struct bitset *doubt)
{
    for (size_t i = 0; i < meta->n_files; i++) {
        uint32_t first, last;
        if (meta->files[i].size_bytes == 0 || meta->files[i].is_pad ||
            is_same(&r->files[i], &now[i]))
            continue;
        metainfo_file_pieces(meta, i, &first, &last);
        for (uint32_t idx = first; idx <= last; idx++) {
            bitset_clear(r->have, idx);
            bitset_set(doubt, idx);
        }
    }
    drop_doubted_partials(r, doubt);
    for (size_t i = 0; i < meta->n_files; i++)
        drop_tail(r, meta, i, &now[i], doubt);
    return (uint32_t)bitset_count(doubt);
}
