#include "config.h"

#include "ui/file_words.h"

#include <stdio.h>
#include <string.h>

#include "ui/units.h"

enum { LINE_LEN = 512 };

static bool has_pieces(const struct filetable_file *f)
{
    return !f->is_pad && f->size_bytes > 0;
}

static bool is_had(const struct detail *d, uint32_t i)
{
    return d->pieces != NULL && i < d->n_pieces &&
           detail_piece_state(d->pieces[i]) == DETAIL_HAVE;
}

/* Look at the files before it (step -1), or after it, as long as they share a piece; the
 * nearest one, and whether one of them is wanted. */
static uint32_t look(const struct filetable *t, const uint8_t *priorities,
                     uint32_t file_idx, int step, bool *is_wanted_out)
{
    uint32_t piece = step < 0 ? t->files[file_idx].first_piece
                              : t->files[file_idx].last_piece;
    uint32_t found = FILE_TREE_NONE;
    for (int64_t i = (int64_t)file_idx + step;
         i >= 0 && i < (int64_t)t->n_files; i += step) {
        const struct filetable_file *f = &t->files[i];
        if (f->size_bytes == 0)
            continue;
        if (step < 0 ? f->last_piece < piece : f->first_piece > piece)
            break;
        if (!has_pieces(f))
            continue;
        if (found == FILE_TREE_NONE)
            found = (uint32_t)i;
        *is_wanted_out = *is_wanted_out || priorities[i] > 0;
    }
    return found;
}

static uint64_t piece_len(const struct detail *d, uint32_t i)
{
    uint64_t off = (uint64_t)i * d->piece_len;
    uint64_t left = d->size_bytes > off ? d->size_bytes - off : 0;
    return left < d->piece_len ? left : d->piece_len;
}

struct file_words_edges file_words_edges(const struct detail *d,
                                         const uint8_t *priorities,
                                         uint32_t file_idx)
{
    const struct filetable *t = d->filetable;
    const struct filetable_file *f = &t->files[file_idx];
    struct file_words_edges e = {.before = FILE_TREE_NONE,
                                 .after = FILE_TREE_NONE};
    if (!has_pieces(f))
        return e;
    bool first = false, last = false;
    e.before = look(t, priorities, file_idx, -1, &first);
    e.after = look(t, priorities, file_idx, 1, &last);
    if (f->first_piece == f->last_piece) {
        first = first || last;
        last = false;
    }
    if (first && !is_had(d, f->first_piece)) {
        e.n_pieces++;
        e.size_bytes += piece_len(d, f->first_piece);
    }
    if (last && !is_had(d, f->last_piece)) {
        e.n_pieces++;
        e.size_bytes += piece_len(d, f->last_piece);
    }
    return e;
}

/* The name without its folders. */
static const char *base_name(const struct filetable *t, uint32_t file_idx)
{
    const char *path = t->files[file_idx].path;
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void draw_head(const struct draw_pane *p, const struct detail *d,
                      const struct filetable_file *f, uint32_t file_idx,
                      const struct file_words_edges *e)
{
    const struct filetable *t = d->filetable;
    const struct detail_file *file = &d->files[file_idx];
    int x = 1;
    x += draw_format(p, 0, x, p->w - x, THEME_STRONG, "%s",
                     base_name(t, file_idx));
    if (f->size_bytes == 0) {
        draw_text(p, 0, x, p->w - x, THEME_NORMAL, "  is empty");
        return;
    }
    x += draw_format(p, 0, x, p->w - x, THEME_NORMAL, "  pieces %u-%u",
                     f->first_piece, f->last_piece);
    x += draw_format(p, 0, x, p->w - x, THEME_NORMAL, "  first %s  last %s",
                     file->has_first ? "here" : "lacked",
                     file->has_last ? "here" : "lacked");
    if (e->before != FILE_TREE_NONE)
        x += draw_format(p, 0, x, p->w - x, THEME_DIM, "  shares %u with %s",
                         f->first_piece, base_name(t, e->before));
    if (e->after != FILE_TREE_NONE)
        draw_format(p, 0, x, p->w - x, THEME_DIM, "  shares %u with %s",
                    f->last_piece, base_name(t, e->after));
}

static void draw_reading(const struct draw_pane *p, const struct detail *d,
                         const struct filetable_file *f, uint32_t file_idx)
{
    char up_to[UNITS_LEN], size[UNITS_LEN];
    uint64_t bytes = d->files[file_idx].contiguous_bytes;
    unsigned share = units_permille(bytes, f->size_bytes);
    units_size(up_to, bytes);
    units_size(size, f->size_bytes);
    draw_format(p, 1, 1, p->w - 1, THEME_NORMAL,
                "readable from its beginning: %s of %s, %u.%u%%", up_to, size,
                share / 10, share % 10);
}

static void draw_edges(const struct draw_pane *p,
                       const struct file_words_edges *e, uint8_t priority)
{
    char size[UNITS_LEN];
    units_size(size, e->size_bytes);
    if (e->n_pieces == 0)
        draw_text(p, 2, 1, p->w - 1, THEME_DIM,
                  priority == 0 ? "skipped: nothing of it is fetched"
                                : "skipping it would fetch nothing of it");
    else
        draw_format(p, 2, 1, p->w - 1, THEME_DIM,
                    "%s %u shared piece%s (%s) to fetch",
                    priority == 0 ? "skipped, which still leaves"
                                  : "skipping it would still leave",
                    e->n_pieces, e->n_pieces == 1 ? "" : "s", size);
}

static void draw_folder(const struct draw_pane *p, const struct file_node *n)
{
    char done[UNITS_LEN], size[UNITS_LEN], left[UNITS_LEN];
    units_size(done, n->done_bytes);
    units_size(size, n->size_bytes);
    units_size(left, n->left_bytes);
    draw_format(p, 0, 1, p->w - 1, THEME_STRONG, "%.*s/", (int)n->name_len,
                n->name);
    draw_format(p, 1, 1, p->w - 1, THEME_NORMAL,
                "%u file%s, %u of them here, %u skipped", n->n_files,
                n->n_files == 1 ? "" : "s", n->n_done, n->n_skipped);
    draw_format(p, 2, 1, p->w - 1, THEME_DIM, "%s of %s here, %s to fetch",
                done, size, left);
}

void file_words_draw(const struct draw_pane *p, const struct detail *d,
                     const struct file_tree *t, const struct file_node *n,
                     const uint8_t *priorities)
{
    draw_glyphs(p, 0, 0, p->w, THEME_DIM, GLYPHS_HLINE);
    struct draw_pane words = draw_sub(p, 1, 0, p->h - 1, p->w);
    if (n->file_idx == FILE_TREE_NONE) {
        draw_folder(&words, n);
        return;
    }
    const struct filetable_file *f = &t->table->files[n->file_idx];
    struct file_words_edges e = file_words_edges(d, priorities, n->file_idx);
    draw_head(&words, d, f, n->file_idx, &e);
    if (f->size_bytes == 0)
        return;
    draw_reading(&words, d, f, n->file_idx);
    draw_edges(&words, &e, priorities[n->file_idx]);
}
