#include "config.h"

#include "engine/provenance.h"

#include <stdio.h>

static void count_one(struct provenance *p, peer_id_t peer)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->of[i].peer == peer) {
            p->of[i].n_blocks++;
            return;
        }
    if (p->n == PROVENANCE_MAX) {
        p->n_others++;
        return;
    }
    p->of[p->n].peer = peer;
    p->of[p->n++].n_blocks = 1;
}

void provenance_count(struct provenance *out, const struct pieces_block *blocks,
                      uint32_t n)
{
    *out = (struct provenance){.n = 0};
    for (uint32_t i = 0; i < n; i++)
        count_one(out, blocks[i].peer);
}

peer_id_t provenance_main(const struct provenance *p)
{
    size_t best = 0;
    for (size_t i = 1; i < p->n; i++)
        if (p->of[i].n_blocks > p->of[best].n_blocks)
            best = i;
    return p->n > 0 ? p->of[best].peer : PEER_ID_NONE;
}

/* Append; return the new length, less than cap. */
static size_t put(char *dst, size_t cap, size_t len, uint32_t n_blocks,
                  const char *from)
{
    const char *unit = n_blocks == 1 ? " block" : " blocks";
    int n = snprintf(dst + len, cap - len, "%s%u%s from %s",
                     len > 0 ? ", " : "", n_blocks, len > 0 ? "" : unit, from);
    size_t room = cap - len - 1;
    return len + (n > 0 && (size_t)n < room ? (size_t)n : room);
}

void provenance_words(const struct provenance *p,
                      void (*name)(void *ctx, peer_id_t peer, char *dst),
                      void *ctx, char *dst, size_t cap)
{
    size_t len = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < p->n; i++) {
        char from[PROVENANCE_NAME_LEN] = "disk";
        if (p->of[i].peer != PEER_ID_NONE)
            name(ctx, p->of[i].peer, from);
        len = put(dst, cap, len, p->of[i].n_blocks, from);
    }
    if (p->n_others > 0)
        (void)put(dst, cap, len, p->n_others, "others");
}
