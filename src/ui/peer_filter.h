/* peer_filter.h -- which peers a filter takes: terms with blanks between them, all of
 * which must hold. A term is a word that the address, the client, the source or the
 * flags have in them; one of the words of peer_filter.c ("choked", "seed", "has"...); or
 * a number compared ("down>10k", "done<50"), or the country ("cc=DE"). With '!' before
 * it, it must not hold. One that is not typed to its end takes all, and so does one that
 * compares what no peer has: that is said in `error`. Plain value. */
#ifndef UI_PEER_FILTER_H
#define UI_PEER_FILTER_H

#include "model/detail_peer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PEER_FILTER_TERMS = 8, /* more are not read */
    PEER_FILTER_TEXT_LEN = 64,
    PEER_FILTER_ERROR_LEN = 120
};

struct peer_filter {
    size_t n;
    struct {
        bool is_not;
        char compares; /* '<', '>', '=': a number; '\0': a word */
        uint8_t field; /* the number's, or the word's; of the tables */
        uint64_t value;
        char text[PEER_FILTER_TEXT_LEN]; /* what is to be in it */
    } terms[PEER_FILTER_TERMS];
    char error[PEER_FILTER_ERROR_LEN]; /* "" when all is well */
};

void peer_filter_parse(struct peer_filter *f, const char *text);
/* n_pieces: of the torrent, for "done". */
bool peer_filter_takes(const struct peer_filter *f, const struct detail_peer *p,
                       uint32_t n_pieces);
/* One that left: only its address, its client and the words of its end are known. */
bool peer_filter_takes_gone(const struct peer_filter *f,
                            const struct detail_gone *g);

#endif
