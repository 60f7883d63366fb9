#include "config.h"

#include "ui/still.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "model/detail.h"
#include "model/detail_dht.h"
#include "model/frame.h"
#include "util/delta.h"
#include "util/xalloc.h"

/* The blocks. A string of all rows is a block, one row after the other: names never
 * change, causes do. */
enum {
    FRAME,
    ROWS, /* without strings */
    STRINGS,
    N_STRINGS = FRAME_TORRENT_N_STRINGS,
    HISTORY = STRINGS + N_STRINGS,
    DHT,
    DETAIL, /* without what it points to; none: there is no detail */
    PARTS,
    N_BLOCKS = PARTS + DETAIL_N_PARTS
};

enum { MALLOC_BYTES = 16 }; /* what the C library adds to a piece of memory */

struct block {
    uint32_t len;
    bool is_whole;
    void *data; /* owned: the bytes, or a struct delta from the neighbour's */
};

struct still {
    int64_t at_ms;
    size_t bytes;            /* of the blocks that are there */
    struct filetable *files; /* shared; NULL: none */
    struct block blocks[N_BLOCKS];
};

static size_t block_bytes(const struct block *b)
{
    if (b->data == NULL)
        return 0;
    return MALLOC_BYTES + (b->is_whole ? b->len : delta_bytes(b->data));
}

/* Put another content, which is taken, into a block. */
static void set(struct still *s, size_t i, bool is_whole, void *data)
{
    struct block *b = &s->blocks[i];
    s->bytes -= block_bytes(b);
    free(b->data);
    b->is_whole = is_whole;
    b->data = data;
    s->bytes += block_bytes(b);
}

/* data: taken, len bytes; NULL: nothing is there. */
static void put(struct still *s, size_t i, void *data, size_t len)
{
    assert(len <= UINT32_MAX);
    s->blocks[i].len = data != NULL ? (uint32_t)len : 0;
    set(s, i, true, data);
}

/* Strings of one kind, one after the other, each with its NUL. */
struct words {
    char *text; /* owned */
    size_t len, cap;
};

static void add_words(struct words *to, const char *word)
{
    size_t len = strlen(word) + 1;
    if (len > to->cap - to->len) {
        to->cap = 2 * to->cap + len;
        to->text = xreallocarray(to->text, to->cap, 1);
    }
    memcpy(to->text + to->len, word, len);
    to->len += len;
}

/* Each row is looked at once: thousands are all over memory. */
static void put_rows(struct still *s, const struct frame *f)
{
    struct words words[N_STRINGS] = {0};
    if (f->n_torrents == 0)
        return;
    struct frame_torrent *rows =
        xreallocarray(NULL, f->n_torrents, sizeof *rows);
    for (size_t i = 0; i < f->n_torrents; i++) {
        const char **strings[N_STRINGS];
        rows[i] = *f->torrents[i];
        frame_torrent_strings(&rows[i], strings);
        for (size_t kind = 0; kind < N_STRINGS; kind++) {
            add_words(&words[kind], *strings[kind]);
            *strings[kind] = NULL;
        }
    }
    for (size_t kind = 0; kind < N_STRINGS; kind++)
        put(s, STRINGS + kind,
            xreallocarray(words[kind].text, words[kind].len, 1),
            words[kind].len);
    put(s, ROWS, rows, f->n_torrents * sizeof *rows);
}

static void put_detail(struct still *s, struct detail *d)
{
    struct detail_part parts[DETAIL_N_PARTS];
    if (d == NULL)
        return;
    detail_parts(d, parts);
    for (size_t i = 0; i < DETAIL_N_PARTS; i++) {
        put(s, PARTS + i, detail_part_get(&parts[i]), parts[i].len);
        detail_part_set(&parts[i], NULL);
    }
    s->files = d->filetable;
    d->filetable = NULL;
    put(s, DETAIL, d, sizeof *d);
}

