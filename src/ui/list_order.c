#include "config.h"

#include "ui/list_order.h"

#include <stdlib.h>
#include <string.h>

#include "ui/units.h"
#include "util/xalloc.h"

void list_order_init(struct list_order *o)
{
    *o = (struct list_order){.by = LIST_ORDER_NAME};
}

void list_order_fini(struct list_order *o)
{
    free(o->rows);
}

unsigned list_order_permille(const struct frame_torrent *t)
{
    if (t->state == FRAME_CHECKING && t->n_to_check > 0)
        return units_permille(t->n_checked, t->n_to_check);
    uint64_t left = t->wanted_left_bytes;
    return units_permille(t->wanted_bytes > left ? t->wanted_bytes - left : 0,
                          t->wanted_bytes);
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* strcmp() with the letters of ASCII alike in both cases, of at most n bytes. */
static int compare_letters(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int d = lower(a[i]) - lower(b[i]);
        if (d != 0 || a[i] == '\0')
            return d;
    }
    return 0;
}

static bool has_part(const char *name, const char *part)
{
    size_t len = strlen(part);
    for (; *name != '\0'; name++)
        if (compare_letters(name, part, len) == 0)
            return true;
    return len == 0;
}

/* What a column sorts by: the greatest first. */
static uint64_t weight(const struct frame_torrent *t, enum list_order_by by)
{
    switch (by) {
    case LIST_ORDER_DONE:
        return list_order_permille(t);
    case LIST_ORDER_SIZE:
        return t->wanted_bytes;
    case LIST_ORDER_DOWN:
        return t->rate_down_Bps;
    case LIST_ORDER_UP:
        return t->rate_up_Bps;
    case LIST_ORDER_ETA:
        return t->eta_s < 0 ? 0 : UINT64_MAX - (uint64_t)t->eta_s;
    case LIST_ORDER_RATIO:
        return t->have_bytes > 0 ? (uint64_t)((double)t->bytes_up * 1000 /
                                              (double)t->have_bytes)
                                 : 0;
    case LIST_ORDER_PEERS:
        return t->n_peers;
    case LIST_ORDER_NAME:
    case LIST_ORDER_N:
        break;
    }
    return 0;
}

/* A row while it is being sorted. */
struct keyed {
    const struct frame_torrent *torrent;
    uint64_t weight;
    uint32_t row;
    bool is_inverted;
};

static int compare(const void *pa, const void *pb)
{
    const struct keyed *a = pa, *b = pb;
    int d = (a->weight < b->weight) - (a->weight > b->weight);
    if (a->is_inverted)
        d = -d;
    if (d == 0)
        d = compare_letters(a->torrent->name, b->torrent->name, SIZE_MAX);
    if (d == 0)
        d = (a->torrent->id > b->torrent->id) -
            (a->torrent->id < b->torrent->id);
    return d;
}

void list_order_update(struct list_order *o, const struct frame *f,
                       const char *filter)
{
    o->n = 0;
    if (f == NULL || f->n_torrents == 0)
        return;
    if (o->cap < f->n_torrents) {
        o->cap = f->n_torrents;
        o->rows = xreallocarray(o->rows, o->cap, sizeof *o->rows);
    }
    struct keyed *keyed = xcalloc(f->n_torrents, sizeof *keyed);
    for (size_t i = 0; i < f->n_torrents; i++) {
        const struct frame_torrent *t = f->torrents[i];
        if (has_part(t->name, filter))
            keyed[o->n++] = (struct keyed){.torrent = t,
                                           .weight = weight(t, o->by),
                                           .row = (uint32_t)i,
                                           .is_inverted = o->is_inverted};
    }
    qsort(keyed, o->n, sizeof *keyed, compare);
    bool turned = o->by == LIST_ORDER_NAME && o->is_inverted;
    for (size_t i = 0; i < o->n; i++)
        o->rows[i] = keyed[turned ? o->n - 1 - i : i].row;
    free(keyed);
}

size_t list_order_row_of(const struct list_order *o, const struct frame *f,
                         uint32_t id)
{
    size_t i = 0;
    while (i < o->n && f->torrents[o->rows[i]]->id != id)
        i++;
    return i;
}

bool list_order_act(struct list_order *o, enum keys_action action)
{
    unsigned step;
    if (action == KEYS_SORT || action == KEYS_SORT_RIGHT)
        step = 1;
    else if (action == KEYS_SORT_LEFT)
        step = LIST_ORDER_N - 1;
    else if (action == KEYS_SORT_INVERT) {
        o->is_inverted = !o->is_inverted;
        return true;
    } else
        return false;
    o->by = (enum list_order_by)((o->by + step) % LIST_ORDER_N);
    return true;
}
