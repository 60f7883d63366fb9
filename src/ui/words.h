/* words.h -- what the UI calls a torrent's state: a letter for rows, and why it is in
 * that state for all that are not plainly at work. Pure functions. */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include "model/frame.h"
#include "ui/theme.h"

#include <stddef.h>

enum { WORDS_LEN = 512 };

/* D down, S seed, P paused, Q queued, C checking, M metadata, ! stalled, E error,
 * X stopping. */
char words_letter(const struct frame_torrent *t);
enum theme_role words_role(const struct frame_torrent *t);
/* Why, in one clean line; never empty for a stalled or failed one. */
void words_cause(const struct frame_torrent *t, char dst[WORDS_LEN]);

#endif
