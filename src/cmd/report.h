/* report.h -- what `tessera get` says while it runs: one progress line on a terminal,
 * a line now and then elsewhere, or JSON, one object a line. Decides how, never what
 * happens. Everything from outside is clean already (frames, events) or quoted.
 * News goes to out, bad news to err. Owner and thread: the subcommand's. */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "model/event.h"
#include "model/frame.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum report_style {
    REPORT_QUIET, /* errors only */
    REPORT_LINES, /* not a terminal: a line each 30 s */
    REPORT_LIVE,  /* a terminal: one line, redrawn */
    REPORT_JSON
};

enum { REPORT_LINES_MS = 30000, REPORT_JSON_MS = 1000 };

struct report_config {
    enum report_style style;
    const char *command; /* borrowed: whose errors these are: "get", or "" */
    FILE *out, *err;     /* borrowed */
    size_t cells;        /* width of the progress line; 0: out's terminal's */
    int64_t now_ms;
};

struct report;

struct report *report_new(const struct report_config *config);
void report_free(struct report *r);

/* A new frame came. */
void report_frame(struct report *r, const struct frame *f, int64_t now_ms);
void report_event(struct report *r, const struct event *e);
/* A .torrent was saved; path: clean. */
void report_saved(struct report *r, const char *path);
/* It is being ended, which may take seconds. */
void report_stopping(struct report *r, int64_t now_ms);
/* The last word: how it ended. f is the latest frame, or NULL; words say it of what
 * was not finished. */
void report_result(struct report *r, const struct frame *f, int status,
                   const char *words, int64_t now_ms);

#endif
