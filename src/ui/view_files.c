#include "config.h"

#include "ui/view_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/file_orders.h"
#include "ui/file_rows.h"
#include "ui/file_tree.h"
#include "ui/file_words.h"
#include "ui/flow.h"
#include "ui/listbox.h"
#include "ui/piece_find.h"
#include "ui/prompt.h"
#include "ui/torrent_acts.h"
#include "ui/units.h"
#include "ui/words.h"
#include "util/xalloc.h"

enum {
    COUNTS_FROM_H = 6,
    WORDS_FROM_H = 12,
    HOLD_MS =
        1000 /* that a priority set here is shown before the engine's counts */
};

struct view_files {
    struct listbox rows;
    struct file_tree tree;
    uint8_t *priorities;   /* owned; by file */
    bool *marks;           /* owned; by file */
    bool *chosen;          /* owned; by file: what a key acts on */
    int64_t hold_until_ms; /* on the frame's clock */
    uint32_t shown_file; /* the selected one that the cursor was put on last */
    struct prompt filter;
    char line[PROMPT_MAX_LEN + 16];
    struct draw_pane list; /* where rows were drawn last */
    int top;               /* the first row of the whole, on the screen */
};

static void *make(void)
{
    struct view_files *v = xzalloc(sizeof *v);
    v->shown_file = VIEW_NO_FILE;
    return v;
}

static void view_files_free(void *self)
{
    struct view_files *v = self;
    file_tree_fini(&v->tree);
    free(v->priorities);
    free(v->marks);
    free(v->chosen);
    free(v);
}

static const struct detail *detail_of(const struct view_world *w)
{
    const struct detail *d = view_detail(w);
    return d != NULL && d->filetable != NULL && d->files != NULL ? d : NULL;
}

/* The node under the cursor; NULL: there are no rows. */
static struct file_node *node_at_cursor(const struct view_files *v)
{
    return v->rows.cursor < v->tree.n_rows
               ? &v->tree.nodes[v->tree.rows[v->rows.cursor]]
               : NULL;
}

/* After the cursor moved: the row's file is the selected one. */
static void select_row(struct view_files *v, struct view_world *w)
{
    const struct file_node *n = node_at_cursor(v);
    w->file_idx =
        n != NULL && n->file_idx != FILE_TREE_NONE ? n->file_idx : VIEW_NO_FILE;
    v->shown_file = w->file_idx;
}

/* Show rows anew, with the cursor on the same node as far as that is shown. */
static void show_rows(struct view_files *v)
{
    uint32_t node = v->rows.cursor < v->tree.n_rows
                        ? v->tree.rows[v->rows.cursor]
                        : FILE_TREE_NONE;
    file_tree_show(&v->tree, v->filter.is_open || v->filter.len > 0
                                 ? v->filter.text
                                 : "");
    listbox_fit(&v->rows, v->tree.n_rows, v->rows.height);
    for (; node != FILE_TREE_NONE; node = v->tree.nodes[node].parent) {
        size_t row = file_tree_row_of(&v->tree, node);
        if (row == v->tree.n_rows)
            continue;
        listbox_go(&v->rows, row);
        return;
    }
}

static void begin_torrent(struct view_files *v, const struct detail *d)
{
    size_t n = d->filetable->n_files;
    file_tree_set(&v->tree, d->filetable);
    free(v->priorities);
    free(v->marks);
    free(v->chosen);
    v->priorities = xcalloc(n, sizeof *v->priorities);
    v->marks = xcalloc(n, sizeof *v->marks);
    v->chosen = xcalloc(n, sizeof *v->chosen);
    v->hold_until_ms = 0;
    v->shown_file = VIEW_NO_FILE;
    v->filter = (struct prompt){0};
    listbox_fit(&v->rows, v->tree.n_rows, v->rows.height);
    listbox_go(&v->rows, 0);
}

/* Put the cursor on a file that was selected elsewhere. */
static void follow_selection(struct view_files *v, struct view_world *w)
{
    if (w->file_idx == v->shown_file)
        return;
    uint32_t node = w->file_idx != VIEW_NO_FILE
                        ? file_tree_reveal(&v->tree, w->file_idx)
                        : FILE_TREE_NONE;
    if (node != FILE_TREE_NONE) {
        v->filter = (struct prompt){0};
        file_tree_show(&v->tree, "");
        listbox_fit(&v->rows, v->tree.n_rows, v->rows.height);
        listbox_go(&v->rows, file_tree_row_of(&v->tree, node));
    }
    v->shown_file = w->file_idx;
}

