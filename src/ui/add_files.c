#include "config.h"

#include "ui/add_files.h"

#include <stdlib.h>
#include <string.h>

#include "ui/units.h"
#include "util/xalloc.h"

enum { SIZE_W = 6, PRIORITY_W = 5, CHECK_X = 1, NAME_X = 5 };

void add_files_show(struct add_files *a, const struct metainfo *meta)
{
    a->meta = meta;
    if (meta == NULL) {
        a->n = 0;
        return;
    }
    bool is_same = a->priorities != NULL &&
                   memcmp(a->hash, meta->info_hash, sizeof a->hash) == 0;
    if (is_same && a->n > 0)
        return;
    add_files_fini(a);
    a->meta = meta;
    memcpy(a->hash, meta->info_hash, sizeof a->hash);
    a->rows = xcalloc(meta->n_files, sizeof *a->rows);
    a->priorities = xmalloc(meta->n_files);
    memset(a->priorities, ADD_FILES_NORMAL, meta->n_files);
    for (size_t i = 0; i < meta->n_files; i++)
        if (!meta->files[i].is_pad)
            a->rows[a->n++] = (uint32_t)i;
}

void add_files_fini(struct add_files *a)
{
    free(a->rows);
    free(a->priorities);
    *a = (struct add_files){0};
}

size_t add_files_wanted(const struct add_files *a, uint64_t *bytes_out)
{
    size_t n = 0;
    *bytes_out = 0;
    for (size_t i = 0; i < a->n; i++) {
        uint32_t file = a->rows[i];
        if (a->priorities[file] == ADD_FILES_SKIP)
            continue;
        n++;
        *bytes_out += a->meta->files[file].size_bytes;
    }
    return n;
}

const uint8_t *add_files_priorities(const struct add_files *a)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->priorities[a->rows[i]] != ADD_FILES_NORMAL)
            return a->priorities;
    return NULL;
}

static void draw_row(const struct add_files *a, const struct draw_pane *p,
                     int y, uint32_t file, bool is_cursor)
{
    static const char *const words[] = {
        [ADD_FILES_SKIP] = "",
        [ADD_FILES_LOW] = "low",
        [ADD_FILES_NORMAL] = "",
        [ADD_FILES_HIGH] = "high",
    };
    uint8_t priority = a->priorities[file];
    bool is_wanted = priority != ADD_FILES_SKIP;
    char size[UNITS_LEN];
    units_size(size, a->meta->files[file].size_bytes);
    if (is_cursor)
        draw_glyphs(p, y, 0, 1, THEME_CURSOR, GLYPHS_CURSOR);
    draw_text(p, y, CHECK_X, 3, is_wanted ? THEME_HAVE : THEME_DIM,
              is_wanted ? "[x]" : "[ ]");
    enum theme_role role = is_cursor   ? THEME_CURSOR
                           : is_wanted ? THEME_NORMAL
                                       : THEME_DIM;
    int right = p->w - SIZE_W - PRIORITY_W - 2;
    draw_text(p, y, NAME_X, right - NAME_X, role, a->meta->files[file].path);
    draw_right(p, y, right, SIZE_W, THEME_NORMAL, size);
    draw_text(p, y, right + SIZE_W + 1, PRIORITY_W, THEME_ACTIVE,
              words[priority]);
}

void add_files_draw(struct add_files *a, const struct draw_pane *p,
                    bool is_focused)
{
    listbox_fit(&a->box, a->n, p->h > 0 ? (size_t)p->h : 0);
    for (size_t i = a->box.top; i < a->n && i - a->box.top < a->box.height; i++)
        draw_row(a, p, (int)(i - a->box.top), a->rows[i],
                 is_focused && i == a->box.cursor);
}

static void set_all(struct add_files *a, uint8_t priority)
{
    for (size_t i = 0; i < a->n; i++)
        a->priorities[a->rows[i]] = priority;
}

static void invert(struct add_files *a)
{
    for (size_t i = 0; i < a->n; i++) {
        uint8_t *at = &a->priorities[a->rows[i]];
        *at = *at == ADD_FILES_SKIP ? ADD_FILES_NORMAL : ADD_FILES_SKIP;
    }
}

bool add_files_act(struct add_files *a, enum keys_action action)
{
    if (a->n == 0)
        return false;
    if (listbox_act(&a->box, action))
        return true;
    uint8_t *here = &a->priorities[a->rows[a->box.cursor]];
    switch ((int)action) {
    case KEYS_MARK:
        *here = *here == ADD_FILES_SKIP ? ADD_FILES_NORMAL : ADD_FILES_SKIP;
        listbox_act(&a->box, KEYS_NEXT);
        return true;
    case KEYS_MARK_ALL:
        set_all(a, ADD_FILES_NORMAL);
        return true;
    case KEYS_UNMARK:
        set_all(a, ADD_FILES_SKIP);
        return true;
    case KEYS_MARK_INVERT:
        invert(a);
        return true;
    case KEYS_PRIORITY_UP:
        if (*here < ADD_FILES_HIGH)
            ++*here;
        return true;
    case KEYS_PRIORITY_DOWN:
        if (*here > ADD_FILES_SKIP)
            --*here;
        return true;
    default:
        return false;
    }
}
