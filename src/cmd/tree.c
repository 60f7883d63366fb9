#include "config.h"

#include "cmd/tree.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "disk/fdio.h"
#include "util/text.h"
#include "util/xalloc.h"

enum { MAX_DEPTH = 64 }; /* folders in each other; a torrent has no more */

struct walk {
    struct tree *tree;
    size_t cap;
    const struct tree_skips *skips; /* borrowed */
    struct stat output;             /* of skips->output, where it exists */
    bool has_output;
    struct cause *cause;
};

static enum err fail_errno(struct cause *cause, const char *path,
                           const char *what)
{
    int errnum = errno;
    char name[CAUSE_MAX_LEN - 128];
    text_clean(name, sizeof(name), path, strlen(path));
    cause_set_errno(cause, errnum, "%s: %s", name, what);
    return errnum == ENOENT ? ERR_NOT_FOUND : ERR_SYS;
}

static enum err fail(struct cause *cause, enum err err, const char *path,
                     const char *why)
{
    char name[CAUSE_MAX_LEN - 128];
    text_clean(name, sizeof(name), path, strlen(path));
    cause_set(cause, "%s: %s", name, why);
    return err;
}

static char *join(const char *folder, const char *name)
{
    if (name[0] == '\0')
        return xstrdup(folder);
    if (folder[0] == '\0')
        return xstrdup(name);
    size_t len = strlen(folder);
    return xasprintf(folder[len - 1] == '/' ? "%s%s" : "%s/%s", folder, name);
}

static enum err add_file(struct walk *w, const char *path,
                         const struct stat *st)
{
    struct tree *t = w->tree;
    uint64_t size_bytes = (uint64_t)st->st_size;
    if (size_bytes > UINT64_MAX - t->size_bytes)
        return fail(w->cause, ERR_TOO_BIG, path, "too large");
    if (t->n_files == w->cap) {
        w->cap = w->cap > 0 ? 2 * w->cap : 16;
        t->files = xreallocarray(t->files, w->cap, sizeof(*t->files));
    }
    t->files[t->n_files++] = (struct tree_file){
        .path = xstrdup(path),
        .off = t->size_bytes,
        .size_bytes = size_bytes,
        .mtime_ns = fdio_change_ns(st),
    };
    t->size_bytes += size_bytes;
    return OK;
}

