/* detail_finder.h -- how the torrent in focus finds peers beside its trackers: by the
 * DHT, by what its peers tell (PEX), on the local network (LSD). A part of a detail.
 * Strings are clean. */
#ifndef MODEL_DETAIL_FINDER_H
#define MODEL_DETAIL_FINDER_H

#include "model/detail_tracker.h"

#include <stddef.h>
#include <stdint.h>

enum detail_finder_kind {
    DETAIL_FINDER_DHT,
    DETAIL_FINDER_PEX,
    DETAIL_FINDER_LSD,
    DETAIL_N_FINDERS
};

enum detail_finder_state {
    DETAIL_FINDER_NONE,    /* nothing is told of it: it has no row */
    DETAIL_FINDER_OFF,     /* not used; words say why */
    DETAIL_FINDER_WAITING, /* for its time, or for somebody to ask */
    DETAIL_FINDER_ASKING,
    DETAIL_FINDER_WORKING, /* the last time, somebody answered */
    DETAIL_FINDER_FAILING  /* the last time, nobody did */
};

enum { DETAIL_FINDER_WORDS = 80 };

struct detail_finder {
    enum detail_finder_state state;
    /* Beside its name: "214 nodes, 180 good". */
    char words[DETAIL_FINDER_WORDS];
    int64_t last_ms; /* when it was asked or told last; -1: never */
    int64_t next_ms; /* -1: at no set time */
    uint32_t n_answered, n_asked; /* ASKING: how far it is; 0 of 0: unknown */
    int64_t n_peers;   /* that it told the last time; -1: never any */
    int64_t n_new;     /* of those, not known before; -1 likewise */
    size_t n_attempts; /* newest first */
    struct detail_attempt attempts[DETAIL_ATTEMPTS];
};

/* "DHT" */
const char *detail_finder_name(enum detail_finder_kind kind);
/* "asking" */
const char *detail_finder_state_name(enum detail_finder_state state);

#endif
