#include "config.h"

#include "tests/sim/content.h"

#include <assert.h>
#include <stdlib.h>

#include "util/buf.h"
#include "util/hash.h"
#include "util/rng.h"
#include "util/xalloc.h"
#include "meta/bencode.h"

static void write_hashes(struct bencode_writer *w, const uint8_t *bytes,
                         uint64_t size_bytes, uint32_t piece_len)
{
    size_t n = (size_t)((size_bytes + piece_len - 1) / piece_len);
    uint8_t *hashes = xmalloc(n * SHA1_LEN);
    for (size_t i = 0; i < n; i++) {
        uint64_t off = (uint64_t)i * piece_len;
        uint64_t left = size_bytes - off;
        hash_sha1(bytes + off, left < piece_len ? (size_t)left : piece_len,
                  hashes + i * SHA1_LEN);
    }
    bencode_write_bytes(w, hashes, n * SHA1_LEN);
    free(hashes);
}

static void write_files(struct bencode_writer *w, const uint64_t *sizes,
                        size_t n_files)
{
    bencode_begin_list(w);
    for (size_t i = 0; i < n_files; i++) {
        char name[2] = {(char)('a' + i), '\0'};
        bencode_begin_dict(w);
        bencode_write_key(w, "length");
        bencode_write_int(w, (int64_t)sizes[i]);
        bencode_write_key(w, "path");
        bencode_begin_list(w);
        bencode_write_str(w, name);
        bencode_end(w);
        bencode_end(w);
    }
    bencode_end(w);
}

static struct content *make(const uint64_t *sizes, size_t n_files,
                            uint32_t piece_len, bool is_private)
{
    enum { MAX_TORRENT_LEN = 1 << 20 };
    struct content *c = xzalloc(sizeof *c);
    uint64_t size_bytes = 0;
    for (size_t i = 0; i < n_files; i++)
        size_bytes += sizes[i];
    uint64_t state = size_bytes ^ piece_len;
    struct rng rng = rng_seeded(&state);
    c->bytes = xmalloc((size_t)size_bytes);
    rng_bytes(&rng, c->bytes, (size_t)size_bytes);

    struct buf out;
    struct bencode_writer w;
    buf_init(&out, MAX_TORRENT_LEN);
    bencode_writer_init(&w, &out);
    bencode_begin_dict(&w);
    bencode_write_key(&w, "info");
    bencode_begin_dict(&w);
    bencode_write_key(&w, n_files > 1 ? "files" : "length");
    if (n_files > 1)
        write_files(&w, sizes, n_files);
    else
        bencode_write_int(&w, (int64_t)size_bytes);
    bencode_write_key(&w, "name");
    bencode_write_str(&w, "content");
    bencode_write_key(&w, "piece length");
    bencode_write_int(&w, piece_len);
    bencode_write_key(&w, "pieces");
    write_hashes(&w, c->bytes, size_bytes, piece_len);
    if (is_private) {
        bencode_write_key(&w, "private");
        bencode_write_int(&w, 1);
    }
    bencode_end(&w);
    bencode_end(&w);
    struct cause cause = {""};
    enum err err = bencode_writer_finish(&w);
    if (err == OK)
        err = metainfo_parse(buf_bytes(&out), out.len, &c->meta, &cause);
    assert(err == OK);
    buf_fini(&out);
    return c;
}

struct content *content_new_files(const uint64_t *sizes, size_t n_files,
                                  uint32_t piece_len)
{
    return make(sizes, n_files, piece_len, false);
}

struct content *content_new_private(uint64_t size_bytes, uint32_t piece_len)
{
    return make(&size_bytes, 1, piece_len, true);
}

struct content *content_new(uint64_t size_bytes, uint32_t piece_len)
{
    return content_new_files(&size_bytes, 1, piece_len);
}

void content_free(struct content *c)
{
    if (c == NULL)
        return;
    metainfo_free(c->meta);
    free(c->bytes);
    free(c);
}

struct metainfo *content_meta(const struct content *c)
{
    struct metainfo *meta;
    enum err err = metainfo_parse(c->meta->raw, c->meta->raw_len, &meta, NULL);
    assert(err == OK);
    return meta;
}
