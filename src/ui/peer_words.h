/* peer_words.h -- one peer spelled out: who lets whom and since when, what its flags
 * mean, its queue, what it is good for and what it did; as phrases that fill a pane of
 * any width, the most telling first. Times are the model's. Pure functions. */
#ifndef UI_PEER_WORDS_H
#define UI_PEER_WORDS_H

#include "model/detail.h"
#include "ui/flow.h"
#include "ui/have_map.h"
#include "ui/strips.h"

#include <stdint.h>

enum peer_words_on {
    PEER_WORDS_NAME,   /* letters, address, client, which way, by what source */
    PEER_WORDS_CHOKES, /* who lets whom, since when */
    PEER_WORDS_FLAGS,
    PEER_WORDS_QUEUE,
    PEER_WORDS_GIVES,
    PEER_WORDS_TOTALS,
    PEER_WORDS_LINK, /* what its client can do */
    PEER_WORDS_N
};

/* Put the phrases on one matter, and end the line. d: where the peer is from. */
void peer_words_put(struct flow *f, enum peer_words_on on,
                    const struct detail *d, const struct detail_peer *peer,
                    int64_t now_ms);
/* All of it, with strips of its last ten minutes when d has them. */
void peer_words_draw(const struct draw_pane *p, const struct detail *d,
                     const struct detail_peer *peer, int64_t now_ms);
/* One that left. */
void peer_words_gone(const struct draw_pane *p, const struct detail_gone *gone,
                     int64_t now_ms);
/* How far dialling came: "40  reached 9  refused 12...", of those that were
 * dialled; "" before the first. */
enum { PEER_WORDS_DIALS_LEN = 128 };
void peer_words_dials(char dst[PEER_WORDS_DIALS_LEN],
                      const struct detail_dials *dials);
/* One strip in a row of the pane, its name before it and what it comes to behind it. */
void peer_words_strip(const struct draw_pane *p, int y, enum strips_row row,
                      const struct timeline *t);
/* Likewise a map of pieces. */
void peer_words_map(const struct draw_pane *p, int y, enum have_map_row row,
                    const struct detail *d, const char *note);
/* What the letters of the strips mean, a line each. */
void peer_words_legend(struct flow *f);
/* How long ago, or for how long: "0.4s", "21s", "9m12s"; at most 7 cells. */
enum { PEER_WORDS_AGE_LEN = 16 };
void peer_words_age(char dst[PEER_WORDS_AGE_LEN], int64_t ms);

#endif
