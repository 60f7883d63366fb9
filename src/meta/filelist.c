#include "config.h"

#include "meta/filelist.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta/safepath.h"
#include "util/text.h"
#include "util/xalloc.h"

/* What is being read, and room for it. */
struct reader {
    struct filelist list;
    size_t cap;
    struct safepath path;
    struct cause *cause; /* borrowed, may be NULL */
};

void filelist_free(struct metainfo_file *files, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(files[i].path);
    free(files);
}

static enum err read_length(const struct bencode *length, uint64_t sum,
                            uint64_t *out, struct cause *cause)
{
    if (length->type != BENCODE_INT) {
        cause_set(cause, "length is missing or not a number");
        return ERR_INVALID;
    }
    if (length->num < 0) {
        cause_set(cause, "length %" PRId64 " is negative", length->num);
        return ERR_INVALID;
    }
    uint64_t size_bytes = (uint64_t)length->num;
    if (size_bytes > GEOMETRY_MAX_SIZE - sum) {
        cause_set(cause, "sizes add up to more than %" PRIu64 " bytes",
                  GEOMETRY_MAX_SIZE);
        return ERR_TOO_BIG;
    }
    *out = size_bytes;
    return OK;
}

/* Append a file; path becomes its own. */
static void add_file(struct reader *r, char *path, uint64_t size_bytes,
                     struct metainfo_file flags)
{
    struct filelist *list = &r->list;
    if (list->n == r->cap) {
        r->cap = r->cap > 0 ? 2 * r->cap : 16;
        list->files = xreallocarray(list->files, r->cap, sizeof *list->files);
    }
    flags.path = path;
    flags.off = list->size_bytes;
    flags.size_bytes = size_bytes;
    list->files[list->n++] = flags;
    list->size_bytes += size_bytes;
}

static bool has_attr(const struct bencode *attr, char c)
{
    return attr->str.len > 0 && memchr(attr->str.p, c, attr->str.len) != NULL;
}

static bool is_bitcomet_pad(const struct bencode *path)
{
    static const char mark[] = "_____padding_file_";
    struct bencode_iter it = bencode_iter(path);
    struct bencode item = {.type = BENCODE_NONE};
    while (bencode_next(&it, &item))
        continue;
    return item.str.len >= sizeof mark - 1 &&
           memcmp(item.str.p, mark, sizeof mark - 1) == 0;
}

static enum err read_path(struct reader *r, const struct bencode *path)
{
    if (path->type != BENCODE_LIST) {
        cause_set(r->cause, "path is missing or not a list");
        return ERR_INVALID;
    }
    safepath_reset(&r->path);
    struct bencode_iter it = bencode_iter(path);
    struct bencode item;
    while (bencode_next(&it, &item)) {
        if (item.type != BENCODE_STR) {
            cause_set(r->cause, "path holds something that is no name");
            return ERR_INVALID;
        }
        enum err err = safepath_add(&r->path, item.str, r->cause);
        if (err != OK)
            return err;
    }
    if (r->path.depth == 0) {
        cause_set(r->cause, "unsafe path: it is empty");
        return ERR_UNSAFE_PATH;
    }
    return OK;
}

static enum err read_file(struct reader *r, const struct bencode *file)
{
    struct bencode length, path, path_utf8, attr;
    const struct bencode_want wants[] = {
        {"attr", BENCODE_STR, &attr},
        {"length", BENCODE_NONE, &length},
        {"path", BENCODE_NONE, &path},
        {"path.utf-8", BENCODE_LIST, &path_utf8},
    };
    bencode_get_many(file, wants, sizeof wants / sizeof wants[0]);
    if (has_attr(&attr, 'l'))
        return OK;

    uint64_t size_bytes;
    enum err err =
        read_length(&length, r->list.size_bytes, &size_bytes, r->cause);
    if (err != OK)
        return err;
    if (path_utf8.type == BENCODE_LIST)
        path = path_utf8;
    if (has_attr(&attr, 'p') || is_bitcomet_pad(&path)) {
        char *name = xasprintf(".pad/%" PRIu64, size_bytes);
        add_file(r, name, size_bytes, (struct metainfo_file){.is_pad = true});
        return OK;
    }
    err = read_path(r, &path);
    if (err != OK)
        return err;
    add_file(r, safepath_dup(&r->path), size_bytes,
             (struct metainfo_file){.is_executable = has_attr(&attr, 'x'),
                                    .was_renamed = r->path.changed,
                                    .names = path.raw});
    return OK;
}

static enum err read_all(struct reader *r, const struct bencode *files)
{
    if (files->type != BENCODE_LIST) {
        cause_set(r->cause, "files: not a list");
        return ERR_INVALID;
    }
    struct bencode_iter it = bencode_iter(files);
    struct bencode file;
    for (size_t i = 1; bencode_next(&it, &file); i++) {
        enum err err = read_file(r, &file);
        if (err != OK) {
            char prefix[48];
            snprintf(prefix, sizeof prefix, "files: number %zu", i);
            cause_prefix(r->cause, prefix);
            return err;
        }
    }
    if (r->list.n == 0) {
        cause_set(r->cause, "files: the list is empty");
        return ERR_INVALID;
    }
    return OK;
}

/* ---- Names that differ ---- */

/* Order of paths in which what lies in a folder follows it at once: '/' comes
 * before every byte that a component may hold. */
