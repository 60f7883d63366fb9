#include "config.h"

#include "model/detail.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

struct detail *detail_new(uint32_t torrent, const struct focus *focus)
{
    struct detail *d = xzalloc(sizeof *d);
    d->torrent = torrent;
    d->focus = *focus;
    d->free_bytes = UINT64_MAX;
    return d;
}

static size_t string_len(const char *s)
{
    return s != NULL ? strlen(s) + 1 : 0;
}

void detail_parts(struct detail *d, struct detail_part out[DETAIL_N_PARTS])
{
    size_t n_files = d->filetable != NULL ? d->filetable->n_files : 0;
    const struct detail_part parts[] = {
        {&d->dir, string_len(d->dir)},
        {&d->comment, string_len(d->comment)},
        {&d->pieces, d->n_pieces},
        {&d->availability, d->n_pieces},
        {&d->active, d->n_active * sizeof *d->active},
        {&d->blocks, d->n_blocks * sizeof *d->blocks},
        {&d->peers, d->n_peers * sizeof *d->peers},
        {&d->gone, d->n_gone * sizeof *d->gone},
        {&d->peer_has, ((size_t)d->n_pieces + 7) / 8},
        {&d->files, n_files * sizeof *d->files},
        {&d->trackers, d->n_trackers * sizeof *d->trackers},
        {&d->webs, d->n_webs * sizeof *d->webs},
        {&d->history, sizeof *d->history},
        {&d->sources, d->n_pieces * sizeof *d->sources},
        {&d->ages_s, d->n_pieces * sizeof *d->ages_s},
        {&d->timeline, sizeof *d->timeline},
        {&d->trace, d->n_trace * sizeof *d->trace},
    };
    enum { N = sizeof parts / sizeof parts[0] };
    _Static_assert(N + DETAIL_MAX_STACK == DETAIL_N_PARTS, "all are listed");
    memcpy(out, parts, sizeof parts);
    for (size_t i = 0; i < DETAIL_MAX_STACK; i++)
        out[N + i] = (struct detail_part){&d->stack[i].timeline,
                                          sizeof *d->stack[i].timeline};
    for (size_t i = 0; i < DETAIL_N_PARTS; i++)
        if (detail_part_get(&out[i]) == NULL)
            out[i].len = 0;
}

void detail_free(struct detail *d)
{
    struct detail_part parts[DETAIL_N_PARTS];
    if (d == NULL)
        return;
    detail_parts(d, parts);
    for (size_t i = 0; i < DETAIL_N_PARTS; i++)
        free(detail_part_get(&parts[i]));
    filetable_unref(d->filetable);
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
