#include "config.h"

#include "meta/webpath.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "meta/bencode.h"
#include "util/buf.h"
#include "util/percent.h"

static enum err put_encoded(struct buf *b, const uint8_t *bytes, size_t len,
                            bool is_name)
{
    enum err err = OK;
    for (size_t i = 0; err == OK && i < len; i++) {
        uint8_t c = bytes[i];
        bool stays = is_name ? percent_is_unreserved(c) : c > ' ' && c < 0x7f;
        char encoded[PERCENT_LEN];
        percent_encode(c, encoded);
        err = stays ? buf_append(b, &c, 1)
                    : buf_append(b, encoded, sizeof encoded);
    }
    return err;
}

static enum err put_base(struct buf *b, const char *base)
{
    return put_encoded(b, (const uint8_t *)base, strcspn(base, "#"), false);
}

static enum err put_name(struct buf *b, const char *name)
{
    return put_encoded(b, (const uint8_t *)name, strlen(name), true);
}

static bool ends_with_slash(struct buf *b)
{
    return b->len > 0 && buf_bytes(b)[b->len - 1] == '/';
}

/* What names nothing is no part of a path here, and is none there. */
static bool names_nothing(struct span name)
{
    return name.len == 0 || (name.len == 1 && name.p[0] == '.');
}

static enum err put_names(struct buf *b, const struct metainfo_file *file)
{
    struct bencode list = {.type = BENCODE_LIST, .raw = file->names};
    struct bencode_iter it = bencode_iter(&list);
    struct bencode name;
    enum err err = OK;
    while (err == OK && bencode_next(&it, &name)) {
        if (names_nothing(name.str))
            continue;
        err = buf_append(b, "/", 1);
        if (err == OK)
            err = put_encoded(b, name.str.p, name.str.len, true);
    }
    return err;
}

/* The string in b, or NULL when it did not fit. */
static char *take_string(struct buf *b, enum err err)
{
    char *url = err == OK ? (char *)buf_take(b, NULL) : NULL;
    buf_fini(b);
    return url;
}

char *webpath_url(const struct metainfo *m, const char *base, size_t file_idx)
{
    assert(file_idx < m->n_files && !m->files[file_idx].is_pad);
    struct buf b;
    buf_init(&b, WEBPATH_MAX_URL);
    enum err err = put_base(&b, base);
    bool is_folder = ends_with_slash(&b);
    if (err == OK && m->dir != NULL && !is_folder)
        err = buf_append(&b, "/", 1);
    if (err == OK && (m->dir != NULL || is_folder))
        err = put_name(&b, m->name);
    if (err == OK && m->dir != NULL)
        err = put_names(&b, &m->files[file_idx]);
    return take_string(&b, err);
}

char *webpath_piece_url(const struct metainfo *m, const char *base,
                        uint32_t piece_idx, uint32_t begin, uint32_t len)
{
    assert(len > 0);
    struct buf b;
    buf_init(&b, WEBPATH_MAX_URL);
    enum err err = put_base(&b, base);
    if (err == OK)
        err = buf_printf(&b,
                         "%sinfo_hash=", strchr(base, '?') != NULL ? "&" : "?");
    if (err == OK)
        err = put_encoded(&b, m->info_hash, sizeof m->info_hash, true);
    if (err == OK)
        err = buf_printf(&b, "&piece=%" PRIu32 "&ranges=%" PRIu32 "-%" PRIu32,
                         piece_idx, begin, begin + len - 1);
    return take_string(&b, err);
}
