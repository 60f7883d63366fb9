#include "config.h"

#include "meta/create.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "meta/bencode.h"
#include "meta/links.h"
#include "util/hash.h"
#include "util/hash_many.h"
#include "util/xalloc.h"

enum {
    MAX_PIECES_WANTED = 2000,
    CHUNK_LEN = 1 << 20, /* of a piece that is hashed while it is read */
};

/* Of all pieces of a batch: lanes are worth no more memory than that. */
static const size_t MAX_BATCH_LEN = 32u << 20;

uint32_t create_piece_len(uint64_t size_bytes)
{
    uint32_t len = CREATE_MIN_PIECE_LEN;
    while (len < CREATE_MAX_CHOSEN_PIECE_LEN &&
           size_bytes / len >= MAX_PIECES_WANTED)
        len *= 2;
    return len;
}

struct create_hasher {
    struct geometry geo;
    struct create_source source;
    uint32_t batch;
    uint8_t *bytes;             /* owned; of a batch in lanes, or of a chunk */
    struct hash_stream *stream; /* owned */
};

struct create_hasher *create_hasher_new(const struct geometry *geo,
                                        struct create_source source)
{
    struct create_hasher *h = xzalloc(sizeof *h);
    h->geo = *geo;
    h->source = source;
    size_t lanes = hash_many_lanes();
    size_t room = MAX_BATCH_LEN / geo->piece_len;
    h->batch = (uint32_t)(lanes < room ? lanes : room);
    if (h->batch < 2) {
        h->batch = 1;
        h->bytes = xmalloc(CHUNK_LEN);
    } else {
        h->bytes = xmalloc((size_t)h->batch * geo->piece_len);
    }
    h->stream = hash_stream_new();
    return h;
}

void create_hasher_free(struct create_hasher *h)
{
    if (h == NULL)
        return;
    hash_stream_free(h->stream);
    free(h->bytes);
    free(h);
}

uint32_t create_hasher_batch(const struct create_hasher *h)
{
    return h->batch;
}

static enum err hash_in_chunks(struct create_hasher *h, uint32_t piece_idx,
                               uint8_t *hash_out, struct cause *cause)
{
    uint64_t off = geometry_piece_off(&h->geo, piece_idx);
    uint32_t left = geometry_piece_len(&h->geo, piece_idx);
    while (left > 0) {
        uint32_t len = left < CHUNK_LEN ? left : CHUNK_LEN;
        enum err err = h->source.read(h->source.ctx, off, h->bytes, len, cause);
        if (err != OK)
            return err;
        hash_stream_add(h->stream, h->bytes, len);
        off += len;
        left -= len;
    }
    hash_stream_end(h->stream, hash_out);
    return OK;
}

static enum err hash_in_lanes(struct create_hasher *h, uint32_t first,
                              uint32_t n, uint8_t *hashes_out,
                              struct cause *cause)
{
    struct sha1_job jobs[SHA1_MAX_LANES];
    size_t len = 0;
    for (uint32_t i = 0; i < n; i++) {
        jobs[i] = (struct sha1_job){
            .bytes = h->bytes + len,
            .len = geometry_piece_len(&h->geo, first + i),
        };
        len += jobs[i].len;
    }
    uint64_t off = geometry_piece_off(&h->geo, first);
    enum err err = h->source.read(h->source.ctx, off, h->bytes, len, cause);
    if (err != OK)
        return err;
    hash_many(jobs, n);
    for (uint32_t i = 0; i < n; i++)
        memcpy(hashes_out + (size_t)i * SHA1_LEN, jobs[i].out, SHA1_LEN);
    return OK;
}

enum err create_hasher_run(struct create_hasher *h, uint32_t first, uint32_t n,
                           uint8_t *hashes_out, struct cause *cause)
{
    assert(n >= 1 && n <= h->batch && h->batch <= SHA1_MAX_LANES);
    if (h->batch == 1)
        return hash_in_chunks(h, first, hashes_out, cause);
    return hash_in_lanes(h, first, n, hashes_out, cause);
}

static void write_file(struct bencode_writer *w, const struct create_file *file)
{
    bencode_begin_dict(w);
    bencode_put_int(w, "length", (int64_t)file->size_bytes);
    bencode_write_key(w, "path");
    bencode_begin_list(w);
    for (const char *at = file->path; *at != '\0';) {
        size_t len = strcspn(at, "/");
        bencode_write_bytes(w, at, len);
        at += len + (at[len] == '/' ? 1 : 0);
    }
    bencode_end(w);
    bencode_end(w);
}

static void write_info(struct bencode_writer *w, const struct create_spec *spec,
                       const uint8_t *piece_hashes)
{
    bencode_write_key(w, "info");
    bencode_begin_dict(w);
    if (spec->is_single) {
        assert(spec->n_files == 1);
        bencode_put_int(w, "length", (int64_t)spec->files[0].size_bytes);
    } else {
        bencode_write_key(w, "files");
        bencode_begin_list(w);
        for (size_t i = 0; i < spec->n_files; i++)
            write_file(w, &spec->files[i]);
        bencode_end(w);
    }
    bencode_put_str(w, "name", spec->name);
    bencode_put_int(w, "piece length", spec->geo.piece_len);
    bencode_put_bytes(w, "pieces", piece_hashes,
                      (size_t)spec->geo.n_pieces * SHA1_LEN);
    if (spec->is_private)
        bencode_put_int(w, "private", 1);
    bencode_put_str(w, "source", spec->source);
    bencode_end(w);
}

enum err create_write(const struct create_spec *spec,
                      const uint8_t *piece_hashes, struct buf *out)
{
    struct bencode_writer w;
    bencode_writer_init(&w, out);
    bencode_begin_dict(&w);
    links_write_trackers(&w, spec->trackers, spec->n_trackers);
    bencode_put_str(&w, "comment", spec->comment);
    bencode_put_str(&w, "created by", spec->created_by);
    if (spec->created_wall != 0)
        bencode_put_int(&w, "creation date", spec->created_wall);
    write_info(&w, spec, piece_hashes);
    links_write_web_seeds(&w, spec->web_seeds, spec->n_web_seeds);
    bencode_end(&w);
    return bencode_writer_finish(&w);
}
