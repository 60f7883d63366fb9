#include "config.h"

#include "model/filetable.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "meta/metainfo.h"
#include "util/text.h"
#include "util/xalloc.h"

/* The table as its makers see it. */
struct shared_table {
    struct filetable table; /* first: what filetable_ref() is given */
    atomic_size_t n_refs;
    struct filetable_file *files; /* owned */
    char *paths;                  /* owned: all of them, each with its NUL */
};

/* Paths, each with its NUL, in one run of memory for all: there may be a hundred
 * thousand. */
struct paths {
    char *text;
    size_t len, cap;
};

/* Where it is in the text. */
static size_t add_path(struct paths *all, const char *path)
{
    size_t n = strlen(path) + 1, off = all->len;
    if (n > all->cap - all->len) {
        all->cap = 2 * all->cap + n;
        all->text = xreallocarray(all->text, all->cap, 1);
    }
    memcpy(all->text + off, path, n);
    all->len += n;
    return off;
}

static void take_paths(struct shared_table *s, const struct metainfo *meta)
{
    struct paths all = {0};
    size_t *offs = xcalloc(meta->n_files, 2 * sizeof *offs);
    for (size_t i = 0; i < meta->n_files; i++) {
        char *raw = metainfo_disk_path(meta, i);
        char *path = text_clean_dup(raw, strlen(raw));
        offs[2 * i] = offs[2 * i + 1] = add_path(&all, path);
        if (strcmp(raw, path) != 0)
            offs[2 * i + 1] = add_path(&all, raw);
        free(path);
        free(raw);
    }
    for (size_t i = 0; i < meta->n_files; i++) {
        s->files[i].path = all.text + offs[2 * i];
        s->files[i].disk_path = all.text + offs[2 * i + 1];
    }
    s->paths = all.text;
    free(offs);
}

struct filetable *filetable_new(const struct metainfo *meta)
{
    struct shared_table *s = xzalloc(sizeof *s);
    atomic_init(&s->n_refs, 1);
    s->files = xcalloc(meta->n_files, sizeof *s->files);
    for (size_t i = 0; i < meta->n_files; i++) {
        const struct metainfo_file *f = &meta->files[i];
        s->files[i] = (struct filetable_file){.off = f->off,
                                              .size_bytes = f->size_bytes,
                                              .is_pad = f->is_pad,
                                              .was_renamed = f->was_renamed};
        if (f->size_bytes > 0)
            metainfo_file_pieces(meta, i, &s->files[i].first_piece,
                                 &s->files[i].last_piece);
    }
    take_paths(s, meta);
    s->table = (struct filetable){.n_files = meta->n_files, .files = s->files};
    return &s->table;
}

struct filetable *filetable_ref(struct filetable *t)
{
    struct shared_table *s = (struct shared_table *)t;
    atomic_fetch_add(&s->n_refs, 1);
    return t;
}

void filetable_unref(struct filetable *t)
{
    struct shared_table *s = (struct shared_table *)t;
    if (t == NULL || atomic_fetch_sub(&s->n_refs, 1) != 1)
        return;
    free(s->files);
    free(s->paths);
    free(s);
}
