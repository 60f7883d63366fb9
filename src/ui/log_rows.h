/* log_rows.h -- which events a log shows: by torrent, topic, weight and words, the newest
 * first; and where its cursor is while more come. Draws nothing.
 * An event is known by its number, counted from the first that ever came: while the
 * cursor holds, what comes moves neither it nor what is seen.
 * Plain value but for its rows. Front end's thread. Cost of a fit: O(events). */
#ifndef UI_LOG_ROWS_H
#define UI_LOG_ROWS_H

#include "ui/listbox.h"
#include "ui/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_rows_topic {
    LOG_ROWS_CHOKE,
    LOG_ROWS_PIECE,
    LOG_ROWS_HASH, /* bad pieces and who was banned */
    LOG_ROWS_TRACKER,
    LOG_ROWS_PEER,
    LOG_ROWS_DISK,
    LOG_ROWS_GENERAL,
    LOG_ROWS_N_TOPICS
};

enum log_rows_level {
    LOG_ROWS_ALL,
    LOG_ROWS_MATTERS, /* not what peers do all the time */
    LOG_ROWS_BAD,
    LOG_ROWS_N_LEVELS
};

struct log_rows {
    bool is_all;     /* of all torrents, or of the selected one */
    bool holds;      /* else it stays with the newest */
    unsigned hidden; /* topics, as bits */
    enum log_rows_level level;
    struct listbox box;   /* its rows: the newest first */
    uint64_t cursor, top; /* numbers of events, while it holds */
    /* What is shown. */
    uint64_t base;  /* number of the oldest event that is kept */
    uint32_t *rows; /* owned: box.n of them, each an index from base */
    size_t cap;
    size_t n_of; /* events that there are to choose from */
};

void log_rows_fini(struct log_rows *l);
/* Choose from the world's events, height of them to be seen; `filter` is in each (""
 * for any), in any case: in its words, its kind, or its torrent's name. */
void log_rows_fit(struct log_rows *l, const struct view_world *w,
                  const char *filter, size_t height);
/* The event of a row, borrowed; NULL: it is kept no more. */
const struct event *log_rows_at(const struct log_rows *l,
                                const struct view_world *w, size_t row);
/* Move as a KEYS_MOVE action says; it follows again once it is at the newest. */
bool log_rows_move(struct log_rows *l, enum keys_action action);
/* Put the cursor on a row, and hold. */
void log_rows_go(struct log_rows *l, size_t row);

enum log_rows_topic log_rows_topic(enum event_kind kind);
/* Is it bad news? */
bool log_rows_is_bad(const struct event *e);

#endif
