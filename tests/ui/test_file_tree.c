#include "config.h"

#include "ui/file_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meta/metainfo.h"
#include "tests/ui/suites.h"
#include "ui/file_orders.h"
#include "ui/file_words.h"
#include "util/xalloc.h"

enum { PIECE_LEN = 16384, MAX = 16 };

struct file {
    const char *path;
    uint64_t size_bytes;
    bool is_pad;
};

static struct filetable *table_of(const struct file *files, size_t n)
{
    struct metainfo meta = {.n_files = n};
    uint64_t off = 0;
    meta.files = xcalloc(n, sizeof *meta.files);
    for (size_t i = 0; i < n; off += files[i++].size_bytes)
        meta.files[i] =
            (struct metainfo_file){.path = xstrdup(files[i].path),
                                   .off = off,
                                   .size_bytes = files[i].size_bytes,
                                   .is_pad = files[i].is_pad};
    ck_assert_int_eq(geometry_init(&meta.geo, off, PIECE_LEN), OK);
    struct filetable *t = filetable_new(&meta);
    for (size_t i = 0; i < n; i++)
        free(meta.files[i].path);
    free(meta.files);
    return t;
}

/* Not in the order of folders, with padding, and a folder like a file's beginning. */
static const struct file some[] = {
    {"d/b/two", 20000, false}, {"d/.pad/1", 12768, true},
    {"d/a.txt", 100, false},   {"d/b/one", 16284, false},
    {"d/a/x", 32768, false},   {"d/b/empty", 0, false},
};
enum { N_SOME = sizeof some / sizeof *some };

static struct file_tree tree_of_some(void)
{
    struct file_tree t = {0};
    struct filetable *table = table_of(some, N_SOME);
    file_tree_set(&t, table);
    filetable_unref(table);
    return t;
}

/* Rows as "d/ b/ two": names, folders with a slash. */
static const char *rows_of(const struct file_tree *t)
{
    static char text[512];
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < t->n_rows; i++) {
        const struct file_node *n = &t->nodes[t->rows[i]];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s%s",
                                i > 0 ? " " : "", (int)n->name_len, n->name,
                                n->file_idx == FILE_TREE_NONE ? "/" : "");
    }
    return text;
}

START_TEST(tree_set_makes_folders_once_and_hides_padding)
{
    struct file_tree t = tree_of_some();
    ck_assert_str_eq(rows_of(&t), "d/ a/ x a.txt b/ empty one two");
    const struct file_node *d = &t.nodes[0], *b = &t.nodes[4];
    ck_assert_uint_eq(d->n_files, 5);
    ck_assert_uint_eq(d->n_below, 7);
    ck_assert_uint_eq(d->size_bytes, 20000 + 100 + 16284 + 32768);
    ck_assert(file_tree_is_run(d));
    /* A file of another folder is between them. */
    ck_assert_uint_eq(b->n_files, 3);
    ck_assert(!file_tree_is_run(b));
    ck_assert_uint_eq(b->parent, 0);
    ck_assert_uint_eq(t.node_of[1], FILE_TREE_NONE);
    file_tree_set(&t, NULL);
    ck_assert_uint_eq(t.n_rows, 0);
    file_tree_fini(&t);
}
END_TEST

START_TEST(tree_show_folds_filters_and_reveals)
{
    struct file_tree t = tree_of_some();
    t.nodes[4].is_open = false;
    file_tree_show(&t, "");
    ck_assert_str_eq(rows_of(&t), "d/ a/ x a.txt b/");
    ck_assert_uint_eq(file_tree_row_of(&t, 6), t.n_rows);
    file_tree_show(&t, "B/O");
    ck_assert_str_eq(rows_of(&t), "d/ b/ one");
    ck_assert_uint_eq(file_tree_row_of(&t, 6), 2);
    file_tree_show(&t, "nothing");
    ck_assert_uint_eq(t.n_rows, 0);
    ck_assert_uint_eq(file_tree_reveal(&t, 3), 6);
    file_tree_show(&t, "");
    ck_assert_uint_eq(file_tree_row_of(&t, 6), 6);
    ck_assert_uint_eq(file_tree_reveal(&t, 1), FILE_TREE_NONE);
    ck_assert_uint_eq(file_tree_reveal(&t, 99), FILE_TREE_NONE);
    file_tree_fini(&t);
}
END_TEST

