#include "config.h"

#include "model/command.h"

#include <stdlib.h>

#include "meta/magnet.h"
#include "meta/metainfo.h"
#include "util/xalloc.h"

struct command *command_new(enum command_kind kind, uint32_t torrent)
{
    struct command *c = xzalloc(sizeof *c);
    c->kind = kind;
    c->torrent = torrent;
    if (kind == COMMAND_ADD)
        c->add = xzalloc(sizeof *c->add);
    return c;
}

void command_free(struct command *c)
{
    if (c == NULL)
        return;
    if (c->add != NULL) {
        metainfo_free(c->add->meta);
        magnet_free(c->add->magnet);
        free(c->add->dir);
        free(c->add->priorities);
        free(c->add->peers);
        free(c->add->label);
        free(c->add);
    }
    free(c->text);
    for (size_t i = 0; i < c->n_paths; i++)
        free(c->paths[i]);
    free(c->paths);
    free(c);
}