/* Bring the tree up to the frame. */
static void take_frame(struct view_files *v, struct view_world *w,
                       const struct detail *d)
{
    if (v->tree.table != d->filetable)
        begin_torrent(v, d);
    /* A frame from before, which is shown while the view is held, has them, too. */
    if (w->frame->now_ms >= v->hold_until_ms ||
        w->frame->now_ms < v->hold_until_ms - HOLD_MS)
        for (size_t i = 0; i < d->filetable->n_files; i++)
            v->priorities[i] = d->files[i].priority;
    file_tree_update(&v->tree, d->files, v->priorities, v->marks,
                     d->is_sequential);
    follow_selection(v, w);
}

/* Drawing. */

static void draw_counts(const struct draw_pane *p, const struct view_files *v,
                        const struct detail *d, bool is_paused)
{
    const struct file_tree *t = &v->tree;
    struct file_node all = {0};
    /* The sums of what is not in any folder are the sums of all. */
    for (size_t i = 0; i < t->n_nodes; i += 1 + t->nodes[i].n_below) {
        all.n_files += t->nodes[i].n_files;
        all.n_skipped += t->nodes[i].n_skipped;
        all.n_marked += t->nodes[i].n_marked;
        all.size_bytes += t->nodes[i].size_bytes;
        all.done_bytes += t->nodes[i].done_bytes;
        all.skipped_bytes += t->nodes[i].skipped_bytes;
    }
    char text[3][UNITS_LEN];
    units_size(text[0], all.skipped_bytes);
    units_size(text[1], all.done_bytes);
    units_size(text[2], all.size_bytes);
    int x = 1;
    if (is_paused)
        x += draw_text(p, 0, x, p->w - x, THEME_ALERT, "paused: p starts it  ");
    x +=
        draw_format(p, 0, x, p->w - x, THEME_NORMAL,
                    "%u file%s  wanted %u  skipped %u (%s)  %s/%s", all.n_files,
                    all.n_files == 1 ? "" : "s", all.n_files - all.n_skipped,
                    all.n_skipped, text[0], text[1], text[2]);
    x += draw_text(p, 0, x, p->w - x, THEME_NORMAL,
                   d->is_sequential ? "  in order" : "  rarest first");
    if (d->is_first_last)
        x += draw_text(p, 0, x, p->w - x, THEME_NORMAL, ", both ends before");
    if (all.n_marked > 0)
        draw_format(p, 0, x, p->w - x, THEME_STRONG, "  %u marked",
                    all.n_marked);
}

/* There are no files to show: why, and when there will be. */
static void draw_unknown(const struct view_world *w, const struct draw_pane *p)
{
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    char words[WORDS_LEN];
    struct flow f;
    if (t == NULL || t->state != FRAME_METADATA) {
        draw_text(p, 0, 1, p->w - 1, THEME_DIM, "nothing is known of it yet");
        return;
    }
    draw_text(p, 0, 1, p->w - 1, THEME_DIM, "its files are not known yet");
    words_cause(t, words);
    flow_begin(&f, p, 1, 1);
    flow_words(&f, words_role(t), words);
    flow_line(&f);
    f.y++;
    flow_words(&f, THEME_NORMAL,
               t->chooses ? "when they are, it waits for you to choose; Space: "
                            "fetch them at once"
                          : "when they are, they are fetched; Space: wait, to "
                            "choose among them");
}

