#include "config.h"

#include "ui/file_tree.h"

#include <stdlib.h>
#include <string.h>

#include "util/fold.h"
#include "util/xalloc.h"

enum { N_PRIORITIES = 4 };

/* A file on its way into the tree. */
struct entry {
    const char *path;
    uint32_t file_idx;
};

void file_tree_fini(struct file_tree *t)
{
    filetable_unref(t->table);
    free(t->nodes);
    free(t->node_of);
    free(t->rows);
    *t = (struct file_tree){0};
}

/* Making the tree. */

/* By path, a folder's files before what only begins with its name. */
static int compare_paths(const void *a, const void *b)
{
    const unsigned char *p = (const void *)((const struct entry *)a)->path;
    const unsigned char *q = (const void *)((const struct entry *)b)->path;
    while (*p == *q && *p != '\0') {
        p++;
        q++;
    }
    int x = *p == '/' ? 1 : *p, y = *q == '/' ? 1 : *q;
    return x - y;
}

/* The tree as it grows, in order: the folders that the last file is in. */
struct maker {
    struct file_tree *t;
    size_t cap;
    uint32_t *branch; /* owned; by depth */
    size_t n_branch, branch_cap;
};

static uint32_t add_node(struct maker *m, size_t depth, const char *name,
                         size_t len, uint32_t file_idx)
{
    struct file_tree *t = m->t;
    if (t->n_nodes == m->cap) {
        m->cap = m->cap > 0 ? 2 * m->cap : 64;
        t->nodes = xreallocarray(t->nodes, m->cap, sizeof *t->nodes);
    }
    t->nodes[t->n_nodes] = (struct file_node){
        .name = name,
        .name_len = (uint32_t)len,
        .parent = depth > 0 ? m->branch[depth - 1] : FILE_TREE_NONE,
        .depth = (uint32_t)depth,
        .file_idx = file_idx,
        .first_file = UINT32_MAX,
        .first_piece = UINT32_MAX,
    };
    return (uint32_t)t->n_nodes++;
}

/* Be in the folder of this name at a depth, in those that are before it. */
static void enter(struct maker *m, size_t depth, const char *name, size_t len)
{
    if (depth < m->n_branch) {
        const struct file_node *n = &m->t->nodes[m->branch[depth]];
        if (n->name_len == len && memcmp(n->name, name, len) == 0)
            return;
    }
    if (depth == m->branch_cap) {
        m->branch_cap = m->branch_cap > 0 ? 2 * m->branch_cap : 16;
        m->branch = xreallocarray(m->branch, m->branch_cap, sizeof *m->branch);
    }
    m->branch[depth] = add_node(m, depth, name, len, FILE_TREE_NONE);
    m->n_branch = depth + 1;
}

static void add_file(struct maker *m, const struct entry *e)
{
    const char *name = e->path;
    size_t depth = 0;
    for (const char *slash = strchr(name, '/'); slash != NULL;
         slash = strchr(name, '/')) {
        enter(m, depth++, name, (size_t)(slash - name));
        name = slash + 1;
    }
    m->n_branch = depth;
    m->t->node_of[e->file_idx] =
        add_node(m, depth, name, strlen(name), e->file_idx);
}

static void note_file(const struct filetable *table, struct file_node *n)
{
    const struct filetable_file *f = &table->files[n->file_idx];
    n->n_files = 1;
    n->first_file = n->last_file = n->file_idx;
    n->size_bytes = f->size_bytes;
    n->has_pieces = f->size_bytes > 0;
    n->first_piece = n->has_pieces ? f->first_piece : UINT32_MAX;
    n->last_piece = f->last_piece;
}

static void note_below(struct file_node *folder, const struct file_node *n)
{
    folder->n_below += 1 + n->n_below;
    folder->n_files += n->n_files;
    folder->size_bytes += n->size_bytes;
    if (n->first_file < folder->first_file)
        folder->first_file = n->first_file;
    if (n->last_file > folder->last_file)
        folder->last_file = n->last_file;
    if (!n->has_pieces)
        return;
    folder->has_pieces = true;
    if (n->first_piece < folder->first_piece)
        folder->first_piece = n->first_piece;
    if (n->last_piece > folder->last_piece)
        folder->last_piece = n->last_piece;
}

