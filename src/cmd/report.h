/* report.h -- what `tessera get` says while it runs: one progress line on a terminal,
 * a line now and then elsewhere, or JSON, one object a line. Decides how, never what
 * happens. Everything from outside is clean already (frames, events) or quoted. */
#ifndef CMD_REPORT_H
#define CMD_REPORT_H

#include "model/event.h"
#include "model/frame.h"

#include <stdbool.h>
#include <stdint.h>

enum report_style {
    REPORT_QUIET, /* errors only */
    REPORT_LINES, /* not a terminal: a line each 30 s */
    REPORT_LIVE,  /* a terminal: one line, redrawn */
    REPORT_JSON
};

enum { REPORT_LINES_MS = 30000, REPORT_JSON_MS = 1000 };

struct report;

struct report *report_new(enum report_style style);
void report_free(struct report *r);

/* A new frame came. */
void report_frame(struct report *r, const struct frame *f, int64_t now_ms);
void report_event(struct report *r, const struct event *e);
/* The last word: how it ended. */
void report_result(struct report *r, const struct frame *f, int status,
                   const char *words);

#endif