static void view_files_draw(void *self, struct view_world *w,
                            const struct draw_pane *p)
{
    struct view_files *v = self;
    const struct detail *d = detail_of(w);
    if (d == NULL) {
        v->list = draw_sub(p, 0, 0, 0, 0);
        draw_unknown(w, p);
        return;
    }
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    int head = p->h >= COUNTS_FROM_H ? 2 : 0;
    int foot = p->h >= WORDS_FROM_H ? FILE_WORDS_H : 0;
    v->list = draw_sub(p, head, 0, p->h - head - foot, p->w);
    v->top = p->y;
    v->rows.height = (size_t)v->list.h;
    take_frame(v, w, d);
    listbox_fit(&v->rows, v->tree.n_rows, v->rows.height);
    if (head > 0)
        draw_counts(p, v, d, t != NULL && t->state == FRAME_PAUSED);
    struct draw_pane table =
        draw_sub(p, head > 0 ? 1 : 0, 0, v->list.h + (head > 0 ? 1 : 0), p->w);
    file_rows_draw(&table, w, d, &v->tree, &v->rows, head > 0);
    if (v->tree.n_rows == 0)
        draw_format(&v->list, 0, 2, p->w - 2, THEME_DIM,
                    "no path has \"%s\" in it: Esc shows all", v->filter.text);
    struct draw_pane words = draw_sub(p, p->h - foot, 0, foot, p->w);
    const struct file_node *n = node_at_cursor(v);
    if (foot > 0 && n != NULL)
        file_words_draw(&words, d, &v->tree, n, v->priorities);
}

/* What keys do. */

static void choose_below(const struct view_files *v, const struct file_node *n,
                         bool *flags, bool flag)
{
    size_t at = (size_t)(n - v->tree.nodes);
    for (size_t i = at; i <= at + n->n_below; i++)
        if (v->tree.nodes[i].file_idx != FILE_TREE_NONE)
            flags[v->tree.nodes[i].file_idx] = flag;
}

/* What a key acts on, in v->chosen: the marked files, or all below the cursor. Their
 * priorities; false: there are none. */
static bool choose(struct view_files *v, uint8_t *least, uint8_t *most)
{
    const struct file_tree *t = &v->tree;
    const struct file_node *n = node_at_cursor(v);
    size_t n_files = t->table->n_files;
    bool has_marks = memchr(v->marks, true, n_files) != NULL;
    memset(v->chosen, 0, n_files * sizeof *v->chosen);
    if (has_marks)
        memcpy(v->chosen, v->marks, n_files * sizeof *v->chosen);
    else if (n != NULL)
        choose_below(v, n, v->chosen, true);
    *least = UINT8_MAX;
    *most = 0;
    for (size_t i = 0; i < n_files; i++) {
        if (!v->chosen[i])
            continue;
        *least = v->priorities[i] < *least ? v->priorities[i] : *least;
        *most = v->priorities[i] > *most ? v->priorities[i] : *most;
    }
    return *least != UINT8_MAX;
}

/* The detail as of now, where the one that is shown is an earlier one. */
static const struct detail *latest_of(const struct view_world *w,
                                      const struct detail *d)
{
    const struct detail *latest = view_detail_in(w, view_latest(w));
    return latest != NULL ? latest : d;
}

static void set_priority(struct view_files *v, struct view_world *w,
                         const struct detail *d, enum keys_action action)
{
    uint8_t least, most;
    const struct detail *now = latest_of(w, d);
    if (now != d && now->files != NULL && now->filetable == d->filetable)
        for (size_t i = 0; i < d->filetable->n_files; i++)
            v->priorities[i] = now->files[i].priority;
    if (!choose(v, &least, &most))
        return;
    uint8_t priority = file_orders_step(action, least, most);
    uint32_t n =
        file_orders_send(w, v->tree.table, v->chosen, priority, v->priorities);
    if (n > 0)
        v->hold_until_ms = view_latest(w)->now_ms + HOLD_MS;
    snprintf(w->message, sizeof w->message, "%u file%s: %s", n,
             n == 1 ? "" : "s", file_orders_name(priority));
}

static void mark(struct view_files *v, enum keys_action action)
{
    const struct file_tree *t = &v->tree;
    struct file_node *n = node_at_cursor(v);
    size_t n_files = t->table->n_files;
    if (action == KEYS_UNMARK)
        memset(v->marks, 0, n_files * sizeof *v->marks);
    else if (action == KEYS_MARK && n != NULL) {
        choose_below(v, n, v->marks, n->n_marked < n->n_files);
        listbox_act(&v->rows, KEYS_NEXT);
    } else if (action != KEYS_MARK) {
        /* With a filter the files that it shows; folders that are shut count as
         * shown with all that is in them. */
        bool has_filter = v->filter.len > 0;
        for (size_t i = 0; i < t->n_nodes; i++) {
            uint32_t file_idx = t->nodes[i].file_idx;
            bool is_shown =
                !has_filter || file_tree_row_of(t, (uint32_t)i) < t->n_rows;
            if (file_idx != FILE_TREE_NONE && is_shown)
                v->marks[file_idx] =
                    action == KEYS_MARK_ALL || !v->marks[file_idx];
        }
    }
}

