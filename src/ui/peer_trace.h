/* peer_trace.h -- the messages of one peer as lines of text and as JSON lines: which kinds
 * are shown, and what each says. Numbers and our own words only: nothing of a stranger's
 * text is in a trace. Pure functions. */
#ifndef UI_PEER_TRACE_H
#define UI_PEER_TRACE_H

#include "model/detail.h"
#include "ui/theme.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum peer_trace_show {
    PEER_TRACE_ALL,
    PEER_TRACE_CONTROL, /* without those about blocks */
    PEER_TRACE_DATA,    /* those about blocks alone */
    PEER_TRACE_N
};

enum { PEER_TRACE_LINE_LEN = 128 };

bool peer_trace_is_shown(const struct detail_trace *e,
                         enum peer_trace_show show);
const char *peer_trace_show_name(enum peer_trace_show show);
/* All but the time: which way, what, which block, and how it went. */
void peer_trace_line(const struct detail_trace *e,
                     char dst[PEER_TRACE_LINE_LEN]);
enum theme_role peer_trace_role(const struct detail_trace *e);
/* All of d's trace, one object a line, in new memory; free with free(). peer: whose;
 * wall_ms: milliseconds since 1970 at the model's 0. */
char *peer_trace_json(const struct detail *d, const struct addr *peer,
                      int64_t wall_ms, size_t *len_out);

#endif
