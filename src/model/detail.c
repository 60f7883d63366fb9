#include "config.h"

#include "model/detail.h"

#include <stdlib.h>

#include "util/xalloc.h"

struct detail *detail_new(uint32_t torrent, const struct focus *focus)
{
    struct detail *d = xzalloc(sizeof *d);
    d->torrent = torrent;
    d->focus = *focus;
    d->free_bytes = UINT64_MAX;
    return d;
}

void detail_free(struct detail *d)
{
    if (d == NULL)
        return;
    free(d->dir);
    free(d->comment);
    free(d->pieces);
    free(d->availability);
    free(d->active);
    free(d->blocks);
    free(d->peers);
    free(d->gone);
    free(d->peer_has);
    filetable_unref(d->filetable);
    free(d->files);
    free(d->trackers);
    free(d->webs);
    free(d->history);
    free(d->sources);
    free(d->ages_s);
    free(d->timeline);
    for (size_t i = 0; i < d->n_stack; i++)
        free(d->stack[i].timeline);
    free(d->trace);
    free(d);
}

static int compare_peer(const void *key, const void *element)
{
    uint32_t id = *(const uint32_t *)key;
    const struct detail_peer *p = element;
    return id < p->id ? -1 : id > p->id;
}

const struct detail_peer *detail_peer_by_id(const struct detail *d, uint32_t id)
{
    if (d->n_peers == 0)
        return NULL;
    return bsearch(&id, d->peers, d->n_peers, sizeof *d->peers, compare_peer);
}

static int compare_active(const void *key, const void *element)
{
    uint32_t piece_idx = *(const uint32_t *)key;
    const struct detail_active *a = element;
    return piece_idx < a->piece_idx ? -1 : piece_idx > a->piece_idx;
}

const struct detail_active *detail_active_at(const struct detail *d,
                                             uint32_t piece_idx)
{
    if (d->n_active == 0)
        return NULL;
    return bsearch(&piece_idx, d->active, d->n_active, sizeof *d->active,
                   compare_active);
}

const struct detail_block *detail_blocks_of(const struct detail *d,
                                            const struct detail_active *a)
{
    return a->table == DETAIL_NO_TABLE ? NULL : &d->blocks[a->table];
}
