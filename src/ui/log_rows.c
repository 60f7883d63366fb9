#include "config.h"

#include "ui/log_rows.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { MAX_NAMED = 256 };

void log_rows_fini(struct log_rows *l)
{
    free(l->rows);
    l->rows = NULL;
    l->cap = 0;
}

enum log_rows_topic log_rows_topic(enum event_kind kind)
{
    switch (kind) {
    case EVENT_CHOKE:
    case EVENT_SLOT:
        return LOG_ROWS_CHOKE;
    case EVENT_PIECE:
        return LOG_ROWS_PIECE;
    case EVENT_HASH_FAILED:
    case EVENT_BANNED:
        return LOG_ROWS_HASH;
    case EVENT_TRACKER:
    case EVENT_DHT:
        return LOG_ROWS_TRACKER;
    case EVENT_PEER:
    case EVENT_WEB_SEED:
        return LOG_ROWS_PEER;
    case EVENT_DISK:
    case EVENT_CHECKED:
        return LOG_ROWS_DISK;
    case EVENT_ADDED:
    case EVENT_REFUSED:
    case EVENT_FINISHED:
    case EVENT_ERROR:
    case EVENT_STOPPED:
    case EVENT_REMOVED:
    case EVENT_COMMAND:
    case EVENT_LIMITS:
    case EVENT_METADATA:
    case EVENT_NETWORK:
    case EVENT_LOST:
    case EVENT_N_KINDS:
        break;
    }
    return LOG_ROWS_GENERAL;
}

bool log_rows_is_bad(const struct event *e)
{
    switch ((int)e->kind) {
    case EVENT_REFUSED:
    case EVENT_ERROR:
    case EVENT_DISK:
    case EVENT_HASH_FAILED:
    case EVENT_BANNED:
    case EVENT_WEB_SEED:
        return true;
    default:
        return e->err != 0;
    }
}

static bool has_level(const struct log_rows *l, const struct event *e)
{
    enum log_rows_topic topic = log_rows_topic(e->kind);
    if (l->level == LOG_ROWS_BAD)
        return log_rows_is_bad(e);
    return l->level == LOG_ROWS_ALL ||
           (topic != LOG_ROWS_CHOKE && topic != LOG_ROWS_PIECE &&
            topic != LOG_ROWS_PEER);
}

/* Is `part` in it, in any case? */
static bool has_part(const char *text, const char *part)
{
    size_t n = strlen(part);
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (i < n && tolower((unsigned char)text[i]) ==
                            tolower((unsigned char)part[i]))
            i++;
        if (i == n)
            return true;
    }
    return n == 0;
}

/* Torrents whose names have it: the first so many. */
static void find_named(struct idset *out, const struct view_world *w,
                       const char *filter)
{
    for (size_t i = 0;
         w->frame != NULL && i < w->frame->n_torrents && out->n < MAX_NAMED;
         i++)
        if (has_part(w->frame->torrents[i]->name, filter))
            idset_toggle(out, w->frame->torrents[i]->id);
}

/* The first row whose event is not newer than this one; the last when all are. */
static size_t row_of(const struct log_rows *l, uint64_t number)
{
    size_t low = 0, high = l->box.n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (l->base + l->rows[mid] > number)
            low = mid + 1;
        else
            high = mid;
    }
    return low < l->box.n ? low : l->box.n > 0 ? l->box.n - 1 : 0;
}

/* Where the cursor is, in numbers that last. */
static void remember(struct log_rows *l)
{
    if (l->box.n == 0)
        return;
    l->cursor = l->base + l->rows[l->box.cursor];
    l->top = l->base + l->rows[l->box.top];
}

static size_t choose(struct log_rows *l, const struct view_world *w,
                     const char *filter)
{
    struct idset named = {0};
    if (filter[0] != '\0' && l->is_all)
        find_named(&named, w, filter);
    size_t n = 0;
    l->n_of = 0;
    for (size_t i = w->n_events; i-- > 0;) {
        const struct event *e = &w->events[i];
        if (!l->is_all && e->torrent != w->torrent)
            continue;
        l->n_of++;
        if ((l->hidden & 1u << log_rows_topic(e->kind)) != 0 ||
            !has_level(l, e))
            continue;
        if (filter[0] == '\0' || has_part(e->text, filter) ||
            has_part(event_kind_name(e->kind), filter) ||
            idset_has(&named, e->torrent))
            l->rows[n++] = (uint32_t)i;
    }
    idset_fini(&named);
    return n;
}

void log_rows_fit(struct log_rows *l, const struct view_world *w,
                  const char *filter, size_t height)
{
    if (w->n_events > l->cap) {
        l->cap = w->n_events * 2;
        l->rows = xreallocarray(l->rows, l->cap, sizeof *l->rows);
    }
    l->base = w->n_events_ever - w->n_events;
    l->box.n = choose(l, w, filter);
    l->box.cursor = l->holds ? row_of(l, l->cursor) : 0;
    l->box.top = l->holds ? row_of(l, l->top) : 0;
    listbox_fit(&l->box, l->box.n, height);
    remember(l);
}

const struct event *log_rows_at(const struct log_rows *l,
                                const struct view_world *w, size_t row)
{
    if (row >= l->box.n)
        return NULL;
    uint64_t number = l->base + l->rows[row];
    uint64_t oldest = w->n_events_ever - w->n_events;
    return number >= oldest ? &w->events[number - oldest] : NULL;
}

bool log_rows_move(struct log_rows *l, enum keys_action action)
{
    if (!listbox_act(&l->box, action))
        return false;
    l->holds = l->box.cursor > 0;
    remember(l);
    return true;
}

void log_rows_go(struct log_rows *l, size_t row)
{
    listbox_go(&l->box, row);
    l->holds = true;
    remember(l);
}
