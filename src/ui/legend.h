/* legend.h -- what letters, columns and the terms of filters mean, in sections, for the
 * help page and the manual. Pure tables; any thread. */
#ifndef UI_LEGEND_H
#define UI_LEGEND_H

#include "ui/keys.h"

#include <stdbool.h>
#include <stddef.h>

enum legend_section {
    LEGEND_LIST,         /* letters and columns of the list */
    LEGEND_LIST_FILTER,  /* its terms: examples that list_filter.h reads */
    LEGEND_PEERS,        /* flags, sources and columns of peers */
    LEGEND_PEERS_FILTER, /* likewise, of peer_filter.h */
    LEGEND_STRIPS,       /* the strips of one peer */
    LEGEND_N
};

struct legend_row {
    const char *sign; /* below 18 cells */
    const char *note;
};

/* Its heading, and the view that it belongs to. */
const char *legend_title(enum legend_section section, enum keys_scope *scope);
/* Its i-th row; false: it has no more. */
bool legend_row(enum legend_section section, size_t i, struct legend_row *out);

#endif