static void toggle_folder(struct view_files *v, struct file_node *n, bool open)
{
    if (v->filter.len > 0)
        return; /* it shows what it found, wherever that is */
    n->is_open = open;
    show_rows(v);
}

/* Out of a folder and into it, as in any tree. */
static void go_sideways(struct view_files *v, struct file_node *n, bool in)
{
    bool is_folder = n->file_idx == FILE_TREE_NONE;
    if (in && is_folder && !n->is_open)
        toggle_folder(v, n, true);
    else if (in)
        listbox_act(&v->rows, KEYS_NEXT);
    else if (is_folder && n->is_open && v->filter.len == 0)
        toggle_folder(v, n, false);
    else if (n->parent != FILE_TREE_NONE)
        listbox_go(&v->rows, file_tree_row_of(&v->tree, n->parent));
}

static void show_on_map(struct view_world *w, const struct detail *d,
                        const struct file_node *n)
{
    if (!n->has_pieces) {
        snprintf(w->message, sizeof w->message, "it is empty");
        return;
    }
    w->piece_idx = piece_find_missing(d, n->first_piece, n->last_piece);
    w->go = VIEW_PIECES;
}

static void set_sequential(struct view_world *w, const struct detail *d)
{
    struct command *c = command_new(COMMAND_SEQUENTIAL, w->torrent);
    c->flag = !latest_of(w, d)->is_sequential;
    snprintf(w->message, sizeof w->message, "%s",
             c->flag ? "pieces in order from now on"
                     : "the rarest pieces first from now on");
    view_send(w, c);
}

static void set_first_last(struct view_world *w, const struct detail *d)
{
    struct command *c = command_new(COMMAND_FIRST_LAST, w->torrent);
    c->flag = !latest_of(w, d)->is_first_last;
    snprintf(w->message, sizeof w->message, "%s",
             c->flag ? "the first and last piece of each file first from now on"
                     : "the ends of files as the rest from now on");
    view_send(w, c);
}

static void open_file(const struct view_files *v, struct view_world *w,
                      const struct detail *d, const struct file_node *n)
{
    if (n->file_idx == FILE_TREE_NONE)
        return;
    const struct filetable_file *f = &v->tree.table->files[n->file_idx];
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    struct cause cause = {0};
    if (w->host.open == NULL)
        snprintf(w->message, sizeof w->message,
                 "there is no program here to open files with");
    else if (d->files[n->file_idx].contiguous_bytes == 0 && n->size_bytes > 0)
        snprintf(w->message, sizeof w->message,
                 "nothing of it can be read yet");
    else if (t != NULL) {
        char *whole = xasprintf("%s/%s", t->dir, f->disk_path);
        enum err err = w->host.open(w->host.ctx, whole, &cause);
        if (err == OK)
            snprintf(w->message, sizeof w->message, "%s/%s", d->dir, f->path);
        else
            snprintf(w->message, sizeof w->message, "%s", cause.text);
        free(whole);
    }
}

/* What is done to the row under the cursor; false: it is none of that. */
static bool on_row(struct view_files *v, struct view_world *w,
                   const struct detail *d, enum keys_action action)
{
    struct file_node *n = node_at_cursor(v);
    bool is_it = action == KEYS_OPEN || action == KEYS_EXPAND ||
                 action == KEYS_LEFT || action == KEYS_RIGHT ||
                 action == KEYS_SHOW_FILE;
    if (!is_it || n == NULL)
        return is_it;
    bool is_folder = n->file_idx == FILE_TREE_NONE;
    if (action == KEYS_SHOW_FILE)
        open_file(v, w, d, n);
    else if (action == KEYS_LEFT || action == KEYS_RIGHT)
        go_sideways(v, n, action == KEYS_RIGHT);
    else if (is_folder)
        toggle_folder(v, n, !n->is_open);
    else if (action == KEYS_OPEN)
        show_on_map(w, d, n);
    return true;
}

