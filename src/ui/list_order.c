#include "config.h"

#include "ui/list_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "util/fold.h"
#include "util/xalloc.h"

/* A row with all that most comparisons need: memory of torrents is far away. */
struct list_order_row {
    uint64_t weight;
    uint64_t prefix;                     /* of the name */
    const struct frame_torrent *torrent; /* borrowed: the frame's */
    uint32_t id;
    uint32_t place; /* in the frame */
    uint8_t by;     /* enum list_column */
    bool is_inverted;
};

void list_order_init(struct list_order *o)
{
    *o = (struct list_order){.by = LIST_COLUMN_NAME};
}

void list_order_fini(struct list_order *o)
{
    free(o->rows);
    free(o->is_shown);
}

static int compare_names(const struct list_order_row *a,
                         const struct list_order_row *b)
{
    if (a->prefix != b->prefix)
        return a->prefix < b->prefix ? -1 : 1;
    return fold_compare(a->torrent->name, b->torrent->name);
}

static int compare(const void *pa, const void *pb)
{
    const struct list_order_row *a = pa, *b = pb;
    enum list_column by = (enum list_column)a->by;
    int d = (a->weight < b->weight) - (a->weight > b->weight);
    if (d == 0 && (by == LIST_COLUMN_LABEL || by == LIST_COLUMN_TRACKER))
        d = fold_compare(list_column_key(a->torrent, by),
                         list_column_key(b->torrent, by));
    bool is_by_name = by == LIST_COLUMN_NAME;
    if (is_by_name)
        d = compare_names(a, b);
    if (a->is_inverted)
        d = -d;
    if (d == 0 && !is_by_name)
        d = compare_names(a, b);
    if (d == 0)
        d = (a->id > b->id) - (a->id < b->id);
    return d;
}

static void fill_row(const struct list_order *o, struct list_order_row *row,
                     const struct frame_torrent *t)
{
    *row = (struct list_order_row){.weight = list_column_weight(t, o->by),
                                   .prefix = fold_prefix(t->name),
                                   .torrent = t,
                                   .id = t->id,
                                   .place = row->place,
                                   .by = (uint8_t)o->by,
                                   .is_inverted = o->is_inverted};
}

/* Mark which of the frame's are to be shown; how many. */
static size_t choose(struct list_order *o, const struct frame *f,
                     const struct list_filter *filter)
{
    if (o->cap < f->n_torrents) {
        o->cap = f->n_torrents;
        o->rows = xreallocarray(o->rows, o->cap, sizeof *o->rows);
        o->is_shown = xreallocarray(o->is_shown, o->cap, sizeof *o->is_shown);
    }
    size_t n = 0;
    for (size_t i = 0; i < f->n_torrents; i++) {
        o->is_shown[i] = list_filter_has(filter, f->torrents[i]);
        n += o->is_shown[i];
    }
    return n;
}

/* Are the rows there those that are to be shown, in the same places of the frame? */
static bool is_same_set(const struct list_order *o, const struct frame *f,
                        size_t n_chosen)
{
    if (o->n != n_chosen)
        return false;
    for (size_t i = 0; i < o->n; i++) {
        const struct list_order_row *row = &o->rows[i];
        if (row->place >= f->n_torrents || !o->is_shown[row->place] ||
            f->torrents[row->place]->id != row->id)
            return false;
    }
    return true;
}

/* All chosen rows, in the frame's order. */
static void begin_anew(struct list_order *o, const struct frame *f)
{
    o->n = 0;
    for (size_t i = 0; i < f->n_torrents; i++)
        if (o->is_shown[i])
            o->rows[o->n++].place = (uint32_t)i;
}

static bool is_in_order(const struct list_order *o)
{
    for (size_t i = 1; i < o->n; i++)
        if (compare(&o->rows[i - 1], &o->rows[i]) > 0)
            return false;
    return true;
}

void list_order_update(struct list_order *o, const struct frame *f,
                       const struct list_filter *filter, int64_t now_ms)
{
    if (f == NULL || f->n_torrents == 0) {
        o->n = 0;
        return;
    }
    size_t n = choose(o, f, filter);
    bool must_sort = o->is_stale || now_ms - o->sorted_ms >= LIST_ORDER_REST_MS;
    if (!is_same_set(o, f, n)) {
        begin_anew(o, f);
        must_sort = true;
    }
    o->is_stale = false;
    for (size_t i = 0; i < o->n; i++)
        fill_row(o, &o->rows[i], f->torrents[o->rows[i].place]);
    if (!must_sort || is_in_order(o))
        return;
    qsort(o->rows, o->n, sizeof *o->rows, compare);
    o->sorted_ms = now_ms;
}

const struct frame_torrent *list_order_at(const struct list_order *o, size_t i)
{
    assert(i < o->n);
    return o->rows[i].torrent;
}

uint32_t list_order_id(const struct list_order *o, size_t i)
{
    assert(i < o->n);
    return o->rows[i].id;
}

size_t list_order_row_of(const struct list_order *o, uint32_t id)
{
    size_t i = 0;
    while (i < o->n && o->rows[i].id != id)
        i++;
    return i;
}

void list_order_set(struct list_order *o, enum list_column by)
{
    o->is_inverted = by == o->by && !o->is_inverted;
    o->by = by;
    o->is_stale = true;
}

bool list_order_act(struct list_order *o, enum keys_action action,
                    uint32_t shown)
{
    unsigned step;
    if (action == KEYS_SORT_RIGHT)
        step = 1;
    else if (action == KEYS_SORT_LEFT)
        step = LIST_COLUMN_N - 1;
    else if (action == KEYS_SORT_INVERT) {
        list_order_set(o, o->by);
        return true;
    } else
        return false;
    unsigned by = o->by;
    do
        by = (by + step) % LIST_COLUMN_N;
    while (by != o->by && (shown >> by & 1) == 0);
    if (by != o->by)
        list_order_set(o, (enum list_column)by);
    return true;
}