START_TEST(tree_update_sums_up_and_says_what_comes_before)
{
    struct file_tree t = tree_of_some();
    const struct detail_file files[N_SOME] = {
        {.done_bytes = 20000}, {.done_bytes = 0},   {.done_bytes = 0},
        {.done_bytes = 284},   {.done_bytes = 768}, {.done_bytes = 0}};
    static const uint8_t priorities[N_SOME] = {2, 2, 0, 3, 2, 1};
    static const bool marks[N_SOME] = {[3] = true};
    file_tree_update(&t, files, priorities, marks, false);
    const struct file_node *d = &t.nodes[0], *b = &t.nodes[4];
    ck_assert_uint_eq(d->done_bytes, 20000 + 284 + 768);
    ck_assert_uint_eq(d->left_bytes, 16000 + 32000);
    ck_assert_uint_eq(d->skipped_bytes, 100);
    ck_assert_uint_eq(t.left_bytes, 48000);
    ck_assert_uint_eq(d->least, 0);
    ck_assert_uint_eq(d->most, 3);
    ck_assert_uint_eq(d->n_done, 2);
    ck_assert_uint_eq(b->n_marked, 1);
    ck_assert_uint_eq(b->least, 1);
    /* High comes first, and is all that its folder waits for. */
    ck_assert_uint_eq(b->need_bytes, 16000);
    ck_assert_uint_eq(t.nodes[2].need_bytes, 48000);
    ck_assert_uint_eq(t.nodes[3].need_bytes, 0); /* skipped */
    /* In order: by priority all the same, and then by place. */
    static const uint8_t alike[N_SOME] = {2, 2, 2, 2, 2, 2};
    file_tree_update(&t, files, alike, NULL, true);
    ck_assert_uint_eq(t.nodes[3].need_bytes, 100);
    ck_assert_uint_eq(b->need_bytes, 16100);
    ck_assert_uint_eq(d->need_bytes, 48100);
    file_tree_fini(&t);
}
END_TEST

START_TEST(tree_of_many_or_deep_files_is_made)
{
    enum { N = FILE_TREE_OPEN_MAX + 1, DEEP = 600 };
    struct file *files = xcalloc(N, sizeof *files);
    char *names = xcalloc(N, 32);
    char *deep = xcalloc(2 * DEEP + 2, 1);
    for (size_t i = 0; i < DEEP; i++)
        memcpy(deep + 2 * i, "d/", 2);
    deep[(size_t)2 * DEEP] = 'f';
    files[0] = (struct file){deep, 5, false};
    for (size_t i = 1; i < N; i++) {
        snprintf(names + 32 * i, 32, "d/%zu/%zu", i % 7, i);
        files[i] = (struct file){names + 32 * i, 5, false};
    }
    struct filetable *table = table_of(files, N);
    struct file_tree t = {0};
    file_tree_set(&t, table);
    filetable_unref(table);
    ck_assert_uint_eq(t.n_nodes, N + DEEP + 7);
    ck_assert_str_eq(rows_of(&t), "d/ 0/ 1/ 2/ 3/ 4/ 5/ 6/ d/");
    ck_assert_uint_eq(t.nodes[0].n_files, N);
    file_tree_fini(&t);
    free(files);
    free(names);
    free(deep);
}
END_TEST

/* Orders. */

struct sent {
    size_t n;
    struct {
        uint32_t first_file, n_files;
        uint8_t priority;
    } c[8];
};

static void on_send(void *ctx, struct command *c)
{
    struct sent *s = ctx;
    ck_assert_int_eq(c->kind, COMMAND_PRIORITY);
    ck_assert_uint_lt(s->n, 8);
    s->c[s->n].first_file = c->first_file;
    s->c[s->n].n_files = c->n_files;
    s->c[s->n++].priority = c->priority;
    command_free(c);
}

