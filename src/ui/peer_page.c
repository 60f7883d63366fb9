#include "config.h"

#include "ui/peer_page.h"

#include <stdio.h>

#include "ui/flow.h"
#include "ui/peer_words.h"
#include "ui/units.h"

enum {
    NAME_LEN = 24,   /* bytes of the torrent's name */
    FEW_FROM_H = 6,  /* rows from which there are some strips, */
    ALL_FROM_H = 13, /* and all of them, and the maps */
    LEGEND_FROM_H = 30
};

void peer_page_look(struct peer_page *g, const struct detail *d, uint32_t id)
{
    if (g->id != id)
        *g = (struct peer_page){.id = id};
    const struct detail_peer *peer =
        d != NULL ? detail_peer_by_id(d, id) : NULL;
    if (peer != NULL) {
        g->peer = *peer;
        g->is_seen = true;
    }
    if (d != NULL && d->timeline != NULL && d->focus.peer == id) {
        g->timeline = *d->timeline;
        g->has_timeline = true;
    }
}

/* Why it is not there any more. */
static void put_gone(struct flow *f, const struct detail_gone *gone,
                     int64_t now_ms)
{
    char ago[PEER_WORDS_AGE_LEN];
    if (gone == NULL) {
        flow_put(f, THEME_ALERT, "it has left");
    } else {
        peer_words_age(ago, now_ms - gone->at_ms);
        flow_put(f, THEME_ALERT, "%s %s ago: %s",
                 gone->is_banned ? "BANNED, left" : "left", ago, gone->words);
    }
    flow_line(f);
}

/* One that left before it was looked at. */
static void put_unseen(struct flow *f, const struct detail_gone *gone)
{
    char letters[4], address[ADDR_TEXT_MAX], down[UNITS_LEN], up[UNITS_LEN];
    units_size(down, gone->bytes_down);
    units_size(up, gone->bytes_up);
    flow_put(f, THEME_STRONG, "%s %s", detail_peer_letters(gone->slot, letters),
             addr_text(&gone->addr, address));
    if (gone->client[0] != '\0')
        flow_put(f, THEME_STRONG, "%s", gone->client);
    flow_put(f, THEME_NORMAL, "total D %s U %s", down, up);
    flow_line(f);
}

static void put_words(struct flow *f, const struct peer_page *g,
                      const struct detail *d, int64_t now_ms)
{
    static const enum peer_words_on on[] = {
        PEER_WORDS_CHOKES, PEER_WORDS_LINK,  PEER_WORDS_QUEUE,
        PEER_WORDS_FLAGS,  PEER_WORDS_GIVES, PEER_WORDS_TOTALS};
    size_t n = f->pane->h >= LEGEND_FROM_H ? sizeof on / sizeof *on
               : f->pane->h >= ALL_FROM_H  ? 2
                                           : 1;
    for (size_t i = 0; i < n && !flow_is_full(f); i++)
        peer_words_put(f, on[i], d, &g->peer, now_ms);
}

static void draw_strips(struct flow *f, const struct peer_page *g)
{
    static const enum strips_row few[] = {STRIPS_THEY_CHOKE, STRIPS_WE_CHOKE,
                                          STRIPS_DOWN};
    bool is_few = f->pane->h < ALL_FROM_H;
    int n = is_few ? (int)(sizeof few / sizeof *few) : STRIPS_N;
    for (int i = 0; i < n; i++)
        peer_words_strip(f->pane, f->y++, is_few ? few[i] : (enum strips_row)i,
                         &g->timeline);
}

static void draw_maps(struct flow *f, const struct peer_page *g,
                      const struct detail *d)
{
    char note[16];
    if (d->focus.peer != g->id || d->peer_has == NULL)
        return;
    snprintf(note, sizeof note, "%u%%",
             units_permille(g->peer.n_pieces, d->n_pieces) / 10);
    peer_words_map(f->pane, f->y++, HAVE_MAP_THEIRS, d, note);
    snprintf(note, sizeof note, "%u%%",
             units_permille(d->n_state[DETAIL_HAVE], d->n_pieces) / 10);
    peer_words_map(f->pane, f->y++, HAVE_MAP_OURS, d, note);
    snprintf(note, sizeof note, "%u", g->peer.n_gives);
    peer_words_map(f->pane, f->y++, HAVE_MAP_GIVES, d, note);
}

int peer_page_draw(const struct peer_page *g, const struct draw_pane *p,
                   const struct detail *d, const struct detail_gone *gone,
                   const char *torrent, int64_t now_ms)
{
    struct flow f;
    bool is_here = detail_peer_by_id(d, g->id) != NULL;
    flow_begin(&f, p, 0, 1);
    if (p->w >= 60)
        flow_put(&f, THEME_DIM, "%.*s >", NAME_LEN, torrent);
    if (g->is_seen)
        peer_words_put(&f, PEER_WORDS_NAME, d, &g->peer, now_ms);
    else if (gone != NULL)
        put_unseen(&f, gone);
    if (!is_here)
        put_gone(&f, gone, now_ms);
    if (g->is_seen)
        put_words(&f, g, d, !is_here && gone != NULL ? gone->at_ms : now_ms);
    if (g->has_timeline && p->h >= FEW_FROM_H)
        draw_strips(&f, g);
    if (p->h >= ALL_FROM_H)
        draw_maps(&f, g, d);
    if (g->has_timeline && p->h >= LEGEND_FROM_H) {
        f.y++;
        peer_words_legend(&f);
    }
    return f.y < p->h ? f.y : p->h;
}