struct still *still_new(struct frame *f)
{
    struct still *s = xzalloc(sizeof *s);
    s->at_ms = f->now_ms;
    for (size_t i = 0; i < N_BLOCKS; i++)
        s->blocks[i].is_whole = true;
    put_rows(s, f);
    put(s, HISTORY, f->history, sizeof *f->history);
    put(s, DHT, f->dht, sizeof *f->dht);
    put_detail(s, f->detail);
    struct frame *copy = xmemdup(f, sizeof *f);
    copy->torrents = NULL;
    copy->history = f->history = NULL;
    copy->dht = f->dht = NULL;
    copy->detail = f->detail = NULL;
    put(s, FRAME, copy, sizeof *copy);
    frame_free(f);
    return s;
}

void still_free(struct still *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < N_BLOCKS; i++)
        free(s->blocks[i].data);
    filetable_unref(s->files);
    free(s);
}

int64_t still_at_ms(const struct still *s)
{
    return s->at_ms;
}

size_t still_bytes(const struct still *s)
{
    return sizeof *s + MALLOC_BYTES + s->bytes;
}

void still_pack(struct still *s, const struct still *newer)
{
    for (size_t i = 0; i < N_BLOCKS; i++) {
        const struct block *b = &s->blocks[i], *of = &newer->blocks[i];
        struct delta *d;
        assert(b->is_whole && of->is_whole);
        if (b->len > 0 && b->len == of->len &&
            delta_make(b->data, of->data, b->len, &d))
            set(s, i, false, d);
    }
}

/* The bytes of block i of stills[0], in new memory; NULL: nothing is there. */
static void *unpack(struct still *const *stills, size_t n, size_t i)
{
    size_t len = stills[0]->blocks[i].len, at = 0;
    if (len == 0)
        return NULL;
    while (!stills[at]->blocks[i].is_whole) {
        at++;
        assert(at < n);
    }
    void *bytes = xmemdup(stills[at]->blocks[i].data, len);
    while (at-- > 0)
        delta_apply(stills[at]->blocks[i].data, bytes, len);
    return bytes;
}

void still_bridge(struct still *const *stills, size_t n)
{
    struct still *s = stills[0], *out = stills[1];
    for (size_t i = 0; i < N_BLOCKS; i++) {
        const struct block *b = &s->blocks[i];
        if (b->is_whole)
            continue;
        if (out->blocks[i].is_whole) {
            set(s, i, true, unpack(stills, n, i));
            continue;
        }
        struct delta *d = delta_merge(b->data, out->blocks[i].data);
        bool is_whole = delta_bytes(d) > b->len;
        set(s, i, is_whole, is_whole ? unpack(stills, n, i) : d);
        if (is_whole)
            free(d);
    }
}

/* Making a frame of it again. */

static void unpack_rows(struct still *const *stills, size_t n, struct frame *f)
{
    struct frame_torrent *rows = unpack(stills, n, ROWS);
    char *words[N_STRINGS], *at[N_STRINGS];
    for (size_t kind = 0; kind < N_STRINGS; kind++)
        at[kind] = words[kind] = unpack(stills, n, STRINGS + kind);
    f->torrents = xcalloc(f->n_torrents, sizeof *f->torrents);
    for (size_t i = 0; i < f->n_torrents; i++) {
        const char **strings[N_STRINGS];
        frame_torrent_strings(&rows[i], strings);
        for (size_t kind = 0; kind < N_STRINGS; kind++) {
            *strings[kind] = at[kind];
            at[kind] += strlen(at[kind]) + 1;
        }
        f->torrents[i] = frame_torrent_new(&rows[i]);
    }
    for (size_t kind = 0; kind < N_STRINGS; kind++)
        free(words[kind]);
    free(rows);
}

static struct detail *unpack_detail(struct still *const *stills, size_t n)
{
    struct detail_part parts[DETAIL_N_PARTS];
    struct detail *d = unpack(stills, n, DETAIL);
    if (d == NULL)
        return NULL;
    detail_parts(d, parts);
    for (size_t i = 0; i < DETAIL_N_PARTS; i++)
        detail_part_set(&parts[i], unpack(stills, n, PARTS + i));
    if (stills[0]->files != NULL)
        d->filetable = filetable_ref(stills[0]->files);
    return d;
}

struct frame *still_frame(struct still *const *stills, size_t n)
{
    struct frame *f = unpack(stills, n, FRAME);
    unpack_rows(stills, n, f);
    f->history = unpack(stills, n, HISTORY);
    f->dht = unpack(stills, n, DHT);
    f->detail = unpack_detail(stills, n);
    return f;
}