START_TEST(orders_send_one_command_a_run)
{
    static const struct {
        const char *chosen, *before, *after;
        size_t n_sent;
        uint32_t n_changed;
    } rows[] = {
        /* The second is padding: it goes with the first, never alone. */
        {"x.....", "222222", "332222", 1, 1},
        {".x....", "222222", "222222", 0, 0},
        {"x.xx.x", "222222", "333323", 2, 4},
        {"..x.x.", "222222", "223232", 2, 2},
        {"xxxxxx", "333333", "333333", 0, 0},
        {"..xxx.", "223322", "223332", 1, 1},
    };
    struct filetable *table = table_of(some, N_SOME);
    struct sent sent = {0};
    struct view_world w = {.torrent = 1,
                           .host = {.send = on_send, .ctx = &sent}};
    bool chosen[N_SOME];
    uint8_t priorities[N_SOME];
    for (size_t i = 0; i < N_SOME; i++) {
        chosen[i] = rows[_i].chosen[i] == 'x';
        priorities[i] = (uint8_t)(rows[_i].before[i] - '0');
    }
    ck_assert_uint_eq(file_orders_send(&w, table, chosen, 3, priorities),
                      rows[_i].n_changed);
    ck_assert_uint_eq(sent.n, rows[_i].n_sent);
    for (size_t i = 0; i < N_SOME; i++)
        ck_assert_int_eq(priorities[i], rows[_i].after[i] - '0');
    filetable_unref(table);
}
END_TEST

START_TEST(orders_step_makes_alike_and_then_steps)
{
    ck_assert_uint_eq(file_orders_step(KEYS_PRIORITY_UP, 2, 2), 3);
    ck_assert_uint_eq(file_orders_step(KEYS_PRIORITY_UP, 3, 3), 3);
    ck_assert_uint_eq(file_orders_step(KEYS_PRIORITY_UP, 0, 2), 2);
    ck_assert_uint_eq(file_orders_step(KEYS_PRIORITY_DOWN, 0, 2), 0);
    ck_assert_uint_eq(file_orders_step(KEYS_PRIORITY_DOWN, 1, 1), 0);
    ck_assert_uint_eq(file_orders_step(KEYS_PRIORITY_DOWN, 0, 0), 0);
    ck_assert_uint_eq(file_orders_step(KEYS_SKIP, 1, 3), 0);
}
END_TEST

/* What skipping a file still fetches. */
START_TEST(words_edges_count_what_wanted_neighbours_need)
{
    static const struct {
        uint32_t file_idx;
        const char *priorities;
        const char *pieces; /* '#' had */
        uint32_t n_pieces;
        uint32_t before, after;
    } rows[] = {
        /* Padding shares the piece, but nobody wants padding. */
        {0, "222222", ".....", 0, FILE_TREE_NONE, FILE_TREE_NONE},
        {2, "222222", ".....", 1, FILE_TREE_NONE, 3},
        {3, "222222", ".....", 1, 2, FILE_TREE_NONE},
        {3, "220222", ".....", 0, 2, FILE_TREE_NONE},
        {3, "222222", "..#..", 0, 2, FILE_TREE_NONE},
        {5, "222222", ".....", 0, FILE_TREE_NONE, FILE_TREE_NONE},
    };
    struct filetable *table = table_of(some, N_SOME);
    uint8_t pieces[5], priorities[N_SOME];
    for (size_t i = 0; i < 5; i++)
        pieces[i] = rows[_i].pieces[i] == '#' ? DETAIL_HAVE : DETAIL_MISSING;
    for (size_t i = 0; i < N_SOME; i++)
        priorities[i] = (uint8_t)(rows[_i].priorities[i] - '0');
    struct detail d = {.filetable = table,
                       .pieces = pieces,
                       .n_pieces = 5,
                       .piece_len = PIECE_LEN,
                       .size_bytes = UINT64_C(5) * PIECE_LEN};
    struct file_words_edges e =
        file_words_edges(&d, priorities, rows[_i].file_idx);
    ck_assert_uint_eq(e.n_pieces, rows[_i].n_pieces);
    ck_assert_uint_eq(e.size_bytes, rows[_i].n_pieces * UINT64_C(16384));
    ck_assert_uint_eq(e.before, rows[_i].before);
    ck_assert_uint_eq(e.after, rows[_i].after);
    filetable_unref(table);
}
END_TEST

Suite *file_tree_suite(void)
{
    Suite *s = suite_create("file_tree");
    TCase *t = tcase_create("file_tree");
    tcase_add_test(t, tree_set_makes_folders_once_and_hides_padding);
    tcase_add_test(t, tree_show_folds_filters_and_reveals);
    tcase_add_test(t, tree_update_sums_up_and_says_what_comes_before);
    tcase_add_test(t, tree_of_many_or_deep_files_is_made);
    tcase_add_loop_test(t, orders_send_one_command_a_run, 0, 6);
    tcase_add_test(t, orders_step_makes_alike_and_then_steps);
    tcase_add_loop_test(t, words_edges_count_what_wanted_neighbours_need, 0, 6);
    suite_add_tcase(s, t);
    return s;
}
