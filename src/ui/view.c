#include "config.h"

#include "ui/view.h"

void view_set(struct view_world *w, const char *key, const char *value)
{
    struct cause ignored;
    if (w->host.set != NULL)
        (void)w->host.set(w->host.ctx, key, value, &ignored);
}
