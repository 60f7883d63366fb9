/* flow.h -- phrases one after another in a pane, as many on a line as fit: prose of
 * numbers in panes of any width. A phrase is broken nowhere, and cut only when it alone
 * is wider than the pane. What is below the pane's end is not drawn. Plain value. */
#ifndef UI_FLOW_H
#define UI_FLOW_H

#include "ui/draw.h"

struct flow {
    const struct draw_pane *pane; /* borrowed */
    int y, x;                     /* where the next phrase goes */
    int left;                     /* where lines begin */
};

/* Begin at row y, cell `left`. */
void flow_begin(struct flow *f, const struct draw_pane *p, int y, int left);
/* Put a phrase, two cells behind the one before it. At most 255 bytes. */
void flow_put(struct flow *f, enum theme_role role, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Put phrases that have "; " between them, clean, each to its own. */
void flow_words(struct flow *f, enum theme_role role, const char *words);
/* On to a new line, when there is something on this one. */
void flow_line(struct flow *f);
/* Are there no lines left? */
bool flow_is_full(const struct flow *f);

#endif
