#include "config.h"

#include "tests/disk/sample.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/hash.h"
#include "util/xalloc.h"
#include "meta/bencode.h"

static void fill(uint8_t *bytes, uint64_t size_bytes)
{
    uint32_t x = 1;
    for (uint64_t i = 0; i < size_bytes; i++) {
        x = x * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)(x >> 24);
    }
}

static void write_path(struct bencode_writer *w, const char *path)
{
    bencode_begin_list(w);
    while (*path != '\0') {
        size_t len = strcspn(path, "/");
        bencode_write_bytes(w, path, len);
        path += len + (path[len] == '/');
    }
    bencode_end(w);
}

static void write_files(struct bencode_writer *w,
                        const struct sample_file *files, size_t n_files)
{
    bencode_write_key(w, "files");
    bencode_begin_list(w);
    for (size_t i = 0; i < n_files; i++) {
        bencode_begin_dict(w);
        if (files[i].attr != NULL) {
            bencode_write_key(w, "attr");
            bencode_write_str(w, files[i].attr);
        }
        bencode_write_key(w, "length");
        bencode_write_int(w, (int64_t)files[i].size_bytes);
        bencode_write_key(w, "path");
        write_path(w, files[i].path);
        bencode_end(w);
    }
    bencode_end(w);
}

static void write_pieces(struct bencode_writer *w, const uint8_t *content,
                         uint64_t size_bytes, uint32_t piece_len)
{
    size_t n = (size_t)((size_bytes + piece_len - 1) / piece_len);
    uint8_t *hashes = xcalloc(n, SHA1_LEN);
    for (size_t i = 0; i < n; i++) {
        uint64_t off = (uint64_t)i * piece_len;
        uint64_t left = size_bytes - off;
        hash_sha1(content + off, left < piece_len ? (size_t)left : piece_len,
                  hashes + i * SHA1_LEN);
    }
    bencode_write_key(w, "piece length");
    bencode_write_int(w, piece_len);
    bencode_write_key(w, "pieces");
    bencode_write_bytes(w, hashes, n * SHA1_LEN);
    free(hashes);
}

static struct sample make(const struct sample_file *files, size_t n_files,
                          uint32_t piece_len, const char *single)
{
    uint64_t size_bytes = 0;
    for (size_t i = 0; i < n_files; i++)
        size_bytes += files[i].size_bytes;
    struct sample s = {.content = xzalloc((size_t)size_bytes)};
    fill(s.content, size_bytes);
    uint64_t off = 0;
    for (size_t i = 0; i < n_files; off += files[i++].size_bytes)
        if (files[i].attr != NULL && strchr(files[i].attr, 'p') != NULL)
            memset(s.content + off, 0, (size_t)files[i].size_bytes);

    struct buf buf;
    struct bencode_writer w;
    buf_init(&buf, 16u << 20);
    bencode_writer_init(&w, &buf);
    bencode_begin_dict(&w);
    bencode_write_key(&w, "info");
    bencode_begin_dict(&w);
    if (single == NULL) {
        write_files(&w, files, n_files);
    } else {
        bencode_write_key(&w, "length");
        bencode_write_int(&w, (int64_t)size_bytes);
    }
    bencode_write_key(&w, "name");
    bencode_write_str(&w, single != NULL ? single : "t");
    write_pieces(&w, s.content, size_bytes, piece_len);
    bencode_end(&w);
    bencode_end(&w);
    ck_assert_int_eq(bencode_writer_finish(&w), OK);
    struct cause cause = {.text = ""};
    enum err err = metainfo_parse(buf_bytes(&buf), buf.len, &s.meta, &cause);
    ck_assert_msg(err == OK, "%s", cause.text);
    buf_fini(&buf);
    return s;
}

struct sample sample_new(const struct sample_file *files, size_t n_files,
                         uint32_t piece_len)
{
    return make(files, n_files, piece_len, NULL);
}

struct sample sample_single(uint64_t size_bytes, uint32_t piece_len)
{
    struct sample_file file = {.path = "one", .size_bytes = size_bytes};
    return make(&file, 1, piece_len, "one");
}

struct sample sample_default(void)
{
    static const struct sample_file files[] = {
        {.path = "a", .size_bytes = 100000},
        {.path = "d/b", .size_bytes = 5},
        {.path = "d/empty", .size_bytes = 0},
        {.path = "d/e/c", .size_bytes = 200000},
        {.path = "z", .size_bytes = 70001},
    };
    return sample_new(files, sizeof files / sizeof files[0], SAMPLE_PIECE_LEN);
}

void sample_fini(struct sample *s)
{
    metainfo_free(s->meta);
    free(s->content);
}

const uint8_t *sample_piece(const struct sample *s, uint32_t piece_idx)
{
    return s->content + geometry_piece_off(&s->meta->geo, piece_idx);
}