static int path_cmp(const char *a, const char *b)
{
    while (*a == *b && *a != '\0') {
        a++;
        b++;
    }
    int left = *a == '/' ? 1 : (uint8_t)*a;
    int right = *b == '/' ? 1 : (uint8_t)*b;
    return left - right;
}

/* The files that go to the disk, and the names that some will get. Those are
 * kept aside to the end: a path may not change while it is sorted by. */
struct index {
    struct metainfo_file **sorted; /* owned array of borrowed files: by path,
                                      then by place in the torrent */
    size_t n;
    struct {
        struct metainfo_file *file; /* borrowed */
        char *path;                 /* owned */
    } renames[FILELIST_MAX_RENAMES];
    size_t n_renames;
    size_t n_tried;
};

static int by_path(const void *a, const void *b)
{
    const struct metainfo_file *left = *(struct metainfo_file *const *)a;
    const struct metainfo_file *right = *(struct metainfo_file *const *)b;
    int order = path_cmp(left->path, right->path);
    if (order != 0)
        return order;
    return (left > right) - (left < right);
}

static struct index *index_new(const struct filelist *list)
{
    struct index *ix = xzalloc(sizeof *ix);
    ix->sorted = xcalloc(list->n, sizeof(struct metainfo_file *));
    for (size_t i = 0; i < list->n; i++) {
        if (!list->files[i].is_pad)
            ix->sorted[ix->n++] = &list->files[i];
    }
    if (ix->n > 0)
        qsort(ix->sorted, ix->n, sizeof(struct metainfo_file *), by_path);
    return ix;
}

static void index_free(struct index *ix)
{
    for (size_t i = 0; i < ix->n_renames; i++)
        free(ix->renames[i].path);
    free(ix->sorted);
    free(ix);
}

static bool is_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* Is there a file of this path, or a folder? */
static bool is_taken(const struct index *ix, const char *path)
{
    for (size_t i = 0; i < ix->n_renames; i++) {
        if (strcmp(ix->renames[i].path, path) == 0)
            return true;
    }
    size_t low = 0;
    size_t high = ix->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (path_cmp(ix->sorted[mid]->path, path) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < ix->n && (strcmp(ix->sorted[low]->path, path) == 0 ||
                           is_below(ix->sorted[low]->path, path));
}

/* Find a free name for a file that has the name of an earlier one; the numbers
 * before *number are taken. */
static enum err rename_duplicate(struct index *ix, struct metainfo_file *file,
                                 size_t *number, struct cause *cause)
{
    while (ix->n_tried < FILELIST_MAX_RENAMES) {
        ix->n_tried++;
        char *path = safepath_numbered(file->path, (*number)++);
        if (!is_taken(ix, path)) {
            ix->renames[ix->n_renames].file = file;
            ix->renames[ix->n_renames].path = path;
            ix->n_renames++;
            return OK;
        }
        free(path);
    }
    cause_set(cause, "files: more than %d files share their names with others",
              FILELIST_MAX_RENAMES);
    return ERR_TOO_BIG;
}

static enum err refuse_clash(const char *file, const char *below,
                             struct cause *cause)
{
    char shown[2][80];
    text_clean(shown[0], sizeof shown[0], file, strlen(file));
    text_clean(shown[1], sizeof shown[1], below, strlen(below));
    cause_set(cause, "files: \"%s\" is a file, and a folder for \"%s\"",
              shown[0], shown[1]);
    return ERR_INVALID;
}

static enum err find_renames(struct index *ix, struct cause *cause)
{
    const struct metainfo_file *first = NULL;
    size_t number = 1;
    for (size_t i = 0; i < ix->n; i++) {
        struct metainfo_file *file = ix->sorted[i];
        enum err err = OK;
        if (first != NULL && is_below(file->path, first->path))
            err = refuse_clash(first->path, file->path, cause);
        else if (first != NULL && strcmp(file->path, first->path) == 0)
            err = rename_duplicate(ix, file, &number, cause);
        else {
            first = file;
            number = 1;
        }
        if (err != OK)
            return err;
    }
    return OK;
}

static enum err make_names_differ(struct filelist *list, struct cause *cause)
{
    struct index *ix = index_new(list);
    enum err err = find_renames(ix, cause);
    for (size_t i = 0; err == OK && i < ix->n_renames; i++) {
        struct metainfo_file *file = ix->renames[i].file;
        free(file->path);
        file->path = ix->renames[i].path;
        ix->renames[i].path = NULL;
        file->was_renamed = true;
    }
    index_free(ix);
    return err;
}

/* ---- Both kinds of torrent ---- */

enum err filelist_read(const struct bencode *files, struct filelist *out,
                       struct cause *cause)
{
    struct reader r = {.cause = cause};
    safepath_init(&r.path);
    enum err err = read_all(&r, files);
    safepath_fini(&r.path);
    if (err == OK)
        err = make_names_differ(&r.list, cause);
    if (err == OK)
        *out = r.list;
    else
        filelist_free(r.list.files, r.list.n);
    return err;
}

enum err filelist_read_single(const char *safe_name,
                              const struct bencode *length,
                              struct filelist *out, struct cause *cause)
{
    struct reader r = {.cause = cause};
    uint64_t size_bytes;
    enum err err = read_length(length, 0, &size_bytes, cause);
    if (err != OK)
        return err;
    add_file(&r, xstrdup(safe_name), size_bytes, (struct metainfo_file){0});
    *out = r.list;
    return OK;
}
