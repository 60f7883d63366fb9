/* notice.h -- the line for messages: which events are worth one, what it says of them, and
 * for how long it stands. What answers the user stands for NOTICE_ANSWER_MS before what
 * merely happens takes its place. Plain value, one a screen; front end's thread. */
#ifndef UI_NOTICE_H
#define UI_NOTICE_H

#include "ui/view.h"

#include <stdbool.h>
#include <stdint.h>

enum { NOTICE_MS = 5000, NOTICE_ANSWER_MS = 2000 };

/* All zero: nothing is said. */
struct notice {
    int64_t until_ms;
    int64_t answers_until_ms;
    char later[VIEW_MESSAGE_LEN]; /* waits for that; "" for none */
    /* While the user does something: what stood there, and who was typing. */
    char before[VIEW_MESSAGE_LEN];
    bool was_asking;
};

/* Show w->message, an answer to the user, from now on. */
void notice_answer(struct notice *n, int64_t now_ms);
/* Something happened. names: the torrent whose name is on the screen anyway, or 0. */
void notice_on_event(struct notice *n, struct view_world *w,
                     const struct event *e, uint32_t names, int64_t now_ms);
/* Before and after what the user did. What views said meanwhile is shown; what was there
 * stays else, but where a question begins, which has the line to itself, or is over, and
 * with is_typing (into a line of the view), for what was wrong with that. */
void notice_begin(struct notice *n, struct view_world *w);
void notice_end(struct notice *n, struct view_world *w, bool is_typing,
                int64_t now_ms);
/* Time has passed: w->message is what is to be shown now. */
void notice_tick(struct notice *n, struct view_world *w, int64_t now_ms);
/* Would that change it? */
bool notice_is_due(const struct notice *n, const struct view_world *w,
                   int64_t now_ms);

#endif
