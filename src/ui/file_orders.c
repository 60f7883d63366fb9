#include "config.h"

#include "ui/file_orders.h"

enum { SKIP = 0, HIGH = 3 };

uint8_t file_orders_step(enum keys_action action, uint8_t least, uint8_t most)
{
    if (action == KEYS_SKIP)
        return SKIP;
    if (action == KEYS_PRIORITY_UP)
        return least < most || most >= HIGH ? most : most + 1;
    return least < most || least == SKIP ? least : least - 1;
}

uint32_t file_orders_send(struct view_world *w, const struct filetable *table,
                          const bool *chosen, uint8_t priority,
                          uint8_t *priorities)
{
    uint32_t n_changed = 0;
    for (uint32_t i = 0; i < table->n_files; i++) {
        uint32_t first = i, n_in_run = 0;
        for (; i < table->n_files; i++) {
            bool is_pad = table->files[i].is_pad;
            if (!(is_pad ? i > first : chosen[i]))
                break;
            if (!is_pad && priorities[i] != priority)
                n_in_run++;
            priorities[i] = priority;
        }
        n_changed += n_in_run;
        if (n_in_run == 0)
            continue;
        struct command *c = command_new(COMMAND_PRIORITY, w->torrent);
        c->first_file = first;
        c->n_files = i - first;
        c->priority = priority;
        view_send(w, c);
    }
    return n_changed;
}

const char *file_orders_name(uint8_t priority)
{
    static const char *const names[] = {"skip", "low", "norm", "HIGH"};
    return names[priority % (sizeof names / sizeof *names)];
}