/* What is done to files; false: it is none of that. */
static bool on_files(struct view_files *v, struct view_world *w,
                     const struct detail *d, enum keys_action action)
{
    switch ((int)action) {
    case KEYS_PRIORITY_UP:
    case KEYS_PRIORITY_DOWN:
    case KEYS_SKIP:
        set_priority(v, w, d, action);
        return true;
    case KEYS_MARK:
    case KEYS_MARK_ALL:
    case KEYS_MARK_INVERT:
    case KEYS_UNMARK:
        mark(v, action);
        file_tree_update(&v->tree, d->files, v->priorities, v->marks,
                         d->is_sequential);
        return true;
    case KEYS_SEQUENTIAL:
        set_sequential(w, d);
        return true;
    case KEYS_FIRST_LAST:
        set_first_last(w, d);
        return true;
    case KEYS_FILTER:
        prompt_open(&v->filter, v->filter.text);
        return true;
    default:
        return on_row(v, w, d, action);
    }
}

/* Of a magnet: whether it rests when its files are known. false: it is none. */
static bool change_choice(struct view_world *w)
{
    const struct frame_torrent *t = torrent_acts_find(w, w->torrent);
    if (t == NULL || t->state != FRAME_METADATA)
        return false;
    struct command *c = command_new(COMMAND_CHOOSE, w->torrent);
    c->flag = !t->chooses;
    view_send(w, c);
    return true;
}

static bool view_files_act(void *self, struct view_world *w,
                           enum keys_action action)
{
    struct view_files *v = self;
    const struct detail *d = detail_of(w);
    if (d == NULL && action == KEYS_MARK && change_choice(w))
        return true;
    /* A frame of another torrent may have come since it was drawn. */
    if (d == NULL || v->tree.table != d->filetable)
        return torrent_acts_do(w, action, &w->torrent, 1);
    if (action == KEYS_BACK && v->filter.len > 0) {
        v->filter = (struct prompt){0};
        show_rows(v);
    } else if (!listbox_act(&v->rows, action) && !on_files(v, w, d, action))
        return torrent_acts_do(w, action, &w->torrent, 1);
    select_row(v, w);
    return true;
}

/* What is looked for is a file: on to the first from the cursor on. */
static void find_file(struct view_files *v)
{
    size_t row = v->rows.cursor;
    while (v->filter.len > 0 && row < v->tree.n_rows &&
           v->tree.nodes[v->tree.rows[row]].file_idx == FILE_TREE_NONE)
        row++;
    if (row < v->tree.n_rows)
        listbox_go(&v->rows, row);
}

static bool view_files_key(void *self, struct view_world *w, int key)
{
    struct view_files *v = self;
    if (!v->filter.is_open)
        return false;
    if (prompt_key(&v->filter, key) == PROMPT_CANCELLED)
        v->filter = (struct prompt){0};
    if (v->tree.table != NULL) {
        show_rows(v);
        find_file(v);
        select_row(v, w);
    }
    return true;
}

static bool view_files_click(void *self, struct view_world *w, int y, int x)
{
    struct view_files *v = self;
    int row = y + v->top - v->list.y;
    (void)x;
    if (row < 0 || row >= v->list.h ||
        v->rows.top + (size_t)row >= v->tree.n_rows)
        return false;
    listbox_go(&v->rows, v->rows.top + (size_t)row);
    select_row(v, w);
    return true;
}

static const char *view_files_prompt(void *self)
{
    struct view_files *v = self;
    if (!v->filter.is_open)
        return NULL;
    prompt_line(&v->filter, "filter:", v->line, sizeof v->line);
    return v->line;
}

const struct view_ops *view_files_ops(void)
{
    static const struct view_ops ops = {
        .title = "Files",
        .scope = KEYS_FILES,
        .has_rows = true,
        .parts = FOCUS_FILES | FOCUS_PIECES,
        .make = make,
        .free = view_files_free,
        .draw = view_files_draw,
        .key = view_files_key,
        .act = view_files_act,
        .click = view_files_click,
        .prompt = view_files_prompt,
    };
    return &ops;
}
