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
