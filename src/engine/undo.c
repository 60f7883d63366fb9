#include "config.h"

#include "engine/undo.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t len_of(const struct undo_item *i)
{
    return i->torrent.len + i->settings.len + i->resume.len;
}

static void forget(struct undo_item *i)
{
    free(i->torrent.bytes);
    free(i->settings.bytes);
    free(i->resume.bytes);
}

static void forget_oldest(struct undo *u)
{
    forget(&u->items[0]);
    memmove(u->items, u->items + 1, --u->n * sizeof *u->items);
}

void undo_init(struct undo *u)
{
    u->n = 0;
}

void undo_fini(struct undo *u)
{
    while (u->n > 0)
        undo_pop(u);
}

void undo_push(struct undo *u, const struct undo_item *item)
{
    size_t len = len_of(item);
    for (size_t i = 0; i < u->n; i++)
        len += len_of(&u->items[i]);
    while (u->n == UNDO_MAX || (u->n > 0 && len > UNDO_MAX_BYTES)) {
        len -= len_of(&u->items[0]);
        forget_oldest(u);
    }
    u->items[u->n++] = *item;
}

const struct undo_item *undo_top(const struct undo *u)
{
    return u->n > 0 ? &u->items[u->n - 1] : NULL;
}

void undo_pop(struct undo *u)
{
    assert(u->n > 0);
    forget(&u->items[--u->n]);
}
