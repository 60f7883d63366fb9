/* peer_page.h -- what a peer's page says above (or beside) its messages: who it is, who
 * lets whom, ten minutes in strips, and its pieces beside ours; of one that left, why,
 * and what was known of it last. Plain value. */
#ifndef UI_PEER_PAGE_H
#define UI_PEER_PAGE_H

#include "model/detail.h"
#include "ui/draw.h"

#include <stdbool.h>
#include <stdint.h>

/* What was seen of the peer last, so that it is there when the peer has left. */
struct peer_page {
    uint32_t id;       /* 0: of nobody */
    bool is_seen;      /* `peer` is of it */
    bool has_timeline; /* `timeline` is of it */
    struct detail_peer peer;
    struct timeline timeline;
};

/* Look at a peer of d from now on, or again. d: NULL when there is none. */
void peer_page_look(struct peer_page *g, const struct detail *d, uint32_t id);
/* Draw it in a pane of its own; returns the rows used. gone: it left; or NULL.
 * torrent: its torrent's name. */
int peer_page_draw(const struct peer_page *g, const struct draw_pane *p,
                   const struct detail *d, const struct detail_gone *gone,
                   const char *torrent, int64_t now_ms);

#endif
