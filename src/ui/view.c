#include "config.h"

#include "ui/view.h"

void view_set(struct view_world *w, const char *key, const char *value)
{
    struct cause ignored;
    if (w->host.set != NULL)
        (void)w->host.set(w->host.ctx, key, value, &ignored);
}

bool view_recall(const struct view_world *w, const char *table,
                 const struct table_words *words, struct table_choice *out)
{
    const char *line =
        w->host.recall != NULL ? w->host.recall(w->host.ctx, table) : NULL;
    if (line == NULL)
        return false;
    table_choice_read(out, words, line);
    return true;
}

void view_remember(const struct view_world *w, const char *table,
                   const struct table_words *words,
                   const struct table_choice *now, struct table_choice *kept)
{
    char line[TABLE_CHOICE_LEN];
    if (w->host.remember == NULL || table_choice_is_same(now, kept))
        return;
    table_choice_write(now, words, line);
    w->host.remember(w->host.ctx, table, line);
    *kept = *now;
}

bool view_takes_text(const struct view_world *w, const struct view_ops *ops,
                     void *self)
{
    if (w->ask.is_open)
        return w->ask.wants_line;
    return (ops->prompt != NULL && ops->prompt(self) != NULL) ||
           (ops->takes_text != NULL && ops->takes_text(self));
}

/* Of a torrent that is open: what its other tabs show, for looking back. Not what is
 * large and of one piece map alone. */
static const uint32_t looked_back_at =
    FOCUS_PIECES | FOCUS_ACTIVE | FOCUS_PEERS | FOCUS_FILES | FOCUS_TRACKERS |
    FOCUS_HISTORY | FOCUS_TIMELINE | FOCUS_STACK;

struct focus view_focus(const struct view_world *w, const struct view_ops *ops,
                        void *self, bool is_of_torrent)
{
    struct focus f = {.piece_idx = FOCUS_PIECE_NONE, .parts = ops->parts};
    if (ops->more_parts != NULL)
        f.parts |= ops->more_parts(self);
    if (f.parts == 0 && !is_of_torrent)
        return f;
    if (is_of_torrent)
        f.parts_each_s = looked_back_at;
    f.torrent = w->torrent;
    f.peer = w->peer;
    f.piece_idx = w->piece_idx;
    return f;
}