/* Not "." or "..". */
static int is_entry(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

/* By bytes: the order must not depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static const char *why_skipped(const struct walk *w, const struct stat *st)
{
    if (S_ISLNK(st->st_mode))
        return "a symbolic link";
    if (!S_ISREG(st->st_mode))
        return "not a regular file";
    if (w->has_output && st->st_dev == w->output.st_dev &&
        st->st_ino == w->output.st_ino)
        return "the torrent that is being made";
    return NULL;
}

static enum err walk_folder(struct walk *w, const char *path, int depth);

static enum err walk_entry(struct walk *w, const char *path, int depth)
{
    struct stat st;
    enum err err = OK;
    char *full = join(w->tree->root, path);
    if (lstat(full, &st) != 0) {
        err = fail_errno(w->cause, full, "cannot look at it");
    } else if (S_ISDIR(st.st_mode)) {
        err = walk_folder(w, path, depth + 1);
    } else {
        const char *why = why_skipped(w, &st);
        if (why == NULL)
            err = add_file(w, path, &st);
        else
            w->skips->on_skip(w->skips->ctx, full, why);
    }
    free(full);
    return err;
}

/* Recursion is bounded by MAX_DEPTH. */
static enum err walk_folder(struct walk *w, const char *path, int depth)
{
    struct dirent **entries = NULL;
    char *full = join(w->tree->root, path);
    enum err err = OK;
    int n = 0;
    if (depth > MAX_DEPTH)
        err = fail(w->cause, ERR_TOO_BIG, full, "too many folders in folders");
    else if ((n = scandir(full, &entries, is_entry, by_name)) < 0)
        err = fail_errno(w->cause, full, "cannot read the folder");
    free(full);
    for (int i = 0; i < n; i++) {
        if (err == OK) {
            char *entry = join(path, entries[i]->d_name);
            err = walk_entry(w, entry, depth);
            free(entry);
        }
        free(entries[i]);
    }
    free(entries);
    return err;
}

char *tree_name(const char *path)
{
    size_t len = strlen(path);
    while (len > 0 && path[len - 1] == '/')
        len--;
    size_t start = len;
    while (start > 0 && path[start - 1] != '/')
        start--;
    char *name = xstrndup(path + start, len - start);
    if (name[0] != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
        return name;
    free(name);
    char *real = realpath(path, NULL);
    const char *slash = real != NULL ? strrchr(real, '/') : NULL;
    name = slash != NULL && slash[1] != '\0' ? xstrdup(slash + 1) : NULL;
    free(real);
    return name;
}

static enum err walk_root(struct walk *w)
{
    struct tree *t = w->tree;
    struct stat st;
    if (stat(t->root, &st) != 0)
        return fail_errno(w->cause, t->root, "cannot look at it");
    t->name = tree_name(t->root);
    if (t->name == NULL)
        return fail(w->cause, ERR_INVALID, t->root, "has no name");
    if (S_ISDIR(st.st_mode))
        return walk_folder(w, "", 1);
    if (!S_ISREG(st.st_mode))
        return fail(w->cause, ERR_INVALID, t->root,
                    "neither a regular file nor a folder");
    if (why_skipped(w, &st) != NULL)
        return fail(w->cause, ERR_INVALID, t->root, why_skipped(w, &st));
    t->is_single = true;
    return add_file(w, "", &st);
}

enum err tree_walk(const char *root, const struct tree_skips *skips,
                   struct tree **out, struct cause *cause)
{
    struct tree *t = xzalloc(sizeof(*t));
    struct walk w = {.tree = t, .skips = skips, .cause = cause};
    t->root = xstrdup(root);
    w.has_output =
        skips->output != NULL && lstat(skips->output, &w.output) == 0;
    enum err err = walk_root(&w);
    if (err == OK)
        *out = t;
    else
        tree_free(t);
    return err;
}

void tree_free(struct tree *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->n_files; i++)
        free(t->files[i].path);
    free(t->files);
    free(t->name);
    free(t->root);
    free(t);
}

enum err tree_check(const struct tree *t, struct cause *cause)
{
    enum err err = OK;
    for (size_t i = 0; i < t->n_files && err == OK; i++) {
        const struct tree_file *f = &t->files[i];
        struct stat st;
        char *full = join(t->root, f->path);
        if (stat(full, &st) != 0 || !S_ISREG(st.st_mode) ||
            (uint64_t)st.st_size != f->size_bytes ||
            fdio_change_ns(&st) != f->mtime_ns)
            err = fail(cause, ERR_INVALID, full, "changed while it was read");
        free(full);
    }
    return err;
}

struct tree_reader {
    const struct tree *tree; /* borrowed */
    FILE *file;              /* owned; of file_idx; NULL: none is open */
    size_t file_idx;
};

struct tree_reader *tree_reader_new(const struct tree *t)
{
    struct tree_reader *r = xzalloc(sizeof(*r));
    r->tree = t;
    return r;
}

void tree_reader_free(struct tree_reader *r)
{
    if (r == NULL)
        return;
    if (r->file != NULL)
        fclose(r->file);
    free(r);
}

/* The file that byte `off` lies in. */
static size_t file_at(const struct tree *t, uint64_t off)
{
    size_t low = 0;
    size_t high = t->n_files;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (t->files[mid].off + t->files[mid].size_bytes <= off)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool switch_to(struct tree_reader *r, size_t file_idx, const char *path)
{
    if (r->file != NULL && r->file_idx == file_idx)
        return true;
    if (r->file != NULL)
        fclose(r->file);
    r->file_idx = file_idx;
    r->file = fopen(path, "rb");
    if (r->file == NULL)
        return false;
    /* Reads are large: a buffer would only be another copy. */
    setvbuf(r->file, NULL, _IONBF, 0);
    return true;
}

static enum err read_in_file(struct tree_reader *r, size_t file_idx,
                             uint64_t begin, void *bytes, size_t len,
                             struct cause *cause)
{
    enum err err = OK;
    char *path = join(r->tree->root, r->tree->files[file_idx].path);
    if (!switch_to(r, file_idx, path))
        err = fail_errno(cause, path, "cannot open");
    else if (fseeko(r->file, (off_t)begin, SEEK_SET) != 0)
        err = fail_errno(cause, path, "cannot read");
    else if (fread(bytes, 1, len, r->file) != len)
        err = ferror(r->file) ? fail_errno(cause, path, "cannot read")
                              : fail(cause, ERR_TRUNCATED, path,
                                     "became shorter while it was read");
    free(path);
    return err;
}

enum err tree_reader_read(void *ctx, uint64_t off, void *bytes, size_t len,
                          struct cause *cause)
{
    struct tree_reader *r = ctx;
    uint8_t *at = bytes;
    for (size_t i = file_at(r->tree, off); len > 0; i++) {
        const struct tree_file *f = &r->tree->files[i];
        uint64_t begin = off - f->off;
        uint64_t left = f->size_bytes - begin;
        size_t n = left < len ? (size_t)left : len;
        if (n == 0)
            continue;
        enum err err = read_in_file(r, i, begin, at, n, cause);
        if (err != OK)
            return err;
        at += n;
        off += n;
        len -= n;
    }
    return OK;
}