static bool is_shown(const struct filetable_file *f)
{
    return !f->is_pad;
}

/* What never changes: sums, from the leaves up; and which are open. */
static void sum_up(struct file_tree *t)
{
    uint32_t *seen = xcalloc(t->table->n_files + 1, sizeof *seen);
    for (size_t i = 0; i < t->table->n_files; i++)
        seen[i + 1] = seen[i] + is_shown(&t->table->files[i]);
    bool opens = t->table->n_files <= FILE_TREE_OPEN_MAX;
    for (size_t i = t->n_nodes; i-- > 0;) {
        struct file_node *n = &t->nodes[i];
        if (n->file_idx != FILE_TREE_NONE)
            note_file(t->table, n);
        n->n_inside = seen[n->last_file + 1] - seen[n->first_file];
        n->is_open = opens || n->depth == 0;
        if (n->parent != FILE_TREE_NONE)
            note_below(&t->nodes[n->parent], n);
    }
    free(seen);
}

void file_tree_set(struct file_tree *t, struct filetable *table)
{
    file_tree_fini(t);
    if (table == NULL)
        return;
    t->table = filetable_ref(table);
    struct entry *entries = xcalloc(table->n_files, sizeof *entries);
    size_t n = 0;
    t->node_of = xcalloc(table->n_files, sizeof *t->node_of);
    for (uint32_t i = 0; i < table->n_files; i++) {
        t->node_of[i] = FILE_TREE_NONE;
        if (is_shown(&table->files[i]))
            entries[n++] = (struct entry){table->files[i].path, i};
    }
    qsort(entries, n, sizeof *entries, compare_paths);
    struct maker m = {.t = t};
    for (size_t i = 0; i < n; i++)
        add_file(&m, &entries[i]);
    free(m.branch);
    free(entries);
    sum_up(t);
    t->rows = xcalloc(t->n_nodes, sizeof *t->rows);
    file_tree_show(t, "");
}

bool file_tree_is_run(const struct file_node *n)
{
    return n->has_pieces && n->n_inside == n->n_files;
}

/* What changes. */

/* For each priority what is left of wanted files above it. */
static void count_left(const struct file_tree *t,
                       const struct detail_file *files,
                       const uint8_t *priorities, uint64_t above[N_PRIORITIES])
{
    uint64_t left[N_PRIORITIES] = {0};
    for (size_t i = 0; i < t->table->n_files; i++) {
        const struct filetable_file *f = &t->table->files[i];
        if (is_shown(f) && files[i].done_bytes < f->size_bytes)
            left[priorities[i] % N_PRIORITIES] +=
                f->size_bytes - files[i].done_bytes;
    }
    uint64_t sum = 0;
    for (unsigned i = N_PRIORITIES; i-- > 1;) {
        above[i] = sum;
        sum += left[i];
    }
    above[0] = sum;
}

static void update_file(struct file_node *n, const struct filetable_file *f,
                        const struct detail_file *file, uint8_t priority,
                        bool is_marked)
{
    uint64_t left =
        f->size_bytes > file->done_bytes ? f->size_bytes - file->done_bytes : 0;
    n->done_bytes = file->done_bytes;
    n->left_bytes = priority > 0 ? left : 0;
    n->skipped_bytes = priority > 0 ? 0 : f->size_bytes;
    n->need_bytes = 0;
    n->n_done = left == 0;
    n->n_skipped = priority == 0;
    n->n_marked = is_marked;
    n->least = n->most = priority;
}

static void reset_folder(struct file_node *n)
{
    n->done_bytes = n->left_bytes = n->skipped_bytes = n->need_bytes = 0;
    n->n_done = n->n_skipped = n->n_marked = 0;
    n->least = UINT8_MAX;
    n->most = 0;
}

static void update_folder(struct file_node *folder, const struct file_node *n)
{
    folder->done_bytes += n->done_bytes;
    folder->left_bytes += n->left_bytes;
    folder->skipped_bytes += n->skipped_bytes;
    folder->n_done += n->n_done;
    folder->n_skipped += n->n_skipped;
    folder->n_marked += n->n_marked;
    if (n->need_bytes > folder->need_bytes)
        folder->need_bytes = n->need_bytes;
    if (n->least < folder->least)
        folder->least = n->least;
    if (n->most > folder->most)
        folder->most = n->most;
}

void file_tree_update(struct file_tree *t, const struct detail_file *files,
                      const uint8_t *priorities, const bool *marks,
                      bool is_sequential)
{
    uint64_t above[N_PRIORITIES], so_far[N_PRIORITIES] = {0};
    if (t->table == NULL)
        return;
    count_left(t, files, priorities, above);
    t->left_bytes = above[0];
    for (size_t i = 0; i < t->n_nodes; i++)
        if (t->nodes[i].file_idx == FILE_TREE_NONE)
            reset_folder(&t->nodes[i]);
    /* In the torrent's order, which is the order of pieces fetched in sequence. */
    for (uint32_t i = 0; i < t->table->n_files; i++) {
        if (t->node_of[i] == FILE_TREE_NONE)
            continue;
        struct file_node *n = &t->nodes[t->node_of[i]];
        uint8_t priority = priorities[i] % N_PRIORITIES;
        update_file(n, &t->table->files[i], &files[i], priority,
                    marks != NULL && marks[i]);
        so_far[priority] += n->left_bytes;
        if (n->left_bytes > 0)
            n->need_bytes = is_sequential  ? above[priority] + so_far[priority]
                            : priority > 0 ? above[priority - 1]
                                           : 0;
    }
    for (size_t i = t->n_nodes; i-- > 0;)
        if (t->nodes[i].parent != FILE_TREE_NONE)
            update_folder(&t->nodes[t->nodes[i].parent], &t->nodes[i]);
}

/* Rows. */

static void show_open(struct file_tree *t)
{
    for (size_t i = 0; i < t->n_nodes; i++) {
        t->rows[t->n_rows++] = (uint32_t)i;
        if (t->nodes[i].file_idx == FILE_TREE_NONE && !t->nodes[i].is_open)
            i += t->nodes[i].n_below;
    }
}

/* Files that match, each after those of its folders that are not there yet. */
static void show_matching(struct file_tree *t, const char *filter)
{
    bool *wanted = xcalloc(t->n_nodes, sizeof *wanted);
    for (size_t i = t->n_nodes; i-- > 0;) {
        const struct file_node *n = &t->nodes[i];
        if (n->file_idx != FILE_TREE_NONE)
            wanted[i] = fold_has(t->table->files[n->file_idx].path, filter);
        if (wanted[i] && n->parent != FILE_TREE_NONE)
            wanted[n->parent] = true;
    }
    for (size_t i = 0; i < t->n_nodes; i++)
        if (wanted[i])
            t->rows[t->n_rows++] = (uint32_t)i;
    free(wanted);
}

void file_tree_show(struct file_tree *t, const char *filter)
{
    t->n_rows = 0;
    if (filter[0] == '\0')
        show_open(t);
    else
        show_matching(t, filter);
}

size_t file_tree_row_of(const struct file_tree *t, uint32_t node)
{
    /* Rows are in the order of nodes. */
    size_t low = 0, high = t->n_rows;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (t->rows[mid] < node)
            low = mid + 1;
        else
            high = mid;
    }
    return low < t->n_rows && t->rows[low] == node ? low : t->n_rows;
}

uint32_t file_tree_reveal(struct file_tree *t, uint32_t file_idx)
{
    if (t->table == NULL || file_idx >= t->table->n_files)
        return FILE_TREE_NONE;
    uint32_t node = t->node_of[file_idx];
    if (node == FILE_TREE_NONE)
        return node;
    for (uint32_t i = t->nodes[node].parent; i != FILE_TREE_NONE;
         i = t->nodes[i].parent)
        t->nodes[i].is_open = true;
    return node;
}
